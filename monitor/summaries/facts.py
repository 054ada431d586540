"""The facts of a text that a rewriting must keep: numbers, units, comparators, negations, times.

Two texts are compared after both went through the lexicon, so that a word and its plain form are
one fact. Nothing here knows how a sentence was written.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from monitor.summaries.lexicon import settled
from monitor.summaries.tokens import is_number, tokenize

_CANON: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        (r"\bnot counted:", " except "),
        (r"\bthis includes, but is not limited to:", " including but not limited to "),
        (r"\bthis includes:", " including "),
        (
            r"\bfor example:|\b(?:e\.g\.|eg\b|e\.g\b|for example|for instance|such as),?",
            " forexample ",
        ),
        (r"\bthat is:|\b(?:i\.e\.|ie\b|i\.e\b|that is,)", " thatis "),
        (r"\bdefined as:?", " defined as "),
        (r"\bcannot\b", "can not"),
        # The words of the templates, and those of the source they stand for.
        (r"\byou are expected to live\b", " lifespan "),
        (r"\b(?:(?:estimated|anticipated|expected|predicted)\s+)?(?:life[- ]expectancy|survival(?: time| period)?)\b"
         r"(?=\s*(?:of|is|:|must be)?\s*(?:at|more|less|\d|longer|of))(?:\s+must be\b)?", " lifespan "),
        (r"\bthis is proven by a ([a-z /]+) test\b", r" \1 provenby "),
        (r"\blab tissue\b", "pathologically"), (r"\btissue(?= (?:or|and|and/or|provenby))", "histologically"),
        (r"\bcell(?= provenby)", "cytologically"), (r"\bcell(?= (?:or|and|and/or) histologically)", "cytologically"),
        (r"(?<=logically)[\s-]+(?:confirmed|proven|verified)\b", " provenby "),
        (r"\bpregnancy\b", "pregnant"),
        (r"\b(?:women|females|woman) who (?:are|is)(?= (?:currently )?(?:pregnant|breast))", " "),
        (r"\b(pregnant|breast-?feeding|breast milk|nursing) (?:women|females|woman|mothers|female people)\b", r"\1"),
        (r"\bbreast-?\s?feeding\b", "breastfeeding"),
        (r"\bunwillingness\b", "unwilling"), (r"\bwillingness\b", "willing"),
        (r"\binability\b", "unable"), (r"\bability\b", "able"),
        (r"^\W*(?:all|any|each|every)\s+(?:of the\s+)?(?:study\s+|eligible\s+)?"
         r"(?=(?:patient|subject|participant|individual|person|people|volunteer|candidate))", " "),
        (r"\bages? range\b|\bages?d?\b|(?<=year )old\b|(?<=years )old\b|(?<=months )old\b|(?<=year)-old\b", " "),
        (r"\byrs?\b|\byear\b", "years"),
        (r"\b(?:do|does|did|is|are|was|were|has|have|had)n['’]t\b", " not "),  # noqa: RUF001
        (
            r"\b(?:with the exceptions? of|with exceptions? of|except(?:ions?|ing)?(?: for)?|excluding|"
            r"exclusive of|other than)\b",
            " except ",
        ),
        (
            r"\bhis (?:/|or) her\b|\bhis/her\b|\bhe/she\b|\bhe or she\b|\bshe/he\b|\bher/his\b",
            " their ",
        ),
    )
)
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
_NEGATIONS = frozenset({"not", "no", "never", "without", "nor", "neither", "none"})
_LOGIC = frozenset({"and", "or", "nor", "any", "all", "both", "either", "each", "every", "neither"})
_MODALS = frozenset({"must", "may", "might", "can", "could", "should", "will", "would", "shall"})
_EXCEPTIONS = frozenset(
    {"except", "unless", "allowed", "permitted", "acceptable", "but", "however", "only", "provided"}
)
_TIMES = frozenset({"before", "after", "during", "within", "until", "since", "prior", "following"})
_SIDES = frozenset(
    {
        "join",
        "eligible",
        "ineligible",
        "excluded",
        "included",
        "enrolled",
        "exclusion",
        "inclusion",
        "kept out",
        "exclude",
        "include",
    }
)
_UNITS = frozenset(
    {
        "%",
        "percent",
        "mg",
        "kg",
        "g",
        "µg",
        "μg",
        "mcg",
        "ug",
        "ng",
        "pg",
        "ml",
        "l",
        "dl",
        "µl",
        "μl",
        "ul",
        "mm",
        "mm3",
        "cm",
        "m",
        "m2",
        "mmol",
        "umol",
        "µmol",
        "μmol",
        "nmol",
        "iu",
        "ku",
        "u",
        "mmhg",
        "year",
        "years",
        "month",
        "months",
        "week",
        "weeks",
        "day",
        "days",
        "hour",
        "hours",
        "minute",
        "minutes",
        "second",
        "seconds",
        "ms",
        "msec",
        "times",
        "x",
        "°",
        "kpa",
        "bpm",
        "gy",
        "cgy",
        "units",
        "ppb",
        "ppm",
        "half-lives",
        "points",
        "lbs",
        "cycles",
        "doses",
    }
)
_COMPARATORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ge", ("at", "least")),
    ("le", ("at", "most")),
    ("gt", ("more", "than")),
    ("lt", ("less", "than")),
    ("gt", ("greater", "than")),
    ("gt", ("higher", "than")),
    ("lt", ("lower", "than")),
    ("gt", ("older", "than")),
    ("lt", ("younger", "than")),
    ("lt", ("fewer", "than")),
    ("gt", ("longer", "than")),
    ("lt", ("shorter", "than")),
    ("le", ("up", "to")),
    ("gt", ("above",)),
    ("lt", ("below",)),
    ("gt", ("over",)),
    ("lt", ("under",)),
    ("gt", ("exceeding",)),
    ("eq", ("=",)),
    ("in", ("within",)),
    ("gt", (">",)),
    ("lt", ("<",)),
    ("ge", ("≥",)),
    ("le", ("≤",)),
    ("to", ("to",)),
    ("pm", ("±",)),
)
_AFTER = {
    ("or", "older"): "ge",
    ("or", "more"): "ge",
    ("or", "greater"): "ge",
    ("or", "higher"): "ge",
    ("or", "above"): "ge",
    ("and", "older"): "ge",
    ("or", "less"): "le",
    ("or", "younger"): "le",
    ("or", "lower"): "le",
    ("or", "fewer"): "le",
    ("or", "below"): "le",
    ("and", "above"): "ge",
    ("or", "longer"): "ge",
    ("or", "over"): "ge",
    ("and", "over"): "ge",
}
_FUNCTION = frozenset(
    "year years old a an the of in on at to for by with from as that this these those it its which who whom whose be is "
    "are was were been being am has have had having do does did you your yourself their they them there "
    "patient patients subject subjects participant participants individual individuals person persons "
    "people volunteers patient's subject's participant's person's people's also then than so such into onto per 's i.e e.g etc note".split()
)
_PEOPLE = frozenset(
    "patient patients subject subjects participant participants individual individuals person persons "
    "people volunteers".split()
)
_NAME = re.compile(r"(?=.*(?:[A-Z].*[A-Z]|\d))[A-Za-z][\w\-]+$")
_VOWEL = re.compile(r"[aeiouy]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is compared, as multisets but for the order of the figures."""

    numbers: Counter[str]
    #: Comparator, number and unit of every figure, in the order of the text.
    figures: tuple[tuple[str, str, str], ...]
    negations: Counter[tuple[str, str]]
    logic: Counter[str]
    modals: Counter[str]
    exceptions: Counter[str]
    times: Counter[tuple[str, str]]
    sides: Counter[str]
    names: Counter[str]
    content: frozenset[str]


