"""Fourteen kinds of faults planted in plain rules, and how many the fidelity check finds.

Used by ``plain_english``; every choice comes from one seed.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from monitor.domain.summaries import PlainCriterion
from monitor.summaries.explaining import is_gloss
from monitor.summaries.fidelity import check
from monitor.summaries.rewording import failures_of, sentences_in

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_FAULTS_WANTED = 1000
_SAME_WANTED = 200
_SEED = 20260301


def own_sentences(rule: PlainCriterion) -> list[str]:
    """Return the rule's plain sentences without explanations of terms."""
    return [line for line in rule.plain if not is_gloss(line)]


_NEGATION = re.compile(r"\b(?:not|no|never|without)\b ", re.IGNORECASE)
_FLIPS = {
    "at least": "at most",
    "at most": "at least",
    "more than": "less than",
    "less than": "more than",
}
_STRICT = {
    "at least": "more than",
    "at most": "less than",
    "more than": "at least",
    "less than": "at most",
}
_COMPARED = re.compile(r"\b(at least|at most|more than|less than)(?= \d)")
_UNIT = re.compile(r"(?<=\d )(days|weeks|months|years|hours)\b|(?<=\d )(mg)\b")
_OTHER_UNIT = {
    "days": "weeks",
    "weeks": "months",
    "months": "weeks",
    "years": "months",
    "hours": "days",
    "mg": "g",
}
_DRUG = re.compile(r"\b[a-z]{4,}(?:mab|nib|statin|cillin|platin|taxel|olone|sone|mide|rubicin)\b")
_YOU_ARE_A = re.compile(r"\bYou are(?= an? )")
_DENIED_DEED = re.compile(
    r"(?<=\bmust not )[a-z ]{4,40}?(?= (?:during|throughout|until|for at least|within|before) )"
)
_NOTED = re.compile(r"(?<=\bOn )[a-z -]{3,60}(?=, the study adds\b)")
_INVENTED = (
    "You must live near the study clinic.",
    "You will get a small payment.",
    "Most people do well on this drug.",
)


def _drop_number(text: str, rng: random.Random) -> str | None:
    return _at_one(_DIGITS, text, rng, lambda _: "")


def _change_number(text: str, rng: random.Random) -> str | None:
    return _at_one(_DIGITS, text, rng, lambda number: f"{rng.randint(1, 9)}{number}")


def _flip(text: str, rng: random.Random) -> str | None:
    return _at_one(_COMPARED, text, rng, _FLIPS.__getitem__)


def _strictness(text: str, rng: random.Random) -> str | None:
    return _at_one(_COMPARED, text, rng, _STRICT.__getitem__)


def _drop_sole_negation(text: str, rng: random.Random) -> str | None:
    return (
        _at_one(_NEGATION, text, rng, lambda _: "") if len(_NEGATION.findall(text)) == 1 else None
    )


def _drop_one_negation(text: str, rng: random.Random) -> str | None:
    return _at_one(_NEGATION, text, rng, lambda _: "") if len(_NEGATION.findall(text)) > 1 else None


def _add_negation(text: str, rng: random.Random) -> str | None:
    if _NEGATION.search(text):
        return None
    return _at_one(
        re.compile(r"\b(?:are|is|have|with|active|known)\b"), text, rng, lambda word: f"{word} no"
    )


def _change_unit(text: str, rng: random.Random) -> str | None:
    return _at_one(_UNIT, text, rng, _OTHER_UNIT.__getitem__)


def _swap_drug(text: str, rng: random.Random) -> str | None:
    return _at_one(
        _DRUG, text, rng, lambda name: "rituximab" if name != "rituximab" else "cisplatin"
    )


def _add_condition(text: str, rng: random.Random) -> str | None:
    return _at_one(_YOU_ARE_A, text, rng, lambda _: "If you are")


def _done_though_denied(text: str, rng: random.Random) -> str | None:
    return _at_one(_DENIED_DEED, text, rng, lambda deed: f"{deed}. This is done")


def _note_on_another(text: str, rng: random.Random) -> str | None:
    return _at_one(_NOTED, text, rng, lambda noun: "tablets" if noun != "tablets" else "creams")


