"""Who leads, and that a former leader keeps nothing, on a real PostgreSQL."""

import asyncio
import os
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import column, func, select, table, text

from config.settings import load
from monitor.domain.errors import StorageError
from monitor.domain.people import OPERATOR
from storage.engine import Database, open_database
from storage.fencing import FENCE, FencedWork, LeadLostError
from storage.leading import Lead, open_lead
from storage.listening import open_listener
from storage.tables import watch_lists
from storage.upgrade import upgrade
from storage.waking import CHANNEL, Wake, wake
from trialwatch.bootstrap import Service, utc_now
from trialwatch.leading import Term, leading, listening_to

pytestmark = pytest.mark.postgresql


@pytest.fixture
def url(empty_postgresql_url: str) -> str:
    """A schema of this test's own, with tables."""
    opened = open_database(empty_postgresql_url)
    upgrade(opened)
    opened.close()
    return empty_postgresql_url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The same, opened."""
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is closed at the end."""
    with ExitStack() as stack:
        yield stack


def _candidate(stack: ExitStack, url: str) -> Lead:
    return stack.enter_context(open_lead(url, shown_as="the test's"))


def _cut(database: Database, session: int | None) -> None:
    with database.writing() as connection:
        ended = text("SELECT pg_terminate_backend(:session, 5000)")
        connection.execute(ended, {"session": session})


def _lists(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(watch_lists)) or 0)


def _write(work: FencedWork) -> None:
    work.lists.make(OPERATOR, "Some", now=datetime(2026, 1, 1, tzinfo=UTC))


def test_only_one_of_two_leads(stack: ExitStack, url: str) -> None:
    one, other = _candidate(stack, url), _candidate(stack, url)

    assert one.take()
    assert not other.take()


def test_lead_is_free_when_its_session_ends(stack: ExitStack, url: str) -> None:
    with open_lead(url, shown_as="the test's") as one:
        assert one.take()

    assert _candidate(stack, url).take()


def test_services_in_two_schemas_both_lead(
    stack: ExitStack, url: str, postgresql_server: str
) -> None:
    assert _candidate(stack, url).take()
    assert _candidate(stack, postgresql_server).take()


def test_cut_connection_is_noticed(stack: ExitStack, url: str, database: Database) -> None:
    lead = _candidate(stack, url)
    lead.take()
    lead.keep(seconds=0)
    _cut(database, lead.session)

    with pytest.raises(StorageError):
        lead.keep(seconds=60)


def test_leader_keeps_what_it_commits(stack: ExitStack, url: str, database: Database) -> None:
    lead = _candidate(stack, url)
    lead.take()

    with database.open_fenced(lambda: lead.session) as work:
        _write(work)
        work.commit()

    assert _lists(database) == 1


def test_former_leader_keeps_nothing(stack: ExitStack, url: str, database: Database) -> None:
    former, next_ = _candidate(stack, url), _candidate(stack, url)
    former.take()

    with database.open_fenced(lambda: former.session) as work:
        _write(work)
        _cut(database, former.session)
        assert next_.take()
        with pytest.raises(LeadLostError):
            work.commit()

    assert _lists(database) == 0


def test_who_stands_by_keeps_nothing(database: Database) -> None:
    with database.open_fenced(lambda: None) as work:
        _write(work)
        with pytest.raises(LeadLostError):
            work.commit()

    assert _lists(database) == 0


def test_new_leader_waits_for_a_commit_let_through(
    stack: ExitStack, url: str, database: Database
) -> None:
    """A commit that hangs after its look is undone by the server, so the wait has an end."""
    former, next_ = _candidate(stack, url), _candidate(stack, url)
    former.take()
    let_through = "SELECT pg_advisory_xact_lock_shared(%s, hashtext(current_schema()))"
    with psycopg.connect(url) as hanging:
        hanging.execute("SET idle_in_transaction_session_timeout = '1s'")
        hanging.execute(let_through, (FENCE,))
        _cut(database, former.session)

        assert next_.take()

        with pytest.raises(psycopg.Error):
            hanging.execute("SELECT 1")


def test_wake_up_comes_with_the_commit(stack: ExitStack, url: str, database: Database) -> None:
    listener = stack.enter_context(open_listener(url, shown_as="the test's"))

    with database.writing() as connection:
        wake(connection, Wake.DELIVER)
        before = listener.heard(seconds=0.2)
        connection.commit()

    assert before == frozenset()
    assert listener.heard(seconds=5) == {Wake.DELIVER}


