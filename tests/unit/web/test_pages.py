"""What the pages show, and what they never do."""

import re
import sqlite3
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import event

from monitor.alerting.poll import sweep
from monitor.domain.ids import new_id
from monitor.domain.trial import NctId
from storage import queries
from storage.engine import Database, open_database
from storage.readmodels import Backlog
from tests.builders import NOON
from tests.fakes.registry import FakeRegistry
from tests.unit.web.site import (
    CHANGES,
    HOOK,
    QUIET,
    READER,
    UNSEEN,
    a_service,
    fill,
    titled,
    visiting,
    watch,
)
from trialwatch.bootstrap import Service
from trialwatch.tell import Pulse

ESCAPED = "&lt;script&gt;alert(&#39;trial&#39;)&lt;/script&gt; &amp; &#34;Tired&#34; Robots"


def paths(service: Service) -> list[str]:
    """Every page there is to see."""
    rows = queries.deliveries(service.database)
    return [
        *("/", "/changes", f"/trials/{CHANGES}", f"/trials/{UNSEEN}", "/deliveries"),
        *(f"/deliveries/{row.id}" for row in rows),
        *(f"/deliveries/{row.id}/html" for row in rows if row.channel == "email"),
    ]


async def test_home_shows_what_is_watched_and_what_changed(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/")).text

    assert all(f'<a href="/trials/{nct_id}">' in page for nct_id in (CHANGES, QUIET, UNSEEN))
    assert "2026-03-03 at 09:00:05" in page
    assert "Suspended" in page
    assert "Not looked at yet" in page
    assert "&lt;b&gt;robots&lt;/b&gt;" in page


async def test_nothing_watched_says_how_to_begin(database: Database) -> None:
    async with visiting(a_service(database)) as visitor:
        assert "trialwatch watch NCT01234567" in (await visitor.get("/")).text
        assert "No change since the watch began" in (await visitor.get("/changes")).text
        assert "No message was made yet" in (await visitor.get("/deliveries")).text


async def test_trial_shows_change_plain_words_and_versions(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(f"/trials/{CHANGES.lower()}")).text

    assert f"https://clinicaltrials.gov/study/{CHANGES}" in page
    assert '<span class="weight critical">critical</span>' in page
    assert "The trial in plain words" in page
    assert [int(number) for number in re.findall(r"Version </span>(\d+)", page)] == [2, 1]


async def test_trial_not_seen_yet_says_so(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(f"/trials/{UNSEEN}")).text

    assert "has not been asked for this trial yet" in page


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/trials/NCT99000009", "NCT99000009 is not watched here"),
        ("/trials/NCT", "is not an NCT number"),
        ("/deliveries/none", "There is no such message"),
        ("/deliveries/none/html", "There is no such message"),
        ("/nowhere", "There is no such page"),
    ],
)
async def test_what_is_not_there_is_said_on_a_page(
    visitor: httpx.AsyncClient, path: str, words: str
) -> None:
    answer = await visitor.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert words in answer.text


async def test_messages_show_states_and_mask_who_is_told(
    service: Service, visitor: httpx.AsyncClient
) -> None:
    pages = [(await visitor.get(path)).text for path in paths(service)]
    messages = pages[4]

    assert "r...@clinic.example" in messages
    assert "https://hooks.example/..." in messages
    assert '<td data-label="State" class="state delivered">delivered</td>' in messages
    assert '<td data-label="State" class="state pending">waiting</td>' in messages
    assert all(secret not in page for page in pages for secret in (READER, HOOK, "geheim"))


async def test_message_shows_its_attempts_and_the_mail_in_a_frame_that_can_do_nothing(
    service: Service, visitor: httpx.AsyncClient
) -> None:
    mail, hook = sorted(queries.deliveries(service.database), key=lambda row: row.channel)

    page = (await visitor.get(f"/deliveries/{mail.id}")).text
    frame = await visitor.get(f"/deliveries/{mail.id}/html")
    carried = (await visitor.get(f"/deliveries/{hook.id}")).text

    assert f'<iframe src="/deliveries/{mail.id}/html" sandbox ' in page
    assert "accepted" in page
    policy = frame.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert "/u/" not in frame.text, "whoever looks could unsubscribe the reader"
    assert "&#34;kind&#34;: &#34;status&#34;" in carried
    assert "500" in carried


async def test_every_answer_carries_its_guards(
    service: Service, visitor: httpx.AsyncClient
) -> None:
    others = ["/nowhere", "/health", "/u/unknown", "/static/style.css", "/trials/x"]
    for path in [*paths(service), *others]:
        headers = (await visitor.get(path)).headers

        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["cache-control"] == "no-store", path


