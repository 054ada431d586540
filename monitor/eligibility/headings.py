"""Which lines are headings, and what side they put the rules under them on.

A side is taken from the registry's own words alone. A line that names both, or neither, gives
``rules``: what it means is for the reader to judge.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.eligibility.model import SectionKind

_OUT_WORDS = re.compile(
    r"\b(?:(?:can)?not|non|never|\w+n't)[\s-]+(?:yet\s+)?(?:to\s+)?(?:be\s+)?(?:considered\s+)?"
    r"(?:eligible|included|inclusion|enrolled)(?:\s+for\s+inclusion)?\b"
    r"|\bexclu(?:de|des|ded|ding|sion|sions|sionary)\b|\bineligible\b|\bineligibility\b"
    r"|\bdisqualif\w+|\b(?:(?:can)?not|\w+n't) (?:be )?(?:allowed|permitted|qualify|qualified|enter|participate)\b"
)
_IN_WORDS = re.compile(
    r"\binclu(?:ded|sion|sions|sionary)\b|\beligible\b|\beligibility(?:\s*[/&,]|\s+(?:and|or)\b)"
)
#: "None of these is eligible", "those unable to be included": who is let in is not said outright.
_DENIED = re.compile(r"\b(?:no|none|neither|nor|nobody|unable|unsuitable|unfit|fail(?:s|ed)?)\b")
_SAYS_IN = re.compile(r"\binclu(?:ded|sion|sions|sionary)\b|\beligible\b")

_CORE = re.compile(
    r"(?:\beligibility[\s_]*(?:/|and|or|&|,)[\s_]*)?(?:\bnon[- ]?)?\b(?:inclusion|exclusion|inclusionary|exclusionary)s?"
    r"(?:[\s_]*(?:/|and|or|&|,)[\s_]*(?:inclusion|exclusion))?[\s_]+crit\w{3,7}",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"(?:(?:part|cohort|group|arm|phase|key|main|major|principal|general|other)\s+(?:[\w-]{1,12}\s+)?)?"
    r"(?:(?:inclusions?|exclusions?)\s*[:.：]?|(?:included|excluded)\s*[:：])",  # noqa: RUF001
    re.IGNORECASE,
)
_EXCLUDED_LINE = re.compile(r"(?:excluded|not eligible)\b[^.;]{0,80}:", re.IGNORECASE)
_NEUTRAL = re.compile(
    r"(?:[\w-]{1,20}\s+){0,4}?eligibility(?:\s+criteria?)?(?:\s+(?:for|in|of)\s[^.;:]{1,60})?\s*[:：]?"  # noqa: RUF001
    r"|(?:selection |entry |enrol?lment )?criteria\s*[:：]",  # noqa: RUF001
    re.IGNORECASE,
)
_NEUTRAL_WORDS = re.compile(
    r"\b(?:eligibility|criteria?|selection|entry|enrol?lment)\b", re.IGNORECASE
)
_SUBJECT = (
    r"(?:(?:the|a|an|all|any|each|eligible|potential|study|male|female|adult)\s+)*"
    r"(?:patients?|subjects?|participants?|individuals?|persons?|people|volunteers?|candidates?|men|"
    r"women|adults|children|infants|they|those|he or she|family|families|donors?|recipients?)"
)
_GENERIC = (
    r"(?:\s+(?:who|that|with|meeting|fulfilling|having|presenting|meets?|have|fulfill?s?|any|all|each|one|"
    r"or|more|of|the|following|these|this|criteria|criterion|characteristics|conditions|either|at|"
    r"least|to|study|trial|listed|below|above)){0,14}"
)
_SENTENCE = re.compile(
    rf"(?:in order )?(?:{_SUBJECT}{_GENERIC}\s+(?:must|will|may|should|shall|can|cannot|could|are|is|"
    rf"were|was|not|would|have|if|need)\b"
    r"|(?:the )?presence of any\b|any (?:one )?of the following\b|one or more of\b|"
    r"(?:the )?(?:main|key|following)\b|to be (?:eligible|included|enrolled)\b)",
    re.IGNORECASE,
)
#: "Patients who meet any of these will be ...": what they will be decides the side.
_UNSAID = re.compile(
    rf"{_SUBJECT}\s+(?:who|that|with|meeting)\b.{{0,60}}\b(?:will|shall|may) be\b", re.IGNORECASE
)
_NOT_BEFORE = re.compile(
    r"[.;:]|\b\d{2,}\b|\b(?:not|no|meets?|meeting|met|above|all|any|these|this|does|do|fulfil\w*|satisf\w*|of|"
    r"additional protocol|other protocol|per|per-protocol|if|following|and|other than|violat\w*)\b",
    re.IGNORECASE,
)
_VERB_AFTER = re.compile(
    r"\b(?:may|might|could|can|appl(?:y|ies|ied)|were|was|are|is|as per|per protocol|will)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:[\W_]*(?:please )?notes?(?:\b\s*[:.\-]|\s+(?:regarding|about|concerning|on|for|to)\b)|nb\b\s*:?|n\.b\.|the information listed above\b)"
    r"|(?=.{0,90}\b(?:protocol|study)[- ]?(?:defined|specified|related|specific)?\b)"
    r"(?:\W|\w){0,60}?\b(?:inclusion|exclusion|eligibility)\b.{0,60}\bappl(?:y|ied|ies)\b"
    r"|(?:other|additional)\b.{0,60}\b(?:inclusion|exclusion|eligibility)\b.{0,60}\bappl(?:y|ied)\b",
    re.IGNORECASE,
)
#: "Note regarding legal guardians:" is the title of a list of remarks.
_NOTE_TITLE = re.compile(
    r"[\W_]*(?:please )?notes?\s[^.;:]*[:：]",  # noqa: RUF001
    re.IGNORECASE,
)
#: "Prerequisites for the biopsy:" asks for what follows, whatever list it stands in.
_ASKS = re.compile(
    r"^\W*(?:additional |specific )?(?:pre-?requisites?|requirements?|exceptions?|except|unless)\b"
    r"|\bmust (?!not\b)\w|\b(?:allowed|permitted|acceptable|exempt)\b",
    re.IGNORECASE,
)
#: "Participants must not have:" keeps out, whatever list it stands in.
_BARS = re.compile(
    r"^\W*(?:no|none|absence|without)\b|\b(?:must|may|should|shall|will|can|do|does) ?not\b|\w+n't\b"
    r"|\b(?:prohibited|forbidden|disallowed)\b",
    re.IGNORECASE,
)
_ADJECTIVES = re.compile(
    r"\b(?:key|main|major|principal|core|primary|general|specific|additional|the|for|in|of|"
    r"subject|patient|participant|study|summary|brief|all|any|both|these)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:(?:key|main|major|principal|core|additional|general|specific|the|for|in|of)\b\W*)+",
    re.IGNORECASE,
)
_SIDE_WORDS = re.compile(r"\b(?:inclusions?|exclusions?|included|excluded)\b", re.IGNORECASE)
_GROUP_EDGES = " \t-–—:：.,()[]*/"  # noqa: RUF001 - look-alikes are the point
_AS_FOLLOWS = re.compile(r"\s+(?:are|is)\s+as\s+follows?$", re.IGNORECASE)
_NOTHING = re.compile(r"(?:none|n/?a|not applicable|nil|no)\b.{0,20}", re.IGNORECASE)
#: A heading in the middle of a line, as pasted texts have it.
INLINE_HEADING = re.compile(
    r"(?:\b(?:[Kk]ey|KEY|[Mm]ain|MAIN)[ \t]+)?"
    r"(?:\b(?:[Ii]nclusion|[Ee]xclusion)[ \t_]+[Cc]riteri(?:a|on)|\b(?:INCLUSION|EXCLUSION)[ \t_]+CRITERIA)"
    r"[ \t]*[:：]"  # noqa: RUF001 - look-alikes are the point
)
#: A heading that got stuck to the end of the item above it.
STUCK_HEADING = re.compile(
    r"(?:(?<=[.;)])[ \t]+(?:\w+[ \t]+){0,3}?(?:[Ii]nclusion|[Ee]xclusion)[ \t]+criteria[.:]?"
    r"|(?<!all)(?<!the)(?<!any)(?<!and)(?<!of)(?<!or)(?<!meet)(?<!above)(?<!/)[ \t]+"
    r"(?:Inclusion|Exclusion|INCLUSION|EXCLUSION)[ \t]+(?:Criteria|CRITERIA)[.:]?)[ \t]*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a heading says."""

    kind: SectionKind
    label: str
    group: str | None
    #: A whole sentence ("Patients must meet all of these:"), not a title.
    is_sentence: bool
    #: The line goes on with a first rule: behind this sign, or behind the title (``" "``).
    rest_behind: str = ""


