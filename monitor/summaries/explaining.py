"""The short sentence that explains a term behind the rule in which it first stands.

It opens with the word as the rule writes it, so that nobody has to look for a name that the rule
does not hold. Which terms a rule holds, and what they mean, is in ``words``.
"""

import re
from collections.abc import Sequence
from functools import cache

from monitor.summaries.lexicon import rows
from monitor.summaries.tokens import normal
from monitor.summaries.words import Term

_LONG_AND_SHORT = re.compile(r"(?P<long>.+) \((?P<short>[A-Za-z0-9-]+)\)")
_JOINTS = re.compile(r", (?:and |or )?| and | or ")
_ADJECTIVE = re.compile(r"[a-z-]+(?:ic|al|ous|ary|ive|oid)")
_THING = re.compile(r"(?:an?|cancer) ")
_DEED = re.compile(r"(?:it is done|to) ")
#: Ends of one and of many; either may stand in a text for the other.
_ENDS = (("", "s"), ("", "es"), ("y", "ies"), ("is", "es"), ("fe", "ves"))


def gloss(term: Term, text: str = "") -> str:
    """Return the sentence that explains a term beside a rule.

    Args:
        term: The term, as it was found in ``text``.
        text: The rule's plain words. What stands there opens the sentence: the short form of a
            name or the name, one of two terms that share a meaning, another word for the term.
    """
    first, rest = term.meaning[0], term.meaning[1:]
    meaning = f"{first if rest[:1].isupper() else first.lower()}{rest}"
    heading = _heading(term, text)
    if heading == term.form and heading.lower() != term.term.lower():
        heading, meaning = _of_another_form(term, meaning)
    return f"{_large(heading)}: {meaning}"


def glosses(terms: Sequence[Term], text: str) -> tuple[str, ...]:
    """Return the sentences that explain terms, in order; those of one meaning share a sentence."""
    lines: dict[str, list[str]] = {}
    for term in terms:
        heading, meaning = gloss(term, text).split(": ", maxsplit=1)
        lines.setdefault(meaning, []).append(heading)
    return tuple(_shared(headings, meaning) for meaning, headings in lines.items())


def _shared(headings: list[str], meaning: str) -> str:
    if len(headings) == 1:
        return f"{headings[0]}: {meaning}"
    each = _EACH if _THING.match(meaning) else ""
    names = list(dict.fromkeys([headings[0], *map(_inside, headings[1:])]))
    if len(names) == 1 or names[1].lower() == names[0].lower():
        return f"{names[0]}: {meaning}"
    return f"{', '.join(names[:-1])} and {names[-1]}: {each}{meaning}"


def _inside(name: str) -> str:
    """Return a heading as it stands behind another: names in capitals keep theirs."""
    word = name.split(" ", maxsplit=1)[0]
    return name if not word[1:].islower() else name[0].lower() + name[1:]


_EACH = "each is "


def is_gloss(line: str) -> bool:
    """Say whether a line explains a term and says nothing about the rule it stands behind."""
    heading, _, meaning = line.partition(": ")
    ways = ([_key(heading)], [_key(one) for one in _JOINTS.split(heading)])
    meaning = meaning.removeprefix(_EACH)
    for told in (meaning, meaning.removeprefix("of ")):
        known = _names_by_meaning().get(told.lower(), frozenset())
        if any(known.issuperset(names) for names in ways):
            return True
    return False


def _key(name: str) -> str:
    """Return a name in the form in which names are compared: small letters, no spaces."""
    return "".join(normal(name).lower().split())


def _heading(term: Term, text: str) -> str:
    both = _LONG_AND_SHORT.fullmatch(term.term)
    if both and re.search(rf"\b{re.escape(both['short'])}\b", text):
        return both["short"]
    name = both["long"] if both else term.term
    if not term.form or _stands(name, text):
        return name
    parts = [part for part in _JOINTS.split(name) if part != name and _stands(part, text)]
    return (" or " if " or " in name else " and ").join(parts) if parts[1:] else term.form


def _stands(name: str, text: str) -> bool:
    """Say whether a name stands in a text, as one or as many, with a hyphen or without."""
    text = text.replace("-", " ").lower()
    return any(_holds(text, one) for one in _one_and_many(name.replace("-", " ").lower()))


def _holds(text: str, words: str) -> bool:
    """Say whether words stand in a text, no letter before or behind them."""
    place = text.find(words)
    while place >= 0:
        ends = (text[place - 1 : place], text[place + len(words) :][:1])
        if not any(end.isalnum() or end == "_" for end in ends):
            return True
        place = text.find(words, place + 1)
    return False


@cache
def _one_and_many(name: str) -> frozenset[str]:
    """Return a name in small letters with the ends that it may have for one and for many."""
    found = {name}
    for one, many in _ENDS:
        if name.endswith(one):
            found.add(name.removesuffix(one) + many)
        if name.endswith(many):
            found.add(name.removesuffix(many) + one)
    return frozenset(found)


def _of_another_form(term: Term, meaning: str) -> tuple[str, str]:
    """Return heading and meaning where the rule has another word than the one that is explained.

    What a thing is does not fit its adjective: "Arterial: of a blood vessel ...".
    """
    form = term.form
    if _ADJECTIVE.fullmatch(form.lower()) and _THING.match(meaning):
        return form, f"of {meaning}"
    if form.endswith("ed") and _DEED.match(meaning):
        return term.term, meaning
    many = form.endswith("s") and not form.endswith(("ss", "us", "is", "ies"))
    return (form[:-1] if many and meaning.startswith(("a ", "an ")) else form), meaning


def _large(name: str) -> str:
    word = name.split(" ", maxsplit=1)[0]
    large = name[0].upper()
    # The capital of "ß" is two letters.
    fits = len(large) == 1 and (word.islower() or _SMALL_START.match(word))
    return large + name[1:] if fits else name


_SMALL_START = re.compile(r"[a-z]{3,}-")


@cache
def _names_by_meaning() -> dict[str, frozenset[str]]:
    """Return, by meaning, every name in small letters under which it may be told."""
    found: dict[str, frozenset[str]] = {}
    for term, forms, meaning, *_ in rows("glossary.tsv"):
        both = _LONG_AND_SHORT.fullmatch(term)
        names = {term, *_JOINTS.split(term), *(both.groups() if both else ()), *forms.split("|")}
        small = {_key(name) for name in names}
        small |= {name[:-1] for name in small if name.endswith("s")}
        found[meaning.lower()] = found.get(meaning.lower(), frozenset()) | small
    for shorts, _, meaning, _ in rows("acronyms.tsv"):
        if not meaning:
            continue
        small = {_key(short) for short in shorts.split("|")}
        small |= {f"{name}s" for name in small}
        found[meaning.lower()] = found.get(meaning.lower(), frozenset()) | small
    return found
