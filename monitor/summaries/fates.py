"""What became of the words of a rule that no plain word stands for.

They went into a label, a template, the form of our sentence, or were left out; ``trace`` finds the
others.
"""

import re
from dataclasses import replace
from typing import Final

from monitor.domain.summaries import PlainCriterion
from monitor.summaries.facts import is_function, stem
from monitor.summaries.fidelity import CONSUMED, without_verdict
from monitor.summaries.origins import DROPPED, FRAME, TEMPLATE, UNTRACED, WordOrigin
from monitor.summaries.statements import statements, with_examples
from monitor.summaries.templates import family_of
from monitor.summaries.tokens import normal

#: What a word became part of when the sentence was cut or turned to the reader.
_FORMS: Final = {
    "the label that opens the sentence": re.compile(
        r"e|g|i|eg|ie|but|limited|etc|except|excluding|exclusive|unless|other|exceptions?|examples?|"
        r"following|any|defined|note|opinion"
    ),
    "you are a woman": re.compile(r"wom[ae]n"),
    "you are a man": re.compile(r"m[ae]n"),
    "you have": re.compile(r"presence|existence|history|prior|previous|past"),
    "you use": re.compile(r"use|used|using"),
    "you now use": re.compile(r"current"),
    "you agree, or refuse": re.compile(r"agreement|refusal"),
    "you have no": re.compile(r"absence"),
    "you are breastfeeding": re.compile(r"lactating|nursing"),
    "you took part": re.compile(r"participation"),
    "you cannot": re.compile(r"unable"),
    "you are": re.compile(r"ability|inability|willingness|unwillingness|age|aged?|old"),
}
_PEOPLE = re.compile(
    r"(?:all|each|every|(?:patient|subject|participant|individual|person|people|volunteer|candidate|study|trial|who|"
    r"those|they|their|his|her|he|she|themselves)s?)",
    re.IGNORECASE,
)


def with_fates(
    rule: PlainCriterion, texts: list[str], words: tuple[WordOrigin, ...]
) -> tuple[WordOrigin, ...]:
    """Tell what became of the words that no plain word stands for."""
    first = statements(with_examples(normal(rule.source)))[:1]
    opened = first[0].strip(" .") if first else ""
    if rule.section == "exclusion":
        opened = without_verdict(opened)
    family = family_of(opened) if opened else ""
    opening = len(first[0]) if first else 0
    verdict = len(without_verdict(rule.source)) if rule.section == "exclusion" else len(rule.source)
    words = _labels(rule, texts, words)
    return tuple(
        word
        if word.by != UNTRACED
        else _fate(
            word, text, family if word.start < opening else "", in_verdict=word.start >= verdict
        )
        for word, text in zip(words, texts, strict=True)
    )


#: Sentences that are ours alone, and the words of the source that they stand for.
_LABELS: Final = (
    (r"The study doctor decides this", r"opinion|view|judge?ments?|discretion|investigators?"),
    (r"This is proven by a ", r"(?:histo|cyto|patho)\w+|confirmed|proven|verified|evidence"),
    (r"(?:For example|Examples of)\b", r"e|g|eg|such|examples?|limited"),
    (r"• etc\.", r"etc"),
)


def _labels(
    rule: PlainCriterion, texts: list[str], words: tuple[WordOrigin, ...]
) -> tuple[WordOrigin, ...]:
    """Give every sentence of our own the words that called for it."""
    done = list(words)
    for place, line in enumerate(rule.plain):
        for opening, cue in _LABELS:
            if not re.match(opening, line):
                continue
            for index, text in enumerate(texts):
                if re.fullmatch(cue, text, re.IGNORECASE):
                    by = FRAME if done[index].by == UNTRACED else done[index].by
                    entry = done[index].entry or line.split(":", maxsplit=1)[0].rstrip(".")
                    done[index] = replace(done[index], by=by, entry=entry, sentence=place)
    return tuple(done)


def _fate(word: WordOrigin, text: str, family: str, *, in_verdict: bool) -> WordOrigin:
    small = text.lower()
    if in_verdict:
        return replace(word, by=DROPPED, entry="the list's lead line says it")
    if _PEOPLE.fullmatch(small):
        return replace(word, by=FRAME, entry="you")
    if family:
        return replace(word, by=TEMPLATE, entry=family)
    if form := _form(small):
        return replace(word, by=FRAME, entry=form)
    return replace(word, by=DROPPED, entry="no meaning of its own") if is_function(small) else word


def _form(small: str) -> str:
    """Return the form of ours that a word went into, nothing where there is none."""
    if stem(small) in CONSUMED:
        return "form of the sentence"
    return next((form for form, words in _FORMS.items() if words.fullmatch(small)), "")
