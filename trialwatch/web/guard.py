"""Requests that another site made a visitor's browser send are turned away.

Browsers say where a request comes from (Sec-Fetch-Site, Origin), and no page can make them lie.
What says neither is no browser, and carries no cookie that somebody else could misuse.
https://www.w3.org/TR/fetch-metadata/
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
#: Whoever has the token in the address may act, from anywhere: it is in their mail.
_BY_TOKEN = ("/u/", "/c/", "/hooks/")


def is_foreign(method: str, path: str, headers: Mapping[str, str], *, web_url: str) -> bool:
    """Return whether a request changes something and was caused by another site.

    Args:
        method: ``POST``.
        path: ``/lists``.
        headers: By name, in lower case.
        web_url: The pages' own address; a proxy may call us by another name.
    """
    if method in _SAFE or path.startswith(_BY_TOKEN):
        return False
    said = headers.get("sec-fetch-site")
    if said is not None:
        return said not in _OURS
    origin = headers.get("origin")
    if origin is None:
        return False
    here = {urlsplit(web_url).netloc, headers.get("host", "")}
    return urlsplit(origin).netloc not in here
