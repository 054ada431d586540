"""Whom to call or write to, in one sentence a person.

Contacts are shown to the people who watch a trial and never logged.
"""

from monitor.summaries.prose import clean, listed

_BOUND = 120


def call_sentence(
    name: str | None, phone: str | None, phone_ext: str | None, email: str | None
) -> str:
    """Return ``Call Jo Doe at 555-0100, or write to jo@example.org.``, ``""`` with no way to."""
    number, address = clean(phone)[:_BOUND], clean(email)[:_BOUND]
    who = clean(name)[:_BOUND] or "the study team"
    if number and clean(phone_ext):
        number = f"{number} (extension {clean(phone_ext)[:_BOUND]})"
    if number:
        ways = [f"call {who} at {number}", f"write to {address}"] if address else []
        said = listed(ways, "or") if ways else f"call {who} at {number}"
        return f"{said[:1].upper()}{said[1:]}."
    return f"Write to {who} at {address}." if address else ""
