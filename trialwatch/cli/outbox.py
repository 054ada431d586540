"""``deliveries``: what was sent, to whom, and how it went."""

from typing import Annotated

import typer

from monitor.domain.alerts import DeliveryState
from storage import queries
from storage.readmodels import Backlog
from trialwatch.cli.context import JsonOption, service
from trialwatch.terminal import print_json, remark, table


def deliveries(
    *,
    state: Annotated[
        DeliveryState | None, typer.Option(help="Only deliveries in this state.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show deliveries, newest first, with every attempt."""
    with service() as opened:
        rows = queries.deliveries(opened.database, state=state, limit=limit)
        backlog = queries.backlog(opened.database, now=opened.clock())
    if as_json:
        for row in rows:
            print_json(row.as_json())
        return
    if not rows:
        remark("There are no such deliveries.")
        return
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
    _say_trouble(backlog)


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
