"""``list``: what is watched, and who is told."""

from typing import Annotated

import typer

from storage.readmodels import TargetRow, WatchRow
from trialwatch.cli.context import JsonOption, desk
from trialwatch.terminal import print_json, remark, table


def list_watches(
    *,
    tag: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only trials with this tag.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List what is watched, its status, and where the alerts go."""
    with desk() as opened:
        rows = [row for row in opened.watches() if _has(row, tag)]
        trouble = opened.registry_trouble()
    if as_json:
        for row in rows:
            print_json(row.as_json())
    elif rows:
        table(
            [
                (
                    row.nct_id,
                    row.list_name,
                    "not known to the registry"
                    if row.unknown
                    else row.overall_status or "not seen yet",
                    str(row.latest_version),
                    ", ".join(_told(target) for target in row.targets) or "nobody",
                    row.brief_title,
                )
                for row in rows
            ],
            ("TRIAL", "LIST", "STATUS", "VERSION", "TOLD", "TITLE"),
        )
    elif tag:
        remark(f"Nothing is tagged {tag[:40]!r}.")
    else:
        remark("Nothing is watched yet. Try: trialwatch watch NCT01234567 --email you@example.org")
    if trouble:
        remark(f"The registry could not be asked: {trouble}")


def _has(row: WatchRow, tag: str | None) -> bool:
    return tag is None or tag.lstrip("#").lower() in row.tags


def _told(target: TargetRow) -> str:
    return f"{target.address} ({target.hours})" if target.hours else target.address
