"""What another site made a browser send is turned away."""

import pytest

from trialwatch.web.guard import is_foreign

OURS = "https://watch.example"


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": OURS}, True),
        ({"origin": OURS}, False),
        ({"origin": "http://127.0.0.1:8080", "host": "127.0.0.1:8080"}, False),
        ({"origin": "https://evil.example", "host": "127.0.0.1:8080"}, True),
        ({"origin": "null", "host": "127.0.0.1:8080"}, True),
        ({}, False),
    ],
)
def test_change_is_let_through_from_our_own_pages_and_from_tools(
    headers: dict[str, str], *, foreign: bool
) -> None:
    assert is_foreign("POST", "/lists", headers, web_url=OURS) is foreign


def test_looking_is_free_and_a_key_in_the_address_is_enough() -> None:
    evil = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}

    assert not is_foreign("GET", "/lists", evil, web_url=OURS)
    assert not is_foreign("POST", "/u/token", evil, web_url=OURS)
    assert is_foreign("DELETE", "/lists", evil, web_url=OURS)
