"""Plainer words for registry words: a longest-match phrase table, applied in one pass.

The words are data (``data/lexicon.tsv``, ``data/protected.tsv``); this module only reads and
applies them. No span is rewritten twice, and a protected phrase wins over every entry of the same
length. Sentence building is in ``frames`` and ``sentences``.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import NamedTuple

from monitor.summaries.tokens import Token, join, normal, tokenize, with_space

_DATA = resources.files("monitor.summaries") / "data"
_FILES = (
    "lexicon.tsv",
    "acronyms.tsv",
    "protected.tsv",
    "measures.tsv",
    "glossary.tsv",
    "verbs.tsv",
)
_VOWELS = "aeiou"
#: Words whose first sound is not what their first letter says.
_AN_WORDS = (
    "hour",
    "honest",
    "heir",
    "ecog",
    "mri",
    "fev",
    "nsaid",
    "hiv",
    "ldl",
    "hla",
    "rna",
    "ntm",
)
_A_WORDS = ("uni", "use", "usu", "eu", "one", "once", "uti", "ura")


class Entry(NamedTuple):
    """One phrase and what it becomes; ``plain`` None keeps it as it stands."""

    phrase: str
    plain: str | None
    part: str


class Used(NamedTuple):
    """An entry that was applied, by phrase and outcome."""

    phrase: str
    plain: str


@dataclass(slots=True)
class Node:
    """One step of the phrase tree."""

    branches: "dict[str, Node]" = field(default_factory=dict)
    entry: Entry | None = None


def rows(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a data file without comments and empty lines."""
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(cell.strip() for cell in line.split("\t"))


@cache
def entries() -> tuple[Entry, ...]:
    """Return every entry; a row with aligned forms (``a|b`` to ``x|y``) gives one per form."""
    found: list[Entry] = []
    for phrases, plains, part in rows("lexicon.tsv"):
        forms, outcomes = phrases.split("|"), plains.split("|")
        if len(outcomes) == 1:
            outcomes *= len(forms)
        found.extend(Entry(form, plain, part) for form, plain in zip(forms, outcomes, strict=True))
    found.extend(Entry(row[0], None, "protected") for row in rows("protected.tsv"))
    return tuple(found)


def _version() -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((_DATA / name).read_bytes())
    return digest.hexdigest()[:12]


#: Changes whenever a data file does, so that new words are never taken for a registry change.
LEXICON_VERSION = _version()


def phrase_tree(phrases: Iterable[Entry]) -> Node:
    """Return a tree for the longest match over token texts."""
    root = Node()
    for entry in phrases:
        node = root
        for token in tokenize(normal(entry.phrase)):
            node = node.branches.setdefault(token.text.lower(), Node())
        if entry.plain is None or node.entry is None:
            node.entry = entry
    return root


@cache
def _tree() -> Node:
    return phrase_tree(entries())


@cache
def _names_tree(names: frozenset[str]) -> Node:
    return phrase_tree(Entry(name, None, "name") for name in sorted(names) if name.strip())


def find(root: Node, words: list[str], start: int) -> tuple[int, Entry | None]:
    """Return the end of the longest phrase at ``start`` and its entry (None: no phrase)."""
    node, end, entry = root, start, None
    for place in range(start, len(words)):
        following = node.branches.get(words[place])
        if following is None:
            break
        node = following
        if node.entry is not None:
            end, entry = place + 1, node.entry
    return end, entry


def phrase_at(words: list[str], place: int) -> tuple[int, Entry | None]:
    """Return the end of the lexicon's longest phrase at ``place`` and its entry (None: no phrase).

    Args:
        words: Tokens in small letters.
        place: Where the phrase begins.
    """
    return find(_tree(), words, place)


def apply(text: str, names: frozenset[str] = frozenset()) -> tuple[str, tuple[Used, ...]]:
    """Return a line in plainer words, and the entries that made it so.

    Args:
        text: One line; quotes and number ranges are brought to one form on the way.
        names: Phrases that stay as they are, such as the record's conditions and treatments.
    """
    tokens = tokenize(normal(text))
    words = [token.text.lower() for token in tokens]
    out: list[Token] = []
    used: list[Used] = []
    place = 0
    after_ours = False
    tree, others = _tree(), _names_tree(names) if names else None
    starts, other_starts = tree.branches, others.branches if others else {}
    while place < len(tokens):
        word = words[place]
        if word not in starts and word not in other_starts and not after_ours:
            # Most words begin no phrase: they are taken over without a walk.
            out.append(tokens[place])
            place += 1
            continue
        end, entry = _longest(words, place, tree, others)
        if entry is not None and entry.plain and _stays(words, place, entry):
            entry = None
        if entry is None or entry.plain is None:
            end = max(end, place + 1)
            first = tokens[place]
            glued = after_ours and (first.text[:1].isalnum() or first.text in {"+", "("})
            glued = glued and words[place : place + 3] != ["(", "s", ")"]
            out += [Token(first.text, first.spaced or glued), *tokens[place + 1 : end]]
        else:
            plain = (
                f"of {entry.plain}"
                if entry.part == "sign" and _wants_of(out, entry)
                else entry.plain
            )
            used.append(Used(entry.phrase, plain))
            _put(out, tokens[place], plain)
        after_ours = entry is not None and entry.plain is not None
        place = end
    return join(out), tuple(used)


