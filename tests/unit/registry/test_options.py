from datetime import timedelta
from importlib.metadata import version
from typing import Any

import httpx
import pytest

from monitor.registry.options import RegistryOptions


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("url", "ftp://example.org/api/v2", "an http(s) address in /api/v2"),
        ("url", "https://example.org/api/v1", "an http(s) address in /api/v2"),
        ("url", "https://example.org/api/v2?x=1", "an http(s) address in /api/v2"),
        ("url", "https://example.org/api/v2\r\nX: y", "an http(s) address in /api/v2"),
        ("contact", "me@example.org\r\nX-Evil: 1", "one printable word"),
        ("contact", "me (at) example.org", "one printable word"),
        ("contact", "(me", "one printable word"),
        ("contact", "me)", "one printable word"),
        ("contact", "a\\b", "one printable word"),
        ("contact", "m\u00e9@example.org", "one printable word"),
        ("contact", "x" * 201, "one printable word"),
        ("rate", -1, "0 or more"),
        ("rate", float("nan"), "0 or more"),
        ("batch", 0, "1 to 100"),
        ("batch", 101, "1 to 100"),
        ("page_size", 0, "1 to 1000"),
        ("page_size", 1001, "1 to 1000"),
        ("body_cap_bytes", 0, "more than 0"),
        ("attempts", 0, "more than 0"),
    ],
)
def test_unusable_option_is_refused_by_name(name: str, value: Any, allowed: str) -> None:
    with pytest.raises(ValueError, match="of the registry is") as refused:
        RegistryOptions(**{name: value})

    assert str(refused.value) == f"{name} of the registry is {value!r}; allowed is {allowed}"


def test_contact_is_optional() -> None:
    ours, library = f"trialwatch/{version('trialwatch')}", f"python-httpx/{httpx.__version__}"

    assert RegistryOptions().user_agent == f"{ours} {library}"
    assert RegistryOptions(contact="ops@example.org").user_agent == (
        f"{ours} (+ops@example.org) {library}"
    )


@pytest.mark.parametrize(
    ("url", "trusts"),
    [
        ("https://clinicaltrials.gov/api/v2", True),
        ("http://10.1.2.3/api/v2", True),
        ("http://127.0.0.1:8090/api/v2", False),
        ("http://[::1]:8090/api/v2", False),
        ("http://localhost:8090/api/v2", False),
    ],
)
def test_proxies_count_everywhere_but_on_this_machine(url: str, *, trusts: bool) -> None:
    assert RegistryOptions(url=url).trust_env is trusts


def test_host_for_people_carries_no_password() -> None:
    options = RegistryOptions(url="https://user:secret@mirror.example.org:8443/api/v2")

    assert options.host == "mirror.example.org:8443"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contact", "x" * 200),
        ("rate", 0),
        ("batch", 1),
        ("batch", 100),
        ("page_size", 1),
        ("page_size", 1000),
        ("body_cap_bytes", 1),
        ("attempts", 1),
    ],
)
def test_outermost_values_are_allowed(name: str, value: object) -> None:
    assert getattr(RegistryOptions(**{name: value}), name) == value  # type: ignore[arg-type]  # one field at a time


def test_real_registry_is_asked_once_a_second_by_default() -> None:
    options = RegistryOptions()

    assert options.url == "https://clinicaltrials.gov/api/v2"
    assert (options.rate, options.batch, options.attempts) == (1.0, 100, 5)
    assert (options.contact, options.page_size, options.body_cap_bytes) == ("", 1000, 33_554_432)
    assert (options.first_rest, options.longest_rest) == (
        timedelta(seconds=1),
        timedelta(minutes=1),
    )
    assert options.connect_timeout == timedelta(seconds=10)
    assert options.read_timeout == timedelta(seconds=30)
    assert options.answer_timeout == timedelta(minutes=2)
