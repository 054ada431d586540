"""Plainer words for registry words: a longest-match phrase table, applied in one pass.

The words are data (``data/lexicon.tsv``, ``data/protected.tsv``), read and applied here. No span
is rewritten twice, and a protected phrase wins over every entry of the same length.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from monitor.summaries.articles import starts_with_vowel_sound
from monitor.summaries.contexts import ANYWHERE, Context, context
from monitor.summaries.tokens import Token, join, normal, pieces, tokens_of, with_space, words_in

_DATA = resources.files("monitor.summaries") / "data"
_FILES = (
    "lexicon.tsv",
    "acronyms.tsv",
    "protected.tsv",
    "measures.tsv",
    "glossary.tsv",
    "verbs.tsv",
)


class Entry(NamedTuple):
    """One phrase and what it becomes; ``plain`` None keeps it as it stands."""

    phrase: str
    plain: str | None
    part: str
    #: Among which words it applies.
    when: Context = ANYWHERE


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
    for phrases, plains, part, *condition in rows("lexicon.tsv"):
        forms, outcomes = phrases.split("|"), plains.split("|")
        if len(outcomes) == 1:
            outcomes *= len(forms)
        when = context("".join(condition))
        found.extend(
            Entry(form, plain, part, when) for form, plain in zip(forms, outcomes, strict=True)
        )
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
        for word in words_in(normal(entry.phrase)):
            node = node.branches.setdefault(word, Node())
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
    text = normal(text)
    pairs = pieces(text)
    words = [word.lower() for _, word in pairs]
    found = _found(words, names)
    if not found:
        return text, ()
    tokens = tokens_of(pairs)
    out: list[Token] = []
    used: list[Used] = []
    done = 0
    for place, end, entry in found:
        _keep(out, tokens[done:place], words[done:place], after_ours=bool(used))
        plain = entry.plain or ""
        if entry.part == "sign" and _wants_of(out, entry):
            plain = f"of {plain}"
        used.append(Used(entry.phrase, plain))
        _put(out, tokens[place], plain)
        done = end
    _keep(out, tokens[done:], words[done:], after_ours=True)
    return join(out), tuple(used)


def _found(words: list[str], names: frozenset[str]) -> list[tuple[int, int, Entry]]:
    """Return the entries that change a line, with the places they change, in order."""
    tree, others = _tree(), _names_tree(names) if names else None
    starts, other_starts = tree.branches, others.branches if others else {}
    found: list[tuple[int, int, Entry]] = []
    done = 0
    for place, (word, after) in enumerate(zip(words, [*words[1:], ""][: len(words)], strict=True)):
        # Most words begin no phrase, alone or with the next: they are passed without a walk.
        node = starts.get(word)
        opens = node is not None and (node.entry is not None or after in node.branches)
        if place < done or not (opens or word in other_starts):
            continue
        end, entry = _longest(words, place, tree, others)
        while entry is not None and not entry.when.fits(words, place, end):
            # Out of place among these words: a shorter phrase may still stand there.
            end, entry = find(tree, words[: end - 1], place)
        done = max(end, place + 1)
        if entry is None or entry.plain is None:
            continue
        if not (entry.plain and _stays(words, place, entry)):
            found.append((place, end, entry))
    return found


def _keep(out: list[Token], tokens: list[Token], words: list[str], *, after_ours: bool) -> None:
    """Add tokens that stay; behind words of ours a space parts them."""
    if not tokens:
        return
    first = tokens[0]
    glued = after_ours and (first.text[:1].isalnum() or first.text in {"+", "("})
    glued = glued and words[:3] != ["(", "s", ")"]
    out.append(Token(first.text, first.spaced or glued))
    out += tokens[1:]


@lru_cache(maxsize=512)  # The writer and the check ask for the same line within one rule.
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
    r"(?:asthma|dermatitis|eczema|urticaria|rhinitis|diabetes|copd|cancer|n?sclc|gbm|m?crpc|hcc|crc|aml|csu|hiv)$"
)


def _stays(words: list[str], place: int, entry: Entry) -> bool:
    before = place - 1 - (words[place - 1] == ")") if place else 0
    if entry.phrase in _PEOPLE and before > 0 and _ILLNESS.search(words[before]):
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
#: Begins with the capital itself: what is looked for first is found fastest.
_SAID_TWICE = re.compile(r"([A-Z](?<!\w[A-Z])\w*[A-Z]\w*) (?:[(\[]\1[)\]]|\1\b)")


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
