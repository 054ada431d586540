from typing import Any

import pytest

from monitor.registry.options import RegistryOptions


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "ftp://example.org/api/v2"),
        ("url", "https://example.org/api/v1"),
        ("url", "https://example.org/api/v2?x=1"),
        ("url", "https://example.org/api/v2\r\nX: y"),
        ("contact", "me@example.org\r\nX-Evil: 1"),
        ("contact", "me (at) example.org"),
        ("contact", "m\u00e9@example.org"),
        ("rate", -1),
        ("rate", float("nan")),
        ("batch", 0),
        ("batch", 101),
        ("page_size", 0),
        ("page_size", 1001),
        ("body_cap_bytes", 0),
        ("attempts", 0),
    ],
)
def test_unusable_option_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name} of the registry is .* allowed is"):
        RegistryOptions(**{name: value})


def test_contact_is_optional() -> None:
    program, library = RegistryOptions().user_agent.split(" ")

    assert program.startswith("trialwatch/")
    assert library.startswith("python-httpx/")


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
        ("rate", 0),
        ("batch", 1),
        ("batch", 100),
        ("page_size", 1),
        ("page_size", 1000),
        ("body_cap_bytes", 1),
        ("attempts", 1),
    ],
)
def test_outermost_values_are_allowed(name: str, value: int) -> None:
    assert getattr(RegistryOptions(**{name: value}), name) == value  # type: ignore[arg-type]  # one field at a time


def test_real_registry_is_asked_once_a_second_by_default() -> None:
    options = RegistryOptions()

    assert options.url == "https://clinicaltrials.gov/api/v2"
    assert (options.rate, options.batch, options.attempts) == (1.0, 100, 5)
