"""``target``: who is told, of what, in which form, and whether that works."""

from typing import Annotated, Any

import typer

from monitor.alerting.hearing import HearingRefusedError
from monitor.domain.events import FILTERS, EventType
from monitor.domain.watches import Channel, Format, Target
from trialwatch.cli import agreeing
from trialwatch.cli.context import JsonOption, UsageError, desk
from trialwatch.terminal import print_json, remark, say, table

app = typer.Typer(
    help="Look after those who are told.", no_args_is_help=True, pretty_exceptions_enable=False
)
Which = Annotated[
    str, typer.Argument(metavar="TARGET", help="Its number (see `target list`) or its address.")
]


@app.command("list")
def list_targets(*, as_json: JsonOption = False) -> None:
    """List all targets, what they hear of and how they are doing."""
    with desk() as opened:
        found = opened.targets()
    if as_json:
        for row in found:
            print_json(_as_json(row.target) | {"hours": list(row.hours)})
        return
    if not found:
        remark("Nobody is told yet. Try: trialwatch watch NCT01234567 --email you@example.org")
        return
    table(
        [
            (
                str(row.target.id),
                row.target.channel.value,
                row.target.state.value,
                _doing(row.target),
                " ".join(sorted(row.target.types)) or EventType.TRIAL_CHANGED.value,
                "; ".join(row.hours) or "at once",
                row.target.shown,
            )
            for row in found
        ],
        ("NUMBER", "BY", "STATE", "DOING", "HEARS OF", "HOURS", "ADDRESS"),
    )


def _doing(target: Target) -> str:
    health = target.health
    if target.channel is Channel.EMAIL:
        return "-"
    if health.failing_since is not None:
        return f"failing since {health.failing_since:%Y-%m-%d %H:%M}"
    return "well" if health.well_since else "not tried yet"


def _as_json(target: Target) -> dict[str, Any]:
    health = target.health
    return {
        "id": target.id,
        "channel": target.channel.value,
        "address": target.shown,
        "state": target.state.value,
        "types": sorted(target.types),
        "format": target.format.value,
        "failures": health.failures,
        "failing_since": health.failing_since,
        "held_until": health.held_until,
        "well_since": health.well_since,
        "old_secret_until": target.old_secret_until,
    }


@app.command("set")
def set_target(
    which: Which,
    *,
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type", metavar="TYPE", help="Send events of this type and no others; may repeat."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Filter no more: one event for all that changed.")
    ] = False,
    format_: Annotated[
        Format | None, typer.Option("--format", help="Form of the body of a webhook.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Choose what a target hears of, and in what form."""
    wanted = [] if everything else _types(types)
    if wanted is None and format_ is None:
        raise UsageError("say what to set: --type, --all or --format")
    with desk() as opened:
        try:
            target = opened.choose(which, types=wanted, format_=format_)
        except HearingRefusedError as error:
            raise UsageError(str(error)) from error
    _show(target, as_json)


def _types(given: list[str] | None) -> list[EventType] | None:
    known = {type_.value: type_ for type_ in FILTERS}
    unknown = [text for text in given or [] if text not in known]
    if unknown:
        raise UsageError(f"--type: {unknown[0][:60]!r} is none of {', '.join(sorted(known))}")
    return [known[text] for text in given] if given else None


@app.command()
def notify(
    address: Annotated[str, typer.Argument(help="E-mail address of whoever looks after them.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Tell an e-mail address when a webhook fails, recovers or is switched off."""
    with desk() as opened:
        _show(opened.notify(address), as_json)


@app.command()
def ask(which: Which, *, as_json: JsonOption = False) -> None:
    """Ask an e-mail address once more whether it agrees to be written to."""
    agreeing.ask(which, as_json=as_json)


app.command("agreed")(agreeing.show_agreed)


@app.command("test")
def send_test(which: Which, *, as_json: JsonOption = False) -> None:
    """Send a webhook a test event now, and show its answer. Status 1 when it is not taken."""
    with desk() as opened:
        answer = opened.test(which)
    if as_json:
        told = {"status": answer.status, "reason": answer.reason, "detail": answer.detail}
        print_json({"target": answer.target.id, "taken": answer.taken, **told})
    else:
        said = f"taken ({answer.status})" if answer.taken else answer.reason
        say(f"{answer.target.shown}: {said}")
        if answer.detail:
            say(f"  {answer.detail.splitlines()[0]}")
    if not answer.taken:
        raise typer.Exit(1)


@app.command()
def rotate(which: Which, *, as_json: JsonOption = False) -> None:
    """Give a webhook a new secret. The old one signs beside it for 24 hours."""
    with desk() as opened:
        changed = opened.rotate(which)
    until = changed.old_secret_until
    if as_json:
        print_json({"id": changed.id, "secret": changed.secret, "old_secret_until": until})
        return
    say(f"{changed.address} is now signed with {changed.secret}")
    say(f"  and with the secret before it until {until:%Y-%m-%d %H:%M} UTC")


@app.command()
def enable(which: Which, *, as_json: JsonOption = False) -> None:
    """Send to a target again. What it missed: trialwatch replay --target TARGET --since TIME."""
    with desk() as opened:
        _show(opened.switch(which, on=True), as_json)


@app.command()
def disable(which: Which, *, as_json: JsonOption = False) -> None:
    """Send nothing more to a target; what waits for it is cancelled."""
    with desk() as opened:
        _show(opened.switch(which, on=False), as_json)


def _show(target: Target, as_json: bool) -> None:  # noqa: FBT001  # the option, passed on
    if as_json:
        print_json(_as_json(target))
        return
    hears = " ".join(sorted(target.types)) or EventType.TRIAL_CHANGED.value
    say(f"{target.id}: {target.channel.value} {target.shown} is {target.state.value}")
    say(f"  hears of {hears}, as {target.format.value}")
