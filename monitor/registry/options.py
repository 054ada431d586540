"""How the registry is to be asked: address, pace, sizes, patience, and our name.

Values only. Who reads them from settings is decided in ``trialwatch``.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx

from monitor.domain.hosts import is_loopback

_ADDRESS = re.compile(r"https?://[^?#\s]+/api/v2")
#: What may stand in a comment of a User-Agent: printable, no spaces, no brackets.
_CONTACT = re.compile(r"[\x21-\x27\x2a-\x5b\x5d-\x7e]{0,200}")
_MEBIBYTE = 1024 * 1024
_MOST_PAGE_SIZE = 1000
_MOST_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryOptions:
    """How to ask one registry.

    Raises:
        ValueError: A value is out of range; the text names it.

    Source:
        Page size and errors: the registry's OpenAPI document 2.0.5. Batch and rate: nothing is
        documented; 100 numbers are 1.4 kB of address, and robots.txt asks for one second.
    """

    #: Base address, ends in ``/api/v2``.
    url: str = "https://clinicaltrials.gov/api/v2"
    #: Most requests a second over all calls, 0 for no limit.
    rate: float = 1.0
    #: Where the registry can reach the operator; may be empty.
    contact: str = ""
    #: Most numbers in one request.
    batch: int = 100
    page_size: int = 1000
    #: Most bytes of one answer, counted after decompression.
    body_cap_bytes: int = 32 * _MEBIBYTE
    #: Most tries of one request.
    attempts: int = 5
    #: About how long to rest after the first failed try; doubles with each.
    first_rest: timedelta = timedelta(seconds=1)
    #: Longest rest inside one call; a registry that asks for more gets it from the caller.
    longest_rest: timedelta = timedelta(minutes=1)
    connect_timeout: timedelta = timedelta(seconds=10)
    #: Longest silence within an answer.
    read_timeout: timedelta = timedelta(seconds=30)
    #: Longest time from the request to the last byte of its answer.
    answer_timeout: timedelta = timedelta(minutes=2)

    def __post_init__(self) -> None:
        """Refuse what no request can be made with."""
        _require(_ADDRESS.fullmatch(self.url), "url", self.url, "an http(s) address in /api/v2")
        _require(_CONTACT.fullmatch(self.contact), "contact", self.contact, "one printable word")
        _require(self.rate >= 0, "rate", self.rate, "0 or more")
        _require(1 <= self.batch <= _MOST_BATCH, "batch", self.batch, "1 to 100")
        _require(1 <= self.page_size <= _MOST_PAGE_SIZE, "page_size", self.page_size, "1 to 1000")
        _require(self.body_cap_bytes > 0, "body_cap_bytes", self.body_cap_bytes, "more than 0")
        _require(self.attempts > 0, "attempts", self.attempts, "more than 0")

    @property
    def host(self) -> str:
        """The registry's name for people: host, and port when it is unusual."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def internal_url(self) -> str:
        """Base address of what the registry's own pages are made from; undocumented."""
        return f"{self.url.removesuffix('/v2')}/int"

    @property
    def user_agent(self) -> str:
        """Who asks, honestly, with the library's token kept.

        The registry's edge refuses names that do not fit the TLS library behind them, so httpx
        must stay in the name for as long as it makes the connection.
        """
        contact = f"(+{self.contact}) " if self.contact else ""
        return f"trialwatch/{version('trialwatch')} {contact}python-httpx/{httpx.__version__}"

    @property
    def trust_env(self) -> bool:
        """Whether proxies and certificates of the environment count.

        They do, as for any other program: behind a company's proxy there is no other way out,
        and requests carry no secret. Not for this machine itself, which no proxy can reach.
        """
        return not is_loopback(urlsplit(self.url).hostname or "")


def _require(fits: object, name: str, value: object, allowed: str) -> None:
    if not fits:
        raise ValueError(f"{name} of the registry is {value!r}; allowed is {allowed}")
