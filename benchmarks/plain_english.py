"""How plain and how faithful the eligibility part is, measured over real records.

    python benchmarks/plain_english.py [FOLDER] [--reference FILE] [--json FILE]

FOLDER holds records of the registry's API v2 (``TRIALWATCH_REAL_RECORDS`` or the sibling folder
when it is left out). Every figure stands beside that of the original text, measured by the same
meter in the same run.
"""

import argparse
import json
import os
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from monitor.domain.summaries import PlainCriterion
from monitor.eligibility.tree import parse
from monitor.summaries.criteria import plain_criteria
from monitor.summaries.fidelity import check
from monitor.summaries.grammar import lint
from monitor.summaries.lexicon import LEXICON_VERSION, entries
from monitor.summaries.readability import grade, words_of
from monitor.summaries.sentences import statements
from monitor.summaries.words import acronyms_in, glosses, terms_in

_SIBLING = Path(__file__).resolve().parents[2] / "shared" / "registry"
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_FAULTS_WANTED = 1000
_SEED = 20260301


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record's eligibility part, written, with the time it took."""

    nct_id: str
    criteria: tuple[PlainCriterion, ...]
    seconds: float


def own_sentences(rule: PlainCriterion) -> list[str]:
    """Return the rule's plain sentences without explanations of terms."""
    return [line for line in rule.plain if line not in glosses()]


def write(path: Path) -> Record:
    study = json.loads(path.read_text(encoding="utf-8"))["protocolSection"]
    text = study.get("eligibilityModule", {}).get("eligibilityCriteria")
    names = frozenset(study.get("conditionsModule", {}).get("conditions", [])) | {
        item["name"] for item in study.get("armsInterventionsModule", {}).get("interventions", [])
    }
    start = time.perf_counter()
    criteria = plain_criteria(parse(text), names=frozenset(names))
    return Record(
        nct_id=study["identificationModule"]["nctId"],
        criteria=criteria,
        seconds=time.perf_counter() - start,
    )


def original(record: Record) -> list[str]:
    return [line for rule in record.criteria for line in statements(rule.source) if line.strip()]


def plain(record: Record) -> list[str]:
    lines: list[str] = []
    for rule in record.criteria:
        lines.extend(rule.plain if rule.method == "rules" else statements(rule.source))
    return [line for line in lines if line.strip()]


def without_glosses(record: Record) -> list[str]:
    known = glosses()
    return [line for line in plain(record) if line not in known]


def grades(records: list[Record], lines: Callable[[Record], list[str]]) -> str:
    figures = sorted(grade(lines(record)) for record in records if lines(record))
    p90 = figures[int(len(figures) * 0.9)]
    below = sum(figure <= 8.0 for figure in figures) / len(figures)
    return f"{statistics.median(figures):.2f} / {p90:.2f} ({below:.0%} at 8 or below)"


def lengths(records: list[Record], lines: Callable[[Record], list[str]]) -> str:
    counts = [len(words_of(line)) for record in records for line in lines(record)]
    counts = [count for count in counts if count]
    short = sum(count <= 25 for count in counts) / len(counts)
    return f"median {statistics.median(counts):.0f}, {short:.1%} at 25 or below"


def numbers(records: list[Record]) -> str:
    kept = lost = added = 0
    for record in records:
        for rule in record.criteria:
            theirs = Counter(_DIGITS.findall(rule.source))
            ours = Counter(_DIGITS.findall(" ".join(own_sentences(rule))))
            kept += sum((theirs & ours).values())
            lost += sum((theirs - ours).values())
            added += sum((ours - theirs).values())
    return f"{kept} kept, {lost} lost, {added} added (digits, before any reading of words)"


def acronyms(records: list[Record]) -> str:
    used: Counter[str] = Counter()
    unexplained: Counter[str] = Counter()
    for record in records:
        found = {name for line in without_glosses(record) for name in acronyms_in(line)}
        used.update(found)
        whole = " ".join(rule.source for rule in record.criteria)
        unexplained.update(
            name
            for name in found
            if not terms_in(name)
            and not re.search(rf"[(\[]{re.escape(name)}\b|\b{re.escape(name)} [(\[]", whole)
        )
    total = sum(used.values())
    return f"{sum(unexplained.values())} of {total} uses ({sum(unexplained.values()) / total:.1%})"


