"""What an operator sets for an institution's sign-in, and what is said of a mistake."""

import pytest

from config.errors import ConfigError
from config.settings import load
from notifiers.standing.findings import Level
from storage.engine import Database
from tests.servers.issuer import CLIENT, SECRET, IssuerServer
from trialwatch.doctor import examine
from trialwatch.institution import institution_of

ISSUER = "https://login.example.org"
WHOLE = {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT": "us", "OIDC_SECRET": "s3cret"}


def _set(values: dict[str, str]) -> dict[str, str]:
    return {f"TRIALWATCH_{name}": value for name, value in values.items()}


def test_nothing_set_is_off() -> None:
    assert institution_of(load({})) is None


def test_button_is_called_after_the_host_unless_it_has_a_name() -> None:
    plain = institution_of(load(_set(WHOLE)))
    named = institution_of(load(_set({**WHOLE, "OIDC_LABEL": "Example University"})))

    assert plain is not None
    assert named is not None
    assert (plain.label, named.label) == ("login.example.org", "Example University")
    assert "s3cret" not in repr(plain)
    assert "s3cret" not in repr(load(_set(WHOLE)))


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (("OIDC_ISSUER",), "TRIALWATCH_OIDC_CLIENT and TRIALWATCH_OIDC_SECRET"),
        (("OIDC_ISSUER", "OIDC_CLIENT"), "without TRIALWATCH_OIDC_SECRET"),
        (("OIDC_CLIENT", "OIDC_SECRET"), "without TRIALWATCH_OIDC_ISSUER"),
        (("OIDC_LABEL",), "TRIALWATCH_OIDC_ISSUER"),
    ],
)
def test_half_set_is_refused_with_what_is_missing(names: tuple[str, ...], missing: str) -> None:
    every = {**WHOLE, "OIDC_LABEL": "Example University"}

    with pytest.raises(ConfigError, match=missing) as refused:
        institution_of(load(_set({name: every[name] for name in names})))

    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "issuer",
    ["http://login.example.org", "https://a:b@login.example.org", "https://[", "https://:1"],
)
def test_issuer_over_which_secrets_would_travel_in_clear_is_refused(issuer: str) -> None:
    with pytest.raises(ConfigError, match="has to begin with https://"):
        institution_of(load(_set({**WHOLE, "OIDC_ISSUER": issuer})))


def test_issuer_with_more_than_an_address_is_refused() -> None:
    with pytest.raises(ConfigError, match="TRIALWATCH_OIDC_ISSUER"):
        load(_set({**WHOLE, "OIDC_ISSUER": f"{ISSUER}?a=b"}))


async def _found(database: Database, **values: str) -> dict[str, tuple[Level, str]]:
    nowhere = {"REGISTRY_URL": "http://127.0.0.1:9/api/v2", "WEB_BIND": "127.0.0.1:0"}
    settings = load(_set({"DATABASE_URL": database.shown_as, **nowhere, **values}))
    return {one.check: (one.level, one.text) for one in await examine(settings)}


async def test_check_up_asks_the_institution_where_one_is_set(
    database: Database, provider: IssuerServer
) -> None:
    whole = {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT": CLIENT, "OIDC_SECRET": SECRET}

    assert "institution" not in await _found(database)
    by_name = (await _found(database, OIDC_LABEL="Example University"))["institution"]
    assert by_name[0] is Level.BAD, "a name alone is half of it too"
    level, text = (await _found(database, **whole))["institution"]
    assert (
        level,
        f"{provider.issuer} says where it is asked and signs with 1 known keys" in text,
    ) == (
        Level.WELL,
        True,
    )
    other = await _found(database, **{**whole, "OIDC_ISSUER": f"{provider.issuer}/"})
    assert other["institution"] == (Level.BAD, "the discovery document is of another issuer")
    half = await _found(database, OIDC_CLIENT=CLIENT)
    assert half["institution"][0] is Level.BAD
