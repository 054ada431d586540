"""Which kinds of change a message, a topic and an alert tell of."""

from typing import TYPE_CHECKING

import pytest

from monitor.domain.changes import Severity
from monitor.domain.events import FILTERS, NOTICES, EventType, of_type
from monitor.domain.people import ListRole, Person, Role
from monitor.domain.topics import Topic, is_of
from tests.builders import NOON, a_change, a_claim, a_delivery, an_alert

if TYPE_CHECKING:
    from monitor.domain.alerts import Delivery

KINDS = (
    *("status", "status.x", "why_stopped", "expanded_access", "site.added", "site", "site.status"),
    *("country.removed", "eligibility.age", "results.posted", "results.updated", "contact"),
)
CHANGES = tuple(a_change(kind=kind) for kind in KINDS)


@pytest.mark.parametrize(
    ("type_", "kinds"),
    [
        (EventType.TRIAL_CHANGED, KINDS),
        (EventType.STATUS_CHANGED, ("status", "why_stopped", "expanded_access")),
        (EventType.SITES_CHANGED, ("site.added", "site.status", "country.removed")),
        (EventType.ELIGIBILITY_CHANGED, ("eligibility.age",)),
        (EventType.RESULTS_POSTED, ("results.posted",)),
        (EventType.SEARCH_MATCHED, KINDS),
        (EventType.TEST_PING, KINDS),
    ],
)
def test_event_tells_of_its_kinds_in_their_order(type_: EventType, kinds: tuple[str, ...]) -> None:
    assert tuple(change.kind for change in of_type(CHANGES, type_)) == kinds


@pytest.mark.parametrize(
    ("type_", "short"),
    [
        (EventType.TRIAL_CHANGED, "changed"),
        (EventType.STATUS_CHANGED, "status_changed"),
        (EventType.TEST_PING, "ping"),
        (EventType.TARGET_DISABLED, "disabled"),
    ],
)
def test_type_is_short_without_a_full_stop(type_: EventType, short: str) -> None:
    assert type_.short == short


def test_everything_but_a_ping_can_be_asked_for() -> None:
    assert set(EventType) - FILTERS == {EventType.TEST_PING}
    assert {type_.value for type_ in NOTICES} == {
        "message.failing",
        "message.recovered",
        "target.disabled",
    }


@pytest.mark.parametrize(
    ("kind", "topics", "belongs"),
    [
        ("status", [Topic.STATUS], True),
        ("status.x", [Topic.STATUS], False),
        ("record.gone", [Topic.STATUS], True),
        ("eligibility.age", [Topic.STATUS], False),
        ("eligibility.age", [Topic.STATUS, Topic.JOINING], True),
        ("contact", [Topic.PLACES], True),
        ("contacts", [Topic.PLACES], False),
        ("date.start", [Topic.DATES], True),
        ("search.entered", [Topic.SEARCHES], True),
        ("keywords", list(Topic), False),
        ("keywords", [], True),
    ],
)
def test_kind_belongs_to_a_topic_by_its_name_or_its_beginning(
    kind: str, topics: list[Topic], *, belongs: bool
) -> None:
    assert is_of(kind, iter(topics)) is belongs


def test_alert_weighs_what_its_weightiest_change_does_and_tells_no_silent_one() -> None:
    silent = a_change(severity=Severity.SILENT)
    minor, major = a_change(severity=Severity.MINOR), a_change(severity=Severity.MAJOR)

    alert = an_alert(changes=(minor, silent, major))

    assert alert.severity is Severity.MAJOR
    assert alert.told == (minor, major)
    assert an_alert(changes=()).severity is Severity.SILENT


def test_delivery_tells_the_changes_of_its_type_that_are_told_at_all() -> None:
    status, site = a_change(), a_change(kind="site.added", severity=Severity.MINOR)
    silent = a_change(kind="why_stopped", severity=Severity.SILENT)
    alert = an_alert(changes=(status, silent, site))
    delivery = a_delivery(type=EventType.STATUS_CHANGED)

    assert a_claim(alert=alert, delivery=delivery).told == (status,)
    assert a_claim(alert=alert).told == (status, site)


def test_message_is_dated_from_when_it_was_let_go_or_made() -> None:
    made: Delivery = a_delivery()

    assert made.dated_at == NOON
    assert a_delivery(released_at=NOON.replace(hour=18)).dated_at == NOON.replace(hour=18)


def test_severity_is_named_in_lower_case() -> None:
    assert [each.word for each in Severity] == ["silent", "minor", "major", "critical"]


@pytest.mark.parametrize(
    ("role", "may_edit"),
    [(ListRole.OWNER, True), (ListRole.EDITOR, True), (ListRole.READER, False)],
)
def test_who_only_reads_a_list_does_not_change_it(role: ListRole, *, may_edit: bool) -> None:
    assert role.may_edit is may_edit


@pytest.mark.parametrize(("email", "can"), [("ada@example.org", True), ("", False)])
def test_who_has_an_address_can_sign_in(email: str, *, can: bool) -> None:
    person = Person(id=7, name="Ada", email=email, role=Role.MEMBER, has_password=False)

    assert person.can_sign_in is can
