"""Doses and schedules in words: ``D1-14, Q3W, PO`` becomes ``days 1 to 14, every 3 weeks, by mouth``.

Only the codes of the tables below are put into words, and only where they cannot be anything
else (``IV`` can be a stage, ``D3`` a vitamin); every other word stays. The study's own text is
shown beside, so nothing is lost.
"""

import re
from collections.abc import Callable

from monitor.summaries.prose import capital, clean, full_stop, listed

#: More text than this says much besides a dose; it is only quoted.
LIMIT = 500

_UNITS = {"h": "hour", "d": "day", "w": "week", "m": "month"}
_DAILY = {
    "qd": "once a day",
    "bid": "twice a day",
    "tid": "three times a day",
    "qid": "four times a day",
    "qod": "every other day",
    "qhs": "at bedtime",
    "biw": "twice a week",
    "tiw": "three times a week",
}
_ROUTES = {
    "po": "by mouth",
    "iv": "into a vein",
    "intravenous": "into a vein",
    "intravenously": "into a vein",
    "sc": "under the skin",
    "sq": "under the skin",
    "subcutaneous": "under the skin",
    "subcutaneously": "under the skin",
    "im": "into a muscle",
    "intramuscular": "into a muscle",
    "intramuscularly": "into a muscle",
    "orally": "by mouth",
    "sl": "under the tongue",
}

_CODE = r"IV|iv|i\.v\.?|SC|sc|s\.c\.?|SQ|IM|im|i\.m\.?|PO|po|p\.o\.?|SL"
_CLOCK = (
    r"QOD|QHS|BIW|TIW|QD|QID|qd|qid|qod|q\.d\.|[Bb]\.?[Ii]\.?[Dd](?:(?<=\.\w)\.)?"
    r"|[Tt]\.?[Ii]\.?[Dd](?:(?<=\.\w)\.)?"
)
_INTO = r"IV|iv|i\.v\.?|[Ii]ntravenous|SC|sc|s\.c\.?|SQ|[Ss]ubcutaneous|IM|i\.m\.?|[Ii]ntramuscular"
#: A code is a phrase of its own between these.
_FROM = r"(?:(?<=[,;(] )|(?<=[,;(])|(?<=mg )|(?<=mgs )|(?<=mL )|(?<=ml )|(?<=size )|(?<=weight )|^)"
_UNTIL = r"(?=\s*(?:[,;)]|\.(?!\w)|$|(?:on|every|once|twice|three|over|for|will|day|days)\b))"

_PHRASE_ENDS = re.compile(r"\s*(?:[,;)]|\.(?!\w)|$)")

Words = Callable[[re.Match[str]], str]


def _route_of(found: re.Match[str]) -> str:
    return _ROUTES[found["route"].replace(".", "").lower()]


def _every(found: re.Match[str]) -> str:
    number, unit = int(found["number"]), _UNITS[found["unit"][0].lower()]
    return f"every {unit}" if number == 1 else f"every {number} {unit}s"


def _days(found: re.Match[str]) -> str:
    if found["last"]:
        return f"days {found['first']} to {found['last']}"
    more = re.findall(r"\d+", found["more"] or "")
    return f"days {listed([found['first'], *more])}" if more else f"day {found['first']}"


def _daily(found: re.Match[str]) -> str:
    return _DAILY[found[0].replace(".", "").lower()]


def _infusion(found: re.Match[str]) -> str:
    return _given(found, "drip", "drips")


def _injection(found: re.Match[str]) -> str:
    return _given(found, "shot", "shots")


def _given(found: re.Match[str], one: str, many: str) -> str:
    """Return ``by a drip into a vein`` with the joining words that stood before it."""
    lead = (found["lead"] or "").lower().split()
    plural = found["noun"].endswith("s")
    alone = not lead and found["alone"] is not None
    by = alone and _PHRASE_ENDS.match(found.string, found.end()) is not None
    told = found.string[: found.start()].endswith(("administered ", "given "))
    by = by or (told and not lead)
    joint = "by" if by else _JOINTS.get("".join(lead[:1]), "")
    article = "a" if (alone or by or lead) and not plural else ""
    said = (joint, article, many if plural else one, _route_of(found))
    return " ".join(part for part in said if part)


#: What a joining word before a route becomes.
_JOINTS = {"by": "by", "via": "by", "as": "as", "for": "for"}

_GIVEN = r"(?P<alone>(?:(?<=[,;(] )|(?<=[,;(])|^))?(?P<lead>\b(?:(?:by|via|as|for)\s(?:an?\s)?|an\s|a\s))?"

