"""Plain functions of the comparison at their edges."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.detection import default_weights, events, read_weights
from monitor.detection.alike import likeness, same_story, within
from monitor.detection.dates import PartialDate, about_days, months_between, months_passed
from monitor.detection.details import days_of_age
from monitor.detection.normalize import canonical, canonical_set, shown, unique
from monitor.detection.pairing import Pairing, best_first
from monitor.detection.places import Place, label_of, words_of, zips_alike
from monitor.detection.results import same
from monitor.detection.table import field_table, filled, main, weight_table
from monitor.domain.changes import KINDS
from monitor.registry.record.people import Location
from tests.unit.detection.made import RECORD, edited, study_of


def _nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = [leaf]
    return leaf


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ("a  b", "a b ", True),
        ("a", "b", False),
        (1, 1.0, True),
        (1, 2, False),
        (1, "1", False),
        (None, None, True),
        ([1, "a "], [1, "a"], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ({"a": "b "}, {"a": "b"}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ({}, [], False),
        (_nested(39, "a "), _nested(39, "a"), True),
        (_nested(40, "a "), _nested(40, "a"), False),
        (_nested(50, "a"), _nested(50, "a"), True),
    ],
)
def test_values_of_results_say_the_same(before: Any, after: Any, *, is_same: bool) -> None:
    assert same(before, after) is is_same
    assert same(after, before) is is_same
    assert same({"x": before}, {"x": after}, depth=1) is (before == after)


def test_best_pairs_come_first_and_ties_in_order() -> None:
    assert best_first([(0.5, 0, 0), (0.9, 0, 1), (0.8, 1, 1), (0.4, 1, 0)]) == [(0, 1), (1, 0)]
    assert best_first([(1, 0, 2), (1, 1, 2), (1, 1, 0), (1, 0, 0)]) == [(0, 0), (1, 2)]
    assert best_first([(1, 0, 3), (1, 2, 3), (1, 3, 0)]) == [(2, 3), (3, 0)]
    assert best_first([(1, 5, 4), (1, 3, 4)]) == [(3, 4)]
    assert best_first([(0, 0, 0), (-1, 1, 1)]) == []


def test_pairs_by_key_keep_their_order_and_none_pairs_with_nothing() -> None:
    pairing = Pairing(old=["a1", "a2", "b1", "x"], new=["x2", "a3", "a4", "a5"])

    pairing.match(lambda one: None if one[0] == "x" else one[0])

    assert pairing.matched() == [("a1", "a3"), ("a2", "a4")]
    assert (pairing.left(), pairing.arrived()) == (["b1", "x"], ["x2", "a5"])


def test_pairs_alike_within_groups_best_first() -> None:
    pairing = Pairing(old=["a1", "a7", "b1"], new=["a6", "a2", "c1"])

    pairing.match_alike(
        lambda one, other: 10 - abs(int(one[1]) - int(other[1])), within=lambda one: one[0]
    )

    assert pairing.matched() == [("a7", "a6"), ("a1", "a2")]
    assert (pairing.left(), pairing.arrived()) == (["b1"], ["c1"])


@pytest.mark.parametrize(("most", "wanted"), [(4, [(1, 0), (0, 1)]), (3, [(0, 0), (1, 1)])])
def test_too_many_to_score_are_paired_in_order(
    most: int, wanted: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.detection.pairing.MOST_SCORED", most)
    pairing = Pairing(old=[1, 9], new=[9, 1])

    pairing.match_alike(lambda one, other: float(one == other))

    assert sorted(pairing.pairs, key=lambda pair: pair[1]) == wanted


def test_likeness_knows_no_case_and_nothing_is_like_nothing() -> None:
    assert likeness("ABCD", "abcd") == 1
    assert likeness("abcd", "abxy") == 0.5
    assert (likeness("", ""), likeness("a", ""), likeness("", "a")) == (0, 0, 0)


def test_words_within_words() -> None:
    assert within("Pain", "left PAIN")
    assert within("left pain", "Pain")
    assert within("pain left", "left pain")
    assert not within("pain", "pains")
    assert not within("", "pain")
    assert not within("pain", "")


def test_story_is_told_by_forty_letters() -> None:
    assert same_story("x" * 40, "x" * 40) == 1
    assert same_story("x" * 39, "x" * 39) == 0
    assert same_story("x" * 40, "x" * 39) == 0
    assert same_story("x" * 50 + "a" * 50, "x" * 50 + "b" * 50) == 0
    assert same_story("x" * 50 + "a" * 50, "x" * 50 + "b" * 50, alike=0.5) == 0.5


@pytest.mark.parametrize(
    ("before", "after", "months"),
    [
        ("2026-01-15", "2026-02-14", 0),
        ("2026-01-15", "2026-02-15", 1),
        ("2026-01-15", "2026-02-16", 1),
        ("2026-02-15", "2026-01-15", -1),
        ("2026-02-15", "2026-01-16", 0),
        ("2026-02-15", "2026-01-14", -1),
        ("2026-01-15", "2026-01-20", 0),
        ("2026-01-20", "2026-01-15", 0),
        ("2025-12", "2026-01-31", 1),
        ("2025-01-31", "2026", None),
        ("2025", "2026-01", None),
        ("2024-11-30", "2026-01-01", 13),
    ],
)
def test_months_between_two_dates(before: str, after: str, months: int | None) -> None:
    assert months_between(_date(before), _date(after)) == months


def _date(text: str) -> PartialDate:
    parsed = PartialDate.parse(text)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        ("2025-01-15", date(2025, 2, 14), 0),
        ("2025-01-15", date(2025, 2, 15), 1),
        ("2025-01-15", date(2026, 1, 15), 12),
        ("2025", date(2026, 1, 30), 0),
        ("2025", date(2026, 1, 31), 1),
        ("2025-12", date(2026, 12, 30), 11),
        ("2026-01-15", date(2025, 1, 15), 0),
    ],
)
def test_months_passed_since_a_date(since: str, today: date, months: int) -> None:
    assert months_passed(_date(since), today) == months


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025-11", date(2025, 11, 1), date(2025, 11, 30)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-03-04", date(2025, 3, 4), date(2025, 3, 4)),
        (" 9000 ", date(9000, 1, 1), date(9000, 12, 31)),
    ],
)
def test_days_that_a_date_may_mean(text: str, first: date, last: date) -> None:
    assert (_date(text).first_day(), _date(text).last_day()) == (first, last)


def test_no_date_is_beyond_the_last_year() -> None:
    assert PartialDate.parse("9001") is None
    assert about_days(_date("2025"), _date("2025-02")) == 31


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("18 Years", 18 * 365.25),
        ("1 Year", 365.25),
        ("1.5 months", 1.5 * 365.25 / 12),
        ("2 Weeks", 14),
        ("3 Days", 3),
        ("12 Hours", 0.5),
        ("1440 Minutes", 1),
        ("18", None),
        ("N/A", None),
        (None, None),
    ],
)
def test_age_in_days(text: str | None, days: float | None) -> None:
    assert days_of_age(text) == (None if days is None else pytest.approx(days))


def test_look_alikes_of_plain_text() -> None:
    assert canonical("a`b") == canonical("a'b") == canonical("a\u2019b")
    assert canonical("a  b") == canonical(" a b ") == "a b"
    assert canonical("a >= b") == canonical("a \u2265 b") == canonical("a >/= b") == "a>=b"
    assert canonical("a =< b") != canonical("a <= b")
    assert canonical_set(["b", "", None, "a", "b "]) == ("a", "b")
    assert shown("") == ""
    assert shown("  a\\> b \r c") == "a> b\n c"
    assert unique(["x", "x", "x"]) == ["x", "x (2)", "x (3)"]


def _place(**parts: Any) -> Place:
    return Place.of(Location(**parts))


@pytest.mark.parametrize(
    ("facility", "is_anonymous", "is_numbered"),
    [
        ("Research Site", True, False),
        ("Research Site 12", False, True),
        ("Local Institution - 0123", False, True),
        ("Made Ltd Investigational Site 12", False, False),
        ("Made Investigational Site 12", False, False),
        ("12 Made Investigational Site", False, True),
        ("12 Made Ltd Investigational Site", False, False),
        ("Made Investigational Sites", True, False),
        ("Made Ltd Clinical Site", True, False),
        ("Made Ltd Large Site", False, False),
        ("Harbour Hospital", False, False),
        ("Harbour 3", False, False),
        ("", True, False),
    ],
)
def test_what_a_name_says(facility: str, *, is_anonymous: bool, is_numbered: bool) -> None:
    place = _place(facility=facility)

    assert (place.is_anonymous, place.is_numbered) == (is_anonymous, is_numbered)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("6900", "69001", True),
        ("69001", "6900", True),
        ("F-6900", "f 6900", True),
        ("690", "690", False),
        ("6900", "6901", False),
        ("", "6900", False),
    ],
)
def test_postcodes_are_alike(one: str, other: str, *, alike: bool) -> None:
    assert zips_alike(_place(zip=one), _place(zip=other)) is alike


def test_names_of_places() -> None:
    place = Location(facility="Harbour \\& Co", city="Lyon", state="Rh\u00f4ne", country="France")

    assert label_of(place) == "Harbour & Co, Lyon, Rh\u00f4ne, France"
    assert label_of(Location(city="Lyon")) == "Lyon"
    assert label_of(Location()) == "Unnamed place"
    assert words_of("H\u00d4PITAL Saint-Jean_2") == ["hopital", "saint", "jean", "2"]


# --- events ---------------------------------------------------------------------------------------


def _trial(**status: Any) -> Any:
    return study_of(edited(RECORD, {"protocolSection.statusModule": status}))


def test_stale_speaks_of_the_hour_too_and_without_a_verification() -> None:
    trial = _trial(overallStatus="RECRUITING", completionDateStruct={"date": "2025-08"})

    stale = events.stale(trial, today="2026-03-01T09:00:00")

    assert stale is not None
    assert (stale.subject, stale.after) == (
        "",
        {"verified": None, "completion": "2025-08", "months": 6, "why": "past_completion"},
    )
    assert events.stale(trial, today="2026-02-28T23:59:59") is None


def test_the_earlier_reason_is_told() -> None:
    trial = _trial(
        overallStatus="RECRUITING",
        statusVerifiedDate="2023-01",
        completionDateStruct={"date": "2020-05-31"},
    )

    assert events.stale_from(trial) == "2020-12-01"
    stale = events.stale(trial, today="2026-01-01")
    assert stale is not None
    assert isinstance(stale.after, dict)
    assert (stale.after["why"], stale.after["months"]) == ("past_completion", 67)


@pytest.mark.parametrize(
    ("verified", "months", "day"),
    [
        ("2024-01-31", 1, "2024-03-01"),
        ("2024-01-30", 1, "2024-03-01"),
        ("2024-01-28", 1, "2024-02-29"),
        ("2024-11-15", 1, "2024-12-16"),
        ("2024-12-15", 1, "2025-01-16"),
        ("2024-12-31", 12, "2026-01-01"),
        ("2024", 0, "2025-01-01"),
    ],
)
def test_day_after_so_many_months(verified: str, months: int, day: str) -> None:
    trial = _trial(overallStatus="SUSPENDED", statusVerifiedDate=verified)

    assert events.stale_from(trial, unverified_months=months) == day


# --- tables ---------------------------------------------------------------------------------------


def test_tables_are_written_between_their_marks(tmp_path: Path) -> None:
    document = "é\n<!-- fields begin -->\nold\n<!-- fields end -->\nmiddle\n"
    document += "<!-- weights begin -->\n<!-- weights end -->\nend\n"
    path = tmp_path / "document.md"
    path.write_text(document, encoding="utf-8")

    main(path)

    written = path.read_text(encoding="utf-8")
    assert written == (
        f"é\n<!-- fields begin -->\n\n{field_table()}\n<!-- fields end -->\nmiddle\n"
        f"<!-- weights begin -->\n\n{weight_table()}\n<!-- weights end -->\nend\n"
    )
    assert filled(written) == written
    assert "é".encode() in path.read_bytes()


def test_wrong_weights_are_refused_in_whole_sentences() -> None:
    kinds = ", ".join(KINDS)
    for text, words in (
        ('[titel]\nseverity = "minor"', f"[titel] is no kind of change; the kinds are {kinds}."),
        ("title = 3", "title must be a table with severity and reason."),
    ):
        with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole sentence is compared
            read_weights(text, over=default_weights())
        assert str(refused.value) == words
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        read_weights("")
    assert str(refused.value) == (
        f"The table of weights has no [{KINDS[0]}]; add it with its severity."
    )
