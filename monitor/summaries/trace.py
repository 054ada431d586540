"""Where each plain sentence of a rule came from, and what became of each word of its source.

Read off the finished text, so it holds for whoever wrote it: the source's words go through the
lexicon with their places kept, and are then found again in the plain sentences. Nothing here
decides what is said; that belongs to ``criteria``, and whether it may stand to ``fidelity``.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final, NamedTuple

from monitor.domain.summaries import ITEM_MARK, PlainCriterion
from monitor.summaries.criteria import OWN_WORDS
from monitor.summaries.explaining import is_gloss
from monitor.summaries.facts import is_function, stem
from monitor.summaries.fates import with_fates
from monitor.summaries.lexicon import phrase_at
from monitor.summaries.origins import KEPT, LEXICON, UNTRACED, SentenceOrigin, Trace, WordOrigin
from monitor.summaries.tokens import normal, placed

_PASSES: Final = 3
#: Words of a short form beside itself: "CNS (CNS)".
_TWICE: Final = 4


class _Said(NamedTuple):
    """One word as the lexicon left it, with the words of the source that it stands for."""

    text: str
    first: int
    last: int
    entry: str


def trace(rule: PlainCriterion) -> Trace:
    """Return where a rule's plain sentences came from and what consumed each word.

    Spans count characters of ``rule.source`` and lie inside it. Every word, number and sign of
    comparison stands in ``words`` once.
    """
    found = placed(rule.source)
    if rule.method == OWN_WORDS:
        words = tuple(
            WordOrigin(start=start, end=end, by=KEPT, sentence=0) for start, end, _ in found
        )
    else:
        blank = tuple(WordOrigin(start=start, end=end, by=UNTRACED) for start, end, _ in found)
        texts = [normal(text) for *_, text in found]
        words = with_fates(rule, texts, _aligned(rule, texts, blank))
    words = tuple(word for word in words if _is_word(rule.source[word.start : word.end]))
    return Trace(sentences=_origins(rule, words), words=words)


def _is_word(text: str) -> bool:
    return any(map(str.isalnum, text)) or text in {"≥", "≤", ">", "<", "=", "%", "+"}


def _aligned(
    rule: PlainCriterion, texts: list[str], words: tuple[WordOrigin, ...]
) -> tuple[WordOrigin, ...]:
    """Find the source's words, as the lexicon leaves them, in the plain sentences."""
    plain = _plain_words(rule)
    stems = [word for word, _ in plain]
    by_stem: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(stems):
        by_stem[word].append(place)
    done = list(words)
    for said in (_through_lexicon(texts), _as_they_are(texts)):
        for one, place in _pairs(said, stems, by_stem):
            for index in range(one.first, one.last):
                if done[index].by == UNTRACED:
                    by = LEXICON if one.entry else KEPT
                    done[index] = replace(
                        done[index], by=by, entry=one.entry, sentence=plain[place][1]
                    )
    return tuple(done)


def _pairs(
    said: list[_Said], stems: list[str], by_stem: dict[str, list[int]]
) -> list[tuple[_Said, int]]:
    """Pair words with plain words: in order first, then those that were moved."""
    matcher = SequenceMatcher(None, [one.text for one in said], stems, autojunk=False)
    pairs: dict[int, int] = {}
    for left, right, size in matcher.get_matching_blocks():
        pairs.update((left + step, right + step) for step in range(size))
    last = 0
    for index, one in enumerate(said):
        if index not in pairs and (one.entry or not is_function(one.text)) and by_stem[one.text]:
            pairs[index] = min(by_stem[one.text], key=lambda place: abs(place - last))
        last = pairs.get(index, last)
    # Words with a meaning come first: a phrase belongs to the sentence that says its noun.
    order = sorted(pairs, key=lambda index: is_function(said[index].text))
    return [(said[index], pairs[index]) for index in order]


def _plain_words(rule: PlainCriterion) -> list[tuple[str, int]]:
    return [
        (part, place)
        for place, line in enumerate(rule.plain)
        if not is_gloss(line)
        for *_, text in placed(line)
        if _is_word(text)
        for part in _stems(text)
    ]


