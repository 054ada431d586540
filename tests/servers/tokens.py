"""A relay that takes access tokens, and the address that gives them, both on loopback."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiosmtpd.smtp import SMTP, AuthResult

from tests.servers.receiver import Behaviour, Receiver, Request, status
from tests.servers.smtp import SmtpSink

USER = "alerts@clinic.example"


@dataclass
class TokenSink(SmtpSink):
    """Takes the tokens in ``good``, by XOAUTH2 and OAUTHBEARER."""

    good: set[str] = field(default_factory=set)
    #: What was shown, as it came.
    shown: list[bytes] = field(default_factory=list)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """Judge what Google and Microsoft call XOAUTH2."""
        expected = [f"user={USER}\x01auth=Bearer {token}\x01\x01" for token in self.good]
        return await self._judged(server, args, expected, ends=b"")

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """Judge RFC 7628."""
        where = f"host=localhost\x01port={self.port}"
        expected = [f"n,a={USER},\x01{where}\x01auth=Bearer {one}\x01\x01" for one in self.good]
        return await self._judged(server, args, expected, ends=b"\x01")

    async def _judged(
        self, server: SMTP, args: list[str], expected: list[str], *, ends: bytes
    ) -> AuthResult:
        said = base64.b64decode(args[1], validate=True)
        self.shown.append(said)
        if said.decode() in expected:
            return AuthResult(success=True, auth_data=USER)
        reason = json.dumps({"status": "invalid_token"})
        assert await server.challenge_auth(reason) == ends
        return AuthResult(success=False, handled=False)


def gives(token: str, **fields: Any) -> Behaviour:
    """Answer with an access token."""
    answer = {"access_token": token, "token_type": "Bearer", "expires_in": 3600, **fields}
    return status(200, json.dumps(answer).encode(), content_type="application/json")


def refuses(code: str = "invalid_grant") -> Behaviour:
    """Answer that there is none."""
    return status(400, json.dumps({"error": code}).encode(), content_type="application/json")


def asked(receiver: Receiver, number: int = -1) -> dict[str, str]:
    """Return the form of a question."""
    return form_of(receiver.requests[number])


def form_of(request: Request) -> dict[str, str]:
    """Return the fields that a request brought."""
    return dict(parse_qsl(request.body.decode()))
