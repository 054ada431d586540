"""Saved searches, through the command and the running service, against the stand-in registry."""

import json
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.domain.alerts import DeliveryState
from simulator.faults import Fault, FaultKind
from simulator.given import given_studies
from simulator.versions import VersionedStudies
from storage import searchviews, watchreads
from tests.acceptance.service import count, eventually, rows_of, running_service, settled
from tests.acceptance.stage import READER, Stage, on_stage
from tests.fakes.registry import a_study

pytestmark = pytest.mark.acceptance

ONE, TWO, THREE, FOUR = (f"NCT9900010{number}" for number in range(1, 5))
OPEN = ("--condition", "robot fatigue", "--status", "recruiting")


def a_robot(nct_id: str, status: str = "RECRUITING") -> dict[str, Any]:
    title = {"nctId": nct_id, "briefTitle": f"Lanterin for Robot {nct_id[-1]}"}
    posted = {"date": "2026-02-20", "type": "ACTUAL"}
    study: dict[str, Any] = json.loads(
        a_study(
            nct_id,
            identificationModule=title,
            statusModule={"overallStatus": status, "lastUpdatePostDateStruct": posted},
        )
    )
    return study


def robots() -> VersionedStudies:
    """Three are there, one closes, one enters, one comes back; then it is quiet."""
    return given_studies(
        {nct_id: a_robot(nct_id) for nct_id in (ONE, TWO, THREE)},
        {TWO: a_robot(TWO, "COMPLETED"), FOUR: a_robot(FOUR)},
        {TWO: a_robot(TWO)},
        {ONE: a_robot(ONE)},
    )


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_stage(robots(), tmp_path) as stage:
        stage.settings["TRIALWATCH_POLL_EVERY"] = "1"
        yield stage


async def add(stage: Stage, *more: str, name: str = "Tired robots") -> dict[str, Any]:
    ended = await stage.run(
        "search",
        "add",
        name,
        *OPEN,
        "--email",
        READER,
        "--webhook",
        stage.hook.url,
        "--json",
        *more,
    )
    [made] = ended.objects
    stage.secret = next(one["secret"] for one in made["targets"] if "secret" in one)
    return made


def evaluated(stage: Stage) -> bool:
    """Tell whether every search is known for the release that is out now."""
    served = stage.registry.registry.release.timestamp
    with rows_of(stage) as rows:
        return all(one.evaluated_release == served for one in searchviews.all_searches(rows))


