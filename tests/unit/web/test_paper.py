"""What of a summary goes along on paper, and what stays behind."""

from monitor.domain.summaries import PlainCriterion, Summary, SummarySection, WordToKnow
from monitor.domain.trial import NctId
from trialwatch.web.paper import on_paper

LETTERS = 54


def a_summary(*, rules: int, places: int = 1) -> Summary:
    """Return a summary with so many rules of five lines each."""
    sections = (
        ("status", "Where it stands", ("It is open.",)),
        ("places", "Places", tuple(f"Hillside Clinic {n}." for n in range(places))),
        ("results", "Results", ("None. " * LETTERS,)),
        ("questions", "Questions to take to a doctor", ("Can I join?",)),
    )
    return Summary(
        nct_id=NctId("NCT99000001"),
        version=1,
        lexicon_version="1",
        title="Lanterin",
        sections=tuple(SummarySection(id=i, title=t, sentences=s) for i, t, s in sections),
        eligibility=tuple(
            PlainCriterion(
                path=f"I.{n}",
                section="inclusion",
                group=None,
                source="x",
                plain=("x" * 5 * LETTERS,),
                method="rules",
            )
            for n in range(rules)
        ),
        words_to_know=(WordToKnow(term="Tumor", meaning="A lump of cells."),),
        facts={},
    )


def test_short_trial_goes_along_whole() -> None:
    paper = on_paper(a_summary(rules=3))

    assert (paper.left, paper.first, paper.titles) == (frozenset(), {}, ())


def test_what_matters_least_stays_behind_first_and_is_named() -> None:
    paper = on_paper(a_summary(rules=44))

    assert paper.titles == ("Results",)


def test_long_rules_leave_all_behind_but_what_a_doctor_asks_for_first() -> None:
    paper = on_paper(a_summary(rules=90))

    assert paper.left == {"places", "results", "words"}
    assert paper.titles == ("Places", "Results", "Words to know")


def test_of_many_places_the_first_go_along() -> None:
    paper = on_paper(a_summary(rules=1, places=300))

    assert paper.first == {"places": 12}
