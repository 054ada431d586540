"""trialwatch, changedetection.io and webchanges on the same trials and the same releases.

    python -m benchmarks.side_by_side FOLDER OF REAL RECORDS
        --changedetection VENV/bin/changedetection.io --webchanges VENV/bin/webchanges

Each is installed from the package registry into an environment of its own, and asked to look once
(a process that starts, looks, tells and ends; changedetection.io tells nothing in its batch mode, so
it runs as the service it is until it has been quiet for 15 seconds) at 200 trials of the stand-in
registry, three times: a first look, a look at the same release, and a look at a release in which 20 trials really changed
and 40 differ in order, bookkeeping, map points and machine-made terms alone. The others are set up
in the way their documents show for JSON: one address a trial, narrowed to the part of the record
that sponsors write (``protocolSection``), so that the registry's daily stamp does not alarm them.

Processor time is that of the process and its children. Bytes are those of the registry's answers
as they cross a counting relay. An alert counts when it arrived: at a webhook receiver for
trialwatch and changedetection.io, at a mail server for webchanges.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.detection import EDITORS
from benchmarks.edit_noise import NOISES
from benchmarks.edits import Draft, with_lists
from benchmarks.peers import ChangeDetection, Ours, Peer, WebChanges
from benchmarks.relay import Relay, relay
from benchmarks.taken import processor_seconds
from simulator.given import given_studies
from simulator.serve import Running, running
from simulator.settings import Settings
from tests.servers.receiver import receiver
from tests.servers.smtp import smtp_sink

Json: TypeAlias = dict[str, Any]
#: A service is stopped when it has been quiet for so long.
_QUIET_SECONDS, _LOOK_EVERY_SECONDS = 15.0, 0.5
SEED = 1
#: Of all trials, how many really change, and how many only look different.
_CHANGED, _NOISY = 0.1, 0.2
#: Edits that every reader would call a change.
_EDITS = ("status", "rule added", "rule number", "site added", "primary changed", "enrollment")
#: What differs between releases of the real registry without anything having changed.
_NOISES = ("noise.order", "noise.bookkeeping", "noise.mesh", "noise.geo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look cost."""

    seconds: float
    requests: int
    sent: int
    wall: float = 0.0


def studies(folder: Path, most: int) -> dict[str, Json]:
    """Return the first records of a folder, by number."""
    read = [json.loads(one.read_bytes()) for one in sorted((folder / "records").glob("*.json"))]
    whole = [with_lists(study) for study in read[:most]]
    return {one["protocolSection"]["identificationModule"]["nctId"]: one for one in whole}


def next_release(given: Mapping[str, Json]) -> tuple[dict[str, Json], set[str]]:
    """Return the records that differ in the next release, and which of them really changed."""
    rng = random.Random(SEED)
    numbers = rng.sample(sorted(given), len(given))
    changed: dict[str, Json] = {}
    for nct_id in numbers:
        if len(changed) >= _CHANGED * len(given):
            break
        study = json.loads(json.dumps(given[nct_id]))
        draft = Draft(before=given[nct_id], study=study, rng=rng, donors=list(given.values()))
        if EDITORS[_EDITS[len(changed) % len(_EDITS)]](draft):
            changed[nct_id] = study
    noisy: dict[str, Json] = {}
    for nct_id in (number for number in numbers if number not in changed):
        if len(noisy) >= _NOISY * len(given):
            break
        study = json.loads(json.dumps(given[nct_id]))
        for name in _NOISES:
            NOISES[name](study, rng)
        noisy[nct_id] = study
    return changed | noisy, set(changed)


async def look(peer: Peer, registry: Running, between: Relay, trials: int) -> Look:
    """Have one look, and return what it cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    registry.requests.clear()
    between.sent = 0
    for command in peer.look():
        if peer.stays:
            await _run_a_while(command, peer, registry, trials)
        else:
            await _run(command, peer.environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Look(
        seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        requests=registry.requests.count(),
        sent=between.sent,
    )


async def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {said.decode()[-2000:]}")


async def _run_a_while(command: Sequence[str], peer: Peer, registry: Running, trials: int) -> None:
    """Run a service until it has asked for every trial and told nothing new for a while."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **peer.environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    seen, quiet = (0, 0), 0.0
    while quiet < _QUIET_SECONDS and process.returncode is None:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        now = registry.requests.count(), peer.alerts()
        quiet = quiet + _LOOK_EVERY_SECONDS if now == seen and now[0] >= trials else 0.0
        seen = now
    process.terminate()
    await process.wait()


async def measure(peer: Peer, source_of: "Given") -> tuple[list[Look], set[str], int]:
    """Return what the three looks of a tool cost, which trials it told of, and in how many alerts."""
    # The edge of the real registry refuses some names; here everybody is let in.
    everybody = Settings(user_agent_token="")
    async with (
        running(source_of.source(), settings=everybody) as registry,
        relay(registry.port) as between,
    ):
        peer.prepare(sorted(source_of.first), f"http://127.0.0.1:{between.port}")
        for command in peer.set_up():
            await _run(command, peer.environment)
        trials = len(source_of.first)
        looks = [await look(peer, registry, between, trials) for _ in range(2)]
        before = peer.told()
        registry.publish_next()
        looks.append(await look(peer, registry, between, trials))
        if before:
            raise SystemExit(f"{peer.name} told of {before} before anything had changed")
        return looks, peer.told(), peer.alerts()


