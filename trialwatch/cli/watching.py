"""``watch`` and ``unwatch``: who is told of what."""

from typing import Annotated

import typer

from monitor.domain.trial import NctId
from monitor.domain.watched import Held, Watched
from monitor.domain.watches import Channel
from trialwatch.cli.context import JsonOption, UsageError, desk, typed_number, works_on_a_server
from trialwatch.cli.hours import Hours, timing_for
from trialwatch.cli.telling import (
    USUAL_DISTANCE,
    ConfirmOption,
    CriticalOption,
    DigestOption,
    DiscordOption,
    EmailOption,
    MostAnHourOption,
    NearOption,
    QuietOption,
    SlackOption,
    StreamOption,
    TeamsOption,
    WebhookOption,
    WithinOption,
    ZoneOption,
    check_list_name,
    show_targets,
    target_json,
    typed_near,
)
from trialwatch.desk.port import Wish
from trialwatch.terminal import print_json, remark, say

Numbers = Annotated[
    list[str], typer.Argument(metavar="NCT...", help="Trial numbers, such as NCT01234567.")
]
_BASELINE = "The next `trialwatch check` takes the baseline; `trialwatch run` goes on by itself."
_BASELINE_THERE = "The server takes the baseline at its next sweep, and goes on by itself."


def watch(
    nct: Numbers,
    *,
    email: EmailOption = None,
    webhook: WebhookOption = None,
    slack: SlackOption = None,
    teams: TeamsOption = None,
    discord: DiscordOption = None,
    stream: StreamOption = None,
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
    check_list_name(list_name)
    hours = Hours(
        digest=digest,
        zone=timezone,
        quiet=quiet,
        critical_at_once=critical_at_once,
        most_an_hour=most_an_hour,
    )
    timing = timing_for(email, hours)
    near_by = typed_near(near, within)
    wish = Wish(
        nct_ids=_numbers(nct),
        addresses={
            Channel.EMAIL: email or (),
            Channel.WEBHOOK: webhook or (),
            Channel.SLACK: slack or (),
            Channel.TEAMS: teams or (),
            Channel.DISCORD: discord or (),
            **_streams(stream),
        },
        list_name=list_name,
        timing=timing,
        near=near_by,
        near_as_typed=(near or "", within or USUAL_DISTANCE),
        confirm=confirm,
    )
    with desk() as opened:
        watched = opened.watch(wish)
    for one in watched:
        _show_watched(one, as_json=as_json)
    if as_json:
        return
    show_targets(watched[0].targets, timing, near_by)
    if any(one.new and one.held is None for one in watched):
        remark(_BASELINE_THERE if works_on_a_server() else _BASELINE)


def _streams(subjects: list[str] | None) -> dict[Channel, list[str]]:
    """Return the subjects of streams; they are the operator's, so no server takes them."""
    if subjects and works_on_a_server():
        raise UsageError("--stream is the operator's: give it where the database is")
    return {Channel.STREAM: subjects} if subjects else {}


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
    if one.new and one.held is not None:
        say(f"  {_held_words(one.held)}")


def _held_words(held: Held) -> str:
    """Return what the watch begins with, and how fresh it is."""
    seen = f"{held.seen_at:%Y-%m-%d %H:%M} UTC" if held.seen_at else "a time that is not known"
    return (
        f"Its record is held: version {held.version}, as released on {held.release}, last seen at"
        f" the registry {seen}. That is the baseline."
    )


def _held_json(held: Held) -> dict[str, object]:
    seen = held.seen_at.isoformat() if held.seen_at else None
    return {"version": held.version, "release": held.release, "seen_at": seen}


def _as_json(one: Watched) -> dict[str, object]:
    secret = next((target.secret for target in one.targets if target.secret), None)
    shown: dict[str, object] = {
        "nct_id": one.nct_id,
        "list": one.list_name,
        "new": one.new,
        "targets": [target_json(target) for target in one.targets],
        "held": _held_json(one.held) if one.held else None,
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
    with desk() as opened:
        ended = opened.unwatch(_numbers(nct), list_name)
    for nct_id, removed in ended.items():
        if as_json:
            print_json({"nct_id": nct_id, "removed_from_lists": removed})
        elif removed:
            say(f"No longer watching {nct_id}. Its history stays: trialwatch show {nct_id}")
    missing = [nct_id for nct_id, removed in ended.items() if not removed]
    if missing:
        where = f" on the list {list_name!r}" if list_name else ""
        remark(f"Not watched{where}: {', '.join(missing)}. See `trialwatch list`.")
        raise typer.Exit(1)
