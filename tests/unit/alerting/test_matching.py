"""What an answer of the registry means for a saved search."""

from dataclasses import replace

from monitor.alerting.at import At
from monitor.alerting.matching import Judged, judge
from monitor.domain.changes import Severity
from monitor.domain.errors import RegistryRefusedError
from monitor.domain.searches import (
    BACK,
    ENTERED,
    HALTED,
    LEFT,
    MOST_FOLLOWED,
    RESUMED,
    Found,
    Hit,
    Member,
    Query,
    Search,
)
from monitor.domain.trial import NctId
from monitor.summaries.grammar import lint
from tests.builders import NOON

DAYS = [f"2026-03-{day:02d}T09:00:05" for day in range(2, 10)]
QUERY = Query(parameters=(("query.cond", "robots"),), words='condition "robots"')


def a_hit(number: int, status: str = "RECRUITING") -> Hit:
    return Hit(nct_id=NctId(f"NCT990000{number:02d}"), title=f"Robots {number}", status=status)


class Told:
    """A search and what became of it, release by release."""

    def __init__(self, *hits: Hit, follow: bool = False) -> None:
        self.search = Search(
            id=12, list_name="robots", name="Robots", query=QUERY, follow=follow, created_at=NOON
        )
        self.members: dict[NctId, Member] = {}
        self._days = iter(DAYS)
        self.first = self.answer(*hits)

    def answer(self, *hits: Hit, seen: tuple[Hit, ...] = ()) -> Judged:
        return self.judged(Found(total=len(hits), hits=hits), seen)

    def judged(self, answer: Found | RegistryRefusedError, seen: tuple[Hit, ...] = ()) -> Judged:
        at = At(release=next(self._days), now=NOON)
        standing = {hit.nct_id: hit for hit in seen}
        judged = judge(self.search, self.members, answer, standing, at)
        self.search = judged.search
        self.members |= {member.hit.nct_id: member for member in judged.members}
        return judged

    @property
    def inside(self) -> set[str]:
        return {one for one, member in self.members.items() if member.left is None}


def kinds(judged: Judged) -> list[tuple[str, str]]:
    changes = judged.alert.changes if judged.alert else ()
    return [(change.kind, change.subject) for change in changes]


def test_first_answer_is_a_baseline() -> None:
    told = Told(a_hit(1), a_hit(2))

    assert told.first.alert is None
    assert (told.search.step, told.search.trials) == (1, 2)
    assert told.inside == {"NCT99000001", "NCT99000002"}


def test_same_answer_makes_no_step() -> None:
    told = Told(a_hit(1))

    judged = told.answer(a_hit(1))

    assert (judged.alert, judged.members, judged.search.step) == (None, (), 1)
    assert judged.search.evaluated_release == DAYS[1]


def test_trial_that_enters_is_told_with_its_title_and_status() -> None:
    told = Told(a_hit(1))

    alert = told.answer(a_hit(1), a_hit(2)).alert

    assert alert is not None
    [change] = alert.changes
    assert (change.kind, change.subject, change.severity) == (
        ENTERED,
        "NCT99000002",
        Severity.MAJOR,
    )
    assert change.after == {"title": "Robots 2", "status": "RECRUITING"}
    assert change.sentence == (
        'The search "Robots" now finds the study "Robots 2" (NCT99000002).'
        " This study is open. It is looking for people to join."
    )
    assert (alert.nct_id, alert.title, alert.release) == ("search-12", "Robots", "2026-03-03")
    assert (alert.from_version, alert.to_version) == (1, 2)


def test_trial_that_leaves_is_told_with_how_it_stands_now() -> None:
    told = Told(a_hit(1), a_hit(2))

    judged = told.answer(a_hit(1), seen=(a_hit(2, "COMPLETED"),))

    assert kinds(judged) == [(LEFT, "NCT99000002")]
    assert judged.alert is not None
    assert judged.alert.severity is Severity.MINOR
    assert "no longer finds" in judged.alert.changes[0].sentence
    assert "ended as planned" in judged.alert.changes[0].sentence
    assert told.inside == {"NCT99000001"}


def test_trial_that_comes_back_is_no_new_one() -> None:
    told = Told(a_hit(1), a_hit(2))
    told.answer(a_hit(1), seen=(a_hit(2, "SUSPENDED"),))

    judged = told.answer(a_hit(1), a_hit(2))

    assert kinds(judged) == [(BACK, "NCT99000002")]
    assert told.search.step == 3


def test_many_of_one_release_are_one_alert_open_ones_first() -> None:
    told = Told()
    closed = [a_hit(number, "COMPLETED") for number in range(1, 40)]

    judged = told.answer(*closed, a_hit(40))

    assert judged.alert is not None
    assert len(judged.alert.changes) == 40
    assert judged.alert.changes[0].subject == "NCT99000040"


def test_trial_the_registry_does_not_show_waits_for_a_second_release() -> None:
    told = Told(a_hit(1), a_hit(2), a_hit(3))

    first = told.answer(a_hit(1), a_hit(2))
    second = told.answer(a_hit(1), a_hit(2))

    assert first.alert is None
    assert kinds(second) == [(LEFT, "NCT99000003")]
    assert second.alert is not None
    assert "did not show this study" in second.alert.changes[0].sentence


