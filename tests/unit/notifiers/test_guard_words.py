"""Why an address is refused, word for word, and the last address before and after each bound."""

from collections.abc import Sequence
from ipaddress import ip_network

import httpx
import pytest

from monitor.domain.errors import InvalidAddressError
from notifiers.guard import (
    AddressRefusedError,
    Resolve,
    check_webhook_url,
    is_within,
    judged_addresses,
    port_of,
)

TEN = (ip_network("10.0.0.0/8"),)
PRIVATE = (
    "The host is not on the public internet, and webhooks go nowhere else: use a public address,"
    " or let its network through with TRIALWATCH_WEBHOOK_ALLOW"
)
PLAIN = (
    "Webhooks go over https; plain http only to networks in TRIALWATCH_WEBHOOK_ALLOW: change the"
    " address to https"
)


def leads(*addresses: str, asked: list[tuple[str, int]] | None = None) -> Resolve:
    def resolve(host: str, port: int) -> Sequence[str]:
        if asked is not None:
            asked.append((host, port))
        return addresses

    return resolve


PUBLIC = leads("93.184.215.14")


def refusal(url: str) -> str:
    with pytest.raises(InvalidAddressError) as refused:
        check_webhook_url(url, resolve=PUBLIC)
    return str(refused.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "https://user:pa55@hooks.example/" + "x" * 2048,
            "'https://hooks.example' is too long: 2048 characters at most; use a shorter address",
        ),
        (
            "https://hooks.example:x/secret",
            (
                "'https://hooks.example:x' is not a web address: it looks like"
                " https://example.org/hooks"
            ),
        ),
        (
            "ftp://hooks.example/secret",
            "'ftp://hooks.example' does not begin with https://: webhooks need it",
        ),
        ("hooks", "'hooks' does not begin with https://: webhooks need it"),
        ("h" * 90, f"'{'h' * 80}' does not begin with https://: webhooks need it"),
        (
            "ftp://" + "h" * 90,
            f"'ftp://{'h' * 74}' does not begin with https://: webhooks need it",
        ),
        (
            "https://user:pa55@hooks.example/",
            (
                "'https://hooks.example' holds a user name or password: leave it out, signatures prove"
                " who sends"
            ),
        ),
        (
            "https://hooks.example/a b",
            "'https://hooks.example' holds a blank or a backslash: leave it out",
        ),
        (
            "https://hooks.example/a\\b",
            "'https://hooks.example' holds a blank or a backslash: leave it out",
        ),
        ("https:///path", "The web address names no host: it looks like https://host/path"),
        (
            "https://hooks.example:22/",
            "Webhooks go to port 443, 80, or 1024 and above, not to 22: choose another port",
        ),
        ("http://hooks.example/", PLAIN),
    ],
)
def test_refused_address_is_told_of_whole(url: str, said: str) -> None:
    assert refusal(url) == said


def test_longest_address_is_taken() -> None:
    url = "https://hooks.example/" + "x" * (2048 - 22)

    assert check_webhook_url(f" {url} ", resolve=PUBLIC) == url
    assert "is too long" in refusal(f"{url}x")


def test_name_that_leads_nowhere_is_not_found() -> None:
    with pytest.raises(InvalidAddressError) as refused:
        check_webhook_url("https://hooks.example/secret", resolve=leads())

    assert str(refused.value) == (
        "The host of 'https://hooks.example' cannot be found: check its spelling, or try again"
        " later"
    )
    with pytest.raises(OSError, match=r"^no address for hooks\.example$"):
        judged_addresses("hooks.example", 443, secure=True, allow=(), resolve=leads())


@pytest.mark.parametrize("port", [80, 443, 1024, 1025, 65535])
def test_port_that_serves_the_web_is_gone_to(port: int) -> None:
    assert judged_addresses("h.example", port, secure=True, allow=(), resolve=PUBLIC) == (
        "93.184.215.14",
    )


@pytest.mark.parametrize("port", [0, 1, 79, 81, 442, 444, 1023, 65536])
def test_port_of_another_service_is_not_gone_to(port: int) -> None:
    with pytest.raises(AddressRefusedError) as refused:
        judged_addresses("h.example", port, secure=True, allow=(), resolve=PUBLIC)

    assert str(refused.value) == (
        f"Webhooks go to port 443, 80, or 1024 and above, not to {port}: choose another port"
    )


@pytest.mark.parametrize(
    ("addresses", "secure", "said"),
    [
        (("10.0.0.1", "93.184.215.14"), True, None),
        (("10.0.0.1",), False, None),
        (("10.0.0.1", "93.184.215.14"), False, PLAIN),
        (("10.0.0.1", "192.168.0.1"), True, PRIVATE),
        (("11.0.0.1",), False, PLAIN),
        (("not a number",), True, PRIVATE),
    ],
)
def test_every_address_of_a_name_has_to_be_allowed(
    addresses: tuple[str, ...], said: str | None, *, secure: bool
) -> None:
    def judged() -> tuple[str, ...]:
        return judged_addresses(
            "h.example", 443, secure=secure, allow=TEN, resolve=leads(*addresses)
        )

    if said is None:
        assert judged() == addresses
        return
    with pytest.raises(AddressRefusedError) as refused:
        judged()
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://Hooks.Example/x", ("hooks.example", 443)),
        ("https://hooks.example:8443/x", ("hooks.example", 8443)),
        ("https://bücher.example/x", ("xn--bcher-kva.example", 443)),
    ],
)
def test_name_is_looked_up_once_with_its_port(url: str, asked: tuple[str, int]) -> None:
    lookups: list[tuple[str, int]] = []

    check_webhook_url(url, resolve=leads("93.184.215.14", asked=lookups))

    assert lookups == [asked]


@pytest.mark.parametrize(
    ("url", "port"),
    [("https://h/", 443), ("http://h/", 80), ("http://h:8080/", 8080), ("ftp://h/", 0)],
)
def test_port_is_the_one_a_web_address_means(url: str, port: int) -> None:
    assert port_of(httpx.URL(url)) == port


@pytest.mark.parametrize(
    ("addresses", "within"),
    [
        (("10.0.0.1", "10.255.255.255"), True),
        (("10.0.0.1", "11.0.0.0"), False),
        (("9.255.255.255",), False),
        ((), False),
    ],
)
def test_address_lies_within_networks_only_with_all_it_leads_to(
    addresses: tuple[str, ...], *, within: bool
) -> None:
    assert is_within("https://h.example/", TEN, leads(*addresses)) is within


def test_nothing_is_looked_up_where_no_network_is_named() -> None:
    lookups: list[tuple[str, int]] = []

    assert not is_within("https://h.example/", (), leads("10.0.0.1", asked=lookups))
    assert lookups == []


def test_name_that_cannot_be_found_lies_nowhere() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(f"{host}:{port}")

    assert not is_within("https://h.example/", TEN, unknown)