# --- seeded faults ------------------------------------------------------------------------------

_NEGATION = re.compile(r"\b(?:not|no|never|without)\b ", re.IGNORECASE)
_FLIPS = {
    "at least": "at most",
    "at most": "at least",
    "more than": "less than",
    "less than": "more than",
}
_STRICT = {
    "at least": "more than",
    "at most": "less than",
    "more than": "at least",
    "less than": "at most",
}
_COMPARED = re.compile(r"\b(at least|at most|more than|less than)(?= \d)")
_UNIT = re.compile(r"(?<=\d )(days|weeks|months|years|hours)\b|(?<=\d )(mg)\b")
_OTHER_UNIT = {
    "days": "weeks",
    "weeks": "months",
    "months": "weeks",
    "years": "months",
    "hours": "days",
    "mg": "g",
}
_DRUG = re.compile(r"\b[a-z]{4,}(?:mab|nib|statin|cillin|platin|taxel|olone|sone|mide|rubicin)\b")
_INVENTED = (
    "You must live near the study clinic.",
    "You will get a small payment.",
    "Most people do well on this drug.",
)


def _drop_number(text: str, rng: random.Random) -> str | None:
    return _at_one(_DIGITS, text, rng, lambda _: "")


def _change_number(text: str, rng: random.Random) -> str | None:
    return _at_one(_DIGITS, text, rng, lambda number: f"{rng.randint(1, 9)}{number}")


def _flip(text: str, rng: random.Random) -> str | None:
    return _at_one(_COMPARED, text, rng, _FLIPS.__getitem__)


def _strictness(text: str, rng: random.Random) -> str | None:
    return _at_one(_COMPARED, text, rng, _STRICT.__getitem__)


def _drop_sole_negation(text: str, rng: random.Random) -> str | None:
    return (
        _at_one(_NEGATION, text, rng, lambda _: "") if len(_NEGATION.findall(text)) == 1 else None
    )


def _drop_one_negation(text: str, rng: random.Random) -> str | None:
    return _at_one(_NEGATION, text, rng, lambda _: "") if len(_NEGATION.findall(text)) > 1 else None


def _add_negation(text: str, rng: random.Random) -> str | None:
    if _NEGATION.search(text):
        return None
    return _at_one(
        re.compile(r"\b(?:are|is|have|with|active|known)\b"), text, rng, lambda word: f"{word} no"
    )


def _change_unit(text: str, rng: random.Random) -> str | None:
    return _at_one(_UNIT, text, rng, _OTHER_UNIT.__getitem__)


def _swap_drug(text: str, rng: random.Random) -> str | None:
    return _at_one(
        _DRUG, text, rng, lambda name: "rituximab" if name != "rituximab" else "cisplatin"
    )


def _at_one(
    pattern: re.Pattern[str], text: str, rng: random.Random, change: Callable[[str], str]
) -> str | None:
    places = list(pattern.finditer(text))
    if not places:
        return None
    chosen = rng.choice(places)
    return text[: chosen.start()] + change(chosen.group()) + text[chosen.end() :]


_TEXT_FAULTS: dict[str, Callable[[str, random.Random], str | None]] = {
    "number dropped": _drop_number,
    "number changed": _change_number,
    "comparator flipped": _flip,
    "strictness changed": _strictness,
    "sole negation dropped": _drop_sole_negation,
    "negation added": _add_negation,
    "one of several negations dropped": _drop_one_negation,
    "unit changed": _change_unit,
    "drug swapped": _swap_drug,
}


