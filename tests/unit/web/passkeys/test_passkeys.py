"""Adding a passkey, signing in with it, taking it off; what the pages with passkeys say and hold."""

import json

import httpx
import pytest

from monitor.domain.people import Person
from storage.engine import Database
from tests.builders import NOON
from tests.fakes.authenticator import Authenticator
from tests.unit.web.members import PASSWORD, a_person, an_operator
from tests.unit.web.passkeys.browsers import (
    ACCOUNT,
    ENTRANCE,
    MINUTE,
    Clock,
    a_site,
    add,
    browsing,
    enter,
    passkeys_of,
)
from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app
from trialwatch.web.limits import Limit


async def test_passkey_signs_in_and_leads_back(
    service: Service, device: Authenticator, stranger: httpx.AsyncClient, ada: Person
) -> None:
    answer = await enter(stranger, device)

    assert (answer.status_code, answer.headers["location"]) == (303, "/lists")
    session, question = answer.headers.get_list("set-cookie"), stranger.cookies
    assert session[0].startswith("__Host-trialwatch=")
    assert {"__Host-trialwatch", "__Host-trialwatch-passkey"} >= set(question)
    assert "ada@example.org" in (await stranger.get("/account")).text
    (passkey,) = passkeys_of(service, ada)
    assert passkey.used_at == NOON


async def test_question_is_for_this_browser_and_for_minutes(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post(f"{ENTRANCE}/options")

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-trialwatch-passkey=")
    for word in ("HttpOnly", "Max-Age=300", "Path=/", "SameSite=strict", "Secure"):
        assert word in cookie
    assert json.loads(answer.text)["rpId"] == "watch.example"


async def test_several_passkeys_are_listed_by_name_and_taken_off_one_by_one(
    service: Service, browser: httpx.AsyncClient, device: Authenticator, ada: Person
) -> None:
    await add(browser, second := Authenticator(), "<b>key ring</b>")
    page = (await browser.get("/account")).text
    first, _ = passkeys_of(service, ada)

    gone = await browser.post(f"{ACCOUNT}/{first.id}/remove")

    assert gone.status_code == 303
    assert "my phone" in page
    assert "&lt;b&gt;key ring&lt;/b&gt;" in page
    assert second.handle == device.handle, "a device that holds both knows one person"
    async with browsing(service) as stranger:
        refused = await enter(stranger, device)
        assert refused.status_code == 401
        assert "was taken off" in refused.text
        assert (await enter(stranger, second)).status_code == 303


async def test_nobody_takes_off_what_is_anothers(
    service: Service, device: Authenticator, ada: Person
) -> None:
    (passkey,) = passkeys_of(service, ada)
    async with browsing(service, a_person(service, "ben")) as ben:
        assert (await ben.post(f"{ACCOUNT}/{passkey.id}/remove")).status_code == 404
    assert passkeys_of(service, ada) == (passkey,)
    assert device.count == 2


async def test_device_that_does_not_count_signs_in_again_and_again(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    device = Authenticator(count=None)
    await add(browser, device)

    codes = [(await enter(stranger, device)).status_code for _ in range(3)]

    assert codes == [303] * 3


async def test_adding_asks_for_a_fresh_sign_in(
    service: Service, browser: httpx.AsyncClient, clock: Clock, ada: Person
) -> None:
    fresh = (await browser.get("/account")).text
    clock.now += 10 * MINUTE
    stale = (await browser.get("/account")).text
    answer = await browser.post(f"{ACCOUNT}/options")

    assert 'data-passkey="add"' in fresh
    assert 'data-passkey="add"' not in stale
    assert "Sign in once more</a> to add a passkey" in stale
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "Sign in once more, then add the passkey.",
    )
    async with browsing(service, ada) as again:
        assert (await again.post(f"{ACCOUNT}/options")).status_code == 200


async def test_ten_passkeys_are_the_most_and_one_is_kept_once(
    service: Service, browser: httpx.AsyncClient, device: Authenticator, ada: Person
) -> None:
    again = await add(browser, device)
    for number in range(9):
        await add(browser, Authenticator(), f"key {number}")
    one_more = await browser.post(f"{ACCOUNT}/options")

    assert again.status_code == 422
    assert "added before" in again.text
    assert (one_more.status_code, one_more.json()["detail"]) == (
        409,
        "10 passkeys are the most; take one off first.",
    )
    assert len(passkeys_of(service, ada)) == 10


@pytest.mark.parametrize("name", ["", " ", "n" * 61, "a\tb"])
async def test_passkey_needs_a_name(browser: httpx.AsyncClient, name: str) -> None:
    answer = await add(browser, Authenticator(), name)

    assert answer.status_code == 422
    assert "Name the passkey" in answer.text


async def test_signing_out_everywhere_takes_passkeys_off_and_a_new_password_leaves_them(
    service: Service, browser: httpx.AsyncClient, device: Authenticator, ada: Person
) -> None:
    await browser.post("/account/password", data={"password": PASSWORD})
    after_password = len(passkeys_of(service, ada))
    async with browsing(service, ada) as again:
        said = (await again.get("/account")).text
        await again.post("/account/sign-out-everywhere")
    async with browsing(service) as stranger:
        refused = await enter(stranger, device)

    assert (after_password, passkeys_of(service, ada)) == (1, ())
    assert "and so do your passkeys" in said
    assert "takes your passkeys off too" in said
    assert refused.status_code == 401


async def test_passkey_goes_with_its_person(
    service: Service, browser: httpx.AsyncClient, device: Authenticator, ada: Person
) -> None:
    await browser.post("/account/leave", data={"sure": ada.email})

    async with browsing(service) as stranger:
        assert "not known here" in (await enter(stranger, device)).text


async def test_tries_are_few_by_network_and_by_person(service: Service, ada: Person) -> None:
    app = make_app(service, None)
    app.state.doors.of_passkeys = Limit(most=2, within=15 * MINUTE)
    async with browsing(app, ada) as hers, browsing(app, peer="198.51.100.8") as another:
        codes = [
            [(await client.post(f"{path}/options")).status_code for _ in range(3)]
            for client, path in ((another, ENTRANCE), (hers, ENTRANCE), (hers, ACCOUNT))
        ]
        said = (await another.post(f"{ENTRANCE}/options")).json()["detail"]

    assert codes == [[200, 200, 429]] * 3
    assert "Too many tries" in said


async def test_other_sites_can_neither_ask_nor_answer(stranger: httpx.AsyncClient) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}

    for path in (f"{ENTRANCE}/options", ENTRANCE, f"{ACCOUNT}/options", ACCOUNT):
        assert (await stranger.post(path, headers=elsewhere)).status_code == 403


