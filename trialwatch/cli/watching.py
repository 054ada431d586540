"""``watch`` and ``unwatch``: who is told of what."""

import secrets
from collections.abc import Mapping
from typing import Annotated

import typer

from monitor.alerting.consent import BY_OPERATOR
from monitor.alerting.watching import Watched, watch_trials
from monitor.domain.timings import Timing
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Target, TargetState
from notifiers.addresses import check_email_address
from notifiers.chat.addresses import check_chat_url
from notifiers.guard import Network, check_webhook_url
from notifiers.sign import new_secret
from trialwatch.bootstrap import Service
from trialwatch.cli.context import JsonOption, UsageError, service, typed_number
from trialwatch.cli.hours import Hours, read_hours
from trialwatch.terminal import print_json, remark, say

Numbers = Annotated[
    list[str], typer.Argument(metavar="NCT...", help="Trial numbers, such as NCT01234567.")
]
#: A list's name is shown in every mail it causes.
_LONGEST_LIST_NAME = 80


def watch(
    nct: Numbers,
    *,
    email: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="Send alerts to this address.")
    ] = None,
    webhook: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="Send signed alerts to this address.")
    ] = None,
    slack: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="Post alerts into this Slack channel.")
    ] = None,
    teams: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="Post alerts into this Teams channel.")
    ] = None,
    discord: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="Post alerts into this Discord channel.")
    ] = None,
    list_name: Annotated[
        str | None,
        typer.Option(
            "--list",
            metavar="NAME",
            help="Put the trials on this list; its targets hear of every trial on it.",
        ),
    ] = None,
    digest: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="Mail at-once, daily@07:00 or weekly:mon@07:00, all changes in one message.",
        ),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Whose hours these are, such as Europe/Berlin."),
    ] = None,
    quiet: Annotated[
        str | None,
        typer.Option(metavar="HOURS", help="Mail nothing in these hours (22:00-07:00), then all."),
    ] = None,
    critical_at_once: Annotated[
        bool,
        typer.Option("--critical-at-once", help="Mail critical changes whatever the hour."),
    ] = False,
    most_an_hour: Annotated[
        int | None,
        typer.Option(min=1, max=1000, metavar="N", help="More mail than that becomes a digest."),
    ] = None,
    confirm: Annotated[
        bool,
        typer.Option("--confirm", help="Ask e-mail addresses first, by a mail with a link."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Watch trials, and say where the alerts go, and when.

    Without --list a target hears only of the trials it is named with. The first check of a new
    trial takes its record as the baseline and alerts nobody.
    """
    numbers = _numbers(nct)
    _check_list_name(list_name)
    hours = Hours(
        digest=digest,
        zone=timezone,
        quiet=quiet,
        critical_at_once=critical_at_once,
        most_an_hour=most_an_hour,
    )
    timing = read_hours(hours) if hours.given else None
    if timing is not None and not email:
        raise UsageError("hours are for mail: name whose with --email")
    with service() as opened:
        addresses = _addresses(
            opened,
            {
                Channel.EMAIL: email,
                Channel.WEBHOOK: webhook,
                Channel.SLACK: slack,
                Channel.TEAMS: teams,
                Channel.DISCORD: discord,
            },
        )
        with opened.open_work() as work:
            watched = watch_trials(
                work,
                numbers,
                addresses,
                list_name=list_name,
                timing=timing,
                asked_by=asked_by(opened, confirm=confirm),
                now=opened.clock(),
                new_secret=new_secret,
                new_token=lambda: secrets.token_urlsafe(24),
            )
            work.commit()
    for one in watched:
        _show_watched(one, as_json=as_json)
    if not as_json:
        _show_targets(watched[0].targets, timing, is_new=any(one.new for one in watched))


def asked_by(opened: Service, *, confirm: bool) -> str | None:
    """Return in whose name new addresses are asked; None where the operator's word will do."""
    return BY_OPERATOR if confirm or opened.settings.confirm_mail == "always" else None


def _numbers(texts: list[str]) -> list[NctId]:
    """Return every number given, also where several stand in one argument."""
    parts = [part for text in texts for part in text.replace(",", " ").split()]
    if not parts:
        raise UsageError("give at least one trial number, such as NCT01234567")
    return list(dict.fromkeys(typed_number(part) for part in parts))


def _check_list_name(name: str | None) -> None:
    if name is None:
        return
    if not name.strip() or len(name) > _LONGEST_LIST_NAME or not name.isprintable():
        raise UsageError(
            f"--list: read {name[:40]!r}; a list's name is 1 to {_LONGEST_LIST_NAME} printable"
            " characters"
        )


def _addresses(
    opened: Service, typed: Mapping[Channel, list[str] | None]
) -> list[tuple[Channel, str]]:
    """Return the targets' addresses, checked and normalised."""
    allow = opened.settings.webhook_allow
    checked = [
        (channel, _checked(channel, text, allow))
        for channel, texts in typed.items()
        for text in texts or ()
    ]
    return list(dict.fromkeys(checked))


def _checked(channel: Channel, text: str, allow: tuple[Network, ...]) -> str:
    if channel is Channel.EMAIL:
        return check_email_address(text)
    if channel is Channel.WEBHOOK:
        return check_webhook_url(text, allow=allow)
    return check_chat_url(channel, text, allow=allow)


def _show_watched(one: Watched, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(one))
        return
    word = "Now watching" if one.new else "Already watched:"
    say(f"{word} {one.nct_id} on the list {one.list_name!r}.")


def _as_json(one: Watched) -> dict[str, object]:
    secret = next((target.secret for target in one.targets if target.secret), None)
    shown: dict[str, object] = {
        "nct_id": one.nct_id,
        "list": one.list_name,
        "new": one.new,
        "targets": [_target(target) for target in one.targets],
    }
    return shown | ({"secret": secret} if secret else {})


def _target(target: Target) -> dict[str, str]:
    shown = {
        "channel": target.channel.value,
        "address": target.shown,
        "state": target.state.value,
    }
    return shown | ({"secret": target.secret} if target.secret else {})


def _show_targets(targets: tuple[Target, ...], timing: Timing | None, *, is_new: bool) -> None:
    for target in targets:
        hours = f", {timing.words}" if timing and target.channel is Channel.EMAIL else ""
        say(f"  alerts go to {target.channel.value} {target.shown}{hours}")
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
    if is_new:
        remark(
            "The next `trialwatch check` takes the baseline; `trialwatch run` goes on by itself."
        )


def unwatch(
    nct: Numbers,
    *,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Only from this list.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Stop watching trials. What is known of them stays."""
    missing = []
    with service() as opened, opened.open_work() as work:
        for nct_id in _numbers(nct):
            removed = work.watches.remove(nct_id, list_name=list_name)
            missing += [nct_id] if not removed else []
            if as_json:
                print_json({"nct_id": nct_id, "removed_from_lists": removed})
            elif removed:
                say(f"No longer watching {nct_id}. Its history stays: trialwatch show {nct_id}")
        work.commit()
    if missing:
        where = f" on the list {list_name!r}" if list_name else ""
        remark(f"Not watched{where}: {', '.join(missing)}. See `trialwatch list`.")
        raise typer.Exit(1)
