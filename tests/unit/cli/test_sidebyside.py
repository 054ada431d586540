"""Old and new beside each other: every word, and every blank between two words."""

import pytest

from tests.builders import a_change
from trialwatch.cli import sidebyside
from trialwatch.terminal import console

_OLD = "Has had a confirmed allergy to birch pollen for at least two whole seasons"
_NEW = "Confirmed allergy to birch pollen, hazel or alder for at least three whole seasons"


def _printed(before: object, after: object) -> str:
    with console.capture() as printed:
        sidebyside.print_comparison((a_change(before=before, after=after),))
    return " ".join(printed.get().split())


def test_no_blank_is_lost_between_what_stayed_and_what_moved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(console, "width", 400)

    for before, after in ((_OLD, _NEW), (_NEW, _OLD)):
        printed = _printed(before, after)
        assert f"BEFORE NOW {before} {after}" in printed


def test_only_the_parts_that_moved_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "width", 400)
    before = {"facility": "Harbour Hospital", "city": "Lyon", "zip": None}

    printed = _printed(before, {**before, "facility": "Harbor Hospital", "zip": "69003"})

    assert "facility Harbour Hospital Harbor Hospital" in printed
    assert "zip (nothing) 69003" in printed
    assert "Lyon" not in printed


def test_short_values_stand_in_the_sentence_alone() -> None:
    assert "BEFORE" not in _printed("Lyon", "Paris")
