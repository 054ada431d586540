"""Tokens of an institution that are not what they seem, each through a real provider."""

import hmac
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from joserfc import jwt

from tests.builders import NOON
from tests.integration.web.institutions import (
    NOT_BELIEVED,
    encoded,
    go_through,
    is_refused,
)
from tests.servers.issuer import CLIENT, IssuerServer, ec_key, rsa_key
from tests.unit.web.members import OPERATORS

# --- another issuer ----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["/", ".evil.example", ""])
async def test_document_of_another_issuer_is_not_used(
    browser: httpx.AsyncClient, provider: IssuerServer, ending: str
) -> None:
    provider.document = {"issuer": provider.issuer + ending if ending else None}

    answer = await browser.get("/institution")

    assert answer.status_code == 503
    assert "does not answer as it should" in answer.text
    assert "location" not in answer.headers


async def test_token_of_another_issuer_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.claims = {"iss": f"{provider.issuer}/"}

    await is_refused(browser, NOT_BELIEVED)


@pytest.mark.parametrize("said", ["https://evil.example", "", None])
async def test_mix_up_ends_before_the_code_goes_anywhere(
    browser: httpx.AsyncClient, provider: IssuerServer, said: str | None
) -> None:
    provider.answer_back = {"iss": said}

    await is_refused(browser, NOT_BELIEVED)

    assert provider.asked("/token") == []


async def test_issuer_that_never_names_itself_may_leave_it_out_and_not_lie(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"authorization_response_iss_parameter_supported": None}
    provider.answer_back = {"iss": "https://evil.example"}
    await is_refused(browser, NOT_BELIEVED)

    provider.answer_back = {"iss": None}
    assert (await go_through(browser)).status_code == 303


# --- a token that is not what it seems ---------------------------------------------------------


async def test_token_without_a_signature_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"id_token_signing_alg_values_supported": ["none", "RS256"]}
    for name in ("none", "None", "NONE", "nOnE"):
        for signature in ("", "AAAA"):
            head = encoded({"alg": name})
            provider.mint = lambda claims, head=head, end=signature: (
                f"{head}.{encoded(claims)}.{end}"
            )

            await is_refused(browser, NOT_BELIEVED)


@pytest.mark.parametrize("form", ["pem", "json"])
async def test_token_signed_with_the_public_key_as_a_secret_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer, form: str
) -> None:
    provider.document = {"id_token_signing_alg_values_supported": ["HS256", "RS256"]}
    public = {
        "pem": provider.key.as_pem(private=False),
        "json": json.dumps(provider.key.as_dict(private=False)).encode(),
    }[form]

    def forge(claims: Mapping[str, Any]) -> str:
        head = {"alg": "HS256", "kid": provider.key.kid}
        signed = f"{encoded(head)}.{encoded(claims)}"
        return f"{signed}.{encoded(hmac.digest(public, signed.encode(), 'sha256'))}"

    provider.mint = forge
    await is_refused(browser, NOT_BELIEVED)


async def test_issuer_that_signs_with_shared_secrets_alone_is_not_used(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"id_token_signing_alg_values_supported": ["HS256", "none"]}

    assert (await browser.get("/institution")).status_code == 503


async def test_secret_key_among_the_keys_is_not_used(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.published = [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}]

    await is_refused(browser, "does not answer as it should", code=503)


async def test_way_of_signing_that_the_issuer_does_not_name_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"id_token_signing_alg_values_supported": ["ES256"]}

    await is_refused(browser, NOT_BELIEVED)


async def test_another_key_under_the_same_name_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.published = [provider.key.as_dict(private=False)]
    other = rsa_key("other")
    provider.mint = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "first"}, dict(claims), other, ["RS256"]
    )

    await is_refused(browser, NOT_BELIEVED)


async def test_key_that_the_token_brings_along_is_not_used(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    own = ec_key("own")
    provider.mint = lambda claims: jwt.encode(
        {"alg": "ES256", "jwk": own.as_dict(private=False)}, dict(claims), own, ["ES256"]
    )

    await is_refused(browser, NOT_BELIEVED)


async def test_token_changed_on_its_way_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    def forge(claims: Mapping[str, Any]) -> str:
        head, _, signature = provider.sign(claims).split(".")
        return f"{head}.{encoded({**claims, 'email': OPERATORS})}.{signature}"

    provider.mint = forge
    await is_refused(browser, NOT_BELIEVED)


async def test_garbage_for_a_token_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    heads: tuple[object, ...] = ([], {"alg": ["RS256"]}, {"alg": "RS256", "crit": ["x"], "x": 1})
    for token in (
        *("", "a.b.c", "..", "a.b.c.d.e", "é.é.é", "x" * 40_000, "[" * 20_000),
        encoded(b"[" * 300) + ".e30.AAAA",
        *(f"{encoded(head)}.e30.AAAA" for head in heads),
    ):
        provider.mint = lambda _, token=token: token

        await is_refused(browser, NOT_BELIEVED)


# --- a token for somebody else, or of another time ---------------------------------------------


async def test_token_for_another_audience_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    others = "another client"
    cases: tuple[dict[str, Any], ...] = (
        *({"aud": others}, {"aud": [others]}, {"aud": None}, {"aud": []}, {"aud": {CLIENT: 1}}),
        *({"aud": [CLIENT, others]}, {"aud": [CLIENT, others], "azp": others}, {"azp": others}),
    )
    for provider.claims in cases:
        await is_refused(browser, NOT_BELIEVED)


async def test_token_for_others_too_is_taken_where_it_was_made_for_us(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.claims = {"aud": [CLIENT, "another client"], "azp": CLIENT}

    assert (await go_through(browser)).status_code == 303


async def test_stale_token_or_one_without_times_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    long_ago, some_day = int(NOON.timestamp()) - 700, int(NOON.timestamp()) + 3600
    for claims in (
        *({"exp": long_ago}, {"exp": None}, {"exp": "never"}, {"exp": True}, {"exp": float("nan")}),
        *({"exp": 10**400}, {"iat": None}, {"iat": long_ago}, {"iat": some_day}, {"iat": "now"}),
        *({"iat": float("nan")}, {"iat": float("inf")}, {"nbf": some_day}, {"nbf": "soon"}),
    ):
        provider.claims = claims

        await is_refused(browser, NOT_BELIEVED)


async def test_token_about_nobody_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for subject in ("", None, 17, "a" * 256, "a\nb", "à", ["ada-17"]):
        provider.claims = {"sub": subject}

        await is_refused(browser, NOT_BELIEVED)
