"""Where access tokens may come from."""

from datetime import timedelta
from typing import Any

import pytest

from notifiers.oauth import TokenOptions

NO_ADDRESS = "the token address has to begin with https:// and name a host"
NO_RIGHT = "a token address is set, and neither a refresh token nor a secret"


def options(**fields: Any) -> TokenOptions:
    usual: dict[str, Any] = {
        "url": "https://login.example/token",
        "client": "us",
        "secret": "geheim",
    }
    return TokenOptions(**{**usual, **fields})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "http://login.example/token"}, NO_ADDRESS),
        ({"url": "https:///token"}, NO_ADDRESS),
        ({"url": "http:///token"}, NO_ADDRESS),
        ({"url": "ftp://127.0.0.1/token"}, NO_ADDRESS),
        ({"url": "http://127.0.0.1.evil.example/token"}, NO_ADDRESS),
        ({"client": ""}, "a token address is set, and no client: name it"),
        ({"secret": "", "refresh": ""}, NO_RIGHT),
    ],
)
def test_what_cannot_be_used_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="token address") as error:
        options(**fields)

    assert str(error.value) == said


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"secret": "", "refresh": "right"},
        {"refresh": "right"},
        {"url": "http://127.0.0.1:8/token"},
        {"url": "http://[::1]:8/token"},
        {"url": "http://localhost/token"},
    ],
)
def test_secret_or_refresh_token_will_do_over_a_safe_way(fields: dict[str, Any]) -> None:
    assert options(**fields).client == "us"


def test_address_is_asked_for_fifteen_seconds_and_for_no_scope() -> None:
    usual = options()

    assert (usual.total_time, usual.scope, usual.refresh) == (timedelta(seconds=15), "", "")


def test_secrets_are_not_shown() -> None:
    shown = repr(options(url="http://127.0.0.1:8/token", refresh="geheim"))

    assert "geheim" not in shown
    assert "client='us'" in shown