def faulty(rule: PlainCriterion, rng: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Yield each kind of fault that fits a rule, with the spoilt sentences."""
    lines = own_sentences(rule)
    for kind, spoil in _TEXT_FAULTS.items():
        spoilt = spoil(" ".join(lines), rng)
        if spoilt is not None:
            yield kind, [spoilt]
    if len(lines) > 1:
        gone = rng.randrange(len(lines))
        yield "sentence dropped", lines[:gone] + lines[gone + 1 :]
    yield "sentence invented", [*lines, rng.choice(_INVENTED)]


def seeded_faults(records: list[Record]) -> dict[str, tuple[int, int]]:
    """Return kind of fault to (caught, planted)."""
    rng = random.Random(_SEED)
    rules = [rule for record in records for rule in record.criteria if rule.method == "rules"]
    rng.shuffle(rules)
    caught: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    for rule in rules:
        for kind, lines in faulty(rule, rng):
            if planted[kind] >= _FAULTS_WANTED:
                continue
            planted[kind] += 1
            caught[kind] += bool(check(rule.source, lines, section=rule.section))
    return {kind: (caught[kind], planted[kind]) for kind in planted}


# --- the table ----------------------------------------------------------------------------------


def report(records: list[Record], reference: Record | None) -> Iterator[tuple[str, str, str]]:
    """Yield name, figure and the original's figure."""
    rules = [rule for record in records for rule in record.criteria]
    quoted = sum(rule.method == "own-words" for rule in rules)
    same = sum(
        rule.method == "rules"
        and " ".join(own_sentences(rule)).rstrip(".") == rule.source.rstrip(". ;")
        for rule in rules
    )
    hits = Counter(
        hit for rule in rules if rule.method == "rules" for line in rule.plain for hit in lint(line)
    )
    written = [entry for entry in entries() if entry.plain]
    types = {word for entry in written for word in entry.phrase.split()}
    times = sorted(record.seconds * 1000 for record in records)
    yield "records / criteria", f"{len(records)} / {len(rules)}", ""
    yield "lexicon", f"{LEXICON_VERSION}, {len(written)} phrases, {len(types)} word types", ""
    yield "FKGL median / p90", grades(records, plain), grades(records, original)
    yield "FKGL median / p90, glosses left out", grades(records, without_glosses), ""
    if reference:
        yield (
            "FKGL reference record",
            f"{grade(plain(reference)):.2f}",
            f"{grade(original(reference)):.2f}",
        )
        yield (
            "FKGL reference record, glosses left out",
            f"{grade(without_glosses(reference)):.2f}",
            "",
        )
    yield "words per sentence", lengths(records, plain), lengths(records, original)
    yield "own-words fallback", f"{quoted / len(rules):.2%}", ""
    yield "ours, but no word had to change", f"{same / len(rules):.1%}", ""
    yield "numbers", numbers(records), ""
    yield "acronyms neither expanded nor explained", acronyms(records), ""
    yield "grammar lint hits", str(sum(hits.values())), ""
    for kind, (caught, planted) in sorted(seeded_faults(records).items()):
        yield f"caught: {kind}", f"{caught / planted:.1%} of {planted}", ""
    yield (
        "ms a record, median / p99",
        f"{statistics.median(times):.1f} / {times[int(len(times) * 0.99)]:.1f}",
        "",
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("TRIALWATCH_REAL_RECORDS") or str(_SIBLING / "real")
    arguments.add_argument("folder", nargs="?", default=folder)
    arguments.add_argument("--reference", default=str(_SIBLING / "reference" / "NCT07581821.json"))
    arguments.add_argument("--json", help="also write the table to this file")
    chosen = arguments.parse_args()
    root = Path(chosen.folder)
    folder_of_records = root / "records" if (root / "records").is_dir() else root
    records = [write(path) for path in sorted(folder_of_records.glob("NCT*.json"))]
    if not records:
        raise SystemExit(f"{folder_of_records} holds no NCT*.json; name the folder of records")
    reference = Path(chosen.reference)
    table = list(report(records, write(reference) if reference.is_file() else None))
    print("| | plain | original |\n|---|---|---|")
    for name, figure, baseline in table:
        print(f"| {name} | {figure} | {baseline} |")
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
