"""``watch`` and ``unwatch``: who is told of what."""

import secrets
from typing import Annotated

import typer

from monitor.alerting.watching import Watched, watch_trials
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from notifiers.sign import new_secret
from trialwatch.cli.context import JsonOption, UsageError, service, typed_number
from trialwatch.cli.hours import Hours, read_hours
from trialwatch.cli.telling import (
    ConfirmOption,
    CriticalOption,
    DigestOption,
    DiscordOption,
    EmailOption,
    MostAnHourOption,
    NearOption,
    QuietOption,
    SlackOption,
    TeamsOption,
    WebhookOption,
    WithinOption,
    ZoneOption,
    addresses_of,
    asked_by,
    check_list_name,
    show_targets,
    target_json,
    typed_near,
)
from trialwatch.terminal import print_json, remark, say

Numbers = Annotated[
    list[str], typer.Argument(metavar="NCT...", help="Trial numbers, such as NCT01234567.")
]
_BASELINE = "The next `trialwatch check` takes the baseline; `trialwatch run` goes on by itself."


def watch(
    nct: Numbers,
    *,
    email: EmailOption = None,
    webhook: WebhookOption = None,
    slack: SlackOption = None,
    teams: TeamsOption = None,
    discord: DiscordOption = None,
    list_name: Annotated[
        str | None,
        typer.Option(
            "--list",
            metavar="NAME",
            help="Put the trials on this list; its targets hear of every trial on it.",
        ),
    ] = None,
    digest: DigestOption = None,
    timezone: ZoneOption = None,
    quiet: QuietOption = None,
    critical_at_once: CriticalOption = False,
    most_an_hour: MostAnHourOption = None,
    near: NearOption = None,
    within: WithinOption = None,
    confirm: ConfirmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Watch trials, and say where the alerts go, and when.

    Without --list a target hears only of the trials it is named with. The first check of a new
    trial takes its record as the baseline and alerts nobody.
    """
    numbers = _numbers(nct)
    check_list_name(list_name)
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
    near_by = typed_near(near, within)
    with service() as opened:
        addresses = addresses_of(
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
                near=near_by,
                asked_by=asked_by(opened, confirm=confirm),
                now=opened.clock(),
                new_secret=new_secret,
                new_token=lambda: secrets.token_urlsafe(24),
            )
            work.commit()
    for one in watched:
        _show_watched(one, as_json=as_json)
    if not as_json:
        show_targets(watched[0].targets, timing, near_by)
        if any(one.new for one in watched):
            remark(_BASELINE)


def _numbers(texts: list[str]) -> list[NctId]:
    """Return every number given, also where several stand in one argument."""
    parts = [part for text in texts for part in text.replace(",", " ").split()]
    if not parts:
        raise UsageError("give at least one trial number, such as NCT01234567")
    return list(dict.fromkeys(typed_number(part) for part in parts))


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
        "targets": [target_json(target) for target in one.targets],
    }
    return shown | ({"secret": secret} if secret else {})


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
