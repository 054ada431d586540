"""E-mail addresses that can be sent to."""

import pytest

from monitor.domain.errors import InvalidAddressError
from notifiers.addresses import check_email_address


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("reader@example.org", "reader@example.org"),
        ("  reader@Example.ORG ", "reader@example.org"),
        ("Reader.Name+trials@example.org", "Reader.Name+trials@example.org"),
        ("someone@clinic.example", "someone@clinic.example"),
        ("a@localhost.test", "a@localhost.test"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("jürgen@example.org", "jürgen@example.org"),
    ],
)
def test_address_is_normalised(text: str, normal: str) -> None:
    assert check_email_address(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "reader",
        "reader@",
        "@example.org",
        "reader@example",
        "reader@@example.org",
        '"two words"@example.org',
        "reader@[127.0.0.1]",
        "reader@[IPv6:::1]",
        "Reader <reader@example.org>",
        "reader@example.org,other@example.org",
        "reader@example.org\r\nBcc: other@example.org",
        "rea\x00der@example.org",
        "reader@exa\u202emple.org",
        "rea der@example.org",
        "reader@-example.org",
        "x" * 65 + "@example.org",
        "reader@" + "x." * 130 + "org",
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(InvalidAddressError, match="e-mail address"):
        check_email_address(text)