def test_wake_up_of_another_schema_is_not_heard(
    stack: ExitStack, url: str, postgresql_server: str
) -> None:
    elsewhere = open_database(postgresql_server)
    listener = stack.enter_context(open_listener(url, shown_as="the test's"))

    elsewhere.wake(Wake.DELIVER)

    elsewhere.close()
    assert listener.heard(seconds=0.2) == frozenset()


def test_broken_listener_says_so(stack: ExitStack, url: str, database: Database) -> None:
    listener = stack.enter_context(open_listener(url, shown_as="the test's"))
    with database.writing() as connection:
        query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE "
        connection.execute(text(query + "'LISTEN%' || md5(current_schema()) || '%'"))

    with pytest.raises(StorageError):
        listener.heard(seconds=60)


def test_lead_is_kept_over_a_connection_with_a_high_number(stack: ExitStack, url: str) -> None:
    """A process with many visitors has more than a thousand files open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, hard), hard))
    stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
    while (taken := os.open(os.devnull, os.O_RDONLY)) < 1024:
        stack.callback(os.close, taken)
    stack.callback(os.close, taken)
    lead = _candidate(stack, url)
    lead.take()

    lead.keep(seconds=0)


def test_server_that_goes_right_after_the_greeting_is_said() -> None:
    with _greeting_server() as url:
        with pytest.raises(StorageError), open_lead(url, shown_as="gone"):
            pass
        with pytest.raises(StorageError), open_listener(url, shown_as="gone"):
            pass


@contextmanager
def _greeting_server() -> Iterator[str]:
    """Play a PostgreSQL that lets in and ends the session at the first statement, twice."""
    let_in = b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I"
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            for _ in range(2):
                session, _peer = listening.accept()
                with session:
                    session.recv(4096)
                    session.sendall(let_in)
                    session.recv(4096)

        playing = threading.Thread(target=answer)
        playing.start()
        port = listening.getsockname()[1]
        yield f"postgresql://x@127.0.0.1:{port}/x?sslmode=disable&gssencmode=disable"
        playing.join(timeout=20)


def test_server_out_of_reach_is_said() -> None:
    away = "postgresql://nobody@127.0.0.1:1/x"

    with pytest.raises(StorageError), open_lead(away, shown_as="away"):
        pass
    with pytest.raises(StorageError), open_listener(away, shown_as="away"):
        pass


def _service(url: str, database: Database) -> Service:
    settings = load({"TRIALWATCH_DATABASE_URL": url})
    return Service(settings=settings, database=database, clock=utc_now, owner="test")


async def test_process_whose_session_the_server_ended_leads_again_by_itself(
    url: str, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="trialwatch")
    term, led, over = Term(), asyncio.Event(), asyncio.Event()
    async with (
        asyncio.timeout(60),
        leading(_service(url, database), term, gained=led.set, lost=over.set),
    ):
        await led.wait()
        led.clear()
        await asyncio.to_thread(_cut, database, term.session)
        await over.wait()
        await led.wait()

    said = [record.getMessage() for record in caplog.records]
    assert said[0] == said[-2] == "this process leads: it sweeps from now on"
    assert [line for line in said if "was shut down" in line and "goes on trying" in line]
    assert "this process stands for the lead again" in said


async def test_process_whose_listening_the_server_ended_hears_again_by_itself(
    url: str, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="trialwatch")
    heard = asyncio.Queue[Wake]()
    async with asyncio.timeout(60), listening_to(_service(url, database), heard.put_nowait):
        begun = {await heard.get() for _ in Wake}
        await asyncio.to_thread(_end_listening, database)
        again = {await heard.get() for _ in Wake}

    assert begun == again == set(Wake)
    assert "this process hears wake-ups again" in [one.getMessage() for one in caplog.records]


def _end_listening(database: Database) -> None:
    # Of this test's own schema: others may listen in the same database.
    of_it = f"strpos(query, 'LISTEN') = 1 AND strpos(query, {CHANNEL}) > 0"
    listening = select(func.pg_terminate_backend(column("pid"), 5000)).where(text(of_it))
    with database.writing() as connection:
        ended = connection.scalars(listening.select_from(table("pg_stat_activity"))).all()
    assert ended == [True]
