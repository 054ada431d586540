"""A name that leads elsewhere a second later opens no socket there: a real name server rebinds."""

import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import dns.exception
import pytest

from monitor.domain.errors import DeliveryError, InvalidAddressError
from notifiers.guard import Resolve, check_webhook_url
from tests.integration.notifiers.conftest import Poster
from tests.servers.dns import NameServer, name_server, resolve_by
from tests.servers.made import a_webhook_claim

NAME = "hooks.rebind.example"
PUBLIC = "192.88.98.7"


@dataclass
class Trap:
    """Listens on loopback and counts who comes."""

    port: int
    came: list[str] = field(default_factory=list)


@pytest.fixture
def trap() -> Iterator[Trap]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        found, done = Trap(listening.getsockname()[1]), threading.Event()

        def count() -> None:
            while not done.is_set():
                try:
                    one, peer = listening.accept()
                except TimeoutError:
                    continue
                found.came.append(peer[0])
                one.close()

        thread = threading.Thread(target=count)
        thread.start()
        try:
            yield found
        finally:
            done.set()
            thread.join()


@pytest.fixture
def names() -> Iterator[NameServer]:
    with name_server() as server:
        yield server


def by(names: NameServer) -> Resolve:
    """Look names up at the name server, every time anew."""
    resolver = resolve_by(names, lifetime=0.5)

    def resolve(host: str, port: int) -> Sequence[str]:
        del port
        try:
            answers = [
                resolver.resolve(host, kind, raise_on_no_answer=False) for kind in ("A", "AAAA")
            ]
        except dns.exception.DNSException as error:
            raise OSError(str(error)) from error
        return tuple(str(one) for answer in answers for one in answer.rrset or ())

    return resolve


@pytest.mark.parametrize(
    "then",
    [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], ["169.254.169.254"], ["0.0.0.0"]],  # noqa: S104  # never bound to
)
async def test_name_judged_well_and_rebound_opens_no_socket(
    names: NameServer, trap: Trap, poster: Poster, then: list[str]
) -> None:
    names.rebinds(NAME, "A", [PUBLIC], then)
    url = f"https://{NAME}:{trap.port}/in"

    assert check_webhook_url(url, resolve=by(names)) == url
    async with poster(resolve=by(names), allow=()) as notifier:
        for _ in range(3):
            with pytest.raises(DeliveryError, match="public internet"):
                await notifier.send(a_webhook_claim(url))

    assert trap.came == []
    assert names.asked[NAME, "A"] == 4


async def test_each_send_looks_the_name_up_once_and_goes_there(
    names: NameServer, trap: Trap, poster: Poster
) -> None:
    # Judged at one address, it would lead to the trap if it were looked up a second time.
    names.rebinds(NAME, "A", ["127.0.0.9"], ["127.0.0.1"])
    async with poster(resolve=by(names)) as notifier:
        with pytest.raises(DeliveryError):
            await notifier.send(a_webhook_claim(f"http://{NAME}:{trap.port}/in"))

    assert names.asked[NAME, "A"] == 1
    assert trap.came == []


@pytest.mark.parametrize("kind", ["alias", "v6", "mapped"])
async def test_detours_lead_nowhere_either(
    names: NameServer, trap: Trap, poster: Poster, kind: str
) -> None:
    if kind == "alias":
        names.has(NAME, "CNAME", "second.example.")
        names.has("second.example", "CNAME", "third.example.")
        names.has("third.example", "A", "127.0.0.1")
    else:
        names.has(NAME, "A", PUBLIC)
        names.has(NAME, "AAAA", "::1" if kind == "v6" else "::ffff:127.0.0.1")
    url = f"https://{NAME}:{trap.port}/in"

    with pytest.raises(InvalidAddressError, match="public internet"):
        check_webhook_url(url, resolve=by(names))
    async with poster(resolve=by(names), allow=()) as notifier:
        with pytest.raises(DeliveryError, match="public internet"):
            await notifier.send(a_webhook_claim(url))

    assert trap.came == []


@pytest.mark.parametrize("kind", ["no such name", "broken", "silent"])
async def test_name_that_cannot_be_resolved_is_a_failure_that_may_pass(
    names: NameServer, trap: Trap, poster: Poster, kind: str
) -> None:
    if kind == "broken":
        names.broken.add(NAME)
    if kind == "silent":
        names.silent.add(NAME)
    async with poster(resolve=by(names), allow=()) as notifier:
        with pytest.raises(DeliveryError) as failed:
            await notifier.send(a_webhook_claim(f"https://{NAME}:{trap.port}/in"))

    assert not failed.value.permanent
    assert trap.came == []
