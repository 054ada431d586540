"""What holds for every real record; skipped where there is none."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.eligibility.align import align
from monitor.eligibility.model import Flag, SectionKind
from monitor.eligibility.tree import parse

pytestmark = pytest.mark.real_records


def criteria_of(path: Path) -> str:
    module = json.loads(path.read_bytes())["protocolSection"].get("eligibilityModule", {})
    return str(module.get("eligibilityCriteria") or "")


@pytest.fixture(scope="module")
def texts(real_records: Path) -> list[str]:
    return [criteria_of(path) for path in sorted((real_records / "records").glob("*.json"))]


def test_the_reference_record_has_its_known_tree(real_records: Path) -> None:
    doc = parse(criteria_of(real_records.parent / "reference" / "NCT07581821.json"))
    ins, outs = doc.of_kind(SectionKind.INCLUSION), doc.of_kind(SectionKind.EXCLUSION)

    assert (len(ins), sum(len(rule.children) for rule in ins)) == (10, 3)
    assert (len(outs), sum(len(rule.children) for rule in outs)) == (18, 11)
    assert [rule.path for rule in doc.walk() if Flag.TRUNCATED in rule.flags] == ["E.13"]


def test_no_character_of_a_real_text_is_lost(texts: list[str]) -> None:
    assert all("".join(span.of(text) for span in parse(text).spans()) == text for text in texts)


def test_both_sections_are_found_where_both_are_named(texts: list[str]) -> None:
    named = [
        text
        for text in texts
        if all(re.search(rf"(?im)^\W*{side} criteria", text) for side in ("inclusion", "exclusion"))
    ]
    sides = {SectionKind.INCLUSION, SectionKind.EXCLUSION}

    found = [text for text in named if sides <= {section.kind for section in parse(text).sections}]

    assert len(found) >= 0.97 * len(named)


def test_a_real_text_in_other_markup_has_not_changed(texts: list[str]) -> None:
    for text in texts[:150]:
        other = text.replace("\n* ", "\n- ").replace("\n", "\r\n").replace("\\>", ">")
        assert align(parse(text), parse(other)) == ()


def test_trees_do_not_depend_on_hash_seeds(real_records: Path) -> None:
    path = next(iter(sorted((real_records / "records").glob("*.json"))))
    code = (
        "import json, sys; from monitor.eligibility.tree import parse;"
        "m = json.load(open(sys.argv[1]))['protocolSection']['eligibilityModule'];"
        "d = parse(m['eligibilityCriteria']);"
        "print([(n.path, n.text, sorted(n.flags)) for n in d.walk()])"
    )

    seen = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert len(seen) == 1
