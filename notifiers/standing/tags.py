"""Lists of ``tag=value`` with semicolons between them, as DKIM and DMARC write them."""

from collections.abc import Mapping


def tags(text: str) -> Mapping[str, str]:
    """Return tags in lower case and their values; of a tag given twice the first."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, given, value = part.partition("=")
        if given:
            found.setdefault(name.strip().lower(), value.strip())
    return found
