"""Criterion trees and their alignment on real eligibility texts, beside difflib.

Run: python benchmarks/eligibility.py [FOLDER]   (default: TRIALWATCH_REAL_RECORDS or
../shared/registry/real beside the repository). Prints figures; ends with 1 when a gate is missed.

Alignment: the rules of each record, in two lists, are edited with known truth (fixed seed): 8 %
deleted, 8 % put in from other trials, 20 % edited (a number, a word added, dropped or replaced, a
clause), in 30 % of the records one rule elsewhere, in 20 % one rule on the other side.
"""

import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parents[1]))

from monitor.eligibility.align import align
from monitor.eligibility.model import EligibilityDoc, SectionKind
from monitor.eligibility.pairing import pair
from monitor.eligibility.rules import rules_of
from monitor.eligibility.text import comparison_text
from monitor.eligibility.tree import parse

SEED = 20260313
ROUNDS = 3
SIDES = (SectionKind.INCLUSION, SectionKind.EXCLUSION)
HEADINGS = {
    SectionKind.INCLUSION: "Inclusion Criteria:",
    SectionKind.EXCLUSION: "Exclusion Criteria:",
}
WORDS = ("documented", "severe", "chronic", "current", "clinical", "confirmed", "stable", "acute")
SYNONYMS = {
    "history": "evidence",
    "subjects": "persons",
    "prior": "previous",
    "known": "documented",
    "disease": "disorder",
    "treatment": "therapy",
    "months": "weeks",
    "active": "uncontrolled",
}
CLAUSES = (" as judged by the investigator", " at the screening visit", ", if it can be measured")
_MENTIONS = {
    SectionKind.INCLUSION: re.compile(
        r"^\W*[\w /,-]{0,40}inclusion criteri", re.IGNORECASE | re.MULTILINE
    ),
    SectionKind.EXCLUSION: re.compile(
        r"^\W*[\w /,-]{0,40}exclusion criteri", re.IGNORECASE | re.MULTILINE
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A rule in an edited list; ``origin`` is its index in the old one, None when put in."""

    text: str
    side: SectionKind
    origin: int | None


Pairs = Counter[tuple[str, str]]
Pairer = Callable[[EligibilityDoc, EligibilityDoc], Pairs]


def main() -> int:
    texts = read_texts()
    ok = trees(texts)
    ok &= alignment(texts)
    return 0 if ok else 1


def read_texts() -> dict[str, str]:
    beside = Path(__file__).parents[2] / "shared" / "registry" / "real"
    folder = Path(
        sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TRIALWATCH_REAL_RECORDS", beside)
    )
    found = {}
    for path in sorted((folder / "records").glob("*.json")):
        module = json.loads(path.read_bytes())["protocolSection"].get("eligibilityModule", {})
        if module.get("eligibilityCriteria"):
            found[path.stem] = module["eligibilityCriteria"]
    if not found:
        sys.exit(f"no records in {folder}/records; name the folder of real records")
    return found


# --- trees --------------------------------------------------------------------------------------


def trees(texts: dict[str, str]) -> bool:
    """Print how whole and how quick the trees are; return whether the gates hold."""
    docs = {}
    took = []
    for name, text in texts.items():
        started = time.perf_counter()
        docs[name] = parse(text)
        took.append(1000 * (time.perf_counter() - started))
    kept = sum(
        "".join(span.of(text) for span in docs[name].spans()) == text
        for name, text in texts.items()
    )
    both = [name for name, text in texts.items() if all(m.search(text) for m in _MENTIONS.values())]
    found = [name for name in both if set(SIDES) <= kinds(docs[name])]
    neither = [name for name, doc in docs.items() if not kinds(doc) & set(SIDES)]
    print(f"records                              {len(docs)}")
    print(f"criteria                             {sum(1 for d in docs.values() for _ in d.walk())}")
    print(f"texts with 100 % of characters kept  {kept} of {len(docs)}")
    print(f"both sections found                  {len(found)} of {len(both)} that name both"
          f" ({len(found) / len(both):.1%}, gate 97 %)")  # fmt: skip
    print(f"  not found: {', '.join(sorted(set(both) - set(found)))}")
    print(f"neither section (rules, no side)     {', '.join(neither)}")
    print(f"parse, ms                            median {median(took):.2f}, p99 {p99(took):.2f}")
    return kept == len(docs) and len(found) >= 0.97 * len(both)


def kinds(doc: EligibilityDoc) -> set[SectionKind]:
    return {section.kind for section in doc.sections}


def p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


# --- alignment ----------------------------------------------------------------------------------


def alignment(texts: dict[str, str]) -> bool:
    """Print how well edited lists are paired, ours and the baseline; return whether gates hold."""
    rng = random.Random(SEED)
    lists = [items for text in texts.values() if len(items := items_of(text)) >= 4]
    pool = [item.text for items in lists for item in items]
    print(f"\nlists of rules edited                {len(lists)} x {ROUNDS}"
          f" (median {median(map(len, lists)):.0f} rules)")  # fmt: skip
    edited = [(items, edit(items, pool, rng)) for _ in range(ROUNDS) for items in lists]
    cases = [(parse(write(old)), parse(write(new)), truth(old, new)) for old, new in edited]
    f1, right = score("trialwatch", ours, cases)
    score("difflib opcodes over items", by_difflib, cases)
    flips(edited, cases)
    all_changed(pool, rng)
    return f1 >= 0.998 and right >= 0.97


def items_of(text: str) -> list[Item]:
    """Return the rules of a record that stay what they are when written one a line."""
    nodes = [
        node for node in parse(text).walk() if node.section in SIDES and comparison_text(node.text)
    ]
    items = [Item(text=node.text, side=node.section, origin=None) for node in nodes]
    plain = [item for item in items if [rule.form for rule in rules_of(parse(write([item])))] == [comparison_text(item.text)]]  # fmt: skip
    return [Item(text=item.text, side=item.side, origin=place) for place, item in enumerate(plain)]


def write(items: Sequence[Item]) -> str:
    parts = []
    for side in SIDES:
        lines = [f"* {escaped(item.text)}" for item in items if item.side is side]
        parts.append(f"{HEADINGS[side]}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def escaped(text: str) -> str:
    return re.sub(r"([\\<>*\[\]])", r"\\\1", text)


def edit(items: Sequence[Item], pool: Sequence[str], rng: random.Random) -> list[Item]:
    made = []
    for item in items:
        if rng.random() >= 0.08:
            text = edit_text(item.text, rng) if rng.random() < 0.20 else item.text
            made.append(Item(text=text, side=item.side, origin=item.origin))
        if rng.random() < 0.08:
            made.append(Item(text=rng.choice(pool), side=item.side, origin=None))
    if made and rng.random() < 0.30:
        moved = made.pop(rng.randrange(len(made)))
        made.insert(rng.randrange(len(made) + 1), moved)
    if made and rng.random() < 0.20:
        place = rng.randrange(len(made))
        other = SIDES[1 - SIDES.index(made[place].side)]
        made[place] = Item(text=made[place].text, side=other, origin=made[place].origin)
    return made


def edit_text(text: str, rng: random.Random) -> str:
    words = text.split()
    numbers = [place for place, word in enumerate(words) if re.fullmatch(r"\d{1,3}", word)]
    ways: list[str] = ["add", "clause"]
    ways += ["drop"] * (len(words) > 3) + ["number"] * bool(numbers)
    ways += ["synonym"] * any(word.lower() in SYNONYMS for word in words)
    way = rng.choice(ways)
    if way == "clause":
        return text.rstrip(".;") + rng.choice(CLAUSES)
    if way == "add":
        words.insert(rng.randrange(len(words) + 1), rng.choice(WORDS))
    elif way == "drop":
        words.pop(rng.randrange(len(words)))
    elif way == "number":
        place = rng.choice(numbers)
        words[place] = str(int(words[place]) + rng.randint(1, 9))
    else:
        words = [SYNONYMS.get(word.lower(), word) for word in words]
    return " ".join(words)


def truth(old: Sequence[Item], new: Sequence[Item]) -> Pairs:
    texts = {item.origin: item.text for item in old}
    return Counter(
        (comparison_text(texts[item.origin]), comparison_text(item.text))
        for item in new
        if item.origin is not None
    )


def ours(old: EligibilityDoc, new: EligibilityDoc) -> Pairs:
    return Counter(
        (before.form, after.form)
        for match in pair(old, new).matches
        for before in match.old
        for after in match.new
    )


def by_difflib(old: EligibilityDoc, new: EligibilityDoc) -> Pairs:
    """Pair equal runs, and the rules of replaced runs one by one."""
    before = [rule.form for rule in rules_of(old)]
    after = [rule.form for rule in rules_of(new)]
    found: Pairs = Counter()
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for op, old_from, old_to, new_from, new_to in opcodes:
        if op in {"equal", "replace"}:
            found.update(zip(before[old_from:old_to], after[new_from:new_to], strict=False))
    return found


def score(
    name: str, pairer: Pairer, cases: Sequence[tuple[EligibilityDoc, EligibilityDoc, Pairs]]
) -> tuple[float, float]:
    hits = said = true = right = 0
    took = []
    for old, new, wanted in cases:
        started = time.perf_counter()
        found = pairer(old, new)
        took.append(1000 * (time.perf_counter() - started))
        hits += (found & wanted).total()
        said += found.total()
        true += wanted.total()
        right += found == wanted
    precision, recall = hits / said, hits / true
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{name:<36} precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}"
          f"  lists fully right {right / len(cases):.1%}"
          f"  ms median {median(took):.2f} p99 {p99(took):.2f}")  # fmt: skip
    return f1, right / len(cases)


def flips(
    edited: Sequence[tuple[Sequence[Item], Sequence[Item]]],
    cases: Sequence[tuple[EligibilityDoc, EligibilityDoc, Pairs]],
) -> None:
    """Print how many rules that changed sides are told as moved, and how many more are."""
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for number, ((old, new), (before, after, _)) in enumerate(zip(edited, cases, strict=True)):
        sides = {item.origin: item.side for item in old}
        wanted.update(
            f"{number} {comparison_text(item.text)}"
            for item in new
            if item.origin is not None and item.side is not sides[item.origin]
        )
        found.update(
            f"{number} {comparison_text(delta.new[0].text)}"
            for delta in align(before, after)
            if delta.op == "moved"
        )
    print(f"rules on the other side              {(wanted & found).total()} of {wanted.total()}"
          f" told as moved, {(found - wanted).total()} wrongly")  # fmt: skip


def all_changed(pool: Sequence[str], rng: random.Random) -> None:
    old = [Item(text=text, side=SIDES[0], origin=None) for text in rng.sample(pool, 80)]
    new = [Item(text=f"{item.text[::-1]}", side=SIDES[0], origin=None) for item in old]
    before, after = parse(write(old)), parse(write(new))
    started = time.perf_counter()
    align(before, after)
    print(f"80 rules all changed                 {1000 * (time.perf_counter() - started):.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
