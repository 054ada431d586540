"""What cannot be got in by where passkeys sign people in."""

import json

import httpx
import pytest

from monitor.domain.people import Person
from tests.fakes.authenticator import Authenticator, Page
from tests.unit.web.members import a_person
from tests.unit.web.passkeys.browsers import (
    ACCOUNT,
    ENTRANCE,
    HERE,
    MINUTE,
    ORIGIN,
    Clock,
    add,
    asked,
    browsing,
    enter,
    passkeys_are_well,
    passkeys_of,
)
from trialwatch.bootstrap import Service


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
