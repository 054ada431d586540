"""Laws of detection: no-op edits give nothing, edits a reader would see give something.

The record is made up; what is done to it is drawn. Noise comes from the benchmark's own list,
so that both speak of the same thing.
"""

import copy
import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.edit_flat import FLAT_EDITORS
from benchmarks.edit_lists import LIST_EDITORS
from benchmarks.edit_noise import NOISES
from benchmarks.edit_parts import PART_EDITORS
from benchmarks.edit_places import PLACE_EDITORS
from benchmarks.edit_rules import RULE_EDITORS
from benchmarks.edits import Draft
from monitor.detection import detect
from monitor.detection.normalize import canonical, canonical_markup
from monitor.domain.changes import KINDS
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from tests.unit.detection.made import RECORD

_EDITORS = {**FLAT_EDITORS, **LIST_EDITORS, **PART_EDITORS, **PLACE_EDITORS, **RULE_EDITORS}
_SEEDS = st.integers(min_value=0, max_value=2**32)
_SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
_TEXTS = st.text(
    alphabet=st.sampled_from("ab Z09 .,;:-*>=≥&\\<()[]\u00e9\u0301\u00b5\n\t\u00a0'\""), max_size=60
)


def _study(value: Any) -> Study:
    return decode_study(json.dumps(value).encode())


@_SETTINGS
@given(names=st.lists(st.sampled_from(sorted(NOISES)), max_size=8), seed=_SEEDS)
def test_any_mix_of_noise_gives_nothing(names: list[str], seed: int) -> None:
    noisy = copy.deepcopy(RECORD)
    for name in names:
        NOISES[name](noisy, random.Random(seed))

    assert detect(_study(RECORD), _study(noisy)) == ()
    assert detect(_study(noisy), _study(RECORD)) == ()


@_SETTINGS
@given(
    names=st.lists(st.sampled_from(sorted(_EDITORS)), min_size=1, max_size=6),
    noise=st.sampled_from(sorted(NOISES)),
    seed=_SEEDS,
)
def test_every_edit_is_seen_once_through_noise(names: list[str], noise: str, seed: int) -> None:
    draft = Draft(
        before=copy.deepcopy(RECORD),
        study=copy.deepcopy(RECORD),
        rng=random.Random(seed),
        donors=[RECORD],
    )
    for name in names:
        if not draft.closed:
            _EDITORS[name](draft)
    clean = detect(_study(draft.before), _study(draft.study))
    NOISES[noise](draft.study, random.Random(seed))

    seen = detect(_study(draft.before), _study(draft.study))

    kinds = [difference.kind for difference in seen]
    assert {truth.kind for truth in draft.truths} <= set(kinds)
    assert kinds == [difference.kind for difference in clean]
    assert len({(one.kind, one.subject) for one in seen}) == len(seen)
    assert set(kinds) <= set(KINDS)


@_SETTINGS
@given(seed=_SEEDS)
def test_order_is_the_same_every_time_and_by_weight(seed: int) -> None:
    rng = random.Random(seed)
    draft = Draft(before=RECORD, study=copy.deepcopy(RECORD), rng=rng, donors=[RECORD])
    for name in rng.sample(sorted(FLAT_EDITORS), 12):
        if not draft.closed:
            FLAT_EDITORS[name](draft)
    shuffled = copy.deepcopy(draft.study)
    NOISES["noise.order"](shuffled, rng)

    first, second = (detect(_study(RECORD), _study(one)) for one in (draft.study, shuffled))

    assert [(one.kind, one.subject) for one in first] == [(one.kind, one.subject) for one in second]
    weights = [difference.severity for difference in first]
    assert weights == sorted(weights, reverse=True)


@given(text=_TEXTS)
def test_canonical_form_is_its_own_canonical_form(text: str) -> None:
    once = canonical(text)

    assert canonical(once) == once


@given(one=_TEXTS, other=_TEXTS)
def test_texts_of_other_letters_and_digits_have_other_forms(one: str, other: str) -> None:
    def spoken(text: str) -> str:
        return "".join(sign for sign in text if sign in "abZ09")

    if spoken(one) != spoken(other):
        assert canonical(one) != canonical(other)


@given(text=_TEXTS)
def test_markup_form_ignores_line_ends(text: str) -> None:
    assert canonical_markup(text.replace("\n", "\r\n")) == canonical_markup(text)


_ODD = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " ", "\\" * 80, "&" * 200, "<!--" * 20, "(" * 80, "9999-12", "0000", "a" * 2_000]
    ),
)


@_SETTINGS
@given(
    module=st.sampled_from(sorted(RECORD["protocolSection"])),
    odd=st.lists(_ODD, min_size=1, max_size=6),
    seed=_SEEDS,
)
def test_odd_texts_break_nothing(module: str, odd: list[str], seed: int) -> None:
    rng, strange = random.Random(seed), copy.deepcopy(RECORD)
    own = _texts(strange["protocolSection"][module]) or _texts(strange["protocolSection"])
    for text in odd:
        holder, key = rng.choice(own)
        holder[key] = text

    differences = detect(_study(RECORD), _study(strange))

    assert len({(one.kind, one.subject) for one in differences}) == len(differences)
    assert detect(_study(strange), _study(strange)) == ()


def _texts(value: Any) -> list[tuple[Any, Any]]:
    """Return every place under ``value`` that holds a text, as its holder and key."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, Any]] = []
    for key, item in items:
        if isinstance(item, str):
            found.append((value, key))
        elif isinstance(item, dict | list):
            found += _texts(item)
    return found
