"""Doses and schedules in words: ``D1-14, Q3W, PO`` becomes ``days 1 to 14, every 3 weeks, by mouth``.

Only the codes of the tables below are put into words, and only where they cannot be anything
else; every other word stays. The study's own text is shown beside, so nothing is lost.
"""

import re
from collections.abc import Callable

from monitor.summaries.prose import clean, listed

Words = Callable[[re.Match[str]], str]

_UNITS = {"H": "hour", "D": "day", "W": "week", "M": "month"}
_DAILY = {
    "qd": "once a day",
    "od": "once a day",
    "bid": "twice a day",
    "tid": "three times a day",
    "qid": "four times a day",
    "qod": "every other day",
    "qhs": "at bedtime",
    "biw": "twice a week",
    "tiw": "three times a week",
}
#: A route code is one only as a phrase of its own or before a word such as infusion.
_EDGE = r"(?=\s*(?:[,;.)]|$|\bon\b|\bevery\b|\bonce\b|\btwice\b|\bover\b|\bfor\b))"
_START = r"(?:(?<=[,;(] )|(?<=[,;(])|^)"
_ROUTES = {
    "po": "by mouth",
    "iv": "into a vein",
    "sc": "under the skin",
    "sq": "under the skin",
    "subq": "under the skin",
    "im": "into a muscle",
    "it": "into the fluid around the spine",
    "sl": "under the tongue",
}
_SHOTS = {
    "iv": "into a vein",
    "sc": "under the skin",
    "sq": "under the skin",
    "im": "into a muscle",
}


def _every(found: re.Match[str]) -> str:
    number, unit = found["number"] or "1", _UNITS[found["unit"].upper()]
    return f"every {unit}" if number == "1" else f"every {int(number)} {unit}s"


def _cycle(found: re.Match[str]) -> str:
    return f"every {found['number']} {found['unit'].lower().rstrip('s')}s"


def _days(found: re.Match[str]) -> str:
    if found["last"]:
        return f"days {found['first']} to {found['last']}"
    more = re.findall(r"\d+", found["more"] or "")
    return f"days {listed([found['first'], *more])}" if more else f"day {found['first']}"


def _daily(found: re.Match[str]) -> str:
    return _DAILY[found[0].replace(".", "").lower()]


def _route(found: re.Match[str]) -> str:
    return _ROUTES[found["route"].replace(".", "").lower()]


def _drip(found: re.Match[str]) -> str:
    return f"drip {_SHOTS[found['route'].replace('.', '').lower()]}"


def _shot(found: re.Match[str]) -> str:
    shots = "shots" if found["noun"].endswith("s") else "shot"
    return f"{shots} {_SHOTS[found['route'].replace('.', '').lower()]}"


_TABLE: tuple[tuple[re.Pattern[str], Words], ...] = (
    (re.compile(r"(?<=\d)(?=(?:mg|mcg|µg|μg|g|kg|ml|mL|IU)\b)"), lambda _: " "),
    (
        re.compile(r"\bmg/(?:m2|m²|m\^2)(?![\w/])", re.IGNORECASE),
        lambda _: "mg for each square meter of body size",
    ),
    (re.compile(r"\bmg/kg(?![\w/])", re.IGNORECASE), lambda _: "mg for each kg of body weight"),
    (re.compile(r"\bQ(?P<number>\d{0,2})(?P<unit>[HDWM])\b(?<!QD)", re.IGNORECASE), _every),
    (
        re.compile(
            r"\bq\.?\s?(?P<number>[2-9]|[1-9]\d)\s(?P<unit>weeks?|days?|hours?|months?)\b",
            re.IGNORECASE,
        ),
        _cycle,
    ),
    (
        re.compile(
            r"(?:(?<=[,;(] )|(?<=[,;(])|(?<=\bon )|(?<=m2 )|(?<=mg )|(?<=weight )|(?<=size )|^)"
            r"[Dd](?:ay )?(?P<first>\d{1,3})(?:\s?[-–~]\s?[Dd]?(?P<last>\d{1,3})"  # noqa: RUF001 - dashes people type
            r"|(?P<more>(?:,\s?[Dd]?\d{1,2}(?![\w.]))+))?(?![\w.-])"
        ),
        _days,
    ),
    (
        re.compile(
            r"\b(?:QOD|QHS|BIW|TIW|QD|[Bb]\.?[Ii]\.?[Dd]|[Tt]\.?[Ii]\.?[Dd]|QID|qd|qid|qod|q\.d\.)"
            r"(?:(?<=\.\w)\.)?(?!\w)"
        ),
        _daily,
    ),
    (
        re.compile(
            r"\b(?:(?:an?|by|via|as an?|through an?)\s)?(?P<route>IV|iv|i\.v\.)[\s-]"
            r"(?P<noun>drip|infusion|gtt)\b"
        ),
        lambda found: f"by a {_drip(found)}",
    ),
    (
        re.compile(
            r"\b(?:(?:an?|by|via|as an?)\s)?(?P<route>IV|iv|i\.v\.|SC|sc|s\.c\.|SQ|IM|i\.m\.)[\s-]"
            r"(?P<noun>injections?)\b"
        ),
        lambda found: f"{_lead(found)}{_shot(found)}",
    ),
    (
        re.compile(
            _START
            + r"(?P<route>PO|po|p\.o\.|IV|iv|i\.v\.|SC|sc|s\.c\.|SQ|subq|IM|i\.m\.|SL)(?!\w)"
            + _EDGE
        ),
        _route,
    ),
    (
        re.compile(r"\b(?:given|taken|administered) (?:by |via )?(?P<route>PO)\b"),
        lambda _: "given by mouth",
    ),
)


def _lead(found: re.Match[str]) -> str:
    """Return the preposition that stood before a route code, without its article."""
    words = found[0].lower().split()
    return "by " if words[0] in {"by", "via"} else ("as " if words[0] == "as" else "")


_KINDS = re.compile(
    r"(?:^|(?<=[\s,;.]))(?:Drug|Biological|Device|Radiation|Procedure|Behavioral)\s?:\s+"
)
_JOINTS = re.compile(r";\s+")
#: More text than this holds more than a dose; it is only quoted.
_LIMIT = 900


def dose_sentences(markup: str | None) -> tuple[str, ...]:
    """Return a treatment's description with doses and schedules in words.

    Returns:
        One sentence for each treatment or choice named in it; nothing when the text has no code
        that could be put into words, or is so long that it says much else.
    """
    text = clean(markup)
    if len(text) > _LIMIT or in_words(text) == _spaced(text):
        return ()
    pieces = [part for whole in _KINDS.split(text) for part in _JOINTS.split(whole)]
    plain = (in_words(piece.strip(" ,;")) for piece in pieces)
    return tuple(_sentence(piece) for piece in plain if piece)


def in_words(text: str) -> str:
    """Return ``text`` with every code of the tables in words."""
    for pattern, words in _TABLE:
        text = pattern.sub(words, text)
    return text


def _spaced(text: str) -> str:
    pattern, words = _TABLE[0]
    return pattern.sub(words, text)


def _sentence(piece: str) -> str:
    text = piece[:1].upper() + piece[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
