"""Commands load what they need and no more: most of a short command's time is loading."""

import subprocess
import sys
from importlib import import_module

import pytest
import typer

from trialwatch.cli import COMMANDS

#: Each takes between a twentieth and half a second of processor time to load.
_HEAVY = {
    "aiosmtplib",
    "alembic",
    "apscheduler",
    "deepdiff",
    "email_validator",
    "fastapi",
    "httpx",
    "jinja2",
    "msgspec",
    "psycopg",
    "pydantic",
    "rapidfuzz",
    "sqlalchemy",
    "starlette",
    "uvicorn",
    "webauthn",
}


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--help"], set()),
        (["list"], {"pydantic", "sqlalchemy"}),
        (["deliveries"], {"pydantic", "sqlalchemy"}),
    ],
)
def test_command_loads_only_what_it_needs(
    arguments: list[str], wanted: set[str], database_url: str
) -> None:
    assert _loaded(arguments, database_url) & _HEAVY == wanted


def test_service_at_rest_holds_nothing_that_waits_for_a_change_a_token_or_a_mail() -> None:
    script = (
        "import sys, trialwatch.cli.running; print(*{n.partition('.')[0] for n in sys.modules})"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )

    loaded = set(ended.stdout.split())
    assert "uvicorn" in loaded
    assert not loaded & {
        *("aiosmtpd", "cryptography", "css_inline", "deepdiff", "joserfc", "rapidfuzz"),
        "webauthn",
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_help_page_says_of_a_command_what_it_says_itself(name: str) -> None:
    place = COMMANDS[name]
    found = getattr(import_module(f"trialwatch.cli.{place.module}"), place.function)
    said = found.info.help if isinstance(found, typer.Typer) else found.__doc__

    assert isinstance(said, str)
    assert said.partition("\n")[0] == place.line


def _loaded(arguments: list[str], database_url: str) -> set[str]:
    """Return the outside packages that a command has in its process when it ends."""
    script = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('loaded', *{n.partition('.')[0] for n in sys.modules}))\n"
        "from trialwatch.__main__ import main\n"
        f"sys.argv = ['trialwatch', *{arguments!r}]\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={"TRIALWATCH_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(ended.stdout.splitlines()[-1].split()[1:])


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a database whose tables are made."""
    url = f"sqlite:///{tmp_path_factory.mktemp('loading')}/trialwatch.db"
    _loaded(["list"], url)
    return url
