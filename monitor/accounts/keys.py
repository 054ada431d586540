"""Keys of tools: shown once, kept as digests."""

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.people import Key, People, Person, Role, Scope
from monitor.domain.signing import KEY_PREFIX, Token, new_token, shown_token


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key just made, and the only sight of its text."""

    key: Key
    token: Token


def make_key(people: People, person: Person, *, name: str, scope: Scope, now: datetime) -> NewKey:
    """Make a key for somebody; who only reads gets one that only reads."""
    token = new_token(KEY_PREFIX)
    allowed = _scope_for(person, scope)
    key = people.add_key(token.digest, person.id, name=name, scope=allowed, now=now)
    return NewKey(key=key, token=token)


def whose_key(people: People, text: str) -> tuple[Person, Scope] | None:
    """Return whose key a tool shows, None when it is nobody's.

    Who only reads by now has keys that only read, whatever they could when they were made.
    """
    token = shown_token(text)
    found = people.with_key(token.digest) if token else None
    if found is None:
        return None
    person, scope = found
    return person, _scope_for(person, scope)


def _scope_for(person: Person, scope: Scope) -> Scope:
    return Scope.READ if person.role is Role.READER else scope
