"""Keeping every study with the real command, a real registry and kills in the first load."""

import signal
from pathlib import Path

import pytest

from simulator.generated import GeneratedStudies
from simulator.made import open_stories
from storage.engine import open_database
from tests.acceptance.killing import begin_program
from tests.acceptance.service import eventually, running_service
from tests.acceptance.stage import ALL, Stage, on_stage

pytestmark = pytest.mark.acceptance

STUDIES = 240
PAGE = 20
_DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def _place(request: pytest.FixtureRequest, stage: Stage, kind: str) -> None:
    if kind == "postgresql":
        url: str = request.getfixturevalue("empty_postgresql_url")
        stage.settings["TRIALWATCH_DATABASE_URL"] = url


async def _keep(stage: Stage, point: str, nth: int) -> tuple[int, list[int]]:
    process = await begin_program(stage, "keeping.py", point, nth, PAGE)
    out, _ = await process.communicate()
    return process.returncode or 0, [int(word) for word in out.split()]


@pytest.mark.parametrize("kind", _DATABASES)
async def test_first_load_goes_on_after_every_kill_and_keeps_each_study_once(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    async with on_stage(GeneratedStudies(STUDIES), tmp_path) as stage:
        _place(request, stage, kind)
        for point, nth in (("page", 1), ("before", 3), ("after", 4), ("page", 2), ("before", 4)):
            status, _ = await _keep(stage, point, nth)
            assert status == -signal.SIGKILL, (point, nth)
        status, (first, unchanged, versions, pages) = await _keep(stage, "none", 0)
        url = stage.settings.get("TRIALWATCH_DATABASE_URL", f"sqlite:///{tmp_path}/trialwatch.db")

    assert status == 0
    # Pages that were committed before a kill were not asked for again.
    assert 0 < pages < STUDIES // PAGE
    assert (first, unchanged, versions) == (pages * PAGE, 0, 0)
    database = open_database(url)
    with database.open_snapshot() as work:
        numbers = work.trials.with_baseline()
        stored = [len(work.versions.of_trial(number)) for number in numbers]
        known = work.whole.known()
    database.close()
    assert (len(numbers), set(stored)) == (STUDIES, {1})
    assert known is not None
    assert known.ended_at is not None
    assert known.starts == 0


async def test_running_service_keeps_all_and_answers_a_watch_without_the_registry(
    tmp_path: Path,
) -> None:
    async with on_stage(open_stories(), tmp_path) as stage:
        stage.settings |= {"TRIALWATCH_WHOLE_REGISTRY": "true", "TRIALWATCH_POLL_EVERY": "1"}
        async with running_service(stage):
            database = open_database(f"sqlite:///{tmp_path}/trialwatch.db")

            def done() -> bool:
                with database.open_snapshot() as work:
                    known = work.whole.known()
                return known is not None and known.ended_at is not None

            await eventually(done, "every study is kept")
        database.close()
        stage.registry.requests.clear()
        watched = await stage.run("watch", ALL[0])
        shown = await stage.run("show", ALL[0])
        asked = list(stage.registry.requests.all())

    assert "That is the baseline." in watched.out
    assert "last seen at the registry 20" in watched.out
    assert "takes the baseline" not in watched.err
    assert shown.out
    assert asked == []
