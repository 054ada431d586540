"""Made-up values for tests: everything valid, every field to be said otherwise.

Numbers from NCT99000001 up, people and places that do not exist.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from monitor.alerting.consent import take_word
from monitor.domain.alerts import Alert, ClaimedDelivery, Delivery, DeliveryState, Outcome
from monitor.domain.changes import Change, Severity
from monitor.domain.ids import new_id
from monitor.domain.lanes import Lane
from monitor.domain.ports import Work
from monitor.domain.summaries import PlainCriterion, Summary, SummarySection, WordToKnow
from monitor.domain.trial import Lineage, NctId, TrialState, Version
from monitor.domain.watches import Channel, Target, TargetState

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
TRIAL = NctId("NCT99000001")
OTHER_TRIAL = NctId("NCT99000002")
RELEASE = "2026-03-09T09:00:05"


def a_state(**fields: Any) -> TrialState:
    """A trial seen once."""
    usual = TrialState(
        nct_id=TRIAL,
        latest_version=1,
        content_sha256=sha256(b"first").digest(),
        swept_release=RELEASE,
        seen_at=NOON,
        brief_title="Rosewater Against Hiccups",
        overall_status="RECRUITING",
    )
    return replace(usual, **fields)


def a_version(number: int = 1, **fields: Any) -> Version:
    """A version whose record says its number."""
    raw = f'{{"protocolSection":{{"n":{number}}},"text":"{"made up " * 40}"}}'.encode()
    usual = Version(
        nct_id=TRIAL,
        number=number,
        release="2026-03-09",
        raw=raw,
        content_sha256=sha256(raw).digest(),
        fetched_at=NOON,
    )
    return replace(usual, **fields)


def a_lineage(**fields: Any) -> Lineage:
    """The names of two rules of the baseline."""
    usual = Lineage(
        nct_id=TRIAL,
        version=1,
        parser_version=1,
        ids={"I.1": "0a1b2c3d4e5f", "E.1": "abcdef012345"},
    )
    return replace(usual, **fields)


def a_change(**fields: Any) -> Change:
    """A trial that stops recruiting."""
    usual = Change(
        nct_id=TRIAL,
        from_version=1,
        to_version=2,
        kind="status",
        subject="overall status",
        before="RECRUITING",
        after="SUSPENDED",
        severity=Severity.CRITICAL,
        sentence="The trial is on hold.",
        reason="nobody can join",
        meaning="Nobody new can join for now.",
        notes={"why": ["supply"], "sure": True},
    )
    return replace(usual, **fields)


def a_summary(**fields: Any) -> Summary:
    """A short summary with one of everything."""
    usual = Summary(
        nct_id=TRIAL,
        version=2,
        lexicon_version="2026.1",
        title="Rosewater Against Hiccups",
        sections=(
            SummarySection(id="status", title="Can people join?", sentences=("Not now.", "Wait.")),
        ),
        eligibility=(
            PlainCriterion(
                path="E.1",
                section="exclusion",
                group=None,
                source="Known allergy to roses",
                plain=("You cannot join if roses make you ill.",),
                method="rules",
                flags=("negated",),
            ),
        ),
        words_to_know=(WordToKnow(term="allergy", meaning="the body's reaction to a thing"),),
        facts={"status": "SUSPENDED", "sites": 3, "phases": ["PHASE2"], "min_age": None},
    )
    return replace(usual, **fields)


def an_alert(**fields: Any) -> Alert:
    """An alert of one critical change; every call gives another id."""
    usual = Alert(
        id=new_id(fields.get("created_at", NOON)),
        nct_id=TRIAL,
        from_version=1,
        to_version=2,
        release="2026-03-09",
        created_at=NOON,
        title="Rosewater Against Hiccups",
        changes=(a_change(),),
        summary=a_summary(),
    )
    return replace(usual, **fields)


def a_step(number: int, *, nct_id: NctId = TRIAL, **fields: Any) -> Alert:
    """An alert of the change from one version to the next, ``number``."""
    pair = {"nct_id": nct_id, "from_version": number - 1, "to_version": number}
    # Ids grow with time, as those of real alerts do.
    fields.setdefault("id", new_id(fields.get("created_at", NOON) + timedelta(milliseconds=number)))
    severity = fields.pop("severity", Severity.CRITICAL)
    return an_alert(changes=(a_change(severity=severity, **pair),), **pair, **fields)


def a_target(**fields: Any) -> Target:
    """An e-mail address."""
    usual = Target(id=1, channel=Channel.EMAIL, address="ada@example.org", state=TargetState.ACTIVE)
    return replace(usual, **fields)


def agreed_target(
    work: Work, address: str, channel: Channel = Channel.EMAIL, *, secret: str = ""
) -> Target:
    """Return the target with an address, which has agreed to be written to."""
    take_word(work, work.watches.target(channel, address, secret=secret, now=NOON), now=NOON)
    return work.watches.target(channel, address, secret=secret, now=NOON)


def a_delivery(**fields: Any) -> Delivery:
    """A delivery claimed for the first time."""
    alert_id = fields.get("alert_id", "01JP00000000000000000000AA")
    usual = Delivery(
        id=f"{alert_id}-1",
        alert_id=alert_id,
        state=DeliveryState.PENDING,
        due_at=NOON,
        attempts=1,
        created_at=NOON,
        unsubscribe_token="token-1",
        list_name="watched",
    )
    return replace(usual, **fields)


def a_claim(**fields: Any) -> ClaimedDelivery:
    """A delivery on its way by mail."""
    alert = fields.get("alert", an_alert())
    usual = ClaimedDelivery(
        delivery=a_delivery(alert_id=alert.id),
        alert=alert,
        target=a_target(),
        owner="worker",
        lease_until=NOON,
        lane=Lane.MAIL,
    )
    return replace(usual, **fields)


def an_outcome(**fields: Any) -> Outcome:
    """The far side took it."""
    usual = Outcome(
        state=DeliveryState.DELIVERED, due_at=None, word="accepted", status=250, detail="2.0.0 ok"
    )
    return replace(usual, **fields)
