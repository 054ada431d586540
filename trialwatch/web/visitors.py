"""Who is there, and what they may see and do.

A session's cookie says who somebody is, or a tool's key. As long as the operator has no sign-in
of their own, people on this machine (``TRIALWATCH_WEB_ALLOW`` names other networks) are the
operator. Unsubscribe and health stay open to all, for they show nothing of anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Request

from monitor.accounts.keys import whose_key
from monitor.accounts.signin import who_is_in
from monitor.domain.people import OPERATOR, Person, Role, Scope
from monitor.domain.signing import shown_token
from trialwatch.bootstrap import Service
from trialwatch.web.cookies import cookie_name

if TYPE_CHECKING:
    from trialwatch.web.quota import Quota

#: A reverse proxy on this machine speaks for somebody who is elsewhere.
_SENT_BY_OTHERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
_SCHEME = "bearer "


class By(Enum):
    """How we know who somebody is."""

    NETWORK = "network"
    SESSION = "session"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody on the pages, or their tool."""

    person: Person
    by: By
    scope: Scope = Scope.WRITE
    #: Digest of the tool's key in hexadecimal, empty for people.
    key: str = ""
    #: Digest of the session's token, empty where there is none.
    session: bytes = b""

    @property
    def caller(self) -> str:
        """Whose requests count together: a key's, or a person's."""
        return self.key or f"person {self.id}"

    @property
    def id(self) -> int:
        """Whose rows are theirs."""
        return self.person.id

    @property
    def is_operator(self) -> bool:
        """Whether they look after the service."""
        return self.person.role is Role.OPERATOR

    @property
    def reach(self) -> int | None:
        """Whose lists bound what their tools read of trials; None for an operator, who reads all."""
        return None if self.is_operator else self.id

    @property
    def may_own(self) -> bool:
        """Whether they may have lists of their own."""
        return self.person.role is not Role.READER


class SignInNeededError(Exception):
    """Nobody is signed in, and somebody could be.

    Attributes:
        address: Where to sign in, and be led back from.
    """

    def __init__(self, address: str) -> None:
        super().__init__("Sign in first.")
        self.address = address


def only_the_allowed() -> Sequence[Any]:
    """Return the dependency that lets in who is known, and nobody else."""
    return (Depends(known),)


def by_key_too() -> Sequence[Any]:
    """Return the dependency that lets in who is known, and tools with a key."""
    return (Depends(calling),)


def known(request: Request) -> Visitor:
    """Return who is there.

    Raises:
        SignInNeededError: Nobody is signed in.
        HTTPException: There is no sign-in here yet, and the visitor is no neighbour.
    """
    visitor = visitor_of(request)
    if visitor is None:
        raise _unknown(request)
    request.state.visitor = visitor
    return visitor


def operating(request: Request) -> Visitor:
    """Return the operator who is there; for everybody else there is no such page."""
    visitor = known(request)
    if not visitor.is_operator:
        raise HTTPException(404, "This page is for who runs this trialwatch.")
    return visitor


def calling(request: Request) -> Visitor:
    """Return whose tool asks, by key or as a page would.

    Raises:
        SignInNeededError: No key, or one that is nobody's.
        HTTPException: The key reads only, and this would write; or it asks too often.
    """
    called: Visitor | None = getattr(request.state, "called", None)
    if called is not None:
        return called
    visitor = _calling(request)
    request.state.called = visitor
    spend(request, visitor)
    return visitor


def spend(request: Request, visitor: Visitor) -> None:
    """Count a request against what its caller may ask in a minute.

    Raises:
        HTTPException: It was one too many.
    """
    service: Service = request.app.state.service
    quota: Quota = request.app.state.quota
    left = quota.spend(visitor.caller, service.clock())
    request.state.quota = quota.headers(left)
    if left.refused:
        wait = {"Retry-After": str(left.seconds)}
        raise HTTPException(429, f"{quota.most} requests a minute are the most.", headers=wait)


def _calling(request: Request) -> Visitor:
    said = request.headers.get("authorization", "")
    if not said.lower().startswith(_SCHEME):
        return known(request)
    service: Service = request.app.state.service
    text = said[len(_SCHEME) :].strip()
    with service.database.open_snapshot() as work:
        found = whose_key(work.people, text)
    token = shown_token(text)
    if found is None or token is None:
        raise SignInNeededError(_entrance(request))
    person, scope = found
    if scope is Scope.READ and request.method not in {"GET", "HEAD"}:
        raise HTTPException(403, "This key only reads; make one that writes.")
    _note_use(service, token.digest)
    visitor = Visitor(person=person, by=By.KEY, scope=scope, key=token.digest.hex())
    request.state.visitor = visitor
    return visitor


Known: TypeAlias = Annotated[Visitor, Depends(known)]
Operating: TypeAlias = Annotated[Visitor, Depends(operating)]
Calling: TypeAlias = Annotated[Visitor, Depends(calling)]


def _note_use(service: Service, digest: bytes) -> None:
    with service.database.open_snapshot() as work:
        fresh = work.people.is_noted(digest, now=service.clock())
    if fresh:
        return
    with service.database.open_work() as work:
        work.people.note_use(digest, now=service.clock())
        work.commit()


def visitor_of(request: Request) -> Visitor | None:
    """Return who is there by session or network, None for a stranger."""
    service: Service = request.app.state.service
    cookie = request.cookies.get(cookie_name(service.settings.web_url), "")
    with service.database.open_snapshot() as work:
        person = who_is_in(work.people, cookie, now=service.clock()) if cookie else None
        if person is not None:
            token = shown_token(cookie)
            session = token.digest if token else b""
            return Visitor(person=person, by=By.SESSION, session=session)
        operator = work.people.get(OPERATOR)
    if operator is not None and not operator.can_sign_in and _is_neighbour(request):
        return Visitor(person=operator, by=By.NETWORK)
    return None


def _unknown(request: Request) -> Exception:
    service: Service = request.app.state.service
    with service.database.open_snapshot() as work:
        can_sign_in = work.people.anybody_can_sign_in()
    if can_sign_in:
        return SignInNeededError(_entrance(request))
    return HTTPException(
        404,
        "The pages are shown on the machine that trialwatch runs on (TRIALWATCH_WEB_ALLOW).",
    )


def _entrance(request: Request) -> str:
    if request.method != "GET":
        return "/sign-in"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/sign-in?next={quote(request.url.path + query, safe='/')}"


def _is_neighbour(request: Request) -> bool:
    settings = request.app.state.service.settings
    return may_see(
        peer=request.client.host if request.client else "",
        host=request.headers.get("host", ""),
        headers=tuple(request.headers),
        allow=settings.web_allow,
        web_url=settings.web_url,
    )


def may_see(
    *,
    peer: str,
    host: str,
    headers: Iterable[str],
    allow: Iterable[IPv4Network | IPv6Network],
    web_url: str,
) -> bool:
    """Return whether a visitor may see the pages without signing in.

    Args:
        peer: Address of the other end of the connection.
        host: The ``Host`` header; a foreign name that leads to this machine (DNS rebinding) is
            turned away.
        headers: Names of all headers, in lower case.
        allow: Networks let in.
        web_url: The pages' own address; its name is let in.
    """
    try:
        address = ip_address(peer)
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    ours = name in (*_LOCAL_NAMES, urlsplit(web_url).hostname)
    forwarded = any(header in _SENT_BY_OTHERS for header in headers)
    return ours and not forwarded and any(address in network for network in allow)
