"""``publish`` and ``unpublish``: lists that strangers may read."""

import secrets
from typing import Annotated

import typer

from monitor.alerting.publishing import publish as make_public
from monitor.alerting.publishing import unpublish as take_back
from notifiers.links import public_list_url
from trialwatch.cli.context import JsonOption, service
from trialwatch.terminal import print_json, remark, say

Name = Annotated[str, typer.Argument(metavar="LIST", help="A list's name.")]


def publish(name: Name, *, as_json: JsonOption = False) -> None:
    """Give a list a public page and feed, open to whoever has its address."""
    with service() as opened:
        with opened.open_work() as work:
            token = make_public(work, name, new_token=lambda: secrets.token_urlsafe(24))
            work.commit()
        address = public_list_url(opened.settings.web_url, token)
    if as_json:
        print_json({"list": name, "url": address, "feed": f"{address}/changes.atom"})
        return
    say(f"The list {name!r} is public: {address}")
    say(f"  its feed is {address}/changes.atom")
    remark("Whoever has the address sees the list's name and trials, and nobody who watches them.")


def unpublish(name: Name, *, as_json: JsonOption = False) -> None:
    """Take a list's public page away for good."""
    with service() as opened, opened.open_work() as work:
        closed = take_back(work, name)
        work.commit()
    if as_json:
        print_json({"list": name, "closed": closed})
    elif closed:
        say(f"The list {name!r} is public no more. Its address will never work again.")
    if not closed:
        remark(f"The list {name!r} has no public page.")
        raise typer.Exit(1)