def subjects(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Subject"]) for mail in mails]


async def test_what_enters_and_leaves_reaches_mail_and_webhook_once(stage: Stage) -> None:
    made = await add(stage)
    assert (made["trials"], made["list"]) == (3, "Tired robots")

    async with running_service(stage) as service:
        await eventually(lambda: evaluated(stage), "the baseline is known")
        stage.registry.publish_next()
        await eventually(lambda: len(stage.mails) == 1, "news comes by mail")
        await eventually(lambda: len(stage.messages) == 1, "news comes by webhook")
        stage.registry.publish_next()
        await eventually(lambda: len(stage.mails) == 2, "a trial that is back is news")
        stage.registry.publish_next()
        await eventually(lambda: evaluated(stage), "a quiet release is known")
        assert await service.stop() == 0

    assert subjects(stage.mails) == [
        'Search "Tired robots": 1 new study, 1 no longer found',
        'Search "Tired robots": 1 is back: Lanterin for Robot 2 (NCT99000102)',
    ]
    first, second = stage.messages
    assert first["type"] == second["type"] == "search.matched"
    assert [(one["kind"], one["nct_id"]) for one in first["data"]["matches"]] == [
        ("search.entered", FOUR),
        ("search.left", TWO),
    ]
    assert first["data"]["matches"][1]["status"] == "COMPLETED"
    assert (first["data"]["sequence"], second["data"]["sequence"]) == (1, 2)
    assert "Traceback" not in "".join(service.said)


async def test_followed_trial_is_a_baseline_and_alerts_nobody_twice(stage: Stage) -> None:
    await add(stage, "--follow")
    async with running_service(stage):
        stage.registry.publish_next()
        await eventually(lambda: len(stage.mails) == 1, "news comes by mail")
        with rows_of(stage) as rows:
            await eventually(
                lambda: [row.latest_version for row in watchreads.watches(rows)] == [1],
                "the trial that entered has its baseline",
            )
            [watch] = watchreads.watches(rows)
            await settled(stage, rows)

    assert (watch.nct_id, watch.list_name) == (FOUR, "Tired robots")
    assert len(stage.mails) == 1


async def test_unsubscribing_from_the_mail_ends_the_news(stage: Stage) -> None:
    await add(stage)
    async with running_service(stage) as service:
        stage.registry.publish_next()
        await eventually(lambda: len(stage.mails) == 1, "news comes by mail")
        link = str(stage.mails[0]["List-Unsubscribe"]).strip("<>")
        async with httpx.AsyncClient() as client:
            path = link.removeprefix("https://watch.example")
            form = {"List-Unsubscribe": "One-Click"}
            answer = await client.post(f"{service.url}{path}", data=form)
        assert answer.is_success
        stage.registry.publish_next()
        await eventually(lambda: len(stage.messages) == 2, "the webhook still hears")

    assert len(stage.mails) == 1


async def test_half_an_answer_says_nothing_of_trials_that_left(stage: Stage) -> None:
    await add(stage)
    stage.registry.faults.add(
        Fault(kind=FaultKind.MISSING, path="/studies", nct_ids=(ONE, THREE), times=None)
    )
    stage.registry.publish_next()

    failed = await stage.run("check", "--json", status=1)
    listed = await stage.run("search", "list")

    assert failed.objects == []
    assert "do not fit together" in failed.err
    assert "not told since" in listed.out

    stage.registry.faults.clear()
    changes = await stage.check()

    assert [(one["kind"], one["subject"]) for one in changes] == [
        ("search.entered", FOUR),
        ("search.left", TWO),
    ]


async def test_release_under_way_is_left_to_the_next_check(stage: Stage) -> None:
    await add(stage)
    stage.registry.publish_next()
    stage.registry.faults.add(Fault(kind=FaultKind.PUBLISH, path="/studies"))

    assert await stage.check() == []
    changes = await stage.check()

    assert [(one["kind"], one["subject"]) for one in changes] == [("search.entered", FOUR)]


async def test_trying_shows_count_and_trials_and_keeps_nothing(stage: Stage) -> None:
    tried = await stage.run("search", "try", *OPEN)
    nothing = await stage.run("search", "try", "--words", "clocks")
    listed = await stage.run("search", "list")

    assert 'condition "robot fatigue"; recruiting: 3 trials' in tried.out
    assert "Lanterin for Robot 1 (open)" in tried.out
    assert 'words "clocks": 0 trials' in nothing.out
    assert "No search is saved yet" in listed.err


async def test_address_copied_from_the_registry_is_a_search(stage: Stage) -> None:
    address = "https://clinicaltrials.gov/search?cond=robot%20fatigue&aggFilters=status:rec"

    tried = await stage.run("search", "try", "--from", address, "--json")

    assert tried.objects[0]["total"] == 3
    assert tried.objects[0]["parameters"]["filter.overallStatus"] == "RECRUITING"


@pytest.mark.parametrize(
    ("arguments", "words", "status"),
    [
        (("--words", '"open'), "Unbalanced quotes", 1),
        ((), "says nothing to look for", 2),
        (("--from", "https://example.org"), "no address of a search", 2),
        (("--from", "https://clinicaltrials.gov/search?cond=a", "--words", "b"), "--from", 2),
        (("--status", "open"), "none of recruiting", 2),
    ],
)
async def test_search_that_cannot_be_made_is_refused_in_words(
    stage: Stage, arguments: tuple[str, ...], words: str, status: int
) -> None:
    ended = await stage.run("search", "add", "Robots", *arguments, status=status)
    listed = await stage.run("search", "list", "--json")

    assert words in ended.err
    assert "Traceback" not in ended.err
    assert listed.objects == []


async def test_search_is_shown_and_removed_by_its_number(stage: Stage) -> None:
    made = await add(stage)
    stage.registry.publish_next()
    await stage.check()

    shown = await stage.run("search", "show", str(made["id"]), "--json")
    removed = await stage.run("search", "remove", str(made["id"]))
    gone = await stage.run("search", "show", str(made["id"]), status=1)

    assert {one["nct_id"] for one in shown.objects[0]["found"]} == {ONE, THREE, FOUR}
    assert [one["kind"] for one in shown.objects[0]["told"]] == ["search.entered", "search.left"]
    assert "is removed" in removed.out
    assert "There is no search" in gone.err
    with rows_of(stage) as rows:
        assert count(rows, DeliveryState.PENDING) == 0
        assert count(rows, DeliveryState.CANCELLED) == 2


async def test_news_of_a_day_come_in_the_digest(stage: Stage) -> None:
    await add(stage, "--digest", "daily@07:00", "--timezone", "Europe/Berlin")
    stage.registry.publish_next()
    await stage.check()
    await stage.run("deliver", "--until-empty")

    assert stage.mails == []
    assert len(stage.messages) == 1
    with rows_of(stage) as rows:
        assert count(rows, DeliveryState.WAITING) == 1
