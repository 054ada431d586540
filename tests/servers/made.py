"""Made-up alerts and deliveries: studies and people that do not exist."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.domain.alerts import Alert, ClaimedDelivery, Delivery, DeliveryState
from monitor.domain.changes import Change, Json, Severity
from monitor.domain.lanes import Lane
from monitor.domain.searches import Query, SearchNews, search_key
from monitor.domain.summaries import PlainCriterion, Summary, SummarySection, WordToKnow
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Target, TargetState

NCT = NctId("NCT99000001")
NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
TITLE = "Testing Lumaprine in Adults With Slow River Fever"
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="


def a_change(
    kind: str = "status",
    *,
    subject: str = "overall_status",
    before: Json = "NOT_YET_RECRUITING",
    after: Json = "RECRUITING",
    severity: Severity = Severity.CRITICAL,
    sentence: str = "The study is now open. It is looking for people to join.",
    meaning: str = "You can ask the study team whether you can join.",
    notes: dict[str, Json] | None = None,
) -> Change:
    return Change(
        nct_id=NCT,
        from_version=3,
        to_version=4,
        kind=kind,
        subject=subject,
        before=before,
        after=after,
        severity=severity,
        sentence=sentence,
        meaning=meaning,
        notes=notes,
    )


def a_site(number: int, *, added: bool = True) -> Change:
    place: dict[str, Json] = {
        "facility": f"Hillside Clinic {number}",
        "city": "Rivertown",
        "state": "Ohio",
        "zip": "00000",
        "country": "United States",
        "status": "RECRUITING",
    }
    label = f"Hillside Clinic {number}, Rivertown, Ohio, United States"
    return a_change(
        "site.added" if added else "site.removed",
        subject=label,
        before=None if added else place,
        after=place if added else None,
        severity=Severity.MAJOR,
        sentence=f"The study {'has a new place' if added else 'left a place'}: {label}.",
        meaning="",
    )


def a_rule(number: int, *, section: str = "inclusion", own_words: bool = False) -> PlainCriterion:
    return PlainCriterion(
        path=f"{section[0].upper()}.{number}",
        section=section,
        group=None,
        source=f"Documented river fever grade {number} per local lab criteria within 28 days",
        plain=() if own_words else (f"You had river fever of grade {number} in the last 4 weeks.",),
        method="own-words" if own_words else "rules",
    )


def a_summary(*, rules: int = 4) -> Summary:
    half = rules // 2
    return Summary(
        nct_id=NCT,
        version=4,
        lexicon_version="1",
        title=TITLE,
        sections=(
            SummarySection(
                id="what",
                title="What it is about",
                sentences=(
                    "This study tests a drug called lumaprine.",
                    "It is for adults who have slow river fever.",
                ),
            ),
            SummarySection(
                id="places",
                title="Where it is",
                sentences=("It has 12 places in 2 countries: the United States and Canada.",),
            ),
        ),
        eligibility=(
            *(a_rule(n, own_words=n == 2) for n in range(1, half + 1)),
            *(a_rule(n, section="exclusion") for n in range(1, rules - half + 1)),
        ),
        words_to_know=(WordToKnow(term="placebo", meaning="a treatment with no drug in it"),),
        facts={"overall_status": "RECRUITING"},
    )


def an_alert(
    *changes: Change,
    title: str = TITLE,
    rules: int = 4,
    alert_id: str = "01KJ8Z9V3W0000000000000001",
) -> Alert:
    return Alert(
        id=alert_id,
        nct_id=NCT,
        from_version=3,
        to_version=4,
        release="2026-03-09",
        created_at=NOON,
        title=title,
        changes=changes or (a_change(),),
        summary=a_summary(rules=rules),
        sequence=1,
    )


def a_target(channel: Channel = Channel.EMAIL, address: str = "reader@clinic.example") -> Target:
    return Target(
        id=7,
        channel=channel,
        address=address,
        state=TargetState.ACTIVE,
        secret=SECRET if channel is Channel.WEBHOOK else "",
    )


def a_claim(
    alert: Alert | None = None,
    *,
    address: str = "reader@clinic.example",
    channel: Channel = Channel.EMAIL,
    list_name: str = "watched",
    token: str = "tok_" + "a1B2" * 8,
    number: int = 7,
) -> ClaimedDelivery:
    told = alert or an_alert()
    delivery = Delivery(
        id=f"{told.id}-{number}",
        alert_id=told.id,
        state=DeliveryState.PENDING,
        due_at=NOON,
        attempts=1,
        created_at=NOON,
        unsubscribe_token=token,
        list_name=list_name,
    )
    return ClaimedDelivery(
        delivery=delivery,
        alert=told,
        target=a_target(channel, address),
        owner="worker-1",
        lease_until=NOON + timedelta(seconds=20),
        lane=Lane.MAIL if channel is Channel.EMAIL else Lane.STEADY,
    )


def a_webhook_claim(url: str, alert: Alert | None = None) -> ClaimedDelivery:
    return a_claim(alert, address=url, channel=Channel.WEBHOOK)


def with_changes(alert: Alert, changes: Iterable[Change]) -> Alert:
    return replace(alert, changes=tuple(changes))


def a_match(number: int, kind: str = "search.entered", *, title: str = "") -> Change:
    """A trial that entered a search, came back or left."""
    name = title or f"Lumaprine Study {number}"
    trial: dict[str, Json] = {"title": name, "status": "RECRUITING"}
    gone: dict[str, Json] = {"title": name, "status": "COMPLETED"}
    words = {
        "search.entered": "now finds",
        "search.back": "finds again",
        "search.left": "no longer finds",
    }[kind]
    is_left = kind == "search.left"
    return Change(
        nct_id=search_key(12),
        from_version=3,
        to_version=4,
        kind=kind,
        subject=f"NCT990001{number:02d}",
        before=trial if is_left else None,
        after=gone if is_left else trial,
        severity=Severity.MINOR if is_left else Severity.MAJOR,
        sentence=f'The search "River fever" {words} the study "{name}" (NCT990001{number:02d}).',
    )


def a_search_alert(*changes: Change, name: str = "River fever") -> Alert:
    """What one release brought to a saved search."""
    query = Query(
        parameters=(("query.cond", "river fever"), ("filter.overallStatus", "RECRUITING")),
        words='condition "river fever"; recruiting',
    )
    return replace(
        an_alert(*(changes or (a_match(1), a_match(2, "search.left"))), title=name),
        nct_id=search_key(12),
        summary=replace(a_summary(), nct_id=search_key(12), sections=(), eligibility=()),
        search=SearchNews(id=12, name=name, query=query, trials=34),
    )
