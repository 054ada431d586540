"""Which addresses webhooks may go to."""

from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from monitor.domain.errors import InvalidAddressError
from notifiers.guard import check_webhook_url, is_allowed

LOOPBACK = (ip_network("127.0.0.0/8"),)

DENIED = [
    "0.0.0.0",  # noqa: S104  # refused, not bound
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.10",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:7f00:1",
    "::5efe:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.167.255.255",
    "198.17.255.255",
    "223.255.255.255",
    "2000::1",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2600::1",
    "2a00:1450::1",
    "3ffe::1",
]


def public(host: str, port: int) -> Sequence[str]:
    del host, port
    return ("93.184.215.14",)


@pytest.mark.parametrize("address", DENIED)
def test_address_that_is_not_public_is_denied(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_allowed(address: str) -> None:
    assert is_allowed(address)


def test_allowed_network_lets_its_addresses_through_and_no_others() -> None:
    networks = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))

    assert is_allowed("10.1.2.3", networks)
    assert is_allowed("fd12::1", networks)
    assert not is_allowed("10.2.0.1", networks)
    assert not is_allowed("::ffff:10.1.2.3", networks)


def test_word_in_place_of_a_number_is_denied() -> None:
    assert not is_allowed("localhost")


def test_address_is_returned_in_its_normal_form() -> None:
    assert (
        check_webhook_url(" HTTPS://Hooks.Example.ORG:443/a?b=c#part ", resolve=public)
        == "https://hooks.example.org/a?b=c"
    )


def test_name_beyond_ascii_is_kept_in_its_wire_form() -> None:
    assert (
        check_webhook_url("https://bücher.example/x", resolve=public)
        == "https://xn--bcher-kva.example/x"
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "https://"),
        ("hooks.example.org/x", "https://"),
        ("ftp://hooks.example.org/x", "https://"),
        ("file:///etc/passwd", "https://"),
        ("javascript:alert(1)", "https://"),
        ("https://", "names no host"),
        ("https:///path", "names no host"),
        ("https://user:pa55@hooks.example.org/", "user name or password"),
        ("https://hooks.example.org\\@127.0.0.1/", "https://"),
        ("https://hooks.example.org/a b", "blank"),
        ("https://hooks.example.org:22/", "port"),
        ("https://hooks.example.org:25/", "port"),
        ("https://hooks.example.org:0/", "port"),
        ("https://hooks.example.org:99999/", "port"),
        ("https://hooks.example.org:x/", "not a web address"),
        ("https://exa\x00mple.org/", "not a web address"),
        ("http://hooks.example.org/", "https"),
        ("https://hooks.example.org/" + "x" * 2048, "too long"),
    ],
)
def test_odd_address_is_refused_with_a_reason(url: str, said: str) -> None:
    with pytest.raises(InvalidAddressError, match=said) as refusal:
        check_webhook_url(url, resolve=public)

    assert "pa55" not in str(refusal.value)


def test_one_private_address_among_several_refuses_the_name() -> None:
    def mixed(host: str, port: int) -> Sequence[str]:
        del host, port
        return ("93.184.215.14", "10.0.0.1")

    with pytest.raises(InvalidAddressError, match="TRIALWATCH_WEBHOOK_ALLOW"):
        check_webhook_url("https://both.example/", resolve=mixed)


def test_refusal_says_nothing_of_what_was_found() -> None:
    def refusal(address: str) -> str:
        with pytest.raises(InvalidAddressError) as refused:
            check_webhook_url("https://x.example/", resolve=lambda _, __: (address,))
        return str(refused.value)

    assert refusal("10.0.0.1") == refusal("169.254.169.254") == refusal("::1")


def test_plain_http_is_taken_inside_an_allowed_network_alone() -> None:
    url = "http://127.0.0.1:8000/hook"

    assert check_webhook_url(url, LOOPBACK) == url
    with pytest.raises(InvalidAddressError):
        check_webhook_url(url)


def test_name_that_cannot_be_found_is_refused() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(f"{host}:{port}")

    with pytest.raises(InvalidAddressError, match="cannot be found"):
        check_webhook_url("https://nowhere.example/", resolve=unknown)


def test_name_that_cannot_be_a_name_is_refused() -> None:
    with pytest.raises(InvalidAddressError, match="cannot be found"):
        check_webhook_url("https://a..b/")
