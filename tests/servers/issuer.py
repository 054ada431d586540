"""An institution's OpenID provider on loopback: real HTTP, real keys, and made to lie when told.

It is made after the specifications and shares no code with the client.
"""

import asyncio
import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from tests.builders import NOON
from tests.servers.receiver import Behaviour, Receiver, Request, status

CLIENT, SECRET = "trialwatch at/clinic", "s3cret: with / and %"
#: Makes the token of claims.
Mint: TypeAlias = Callable[[Mapping[str, Any]], str]


@cache
def rsa_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@cache
def ec_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@dataclass
class Asked:
    """What a code stands for."""

    query: dict[str, str]
    claims: dict[str, Any]


@dataclass
class IssuerServer(Receiver):
    """Says who signs in as it is told."""

    key: RSAKey | ECKey = field(default_factory=lambda: rsa_key("first"))
    algorithm: str = "RS256"
    #: What stands under its address for keys.
    published: list[Any] = field(default_factory=list)
    #: What it says of whoever signs in.
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "ada-17",
            "email": "Ada@Example.org",
            "email_verified": True,
        }
    )
    #: Put over the discovery document, the claims of tokens and the answer with the code.
    document: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    answer_back: dict[str, Any] = field(default_factory=dict)
    #: Answers in place of the usual ones, by path.
    instead: dict[str, Behaviour] = field(default_factory=dict)
    mint: Mint | None = None
    #: What it says of somebody where it is asked further; None for nothing.
    userinfo: dict[str, Any] | None = None
    _codes: dict[str, Asked] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://{self.host}:{self.port}"

    def asked(self, path: str) -> list[Request]:
        """Return the requests for a path."""
        return [one for one in self.requests if urlsplit(_target(one)).path == path]

    def usual(self, request: Request) -> Behaviour:
        """Answer by the path."""
        parts = urlsplit(_target(request))
        if parts.path in self.instead:
            return self.instead[parts.path]
        query = dict(parse_qsl(parts.query))
        form = dict(parse_qsl(request.body.decode()))
        answers: dict[str, Callable[[], Behaviour]] = {
            "/.well-known/openid-configuration": lambda: _json(self.describe()),
            "/keys": lambda: _json({"keys": self.published or [self.key.as_dict(private=False)]}),
            "/authorize": lambda: self._authorize(query),
            "/token": lambda: self._exchange(request, form),
            "/userinfo": lambda: _json(self.userinfo or {}),
        }
        answer = answers.get(parts.path)
        return status(404) if answer is None else answer()

    def describe(self) -> dict[str, Any]:
        """Return the discovery document."""
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        if self.userinfo is not None:
            said["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        said |= self.document
        return {name: value for name, value in said.items() if value is not None}

    def _authorize(self, query: dict[str, str]) -> Behaviour:
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = Asked(query=query, claims=dict(self.person))
        back = {"code": code, "state": query["state"], "iss": self.issuer, **self.answer_back}
        given = urlencode({name: value for name, value in back.items() if value is not None})
        return status(302, location=f"{query['redirect_uri']}?{given}")

    def _exchange(self, request: Request, form: dict[str, str]) -> Behaviour:
        if not self._knows(request, form):
            return _json({"error": "invalid_client"}, code=401)
        asked = self._codes.pop(form["code"], None)
        challenge = _encoded(sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or form["grant_type"] != "authorization_code"
            or form["redirect_uri"] != asked.query["redirect_uri"]
            or challenge != asked.query["code_challenge"]
        ):
            return _json({"error": "invalid_grant"}, code=400)
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": int(NOON.timestamp()),
            "exp": int(NOON.timestamp()) + 300,
            "nonce": asked.query["nonce"],
            **asked.claims,
            **self.claims,
        }
        token = (self.mint or self.sign)({k: v for k, v in claims.items() if v is not None})
        return _json({"access_token": "at-1", "token_type": "Bearer", "id_token": token})

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the token of claims, as it should be."""
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, dict(claims), KeySet([self.key]), [self.algorithm])

    def _knows(self, request: Request, form: dict[str, str]) -> bool:
        said = request.headers.get("authorization", "")
        if not said:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        name, _, password = b64decode(said.removeprefix("Basic ")).decode().partition(":")
        return (unquote_plus(name), unquote_plus(password)) == (CLIENT, SECRET)


@asynccontextmanager
async def issuer_server() -> AsyncIterator[IssuerServer]:
    """Run a provider."""
    running = IssuerServer()
    server = await asyncio.start_server(running.meet, running.host, 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await running.stop()
        await server.wait_closed()


def _target(request: Request) -> str:
    return request.line.split(" ")[1]


def _json(answer: object, *, code: int = 200) -> Behaviour:
    return status(code, json.dumps(answer).encode(), content_type="application/json")


def _encoded(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
