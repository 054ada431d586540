"""How plain and how faithful the eligibility part is, measured over real records.

    python -m benchmarks.plain_english [FOLDER] [--reference FILE] [--json FILE] [--step N]

FOLDER holds records of the registry's API v2 (``TRIALWATCH_REAL_RECORDS`` or the sibling folder
when it is left out). Every figure stands beside that of the original text, measured by the same
meter in the same run.
"""

import argparse
import json
import os
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.plain_faults import false_alarms, model_check, own_sentences, seeded_faults
from benchmarks.rare_words import common_words, rare_and_unexplained
from monitor.domain.summaries import PlainCriterion
from monitor.eligibility.tree import parse
from monitor.registry.parse import decode_study
from monitor.summaries.criteria import plain_criteria
from monitor.summaries.explaining import is_gloss
from monitor.summaries.grammar import lint
from monitor.summaries.lexicon import LEXICON_VERSION, entries
from monitor.summaries.readability import grade, words_of
from monitor.summaries.statements import statements
from monitor.summaries.trial import write_summary
from monitor.summaries.words import acronyms_in, terms_in

_SIBLING = Path(__file__).resolve().parents[2] / "shared" / "registry"
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record's eligibility part, written, with the time it took."""

    nct_id: str
    criteria: tuple[PlainCriterion, ...]
    seconds: float
    #: Words to know of the whole summary, with their meanings.
    words: Mapping[str, str]
    #: Words that the record writes in small letters; in capitals they are stressed, not shortened.
    small: frozenset[str]


def write(path: Path) -> Record:
    study = json.loads(path.read_text(encoding="utf-8"))["protocolSection"]
    text = study.get("eligibilityModule", {}).get("eligibilityCriteria")
    names = frozenset(study.get("conditionsModule", {}).get("conditions", [])) | {
        item["name"] for item in study.get("armsInterventionsModule", {}).get("interventions", [])
    }
    start = time.process_time()
    criteria = plain_criteria(parse(text), names=frozenset(names))
    seconds = time.process_time() - start
    summary = write_summary(decode_study(path.read_bytes()), version=1)
    return Record(
        nct_id=study["identificationModule"]["nctId"],
        criteria=criteria,
        seconds=seconds,
        words={word.term: word.meaning for word in summary.words_to_know},
        small=frozenset(re.findall(r"\b[a-z]{3,}\b", path.read_text(encoding="utf-8"))),
    )


def original(record: Record) -> list[str]:
    return [line for rule in record.criteria for line in statements(rule.source) if line.strip()]


def plain(record: Record) -> list[str]:
    lines: list[str] = []
    for rule in record.criteria:
        lines.extend(rule.plain if rule.method == "rules" else statements(rule.source))
    return [line for line in lines if line.strip()]


def without_glosses(record: Record) -> list[str]:
    return [line for line in plain(record) if not is_gloss(line)]


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
    """Count the short forms of every record, and those with no line in its words to know."""
    used = unknown = 0
    left: Counter[str] = Counter()
    for record in records:
        texts = [text for rule in record.criteria for text in (*rule.plain, rule.source)]
        for name in {name for text in texts for name in acronyms_in(text)}:
            if name.isupper() and all(part.lower() in record.small for part in name.split("-")):
                continue
            used += 1
            lines = [name, *(term.term for term in terms_in(name))]
            meanings = [record.words[line] for line in lines if line in record.words]
            unknown += any("does not say" in meaning for meaning in meanings)
            parts = [term.term for part in name.split("-") for term in terms_in(part)]
            if not meanings and not any(part in record.words for part in parts):
                left[name] += 1
    total = sum(left.values())
    return (
        f"{total} of {used} uses ({total / used:.1%}); of {unknown} the list says that the record "
        "does not tell what they stand for"
    )


def rare_words(records: list[Record], common: frozenset[str]) -> str:
    found = [
        rare_and_unexplained(without_glosses(record), record.words, common) for record in records
    ]
    rare, total = (sum(counts) for counts in zip(*found, strict=True))
    return f"{rare} of {total} ({rare / total:.1%})"


# --- the table ----------------------------------------------------------------------------------


def report(
    records: list[Record], reference: Record | None, common: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
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
    if common:
        yield "rare words unexplained", rare_words(records, common), ""
    yield "grammar lint hits", str(sum(hits.values())), ""
    for kind, (caught, planted) in sorted(seeded_faults(rules).items()):
        yield f"caught: {kind}", f"{caught / planted:.1%} of {planted}", ""
    for kind, (caught, planted) in sorted(seeded_faults(rules, model_check).items()):
        yield f"caught on the model's path: {kind}", f"{caught / planted:.1%} of {planted}", ""
    refused, tried = false_alarms(rules)
    yield "refused though faithful, said in other ways", f"{refused / tried:.1%} of {tried}", ""
    yield (
        "CPU ms a record, median / p99",
        f"{statistics.median(times):.1f} / {times[int(len(times) * 0.99)]:.1f}",
        "",
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("TRIALWATCH_REAL_RECORDS") or str(_SIBLING / "real")
    arguments.add_argument("folder", nargs="?", default=folder)
    arguments.add_argument("--reference", default=str(_SIBLING / "reference" / "NCT07581821.json"))
    arguments.add_argument("--common", help="common words, one a line: see rare_words.py")
    arguments.add_argument("--step", type=int, default=1, help="every Nth record, for a quick look")
    arguments.add_argument("--json", help="also write the table to this file")
    chosen = arguments.parse_args()
    root = Path(chosen.folder)
    folder_of_records = root / "records" if (root / "records").is_dir() else root
    paths = sorted(folder_of_records.glob("NCT*.json"))[:: chosen.step]
    records = [write(path) for path in paths]
    if not records:
        raise SystemExit(f"{folder_of_records} holds no NCT*.json; name the folder of records")
    reference = Path(chosen.reference)
    common = common_words(Path(chosen.common)) if chosen.common else frozenset()
    table = list(report(records, write(reference) if reference.is_file() else None, common))
    print("| | plain | original |\n|---|---|---|")
    for name, figure, baseline in table:
        print(f"| {name} | {figure} | {baseline} |")
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
