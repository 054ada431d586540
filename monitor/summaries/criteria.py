"""Every eligibility rule of a record in plain sentences, or in the study's own words.

The writer is a chain of small steps: the text's own sentences, safe joints, a frame, plainer
words, a template for the common families. What comes out must pass ``fidelity.check`` and
``grammar.lint``; a rule that does not stays exactly as the study wrote it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from monitor.domain.summaries import PlainCriterion
from monitor.eligibility.model import Criterion, EligibilityDoc, Flag
from monitor.summaries.acronyms import is_explained, plain_meaning
from monitor.summaries.defined import definitions, foreign
from monitor.summaries.explaining import glosses
from monitor.summaries.fidelity import check
from monitor.summaries.grammar import lint
from monitor.summaries.joints import short_sentences
from monitor.summaries.remarks import opening
from monitor.summaries.tenses import in_its_time
from monitor.summaries.turning import ENDINGS, Turned, turned_sentences
from monitor.summaries.turns import has_main_verb
from monitor.summaries.words import Term, acronyms_in, terms_in

RULES = "rules"
OWN_WORDS = "own-words"
#: Texts that break off or are damaged are shown as they are; we add nothing to a broken sentence.
_DAMAGED = frozenset({Flag.TRUNCATED, Flag.PAGE_ARTIFACT, Flag.SYMBOL_DAMAGED})
_MOST_GLOSSES = 6


class Written(NamedTuple):
    """What the writer made of one text."""

    sentences: tuple[str, ...]
    method: str


class Explained(NamedTuple):
    """What is known of the words of a record while its rules are written."""

    #: Terms that were explained in this list of rules.
    done: set[str]
    #: Short forms that the rules define, with their long forms.
    defined: Mapping[str, str]
    #: Acronyms of the glossary that mean something else here.
    foreign: frozenset[str]


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
    defined = definitions(node.text for node in nodes)
    others = foreign(defined)
    listed = frozenset(_things_of_lists(nodes))
    return tuple(
        _criterion(
            node,
            protected,
            Explained(explained[node.section.value], defined, others),
            listed=node.path in listed,
        )
        for node in nodes
    )


def _things_of_lists(nodes: Iterable[Criterion]) -> Iterator[str]:
    """Yield the paths of rules that are one thing of a list and are not said of the reader."""
    for node in nodes:
        if _LISTS_THINGS.search(node.text):
            yield from (child.path for child in node.children if _NAMES_ONE.match(child.text))


#: What opens a list of things and not of what a person has: "acceptable methods are:", "except:".
_LISTS_THINGS = re.compile(
    r"\b(?:except\w*|excluding|other than|unless|allowed|permitted|acceptable|methods?|forms of|condoms?|"
    r"contracepti\w+|birth control|(?:is|are) defined as|may continue|washout|do not lead|not (?:have|experienced|include)|"
    r"absence of|without)\b[^.:;]{0,80}[:;]?\s*$|"
    r"\b(?:donors?|mothers?|fathers?|parents?|siblings?|partners?)\b[^.:;]{0,40}[:;]\s*$",
    re.IGNORECASE,
)
#: One thing and no sentence about a person.
_NAMES_ONE = re.compile(
    r"(?!(?:patients?|subjects?|participants?|individuals?|people|persons?|those|has|have|is|are|was|were|received|must)\b)",
    re.IGNORECASE,
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
    return _written(_Rule(text, section, names, opens_list, lists))


def _criterion(
    node: Criterion, names: frozenset[str], explained: Explained, *, listed: bool
) -> PlainCriterion:
    section = str(node.section.value)
    if node.flags & _DAMAGED:
        written = Written((node.text,), OWN_WORDS)
    else:
        written = _written(_Rule(node.text, section, names, bool(node.children), True, listed))
    plain = written.sentences
    if written.method == RULES and not node.children and plain[-1].endswith(ENDINGS):
        plain += _glosses(" ".join(plain), explained)
    return PlainCriterion(
        path=node.path,
        section=section,
        group=node.group,
        source=node.text,
        plain=plain,
        method=written.method,
        flags=tuple(sorted(flag.value for flag in node.flags)),
    )


def _glosses(text: str, explained: Explained) -> tuple[str, ...]:
    held = [term for term in terms_in(text, explained.foreign) if term.inline]
    held += _short_forms(text, explained.defined, " ".join(term.form for term in held))
    fresh = [term for term in held if term.term not in explained.done]
    needed = sorted(fresh, key=lambda term: term.easy)[:_MOST_GLOSSES]
    chosen = [term for term in fresh if term in needed]
    explained.done.update(term.term for term in chosen)
    return glosses(chosen, text)


def _short_forms(text: str, defined: Mapping[str, str], held: str) -> list[Term]:
    """Return the short forms of a text that the glossary does not hold and the table explains.

    A part of a term that is ``held`` (CAR-T) wants no line of its own.
    """
    shorts = sorted(acronyms_in(text), key=lambda short: (text.find(short), short))
    wanted = (short for short in shorts if short not in held and not is_explained(short))
    told = ((short, plain_meaning(short, defined)) for short in wanted)
    return [Term(short, meaning, inline=True, form=short) for short, meaning in told if meaning]


class _Rule(NamedTuple):
    """One rule as the writer is given it."""

    text: str
    section: str
    names: frozenset[str]
    #: Rules nested under it follow.
    opens_list: bool
    #: Lines may be items of a list.
    lists: bool
    #: It is one thing of a list ("acceptable methods are:") and not said of the reader.
    listed: bool = False


@lru_cache(maxsize=8192)
def _written(rule: _Rule) -> Written:
    text, section, names, opens_list, lists, listed = rule
    own = Written((text,), OWN_WORDS)
    if not text.strip() or _shouts(text):
        return own
    turned_down: set[tuple[str, ...]] = set()
    as_it_is = listed and not has_main_verb(text)
    for turned in (Turned.NONE,) if as_it_is else Turned:
        whole = tuple(turned_sentences(text, section, names, opens_list=opens_list, turned=turned))
        tries = _tries(whole, opens_list=opens_list, lists=lists, joins=section != "exclusion")
        # One after the other: most rules pass in the first way, and the rest is never made.
        for tried in tries:
            sentences = _for_section(tried, section)
            if sentences in turned_down:
                continue
            turned_down.add(sentences)
            if _may_stand(text, sentences, section):
                return Written(sentences, RULES)
    return own


def _may_stand(text: str, sentences: tuple[str, ...], section: str) -> bool:
    if not sentences or any(map(lint, sentences)):
        return False
    return not check(text, sentences, section=section)


def _for_section(sentences: tuple[str, ...], section: str) -> tuple[str, ...]:
    """Return exceptions under a name that fits: in a rule for joining, what is left out is let in."""
    if section == "exclusion":
        return sentences
    return tuple(
        line.replace("This does not count:", "Exception:").replace(
            "This does not count if", "This rule does not apply if"
        )
        for line in sentences
    )


def _tries(
    whole: tuple[str, ...], *, opens_list: bool, lists: bool, joins: bool
) -> Iterator[tuple[str, ...]]:
    """Yield the ways to say a rule, the best one first: with lists, in short sentences, whole."""
    if opens_list:
        yield tuple(part for line in whole for part in opening(line))
    if not opens_list and lists:
        yield _judged_last(_short(whole, lists=True, subjects=joins))
    if not opens_list:
        yield _judged_last(_short(whole, lists=False, subjects=joins))
    yield whole


def _short(whole: tuple[str, ...], *, lists: bool, subjects: bool) -> list[str]:
    return [
        in_its_time(part)
        for line in whole
        # "This is for ..." behind another sentence would seem to be said of that.
        for part in short_sentences(line, lists=lists, subjects=subjects and len(whole) == 1)
    ]


def _judged_last(lines: list[str]) -> tuple[str, ...]:
    """Put who decides behind the examples, else these would seem to be examples of that."""
    for place, line in enumerate(lines[:-1]):
        if line.startswith("The study doctor decides this"):
            after = next(
                (n for n in range(place + 1, len(lines)) if not _EXAMPLE.match(lines[n])),
                len(lines),
            )
            return (*lines[:place], *lines[place + 1 : after], line, *_rest(lines[after:]))
    return tuple(lines)


def _rest(lines: list[str]) -> tuple[str, ...]:
    return _judged_last(lines) if lines else ()


_EXAMPLE = re.compile(r"(?:For example|This includes|Examples of\b[^:]*):|•")


def _shouts(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 20 and sum(map(str.isupper, letters)) > 0.6 * len(letters)  # noqa: PLR2004
