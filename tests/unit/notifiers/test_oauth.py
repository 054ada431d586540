"""Where access tokens may come from."""

from typing import Any

import pytest

from notifiers.oauth import TokenOptions


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "http://login.example/token"}, "begin with https://"),
        ({"url": "https:///token"}, "name a host"),
        ({"url": "http://127.0.0.1.evil.example/token"}, "begin with https://"),
        ({"client": ""}, "no client"),
        ({"secret": "", "refresh": ""}, "neither a refresh token nor a secret"),
    ],
)
def test_what_cannot_be_used_is_refused(fields: dict[str, Any], said: str) -> None:
    usual: dict[str, Any] = {
        "url": "https://login.example/token",
        "client": "us",
        "secret": "geheim",
    }

    with pytest.raises(ValueError, match=said) as error:
        TokenOptions(**{**usual, **fields})

    assert "geheim" not in str(error.value)


def test_secrets_are_not_shown() -> None:
    options = TokenOptions(
        url="http://127.0.0.1:8/token", client="us", secret="geheim", refresh="geheim"
    )

    assert "geheim" not in repr(options)
