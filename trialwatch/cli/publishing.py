"""``publish`` and ``unpublish``: lists that strangers may read."""

from typing import Annotated

import typer

from trialwatch.cli.context import JsonOption, desk
from trialwatch.terminal import print_json, remark, say

Name = Annotated[str, typer.Argument(metavar="LIST", help="A list's name.")]


def publish(
    name: Name,
    *,
    notes: Annotated[
        bool | None,
        typer.Option(
            "--notes/--no-notes", help="Show what is written beside trials; at first it is not."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Give a list a public page and feed, open to whoever has its address."""
    with desk() as opened:
        address = opened.publish(name, notes=notes)
    if as_json:
        print_json({"list": name, "url": address, "feed": f"{address}/changes.atom"})
        return
    say(f"The list {name!r} is public: {address}")
    say(f"  its feed is {address}/changes.atom")
    remark("Whoever has the address sees the list's name and trials, and nobody who watches them.")


def unpublish(name: Name, *, as_json: JsonOption = False) -> None:
    """Take a list's public page away for good."""
    with desk() as opened:
        closed = opened.unpublish(name)
    if as_json:
        print_json({"list": name, "closed": closed})
    elif closed:
        say(f"The list {name!r} is public no more. Its address will never work again.")
    if not closed:
        remark(f"The list {name!r} has no public page.")
        raise typer.Exit(1)