def polarity(label: str) -> SectionKind:
    """Return the side that a heading names; ``rules`` when it names none, or both."""
    words = label.lower().replace("_", " ")
    without_out, outs = _OUT_WORDS.subn(" ", words)
    ins = _IN_WORDS.search(without_out)
    if outs and not ins:
        return SectionKind.EXCLUSION
    if ins and not outs and not _DENIED.search(words):
        return SectionKind.INCLUSION
    return SectionKind.RULES


@lru_cache(maxsize=4_096)
def read_heading(text: str, *, in_list: bool) -> Heading | None:
    """Return what ``text`` says as a heading, None when it is none.

    Args:
        text: One line for reading (``plain_text``), marker off.
        in_list: It has a marker; then only an unmistakable title is a heading.
    """
    if not text or len(text) > 400:  # noqa: PLR2004 - no heading of a real record is as long
        return None
    title = _read_title(text, in_list=in_list)
    if title is not None or in_list:
        return title
    return _read_sentence(text)


def _read_title(text: str, *, in_list: bool) -> Heading | None:
    if _SHORT.fullmatch(text):
        return Heading(
            kind=polarity(text), label=label_of(text), group=_group(text), is_sentence=False
        )
    core = _CORE.search(text[:120]) if "crit" in text.lower() else None
    if core is None:
        return None if in_list else _read_neutral(text)
    before, after = text[: core.start()], text[core.end() :]
    names_both = polarity(core.group()) is SectionKind.RULES and text.endswith((":", "："))  # noqa: RUF001
    if len(before.split()) > 6 or (_NOT_BEFORE.search(before) and not names_both):  # noqa: PLR2004 - a title is short
        return None
    return _title_with_rest(before, core.group(), after, in_list=in_list)


