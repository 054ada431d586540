"""``bounces``: which mail came back, and what to do about it."""

from typing import Annotated

import typer

from monitor.domain.watches import TargetState
from notifiers.addresses import check_email_address
from storage import returned
from trialwatch.cli.context import JsonOption, service
from trialwatch.terminal import print_json, remark, say, table


def bounces(
    *,
    allow: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Send to this address again, whatever came back."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show addresses that mail came back from, why, and which are sent nothing more."""
    if allow is not None:
        _allow(check_email_address(allow), as_json=as_json)
        return
    with service() as opened:
        rows = returned.bounced(opened.database)
    if as_json:
        for row in rows:
            print_json(row.as_json())
        return
    if not rows:
        remark("No mail came back.")
        return
    table(
        [
            (
                f"{row.at:%Y-%m-%d %H:%M}",
                row.address,
                "nothing more is sent" if row.state is TargetState.SUPPRESSED else "is sent to",
                row.kind.value,
                row.detail.partition("\n")[0] or row.status,
            )
            for row in rows
        ],
        ("CAME BACK", "ADDRESS", "NOW", "KIND", "WHY"),
    )


def _allow(address: str, *, as_json: bool) -> None:
    with service() as opened, opened.open_work() as work:
        allowed = work.bounces.forgive(address)
        work.commit()
    if as_json:
        print_json({"address": address, "allowed": allowed})
    elif allowed:
        say(f"{address} is sent to again. What was cancelled in the meantime stays so.")
    if not allowed:
        remark(f"Nothing is held against {address}. See `trialwatch bounces`.")
        raise typer.Exit(1)
