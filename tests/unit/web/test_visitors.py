"""Who may see the pages as long as there is no sign-in."""

from ipaddress import ip_network

import pytest

from storage.engine import Database
from tests.unit.web.site import a_service, visiting
from trialwatch.web.visitors import may_see

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
OFFICE = (*LOOPBACK, ip_network("10.1.0.0/16"))
OURS = "https://watch.example"


@pytest.mark.parametrize(
    ("peer", "host", "headers", "seen"),
    [
        ("127.0.0.1", "127.0.0.1:8080", (), True),
        ("127.0.0.1", "localhost", (), True),
        ("127.0.0.1", "watch.example", (), True),
        ("::1", "[::1]:8080", (), True),
        ("10.1.2.3", "watch.example", (), False),
        ("198.51.100.7", "127.0.0.1", (), False),
        # A name of somebody else's that leads here: DNS rebinding.
        ("127.0.0.1", "evil.example", (), False),
        ("127.0.0.1", "127.0.0.1.evil.example", (), False),
        ("127.0.0.1", "", (), False),
        # A proxy on this machine speaks for somebody elsewhere.
        ("127.0.0.1", "localhost", ("x-forwarded-for",), False),
        ("127.0.0.1", "localhost", ("forwarded",), False),
        ("127.0.0.1", "localhost", ("x-real-ip",), False),
        ("127.0.0.1", "localhost", ("via",), False),
        ("", "localhost", (), False),
        ("testclient", "localhost", (), False),
    ],
)
def test_people_on_this_machine_see_the_pages_and_nobody_else(
    peer: str, host: str, headers: tuple[str, ...], *, seen: bool
) -> None:
    assert may_see(peer=peer, host=host, headers=headers, allow=LOOPBACK, web_url=OURS) is seen


@pytest.mark.parametrize(("peer", "seen"), [("10.1.2.3", True), ("10.2.2.3", False)])
def test_networks_let_in_see_them_too(peer: str, *, seen: bool) -> None:
    host = "watch.example"

    assert may_see(peer=peer, host=host, headers=(), allow=OFFICE, web_url=OURS) is seen


@pytest.mark.parametrize("host", ["[", "[::1", "a b", "evil.example@x", "@127.0.0.1"])
def test_host_that_is_none_is_turned_away_and_breaks_nothing(host: str) -> None:
    seen = may_see(peer="127.0.0.1", host=host, headers=(), allow=LOOPBACK, web_url=OURS)

    assert seen is (host == "@127.0.0.1")


@pytest.mark.parametrize("path", ["/", "/changes", "/deliveries", "/trials/NCT99000001"])
async def test_strangers_are_told_that_there_is_no_page(database: Database, path: str) -> None:
    async with visiting(a_service(database), peer="198.51.100.7") as stranger:
        answer = await stranger.get(path)

    assert answer.status_code == 404
    assert 'href="/deliveries"' not in answer.text


@pytest.mark.parametrize("path", ["/health", "/alive", "/u/unknown", "/static/style.css"])
async def test_what_shows_nothing_of_anybody_is_open_to_all(database: Database, path: str) -> None:
    async with visiting(a_service(database), peer="198.51.100.7", host="watch.example") as stranger:
        assert (await stranger.get(path)).status_code == 200
