"""Who is told, where and when, as tools say it in one request."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeAlias

from fastapi import Body, Depends, HTTPException

from monitor.alerting.consent import BY_OPERATOR
from monitor.domain.errors import InvalidAddressError
from monitor.domain.timings import Timing
from monitor.domain.watches import Channel, Target
from storage import targetcare
from trialwatch.bootstrap import Service
from trialwatch.desk.slow import addresses_of
from trialwatch.web.api.hours import Hours
from trialwatch.web.api.problems import FieldError
from trialwatch.web.api.targets import target_json
from trialwatch.web.choices import Typed, timing_of
from trialwatch.web.lists import LONGEST_NAME, check_name
from trialwatch.web.targets import MOST
from trialwatch.web.visitors import Visitor

ListName = Annotated[
    str | None,
    Body(
        alias="list",
        max_length=LONGEST_NAME,
        description="A list of one's own by its name; left out, the common list `watched`.",
        examples=["Asthma"],
    ),
]
Addresses = Annotated[list[str], Body(max_length=20, description="Addresses of this kind.")]


def _addresses(
    *,
    email: Addresses = [],  # noqa: B006  # FastAPI copies it
    webhook: Addresses = [],  # noqa: B006  # FastAPI copies it
    slack: Addresses = [],  # noqa: B006  # FastAPI copies it
    teams: Addresses = [],  # noqa: B006  # FastAPI copies it
    discord: Addresses = [],  # noqa: B006  # FastAPI copies it
) -> Mapping[Channel, list[str]]:
    return {
        Channel.EMAIL: email,
        Channel.WEBHOOK: webhook,
        Channel.SLACK: slack,
        Channel.TEAMS: teams,
        Channel.DISCORD: discord,
    }


def _typed(
    *,
    rhythm: Annotated[
        str, Body(max_length=20, description="Left out, hours stay as they are.")
    ] = "",
    hours: Hours,
) -> Typed:
    return replace(hours, rhythm=rhythm)


AddressesTyped: TypeAlias = Annotated[Mapping[Channel, list[str]], Depends(_addresses)]
HoursTyped: TypeAlias = Annotated[Typed, Depends(_typed)]


def asked_by(service: Service, visitor: Visitor, *, confirm: bool) -> str | None:
    """Return in whose name addresses are asked; None where the operator's word will do."""
    if not visitor.is_operator:
        return f"person {visitor.id}"
    return BY_OPERATOR if confirm or service.settings.confirm_mail == "always" else None


def timing_typed(typed: Typed, most_an_hour: int | None) -> Timing | None:
    """Return when mail goes out, None where nothing was said of it."""
    if not typed.rhythm:
        return None
    timing = timing_of(typed) or Timing(critical_passes=bool(typed.critical))
    return replace(timing, most_an_hour=most_an_hour)


def named(name: str | None) -> str | None:
    """Return a list's name as it may be, None where none was named."""
    try:
        return None if name is None else check_name(name)
    except ValueError as error:
        raise FieldError("list", str(error), fix="Choose another name.") from error


def where_to(
    service: Service, visitor: Visitor, addresses: Mapping[Channel, list[str]]
) -> tuple[list[tuple[Channel, str]], set[int]]:
    """Return the addresses as they may be used, and the targets that one has already, by number.

    Raises ``HTTPException`` 403 for a reader and 409 where there would be too many targets,
    ``FieldError`` for an address that cannot be one.
    """
    if not visitor.may_own:
        raise HTTPException(403, "Readers have no lists of their own.")
    known = {row.id for row in targetcare.all_targets(service.database, of=visitor.id)}
    found = _checked(service, addresses)
    if len(known) + len(found) > MOST:
        raise HTTPException(409, f"{MOST} targets are the most.")
    return found, known


def _checked(service: Service, addresses: Mapping[Channel, list[str]]) -> list[tuple[Channel, str]]:
    found: list[tuple[Channel, str]] = []
    for channel, texts in addresses.items():
        try:
            found += addresses_of({channel: texts}, service.settings.webhook_allow)
        except InvalidAddressError as error:
            raise FieldError(channel.value, str(error), fix="Send another address.") from error
    return found


def targets_json(targets: Iterable[Target], known: set[int]) -> list[dict[str, Any]]:
    """Return targets as a tool reads them; those that are new with their secrets, this once."""
    return [
        target_json(one) | ({"secret": one.secret} if one.secret and one.id not in known else {})
        for one in targets
    ]
