"""Every entry of the lexicon, held to rules of its own.

The fidelity check goes through the same word list as the writer and would let a wrong entry pass.
So nothing here asks the check or the writer: the classes of words are those of ``own_reading``.
"""

import re

import pytest

from monitor.summaries.lexicon import Entry, entries
from tests.unit.summaries.criteria.own_reading import (
    READ,
    TWO_IN_ONE,
    compared,
    denials,
    joints,
    modals,
    names,
    numbers,
    times,
)

WRITTEN = [entry for entry in entries() if entry.plain]

SAME = (("numbers", numbers), ("denials", denials), ("times", times), ("modals", modals))


def faults(entry: Entry) -> list[str]:
    """Return what an entry changes that no entry may change."""
    old, new = entry.phrase, entry.plain or ""
    if old in READ or entry.part == "name":
        return []
    found = [name for name, read in SAME if read(old) != read(new)]
    if entry.part not in {"comparator", "sign"} and joints(old) != joints(new):
        found += [] if old in TWO_IN_ONE else ["joints"]
    if names(old) - names(new):
        found.append("names")
    if compared(old) != compared(new):
        found.append("comparator")
    return found


# --- grammar ------------------------------------------------------------------------------------

PLURALS = frozenset(
    ("people", "children", "women", "men", "feet", "teeth", "staff", "personnel", "criteria")
)
NO_PLURALS = re.compile(r"(?:ss|us|is|'s|ous|as|ics|es of|ness)$")
ENDS_NOUN = re.compile(
    r"\s+(?:of|that|who|which|making|taken|in|for|with|to|on|from|by|at|during|before|after|not|can|than|when|so|if|how|made|caused|and|or|\(.*)\b.*$"
)


def head(text: str) -> str:
    return ENDS_NOUN.sub("", text.lower()).split(" ")[-1].strip("(),.")


def are_plural(text: str) -> set[bool]:
    """Return whether the head and the last word are plurals: one of them carries the number."""
    lasts = {head(text), text.lower().split(" ")[-1]}
    return {
        last in PLURALS or (last.endswith("s") and not NO_PLURALS.search(last)) for last in lasts
    }


def misfits(entry: Entry) -> list[str]:
    """Return where the two sides are not the same form of the same part of speech."""
    old, new = entry.phrase.lower().split(" ")[0], (entry.plain or "").lower().split(" ")[0]
    found: list[str] = []
    if entry.phrase in READ or new in {"not", "must"}:
        return found
    if entry.part == "noun" and not are_plural(entry.phrase) & are_plural(entry.plain or ""):
        found.append("number")
    if entry.part == "verb" and old.endswith("ing") != new.endswith("ing"):
        found.append("-ing")
    if entry.part == "verb" and old.endswith("s") != new.endswith("s"):
        found.append("-s")
    return found


@pytest.mark.parametrize(
    ("phrase", "plain", "fault"),
    [
        ("three drugs", "drugs", "numbers"),
        ("type 2 diabetes", "diabetes", "numbers"),
        ("uncontrolled pain", "pain", "denials"),
        ("stable", "not changing", "denials"),
        ("prior use", "use", "times"),
        ("after surgery", "before surgery", "times"),
        ("should stop", "stop", "modals"),
        ("drugs and food", "drugs", "joints"),
        ("mild sampletinib pain", "mild pain", "names"),
        ("hepatic fibroma", "liver lump", "names"),
        ("hiv test", "blood test", "names"),
        ("no more than", "more than", "comparator"),
    ],
)
def test_rules_catch_an_entry_that_changes_the_meaning(phrase: str, plain: str, fault: str) -> None:
    assert fault in faults(Entry(phrase, plain, "phrase"))


@pytest.mark.parametrize(
    ("phrase", "plain", "part", "misfit"),
    [
        ("medications", "medicine", "noun", "number"),
        ("participant", "people", "noun", "number"),
        ("undergoing", "have", "verb", "-ing"),
        ("requires", "need", "verb", "-s"),
    ],
)
def test_rules_catch_an_entry_of_another_form(
    phrase: str, plain: str, part: str, misfit: str
) -> None:
    assert misfit in misfits(Entry(phrase, plain, part))


def test_no_entry_changes_what_no_entry_may_change() -> None:
    wrong = [(entry.phrase, entry.plain, found) for entry in WRITTEN if (found := faults(entry))]

    assert wrong == []


def test_every_entry_keeps_number_and_form() -> None:
    wrong = [(entry.phrase, entry.plain, found) for entry in WRITTEN if (found := misfits(entry))]

    assert wrong == []
