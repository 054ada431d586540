"""``deliveries`` and ``replay``: what was sent, to whom, how it went, and once more."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.domain.alerts import DeliveryState
from storage.readmodels import Backlog, DeliveryRow
from trialwatch.cli.context import JsonOption, UsageError, desk, typed_number
from trialwatch.desk.port import Again, Desk
from trialwatch.terminal import print_json, remark, say, table


def deliveries(
    which: Annotated[
        str | None, typer.Argument(metavar="[NCT|ID]", help="Only of this trial, or only this.")
    ] = None,
    *,
    state: Annotated[
        DeliveryState | None, typer.Option(help="Only deliveries in this state.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    attempts: Annotated[
        bool, typer.Option("--attempts", help="Show every attempt and what the far side said.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show deliveries, newest first, with every attempt."""
    with desk() as opened:
        rows = _rows(opened, which, state=state, limit=limit)
        backlog = opened.backlog()
    if as_json:
        for row in rows:
            print_json(row.as_json())
        return
    if not rows:
        remark("There are no such deliveries.")
        return
    if attempts:
        for row in rows:
            _say_attempts(row)
    else:
        _say_rows(rows)
    if backlog is not None:
        _say_trouble(backlog)


def _rows(
    opened: Desk, which: str | None, *, state: DeliveryState | None, limit: int
) -> Sequence[DeliveryRow]:
    if which is None or which.upper().startswith("NCT"):
        nct_id = None if which is None else typed_number(which)
        return opened.deliveries(state=state, nct_id=nct_id, limit=limit)
    found = opened.delivery(which)
    return () if found is None else (found,)


def _say_rows(rows: Sequence[DeliveryRow]) -> None:
    table(
        [
            (
                f"{row.created_at:%Y-%m-%d %H:%M}",
                row.nct_id,
                row.channel.value,
                row.state.value,
                str(len(row.attempts)),
                row.address,
            )
            for row in rows
        ],
        ("CREATED", "TRIAL", "BY", "STATE", "ATTEMPTS", "TO"),
    )


def _say_trouble(backlog: Backlog) -> None:
    if backlog.past_due:
        remark(
            f"{backlog.past_due} are past due, the oldest since"
            f" {backlog.oldest_due_at:%Y-%m-%d %H:%M} UTC. Is `trialwatch run` running?"
        )
    if backlog.failing_targets:
        remark(
            f"{backlog.failing_targets} webhooks failed when last tried;"
            f" {backlog.open_breakers} of them are let alone for now."
        )


def _say_attempts(row: DeliveryRow) -> None:
    say(
        f"{row.id}  {row.nct_id}  {row.type.value}  {row.state.value}  {row.channel.value} {row.address}"
    )
    for one in row.attempts:
        took = f" {(one.ended_at - one.started_at).total_seconds():.1f} s" if one.ended_at else ""
        code = "" if one.status is None else f" {one.status}"
        word = one.outcome or "begun, and the process died or is still at it"
        say(f"  {one.number}  {one.started_at:%Y-%m-%d %H:%M:%S}{took}  {word}{code}")
        for line in (one.detail or "").splitlines():
            say(f"       {line}")


def replay(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="These deliveries.")
    ] = None,
    *,
    since: Annotated[
        datetime | None, typer.Option(metavar="TIME", help="All made at this time (UTC) or later.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(metavar="TIME", help="All made before this time (UTC).")
    ] = None,
    target: Annotated[
        str | None, typer.Option(metavar="TARGET", help="Only to this target.")
    ] = None,
    nct: Annotated[str | None, typer.Option(metavar="NCT", help="Only of this trial.")] = None,
    delivered_too: Annotated[
        bool, typer.Option("--delivered-too", help="Also what was delivered before.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Send deliveries once more, in order, under the ids they have."""
    if bool(ids) == bool(since):
        raise UsageError("say which: either ids of deliveries, or --since TIME")
    again = Again(
        ids=ids or (),
        since=_utc(since),
        until=_utc(until),
        target=target,
        nct_id=None if nct is None else typed_number(nct),
        delivered_too=delivered_too,
    )
    with desk() as opened:
        _check_known(opened, ids or [])
        count = opened.replay(again)
    if as_json:
        print_json({"due_again": count})
    elif count:
        say(f"{count} deliveries are due again: trialwatch deliver, or let `trialwatch run` do it")
    if not count:
        remark("None was found that failed, is still wanted, and is to a target switched on.")
        raise typer.Exit(1)


def _check_known(opened: Desk, ids: list[str]) -> None:
    unknown = [one for one in ids if opened.delivery(one) is None]
    if unknown:
        raise UsageError(
            f"There is no delivery {unknown[0][:60]!r}: `trialwatch deliveries --attempts` shows"
            " their ids. For all of a time: trialwatch replay --since TIME"
        )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
