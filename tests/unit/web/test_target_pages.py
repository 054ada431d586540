"""Where somebody is told: added, tested, given a new secret, switched off and on."""

import httpx
import pytest

from monitor.domain.people import Person
from monitor.domain.watches import Channel, TargetState
from storage import queries, targetcare
from storage.engine import Database
from tests.servers.made import SECRET
from tests.servers.receiver import receiver, status
from tests.unit.web.members import a_list
from tests.unit.web.site import CHANGES, a_service
from tests.unit.web.told import tell_and_change
from trialwatch.bootstrap import Service


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database, WEBHOOK_ALLOW="127.0.0.0/8")


async def test_secret_of_a_new_webhook_is_shown_once(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    form = {"channel": "webhook", "address": "http://127.0.0.1:9999/hook"}
    page = (await client.post("/targets", data=form)).text
    (target,) = targetcare.all_targets(service.database, of=ada.id)

    assert target.secret in page
    assert target.secret not in (await client.post("/targets", data=form)).text
    assert target.secret not in (await client.get("/targets")).text


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("webhook", "http://10.0.0.1/"),
        ("webhook", "ftp://127.0.0.1/"),
        ("slack", "https://example.org/"),
        ("email", "ada@example.org"),
    ],
)
async def test_address_that_may_not_be_used_is_refused_with_words(
    service: Service, client: httpx.AsyncClient, ada: Person, channel: str, address: str
) -> None:
    answer = await client.post("/targets", data={"channel": channel, "address": address})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert targetcare.all_targets(service.database, of=ada.id) == ()


async def test_switched_off_on_and_sent_again(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    numbers = await tell_and_change(service, ada, a_list(service, ada, CHANGES))
    path = f"/targets/{numbers['target_id']}"

    await client.post(f"{path}/off")
    (off,) = targetcare.all_targets(service.database, of=ada.id)
    shown = (await client.get("/targets")).text
    await client.post(f"{path}/on")
    (on,) = targetcare.all_targets(service.database, of=ada.id)

    assert (off.state, on.state) == (TargetState.DISABLED, TargetState.ACTIVE)
    assert "Switched off" in shown
    again = await client.post(f"/deliveries/{numbers['delivery_id']}/replay")
    assert again.status_code == 303
    (row,) = queries.deliveries(service.database, of=ada.id)
    assert row.state == "pending"
    assert (await client.post(f"/deliveries/{row.id}/replay")).status_code == 409


async def test_log_is_narrowed_to_one_target(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    numbers = await tell_and_change(service, ada, a_list(service, ada, CHANGES))

    its_own = (await client.get(f"/deliveries?target={numbers['target_id']}")).text
    others = (await client.get("/deliveries?target=99")).text

    assert numbers["delivery_id"] in its_own
    assert numbers["delivery_id"] not in others


async def test_test_event_is_sent_and_its_answer_shown(client: httpx.AsyncClient) -> None:
    async with receiver() as hooks:
        await client.post("/targets", data={"channel": "webhook", "address": hooks.url})
        taken = (await client.post("/targets/1/test")).text
        hooks.answer(status(500, b"<b>broken</b>"))
        refused = (await client.post("/targets/1/test")).text

    assert "the test was taken (204)" in taken
    assert "500" in refused
    assert "&lt;b&gt;broken&lt;/b&gt;" in refused
    assert b"test.ping" in hooks.requests[0].body


async def test_new_secret_is_shown_and_the_old_one_signs_on(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    form = {"channel": "webhook", "address": "http://127.0.0.1:9999/hook"}
    await client.post("/targets", data=form)
    (before,) = targetcare.all_targets(service.database, of=ada.id)

    page = (await client.post("/targets/1/secret")).text
    (after,) = targetcare.all_targets(service.database, of=ada.id)
    again = await client.post("/targets/1/secret")

    assert after.secret in page
    assert after.old_secret == before.secret
    assert before.secret not in page
    assert again.status_code == 422
    assert "still signs until" in again.text


async def test_hours_for_a_webhook_are_refused_and_not_swallowed(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada)
    with service.database.open_work(ada.id) as work:
        target = work.watches.target(
            Channel.WEBHOOK, "https://hooks.example/a", secret=SECRET, now=service.clock()
        )
        work.commit()
    form = {
        "target": str(target.id),
        "what": "everything",
        "severity": "minor",
        "rhythm": "daily",
        "zone": "UTC",
    }

    refused = await client.post(f"/lists/{chosen.id}/tell", data=form)
    taken = await client.post(f"/lists/{chosen.id}/tell", data=form | {"rhythm": "at-once"})

    assert refused.status_code == 422
    assert "a webhook or a chat is told at once" in refused.text
    assert taken.status_code == 303
