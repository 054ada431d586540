"""``db upgrade``, ``db backup``, ``db restore``, ``db move`` and ``db sizes``."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from monitor.domain.errors import StorageError
from storage.backup import backup as write_backup
from storage.backup import restore as read_backup
from storage.engine import open_database
from storage.keys import Keyring
from storage.moving import move as take_along
from storage.resealing import OPEN, counted
from storage.sizes import Sizes
from storage.sizes import sizes as measure
from storage.upgrade import upgrade as bring_up_to_date
from trialwatch.bootstrap import utc_now
from trialwatch.cli.context import JsonOption, own_settings
from trialwatch.keycare import trouble_of
from trialwatch.terminal import print_json, remark, say, shown_size

app = typer.Typer(
    help="Look after the database.", no_args_is_help=True, pretty_exceptions_enable=False
)


#: Tables whose names are words of the product.
_KNOWN = ("trials", "versions", "alerts", "targets", "deliveries")


@app.command()
def upgrade(*, as_json: JsonOption = False) -> None:
    """Bring the database to what this version of trialwatch needs."""
    database = open_database(own_settings().database_url)
    try:
        changed = bring_up_to_date(database)
    finally:
        database.close()
    _report({"database": database.shown_as, "changed": changed}, as_json=as_json)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Write everything into one file, from SQLite and PostgreSQL alike."""
    database = open_database(own_settings().database_url)
    try:
        counts = write_backup(database, file)
    finally:
        database.close()
    if as_json:
        print_json({"file": str(file), "rows": counts})
    else:
        say(f"{file} holds everything: {_rows(counts)}. Keep it as you keep passwords.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="File that `trialwatch db backup` wrote.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Read a backup into an empty database, and say which key of its secrets is not here."""
    settings = own_settings()
    with closing(open_database(settings.database_url)) as database:
        counts = read_backup(database, file)
        is_sealed = bool({*counted(database)} - {OPEN})
        keyring = Keyring(settings.secrets_key_file.expanduser())
        lost = trouble_of(database, keyring) if is_sealed else ""
    if as_json:
        print_json({"file": str(file), "rows": counts})
    else:
        say(f"Everything in {file} was read: {_rows(counts)}.")
    if lost:
        remark(lost)


@app.command()
def move(
    source: Annotated[str, typer.Argument(help="Where everything is: sqlite:///path or a server.")],
    target: Annotated[str, typer.Argument(help="Where it goes: an empty database.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Take everything to another database, go on after a cut, and compare both in the end."""
    with closing(open_database(source)) as old, closing(open_database(target)) as new:
        compared = take_along(old, new, now=utc_now())
        shown_as = new.shown_as
    for one in compared:
        if as_json:
            print_json(asdict(one))
        else:
            verdict = "the same" if one.same else "NOT THE SAME"
            say(f"{one.table:<18} {one.source_rows:>10,} {one.target_rows:>10,}  {verdict}")
    if not all(one.same for one in compared):
        raise StorageError(
            "The two differ: the source was written to between two runs. Empty the target and move"
            " again, with every trialwatch stopped"
        )
    if not as_json:
        say(f"Everything is in {shown_as}. Start trialwatch there, and on the old one no more.")


@app.command("sizes")
def show_sizes(*, as_json: JsonOption = False) -> None:
    """Say how much room each table takes, and what a stored version costs."""
    with closing(open_database(own_settings().database_url)) as database:
        found = measure(database)
    if as_json:
        print_json(_sizes_contract(found))
        return
    for one in sorted(found.tables, key=lambda table: -(table.size_bytes or 0)):
        size = "?" if one.size_bytes is None else shown_size(one.size_bytes)
        parts = f"  in {one.parts} parts" if one.parts else ""
        say(f"{one.table:<18} {one.rows:>12,} rows {size:>10}{parts}")
    say(f"{'all':<18} {shown_size(found.total_bytes):>28}")
    kept = found.versions
    if kept.versions:
        more = (
            f"; {kept.median_difference_bytes:,} bytes where only what differs is kept (median)"
            if kept.median_difference_bytes is not None
            else ""
        )
        say(f"A version takes {kept.bytes_per_version:,.0f} bytes on average{more}.")


def _sizes_contract(found: Sizes) -> dict[str, object]:
    return {
        **asdict(found),
        "versions": {
            **asdict(found.versions),
            "bytes_per_version": round(found.versions.bytes_per_version, 1),
        },
    }


def _rows(counts: Mapping[str, int]) -> str:
    """Return how much it was: what people know by name, and all of it together."""
    known = [f"{counts[name]:,} {name}" for name in _KNOWN if counts.get(name)]
    return ", ".join([*known, f"{sum(counts.values()):,} rows in all"])


def _report(facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        say(f"{name}: {value}")