@lru_cache(maxsize=4096)
def facts_of(text: str) -> Facts:
    """Return the facts of a text (source or plain; it goes through the lexicon here)."""
    plain = settled(text)
    for pattern, form in _CANON:
        plain = pattern.sub(form, plain)
    raw = [token.text for token in tokenize(plain)]
    words = [_NUMBER_WORDS.get(word.lower(), word.lower()) for word in raw]
    return Facts(
        numbers=Counter(word for word in words if is_number(word)),
        figures=tuple(_figures(words)),
        negations=Counter(_bound(words, _NEGATIONS)),
        logic=Counter(word for word in words if word in _LOGIC),
        modals=Counter(word for word in words if word in _MODALS),
        exceptions=Counter(word for word in words if word in _EXCEPTIONS),
        times=Counter(_bound(words, _TIMES)),
        sides=Counter(word for word in words if word in _SIDES),
        names=Counter(
            word for word in raw if _NAME.match(word) and not word.isupper() or _acronym(word)
        ),
        content=frozenset(stem(word) for word in words if _is_content(word)),
    )


def _acronym(word: str) -> bool:
    return (
        len(word) > 1
        and word.isupper()
        and word.isalpha()
        and word
        not in {
            "AND",
            "OR",
            "NOT",
            "NO",
            "IN",
            "OF",
            "THE",
            "IF",
            "TO",
            "WITH",
            "ANY",
            "ALL",
            "NOTE",
        }
    )


def _is_content(word: str) -> bool:
    return word[:1].isalpha() and word not in _FUNCTION


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word without the endings that number and tense give it; crude but the same for all."""
    word = word.removesuffix("'s").removesuffix("’s")  # noqa: RUF001
    for ending in ("ing", "ies", "ied", "es", "ed", "s", "e", "y"):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= 3
            and _VOWEL.search(  # noqa: PLR2004
                word[: -len(ending)]
            )
        ):
            return word[: -len(ending)]
    return word


def _bound(words: list[str], cues: frozenset[str]) -> list[tuple[str, str]]:
    """Pair every cue with the next word that carries meaning, number or name."""
    pairs: list[tuple[str, str]] = []
    for place, word in enumerate(words):
        if word in cues:
            after = (w for w in words[place + 1 : place + 9] if _is_content(w) or is_number(w))
            target = next((w for w in after if w not in _LOGIC), "")
            pairs.append((word, stem(target)))
    return pairs


def _figures(words: list[str]) -> list[tuple[str, str, str]]:
    return [
        (_comparator(words, place), word, _unit(words, place))
        for place, word in enumerate(words)
        if is_number(word)
    ]


def _comparator(words: list[str], place: int) -> str:
    tail = tuple(words[place + 1 : place + 4])
    for start in range(max(0, len(tail) - 1)):
        name = _AFTER.get(tail[start : start + 2])  # type: ignore[call-overload]  # pairs of words
        if name:
            return str(name)
    for name, phrase in _COMPARATORS:
        if tuple(words[max(0, place - len(phrase)) : place]) == phrase:
            return name
    return ""


def _unit(words: list[str], place: int) -> str:
    following = words[place + 1 : place + 3]
    return next((word for word in following[:1] if word in _UNITS), "")
