"""``secrets show`` and ``secrets rotate``."""

from typing import Annotated

import typer

from storage.keys import Keyring
from storage.resealing import OPEN, counted, forget_old, rotate
from trialwatch.cli.context import JsonOption, service
from trialwatch.keycare import trouble_of
from trialwatch.terminal import print_json, say

app = typer.Typer(
    help="Look after the keys that secrets are sealed with.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def show(*, as_json: JsonOption = False) -> None:
    """Show where the keys are and how many secrets stand under each. Status 1 when one is lost."""
    with service() as opened:
        keyring = Keyring(opened.settings.secrets_key_file.expanduser())
        counts = counted(opened.database)
        trouble = trouble_of(opened.database, keyring)
    names, file = [key.id for key in keyring.keys], str(keyring.path)
    known = [(name, counts[name], True) for name in names]
    lost = [(name, counts[name], False) for name in sorted({*counts} - {*names, OPEN})]
    if as_json:
        keys = [{"key": name, "secrets": n, "there": there} for name, n, there in known + lost]
        print_json({"file": file, "keys": keys, "open": counts[OPEN], "trouble": trouble})
    else:
        say(f"Keys are in {file}")
        for name, n, there in known + lost:
            say(f"  {name}  {n} secrets{'' if there else ', and the key is NOT there'}")
        if counts[OPEN]:
            say(
                f"  {counts[OPEN]} secrets are not sealed; the next start of the service seals them"
            )
        if trouble:
            say(trouble)
    if trouble:
        raise typer.Exit(1)


@app.command("rotate")
def rotate_keys(
    *,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Make no new key; take those before the first out of use."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Seal every secret with a new key. Older keys stay in the file, for older backups."""
    with service() as opened:
        path = opened.settings.secrets_key_file
        changed = 0 if forget else rotate(opened.database)
        forgotten = forget_old(opened.database) if forget else 0
    if as_json:
        print_json({"file": str(path), "sealed": changed, "forgotten": forgotten})
    elif forget:
        say(
            f"{forgotten} older keys are gone from {path}: backups from before need your copy of it."
        )
    else:
        say(f"A new key stands first in {path}, and {changed} rows are sealed with it.")
        say(
            "  Copy the file to where you keep it; running processes take the new key by themselves."
        )
