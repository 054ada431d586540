"""One rule through all versions of a made-up trial."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from monitor.alerting.lineage import begin, carry
from monitor.alerting.story import Chapter, RuleNotFoundError, Told, story_of
from monitor.domain.trial import Lineage, VersionInfo
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from tests.builders import NOON, TRIAL
from tests.fakes.registry import a_study

AGE = "Robot of at least 5 years with its own charging station"
FORM = "Form of consent signed by the owner of the robot"
RUST = "Rust on more than 10 percent of the outer shell"
OIL = "Change of gear oil within 14 days before the first dose"
WATER = "Known weakness against sea water or heavy rain"


def study(inclusion: Sequence[str], exclusion: Sequence[str]) -> Study:
    lines = ["Inclusion Criteria:", "", *(f"* {rule}" for rule in inclusion), ""]
    lines += ["Exclusion Criteria:", "", *(f"* {rule}" for rule in exclusion)]
    text = "\n".join(lines)
    return decode_study(a_study(TRIAL, eligibilityModule={"eligibilityCriteria": text}))


def info(number: int) -> VersionInfo:
    return VersionInfo(
        nct_id=TRIAL,
        number=number,
        release=f"2026-03-{10 + number:02}",
        fetched_at=NOON,
        raw_bytes=1,
        stored_bytes=1,
    )


def versions(*studies: Study, first: int = 1, stored: bool = True) -> list[Told]:
    """Versions as a sweep stores them, with or without the names of their rules."""
    names: Lineage | None = None
    told: list[Told] = []
    for number, each in enumerate(studies, start=first):
        if told:
            names = carry(names, told[-1].study, each, version=number)
        else:
            names = begin(TRIAL, each, version=number)
        told.append(Told(info=info(number), study=each, lineage=names if stored else None))
    return told


def shape(story: Sequence[Chapter]) -> list[tuple[int, str | None, tuple[str, ...]]]:
    return [(c.info.number, c.criterion.path if c.criterion else None, c.became) for c in story]


RUST_EDITED = RUST.replace("10 percent", "20 percent")
FOUR = (
    study([AGE, FORM], [OIL, WATER, RUST]),
    study([AGE, FORM], [WATER, RUST]),
    study([AGE, FORM], [WATER, RUST_EDITED]),
    study([AGE, FORM, RUST_EDITED], [WATER]),
    study([AGE, FORM], [WATER]),
)
STORY = [
    (1, "E.3", ("first",)),
    (2, "E.2", ("renumbered",)),
    (3, "E.2", ("edited",)),
    (4, "I.3", ("moved",)),
    (5, None, ("removed",)),
]


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("rule", ["exclusion 3", "E.3", "Exclusion 3@1", "e.2@3", "inclusion 3"])
def test_rule_is_followed_wherever_it_goes(rule: str, stored: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    story = story_of(TRIAL, rule, versions(*FOUR, stored=stored))

    assert shape(story) == STORY
    assert len({chapter.rule for chapter in story}) == 1
    texts = [chapter.criterion.text for chapter in story if chapter.criterion]
    assert texts == [RUST, RUST, RUST_EDITED, RUST_EDITED]


def test_place_without_version_is_that_of_the_newest_that_has_it() -> None:
    story = story_of(TRIAL, "exclusion 2", versions(*FOUR[:2]))

    assert [c.criterion.text for c in story if c.criterion] == [RUST, RUST]


def test_rule_is_found_by_its_name() -> None:
    told = versions(*FOUR)
    name = story_of(TRIAL, "E.3@1", told)[0].rule

    assert shape(story_of(TRIAL, name, told)) == STORY


def test_rule_that_comes_later_and_comes_back_says_so() -> None:
    with_oil, without = study([AGE], [WATER, OIL]), study([AGE], [WATER])
    told = versions(without, with_oil, without, with_oil)

    story = story_of(TRIAL, "exclusion 2", told)

    assert shape(story) == [
        (1, None, ()),
        (2, "E.2", ("first",)),
        (3, None, ("removed",)),
        (4, "E.2", ("back",)),
    ]


def test_rule_that_stays_has_nothing_to_tell() -> None:
    story = story_of(TRIAL, "inclusion 1", versions(*FOUR))

    assert [chapter.became for chapter in story] == [("first",), (), (), (), ()]


def test_names_reach_back_before_the_watch() -> None:
    told = versions(*FOUR, first=-2)
    later_only = [t if t.info.number > 0 else replace(t, lineage=None) for t in told]

    story = story_of(TRIAL, "E.3@-2", later_only)

    assert shape(story)[:3] == [(number - 3, path, words) for number, path, words in STORY[:3]]
    assert [chapter.contract()["before_watch"] for chapter in story] == [True] * 3 + [False] * 2


def test_names_of_another_parser_are_made_anew() -> None:
    told = [
        replace(t, lineage=replace(t.lineage, parser_version=-1, ids={}) if t.lineage else None)
        for t in versions(*FOUR)
    ]

    assert shape(story_of(TRIAL, "E.3@1", told)) == STORY


def test_chapter_is_one_object() -> None:
    first, *_, last = story_of(TRIAL, "E.3@1", versions(*FOUR))

    assert first.contract() == {
        "nct_id": TRIAL,
        "version": 1,
        "release": "2026-03-11",
        "before_watch": False,
        "rule": first.rule,
        "path": "E.3",
        "section": "exclusion",
        "group": None,
        "text": RUST,
        "became": ["first"],
    }
    ending: Any = json.loads(json.dumps(last.contract()))
    assert (ending["path"], ending["text"], ending["became"]) == (None, None, ["removed"])


HOW = "; write `exclusion 3`, `E.3`, or `E.3@1` for its place in version 1"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            " exclusion 9 ",
            "No rule 'exclusion 9' in any version of NCT99000001; the newest has I.1, I.2, E.1",
        ),
        ("E.3@2", "No rule 'E.3@2' in version 2 of NCT99000001; it has I.1, I.2, E.1, E.2"),
        ("E.3@9", "NCT99000001 has no version 9; stored are 1 to 5"),
        ("third one", f"'third one' names no rule{HOW}"),
        ("foo 3", f"'foo 3' names no rule{HOW}"),
        ("0123456789ab", f"'0123456789ab' names no rule{HOW}"),
        ("x" * 41, f"'{'x' * 40}' names no rule{HOW}"),
        ("", f"'' names no rule{HOW}"),
    ],
)
def test_rule_that_is_nowhere_is_explained(rule: str, words: str) -> None:
    with pytest.raises(RuleNotFoundError) as refused:
        story_of(TRIAL, rule, versions(*FOUR))

    assert str(refused.value) == words


def test_trial_without_rules_has_none_to_name() -> None:
    bare = decode_study(a_study(TRIAL, eligibilityModule={}))

    with pytest.raises(RuleNotFoundError) as refused:
        story_of(TRIAL, "E.1", versions(bare))

    assert str(refused.value) == (
        "No rule 'E.1' in any version of NCT99000001; the newest has none"
    )


def test_trial_without_versions_has_no_story() -> None:
    with pytest.raises(RuleNotFoundError) as refused:
        story_of(TRIAL, "E.1", [])

    assert str(refused.value) == ("No version of NCT99000001 is stored; let a sweep fetch it first")


@pytest.mark.parametrize("rule", ["E.3@1", "exclusion 3@1", "EXCLUSION 3@1", "e.3@1"])
def test_rule_is_named_by_its_place_or_by_its_own_name(rule: str) -> None:
    told = versions(*FOUR)

    story = story_of(TRIAL, rule, told)

    assert shape(story) == STORY
    assert story_of(TRIAL, story[0].rule, told) == story
