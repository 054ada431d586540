"""Things used twice, by another, or for another's account, each through a real provider."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from monitor.domain.people import Person
from tests.integration.web.institutions import (
    ENDED,
    NOT_BELIEVED,
    a_browser,
    at_the_provider,
    begin,
    go_through,
    is_in,
    is_refused,
)
from tests.servers.issuer import IssuerServer
from tests.unit.web.members import OPERATORS, a_person
from trialwatch.bootstrap import Service

# --- things used twice, or by another ----------------------------------------------------------


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

    assert (answer.status_code, ENDED in answer.text) == (400, True)
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

    assert (answer.status_code, NOT_BELIEVED in answer.text) == (403, True)
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

        await is_refused(browser, NOT_BELIEVED)


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

    assert (answer.status_code, ENDED in answer.text) == (400, True)


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

    answer = await is_refused(browser, "did not sign you in")

    assert "script" not in answer.text
    assert provider.asked("/token") == []


# --- whose account -----------------------------------------------------------------------------


async def test_address_that_is_not_verified_opens_no_account(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for verified in (False, None, "true", 1, ["true"]):
        provider.person |= {"sub": "eve", "email": OPERATORS, "email_verified": verified}

        await is_refused(browser, "did not say that it knows an e-mail address")


async def test_address_that_is_none_opens_no_account(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for email in ("", "ada", "ada@example.org, op@example.org", 7, "a" * 5000):
        provider.person |= {"sub": "eve", "email": email}

        await is_refused(browser, "did not say that it knows an e-mail address")


async def test_another_subject_with_the_same_address_opens_no_tied_account(
    browser: httpx.AsyncClient, provider: IssuerServer, trusting: Service, ada: Person
) -> None:
    await go_through(browser)
    await browser.post("/sign-out")
    provider.person |= {"sub": "eve"}

    await is_refused(browser, "is tied to another account of your institution")

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

    await is_refused(browser, NOT_BELIEVED)
