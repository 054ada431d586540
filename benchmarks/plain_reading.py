"""Rules drawn over all families, original and plain side by side, for a person to read.

    python -m benchmarks.plain_reading [FOLDER] [--seed N] [--count N]

Prints a Markdown table with two empty columns, for the verdict (wrong, unclear, fine) and a word
on it. A term is explained beside the first rule of a list that holds it and in the words to know;
where that is not beside the rule drawn, what the page says of it stands in a column of its own. The draw gives each family the same share as far as it has rules; the seed settles the
rest. Whoever reads should not have written the rules of the writer.
"""

import argparse
import os
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from monitor.domain.summaries import PlainCriterion, Summary
from monitor.registry.parse import decode_study
from monitor.summaries.lexicon import LEXICON_VERSION
from monitor.summaries.trial import write_summary
from monitor.summaries.words import acronyms_in, terms_in

_SIBLING = Path(__file__).resolve().parents[2] / "shared" / "registry" / "real"
_COUNT = 120
#: Family to what its rules hold; the first that fits counts. These are for the draw alone.
_FAMILIES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "consent": r"consent|assent",
        "pregnancy": r"pregnan|breast-?feed|lactat",
        "birth control": r"contracepti|birth control",
        "performance": r"\bECOG\b|karnofsky|performance status",
        "survival": r"life expectancy",
        "laboratory": r"\bULN\b|creatinine|bilirubin|platelet|h(?:a)?emoglobin|neutrophil|\bAST\b",
        "age": r"\bage[ds]?\b|years old|\byears of age",
        "hepatitis and HIV": r"hepatitis|\bHIV\b",
        "infection": r"infection|tubercul|sepsis",
        "other cancer": r"(?:other|second|prior|previous).{0,20}malignan|carcinoma in situ",
        "allergy": r"allerg|hypersensitiv",
        "heart": r"cardi|heart|myocard|QTc|LVEF|hypertension",
        "brain and mind": r"psychiatr|seizure|neurolog|CNS|brain|depress|dementia",
        "surgery": r"surg|transplant",
        "wash-out": r"\bwithin\b.{0,40}(?:days|weeks|months).{0,20}(?:before|prior)",
        "earlier treatment": r"prior|previous|chemotherapy|radiotherapy|treated with",
        "medicines": r"medication|drug|inhibitor|steroid|vaccin",
        "other study": r"(?:another|other) (?:clinical )?(?:study|trial)|investigational",
        "judgement": r"investigator|opinion|judg",
        "able to": r"able to|unable|willing|comply|compliance",
        "weight": r"\bBMI\b|body mass|weight",
        "alcohol and drugs": r"alcohol|substance|abuse|smok",
        "diagnosis": r"diagnos|histolog|confirmed|stage",
    }.items()
}
_OTHER = "everything else"


def family(source: str) -> str:
    """Return the family of a rule."""
    return next((name for name, sign in _FAMILIES.items() if sign.search(source)), _OTHER)


class Told(NamedTuple):
    """A rule as a reader of the trial's page has it."""

    nct_id: str
    rule: PlainCriterion
    #: What the page says of its terms elsewhere.
    elsewhere: str


def rules_in(folder: Path) -> Iterator[Told]:
    """Yield every rule of the records, headings of lists left out."""
    records = folder / "records"
    for path in sorted((records if records.is_dir() else folder).glob("NCT*.json")):
        summary = write_summary(decode_study(path.read_bytes()), version=1)
        for rule in summary.eligibility:
            if not rule.source.rstrip().endswith(":"):
                yield Told(summary.nct_id, rule, _elsewhere(summary, rule))


def _elsewhere(summary: Summary, rule: PlainCriterion) -> str:
    """Return the words to know that a rule holds and that are not explained beside it."""
    text = " ".join(rule.plain)
    held = {term.term for term in terms_in(text)} | acronyms_in(text)
    return " ".join(
        f"{word.term}: {word.meaning}"
        for word in summary.words_to_know
        if word.term in held and word.meaning[1:] not in text
    )


def drawn(rules: Sequence[Told], *, seed: int, count: int) -> list[tuple[str, Told]]:
    """Return ``count`` rules, the families taking turns, in the order of the families."""
    families: defaultdict[str, list[Told]] = defaultdict(list)
    for told in rules:
        families[family(told.rule.source)].append(told)
    rng = random.Random(seed)
    for name in sorted(families):
        rng.shuffle(families[name])
    chosen: list[tuple[str, Told]] = []
    while len(chosen) < min(count, len(rules)):
        for name in [*_FAMILIES, _OTHER]:
            if families[name] and len(chosen) < count:
                chosen.append((name, families[name].pop()))
    return sorted(chosen, key=lambda one: [*_FAMILIES, _OTHER].index(one[0]))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("TRIALWATCH_REAL_RECORDS") or str(_SIBLING)
    arguments.add_argument("folder", nargs="?", default=folder)
    arguments.add_argument("--seed", type=int, default=20261126)
    arguments.add_argument("--count", type=int, default=_COUNT)
    chosen = arguments.parse_args()
    found = drawn(list(rules_in(Path(chosen.folder))), seed=chosen.seed, count=chosen.count)
    if not found:
        raise SystemExit(f"{chosen.folder} holds no rules of NCT*.json")
    print(f"{len(found)} rules, seed {chosen.seed}, word list {LEXICON_VERSION}.\n")
    print(
        "| # | family | trial, rule | side | original | plain | told elsewhere on the page | by "
        "| verdict | why |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for number, (name, (nct_id, rule, elsewhere)) in enumerate(found, start=1):
        print(
            f"| {number} | {name} | {nct_id} {rule.path} | {rule.section} | {_cell(rule.source)} "
            f"| {_cell(' '.join(rule.plain))} | {_cell(elsewhere)} | {rule.method} | | |"
        )


if __name__ == "__main__":
    main()
