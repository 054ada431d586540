"""The door for mail providers' webhooks about mail that came back. Nobody signs in for it.

Only what proves itself by its provider's secret is read. A report said again changes nothing.
"""

import asyncio
import logging

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from config.settings import Settings
from notifiers.providers import Provider, Told, is_from, read, told_by
from trialwatch.bootstrap import Service
from trialwatch.returning import note

router = APIRouter()
_log = logging.getLogger("trialwatch")
_MOST_BYTES = 256 * 1024


@router.post("/hooks/bounces/{provider}")
async def report(request: Request, provider: str) -> Response:
    """Take a report: 204 when it is written down, or says nothing of a mailbox."""
    service: Service = request.app.state.service
    whose = next((one for one in Provider if one.value == provider), None)
    secret = secret_of(service.settings, whose)
    if whose is None or not secret:
        raise HTTPException(404)
    body = await _body(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not is_from(whose, secret, headers=headers, body=body, now=service.clock()):
        raise HTTPException(403, "The signature or the login is not the right one.")
    told = told_by(whose, read(body))
    if told is not None:
        # Another process may hold the database; pages and sweeps go on meanwhile.
        said = await asyncio.to_thread(_noted, service, told)
        _log.info("told by %s: %s", whose.value, said)
    return Response(status_code=204)


def secret_of(settings: Settings, provider: Provider | None) -> str:
    """Return what a provider proves itself by; empty where it is not listened to."""
    secrets = {
        Provider.SIGNED: settings.bounce_signed_secret,
        Provider.MAILGUN: settings.bounce_mailgun_key,
        Provider.POSTMARK: settings.bounce_postmark_login,
    }
    return secrets.get(provider, "") if provider is not None else ""


async def _body(request: Request) -> bytes:
    """Return the body, read no further than it may be long."""
    taken = bytearray()
    try:
        async for part in request.stream():
            taken += part
            if len(taken) > _MOST_BYTES:
                raise HTTPException(413, "This is more than a report takes.")
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    return bytes(taken)


def _noted(service: Service, told: Told) -> str:
    with service.open_work() as work:
        if told.delivery_id:
            known = work.bounces.key_of(told.delivery_id) is not None
            # Another's mail may go by the same provider, and says nothing of ours.
            found = told.delivery_id if known else None
        else:
            found = work.bounces.newest_to(told.address)
        if found is None:
            return "a mail that is not known here"
        said = note(work, found, told.report, now=service.clock())
        work.commit()
    return said
