"""Brackets and examples in the middle of a sentence, told behind it with the noun they belong to.

At the end of a sentence ``sentences`` opens them; here the noun is said once more ("Examples of
steroids: ..."), so that nothing can be taken for a note on something else.
"""

import re

from monitor.summaries.articles import starts_with_vowel_sound

#: What stands in brackets, round or square, with none in it.
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BRACKET = re.compile(r"\s*\((?P<inner>[^()]+(?:\([^()]*\)[^()]*)*)\)")
_CUES = (
    (
        re.compile(r"^(?:e\.?g\.?|for example|for instance|such as|eg)[,:.]?\s+", re.IGNORECASE),
        "Examples of {such}: ",
    ),
    (
        re.compile(r"^(?:i\.?e\.?|that is|ie)[,:]?\s+", re.IGNORECASE),
        # "Hormonal birth control (that is, X)": X is not all birth control, and stays where it is.
        None,
    ),
    (re.compile(r"^including[,:]?\s+", re.IGNORECASE), "On {noun}, the study adds: this includes "),
    (
        re.compile(r"^(?:not including|excluding|except for|except)[,:]?\s+", re.IGNORECASE),
        "This does not count as {noun}: ",
    ),
)
#: Opens what stood in brackets at the end of a sentence.
NOTE = "The study adds: "
_SHORT_INNER = 4
_SHORT_LIST = 3
#: Up to here a sentence reads better with its bracket.
_BEARABLE = 22
#: What narrows or widens just the words before it reads wrongly anywhere else.
_TIED = re.compile(
    r"^(?:as|per|defined|or|and|with|if|unless|except|excluding|at|within|not|no|without|but|other|whichever|see|in|for|to|from|of|by|on|both|either|regardless|any)\b|"
    r"\b(?:whichever|except|excluding|unless)\b",
    re.IGNORECASE,
)
#: A limit or a class says which ones are meant; it stays where it stands.
_LIMITS = re.compile(r"\d|\b(?:class|grade|stage|type|level|dose|equivalents?)\b", re.IGNORECASE)
_NOUN = re.compile(r"(?:^|\s)(?P<noun>(?:[a-z][a-z-]+ ){0,2}[a-z][a-z-]{3,})$")
_NOT_IN_NOUN = re.compile(
    r"\b(?:a|an|the|any|of|or|and|to|for|with|in|on|by|no|not|without|other|another|all|this|that|have|has|had|are|is|"
    r"known|who|which|from|at|as|than|before|after|during|within|such|your|their|use|using|take|takes|took|taking|receiving|received|be|had|been|undergone|gotten|"
    r"must|should|may|can|will|each|both|either|if|only|except|unless|until|never|more|less|least|most|some|active|current|"
    r"prior|previous|past|recent|history|requiring|needing|including|"
    r"relevant|important|significant|weeks?|months?|years?|days?|hours?|levels?|time|least|disease|admission|visit)\b"
)
#: No noun, or one of which nothing can be told behind the sentence.
_NO_LAST = re.compile(
    r"(?:severe|sterile|brain|lung|heart|person|participant|women|child|mother|tract|region|stratum)"
)
#: In "shots for food allergy (...)" the bracket may be about the shots.
_BELONGS_TO_MORE = re.compile(
    r"\b(?:for|to|against|in|from|by|at|on|due|than|(?<!treatment )(?<!therapy )(?<!treated )with)\s+(?:(?:an?|the|any|other|another|all|each|their|your)\s+)*$|\b(?:and|or|and/or)\s+$"
)
#: In "the effect of rays (...)" it may be about the effect; of a history, a use or a kind nothing else is told
#: than of what it is of.
_OF = re.compile(
    r"\b(?P<host>\w+) of\s+(?:(?:an?|the|any|other|another|all|each|their|your)\s+)*$",
    re.IGNORECASE,
)
_HOSTS = frozenset(
    (
        "and",
        "or",
        "history",
        "use",
        "presence",
        "type",
        "types",
        "form",
        "forms",
        "kind",
        "kinds",
        "diagnosis",
        "signs",
        "evidence",
        "administration",
        "dose",
        "doses",
    )
)
_VERBAL = re.compile(r"(?:ing|ed|ly|able|ible|ive|ous|al|ic|ary|ory|ent|ant)$")


