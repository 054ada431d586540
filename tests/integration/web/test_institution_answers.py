"""Being led elsewhere, and answers that take room or time, each through a real provider."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.integration.web.institutions import (
    NOT_BELIEVED,
    at_the_provider,
    begin,
    go_through,
    is_refused,
)
from tests.servers.issuer import IssuerServer, rsa_key
from tests.servers.receiver import endless, status
from trialwatch.bootstrap import Service

# --- led elsewhere, or by others ---------------------------------------------------------------


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


# --- answers that take room or time ------------------------------------------------------------


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
        await is_refused(browser, NOT_BELIEVED)

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
