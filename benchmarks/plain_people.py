"""Are made-up people judged alike by a rule and by its plain words?

    python -m benchmarks.plain_people [FOLDER] [--seed N] [--each N]

Every limit of a rule (an age, a lab value, a time since a drug) is read from its source and from
its plain sentences by one small reader of its own, that shares no word with the product. People are
drawn around each limit; each is held against it once by the source and once by the plain words.
Prints how many were judged alike.
"""

import argparse
import os
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.plain_english import Record, write
from benchmarks.plain_faults import own_sentences

_SIBLING = Path(__file__).resolve().parents[2] / "shared" / "registry"
_SPELLED = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_SIGNS = (
    (r"≥|⩾|≧|>\s*/?\s*=|=\s*>|\b(?:greater than or equal|equal to or greater than|equal to or more than)\b(?: to\b)?|\b(?:a )?minimum of\b|\bat least\b|\bno(?:t)? less than\b", ">="),
    (r"≤|⩽|≦|<\s*/?\s*=|=\s*<|\b(?:less than or equal|equal to or less than)\b(?: to\b)?|\b(?:a )?maximum of\b|\bnot exceeding\b|\bat most\b|\bno(?:t)? more than\b|\bup to\b", "<="),
    (r"\b(?:more|greater|higher|older|longer|larger|bigger) than\b|\b(?:above|over|exceeding)\b|＞", ">"),  # noqa: RUF001
    (r"\b(?:less|lower|younger|fewer|shorter|smaller) than\b|\binferior to\b|\b(?:below|under)\b|＜", "<"),  # noqa: RUF001
    (r"\bwithin\b", " within "),
)  # fmt: skip
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:years?\s*)?(?:-|–|—|to)\s*(\d+(?:\.\d+)?)(?![\w-])")  # noqa: RUF001
_BETWEEN = re.compile(r"\bbetween (\d+(?:\.\d+)?)(?: years?)?(?: and| to) (\d+(?:\.\d+)?)(?![\w-])")
_LIMIT = re.compile(
    r"(?P<sign>>=|<=|>|<|within)(?:\s+(?:of|the|past|last|previous|or))*\s*(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<after>\d+(?:\.\d+)?)\s*(?:-\s*)?(?:years?\s*)?(?:of age\s*|old\s*)?"
    r"(?P<word>(?:or|and) (?:older|more|greater|above|higher|longer|over|younger|less|lower|below|fewer))\b"
)


class Limit(NamedTuple):
    """One bound: how a value is held against it, and the bound itself."""

    sign: str
    bound: float

    def lets(self, value: float) -> bool:
        """Say whether a value is on the side that the rule names."""
        return {
            ">=": value >= self.bound,
            ">": value > self.bound,
            "<=": value <= self.bound,
            "<": value < self.bound,
            "within": value <= self.bound,
        }[self.sign]


def limits_in(text: str) -> list[Limit]:
    """Return the limits of a text in its order."""
    plain = _in_signs(text)
    found: list[Limit] = []
    for match in _LIMIT.finditer(plain):
        if match["sign"]:
            found.append(Limit(match["sign"], float(match["number"])))
        else:
            least = match["word"].split()[1] in {"older", "more", "greater", "above", "higher", "longer", "over"}  # fmt: skip
            found.append(Limit(">=" if least else "<=", float(match["after"])))
    return found


def _in_signs(text: str) -> str:
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower())
    for value, word in enumerate(_SPELLED):
        plain = re.sub(rf"\b{word}\b(?= (?:days?|weeks?|months?|years?|hours?))", str(value), plain)
    for pattern, sign in _SIGNS:
        plain = re.sub(pattern, sign, plain)
    plain = _BETWEEN.sub(r">= \1 and <= \2", plain)
    return _RANGE.sub(r">= \1 and <= \2", plain)


def people(limits: Sequence[Limit], dice: random.Random, count: int) -> Iterator[tuple[float, ...]]:
    """Yield people, each with a value for every limit: on it, just beside it, or far off."""
    for _ in range(count):
        yield tuple(
            limit.bound + dice.choice([0.0, 0.0, -0.01, 0.01, -1.0, 1.0, dice.uniform(-50, 50)])
            for limit in limits
        )


def judged_alike(source: str, plain: str, dice: random.Random, count: int) -> tuple[int, int]:
    """Return how many of the people drawn are judged alike by both texts, and how many were drawn."""
    theirs, ours = limits_in(source), limits_in(plain)
    drawn = list(people(theirs, dice, count))
    if len(theirs) != len(ours):
        return 0, len(drawn)
    alike = sum(
        all(
            old.lets(value) == new.lets(value)
            for old, new, value in zip(theirs, ours, person, strict=True)
        )
        for person in drawn
    )
    return alike, len(drawn)


def tally(records: Sequence[Record], seed: int, each: int) -> tuple[int, int, int, list[str]]:
    """Return people judged alike, people, rules with a limit, and the rules judged otherwise."""
    dice = random.Random(seed)
    alike = total = rules = 0
    odd: list[str] = []
    for record in records:
        for rule in record.criteria:
            if rule.method != "rules" or not limits_in(rule.source):
                continue
            same, drawn = judged_alike(rule.source, " ".join(own_sentences(rule)), dice, each)
            rules, alike, total = rules + 1, alike + same, total + drawn
            if same < drawn:
                odd.append(f"{record.nct_id} {rule.path}: {rule.source[:150]}")
    return alike, total, rules, odd


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("TRIALWATCH_REAL_RECORDS") or str(_SIBLING / "real")
    arguments.add_argument("folder", nargs="?", default=folder)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--each", type=int, default=20, help="people for each rule")
    chosen = arguments.parse_args()
    root = Path(chosen.folder)
    paths = sorted((root / "records" if (root / "records").is_dir() else root).glob("NCT*.json"))
    alike, total, rules, odd = tally([write(path) for path in paths], chosen.seed, chosen.each)
    print(
        f"{alike} of {total} people judged alike ({alike / total:.2%}); {rules} rules with a limit"
    )
    for line in odd:
        print(f"otherwise: {line}")
    raise SystemExit(bool(odd))


if __name__ == "__main__":
    main()