@pytest.mark.parametrize("web_url", ["http://watch.example", "http://127.0.0.1:8080"])
async def test_address_that_browsers_make_no_passkeys_for_is_said_and_offers_none(
    database: Database, clock: Clock, web_url: str
) -> None:
    service = a_site(database, clock, web_url)
    operator = an_operator(service)
    async with browsing(service, operator) as browser, browsing(service) as stranger:
        account, entrance = await browser.get("/account"), await stranger.get("/sign-in")
        codes = [
            (await browser.post(f"{path}/options")).status_code for path in (ACCOUNT, ENTRANCE)
        ]
        data = {"name": "x", "credential": "{}"}
        assert (await browser.post(ACCOUNT, data=data)).status_code == 422

    assert codes == [409, 409]
    assert "TRIALWATCH_WEB_URL" in account.text
    for page in (account, entrance):
        assert "<script" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
    assert "passkey" not in entrance.text


async def test_script_is_ours_and_on_these_pages_alone(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    script = await stranger.get("/static/passkey.js")
    pages = [await stranger.get("/sign-in"), await browser.get("/account")]
    other = await browser.get("/lists")

    assert script.headers["content-type"].startswith("text/javascript")
    for page in pages:
        assert page.text.count("<script") == 1
        assert '<script src="/static/passkey.js" defer></script>' in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert policy.endswith("; script-src 'self'; connect-src 'self'")
    assert "script" not in other.text + other.headers["content-security-policy"]


async def test_without_script_the_button_is_hidden_and_a_sentence_says_why(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    entrance, account = await stranger.get("/sign-in"), await browser.get("/account")

    for page in (entrance.text, account.text):
        form = page[page.index("<form", page.index("data-passkey") - 120) :]
        assert " hidden>" in form[: form.index("\n")]
        assert "needs JavaScript" in form
    assert 'name="password"' in entrance.text
