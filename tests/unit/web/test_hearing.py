"""Which events a webhook hears of, chosen on the page of targets."""

from monitor.domain.events import EventType
from monitor.domain.watches import Channel, Format
from storage import targetcare
from storage.engine import Database
from tests.unit.web.site import CHANGES, a_service, visiting, watch


async def test_events_and_form_are_chosen_shown_and_bounded(database: Database) -> None:
    service = a_service(database)
    watch(service, CHANGES)
    by_kind = {one.channel: one for one in targetcare.all_targets(database)}
    hook, mail = by_kind[Channel.WEBHOOK].id, by_kind[Channel.EMAIL].id
    form = {"types": ["trial.status_changed"], "format": "cloudevents"}

    async with visiting(service) as client:
        taken = await client.post(f"/targets/{hook}/hearing", data=form)
        page = (await client.get("/targets")).text
        wrong = [
            (await client.post(f"/targets/{which}/hearing", data=form | change)).status_code
            for which, change in ((hook, {"types": ["<b>"]}), (hook, {"format": "x"}), (mail, {}))
        ]

    (kept,) = [one for one in targetcare.all_targets(database) if one.id == hook]
    assert taken.status_code == 303
    assert (kept.types, kept.format) == (
        frozenset({EventType.STATUS_CHANGED}),
        Format.CLOUDEVENTS,
    )
    assert 'value="trial.status_changed" checked' in page
    assert '<option value="cloudevents" selected>' in page
    assert wrong == [422, 422, 422]
