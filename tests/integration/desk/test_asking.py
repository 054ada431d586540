"""What a server or the road to it does wrong is said in words, and never with the key."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.domain.errors import NotWatchedError, TargetNotFoundError, TrialwatchError
from monitor.domain.people import Person, Role, Scope
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, TargetState
from storage.engine import Database
from tests.servers.certificates import make_authority
from tests.servers.pages import served
from tests.servers.receiver import Receiver, receiver, status
from tests.unit.web.members import a_key, a_list, a_person, an_operator
from tests.unit.web.site import CHANGES, HOOK, a_service, fill
from trialwatch.bootstrap import Service
from trialwatch.desk.asking import Server
from trialwatch.desk.port import Again, Wish
from trialwatch.desk.server import ServerDesk

KEY = "tw_MadeUpForThisTestAlone123"
PROBLEM = {"content_type": "application/problem+json"}


@pytest.fixture
async def far() -> AsyncIterator[Receiver]:
    """A server that answers as it is told."""
    async with receiver() as running:
        yield running


def address(running: Receiver) -> str:
    return running.url.removesuffix("/hooks")


async def complaint(url: str) -> str:
    """Return what is said when the list is asked for; the key is not in it."""
    desk = ServerDesk(Server(url, KEY))
    with pytest.raises(TrialwatchError) as said:
        await asyncio.to_thread(desk.watches)
    assert KEY not in str(said.value)
    assert KEY not in repr(said.value.__cause__)
    return str(said.value)


async def test_nobody_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    assert (await complaint(url)).startswith(f"{url} cannot be reached: Connection refused.")


async def test_certificate_of_a_stranger_is_not_trusted_and_gets_no_key(tmp_path: Path) -> None:
    async with receiver(tls=make_authority(tmp_path).server("127.0.0.1")) as running:
        said = await complaint(address(running))

    assert "cannot be trusted" in said
    assert running.requests == []


async def test_certificate_of_an_authority_that_is_named_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = make_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file()))
    async with receiver(tls=authority.server("127.0.0.1")) as running:
        running.answer(status(200, b'{"watches": []}'))

        desk = ServerDesk(Server(address(running), KEY))
        assert await asyncio.to_thread(desk.watches) == []

    assert running.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_key_goes_along_with_no_redirect(far: Receiver) -> None:
    async with receiver() as other:
        far.answer(status(302, location=address(other)))

        said = await complaint(address(far))

        assert other.requests == []
    assert "the key was not sent there" in said


@pytest.mark.parametrize("content", [b"<h1>Welcome</h1>", b"[]", b"7"])
async def test_something_else_that_answers_is_recognised(far: Receiver, content: bytes) -> None:
    far.answer(status(200, content))

    assert "does not answer as trialwatch does" in await complaint(address(far))


async def test_error_of_something_else_is_told_by_its_number(far: Receiver) -> None:
    far.answer(status(502, b"<h1>Bad gateway</h1>"))

    assert "answers 502 and not as trialwatch does" in await complaint(address(far))


@pytest.mark.parametrize(("code", "detail"), [(404, "Not Found"), (405, "Method Not Allowed")])
async def test_server_without_the_address_is_too_old(far: Receiver, code: int, detail: str) -> None:
    far.answer(status(code, json.dumps({"detail": detail}).encode(), **PROBLEM))

    assert "older than this command. Update the server" in await complaint(address(far))


async def test_server_that_lacks_a_field_is_too_old(far: Receiver) -> None:
    far.answer(status(200, b'{"watches": [{"nct_id": "NCT99000001"}]}'))

    assert "it is older than this command" in await complaint(address(far))


async def test_too_many_requests_say_when_to_try_again(far: Receiver) -> None:
    body = json.dumps({"detail": "600 requests a minute are the most."}).encode()
    far.answer(status(429, body, retry_after="17", **PROBLEM))

    assert (await complaint(address(far))).endswith("are the most. Try again in 17 s.")


async def test_answer_that_breaks_off_is_said(far: Receiver) -> None:
    async def half(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
        await writer.drain()
        writer.close()

    far.answer(half, half, half)

    assert "broke off in the middle" in await complaint(address(far))


async def lost(writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""
    writer.close()


async def test_request_whose_answer_was_lost_is_sent_again_under_the_same_name(
    far: Receiver,
) -> None:
    far.answer(lost, status(200, b'{"ended": []}'), status(200, b'{"ended": []}'))
    desk = ServerDesk(Server(address(far), KEY))

    for _ in range(2):
        assert await asyncio.to_thread(desk.unwatch, [CHANGES], None) == {}

    first, again, other = [one.headers["idempotency-key"] for one in far.requests]
    assert first == again != other


async def test_what_is_still_worked_on_is_waited_for_and_not_for_long(far: Receiver) -> None:
    busy = json.dumps({"detail": "The same request is being worked on."}).encode()
    far.answer(
        status(409, busy, retry_after="3600", **PROBLEM),
        status(409, busy, retry_after="1", **PROBLEM),
        status(200, b'{"ended": []}'),
    )
    waits: list[float] = []
    desk = ServerDesk(Server(address(far), KEY, pause=waits.append))

    assert await asyncio.to_thread(desk.unwatch, [CHANGES], None) == {}

    assert waits == [10.0, 1.0]


async def test_server_that_loses_every_answer_is_given_up(far: Receiver) -> None:
    far.answer(lost, lost, lost, status(200, b'{"watches": []}'))

    assert "Is it running" in await complaint(address(far))
    assert len(far.requests) == 3


@pytest.fixture
def service(database: Database) -> Service:
    service = a_service(database)
    asyncio.run(fill(service))
    an_operator(service)
    return service


def a_desk(service: Service, url: str, person: Person, scope: Scope = Scope.WRITE) -> ServerDesk:
    return ServerDesk(Server(url, a_key(service, person, scope)))


def test_wrong_key_is_said(service: Service) -> None:
    with served(service) as url, pytest.raises(TrialwatchError, match="does not know this key"):
        ServerDesk(Server(url, KEY)).watches()


def test_key_that_reads_only_changes_nothing(service: Service) -> None:
    ada = a_person(service, "ada")
    with served(service) as url:
        desk = a_desk(service, url, ada, Scope.READ)

        assert desk.watches() == []
        with pytest.raises(TrialwatchError, match="This key only reads"):
            desk.watch(Wish(nct_ids=[CHANGES]))


def test_member_has_lists_and_targets_of_their_own_and_sees_nobody_elses(
    service: Service,
) -> None:
    ada = a_person(service, "ada")
    with served(service) as url:
        desk = a_desk(service, url, ada)
        with pytest.raises(NotWatchedError, match="on no list that you see"):
            desk.trial(CHANGES)
        assert (desk.watches(), desk.targets()) == ([], [])
        assert desk.deliveries(state=None, nct_id=None, limit=9) == []
        with pytest.raises(TargetNotFoundError):
            desk.switch(HOOK, on=False)

        (watched,) = desk.watch(
            Wish(nct_ids=[CHANGES], addresses={Channel.EMAIL: ["ada@example.org"]})
        )

        assert [target.state for target in watched.targets] == [TargetState.UNCONFIRMED]
        assert desk.trial(CHANGES).latest_version == 2
        assert [row.nct_id for row in desk.watches()] == [CHANGES]
        assert dict(desk.unwatch([CHANGES], None)) == {CHANGES: 1}


def test_member_sends_nothing_of_others_again(service: Service) -> None:
    ada = a_person(service, "ada")
    with served(service) as url:
        operators = a_desk(service, url, an_operator(service))
        (mail, *_) = operators.deliveries(state=None, nct_id=None, limit=9)
        desk = a_desk(service, url, ada)

        with pytest.raises(TrialwatchError, match="There is no delivery"):
            desk.replay(Again(ids=[mail.id]))
        assert desk.replay(Again(since=mail.created_at)) == 0
        assert desk.delivery(mail.id) is None


def test_key_of_a_reader_only_reads(service: Service) -> None:
    robin = a_person(service, "robin", Role.READER)
    with served(service) as url, pytest.raises(TrialwatchError, match="This key only reads"):
        a_desk(service, url, robin).watch(Wish(nct_ids=[CHANGES]))


def test_more_trials_than_one_request_takes_are_all_watched(service: Service) -> None:
    ada = a_person(service, "ada")
    a_list(service, ada, name="Many")
    numbers = [NctId(f"NCT9910{number:04}") for number in range(251)]
    with served(service) as url:
        desk = a_desk(service, url, ada)

        assert len(desk.watch(Wish(nct_ids=numbers, list_name="Many"))) == 251
        assert [row.nct_id for row in desk.watches()] == numbers
        assert set(desk.unwatch(numbers, "Many").values()) == {1}