_CLOSED_AFTER = re.compile(r"\s*[.]?\s*|[^.:;]{0,110}[:：]")  # noqa: RUF001
_SENTENCE_AFTER = re.compile(r"\s+[A-Z][a-z]+(?:\s+\S+){4}")
_OPEN_AFTER = re.compile(r"\s*[-–—(]\s*[^.;:]{1,80}\)?|\s+(?:[Ff]or|FOR|to)\s[^.;:]{1,90}\.?")  # noqa: RUF001
_REST_AFTER = re.compile(r"(?P<tail>[^.;:：]{0,80}[:：])\s*(?P<rest>\S.*)")  # noqa: RUF001
_PLACED_AFTER = re.compile(
    r"\s+(?:in|of|at|by|prior|before|after|specific|group|cohort|part|arm)\b[^.;:]{0,60}",
    re.IGNORECASE,
)


def _title_with_rest(before: str, core: str, after: str, *, in_list: bool) -> Heading | None:
    nothing = _NOTHING.fullmatch(after.strip(_GROUP_EDGES))
    if nothing:
        return _title(before, core, "", rest_behind=" ")
    if _CLOSED_AFTER.fullmatch(after):
        is_list_of = _VERB_AFTER.search(after) is not None
        return None if is_list_of and in_list else _title(before, core, after)
    if _VERB_AFTER.search(after.split(":", maxsplit=1)[0]):
        return None
    if _OPEN_AFTER.fullmatch(after) or (not in_list and _PLACED_AFTER.fullmatch(after)):
        return _title(before, core, after)
    rest = _REST_AFTER.fullmatch(after)
    if rest:
        return _title(before, core, rest["tail"], rest_behind=":")
    goes_on = not before and not in_list and _SENTENCE_AFTER.match(after)
    return _title(before, core, "", rest_behind=" ") if goes_on else None


