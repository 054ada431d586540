"""The newest versions of all real records: first sight, a quiet release, and what is kept."""

import math
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.domain.trial import parse_nct_id
from simulator.folder import open_folder
from simulator.registry import View
from storage import queries, watchreads
from storage.engine import Database
from tests.acceptance.service import rows_of
from tests.acceptance.stage import Ended, Stage, on_stage

pytestmark = [pytest.mark.acceptance, pytest.mark.real_records]

#: The registry's own most for one page, and ours for one batch.
_BATCH = 100
_TRIALS = 694
#: What a collector's program left in one of the records; the registry has no such field.
_STRANGE = {"protocolSection.contactsLocationsModule.locations_nested"}


@pytest.fixture
async def stage(real_records: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """All real records, every one watched, none seen yet."""
    async with on_stage(open_folder(real_records / "records"), tmp_path) as stage:
        await stage.watch(*_numbers(stage.registry.registry.view()))
        yield stage


def _numbers(view: View) -> list[str]:
    return [study.nct_id for _, study in view.scan()]


def _fields_unknown(ended: Ended) -> set[str]:
    """Return the fields a check did not know; it must have had nothing else to say."""
    assert len(ended.err.splitlines()) <= 1
    return set(re.findall(r"[A-Za-z_]+(?:\.[A-Za-z_]+)+", ended.err))


def _served(view: View) -> dict[str, bytes]:
    """Return every record as the registry gives it in a release."""
    return {study.nct_id: view.raw(study) for _, study in view.scan()}


def _kept(rows: Database, nct_id: str, number: int) -> bytes:
    with rows.open_snapshot() as work:
        return work.versions.read(parse_nct_id(nct_id), number).raw


def _versions(rows: Database) -> dict[str, int]:
    return {row.nct_id: row.latest_version for row in queries.trials(rows)}


async def test_baseline_and_quiet_release_raise_nothing(stage: Stage) -> None:
    first_day = stage.registry.registry.view()
    first = await stage.run("check", "--json")
    assert first.out == ""
    assert _fields_unknown(first) == _STRANGE
    stage.registry.publish_next()
    stage.registry.requests.clear()

    second = await stage.run("check", "--json")

    assert (second.out, second.err) == ("", "")
    await _holds_requests_of_one_sweep(stage)
    with rows_of(stage) as rows:
        _holds_every_record_once(rows, _served(first_day))
        _holds_every_record_summed_up(rows)
        _holds_nothing_to_tell(rows)
    told = await stage.run("deliver", "--until-empty")
    assert "Nothing was due." in told.out
    assert (stage.mail.connections, stage.hook.connections) == (0, 0)


async def _holds_requests_of_one_sweep(stage: Stage) -> None:
    """One look at the release, the batches, and a look whether the release still stands."""
    asked = stage.registry.requests.all()
    paths = [seen.path.removeprefix("/api/v2") for seen in asked]
    batches = math.ceil(_TRIALS / _BATCH)
    assert paths == ["/version", *["/studies"] * batches, "/version"]
    assert [seen.status for seen in asked] == [*[200] * (batches + 1), 304]
    stage.registry.requests.clear()
    assert (await stage.run("check", "--json")).out == ""
    assert [seen.status for seen in stage.registry.requests.all()] == [304]


def _holds_every_record_once(rows: Database, served: dict[str, bytes]) -> None:
    assert len(served) == _TRIALS
    assert _versions(rows) == dict.fromkeys(served, 1)
    different = [nct_id for nct_id, raw in served.items() if _kept(rows, nct_id, 1) != raw]
    assert not different, "records that do not come back byte for byte"


def _holds_nothing_to_tell(rows: Database) -> None:
    assert queries.newest_alerts(rows, limit=1) == ()
    assert queries.deliveries(rows) == ()
    assert queries.kept_aside(rows) == ()
    state = queries.registry_state(rows)
    assert (state.watched, state.unsettled, state.trouble) == (_TRIALS, 0, None)
    assert not any(queries.outbox_state(rows, now=datetime.now(UTC)).counts.values())


def _holds_every_record_summed_up(rows: Database) -> None:
    """Every record gave a status, a title and plain words; no reader stumbled over one."""
    watched = watchreads.watches(rows)
    assert not [row.nct_id for row in watched if not (row.overall_status and row.brief_title)]
    with rows.open_snapshot() as work:
        summaries = {row.nct_id: work.summaries.newest(row.nct_id) for row in watched}
    assert not [nct_id for nct_id, one in summaries.items() if one is None or not one.sections]
