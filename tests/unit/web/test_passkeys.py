"""Adding a passkey, signing in with it, taking it off; and what cannot be got in by."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from config.settings import load
from monitor.domain.passkeys import Passkey
from monitor.domain.people import Person
from storage.engine import Database
from tests.builders import NOON
from tests.fakes.authenticator import Authenticator, Page
from tests.unit.web.members import PASSWORD, a_person, an_operator, session_of
from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app
from trialwatch.web.limits import Limit

ORIGIN = "https://watch.example"
HERE = Page(ORIGIN)
MINUTE = timedelta(minutes=1)
ENTRANCE, ACCOUNT = "/sign-in-by-passkey", "/account/passkeys"


class Clock:
    """Tells the time it is set to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def a_site(database: Database, clock: Clock, web_url: str = ORIGIN) -> Service:
    settings = load({"TRIALWATCH_WEB_URL": web_url})
    return Service(settings=settings, database=database, clock=clock, owner="test")


@pytest.fixture
def service(database: Database, clock: Clock) -> Service:
    service = a_site(database, clock)
    an_operator(service)
    return service


@pytest.fixture
def ada(service: Service) -> Person:
    return a_person(service, "ada")


@asynccontextmanager
async def browsing(
    site: Service | FastAPI, person: Person | None = None, peer: str = "203.0.113.5"
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser, on the pages as they are reached by https."""
    app = site if isinstance(site, FastAPI) else make_app(site, None)
    service: Service = app.state.service
    road = httpx.ASGITransport(app, client=(peer, 50_000))
    url = service.settings.web_url
    async with httpx.AsyncClient(transport=road, base_url=url) as client:
        if person is not None:
            name = "__Host-trialwatch" if url.startswith("https") else "trialwatch"
            client.cookies.set(name, session_of(service, person))
        yield client


@pytest.fixture
async def browser(service: Service, ada: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Hers, signed in a minute ago."""
    async with browsing(service, ada) as client:
        yield client


@pytest.fixture
async def stranger(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(service) as client:
        yield client


async def asked(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.post(f"{path}/options")
    assert answer.status_code == 200, answer.text
    return answer.text


async def add(
    client: httpx.AsyncClient, device: Authenticator, name: str = "my phone", page: Page = HERE
) -> httpx.Response:
    text = device.create(await asked(client, ACCOUNT), page)
    return await client.post(ACCOUNT, data={"name": name, "credential": text})


async def enter(
    client: httpx.AsyncClient, device: Authenticator, page: Page = HERE, goes_to: str = "/lists"
) -> httpx.Response:
    text = device.get(await asked(client, ENTRANCE), page)
    return await client.post(ENTRANCE, data={"credential": text, "goes_to": goes_to})


def passkeys_of(service: Service, person: Person) -> tuple[Passkey, ...]:
    with service.database.open_snapshot() as work:
        return work.passkeys.of_person(person.id)


@pytest.fixture
async def device(browser: httpx.AsyncClient) -> Authenticator:
    """A device with a passkey of hers, added."""
    device = Authenticator()
    assert (await add(browser, device)).status_code == 303
    return device


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


async def test_answer_counts_once(
    service: Service, device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    options = await asked(stranger, ENTRANCE)
    cookie = stranger.cookies["__Host-trialwatch-passkey"]
    data = {"credential": device.get(options, HERE)}
    assert (await stranger.post(ENTRANCE, data=data)).status_code == 303

    async with browsing(service) as again:
        again.cookies.set("__Host-trialwatch-passkey", cookie)
        replayed = await again.post(ENTRANCE, data=data)
        # Not even another answer to it, with a count that has gone up.
        later = await again.post(ENTRANCE, data={"credential": device.get(options, HERE)})

    assert (replayed.status_code, later.status_code) == (401, 401)
    assert "answered already" in replayed.text
    assert passkeys_are_well(service)


def passkeys_are_well(service: Service) -> bool:
    with service.database.open_snapshot() as work:
        everybody = work.people.everybody()
        return all(
            one.copied_at is None
            for person in everybody
            for one in work.passkeys.of_person(person.id)
        )


async def test_wrong_answer_uses_the_question_up(
    device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    options = await asked(stranger, ENTRANCE)
    await stranger.post(ENTRANCE, data={"credential": "garbage"})

    answer = await stranger.post(ENTRANCE, data={"credential": device.get(options, HERE)})

    assert answer.status_code == 401


async def test_answer_comes_in_time_or_not_at_all(
    device: Authenticator, stranger: httpx.AsyncClient, clock: Clock
) -> None:
    options = await asked(stranger, ENTRANCE)
    clock.now += 5 * MINUTE

    answer = await stranger.post(ENTRANCE, data={"credential": device.get(options, HERE)})

    assert answer.status_code == 401
    assert "took too long" in answer.text


async def test_question_of_another_browser_is_not_answered(
    service: Service, device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    async with browsing(service) as thief:
        text = device.get(await asked(thief, ENTRANCE), HERE)
    await asked(stranger, ENTRANCE)

    answer = await stranger.post(ENTRANCE, data={"credential": text})
    async with browsing(service) as without:
        bare = await without.post(ENTRANCE, data={"credential": text})

    assert (answer.status_code, bare.status_code) == (401, 401)
    assert "__Host-trialwatch" not in stranger.cookies


async def test_question_to_add_is_for_one_person_and_no_way_in(
    service: Service, browser: httpx.AsyncClient, device: Authenticator, ada: Person
) -> None:
    options = await asked(browser, ACCOUNT)
    cookie = browser.cookies["__Host-trialwatch-passkey"]
    async with browsing(service, a_person(service, "ben")) as ben:
        ben.cookies.set("__Host-trialwatch-passkey", cookie)
        made = Authenticator().create(options, HERE)
        stolen = await ben.post(ACCOUNT, data={"name": "mine", "credential": made})
    asked_again = json.loads(await asked(browser, ACCOUNT))
    as_entrance = json.dumps({"challenge": asked_again["challenge"], "rpId": "watch.example"})
    entered = await browser.post(ENTRANCE, data={"credential": device.get(as_entrance, HERE)})

    assert (stolen.status_code, entered.status_code) == (422, 401)
    assert len(passkeys_of(service, ada)) == 1


async def test_question_to_sign_in_adds_nothing(
    service: Service, browser: httpx.AsyncClient, ada: Person
) -> None:
    asking = json.loads(await asked(browser, ENTRANCE))
    user = {"rp": {"id": "watch.example"}, "user": {"id": ""}}
    made = Authenticator().create(json.dumps(asking | user), HERE)

    answer = await browser.post(ACCOUNT, data={"name": "mine", "credential": made})

    assert answer.status_code == 422
    assert passkeys_of(service, ada) == ()


WRONG = {
    "wrong origin": Page("https://watch.example.evil.example"),
    "wrong rp id": Page(ORIGIN, rp_id="evil.example"),
    "nobody verified": Page(ORIGIN, verified=False),
    "in a frame": Page(ORIGIN, in_a_frame=True),
}


@pytest.mark.parametrize("page", WRONG.values(), ids=WRONG)
async def test_what_was_signed_elsewhere_or_by_nobody_is_refused(
    service: Service, browser: httpx.AsyncClient, device: Authenticator, page: Page
) -> None:
    async with browsing(service) as stranger:
        refused = await enter(stranger, device, page)
        added = await add(browser, Authenticator(), page=page)

        assert (refused.status_code, added.status_code) == (401, 422)
        assert (await stranger.get("/lists")).status_code == 303
    assert passkeys_are_well(service)


async def test_unknown_passkey_is_told_so_and_nothing_else(stranger: httpx.AsyncClient) -> None:
    answer = await enter(stranger, Authenticator(handle=b"nobody"))

    assert answer.status_code == 401
    assert "not known here" in answer.text


@pytest.mark.parametrize("text", ["", "garbage", "[" * 15_000, "{}", "\ud83d", "x" * 1_000_000])
async def test_garbage_is_refused_in_words(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient, text: str
) -> None:
    text = text.encode("utf-8", "replace").decode()
    await asked(stranger, ENTRANCE)
    entered = await stranger.post(ENTRANCE, data={"credential": text})
    await asked(browser, ACCOUNT)
    added = await browser.post(ACCOUNT, data={"name": "x", "credential": text})

    assert (entered.status_code, added.status_code) == (401, 422)
    assert "no passkey says" in entered.text
    assert "no passkey says" in added.text


async def test_huge_answer_is_not_taken_in(stranger: httpx.AsyncClient) -> None:
    data = {"credential": "x" * 5_000_000}

    assert (await stranger.post(ENTRANCE, data=data)).status_code == 413


async def test_copy_is_refused_and_told_and_so_is_the_original_from_then_on(
    service: Service,
    browser: httpx.AsyncClient,
    device: Authenticator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    copy = device.copied()
    async with browsing(service) as owner, browsing(service, peer="198.51.100.1") as thief:
        assert (await enter(owner, device)).status_code == 303
        stolen = await enter(thief, copy)
        assert (await thief.get("/lists")).status_code == 303
        after = await enter(owner, device)

    assert (stolen.status_code, after.status_code) == (401, 401)
    for page in (stolen, after):
        assert "There is a copy of this passkey" in page.text
    said = (await browser.get("/account")).text
    assert "there is a copy of it. Take it off." in said
    assert "a passkey was refused" in caplog.text
    assert "ada" not in caplog.text


async def test_count_that_goes_back_without_the_key_harms_nobody(
    service: Service, device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    forged = Authenticator(id=device.id, handle=device.handle, count=0)

    refused = await enter(stranger, forged)

    assert "no passkey says" in refused.text
    assert passkeys_are_well(service)
    assert (await enter(stranger, device)).status_code == 303


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