async def test_texts_of_the_registry_are_escaped_everywhere(
    service: Service, visitor: httpx.AsyncClient
) -> None:
    pages = {path: (await visitor.get(path)).text for path in paths(service)}

    assert all("<script" not in page for page in pages.values())
    assert ESCAPED in pages["/"]
    assert "<b>robots" not in pages["/"]


async def test_pages_wait_for_no_writer_and_block_none(service: Service) -> None:
    file = str(service.database.engine.url.database)
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    # A page that wanted to write would hear at once that it cannot.
    hurried = open_database(f"sqlite:///{file}", busy_timeout=timedelta(0))
    try:
        async with visiting(a_service(hurried)) as visitor:
            answers = {path: (await visitor.get(path)).status_code for path in paths(service)}
    finally:
        hurried.close()
        writer.execute("ROLLBACK")
        writer.close()

    assert set(answers.values()) == {200}


async def _queries_of(service: Service, path: str) -> int:
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(service.database.engine, "before_cursor_execute", note)
    async with visiting(service) as visitor:
        assert (await visitor.get(path)).status_code == 200
    event.remove(service.database.engine, "before_cursor_execute", note)
    return len(asked)


async def test_more_rows_cost_no_more_queries(database: Database) -> None:
    service = a_service(database)
    await fill(service)
    seen = paths(service)[:5]
    before = {path: await _queries_of(service, path) for path in seen}
    numbers = [NctId(f"NCT990001{number:02}") for number in range(20)]
    registry = FakeRegistry({nct_id: titled(nct_id, "Robots") for nct_id in (*numbers, CHANGES)})
    watch(service, *numbers)
    statuses = ("SUSPENDED", "RECRUITING", "SUSPENDED")
    for day, status in enumerate(("RECRUITING", *statuses), start=4):
        studies: dict[str, bytes | None] = {
            nct_id: titled(nct_id, "Robots", status) for nct_id in (*numbers, CHANGES)
        }
        registry.publish(f"2026-03-{day:02}T09:00:05", **studies)
        await sweep(service.open_work, registry, clock=service.clock)

    after = {path: await _queries_of(service, path) for path in seen}

    assert len(queries.deliveries(database, limit=1000)) > 100
    assert after == before
    # Three of them ask who is there.
    assert max(after.values()) <= 18


async def test_health_tells_ticks_and_turns_bad_with_trouble(service: Service) -> None:
    pulse = Pulse(ended_well_at={"sweep": NOON})
    async with visiting(service, pulse, peer="198.51.100.7", host="watch.example") as visitor:
        well = await visitor.get("/health")
        pulse.trouble["deliver"] = "the disk is full"
        bad = await visitor.get("/health")
        alive = await visitor.get("/alive")

    assert (alive.status_code, alive.json()) == (200, {"ok": True}), "it can answer all the same"
    assert (well.status_code, well.json()["ok"]) == (200, True)
    assert well.json()["ticks"]["sweep"]["ended_well_at"] == NOON.isoformat()
    assert (bad.status_code, bad.json()["ok"]) == (503, False)
    assert bad.json()["ticks"]["deliver"] == {"trouble": "the disk is full"}


@pytest.mark.parametrize(("past_due", "status"), [(100, 200), (101, 503)])
async def test_health_turns_bad_when_too_much_is_past_due(
    service: Service, past_due: int, status: int
) -> None:
    backlog = Backlog(past_due=past_due, oldest_due_at=NOON, failing_targets=3, open_breakers=1)
    async with visiting(service, Pulse(backlog=backlog)) as visitor:
        answer = await visitor.get("/health")

    assert answer.status_code == status
    assert answer.json()["outbox"] == {
        "past_due": past_due,
        "oldest_due_at": NOON.isoformat(),
        "failing_targets": 3,
        "open_breakers": 1,
    }


async def test_database_in_trouble_is_503_and_names_nothing(service: Service) -> None:
    with service.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE attempts")
        connection.commit()
    async with visiting(service) as visitor:
        answer = await visitor.get("/deliveries")

    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
    assert "trialwatch.db" not in answer.text


async def test_unknown_delivery_id_of_any_shape_is_not_found(visitor: httpx.AsyncClient) -> None:
    for delivery_id in (new_id(NOON), "x" * 65, "%00", "'"):
        answer = await visitor.get(f"/deliveries/{delivery_id}")
        assert answer.status_code == 404, delivery_id
