"""Damage done to records and texts: to their bytes, their shape and their words.

Knows JSON and nothing of the service. What comes out need not be JSON any more.
"""

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

Json = Any
_MOST_EDITS = 6
#: Values that belong nowhere, or everywhere but there.
_ODD: tuple[Json, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, -(10**400), "", [], {}, [[]], ["", None], {"x": 1}),
    *("2026", "2026-99", "9999-12-31", "0000", "2026-02-30", "P18Y", "999999999999 Years"),
    *("\\" * 200, "&" * 500, "&amp;" * 60, "*" * 300, "<!--" * 50, "(" * 300, "1. " * 200),
    *(" " * 500, "\x00", "\U0001f600" * 30, "a" * 3_000, "a b " * 1_500, "\n" * 400, "=" * 500),
    *("\u202e", "\u0301" * 80, "\ufdfa", "RECRUITING", "UNKNOWN", "WITHHELD", "NCT99999999"),
    *("-" * 400, "1-" * 300, "≥ " * 200, "> / = " * 90, "no not " * 150, "1) " * 150, "\t" * 90),
)
_ODD_TEXTS = tuple(value for value in _ODD if isinstance(value, str))
_PIECES = (
    *("Inclusion Criteria:", "Exclusion criteria", "Eligibility Criteria:", "Part A:", "Note: x"),
    *("* ", "- ", "+ ", "1. ", "2. ", "3. ", "1) ", "2) ", "(a) ", "(b) ", "o ", "• ", "i. "),
    *("SI01: ", "SI02: ", "\n", "\n\n", "\r\n", "\r", "  ", "    ", "\t", "\x00", "\\", "\\>"),
    *("&gt;", "&amp;lt;", "≥", "<=", ":", ".", ";", ",", "(", ")", "-", "18", "4 weeks", "mg"),
    *("Age over 18 years", "dog", "not eligible if", "the following", " or ", "Patients must"),
    *("within 4 weeks before the inclusion of patients", "no more than", "between", "1.5 x ULN"),
    *("\u2028", "\u200b", "**", "<!-- x -->", "é", "e\u0301", "½", "µ", "\ufffd", " except "),
)


def mutated(raw: bytes, rng: random.Random) -> bytes:
    """Return a record with one to six of its parts damaged, or some of its bytes."""
    way = rng.random()
    if way < 0.1:
        return _damaged_bytes(raw, rng)
    study = json.loads(raw)
    for _ in range(rng.randint(1, _MOST_EDITS)):
        if way < 0.5:
            _damage_rules(study, rng)
        _damage_shape(study, rng)
    return json.dumps(study, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def _damaged_bytes(raw: bytes, rng: random.Random) -> bytes:
    found = bytearray(raw)
    for _ in range(rng.randint(1, _MOST_EDITS)):
        place = rng.randrange(len(found) + 1)
        stop = min(len(found), place + rng.randint(0, 40))
        match rng.randrange(5):
            case 0:
                del found[place:stop]
            case 1:
                found[place:place] = found[place:stop]
            case 2:
                found[place:stop] = rng.randbytes(stop - place)
            case 3 if place < len(found):
                found[place] ^= 1 << rng.randrange(8)
            case _ if rng.random() < 0.1:
                del found[place:]
    return bytes(found)


def _damage_shape(study: Json, rng: random.Random) -> None:
    place = _place_in(study, rng)
    if place is None:
        return
    holder, key = place
    way = rng.random()
    if way < 0.35:
        # Mostly of the same type, as another one makes most records unreadable at once.
        like = type(holder[key]) if rng.random() < 0.8 else object
        odd = [value for value in _ODD if isinstance(value, like)]
        holder[key] = copy.deepcopy(rng.choice(odd or _ODD))
    elif way < 0.5:
        del holder[key]
    elif way < 0.75 and isinstance(holder[key], str):
        holder[key] = damaged_text(holder[key], rng)
    elif way < 0.9 and isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
    elif isinstance(holder, list):
        rng.shuffle(holder)


def _place_in(study: Json, rng: random.Random) -> tuple[Json, Json] | None:
    """Return a holder and a key in it, deep ones as often as shallow ones."""
    here, found = study, None
    while isinstance(here, dict | list) and here:
        key = rng.choice(list(here)) if isinstance(here, dict) else rng.randrange(len(here))
        found, here = (here, key), here[key]
        if rng.random() < 0.1:
            break
    return found


def _damage_rules(study: Json, rng: random.Random) -> None:
    here = study
    for name in ("protocolSection", "eligibilityModule"):
        here = here.get(name) if isinstance(here, dict) else None
    if isinstance(here, dict) and isinstance(here.get("eligibilityCriteria"), str):
        here["eligibilityCriteria"] = damaged_text(here["eligibilityCriteria"], rng)


def damaged_text(text: str, rng: random.Random) -> str:
    """Return a text with a stretch taken out, doubled, moved, or with something odd put in."""
    place, other = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    stop = min(other, place + 400)
    match rng.randrange(5):
        case 0:
            return text[:place] + text[stop:]
        case 1:
            return text[:stop] + text[place:stop] + text[stop:]
        case 2:
            return text[:place] + rng.choice(_ODD_TEXTS) + text[stop:]
        case 3:
            return text[:place] + rng.choice(_PIECES) + text[place:]
        case _:
            return text[stop:] + text[:stop]


def noise(rng: random.Random, texts: Sequence[str]) -> str:
    """Return a text that may look like rules: pieces of such, any characters, or a damaged one."""
    way = rng.random()
    if way < 0.4:
        return "".join(rng.choices(_PIECES, k=rng.randint(0, 120)))
    if way < 0.6:
        return "".join(chr(_code(rng)) for _ in range(rng.randint(0, 400)))
    if way < 0.7:
        return rng.choice(_ODD_TEXTS) * rng.randint(1, 5) + rng.choice(_PIECES)
    text = rng.choice(texts)
    for _ in range(rng.randint(1, _MOST_EDITS)):
        text = damaged_text(text, rng)
    return text


def _code(rng: random.Random) -> int:
    """Return a character's number, the plain ones as often as all others together."""
    return rng.choice((rng.randrange(128), rng.randrange(0x3000), rng.randrange(0x110000)))