def at_mid_bracket(sentence: str) -> list[str]:
    """Take the first bracket that explains its noun out of the middle of a sentence."""
    for found in _BRACKET.finditer(sentence):
        head, rest = sentence[: found.start()], sentence[found.end() :]
        inner = found["inner"].strip(" ,;.")
        if not re.match(r",?\s+\w", rest) or re.match(r"\s*/", rest):
            continue
        noun = noun_before(head)
        label = _label(inner)
        if label and label[1].startswith("This does not") and len(sentence.split()) <= _BEARABLE:
            continue
        if not noun or not label or _crosses(inner, rest):
            continue
        cue, opening = label
        if _named_again(noun, rest) or re.search(
            r"\b(?:allowed|permitted|(?:in)?eligible)\b", inner
        ):
            continue
        if len(inner[cue:].split()) < _SHORT_INNER and "xamples" in opening:
            continue
        if opening.startswith("This does not count") and not _of_one_kind(noun, inner):
            continue
        return [f"{head}{rest}", opening.format(noun=noun, such=such(noun)) + inner[cue:] + "."]
    return []


def _of_one_kind(noun: str, inner: str) -> bool:
    """Say whether what is left out is called by the noun's own word: steroids, and such steroids.

    Else the exception may be one from something that stands further off.
    """
    words = [word[:6].lower() for word in noun.split() if len(word) >= _LONG_WORD]
    return any(word in inner.lower() for word in words)


_LONG_WORD = 6


def _label(inner: str) -> tuple[int, str] | None:
    """Return how long the cue of a bracket is and with what it opens as a sentence."""
    for cue, opening in _CUES:
        if found := cue.match(inner):
            if opening is None:
                return None
            items = inner[found.end() :]
            few = len(items.split()) < _SHORT_LIST and "xamples" not in opening
            tied = _TIED.search(items) or ("includes" in opening and _LIMITS.search(items))
            return None if few or tied else (found.end(), opening)
    if len(inner.split()) <= _SHORT_INNER or _TIED.search(inner) or _LIMITS.search(inner):
        return None
    return 0, "On {noun}, the study adds: "


def _crosses(inner: str, rest: str) -> bool:
    """Say whether figures would change their order, or a list would be torn."""
    return bool(re.search(r"\d", inner) and re.search(r"\d", rest)) or ";" in inner


def _named_again(noun: str, rest: str) -> bool:
    """Say whether the noun stands once more behind the bracket: "on infection" would be either."""
    return re.search(rf"\b{re.escape(noun.rsplit(' ', maxsplit=1)[-1])}\b", rest) is not None


def noun_before(head: str) -> str:
    """Return the noun that ends ``head``, with its adjectives; empty when it is not sure.

    Names and figures are not taken: said twice, they would be two facts.
    """
    found = _NOUN.search(head)
    if not found:
        return ""
    words = found["noun"].split()
    if _NOT_IN_NOUN.fullmatch(words[-1]) or _NO_LAST.fullmatch(words[-1]):
        return ""
    if _VERBAL.search(words[-1]):
        return ""
    kept = [words[-1]]
    for word in reversed(words[:-1]):
        if (
            _NOT_IN_NOUN.fullmatch(word)
            or word in {"against", "provide"}
            or word.endswith(("ed", "ing", "ly"))
        ):
            break
        kept.insert(0, word)
    noun = " ".join(kept)
    before = head.removesuffix(noun)
    # "Drugs that weaken the immune system (X, Y)": X is no such system.
    if re.search(r"\b(?:that|which|who|containing|weakening)\b[^,;]*$", before):
        return ""
    # "Disease needing treatment (X)": X is the disease.
    if re.search(r"(?:\b(?:needing|requiring)|\)) *$", before):
        return ""
    return "" if _BELONGS_TO_MORE.search(before) or _is_of_more(before) else noun


def _is_of_more(before: str) -> bool:
    """Say whether a noun behind ``before`` is part of another: "the effect of", "a disease of"."""
    found = _OF.search(before)
    return found is not None and found["host"].lower() not in _HOSTS


def such(noun: str) -> str:
    """Return what comes behind "Examples of": "steroids", "such treatment", "such a disease"."""
    if noun.endswith("s") and not noun.endswith(("ss", "us", "is")):
        return noun
    if re.search(
        r"(?:treatment|therapy|surgery|medicine|care|use|cancer|itis|pain|function|abuse|control|pneumonia|"
        r"administration|[aei]nce|ency|eae|death)$",
        noun,
    ):
        return f"such {noun}"
    return f"such {'an' if starts_with_vowel_sound(noun) else 'a'} {noun}"