def _at_one(
    pattern: re.Pattern[str], text: str, rng: random.Random, change: Callable[[str], str]
) -> str | None:
    places = list(pattern.finditer(text))
    if not places:
        return None
    chosen = rng.choice(places)
    return text[: chosen.start()] + change(chosen.group()) + text[chosen.end() :]


_TEXT_FAULTS: dict[str, Callable[[str, random.Random], str | None]] = {
    "number dropped": _drop_number,
    "number changed": _change_number,
    "comparator flipped": _flip,
    "strictness changed": _strictness,
    "sole negation dropped": _drop_sole_negation,
    "negation added": _add_negation,
    "one of several negations dropped": _drop_one_negation,
    "unit changed": _change_unit,
    "drug swapped": _swap_drug,
    "condition added": _add_condition,
    "denied deed told as done": _done_though_denied,
    "note put to another noun": _note_on_another,
}


def faulty(rule: PlainCriterion, rng: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Yield each kind of fault that fits a rule, with the spoilt sentences."""
    lines = own_sentences(rule)
    for kind, spoil in _TEXT_FAULTS.items():
        spoilt = spoil(" ".join(lines), rng)
        if spoilt is not None:
            yield kind, [spoilt]
    if len(lines) > 1:
        gone = rng.randrange(len(lines))
        yield "sentence dropped", lines[:gone] + lines[gone + 1 :]
    yield "sentence invented", [*lines, rng.choice(_INVENTED)]


def our_check(rule: PlainCriterion, lines: Sequence[str]) -> bool:
    """Tell whether the check on our own writer refuses sentences."""
    return bool(check(rule.source, lines, section=rule.section))


def model_check(rule: PlainCriterion, lines: Sequence[str]) -> bool:
    """Tell whether a model's sentences would be refused, after the way over JSON."""
    content = json.dumps({"sentences": list(lines)})
    answer = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
    return bool(failures_of(rule, sentences_in(answer)))


def seeded_faults(
    criteria: Sequence[PlainCriterion],
    refuses: Callable[[PlainCriterion, Sequence[str]], bool] = our_check,
) -> dict[str, tuple[int, int]]:
    """Return kind of fault to (caught, planted)."""
    rng = random.Random(_SEED)
    rules = [rule for rule in criteria if rule.method == "rules"]
    rng.shuffle(rules)
    caught: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    for rule in rules:
        for kind, lines in faulty(rule, rng):
            if planted[kind] >= _FAULTS_WANTED:
                continue
            planted[kind] += 1
            caught[kind] += refuses(rule, lines)
    return {kind: (caught[kind], planted[kind]) for kind in planted}


#: Other ways to say the same, as another writer might; none changes what a rule says.
_SAME: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bat least (\d[\d.,]*\d|\d)"), r"≥ \1"),
    (re.compile(r"\bmore than (\d[\d.,]*\d|\d)"), r"> \1"),
    (re.compile(r"\bless than (\d[\d.,]*\d|\d)"), r"< \1"),
    (re.compile(r"\b2 (?=weeks|months|years|days)"), "two "),
    (re.compile(r"\b6 (?=weeks|months|years|days)"), "six "),
    (re.compile(r"(?<=[a-z])\. (?=[A-Z])"), "; "),
    (re.compile(r"\bYou have\b"), "you have"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\bsuch as\b"), "for example"),
    (re.compile(r"\bheart attack\b"), "myocardial infarction"),
    (re.compile(r"\bbefore\b"), "prior to"),
    (re.compile(r"\bcancer that has spread\b"), "metastatic cancer"),
)


def false_alarms(criteria: Sequence[PlainCriterion]) -> tuple[int, int]:
    """Return (refused, tried): faithful sentences said in other ways, at most 200 a way."""
    refused, tried = 0, Counter[str]()
    rules = [rule for rule in criteria if rule.method == "rules"]
    random.Random(_SEED).shuffle(rules)
    for rule in rules:
        text = " ".join(own_sentences(rule))
        for pattern, same in _SAME:
            said = pattern.sub(same, text)
            if said != text and tried[pattern.pattern] < _SAME_WANTED:
                tried[pattern.pattern] += 1
                refused += our_check(rule, [said])
    return refused, tried.total()
