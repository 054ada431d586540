"""Commands load what they need and no more: most of a short command's time is loading."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from monitor.domain.errors import TrialwatchError
from trialwatch.cli import COMMANDS
from trialwatch.cli.running import LOADED_LATER, check_installed

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


def test_service_at_rest_holds_nothing_that_waits_for_a_change_a_token_or_a_mail(
    tmp_path: Path,
) -> None:
    script = (
        "import asyncio, os, signal, sys\n"
        "from config.settings import load\n"
        "from trialwatch import daemon\n"
        "from trialwatch.bootstrap import open_service\n"
        "from trialwatch.tell import Tell\n"
        "from trialwatch.web.serve import listen\n"
        "def stop(): os.kill(os.getpid(), signal.SIGTERM)\n"
        "with open_service(load(os.environ)) as service, listen('127.0.0.1:0') as pages:\n"
        "    doors = daemon.Doors(pages=pages)\n"
        "    asyncio.run(daemon.run(service, daemon.ALL, doors, Tell(), stop))\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={
            "TRIALWATCH_DATA_DIR": str(tmp_path),
            "TRIALWATCH_SECRETS_KEY_FILE": str(tmp_path / "secrets.key"),
            "TRIALWATCH_REGISTRY_URL": "http://127.0.0.1:9/api/v2",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    loaded = set(ended.stdout.split())
    assert {"uvicorn", "fastapi", "jinja2"} <= loaded
    assert not loaded & {*LOADED_LATER, "cryptography"}


def test_library_that_is_missed_later_is_missed_at_the_start() -> None:
    check_installed()

    with pytest.raises(TrialwatchError, match="not whole: nowhere_to_be_found cannot be found"):
        check_installed(["rapidfuzz", "nowhere_to_be_found"])


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