def _title(before: str, core: str, after: str, *, rest_behind: str = "") -> Heading:
    label = f"{before}{core}{after}"
    return Heading(
        kind=polarity(f"{before} {core}"),
        label=label_of(label),
        group=_group(f"{before} {after}"),
        is_sentence=False,
        rest_behind=rest_behind,
    )


def _read_neutral(text: str) -> Heading | None:
    """Read "Eligibility criteria:", which names no side; with a group it is a mere label."""
    if not _NEUTRAL.fullmatch(text):
        return None
    rest = _NEUTRAL_WORDS.sub(" ", text)
    if _group(rest):
        return None
    return Heading(kind=SectionKind.RULES, label=label_of(text), group=None, is_sentence=False)


def _read_sentence(text: str) -> Heading | None:
    """Read "Patients are excluded if any of the following apply:" and its kin."""
    if not text.endswith((":", "：", "following", "that", " who", " if")):  # noqa: RUF001
        return None
    if not (_SENTENCE.match(text) or _EXCLUDED_LINE.fullmatch(text)):
        return None
    kind = polarity(text)
    if kind is SectionKind.RULES and not _OUT_WORDS.search(text.lower()):
        return None
    return Heading(kind=kind, label=label_of(text), group=None, is_sentence=True)


def sides_under(label: str, side: SectionKind) -> tuple[SectionKind, SectionKind]:
    """Return the side of the rules under a label, and of the labels after it, in a list of ``side``."""
    if turns(label, side):
        return SectionKind.RULES, side
    kept = side if _agrees(label, side) else SectionKind.RULES
    return kept, kept


def turns(label: str, side: SectionKind) -> bool:
    """Say whether words in a list of ``side`` ask for what it keeps out, or bar what it lets in."""
    if side is SectionKind.EXCLUSION:
        return not _OUT_WORDS.search(label.lower()) and _ASKS.search(label) is not None
    return side is SectionKind.INCLUSION and _BARS.search(label) is not None


def _agrees(label: str, kind: SectionKind) -> bool:
    """Say whether a label inside a section names no other side than the section's."""
    words = label.lower()
    if kind is SectionKind.EXCLUSION and "eligibility criteria" in words:
        return False
    if _OUT_WORDS.search(words) or _SAYS_IN.search(words):
        return polarity(words) is kind
    return _UNSAID.match(label) is None


def is_note(text: str) -> bool:
    """Say whether a line outside any list is a remark about the list."""
    return _NOTE.match(text) is not None


def is_note_title(text: str) -> bool:
    """Say whether a line outside any list is the title of a list of remarks."""
    return _NOTE_TITLE.fullmatch(text) is not None


def label_of(text: str) -> str:
    """Return a heading without its colon and what sets it off."""
    return text.strip().rstrip(":： ").strip("* ")  # noqa: RUF001 - look-alikes are the point


def _group(rest: str) -> str | None:
    """Return the cohort, part or people that is left of a heading without its usual words."""
    named = _SIDE_WORDS.sub(" ", rest)
    if not _ADJECTIVES.sub(" ", named).strip(_GROUP_EDGES):
        return None
    group = _LEAD.sub("", " ".join(named.split())).strip(" \t-–—:：.,*/")  # noqa: RUF001
    if group.startswith(("include ", "are ", "is ")) or group.lower() == "no":
        return None
    group = _AS_FOLLOWS.sub("", group).rstrip(",")
    if group.endswith(")") and "(" not in group[1:]:
        group = group.removeprefix("(")[:-1]
    return group or None