def test_trial_shown_again_was_never_gone() -> None:
    told = Told(a_hit(1), a_hit(2))
    told.answer(a_hit(1))

    judged = told.answer(a_hit(1), a_hit(2))

    assert judged.alert is None
    assert told.members[NctId("NCT99000002")].missing_since is None


def test_most_trials_gone_without_a_reason_are_not_believed_at_once() -> None:
    everyone = tuple(a_hit(number) for number in range(1, 11))
    told = Told(*everyone)

    first = told.answer(seen=everyone)

    assert first.alert is None
    assert len(told.inside) == 10
    assert "the next release has to say the same" in first.search.trouble

    second = told.answer(seen=everyone)

    assert len(kinds(second)) == 10
    assert (second.search.trouble, second.search.doubted_release) == ("", None)


def test_half_of_the_trials_may_leave_without_a_reason() -> None:
    four = tuple(a_hit(number) for number in range(1, 5))
    told = Told(*four)

    judged = told.answer(*four[:2], seen=four[2:])

    assert kinds(judged) == [(LEFT, "NCT99000003"), (LEFT, "NCT99000004")]
    assert told.search.doubted_release is None


def test_more_than_half_are_doubted_and_the_operator_is_told_why() -> None:
    eight = tuple(a_hit(number) for number in range(1, 9))
    told = Told(*eight)

    judged = told.answer(*eight[:3], seen=eight[3:])

    assert (judged.alert, judged.members) == (None, ())
    assert (told.search.doubted_release, told.search.trials) == (DAYS[1], 8)
    assert (told.search.trouble_since, told.search.halted) == (NOON, False)
    assert told.search.trouble == (
        "The registry finds 3 trials where it found 8, and their records do not say why. Nobody"
        " was told; the next release has to say the same."
    )


def test_trials_that_left_before_do_not_count_towards_the_half() -> None:
    four = tuple(a_hit(number) for number in range(1, 5))
    told = Told(*four)
    told.answer(*four[:2], seen=four[2:])

    judged = told.answer(seen=four[:2])

    assert judged.alert is None
    assert told.search.doubted_release == DAYS[2]


def test_doubt_ends_when_the_trials_are_there_again() -> None:
    everyone = tuple(a_hit(number) for number in range(1, 11))
    told = Told(*everyone)
    told.answer(seen=everyone)

    judged = told.answer(*everyone)

    assert judged.alert is None
    assert (judged.search.trouble, judged.search.doubted_release) == ("", None)


def test_search_that_grew_too_broad_is_told_once_and_keeps_what_it_knew() -> None:
    told = Told(a_hit(1))
    many = Found(total=MOST_FOLLOWED + 340, hits=())

    first, second = told.judged(many), told.judged(many)

    assert kinds(first) == [(HALTED, "search-12")]
    assert second.alert is None
    assert "2,340 studies" in told.search.trouble
    assert told.inside == {"NCT99000001"}


def test_search_refused_later_says_the_registrys_words() -> None:
    told = Told(a_hit(1))

    judged = told.judged(RegistryRefusedError("400", words="Too complicated query"))

    assert judged.alert is not None
    assert '"Too complicated query"' in judged.alert.changes[0].sentence


def test_search_that_can_be_followed_again_tells_what_it_missed() -> None:
    told = Told(a_hit(1))
    told.judged(Found(total=MOST_FOLLOWED + 1, hits=()))

    judged = told.answer(a_hit(1), a_hit(2))

    assert kinds(judged) == [(ENTERED, "NCT99000002"), (RESUMED, "search-12")]
    assert (judged.search.halted, judged.search.trouble) == (False, "")


def test_following_takes_what_enters_and_not_the_baseline_nor_what_comes_back() -> None:
    told = Told(a_hit(1), a_hit(2), follow=True)
    left = told.answer(a_hit(1), a_hit(3), seen=(a_hit(2, "SUSPENDED"),))
    back = told.answer(a_hit(1), a_hit(2), a_hit(3))

    assert told.first.to_follow == ()
    assert left.to_follow == ("NCT99000003",)
    assert back.to_follow == ()


def test_every_sentence_is_good_english() -> None:
    told = Told(a_hit(1), a_hit(2), a_hit(3), a_hit(4))
    bare = replace(a_hit(6), title="", status="")
    judged = [
        told.answer(
            *(a_hit(1), a_hit(5), bare),
            seen=(a_hit(2, "COMPLETED"), a_hit(3, "UNKNOWN"), a_hit(4)),
        ),
        told.answer(a_hit(1), a_hit(2), a_hit(5), bare),
        told.judged(Found(total=MOST_FOLLOWED + 1, hits=())),
        told.answer(a_hit(1)),
        told.judged(RegistryRefusedError("400", words="Too complicated query")),
    ]
    said = [change.sentence for one in judged if one.alert for change in one.alert.changes]

    assert len(said) >= 8
    assert {sentence: lint(sentence) for sentence in said if lint(sentence)} == {}
