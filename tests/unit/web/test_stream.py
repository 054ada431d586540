"""Changes as server-sent events."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import pytest

from monitor.domain.people import OPERATOR
from storage.changefeed import Cursor, Page
from tests.unit.web.site import CHANGES, visiting
from tests.unit.web.test_feeds import release
from trialwatch.bootstrap import Service
from trialwatch.web.api.changes import events
from trialwatch.web.app import make_app
from trialwatch.web.serve import listen, serving


class Feed:
    """Gives pages in turn, then nothing."""

    def __init__(self, *pages: Page) -> None:
        self._pages = list(pages)
        self.asked: list[Cursor] = []
        self.pauses = 0
        self.ends_after = 1000

    async def read(self, after: Cursor) -> Page:
        self.asked.append(after)
        return self._pages.pop(0) if self._pages else Page(changes=(), next=after, more=False)

    async def pause(self) -> bool:
        self.pauses += 1
        return self.pauses < self.ends_after


async def told(feed: Feed, *, looks: int) -> list[bytes]:
    stream: AsyncIterator[bytes] = events(feed.read, Cursor(1, 0), pause=feed.pause, looks=looks)
    return [event async for event in stream]


async def test_events_carry_their_cursors_and_go_on_from_them() -> None:
    feed = Feed(
        Page(changes=((Cursor(1, 1), "{}"), (Cursor(2, 0), "{}")), next=Cursor(2, 0), more=True),
        Page(changes=((Cursor(3, 0), "{}"),), next=Cursor(3, 0), more=False),
    )

    sent = await told(feed, looks=3)

    assert sent == [
        b"retry: 3000\n\n",
        b"id: 1.1\nevent: change\ndata: {}\n\n",
        b"id: 2.0\nevent: change\ndata: {}\n\n",
        b"id: 3.0\nevent: change\ndata: {}\n\n",
    ]
    assert feed.asked == [Cursor(1, 0), Cursor(2, 0), Cursor(3, 0)]


async def test_stream_without_news_says_that_it_is_still_there_and_ends() -> None:
    feed = Feed()

    sent = await told(feed, looks=31)

    assert sent[1:] == [b": still here\n\n"] * 2
    assert feed.pauses == 30


async def test_stream_ends_when_the_service_does() -> None:
    feed = Feed()
    feed.ends_after = 2

    assert await told(feed, looks=600) == [b"retry: 3000\n\n"]
    assert len(feed.asked) == 2


async def test_open_stream_does_not_hold_up_the_end(service: Service) -> None:
    with listen("127.0.0.1:0") as listening:
        root = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=root) as visitor, AsyncExitStack() as running:
            await running.enter_async_context(serving(make_app(service, None), listening))
            async with visitor.stream("GET", "/api/v1/changes/stream") as answer:
                lines = answer.aiter_lines()
                assert await anext(lines) == "retry: 3000"
                await running.aclose()
                assert [line async for line in lines] == [""]


@pytest.mark.parametrize(
    ("after", "last", "expected"),
    [
        (None, None, []),
        (0, None, [1, 2]),
        (None, 1, [2]),
        (0, 1, [2]),
        (-1, None, [0, 1, 2]),
    ],
)
async def test_stream_begins_where_its_reader_stopped(
    service: Service, after: int | None, last: int | None, expected: list[int]
) -> None:
    await release(service, "RECRUITING", "SUSPENDED")
    app = make_app(service, None)
    app.state.longest_stream = timedelta(0)
    road = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=road, base_url="http://127.0.0.1") as visitor:
        told = (await visitor.get("/api/v1/changes")).json()["changes"]
        cursors = [change["cursor"] for change in told]
        starts = ["0.0", *cursors]
        begun = {} if after is None else {"after": starts[after + 1]}
        header = {} if last is None else {"Last-Event-ID": cursors[last]}
        answer = await visitor.get(
            "/api/v1/changes/stream", params={"nct_id": CHANGES, **begun}, headers=header
        )

    ids = [line[4:] for line in answer.text.splitlines() if line.startswith("id: ")]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert ids == [cursors[place] for place in expected]
    assert app.state.streams.of_person.total() == 0


async def test_too_many_streams_are_turned_away(service: Service) -> None:
    app = make_app(service, None)
    app.state.longest_stream = timedelta(0)
    road = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=road, base_url="http://127.0.0.1") as visitor:
        await visitor.get("/api/v1/changes/stream")
        app.state.streams.of_person[2] = 49
        one_more = await visitor.get("/api/v1/changes/stream")
        app.state.streams.of_person[2] = 50
        answer = await visitor.get("/api/v1/changes/stream")
        app.state.streams.of_person = Counter({OPERATOR: 10})
        own = await visitor.get("/api/v1/changes/stream")

    assert one_more.status_code == 200
    assert answer.status_code == own.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "10 streams at once are the most" in own.text


async def test_change_reaches_an_open_stream_and_a_reader_that_leaves_is_forgotten(
    service: Service,
) -> None:
    app = make_app(service, None)
    with listen("127.0.0.1:0") as listening:
        root = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with (
            serving(app, listening),
            httpx.AsyncClient(base_url=root) as visitor,
            visitor.stream("GET", "/api/v1/changes/stream") as answer,
        ):
            lines = answer.aiter_lines()
            assert await anext(lines) == "retry: 3000"
            await release(service, "RECRUITING")
            seen = [line async for line in _until(lines, "data: ")]
            assert app.state.streams.of_person.total() == 1
    assert sum(line.startswith("id: ") for line in seen) == 1
    assert app.state.streams.of_person.total() == 0


async def _until(lines: AsyncIterator[str], beginning: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line.startswith(beginning):
            return


async def test_stream_is_for_those_who_see_the_pages(service: Service) -> None:
    async with visiting(service, host="evil.example") as stranger:
        assert (await stranger.get("/api/v1/changes/stream")).status_code == 404
