"""A PostgreSQL of a benchmark's own, which it may restart as it likes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from tests.servers.ports import free_port

_INSTALLED = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPostgresql:
    """A running server."""

    port: int
    folder: Path
    programs: Path

    @property
    def url(self) -> str:
        """How it is reached."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def data(self) -> str:
        """The folder of its rows."""
        return f"{self.folder}/data"

    def start(self, options: Sequence[str] = ()) -> None:
        """Start the server, with settings as ``max_wal_size=64MB``."""
        given = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        given += "".join(f" -c {option}" for option in options)
        self.run("pg_ctl", "-D", self.data, "-l", f"{self.folder}/log", "-w", "-o", given, "start")

    def stop(self, mode: str) -> None:
        """Stop the server as ``mode`` of pg_ctl says."""
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def restart(self, mode: str) -> None:
        """Stop the server as ``mode`` of pg_ctl says, and start it again."""
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "restart")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the user that may."""
        as_owner = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        subprocess.run(
            (*as_owner, str(self.programs / program), *arguments),
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def is_installed() -> bool:
    """Tell whether this machine has what makes a server."""
    return any(_INSTALLED.glob("*/bin/initdb"))


@contextmanager
def own_postgresql(options: Sequence[str] = ()) -> Iterator[OwnPostgresql]:
    """Make a server in a folder of its own, with these settings; both are gone afterwards."""
    with _folder() as server:
        given = ("-A", "trust", "-U", "postgres", "--locale=C.UTF-8")
        server.run("initdb", "-D", server.data, *given)
        server.start(options)
        yield server


@contextmanager
def replica_of(primary: OwnPostgresql) -> Iterator[OwnPostgresql]:
    """Make a streaming replica of a server in a folder of its own; both are gone afterwards."""
    with _folder() as replica:
        copied = ("-R", "-X", "stream", "-c", "fast", "-D", replica.data)
        replica.run("pg_basebackup", "-d", primary.url, *copied)
        replica.start()
        yield replica


@contextmanager
def _folder() -> Iterator[OwnPostgresql]:
    """Have a folder for a server, and stop what runs there in the end."""
    found = sorted(_INSTALLED.glob("*/bin/initdb"))
    if not found:
        sys.exit(f"No PostgreSQL server in {_INSTALLED}: apt-get install postgresql")
    folder = Path(mkdtemp(prefix="trialwatch-pg"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = OwnPostgresql(port=free_port(), folder=folder, programs=found[-1].parent)
    try:
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
