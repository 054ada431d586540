"""Signing in to a relay with an access token: OAUTHBEARER, or XOAUTH2 where there is no other.

Source:
    RFC 7628; https://developers.google.com/workspace/gmail/imap/xoauth2-protocol.
"""

import base64
from typing import Final

from aiosmtplib import SMTP, SMTPAuthenticationError

from monitor.domain.errors import DeliveryError
from notifiers.oauth import Tokens
from notifiers.smtp_url import SmtpOptions

_CONTINUE: Final = 334
_DONE: Final = 235
_FOR_NOW: Final = frozenset({421, 454})
#: What ends the exchange after the relay has said why it refuses.
_ENDS: Final = {"oauthbearer": b"AQ==", "xoauth2": b""}


async def sign_in(smtp: SMTP, relay: SmtpOptions, tokens: Tokens) -> None:
    """Sign in on a connection that is open and safe; a kept token that is refused is replaced.

    Raises:
        DeliveryError: There is no token, the relay takes none, or it refuses a new one.
        SMTPException: The relay cannot be spoken to.
    """
    token, is_new = await tokens.get()
    try:
        await _shown(smtp, relay, token)
    except SMTPAuthenticationError as error:
        if error.code in _FOR_NOW:
            raise
        tokens.forget(token)
        if is_new:
            raise _refused(error) from error
    else:
        return
    token, _ = await tokens.get()
    try:
        await _shown(smtp, relay, token)
    except SMTPAuthenticationError as error:
        tokens.forget(token)
        raise _refused(error) from error


async def _shown(smtp: SMTP, relay: SmtpOptions, token: str) -> None:
    offered = smtp.server_auth_methods
    way = next((way for way in _ENDS if way in offered), None)
    if way is None:
        raise DeliveryError(
            f"The mail relay {relay.host}:{relay.port} offers neither OAUTHBEARER nor XOAUTH2:"
            " every mail waits; take TRIALWATCH_MAIL_TOKEN_URL out and give it a password, or"
            " use another relay",
            carrier_down=True,
        )
    first = (_bearer if way == "oauthbearer" else _xoauth2)(relay, token)
    reply = await smtp.execute_command(b"AUTH", way.upper().encode(), base64.b64encode(first))
    if reply.code == _CONTINUE:
        reply = await smtp.execute_command(_ENDS[way])
    if reply.code != _DONE:
        raise SMTPAuthenticationError(reply.code, reply.message)


def _bearer(relay: SmtpOptions, token: str) -> bytes:
    name = relay.username.replace("=", "=3D").replace(",", "=2C")
    return (
        f"n,a={name},\x01host={relay.host}\x01port={relay.port}\x01auth=Bearer {token}\x01\x01"
    ).encode()


def _xoauth2(relay: SmtpOptions, token: str) -> bytes:
    return f"user={relay.username}\x01auth=Bearer {token}\x01\x01".encode()


def _refused(error: SMTPAuthenticationError) -> DeliveryError:
    return DeliveryError(
        f"The mail relay refuses a new access token ({error.code}): every mail waits and no reader"
        " is to blame; check the user name in TRIALWATCH_SMTP_URL, and that"
        " TRIALWATCH_MAIL_TOKEN_CLIENT may send mail for it",
        carrier_down=True,
        status=error.code,
        detail=error.message[:4000],
    )
