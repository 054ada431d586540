"""Every pair of versions of the real histories, told change by change."""

import itertools
import json
import re
import statistics
from pathlib import Path

import pytest

from monitor.detection.detect import detect
from monitor.domain.changes import Change
from monitor.domain.trial import NctId
from monitor.registry.parse import decode_study
from monitor.summaries.changes import tell
from monitor.summaries.headlines import headline, short_list, summary_line
from monitor.summaries.readability import grade
from tests.integration.summaries.reading import QUOTED, faults_in, numbers_in, numbers_of

pytestmark = pytest.mark.real_records

SENTENCE = re.compile(r"(?<=[.!?])\s+")
DISTANCE = re.compile(r"That is [^.]* (?:later|earlier)\.")
#: Kinds whose sentences are names of places, people and papers.
NAMES = ("site.", "official", "reference", "contact", "collaborators")

Told = tuple[bytes, bytes, tuple[Change, ...]]


@pytest.fixture(scope="module")
def told(real_records: Path) -> list[Told]:
    """Each pair of versions of one trial, both ways, with its changes."""
    pairs = []
    for folder in sorted((real_records / "history").iterdir()):
        versions = [path.read_bytes() for path in sorted(folder.glob("*.json"))]
        for old, new in itertools.pairwise(versions):
            pairs += [(old, new, _tell(old, new)), (new, old, _tell(new, old))]
    return pairs


def _tell(old: bytes, new: bytes) -> tuple[Change, ...]:
    before, after = decode_study(old), decode_study(new)
    return tell(
        detect(before, after),
        before,
        after,
        nct_id=NctId(after.nct_id),
        from_version=1,
        to_version=2,
    )


def test_every_difference_becomes_one_change(told: list[Told]) -> None:
    assert len(told) >= 60
    for old, new, changes in told:
        found = detect(decode_study(old), decode_study(new))
        identities = {(change.kind, change.subject) for change in changes}

        assert len(changes) == len(found) == len(identities)
        assert identities == {(one.kind, one.subject) for one in found}
        assert [change.severity for change in changes] == sorted(
            (change.severity for change in changes), reverse=True
        )


def test_no_sentence_has_a_fault_of_form(told: list[Told]) -> None:
    faulty = [
        (change.nct_id, change.kind, faults, text)
        for _, _, changes in told
        for change in changes
        for text in (change.sentence, change.meaning)
        if (faults := faults_in(text))
    ]

    assert faulty == []


def test_every_sentence_ends_and_says_something(told: list[Told]) -> None:
    for _, _, changes in told:
        for change in changes:
            assert change.sentence.endswith((".", '"', "”"))
            assert len(change.sentence) > 20


def test_every_number_is_in_a_record_or_a_count_of_it(told: list[Told]) -> None:
    strange = []
    for old, new, changes in told:
        known = numbers_of(old) | numbers_of(new) | {0, 1, 2}
        for change in changes:
            said = numbers_in(QUOTED.sub("", DISTANCE.sub("", change.sentence)))
            if said - known - numbers_in(json.dumps(change.contract())):
                strange.append((change.nct_id, change.kind, change.sentence))

    assert strange == []


def test_change_sentences_are_easy_to_read(told: list[Told]) -> None:
    grades = [
        grade(SENTENCE.split(QUOTED.sub("this", f"{change.sentence} {change.meaning}").strip()))
        for _, _, changes in told
        for change in changes
        if not change.kind.startswith(NAMES)
    ]

    assert statistics.median(grades) <= 4.0
    assert statistics.quantiles(grades, n=100)[94] <= 6.0


def test_subjects_and_lines_are_short_and_clean(told: list[Told]) -> None:
    for _, _, changes in told:
        if not changes:
            continue
        assert 0 < len(headline(changes)) <= 60
        assert len(summary_line(changes)) <= 500
        assert not faults_in(summary_line(changes))
        assert len(short_list(changes)) <= 60


def test_telling_twice_gives_the_same_words(told: list[Told]) -> None:
    for old, new, changes in told[::7]:
        assert _tell(old, new) == changes