_TABLE: tuple[tuple[str, Words], ...] = (
    # A code in brackets right after the words that it stands for.
    (rf"(?:(?<=intravenous)|(?<=subcutaneous)) \((?:{_CODE})\)", lambda _: ""),
    (rf"(?<=intravenously) \((?:{_CODE})\)|(?<=subcutaneously) \((?:{_CODE})\)", lambda _: ""),
    (rf"(?<=orally) \((?:{_CODE})\)|(?<=mouth) \((?:{_CODE})\)", lambda _: ""),
    (rf"(?:(?<=injections)|(?<=injection)|(?<=infusion)) \((?:{_CODE})\)", lambda _: ""),
    (rf"(?<=daily) \((?:{_CLOCK})\)|(?<=a day) \((?:{_CLOCK})\)", lambda _: ""),
    (r"(?<=weeks) \([Qq]\d{1,2}[Ww]\)|(?<=week) \([Qq]1?[Ww]\)", lambda _: ""),
    (
        r"\b(?P<route>IV|SC|i\.v\.?|s\.c\.?) \(\s?(?:[Ii]ntravenous|[Ss]ubcutaneous)(?:ly)?\)",
        _route_of,
    ),
    (r"(?<=\d )mg/\s?(?:m2|m²|m\^2)(?![\w/])", lambda _: "mg for each square meter of body size"),
    (
        r"(?<=\d )mg/[Kk]g(?:\s(?:of\s)?body\s?weight)?(?![\w/])",
        lambda _: "mg for each kg of body weight",
    ),
    (r"\b[Qq](?P<number>\d{1,2})(?P<unit>[HhDdWwMm])\b", _every),
    (r"\b(?:QW|qw)\b", lambda _: "once a week"),
    (
        r"\b[Qq]\.?\s?(?P<number>[2-9]|[1-9]\d)\s(?P<unit>weeks?|days?|hours?|months?)\b",
        _every,
    ),
    (
        (
            r"(?:(?<=[,;(] )|(?<=[,;(])|(?<=\bon )|(?<=mg )|(?<=weight )|(?<=size )|^)"
            r"[Dd](?P<first>\d{1,3})(?:\s?[-–~]\s?[Dd]?(?P<last>\d{1,3})"  # noqa: RUF001 - dashes people type
            r"|(?P<more>(?:,\s?(?:and\s)?[Dd]?\d{1,2}(?=\s*(?:[,;.)]|$)))+))?(?![\w-])"
        ),
        _days,
    ),
    (rf"(?<![\w.])(?:{_CLOCK})(?!\w)", _daily),
    (_GIVEN + rf"\b(?P<route>{_INTO})[\s-](?P<noun>drips?|infusions?|gtt)\b", _infusion),
    (_GIVEN + rf"\b(?P<route>{_INTO})[\s-](?P<noun>injections?)\b", _injection),
    (rf"{_FROM}(?P<route>{_CODE})(?!\w){_UNTIL}", _route_of),
    (
        (
            r"\b(?P<route>intravenously|subcutaneously|intramuscularly|orally)\b"
            r"(?! (?:administered|given|injected|delivered|taken|infused|ingested|dosed))"
        ),
        _route_of,
    ),
    (r"(?<=\b[Gg]iven by )(?P<route>PO)\b", lambda _: "mouth"),
)


_PATTERNS = tuple((re.compile(pattern), words) for pattern, words in _TABLE)
_SPACING = re.compile(r"(?<=\d)(?=(?:mg|mcg|µg|μg|g|kg|ml|mL|IU)\b)")
_BEFORE_MARK = re.compile(r"(?:\s*,)+(?=\s*,)|\s+(?=[,;])")
_KINDS = re.compile(
    r"(?:^|(?<=[\s,;.]))(?:Drug|Biological|Device|Radiation|Procedure|Behavioral)\s?:\s+"
)
_JOINT = re.compile(r";\s*(?![^(（]*[)）])")  # noqa: RUF001 - full-width brackets people type


def dose_sentences(markup: str | None) -> tuple[str, ...]:
    """Return a treatment's description with doses and schedules in words.

    Returns:
        One sentence for each treatment or choice named in it; nothing when the text has no code
        that could be put into words, or is so long that it says much else.
    """
    text = _SPACING.sub(" ", _BEFORE_MARK.sub("", clean(markup)))
    if len(text) > LIMIT or in_words(text) == text:
        return ()
    pieces = [part for whole in _KINDS.split(text) for part in _JOINT.split(whole)]
    plain = (in_words(piece.strip(" ,;*-")) for piece in pieces)
    return tuple(full_stop(_begun(piece)) for piece in plain if piece)


def _begun(text: str) -> str:
    """Return ``text`` with a large first letter, unless its first word is a name like mAb."""
    return capital(text) if text.partition(" ")[0].rstrip(",:;").islower() else text


def in_words(text: str) -> str:
    """Return ``text`` with every code of the tables in words."""
    for pattern, words in _PATTERNS:
        text = pattern.sub(words, text)
    return text
