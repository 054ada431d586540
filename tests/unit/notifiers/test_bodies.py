"""Bodies that several deliveries share are written once, and are each their own."""

import json
from dataclasses import replace

import pytest

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.events import EventType
from monitor.domain.watches import Channel, Format
from notifiers.bodies import Bodies
from notifiers.payload import webhook_body
from tests.servers.made import a_claim, an_alert

WEB = "https://watch.example.org"


def a_delivery(
    number: int = 7, *, form: Format = Format.STANDARD, list_name: str = "watched"
) -> ClaimedDelivery:
    claimed = a_claim(channel=Channel.WEBHOOK, number=number, list_name=list_name)
    return replace(claimed, target=replace(claimed.target, format=form))


OF_ANOTHER_ALERT = a_claim(an_alert(alert_id="01KJ8Z9V3W0000000000000002"), channel=Channel.WEBHOOK)
OF_ANOTHER_TYPE = replace(
    a_delivery(), delivery=replace(a_delivery().delivery, type=EventType.STATUS_CHANGED)
)
EVERY_FORM = pytest.mark.parametrize("form", list(Format))


@EVERY_FORM
def test_deliveries_of_one_alert_share_what_is_written(form: Format) -> None:
    bodies = Bodies(web_url=WEB)
    first, second = a_delivery(7, form=form), a_delivery(8, form=form)

    written = [bodies.of_webhook(one) for one in (first, second, first)]

    assert bodies.written == 1
    assert written == [webhook_body(one, web_url=WEB) for one in (first, second, first)]


@pytest.mark.parametrize(
    "other",
    [
        OF_ANOTHER_ALERT,
        OF_ANOTHER_TYPE,
        a_delivery(list_name="another"),
        a_delivery(form=Format.CLOUDEVENTS),
    ],
    ids=["alert", "type", "list", "form"],
)
def test_what_is_told_otherwise_is_written_anew(other: ClaimedDelivery) -> None:
    bodies = Bodies(web_url=WEB)

    bodies.of_webhook(a_delivery())

    assert bodies.of_webhook(other) == webhook_body(other, web_url=WEB)
    assert bodies.written == 2


def test_longer_id_of_a_cloud_event_is_its_own() -> None:
    bodies = Bodies(web_url=WEB)

    for number in (7, 77):
        one = a_delivery(number, form=Format.CLOUDEVENTS)
        assert json.loads(bodies.of_webhook(one))["id"] == one.delivery.id

    assert bodies.written == 2


def test_id_with_odd_letters_is_written_by_itself() -> None:
    bodies = Bodies(web_url=WEB)
    usual = a_delivery(form=Format.CLOUDEVENTS)
    odd = replace(usual, delivery=replace(usual.delivery, id='1"2'))

    assert json.loads(bodies.of_webhook(odd))["id"] == '1"2'
    assert bodies.written == 0


def test_message_of_a_chat_is_written_once_for_each_service() -> None:
    bodies, made = Bodies(web_url=WEB), iter((b"one", b"two", b"three"))

    def write() -> bytes:
        return next(made)

    claimed = a_claim(channel=Channel.SLACK)
    told = [
        bodies.of_chat(one, channel, write)
        for one, channel in (
            (claimed, Channel.SLACK),
            (claimed, Channel.SLACK),
            (claimed, Channel.TEAMS),
            (OF_ANOTHER_ALERT, Channel.SLACK),
        )
    ]

    assert told == [b"one", b"one", b"two", b"three"]
