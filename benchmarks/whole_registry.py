"""Keeping all studies, beside a bare download-and-split loop over the same pages in the same run.

    python -m benchmarks.whole_registry [--sizes 6000 60000] [--postgresql URL]

For each size and database: the first load, then a release in which 1 % of the studies changed and
one of the changed is watched. Timed from the first request to the end of the last commit; "to
outbox" is what remains of that after the last byte of the last page has come. Memory is the peak
of the process that keeps (each run has one of its own). Ends with 1 where a release goes slower
than 3,500 studies a second, takes 400 MB, or is 5 minutes late.
"""

import argparse
import asyncio
import contextlib
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg

from benchmarks.whole_pages import FIRST
from monitor.alerting.watching import Joining, watch_trials
from monitor.alerting.whole import keep_registry
from monitor.domain.ports.whole import StudyPage
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from monitor.registry.client import RegistryClient, open_registry
from monitor.registry.options import RegistryOptions
from storage.engine import open_database
from storage.upgrade import upgrade

GOAL, MOST_MB, MOST_LATE = 3_500, 400, 300


class _Bare(msgspec.Struct, rename="camel"):
    studies: list[msgspec.Raw]
    next_page_token: str | None = None


class Timed:
    """Notes when the last page came."""

    def __init__(self, registry: RegistryClient) -> None:
        self._registry = registry
        self.last = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._registry, name)

    async def page_of_all(self, token: str | None) -> StudyPage | None:
        """Note when it came."""
        page = await self._registry.page_of_all(token)
        self.last = time.perf_counter()
        return page


def bare(root: str) -> tuple[int, float]:
    """Download every page and split it; return studies and seconds."""
    decoder, token, studies = msgspec.json.Decoder(_Bare), None, 0
    begun = time.perf_counter()
    with httpx.Client() as client:
        while True:
            asked = {"pageSize": "1000"} | ({"pageToken": token} if token else {})
            page = decoder.decode(client.get(f"{root}/studies", params=asked).content)
            studies += len(page.studies)
            token = page.next_page_token
            if not token:
                return studies, time.perf_counter() - begun


async def kept(root: str, url: str) -> dict[str, float]:
    """Keep all studies once in this process."""
    database = open_database(url)
    async with open_registry(RegistryOptions(url=root, rate=0)) as client:
        registry = Timed(client)
        begun, spent = time.perf_counter(), time.process_time()
        report = await keep_registry(database.open_work, registry, clock=lambda: datetime.now(UTC))
        ended = time.perf_counter()
    database.close()
    return {
        "seconds": ended - begun,
        "cpu": time.process_time() - spent,
        "late": ended - registry.last,
        "mb": peak_mb(),
        "first": report.first,
        "unchanged": report.unchanged,
        "versions": report.versions,
        "alerts": report.alerts,
        "deliveries": report.deliveries,
    }


def peak_mb() -> float:
    """Return this process's own peak; what ``getrusage`` says began with its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def in_own_process(root: str, url: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.whole_registry", "--keep", root, url]
    found: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True).stdout
    )
    return found


def watch(url: str) -> float:
    """Watch one of the studies that will change; return the seconds until it was answered."""
    database = open_database(url)
    begun = time.perf_counter()
    with database.open_work() as work:
        (watched,) = watch_trials(
            work,
            [NctId(f"NCT{FIRST:08d}")],
            Joining(
                addresses=[(Channel.WEBHOOK, "https://hook.example/")],
                new_secret=lambda: "whsec_" + "A" * 32,
                new_token=lambda: secrets.token_hex(8),
            ),
            list_name=None,
            now=datetime.now(UTC),
        )
        work.commit()
    seconds = time.perf_counter() - begun
    assert watched.held is not None
    database.close()
    return seconds


@contextlib.contextmanager
def database_at(server: str | None) -> Iterator[str]:
    if server is None:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/trialwatch.db"
        return
    name = f"trialwatch_whole_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as opened:
        opened.execute(f"CREATE SCHEMA {name}".encode())
        yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"
        opened.execute(f"DROP SCHEMA {name} CASCADE".encode())


@contextlib.contextmanager
def registry_of(studies: int) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.whole_pages", str(studies)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/api/v2"
        finally:
            process.terminate()


def measure(size: int, server: str | None) -> bool:
    """Print a row; return whether the goals are met."""
    with registry_of(size) as root, database_at(server) as url:
        database = open_database(url)
        upgrade(database)
        database.close()
        first = in_own_process(root, url)
        answered = watch(url)
        httpx.get(root.replace("/api/v2", "/release/2"))
        studies, seconds = bare(root)
        release = in_own_process(root, url)
    assert (first["first"], studies) == (size, size)
    assert release["unchanged"] + release["versions"] == size
    assert release["deliveries"] == 1
    rate = size / release["seconds"]
    print(
        f"{'PostgreSQL' if server else 'SQLite':<10} {size:>7,} | first load"
        f" {size / first['seconds']:>6,.0f}/s {first['mb']:>4.0f} MB | bare {studies / seconds:>6,.0f}/s"
        f" | release {rate:>6,.0f}/s, {seconds / release['seconds']:.2f} x bare,"
        f" cpu {release['cpu'] / size * 1e6:>4.0f} us a study, {release['mb']:>4.0f} MB,"
        f" to outbox {release['late']:.2f} s, versions {release['versions']:,.0f}"
        f" | watch answered in {answered * 1000:.0f} ms",
        flush=True,
    )
    return rate >= GOAL and release["mb"] < MOST_MB and release["late"] < MOST_LATE


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[6_000, 60_000])
    parser.add_argument("--postgresql", help="measure this server too, in a schema of its own")
    parser.add_argument("--keep", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.keep:
        print(json.dumps(asyncio.run(kept(*asked.keep))))
        return 0
    servers = [None, *([asked.postgresql] if asked.postgresql else [])]
    met = [measure(size, server) for server in servers for size in asked.sizes]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