def settled(text: str, names: frozenset[str] = frozenset()) -> str:
    """Return a line in plainer words, gone over until nothing changes (three times at most)."""
    for _ in range(3):
        plain, used = apply(text, names)
        text = _SAID_TWICE.sub(r"\1", plain)
        if not used:
            break
    return text


#: Words for people that stay beside the name of an illness: "Asthma participants".
_PEOPLE = frozenset(("participant", "participants", "subjects", "individuals", "persons"))
_ILLNESS = re.compile(
    r"(?:asthma|dermatitis|eczema|urticaria|rhinitis|diabetes|copd|nsclc|cancer)$"
)


def _stays(words: list[str], place: int, entry: Entry) -> bool:
    if entry.phrase in _PEOPLE and place and _ILLNESS.search(words[place - 1]):
        return True
    return _waits_for(words, place, entry)


def _noun_of(phrase: str) -> str:
    return phrase.removesuffix(" of").rsplit(" ", maxsplit=1)[-1].rstrip("s")


_ADJECTIVE = re.compile(r"[a-z]+(?:al|ic|ous|ive|ant|ary|able|ign|oral|ar)$")


def _waits_for(words: list[str], place: int, entry: Entry) -> bool:
    """Say whether a noun that an entry swallows is meant for a word before it as well.

    "Benign or malignant tumors" must not become "benign or cancers".
    """
    first, *rest = entry.phrase.split()
    if entry.part != "noun" or not rest or not place or words[place - 1] not in {"or", "and"}:
        return False
    if rest[-1] == "of" and not _ADJECTIVE.match(words[place - 2]):
        return False
    same = _noun_of(entry.plain or "") == _noun_of(entry.phrase)
    return not same and bool(_ADJECTIVE.match(first))


#: An acronym beside itself, left when its name in full gave way to it.
_SAID_TWICE = re.compile(r"\b([A-Z]\w*[A-Z]\w*) [(\[]\1[)\]]")


def _wants_of(out: list[Token], entry: Entry) -> bool:
    """Say whether a comparator follows its measure directly: "score of at least 3"."""
    if not out or not entry.plain or not entry.plain.endswith(("least", "most", "than")):
        return False
    last = out[-1].text.rsplit(" ", maxsplit=1)[-1]
    if last.endswith(")") and " (" in out[-1].text:
        return True
    if last == ")" and len(out) > 2:  # noqa: PLR2004 - bracket, acronym, bracket
        return out[-3].text == "(" and out[-2].text[:1].isupper()
    owned = len(out) > 1 and out[-2].text.lower() == "whose"
    return last.lower() in _measures() and not owned


@cache
def _measures() -> frozenset[str]:
    return frozenset(row[0] for row in rows("measures.tsv"))


def _longest(
    words: list[str], place: int, tree: Node, others: Node | None
) -> tuple[int, Entry | None]:
    """Return the longest match among our phrases and the record's names; names win a tie."""
    # Most words begin no phrase: say so without a walk.
    word = words[place]
    end, entry = find(tree, words, place) if word in tree.branches else (place, None)
    if others is not None and word in others.branches:
        name_end, name = find(others, words, place)
        if name is not None and name_end >= end:
            return name_end, name
    return end, entry


def _put(out: list[Token], first: Token, plain: str) -> None:
    """Add an entry's outcome in the place of ``first`` and what followed it."""
    if not plain:
        return
    starts = not out or out[-1].text in {".", "?", "!"}
    a_name = any(map(str.isupper, plain.split(" ", maxsplit=1)[0]))
    text = plain if a_name or not (starts and first.text[:1].isupper()) else _capital(plain)
    spaced = first.spaced
    if out:
        left = out[-1].text
        glued = left[-1:].isalnum() or left in {"%", ")"}
        spaced = (spaced or (glued and plain[:1].isalnum())) and with_space(left, plain)
        if left.lower() in {"a", "an"}:
            article = "an" if starts_with_vowel_sound(text) else "a"
            out[-1] = Token(article.capitalize() if left[0].isupper() else article, out[-1].spaced)
    out.append(Token(text, spaced))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def starts_with_vowel_sound(text: str) -> bool:
    """Say whether ``an`` and not ``a`` goes before a text."""
    word = text.lstrip("(\"'").split(" ", maxsplit=1)[0]
    lower = word.lower()
    if lower.startswith(_AN_WORDS):
        return True
    if word.isupper() and len(word) > 1 and lower[0] not in _VOWELS:
        return word[0] in "FHLMNRSX"
    return lower[:1] in _VOWELS and not lower.startswith(_A_WORDS)
