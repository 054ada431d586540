"""``people``: who may sign in to the pages."""

import os
from pathlib import Path
from typing import Annotated

import typer

from monitor.accounts.signin import HANDED_LINK, make_link
from monitor.domain.people import OPERATOR, Person, Role
from notifiers.addresses import check_email_address
from storage.leaving import forget
from trialwatch.bootstrap import Service
from trialwatch.cli.context import JsonOption, UsageError, service
from trialwatch.exporting.archive import archived
from trialwatch.terminal import print_json, remark, say, table

app = typer.Typer(
    help="Look after those who sign in to the pages.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The address they sign in with.")]


@app.command("list")
def list_people(*, as_json: JsonOption = False) -> None:
    """List everybody who may sign in."""
    with service() as opened, opened.database.open_snapshot() as work:
        everybody = work.people.everybody()
    if as_json:
        for person in everybody:
            print_json(_as_json(person))
        return
    table(
        [(person.name, person.email or "no sign-in yet", person.role) for person in everybody],
        ("NAME", "ADDRESS", "ROLE"),
    )


@app.command()
def add(
    address: Address,
    *,
    name: Annotated[str, typer.Option(help="Name, as others see it.")] = "",
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.MEMBER,
    operator: Annotated[
        bool, typer.Option("--me", help="Give the operator, whose word this is, the address.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Let somebody sign in, and print the link they begin with."""
    checked = check_email_address(address)
    shown = name.strip() or checked.partition("@")[0]
    if not shown.isprintable() or len(shown) > 80:  # noqa: PLR2004  # as on the page
        raise UsageError("--name: 1 to 80 printable characters")
    with service() as opened:
        with opened.database.open_work() as work:
            if operator:
                work.people.set_email(OPERATOR, checked)
            else:
                work.people.add(name=shown, email=checked, role=role, now=opened.clock())
            work.commit()
        _print_link(opened, checked, as_json=as_json)


@app.command()
def link(address: Address, *, as_json: JsonOption = False) -> None:
    """Print a new link for somebody who cannot sign in."""
    with service() as opened:
        _print_link(opened, check_email_address(address), as_json=as_json)


@app.command()
def archive(
    address: Address,
    *,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write it; no file may stand there.")
    ] = Path("trialwatch-archive.zip"),
    as_json: JsonOption = False,
) -> None:
    """Write everything of somebody into one ZIP file."""
    checked = check_email_address(address)
    with service() as opened:
        person = _find(opened, checked)
        if out.exists():
            raise UsageError(f"--out: {out} exists; name another file")
        # Others on this machine have no business in it.
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(archived(opened.database, person.id, now=opened.clock()))
    if as_json:
        print_json({"address": checked, "path": str(out), "bytes": out.stat().st_size})
    else:
        say(f"{out} holds everything of {checked}, without passwords, keys and secrets.")


@app.command()
def remove(address: Address, *, as_json: JsonOption = False) -> None:
    """Delete somebody with their lists, targets and messages, for good."""
    checked = check_email_address(address)
    with service() as opened:
        person = _find(opened, checked)
        if person.id == OPERATOR:
            raise UsageError("the operator stays: the service works under them")
        forget(opened.database, person.id, now=opened.clock())
    if as_json:
        print_json({"address": checked, "removed": True})
    else:
        say(f"{checked} and everything of theirs is deleted.")


def _print_link(opened: Service, address: str, *, as_json: bool) -> None:
    person = _find(opened, address)
    with opened.database.open_work() as work:
        token = make_link(work.people, person, now=opened.clock(), lasting=HANDED_LINK)
        work.commit()
    url = f"{opened.settings.web_url}/sign-in/{token.text}"
    if as_json:
        print_json(_as_json(person) | {"link": url})
        return
    hours = int(HANDED_LINK.total_seconds() // 3600)
    say(url)
    remark(f"Signs {person.name} in once, within {hours} hours. Whoever has it gets in.")


def _find(opened: Service, address: str) -> Person:
    with opened.database.open_snapshot() as work:
        person = work.people.with_email(address)
    if person is None:
        remark(f"Nobody signs in with {address}. See `trialwatch people list`.")
        raise typer.Exit(1)
    return person


def _as_json(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "address": person.email,
        "role": person.role.value,
    }
