"""What somebody could try with an institution's sign-in, each through a real provider."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt

from monitor.domain.people import Person
from tests.builders import NOON
from tests.integration.web.institutions import (
    a_browser,
    at_the_provider,
    begin,
    go_through,
    is_in,
)
from tests.servers.issuer import CLIENT, IssuerServer, ec_key, rsa_key
from tests.servers.receiver import endless, status
from tests.unit.web.members import OPERATORS, a_person
from trialwatch.bootstrap import Service

_NOT_BELIEVED = "could not be believed"
_ENDED = "was used already, took too long or was begun in another browser"


async def _is_refused(browser: httpx.AsyncClient, words: str, *, code: int = 403) -> httpx.Response:
    answer = await go_through(browser)
    assert (answer.status_code, words in answer.text) == (code, True), answer.text[-2000:]
    assert 'name="password"' in answer.text, "the other ways are there"
    assert not await is_in(browser)
    return answer


def _encoded(part: object) -> str:
    plain = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


# --- another issuer ---------------------------------------------------------------------------


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

    await _is_refused(browser, _NOT_BELIEVED)


@pytest.mark.parametrize("said", ["https://evil.example", "", None])
async def test_mix_up_ends_before_the_code_goes_anywhere(
    browser: httpx.AsyncClient, provider: IssuerServer, said: str | None
) -> None:
    provider.answer_back = {"iss": said}

    await _is_refused(browser, _NOT_BELIEVED)

    assert provider.asked("/token") == []


async def test_issuer_that_never_names_itself_may_leave_it_out_and_not_lie(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"authorization_response_iss_parameter_supported": None}
    provider.answer_back = {"iss": "https://evil.example"}
    await _is_refused(browser, _NOT_BELIEVED)

    provider.answer_back = {"iss": None}
    assert (await go_through(browser)).status_code == 303


# --- a token that is not what it seems --------------------------------------------------------


async def test_token_without_a_signature_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"id_token_signing_alg_values_supported": ["none", "RS256"]}
    for name in ("none", "None", "NONE", "nOnE"):
        for signature in ("", "AAAA"):
            head = _encoded({"alg": name})
            provider.mint = lambda claims, head=head, end=signature: (
                f"{head}.{_encoded(claims)}.{end}"
            )

            await _is_refused(browser, _NOT_BELIEVED)


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
        signed = f"{_encoded(head)}.{_encoded(claims)}"
        return f"{signed}.{_encoded(hmac.digest(public, signed.encode(), 'sha256'))}"

    provider.mint = forge
    await _is_refused(browser, _NOT_BELIEVED)


async def test_issuer_that_signs_with_shared_secrets_alone_is_not_used(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"id_token_signing_alg_values_supported": ["HS256", "none"]}

    assert (await browser.get("/institution")).status_code == 503


async def test_secret_key_among_the_keys_is_not_used(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.published = [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}]

    await _is_refused(browser, "does not answer as it should", code=503)


async def test_way_of_signing_that_the_issuer_does_not_name_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"id_token_signing_alg_values_supported": ["ES256"]}

    await _is_refused(browser, _NOT_BELIEVED)


async def test_another_key_under_the_same_name_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.published = [provider.key.as_dict(private=False)]
    other = rsa_key("other")
    provider.mint = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "first"}, dict(claims), other, ["RS256"]
    )

    await _is_refused(browser, _NOT_BELIEVED)


async def test_key_that_the_token_brings_along_is_not_used(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    own = ec_key("own")
    provider.mint = lambda claims: jwt.encode(
        {"alg": "ES256", "jwk": own.as_dict(private=False)}, dict(claims), own, ["ES256"]
    )

    await _is_refused(browser, _NOT_BELIEVED)


async def test_token_changed_on_its_way_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    def forge(claims: Mapping[str, Any]) -> str:
        head, _, signature = provider.sign(claims).split(".")
        return f"{head}.{_encoded({**claims, 'email': OPERATORS})}.{signature}"

    provider.mint = forge
    await _is_refused(browser, _NOT_BELIEVED)


async def test_garbage_for_a_token_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    heads: tuple[object, ...] = ([], {"alg": ["RS256"]}, {"alg": "RS256", "crit": ["x"], "x": 1})
    for token in (
        *("", "a.b.c", "..", "a.b.c.d.e", "é.é.é", "x" * 40_000, "[" * 20_000),
        _encoded(b"[" * 300) + ".e30.AAAA",
        *(f"{_encoded(head)}.e30.AAAA" for head in heads),
    ):
        provider.mint = lambda _, token=token: token

        await _is_refused(browser, _NOT_BELIEVED)


# --- a token for somebody else, or of another time --------------------------------------------


async def test_token_for_another_audience_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    others = "another client"
    cases: tuple[dict[str, Any], ...] = (
        *({"aud": others}, {"aud": [others]}, {"aud": None}, {"aud": []}, {"aud": {CLIENT: 1}}),
        *({"aud": [CLIENT, others]}, {"aud": [CLIENT, others], "azp": others}, {"azp": others}),
    )
    for provider.claims in cases:
        await _is_refused(browser, _NOT_BELIEVED)


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

        await _is_refused(browser, _NOT_BELIEVED)


async def test_token_about_nobody_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for subject in ("", None, 17, "a" * 256, "a\nb", "à", ["ada-17"]):
        provider.claims = {"sub": subject}

        await _is_refused(browser, _NOT_BELIEVED)


# --- things used twice, or by another -----------------------------------------------------------


async def test_replayed_state_signs_nobody_in(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    cookie = {"trialwatch-institution": ""}
    back = await at_the_provider(await begin(browser))
    cookie["trialwatch-institution"] = browser.cookies["trialwatch-institution"]
    assert (await browser.get(back)).status_code == 303
    browser.cookies.clear()

    browser.cookies.update(cookie)
    answer = await browser.get(back)

    assert (answer.status_code, _ENDED in answer.text) == (400, True)
    assert not await is_in(browser)
    assert len(provider.asked("/token")) == 1


async def test_replayed_code_signs_nobody_in(browser: httpx.AsyncClient) -> None:
    used = await at_the_provider(await begin(browser))
    (code,) = parse_qs(urlsplit(used).query)["code"]
    await browser.get(used)
    browser.cookies.clear()

    fresh = urlsplit(await at_the_provider(await begin(browser)))
    query = {name: values[0] for name, values in parse_qs(fresh.query).items()} | {"code": code}
    answer = await browser.get(fresh._replace(query=urlencode(query)).geturl())

    assert (answer.status_code, _NOT_BELIEVED in answer.text) == (403, True)
    assert not await is_in(browser)


async def test_code_of_another_sign_in_is_refused_for_want_of_its_verifier(
    browser: httpx.AsyncClient, trusting: Service, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_browser(trusting) as victim:
        stolen = parse_qs(urlsplit(await at_the_provider(await begin(victim))).query)["code"]
    mine = urlsplit(await at_the_provider(await begin(browser)))
    query = {name: values[0] for name, values in parse_qs(mine.query).items()}

    answer = await browser.get(mine._replace(query=urlencode(query | {"code": stolen[0]})).geturl())

    assert answer.status_code == 403
    assert "refuses the code (400 invalid_grant)" in caplog.text
    assert not await is_in(browser)


async def test_replayed_token_with_another_nonce_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for nonce in ("of another sign-in", "", None, 7):
        provider.claims = {"nonce": nonce}

        await _is_refused(browser, _NOT_BELIEVED)


async def test_another_browsers_state_signs_nobody_in_and_is_not_used_up(
    browser: httpx.AsyncClient, trusting: Service, provider: IssuerServer
) -> None:
    back = await at_the_provider(await begin(browser))
    async with a_browser(trusting) as other:
        without = await other.get(back)
        await begin(other)
        with_its_own = await other.get(back)
        assert not await is_in(other)

    assert [one.status_code for one in (without, with_its_own)] == [400, 400]
    assert provider.asked("/token") == []
    assert (await browser.get(back)).status_code == 303


async def test_state_is_good_for_ten_minutes(browser: httpx.AsyncClient, trusting: Service) -> None:
    back = await at_the_provider(await begin(browser))
    for _ in range(600):
        trusting.clock()  # moves a second at each look

    answer = await browser.get(back)

    assert (answer.status_code, _ENDED in answer.text) == (400, True)


async def test_made_up_way_back_asks_the_provider_nothing(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for query in ("", "state=a&code=b", f"state={'a' * 100}&code=b", "code=b", "error=x"):
        assert (await browser.get(f"/institution/back?{query}")).status_code == 400
    assert (await browser.get(f"/institution/back?state={'a' * 101}")).status_code == 404

    assert provider.requests == []


async def test_sign_in_that_the_provider_declines_is_over(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.answer_back = {
        "code": None,
        "error": "access_denied",
        "error_description": "<script>alert(1)</script>",
    }

    answer = await _is_refused(browser, "did not sign you in")

    assert "script" not in answer.text
    assert provider.asked("/token") == []


# --- whose account ----------------------------------------------------------------------------


async def test_address_that_is_not_verified_opens_no_account(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for verified in (False, None, "true", 1, ["true"]):
        provider.person |= {"sub": "eve", "email": OPERATORS, "email_verified": verified}

        await _is_refused(browser, "did not say that it knows an e-mail address")


async def test_address_that_is_none_opens_no_account(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for email in ("", "ada", "ada@example.org, op@example.org", 7, "a" * 5000):
        provider.person |= {"sub": "eve", "email": email}

        await _is_refused(browser, "did not say that it knows an e-mail address")


async def test_another_subject_with_the_same_address_opens_no_tied_account(
    browser: httpx.AsyncClient, provider: IssuerServer, trusting: Service, ada: Person
) -> None:
    await go_through(browser)
    await browser.post("/sign-out")
    provider.person |= {"sub": "eve"}

    await _is_refused(browser, "is tied to another account of your institution")

    with trusting.database.open_snapshot() as work:
        assert work.pins.holder(provider.issuer, "ada-17") == ada
        assert work.pins.holder(provider.issuer, "eve") is None


async def test_tied_subject_with_anothers_address_stays_who_they_are(
    browser: httpx.AsyncClient, provider: IssuerServer, trusting: Service
) -> None:
    a_person(trusting, "mo")
    await go_through(browser)
    await browser.post("/sign-out")
    provider.person |= {"email": "mo@example.org"}

    await go_through(browser)

    assert "ada@example.org" in (await browser.get("/account")).text


async def test_what_is_said_of_another_in_answer_to_further_asking_is_refused(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.userinfo = {"sub": "eve", "email": OPERATORS, "email_verified": True}
    provider.person = {"sub": "ada-17"}

    await _is_refused(browser, _NOT_BELIEVED)


# --- led elsewhere, or by others ----------------------------------------------------------------


async def test_nobody_is_led_elsewhere_after_coming_back(browser: httpx.AsyncClient) -> None:
    for elsewhere in (
        *("https://evil.example", "//evil.example", "/\\evil.example", "/a\nb"),
        "/institution/back",
    ):
        answer = await go_through(browser, elsewhere)

        assert answer.headers["location"] == "/", elsewhere


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_begins_nobodys_sign_in(
    browser: httpx.AsyncClient, provider: IssuerServer, site: str
) -> None:
    answer = await browser.get("/institution", headers={"Sec-Fetch-Site": site})

    assert answer.headers["location"] == "/sign-in"
    assert "set-cookie" not in answer.headers
    assert provider.requests == []


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
async def test_provider_leads_our_requests_nowhere_else(
    browser: httpx.AsyncClient, provider: IssuerServer, path: str
) -> None:
    provider.instead[path] = status(307, location=f"{provider.issuer}/elsewhere")

    first = await browser.get("/institution")
    if first.status_code == 303:
        first = await browser.get(await at_the_provider(first.headers["location"]))

    assert first.status_code == 503
    assert provider.asked("/elsewhere") == []


# --- answers that take room or time -------------------------------------------------------------


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
async def test_garbage_is_told_as_a_provider_that_is_down(
    browser: httpx.AsyncClient, provider: IssuerServer, trusting: Service, path: str
) -> None:
    for body in (b"", b"<html>", b"[]", b"7", b"[" * 200_000, b"\xff\xfe", b'{"issuer":' * 20_000):
        provider.instead[path] = status(200, body)
        for _ in range(15):
            trusting.clock()  # moves a second at each look, so it is asked again

        answer = await browser.get("/institution")
        if answer.status_code == 303:
            answer = await browser.get(await at_the_provider(answer.headers["location"]))

        assert (answer.status_code, "does not answer" in answer.text) == (503, True), body[:20]

    assert len(provider.asked(path)) == 7


async def test_huge_document_is_read_to_its_bound_and_no_further(
    browser: httpx.AsyncClient, provider: IssuerServer, caplog: pytest.LogCaptureFixture
) -> None:
    provider.instead["/.well-known/openid-configuration"] = endless(
        b"HTTP/1.1 200 Made\r\ncontent-type: application/json\r\n\r\n"
    )

    assert (await browser.get("/institution")).status_code == 503
    assert "more than 262144 bytes" in caplog.text


async def test_provider_that_is_down_is_not_asked_by_everybody_who_clicks(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.instead["/.well-known/openid-configuration"] = status(500)

    codes = {(await browser.get("/institution")).status_code for _ in range(5)}

    assert codes == {503}
    assert len(provider.requests) == 1


async def test_made_up_keys_do_not_have_the_provider_asked_again_and_again(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.published = [provider.key.as_dict(private=False)]
    provider.key = rsa_key("made up")

    for _ in range(4):
        await _is_refused(browser, _NOT_BELIEVED)

    assert len(provider.asked("/keys")) == 1


async def test_beginning_again_and_again_is_bounded(browser: httpx.AsyncClient) -> None:
    codes = [(await browser.get("/institution")).status_code for _ in range(201)]

    assert codes[:200] == [303] * 200
    assert codes[200] == 429


async def test_log_names_nobody(
    browser: httpx.AsyncClient, provider: IssuerServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "trialwatch")
    provider.claims = {"nonce": "of another sign-in"}
    back = await at_the_provider(await begin(browser))
    cookie = browser.cookies["trialwatch-institution"]
    await browser.get(back)

    assert "sign-in by institution: the token is of another sign-in" in caplog.text
    (code,) = parse_qs(urlsplit(back).query)["code"]
    for word in ("ada", "Ada", code, "s3cret", cookie):
        assert word not in caplog.text
