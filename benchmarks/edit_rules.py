"""Edits of the rules for joining, in texts plain enough that the truth is beyond doubt.

Only bulleted or numbered lists under both headings are edited, one line at a time, and only
rules that stand on one line with nothing under them.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from benchmarks.edits import Draft, Editor, loose

Json = Any
_HEADING = re.compile(r"(?:key )?(inclusion|exclusion) criteria:?\s*", re.IGNORECASE)
_BULLET = re.compile(r"(\* |\d{1,2}\\?\. )(\S.*)")
_SECOND_MARK = re.compile(r"\W|[a-zA-Z0-9]{1,2}\\?[.)]")
_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?![\w.,-])")
_SHORTEST, _LONGEST = 25, 300
#: Where a rule says two things: a semicolon, the end of a sentence, or "and" after a comma, before a letter.
_JOINT = re.compile(r"(?:; (?:and )?|(?<=[a-z]{4})\. |, and )(?=[A-Za-z]{2})")
_SHORTEST_HALF = 30


@dataclass(slots=True, kw_only=True)
class _Rule:
    """A line of the text."""

    section: str
    marker: str
    body: str


def _read(text: str) -> list[_Rule] | None:
    """Return the rules of a plain text, None when it is not plain."""
    rules: list[_Rule] = []
    section, seen = "", []
    for line in text.split("\n"):
        if heading := _HEADING.fullmatch(line):
            section = heading[1].lower()
            seen.append(section)
        elif bullet := _BULLET.fullmatch(line):
            rules.append(_Rule(section=section, marker=bullet[1], body=bullet[2]))
        elif line.strip():
            return None
    return rules if seen == ["inclusion", "exclusion"] and all(r.section for r in rules) else None


def _write(rules: list[_Rule]) -> str:
    lines = []
    for section in ("inclusion", "exclusion"):
        lines += [f"{section.capitalize()} Criteria:", ""]
        own = [rule for rule in rules if rule.section == section]
        for number, rule in enumerate(own, 1):
            marker = "* " if rule.marker == "* " else f"{number}. "
            lines.append(marker + rule.body)
        lines.append("")
    return "\n".join(lines).strip()


def _edit(draft: Draft) -> tuple[list[_Rule], list[_Rule]] | None:
    """Return all rules and those that may be edited, None when the text is not plain."""
    text = draft.module("eligibilityModule").get("eligibilityCriteria", "")
    rules = _read(text)
    if rules is None or len(rules) < 4:
        return None
    forms = [loose(rule.body) for rule in rules]
    free = [
        rule
        for rule, form in zip(rules, forms, strict=True)
        if _SHORTEST <= len(rule.body) <= _LONGEST
        and not rule.body.endswith(":")
        and not _SECOND_MARK.match(rule.body)
        and forms.count(form) == 1
        and form not in draft.claimed
    ]
    return (rules, free) if free else None


def _save(draft: Draft, rules: list[_Rule], *touched: str) -> None:
    draft.module("eligibilityModule")["eligibilityCriteria"] = _write(rules)
    draft.claim(*(loose(body) for body in touched))


def _removed(draft: Draft) -> bool:
    found = _edit(draft)
    if found is None or not draft.claim("rule came or went"):
        return False
    rules, free = found
    rule = draft.rng.choice(free)
    if sum(one.section == rule.section for one in rules) < 3:
        return False
    rules.remove(rule)
    _save(draft, rules, rule.body)
    return draft.tell("eligibility.removed", rule.body)


def _added(draft: Draft) -> bool:
    found = _edit(draft)
    donated = _read(draft.donor("eligibilityModule").get("eligibilityCriteria", ""))
    if found is None or not donated or not draft.claim("rule came or went"):
        return False
    rules, free = found
    donor = draft.rng.choice(donated)
    known = {loose(rule.body) for rule in rules}
    if _SECOND_MARK.match(donor.body) or donor.body.endswith(":"):
        return False
    if not _SHORTEST <= len(donor.body) <= _LONGEST or loose(donor.body) in known:
        return False
    place = draft.rng.choice(free)
    new = _Rule(section=place.section, marker=place.marker, body=donor.body)
    rules.insert(rules.index(place), new)
    _save(draft, rules, new.body)
    return draft.tell("eligibility.added", new.body)


def _number(draft: Draft) -> bool:
    found = _edit(draft)
    if found is None:
        return False
    rules, free = found
    numbered = [rule for rule in free if _NUMBER.search(rule.body)]
    if not numbered:
        return False
    rule = draft.rng.choice(numbered)
    old = rule.body
    rule.body = _NUMBER.sub(lambda number: str(int(number[0]) + 7), old, count=1)
    _save(draft, rules, old, rule.body)
    return draft.tell("eligibility.changed", rule.body)


def _clause(draft: Draft) -> bool:
    found = _edit(draft)
    if found is None:
        return False
    rules, free = found
    rule = draft.rng.choice(free)
    old = rule.body
    rule.body = old.rstrip(".;, ") + draft.rng.choice(
        (
            " within 6 weeks of screening",
            ", confirmed by biopsy",
            " in the view of the investigator",
        )
    )
    _save(draft, rules, old, rule.body)
    return draft.tell("eligibility.changed", rule.body)


def _reworded(draft: Draft) -> bool:
    found = _edit(draft)
    if found is None:
        return False
    rules, free = found
    said = [rule for rule in free if re.search(r"\b[Pp]atients\b", rule.body)]
    if not said:
        return False
    rule = draft.rng.choice(said)
    old = rule.body
    rule.body = re.sub(
        r"\bpatients\b", "participants", re.sub(r"\bPatients\b", "Participants", old)
    )
    _save(draft, rules, old, rule.body)
    return draft.tell("eligibility.reworded", rule.body)


def _moved(draft: Draft) -> bool:
    found = _edit(draft)
    if found is None or not draft.claim("rule moved"):
        return False
    rules, free = found
    rule = draft.rng.choice(free)
    others = [one for one in rules if one.section != rule.section]
    if not others or sum(one.section == rule.section for one in rules) < 3:
        return False
    rules.remove(rule)
    place = draft.rng.choice(others)
    rule.section, rule.marker = place.section, place.marker
    rules.insert(rules.index(place), rule)
    _save(draft, rules, rule.body)
    return draft.tell("eligibility.moved", rule.body)


def _split(draft: Draft) -> bool:
    """Take a rule apart where it joins two things, each long enough to be a rule."""
    found = _edit(draft)
    if found is None or not draft.claim("rule came or went"):
        return False
    rules, free = found
    halves = [
        (rule, joint)
        for rule in free
        for joint in _JOINT.finditer(rule.body)
        if joint.start() >= _SHORTEST_HALF and len(rule.body) - joint.end() >= _SHORTEST_HALF
    ]
    if not halves:
        return False
    rule, joint = draft.rng.choice(halves)
    first, second = rule.body[: joint.start()], rule.body[joint.end() :]
    new = _Rule(section=rule.section, marker=rule.marker, body=second[0].upper() + second[1:])
    rules.insert(rules.index(rule) + 1, new)
    old, rule.body = rule.body, first
    _save(draft, rules, old, first, new.body)
    return draft.tell("eligibility.split", first)


def _merged(draft: Draft) -> bool:
    found = _edit(draft)
    if found is None or not draft.claim("rule came or went"):
        return False
    rules, free = found
    pairs = [
        (one, other)
        for one, other in pairwise(rules)
        if one in free and other in free and one.section == other.section
    ]
    pairs = [
        (one, other)
        for one, other in pairs
        if 40 <= len(other.body) <= 150 and len(one.body) <= 150 and len(one.body) >= 40
    ]
    if not pairs:
        return False
    one, other = draft.rng.choice(pairs)
    before = one.body
    one.body = f"{one.body.rstrip('.;, ')}; {other.body}"
    rules.remove(other)
    _save(draft, rules, before, other.body, one.body)
    return draft.tell("eligibility.merged", other.body)


RULE_EDITORS: dict[str, Editor] = {
    "rule removed": _removed,
    "rule added": _added,
    "rule number": _number,
    "rule clause": _clause,
    "rule reworded": _reworded,
    "rule moved": _moved,
    "rule split": _split,
    "rule merged": _merged,
}
