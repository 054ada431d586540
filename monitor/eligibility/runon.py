"""Lists written as one paragraph: ``1. ... 2. ... 3. ...``, ``1) ... 2) ...``, ``- A - B - C - D``.

A paragraph is taken apart only on strong evidence, as a number in a sentence looks the same:
markers must run on from 1 without a gap. Everything else stays one rule.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<round>[(（](?P<in_round>\d{1,2})\\?[)）]\.?)"  # noqa: RUF001 - look-alikes are the point
    r"|(?P<half>(?P<in_half>\d{1,2})\\?[)）])"  # noqa: RUF001
    r"|(?P<dot>(?P<in_dot>\d{1,2})\\?\.)(?=\s)"
    r"|(?P<open>[(\[（])|(?P<close>[)\]）])"  # noqa: RUF001
)
_FIRST = re.compile(r"1\\?[.)）]")  # noqa: RUF001
_STYLES = {"round": 2, "half": 2, "dot": 3}
_DASH_JOINT = re.compile(r"(?<=\s)\\?[-–—]\s+(?=[A-Z])")  # noqa: RUF001
_DOT_JOINT = re.compile(r"(?<!\S)[•▪◦●]\s*")
_DASHES_NEEDED = 4
_BULLETS_NEEDED = 2
_JOINT_ENDS = ".;:,)?!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Where an item begins inside a paragraph."""

    start: int
    #: Behind marker and spaces.
    body: int
    marker: str
    #: 0 for dashes and bullets.
    ordinal: int


def siblings_in(raw: str, start: int, end: int, *, family: str, ordinal: int) -> list[Joint]:
    """Return where the items begin that follow on an item within its own paragraph.

    Args:
        raw: The whole text.
        start: Behind the item's own marker.
        end: End of the paragraph.
        family: Family of the item's marker (``monitor.eligibility.markers``).
        ordinal: Its number; only a list that starts at 1 can run on.
    """
    if family.startswith("bullet"):
        return _bullets(raw, start, end, own=1 if family == "bullet -" else 0, family=family)
    if ordinal != 1 or not family.startswith("number"):
        return []
    style = {"number .": "dot", "number )": "half", "number ()": "round"}.get(family)
    if style is None:
        return []
    joints = _run(_numbers(raw, start, end)[style], first=2, raw=raw, start=start)
    return joints if len(joints) + 1 >= _STYLES[style] else []


def children_in(raw: str, start: int, end: int) -> list[Joint]:
    """Return where the items begin of a list inside one rule."""
    numbers = _numbers(raw, start, end) if _FIRST.search(raw, start, end) else {}
    for style, needed in _STYLES.items():
        joints = _run(numbers.get(style, []), first=1, raw=raw, start=start)
        if len(joints) >= needed and _opens_list(raw, start, joints[0].start):
            return joints
    dashes = _dashes(raw, start, end)
    opened = bool(dashes) and raw[start : dashes[0].start].rstrip().endswith(":")
    return dashes if len(dashes) >= _DASHES_NEEDED and opened else []


def _bullets(raw: str, start: int, end: int, *, own: int, family: str) -> list[Joint]:
    dashes = _dashes(raw, start, end) if own else []
    if len(dashes) + own >= _DASHES_NEEDED:
        return dashes
    if family[-1] not in "•▪◦●":
        return []
    dots = _joints(raw, start, end, _DOT_JOINT)
    return dots if len(dots) + 1 >= _BULLETS_NEEDED else []


def _dashes(raw: str, start: int, end: int) -> list[Joint]:
    if all(raw.find(dash, start, end) < 0 for dash in "-–—"):  # noqa: RUF001
        return []
    return _joints(raw, start, end, _DASH_JOINT)


def _joints(raw: str, start: int, end: int, joint: re.Pattern[str]) -> list[Joint]:
    return [
        Joint(
            start=found.start(),
            body=found.end(),
            marker=found.group().strip(" \\\t\r\n"),
            ordinal=0,
        )
        for found in joint.finditer(raw, start, end)
    ]


def _numbers(raw: str, start: int, end: int) -> dict[str, list[Joint]]:
    """Return all numbers that look like markers and stand outside brackets, by style."""
    found: dict[str, list[Joint]] = {style: [] for style in _STYLES}
    depth = 0
    for token in _TOKEN.finditer(raw, start, end):
        style = token.lastgroup
        starts_word = token.start() == start or not raw[token.start() - 1].isalnum()
        if style == "open":
            depth += 1
        elif style == "close" or (style == "half" and depth):
            depth = max(depth - 1, 0)
        elif style and not depth and starts_word:
            found[style].append(_joint(raw, token, end))
    return found


def _joint(raw: str, token: re.Match[str], end: int) -> Joint:
    body = token.end()
    while body < end and raw[body].isspace():
        body += 1
    ordinal = int(token["in_round"] or token["in_half"] or token["in_dot"])
    return Joint(
        start=token.start(), body=body, marker=token.group().replace("\\", ""), ordinal=ordinal
    )


def _run(candidates: list[Joint], *, first: int, raw: str, start: int) -> list[Joint]:
    """Return the candidates that count on from ``first`` without a gap."""
    run: list[Joint] = []
    for joint in candidates:
        if joint.ordinal == first + len(run) and _is_joint(raw, start, joint):
            run.append(joint)
    return run


def _is_joint(raw: str, start: int, joint: Joint) -> bool:
    before = raw[max(start, joint.start - 8) : joint.start].rstrip()
    if not joint.marker[0].isdigit() or not joint.marker.endswith(".") or not before:
        return True
    return before[-1] in _JOINT_ENDS


def _opens_list(raw: str, start: int, first: int) -> bool:
    before = raw[max(start, first - 8) : first].rstrip()
    return not before or before[-1] in ":;.,"
