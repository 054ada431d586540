"""Which plain sentences have more than 25 words, and what in them keeps them whole.

    python -m benchmarks.plain_long [FOLDER] [--step N] [--show N]

The causes go by the form of a sentence, the first that fits counts. They say where the long
sentences are; they do not show that none of them could be cut.
"""

import argparse
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.plain_english import write
from monitor.domain.summaries import PlainCriterion
from monitor.summaries.criteria import OWN_WORDS
from monitor.summaries.readability import words_of
from monitor.summaries.statements import statements

_RECORDS = Path(__file__).resolve().parents[2] / "shared" / "registry" / "real"
_MOST = 25
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TIME = r"\b(?:within|before|after|during|until|throughout|in the (?:past|last))\b"
_CLAUSE = r"\b(?:that|which|who|if|when|where)\b"
_JOINT = r"\b(?:and|or)\b"
_CAUSES = tuple(
    (cause, re.compile(pattern, re.IGNORECASE))
    for cause, pattern in (
        (
            "a denial or an exception",
            r"\b(?:no|not|without|never|cannot|unless|except|excluding|other than|unable|lack)\b",
        ),
        ('a time behind an "and" or "or"', rf"{_JOINT}.*{_TIME}"),
        ('a "that", "who" or "if" behind an "and" or "or"', rf"{_JOINT}.*{_CLAUSE}"),
        ('an "and" or "or" inside a "that", "who" or "if"', rf"{_CLAUSE}.*{_JOINT}"),
        ("a list of things", r",.*,"),
        ('an "and" or "or" between parts of one verb or noun', _JOINT),
    )
)


def cause_of(line: str, *, quoted: bool) -> str:
    """Return what may keep a long sentence whole, by its form."""
    if quoted:
        return "kept in the study's own words"
    if line.rstrip().endswith(":"):
        return "it opens the rules under it"
    outside = _ASIDE.sub(" ", line)
    if len(words_of(outside)) <= _MOST:
        return "short but for its brackets"
    found = (cause for cause, pattern in _CAUSES if pattern.search(outside))
    return next(found, "one clause")


def _lines(rule: PlainCriterion) -> Iterator[str]:
    lines = statements(rule.source) if rule.method == OWN_WORDS else rule.plain
    return (line for line in lines if words_of(line))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("TRIALWATCH_REAL_RECORDS") or str(_RECORDS)
    arguments.add_argument("folder", nargs="?", default=folder)
    arguments.add_argument("--step", type=int, default=1, help="every Nth record")
    arguments.add_argument("--show", type=int, default=0, help="so many sentences of each cause")
    chosen = arguments.parse_args()
    found: dict[str, list[str]] = defaultdict(list)
    total = 0
    for path in sorted((Path(chosen.folder) / "records").glob("NCT*.json"))[:: chosen.step]:
        for rule in write(path).criteria:
            for line in _lines(rule):
                total += 1
                if len(words_of(line)) > _MOST:
                    cause = cause_of(line, quoted=rule.method == OWN_WORDS)
                    found[cause].append(f"{rule.path} {line}")
    long = sum(map(len, found.values()))
    print(f"{long} of {total} sentences have more than {_MOST} words")
    for cause, lines in sorted(found.items(), key=lambda pair: -len(pair[1])):
        print(f"{len(lines):5} {len(lines) / long:6.1%} {cause}")
        for line in lines[: chosen.show]:
            print(f"        {line}")


if __name__ == "__main__":
    main()
