"""No spelling of a private address opens a socket."""
# ruff: noqa: RUF001  # letters that look alike are the point

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from ipaddress import ip_network

import pytest

from monitor.domain.errors import DeliveryError, InvalidAddressError
from notifiers.guard import check_webhook_url
from tests.integration.notifiers.conftest import Poster
from tests.servers.made import a_webhook_claim
from tests.servers.receiver import Receiver

#: Hosts that lead, or may lead, to this machine or near it. {} is the trap's port.
SPELLINGS = """
127.0.0.1 127.1 127.0.1 127.0.0.2 127.255.255.254 0 0.0.0.0 0x7f.1 0x7f.0.0.1 0x7f000001
2130706433 017700000001 0177.0.0.1 0177.0.0.01 00127.0.0.1 127.000.000.001 0x7F.0x0.0x0.0x1
127.0x1 0x7f.0x000001 3232235521 2852039166 localhost LOCALHOST LocalHost
①②⑦.⓪.⓪.① 127。0。0。1 １２７.０.０.１ 127．0．0．1 ⑯⑨。②⑤④。⑯⑨｡②⑤④ ｌｏｃａｌｈｏｓｔ
169.254.169.254 169.254.0.1 10.0.0.1 10.1 172.16.0.1 172.31.255.254 192.168.0.1 192.168.1
100.64.0.1 198.18.0.1 192.0.2.1 203.0.113.7 224.0.0.1 239.255.255.250 255.255.255.255 240.0.0.1
[::1] [::] [0:0:0:0:0:0:0:1] [0000::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1]
[::ffff:0:127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [64:ff9b:1::1] [2002:7f00:1::]
[2001:0:7f00:1::] [2001:db8::1] [3fff::1] [fc00::1] [fd00:ec2::254] [fe80::1] [fec0::1]
[ff02::1] [::5efe:7f00:1] [100::1] [5f00::1]
""".split()  # noqa: SIM905  # a table


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    if family is socket.AF_INET6:
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listening.bind((host, port))
    return listening


@pytest.fixture
async def trap() -> AsyncIterator[Receiver]:
    """Listens on one port of 127.0.0.1 and ::1, and counts who comes."""
    caught = Receiver()
    async with AsyncExitStack() as stack:
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            listening = _bound(family, host, caught.port)
            caught.port = listening.getsockname()[1]
            server = await asyncio.start_server(caught.meet, sock=listening)
            await stack.enter_async_context(server)
        yield caught
        await caught.stop()


def test_table_is_long_enough() -> None:
    assert len(SPELLINGS) >= 60


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_spelling_opens_a_socket(poster: Poster, trap: Receiver, scheme: str) -> None:
    async with poster(allow=()) as notifier:
        for host in SPELLINGS:
            with pytest.raises(DeliveryError):
                await notifier.send(a_webhook_claim(f"{scheme}://{host}:{trap.port}/hook"))

    assert trap.connections == 0


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_can_be_saved(host: str) -> None:
    with pytest.raises(InvalidAddressError):
        check_webhook_url(f"https://{host}:8443/hook")


async def test_trap_is_found_when_it_is_allowed(poster: Poster, trap: Receiver) -> None:
    async with poster() as notifier:
        for host in ("127.0.0.1", "[::1]", "127.1", "2130706433"):
            await notifier.send(a_webhook_claim(f"http://{host}:{trap.port}/hook"))

    assert trap.connections == 4


class Rebinding:
    """A name server that says something else each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        del host, port
        return self.answers.pop(0) if self.answers else ("127.0.0.1",)


async def test_name_that_turns_private_after_saving_opens_nothing(
    poster: Poster, trap: Receiver
) -> None:
    name_server = Rebinding(("93.184.215.14",), ("127.0.0.1",))
    url = check_webhook_url(f"https://rebind.example:{trap.port}/", resolve=name_server)

    async with poster(allow=(), resolve=name_server) as notifier:
        with pytest.raises(DeliveryError, match="TRIALWATCH_WEBHOOK_ALLOW") as error:
            await notifier.send(a_webhook_claim(url))

    assert trap.connections == 0
    assert not error.value.permanent


async def test_name_is_looked_up_once_and_not_again(poster: Poster, trap: Receiver) -> None:
    name_server = Rebinding(("127.0.0.1",), ("10.0.0.1",))

    async with poster(resolve=name_server) as notifier:
        await notifier.send(a_webhook_claim(f"http://once.example:{trap.port}/"))

    assert trap.connections == 1
    assert name_server.answers == [("10.0.0.1",)]


async def test_mixed_answer_opens_nothing(poster: Poster, trap: Receiver) -> None:
    mixed = Rebinding(("127.0.0.1", "10.0.0.1"))

    async with poster(allow=(ip_network("127.0.0.0/8"),), resolve=mixed) as notifier:
        with pytest.raises(DeliveryError):
            await notifier.send(a_webhook_claim(f"http://mixed.example:{trap.port}/"))

    assert trap.connections == 0


async def test_name_server_that_hangs_takes_no_more_than_its_time(
    poster: Poster, trap: Receiver
) -> None:
    answered = threading.Event()

    def slow(host: str, port: int) -> Sequence[str]:
        del port
        if host == "slow.example":
            answered.wait(10)
        return ("127.0.0.1",)

    async with poster(resolve=slow, total_time=timedelta(seconds=0.5)) as notifier:
        waiting = asyncio.create_task(
            notifier.send(a_webhook_claim(f"http://slow.example:{trap.port}/"))
        )
        await notifier.send(a_webhook_claim(f"http://quick.example:{trap.port}/"))
        with pytest.raises(DeliveryError, match="did not answer") as error:
            await waiting
        answered.set()

    assert not error.value.uncertain
    assert trap.connections == 1


async def test_name_that_is_gone_may_come_back(poster: Poster) -> None:
    def gone(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, f"{host}:{port}")

    async with poster(resolve=gone) as notifier:
        with pytest.raises(
            DeliveryError, match=r"^The receiver cannot be reached: its name cannot be resolved"
        ) as error:
            await notifier.send(a_webhook_claim("https://gone.example/"))

    assert not error.value.permanent


async def test_damaged_address_is_given_up(poster: Poster) -> None:
    async with poster() as notifier:
        with pytest.raises(
            DeliveryError, match=r"^The address of this webhook is damaged: give it again$"
        ) as error:
            await notifier.send(a_webhook_claim("http://0177.0.0.1/"))

    assert error.value.permanent
