"""The meter, held to words and sentences counted by hand."""

from pathlib import Path

import pytest

from monitor.summaries.readability import grade, syllables, words_of

COUNTED = [
    ("You sign the form.", 4, 4),
    ("You are at least 18 years old.", 7, 7),
    ("You have asthma.", 3, 4),
    ("The study doctor decides.", 4, 7),
    ("Your liver works well enough.", 5, 7),
    ("You are pregnant or breastfeeding.", 5, 8),
    ("You have a history of heart disease.", 7, 10),
    ("You take no other drugs.", 5, 6),
    ("You can swallow pills.", 4, 5),
    ("Platelets are blood cells that help you stop bleeding.", 9, 11),
    ("You have had surgery within 2 weeks.", 7, 10),
    ("The cancer has spread to the brain.", 7, 8),
    ("You agree to use birth control.", 6, 8),
    ("Your blood pressure is too high.", 6, 7),
    ("You have an active infection.", 5, 8),
    ("You are allergic to peanuts.", 5, 8),
    ("You cannot follow the study rules.", 6, 9),
    ("The tumor can be measured on a scan.", 8, 10),
    ("You received chemotherapy before.", 4, 10),
    ("You are willing to give blood.", 6, 7),
    ("You smoke every day.", 4, 5),
    ("You drink alcohol often.", 4, 7),
    ("Your kidneys are weak.", 4, 5),
    ("You live near the clinic.", 5, 6),
    ("A parent signs for a child.", 6, 7),
    ("You have diabetes.", 3, 6),
    ("You need oxygen at home.", 5, 7),
    ("You had a heart attack in the past 6 months.", 10, 11),
    ("Your bilirubin is normal.", 4, 8),
    ("You are able to read and write.", 7, 8),
    ("The vaccine was given in May.", 6, 8),
    ("HIV harms the immune system.", 5, 9),
]


@pytest.mark.parametrize(("sentence", "words", "spoken"), COUNTED)
def test_counts_are_those_made_by_hand(sentence: str, words: int, spoken: int) -> None:
    found = words_of(sentence)

    assert (len(found), sum(map(syllables, found))) == (words, spoken)


def test_grade_follows_the_formula() -> None:
    # 4 words, 1 sentence, 5 syllables
    assert grade(["You can swallow pills."]) == pytest.approx(0.39 * 4 + 11.8 * 5 / 4 - 15.59)


def test_longer_words_and_sentences_grade_higher() -> None:
    plain = grade(["You have weak kidneys.", "You take no drugs."])
    hard = grade(["Individuals demonstrating significant renal insufficiency without medication"])

    assert plain < hard


@pytest.mark.parametrize("nothing", [[], [""], ["..."]])
def test_no_words_have_no_grade(nothing: list[str]) -> None:
    assert grade(nothing) == 0.0


@pytest.mark.parametrize(("word", "spoken"), [("ULN", 3), ("WHO", 5), ("18", 1), ("1,500", 1)])
def test_letters_and_figures_are_counted_as_said(word: str, spoken: int) -> None:
    assert syllables(word) == spoken


def _frozen() -> list[tuple[str, int, frozenset[int]]]:
    """The 2,000 most frequent words of real rules: word, how often, syllables after CMUdict."""
    text = (Path(__file__).parent / "syllables_2000.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return [(word, int(uses), frozenset(map(int, said.split()))) for word, uses, said in rows]


def test_frequent_words_have_the_syllables_of_a_dictionary_that_is_not_ours() -> None:
    words = _frozen()
    uses = sum(count for _, count, _ in words)

    wrong = {word: count for word, count, said in words if syllables(word) not in said}

    assert len(words) == 2000
    assert sum(wrong.values()) <= 0.005 * uses, wrong


def test_meter_leans_neither_way_on_frequent_words() -> None:
    words = _frozen()
    uses = sum(count for _, count, _ in words)

    over = sum(
        count * min((syllables(word) - one for one in said), key=abs) for word, count, said in words
    )

    # Half a hundredth of a syllable a word moves a grade by 0.06.
    assert abs(over) <= 0.005 * uses
