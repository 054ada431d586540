"""Options that say who is told and when, for every command that takes them."""

from collections.abc import Iterable
from typing import Annotated

import typer

from monitor.domain.errors import PlaceNotFoundError
from monitor.domain.near import Near
from monitor.domain.timings import Timing
from monitor.domain.watches import Channel, Target, TargetState
from trialwatch.cli.context import UsageError
from trialwatch.terminal import remark, say

EmailOption = Annotated[
    list[str] | None, typer.Option(metavar="ADDRESS", help="Send alerts to this address.")
]
WebhookOption = Annotated[
    list[str] | None, typer.Option(metavar="URL", help="Send signed alerts to this address.")
]
SlackOption = Annotated[
    list[str] | None, typer.Option(metavar="URL", help="Post alerts into this Slack channel.")
]
TeamsOption = Annotated[
    list[str] | None, typer.Option(metavar="URL", help="Post alerts into this Teams channel.")
]
DiscordOption = Annotated[
    list[str] | None, typer.Option(metavar="URL", help="Post alerts into this Discord channel.")
]
StreamOption = Annotated[
    list[str] | None,
    typer.Option(metavar="SUBJECT", help="Publish events to NATS, under subjects that begin so."),
]
DigestOption = Annotated[
    str | None,
    typer.Option(
        metavar="WHEN",
        help="Mail at-once, daily@07:00 or weekly:mon@07:00, all changes in one message.",
    ),
]
ZoneOption = Annotated[
    str | None,
    typer.Option(metavar="ZONE", help="Whose hours these are, such as Europe/Berlin."),
]
QuietOption = Annotated[
    str | None,
    typer.Option(metavar="HOURS", help="Mail nothing in these hours (22:00-07:00), then all."),
]
CriticalOption = Annotated[
    bool, typer.Option("--critical-at-once", help="Mail critical changes whatever the hour.")
]
MostAnHourOption = Annotated[
    int | None,
    typer.Option(min=1, max=1000, metavar="N", help="More mail than that becomes a digest."),
]
ConfirmOption = Annotated[
    bool, typer.Option("--confirm", help="Ask e-mail addresses first, by a mail with a link.")
]
NearOption = Annotated[
    str | None,
    typer.Option(
        metavar="PLACE",
        help="Tell of places near this town (Leeds, GB) or postcode (10115, DE) alone.",
    ),
]
WithinOption = Annotated[
    str | None, typer.Option(metavar="DISTANCE", help="How near: 50km, 30mi. 50km by default.")
]
#: Where no distance is named.
USUAL_DISTANCE = "50km"
#: A list's name is shown in every mail it causes.
_LONGEST_LIST_NAME = 80


def typed_near(place: str | None, within: str | None) -> Near | None:
    """Return what is near, None where nothing was said of it.

    Raises:
        UsageError: The place is not known, or the distance cannot be read.
    """
    if place is None:
        if within is not None:
            raise UsageError("--within says how far from --near: name the place too")
        return None
    # The gazetteer takes half a second to load.
    from monitor.places.gazetteer import near_of  # noqa: PLC0415

    try:
        return near_of(place, within or USUAL_DISTANCE)
    except PlaceNotFoundError as error:
        raise UsageError(f"--near: {error}") from error
    except ValueError as error:
        raise UsageError(f"--within: {error}") from error


def check_list_name(name: str | None) -> None:
    """Refuse a list's name that no mail could show.

    Raises:
        UsageError: It is empty, too long or cannot be printed.
    """
    if name is None:
        return
    if not name.strip() or len(name) > _LONGEST_LIST_NAME or not name.isprintable():
        raise UsageError(
            f"--list: read {name[:40]!r}; a list's name is 1 to {_LONGEST_LIST_NAME} printable"
            " characters"
        )


def target_json(target: Target) -> dict[str, str]:
    """Return a target as a JSON object."""
    shown = {
        "channel": target.channel.value,
        "address": target.shown,
        "state": target.state.value,
    }
    return shown | ({"secret": target.secret} if target.secret else {})


def show_targets(
    targets: Iterable[Target], timing: Timing | None, near: Near | None = None
) -> None:
    """Say where alerts go now, and what stands in their way."""
    for target in targets:
        hours = f", {timing.words}" if timing and target.channel is Channel.EMAIL else ""
        where = f", of places {near.words}" if near else ""
        say(f"  alerts go to {target.channel.value} {target.shown}{hours}{where}")
        if target.state is TargetState.UNCONFIRMED:
            remark(
                f"{target.shown} hears nothing before its reader agrees: `trialwatch run` or"
                " `trialwatch deliver` sends the mail that asks."
            )
        if target.state is TargetState.SUPPRESSED:
            remark(
                f"Mail came back from {target.shown}, so nothing is sent there. See why with"
                f" `trialwatch bounces`; send again with `trialwatch bounces --allow ADDRESS`."
            )
        if target.secret:
            say(f"  its messages are signed with {target.secret}")
    if not targets:
        remark("No address was given: changes are kept and shown, and nobody is told.")