async def measure_running(ours: Ours, given: "Given") -> tuple[list[Look], set[str], int]:
    """Return the same of a service that goes on running and looks every five seconds.

    A look in which nothing is new is the mean over half a minute; the release's has that taken off
    for as long as it took, the waiting for more alerts among it.
    """
    everybody = Settings(user_agent_token="")
    async with running(given.source(), settings=everybody) as registry, relay(registry.port) as by:
        ours.prepare(sorted(given.first), f"http://127.0.0.1:{by.port}")
        for command in ours.set_up():
            await _run(command, ours.environment)
        process = await asyncio.create_subprocess_exec(
            *ours.service(),
            env={**os.environ, **ours.environment},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        first = await _until_quiet(process.pid, ours, registry, by)
        rest = await _until_quiet(process.pid, ours, registry, by, seconds=30)
        polls = max(1, rest.requests)
        again = Look(seconds=rest.seconds / polls, requests=1, sent=rest.sent // polls)
        registry.publish_next()
        release = await _until_quiet(process.pid, ours, registry, by)
        at_rest = rest.seconds / 30 * release.wall
        process.terminate()
        await process.wait()
        looks = [first, again, replace(release, seconds=release.seconds - at_rest)]
        return looks, ours.told(), ours.alerts()


async def _until_quiet(
    pid: int, peer: Peer, registry: Running, by: Relay, *, seconds: float = _QUIET_SECONDS
) -> Look:
    """Return what a process spends until no alert has come for so long."""
    registry.requests.clear()
    by.sent = 0
    begun, before = time.monotonic(), processor_seconds(pid)
    seen, quiet = peer.alerts(), 0.0
    while quiet < seconds:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        quiet = quiet + _LOOK_EVERY_SECONDS if peer.alerts() == seen else 0.0
        seen = peer.alerts()
    return Look(
        seconds=processor_seconds(pid) - before,
        requests=registry.requests.count(),
        sent=by.sent,
        wall=time.monotonic() - begun,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Two releases, and the truth about the second."""

    first: Mapping[str, Json]
    second: Mapping[str, Json]
    changed: Collection[str]

    def source(self) -> Any:
        """Return them as the stand-in registry serves them."""
        return given_studies(dict(self.first), dict(self.second))


def show(rows: Sequence[tuple[str, list[Look], set[str], int]], given: "Given") -> None:
    """Print a table."""
    trials, changed = len(given.first), set(given.changed)
    noisy = len(given.second) - len(changed)
    print(f"{trials} trials, {len(changed)} changed, {noisy} differ without a change, seed {SEED}")
    print(
        f"{'':20}{'ms a trial: first':>19}{'again':>8}{'release':>9}{'x ours':>8}"
        f"{'requests':>10}{'kB a trial':>12}{'false':>7}{'missed':>8}{'alerts':>8}"
    )
    ours = rows[0][1]
    for name, looks, told, alerts in rows:
        times = [1000 * one.seconds / trials for one in looks]
        ratio = looks[2].seconds / ours[2].seconds
        print(
            f"{name:20}{times[0]:>19.1f}{times[1]:>8.2f}{times[2]:>9.1f}{ratio:>8.1f}"
            f"{looks[2].requests:>10}{looks[2].sent / trials / 1000:>12.1f}"
            f"{len(told - changed):>7}{len(changed - told):>8}{alerts:>8}"
        )


async def main() -> None:
    """Measure each tool that is given."""
    parser = argparse.ArgumentParser()
    parser.add_argument("records", type=Path)
    parser.add_argument("--changedetection", type=Path)
    parser.add_argument("--webchanges", type=Path)
    parser.add_argument("--trials", type=int, default=200)
    typed = parser.parse_args()
    first = studies(typed.records, typed.trials)
    second, changed = next_release(first)
    given = Given(first=first, second=second, changed=changed)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        async with receiver() as hook, smtp_sink() as mail:
            peers: list[Peer] = [Ours(Path(folder) / "ours", hook)]
            if typed.changedetection:
                peers.append(ChangeDetection(Path(folder) / "cd", hook, typed.changedetection))
            if typed.webchanges:
                peers.append(WebChanges(Path(folder) / "wc", mail, typed.webchanges))
            for peer in peers:
                hook.requests.clear()
                rows.append((peer.name, *(await measure(peer, given))))
            hook.requests.clear()
            service = Ours(Path(folder) / "running", hook)
            rows.insert(1, ("trialwatch, running", *(await measure_running(service, given))))
    show(rows, given)
    sys.exit(0 if not rows[0][2] ^ set(changed) else 1)


if __name__ == "__main__":
    asyncio.run(main())
