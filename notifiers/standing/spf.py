"""SPF: which machines may send for a domain. Read, not evaluated: the relay's address is not known.

Source:
    RFC 7208.
"""

import re
from collections.abc import Iterator
from typing import Final

from notifiers.standing.dns import Lookup
from notifiers.standing.findings import Finding, Level

#: RFC 7208, 4.6.4: more look-ups than that and receivers give up with an error.
MOST_LOOKUPS: Final = 10
_TERM: Final = re.compile(
    r"[+\-~?]?(?:all|(?P<asks>include:\S+|exists:\S+|a(?:[:/]\S+)?|mx(?:[:/]\S+)?|ptr(?::\S+)?)"
    r"|ip4:[\d.]+(?:/\d{1,2})?|ip6:[0-9a-f:.]+(?:/\d{1,3})?)"
    r"|(?P<modifier>[a-z][\w.-]*=\S*)",
    re.IGNORECASE,
)


def records(texts: tuple[str, ...]) -> list[str]:
    """Return those of a name's texts that are SPF."""
    return [
        text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")
    ]


def examine(domain: str, lookup: Lookup) -> Finding:
    """Return how SPF stands for a domain that mail is sent from.

    Raises:
        DnsError: No name server answered.
    """
    found = records(lookup(domain, "TXT"))
    if not found:
        return _bad(
            f"{domain} has no SPF record, and large mailbox providers want one. Ask whoever runs"
            f" your mail relay what to put there; it looks like `{domain}. TXT"
            ' "v=spf1 include:relay.example -all"`'
        )
    if len(found) > 1:
        return _bad(
            f"{domain} has {len(found)} SPF records, and receivers then use none: make one of them"
        )
    unknown = [term for term in _terms(found[0]) if not _TERM.fullmatch(term)]
    if unknown:
        return _bad(
            f"{domain}: the SPF record holds {unknown[0][:60]!r}, which SPF does not know, so"
            " receivers use none of it: correct it"
        )
    return _judged(domain, found[0], _lookups(found[0], lookup, frozenset({domain})))


def _judged(domain: str, record: str, lookups: int) -> Finding:
    if lookups > MOST_LOOKUPS:
        return _bad(
            f"{domain}: the SPF record takes {lookups} look-ups, and receivers give up after"
            f" {MOST_LOOKUPS}: take out what no longer sends for you"
        )
    end = _end(record)
    if end in {"+all", "all"}:
        return _bad(
            f"{domain}: the SPF record ends in {end} and so lets everybody send: end it in -all or"
            " ~all"
        )
    if end in {"", "?all"}:
        return Finding(
            check="spf",
            level=Level.NOTE,
            text=f"{domain}: the SPF record says nothing of machines it does not name: end it in"
            " -all or ~all",
        )
    asked = f"{lookups} look-up{'' if lookups == 1 else 's'}"
    return Finding(
        check="spf",
        level=Level.WELL,
        text=f"{domain} has one SPF record ending in {end}, {asked}. That it names your"
        " relay is seen in a mail that arrived: Received-SPF or Authentication-Results say pass",
    )


def _terms(record: str) -> list[str]:
    return record.split()[1:]


def _end(record: str) -> str:
    for term in _terms(record):
        if term.lower().lstrip("+-~?") == "all":
            return term.lower()
        if term.lower().startswith("redirect="):
            return term
    return ""


def _lookups(record: str, lookup: Lookup, seen: frozenset[str]) -> int:
    """Return how many look-ups a record takes, those of records it includes among them."""
    count = 0
    for inner in _asking(record):
        count += 1
        if not inner or inner in seen or "%" in inner or count > MOST_LOOKUPS:
            continue
        included = records(lookup(inner, "TXT"))
        if len(included) == 1:
            count += _lookups(included[0], lookup, seen | {inner})
    return count


def _asking(record: str) -> Iterator[str]:
    """Yield for each term that takes a look-up the domain whose record it brings in, or nothing."""
    for term in _terms(record):
        found = _TERM.fullmatch(term)
        asks = (found["asks"] if found else None) or ""
        if term.lower().startswith("redirect="):
            yield term.partition("=")[2].lower().rstrip(".")
        elif asks:
            is_include = asks.lower().startswith("include:")
            yield asks.partition(":")[2].lower().rstrip(".") if is_include else ""


def _bad(text: str) -> Finding:
    return Finding(check="spf", level=Level.BAD, text=text)
