"""When and near where somebody is told, as every request that says so says it."""

from typing import Annotated

from fastapi import Body, Depends

from trialwatch.web.choices import Typed


def _hours(
    *,
    at: Annotated[str, Body(max_length=5, examples=["07:00"])] = "07:00",
    weekday: Annotated[str, Body(max_length=10, examples=["monday"])] = "monday",
    zone: Annotated[str, Body(max_length=80, examples=["Europe/Berlin"])] = "",
    quiet_from: Annotated[str, Body(max_length=5)] = "",
    quiet_to: Annotated[str, Body(max_length=5)] = "",
    critical_at_once: Annotated[bool, Body(strict=True)] = False,
    near: Annotated[
        str,
        Body(max_length=200, description="Of places only those near here.", examples=["Leeds, GB"]),
    ] = "",
    within: Annotated[str, Body(max_length=20, examples=["50 km"])] = "50 km",
) -> Typed:
    return Typed(
        at=at,
        weekday=weekday,
        zone=zone,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        critical="1" if critical_at_once else "",
        near=near,
        within=within,
    )


#: The rest of what was typed is put in by whoever asks for more.
Hours = Annotated[Typed, Depends(_hours)]
