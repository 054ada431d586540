"""Every eligibility rule of a record in plain sentences, or in the study's own words.

The writer is a chain of small steps: the text's own sentences, safe joints, a frame, plainer
words, a template for the common families. What comes out must pass ``fidelity.check`` and
``grammar.lint``; a rule that does not stays exactly as the study wrote it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from monitor.domain.summaries import PlainCriterion
from monitor.eligibility.model import Criterion, EligibilityDoc, Flag
from monitor.summaries.defined import definitions, foreign
from monitor.summaries.explaining import gloss
from monitor.summaries.fidelity import check
from monitor.summaries.frames import to_reader
from monitor.summaries.grammar import lint
from monitor.summaries.joints import short_sentences
from monitor.summaries.lexicon import settled
from monitor.summaries.sentences import at_joints, statements, with_examples
from monitor.summaries.templates import from_template
from monitor.summaries.tokens import normal
from monitor.summaries.words import terms_in

RULES = "rules"
OWN_WORDS = "own-words"
#: Texts that break off or are damaged are shown as they are; we add nothing to a broken sentence.
_DAMAGED = frozenset({Flag.TRUNCATED, Flag.PAGE_ARTIFACT, Flag.SYMBOL_DAMAGED})
_MOST_GLOSSES = 4
_TRAILING_JOINT = re.compile(r"[\s,;]*\b(?P<word>and/or|and|or)\s*[,.;:]*$", re.IGNORECASE)
_LIST_MARK = re.compile(r"\(?(?:[ivx]{1,5}|[a-z])[.)]")
_ENDINGS = (".", ":", "?", "!", '."', ".)")


class Written(NamedTuple):
    """What the writer made of one text."""

    sentences: tuple[str, ...]
    method: str


def plain_criteria(
    doc: EligibilityDoc, *, names: frozenset[str] = frozenset()
) -> tuple[PlainCriterion, ...]:
    """Return every criterion of a record exactly once, in the order of the text.

    Args:
        doc: The tree of its eligibility text.
        names: Names that must stay as they are: the record's conditions and treatments.

    Returns:
        ``method`` is ``rules`` where our words passed the fidelity check; else ``own-words``, and
        ``plain`` is the criterion's text as it is. A term is explained where it first stands in
        the rules for joining, and once more in those that keep people out: they are read apart.
    """
    explained: defaultdict[str, set[str]] = defaultdict(set)
    protected = frozenset(name.lower() for name in names)
    nodes = tuple(doc.walk())
    others = foreign(definitions(node.text for node in nodes))
    return tuple(
        _criterion(node, protected, explained[node.section.value], others) for node in nodes
    )


def plain_text(
    text: str,
    *,
    section: str,
    names: frozenset[str] = frozenset(),
    opens_list: bool = False,
    lists: bool = True,
) -> Written:
    """Return one rule's text in plain sentences, without explanations of terms.

    Args:
        text: The rule's own text.
        section: ``inclusion``, ``exclusion`` or ``rules``.
        names: Phrases in lower case that stay as they are.
        opens_list: Rules nested under it follow.
        lists: Whether lines may be items of a list.
    """
    return _written(text, section, names, opens_list, lists)


def _criterion(
    node: Criterion, names: frozenset[str], explained: set[str], others: frozenset[str]
) -> PlainCriterion:
    section = str(node.section.value)
    if node.flags & _DAMAGED:
        written = Written((node.text,), OWN_WORDS)
    else:
        written = _written(node.text, section, names, bool(node.children), True)
    plain = written.sentences
    if written.method == RULES and not node.children and plain[-1].endswith(_ENDINGS):
        plain += _glosses(" ".join(plain), explained, others)
    return PlainCriterion(
        path=node.path,
        section=section,
        group=node.group,
        source=node.text,
        plain=plain,
        method=written.method,
        flags=tuple(sorted(flag.value for flag in node.flags)),
    )


def _glosses(text: str, explained: set[str], others: frozenset[str]) -> tuple[str, ...]:
    fresh = [term for term in terms_in(text, others) if term.inline and term.term not in explained]
    chosen = fresh[:_MOST_GLOSSES]
    explained.update(term.term for term in chosen)
    return tuple(gloss(term, text) for term in chosen)


@lru_cache(maxsize=8192)
def _written(
    text: str,
    section: str,
    names: frozenset[str],
    opens_list: bool,  # noqa: FBT001 - a cache wants plain arguments
    lists: bool,  # noqa: FBT001
) -> Written:
    own = Written((text,), OWN_WORDS)
    if not text.strip() or _shouts(text):
        return own
    whole = tuple(_sentences(text, section, names, opens_list=opens_list))
    for tried in dict.fromkeys(_tries(whole, opens_list=opens_list, lists=lists)):
        sentences = _for_section(tried, section)
        if (
            sentences
            and not any(map(lint, sentences))
            and not check(text, sentences, section=section)
        ):
            return Written(sentences, RULES)
    return own


def _for_section(sentences: tuple[str, ...], section: str) -> tuple[str, ...]:
    """Return exceptions under a name that fits: in a rule for joining, what is left out is let in."""
    if section == "exclusion":
        return sentences
    return tuple(line.replace("Not counted:", "Exception:") for line in sentences)


def _tries(whole: tuple[str, ...], *, opens_list: bool, lists: bool) -> Iterator[tuple[str, ...]]:
    """Yield the ways to say a rule, the best one first: with lists, in short sentences, whole."""
    if not opens_list and lists:
        yield tuple(part for line in whole for part in short_sentences(line))
    if not opens_list:
        yield tuple(part for line in whole for part in short_sentences(line, lists=False))
    yield whole


def _shouts(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 20 and sum(map(str.isupper, letters)) > 0.6 * len(letters)  # noqa: PLR2004


def _sentences(text: str, section: str, names: frozenset[str], *, opens_list: bool) -> list[str]:
    made: list[str] = []
    found = statements(with_examples(normal(text)))
    for place, statement in enumerate(found):
        bare = statement.strip(" .")
        parts = from_template(bare) if place == 0 else []
        if not parts:
            said = to_reader(bare, section, alone=len(found) == 1) if place == 0 else statement
            parts = [said] if opens_list else at_joints(said)
        made.extend(_finished(part, names) for part in parts)
    if opens_list and made and text.rstrip()[-1:] in {":", ";"}:
        made[-1] = made[-1].rstrip(".:;") + ":"
    return made


def _finished(part: str, names: frozenset[str]) -> str:
    """Return one part in plainer words, with a capital at the start and a stop at the end."""
    plain = settled(part.strip(), names)
    plain = plain.strip(" ").replace(" and / or ", " and/or ")
    joint = _TRAILING_JOINT.search(plain)
    if not joint and not plain.endswith(_ENDINGS):
        plain = plain.rstrip(" ,;-–") + "."  # noqa: RUF001 - a dash left over from a list
    first = plain.split(" ", maxsplit=1)[0]
    if (
        plain[:1].islower()
        and not any(map(str.isupper, first))
        and not any(map(str.isdigit, first))
        and not _LIST_MARK.fullmatch(first)
    ):
        plain = plain[0].upper() + plain[1:]
    return plain