def _as_they_are(texts: list[str]) -> list[_Said]:
    return [
        _Said(part, place, place + 1, "")
        for place, text in enumerate(texts)
        for part in _stems(text)
    ]


def _through_lexicon(texts: list[str]) -> list[_Said]:
    """Return the words as the lexicon leaves them, each with its place in the source."""
    said = [_Said(text, place, place + 1, "") for place, text in enumerate(texts)]
    for _ in range(_PASSES):
        said = _once_only(_one_pass(said))
    return [one._replace(text=part) for one in said for part in _stems(one.text)]


def _stems(text: str) -> list[str]:
    """Return the stems of a word's parts: "HIV-1" is said in one place and spelled in another."""
    return [stem(part) for part in text.lower().split("-") if part]


def _one_pass(said: list[_Said]) -> list[_Said]:
    lower = [one.text.lower() for one in said]
    done: list[_Said] = []
    place = 0
    while place < len(said):
        end, entry = phrase_at(lower, place)
        if entry is None or entry.plain is None:
            done.append(said[place])
            place += 1
            continue
        used = said[place:end]
        words = dict.fromkeys([one.entry for one in used if one.entry] + [entry.phrase])
        merged = _Said("", used[0].first, used[-1].last, "; ".join(words))
        done.extend(merged._replace(text=text) for *_, text in placed(entry.plain))
        place = end
    return done


def _once_only(said: list[_Said]) -> list[_Said]:
    """Return words without a short form in brackets behind itself, as the writer leaves it."""
    done: list[_Said] = []
    for one in said:
        done.append(one)
        texts = [last.text for last in done[-4:]]
        if (
            len(texts) == _TWICE
            and texts[0] == texts[2]
            and texts[1::2] in (["(", ")"], ["[", "]"])
        ):
            done[-4:] = [done[-4]._replace(last=one.last)]
    return done


def _origins(rule: PlainCriterion, words: tuple[WordOrigin, ...]) -> tuple[SentenceOrigin, ...]:
    if rule.method == OWN_WORDS:
        return (SentenceOrigin(start=0, end=len(rule.source), of="rule"),)
    spans: dict[int, list[WordOrigin]] = defaultdict(list)
    for word in words:
        if word.sentence is not None:
            spans[word.sentence].append(word)
    return tuple(
        _explained(line, rule, words)
        if is_gloss(line)
        else _span(spans[place] or _beneath(rule, place, spans) or _same(line, rule, words), rule)
        for place, line in enumerate(rule.plain)
    )


def _beneath(
    rule: PlainCriterion, place: int, spans: dict[int, list[WordOrigin]]
) -> list[WordOrigin]:
    """Return the words of the list that stands under a line with a colon."""
    items = takewhile(
        lambda below: rule.plain[below].startswith(ITEM_MARK), range(place + 1, len(rule.plain))
    )
    return [word for item in items for word in spans[item]]


def _same(line: str, rule: PlainCriterion, words: tuple[WordOrigin, ...]) -> list[WordOrigin]:
    """Return the words of the source that a line says once more."""
    said = {stem(text.lower()) for *_, text in placed(line) if not is_function(text.lower())}
    return [word for word in words if stem(rule.source[word.start : word.end].lower()) in said]


def _span(words: Sequence[WordOrigin], rule: PlainCriterion, of: str = "rule") -> SentenceOrigin:
    """Return the stretch that words take up; the whole rule where there are none."""
    if not words:
        return SentenceOrigin(start=0, end=len(rule.source), of=of)
    return SentenceOrigin(
        start=min(word.start for word in words), end=max(word.end for word in words), of=of
    )


def _explained(line: str, rule: PlainCriterion, words: tuple[WordOrigin, ...]) -> SentenceOrigin:
    """Return the place of the term that a line of the glossary explains."""
    named = _same(line.split(":", maxsplit=1)[0], rule, words)
    return _span(named, rule, "glossary")
