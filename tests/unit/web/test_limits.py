"""How often somebody may try."""

from datetime import timedelta

import pytest

from tests.builders import NOON
from trialwatch.web.limits import Limit, network_of, origin_of

MINUTE = timedelta(minutes=1)


def test_tries_beyond_the_most_are_refused_until_the_first_is_old() -> None:
    limit = Limit(most=2, within=10 * MINUTE)

    assert [limit.allows("a", NOON + n * MINUTE) for n in (0, 1, 2)] == [True, True, False]
    assert limit.allows("b", NOON)
    assert limit.allows("a", NOON + 10 * MINUTE)


def test_refused_tries_do_not_lengthen_the_wait() -> None:
    limit = Limit(most=1, within=10 * MINUTE)
    tries = [limit.allows("a", NOON + n * MINUTE) for n in range(12)]

    assert tries == [True, *[False] * 9, True, False]


def test_success_forgets() -> None:
    limit = Limit(most=1, within=MINUTE)
    limit.allows("a", NOON)
    limit.forget("a")

    assert limit.allows("a", NOON)


def test_many_names_do_not_fill_the_memory() -> None:
    limit = Limit(most=1, within=MINUTE)
    for number in range(10_050):
        limit.allows(str(number), NOON)

    assert limit.allows("0", NOON), "the one longest unseen was forgotten"
    assert not limit.allows("10049", NOON)


def test_one_customers_many_addresses_count_together() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2")
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("testclient") == "testclient"


@pytest.mark.parametrize(
    ("peer", "header", "origin"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("::1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9, forged", "127.0.0.1"),
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),
        ("testclient", "198.51.100.7", "testclient"),
    ],
)
def test_only_the_last_word_of_a_proxy_on_this_machine_is_believed(
    peer: str, header: str, origin: str
) -> None:
    assert origin_of(peer, header) == origin
