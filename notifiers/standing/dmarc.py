"""DMARC: what receivers shall do with mail that only claims to come from a domain; alignment.

Source:
    RFC 7489, and the walk up the tree of names that replaces its list of public suffixes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from notifiers.standing.dns import Lookup
from notifiers.standing.findings import Finding, Level
from notifiers.standing.tags import tags

_POLICIES = frozenset({"none", "quarantine", "reject"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What stands in DNS for a domain."""

    #: Where the record was found, empty for nowhere.
    domain: str
    #: How many stood there.
    count: int
    tags: Mapping[str, str]
    #: The domain that an organisation owns, as far up as records go.
    organisation: str


def policy_of(domain: str, lookup: Lookup) -> Policy:
    """Walk up from a domain and return the policy that holds for it.

    Raises:
        DnsError: No name server answered.
    """
    where, count, held, top = "", 0, dict[str, str](), domain
    for name in _upwards(domain):
        found = [
            text
            for text in lookup(f"_dmarc.{name}", "TXT")
            if text.replace(" ", "").lower().startswith("v=dmarc1")
        ]
        if not found:
            continue
        if not where:
            where, count, held = name, len(found), dict(tags(found[0]))
        top = name
    return Policy(domain=where, count=count, tags=held, organisation=top)


def _upwards(domain: str) -> Iterator[str]:
    """Yield a domain and those above it; a name without a dot belongs to nobody."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def examine(domain: str, policy: Policy) -> Finding:
    """Return how DMARC stands for the domain that mail says it comes from."""
    if not policy.count:
        return _finding(
            Level.BAD,
            f"{domain} has no DMARC record, and large mailbox providers want one. To begin with:"
            f' `_dmarc.{domain}. TXT "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"`',
        )
    at = f"_dmarc.{policy.domain}"
    if policy.count > 1:
        return _finding(
            Level.BAD, f"{at} has {policy.count} DMARC records, and receivers use none: keep one"
        )
    wanted = policy.tags.get("p", "").lower()
    if policy.domain != domain:
        wanted = policy.tags.get("sp", wanted).lower()
    if wanted not in _POLICIES:
        return _finding(
            Level.BAD,
            f"{at} says p={wanted[:40]!r}, which receivers do not know: write none, quarantine or"
            " reject",
        )
    if "rua" not in policy.tags:
        return _finding(
            Level.NOTE,
            f"{at} says {wanted}, and names nobody for reports: add rua=mailto:..., or you never"
            " hear of mail that fails",
        )
    return _finding(Level.WELL, f"{at} says {wanted}, and reports go to {policy.tags['rua'][:80]}")


def aligned(domain: str, policy: Policy, other: str, lookup: Lookup, *, strict: bool) -> bool:
    """Return whether another domain stands for the one that mail says it comes from.

    Args:
        domain: That of From.
        policy: What holds for it.
        other: That of the envelope, or of a signature.
        lookup: Asks name servers.
        strict: Whether only the very same domain will do.

    Raises:
        DnsError: No name server answered.
    """
    if domain == other or strict:
        return domain == other
    if not policy.count:
        return domain.endswith(f".{other}") or other.endswith(f".{domain}")
    return policy_of(other, lookup).organisation == policy.organisation


def _finding(level: Level, text: str) -> Finding:
    return Finding(check="dmarc", level=level, text=text)
