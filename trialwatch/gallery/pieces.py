"""Every kind of message, made from made-up records by what makes the real ones."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from monitor.alerting.notices import notice
from monitor.domain.alerts import Alert, ClaimedDelivery, Delivery, DeliveryState, Digest, Outcome
from monitor.domain.consents import Confirmation
from monitor.domain.events import EventType
from monitor.domain.lanes import Lane
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Health, Target, TargetState
from notifiers.chat import discord, slack, teams
from notifiers.confirm import build_confirmation
from notifiers.entry import Entry, build_entry
from notifiers.letters import Letters
from notifiers.message import Envelope, MailSender, build_message
from notifiers.notice import build_notice
from notifiers.payload import webhook_body
from trialwatch.gallery.stories import changed, happened, near_by, searched

WEB = "https://watch.example.org"
_SENDER = MailSender(name="Trial alerts", address="alerts@watch.example.org")
_NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
_TOKEN = "made-up-" * 4
_READER = "reader@clinic.example"
_HOOK = "https://hooks.example.org/made-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message."""

    #: Of letters, digits and hyphens; names its files.
    name: str
    title: str
    #: Empty for what is no mail.
    subject: str
    text: str
    #: None where there is no such part.
    html: str | None = None


def pieces() -> Iterator[Piece]:
    """Return every kind of message, the same each time."""
    alerts = (*changed(), *happened())
    letters = Letters(web_url=WEB)
    for alert in alerts:
        kind = alert.told[0].kind.replace(".", "-").replace("_", "-")
        yield _of_mail(f"change-{alert.id[-3:]}-{kind}", _title(alert), _mail(letters, alert))
    yield _of_mail("near", "Places near a reader", _mail(letters, near_by(alerts)))
    search = searched()
    yield _of_mail("search", "A saved search", _mail(letters, search))
    few, all_of_them = changed()[:5], changed()
    for name, told, more in (("digest", few, 0), ("digest-long", (*all_of_them, search), 37)):
        trials = len({alert.nct_id for alert in told if alert.search is None}) + more
        digest = Digest(alerts=told, trials=trials, searches=int(search in told))
        yield _of_mail(name, "A digest", _mail(letters, told[0], digest))
    yield from _service_mails(alerts[0])
    yield from _programs(alerts[0], "change")
    yield from _programs(search, "search")


def _service_mails(alert: Alert) -> Iterator[Piece]:
    for type_ in (
        EventType.MESSAGE_FAILING,
        EventType.MESSAGE_RECOVERED,
        EventType.TARGET_DISABLED,
    ):
        name = f"notice-{type_.value.replace('.', '-')}"
        yield _of_mail(
            name, "About a webhook", build_notice(_noticed(alert, type_), sender=_SENDER)
        )
    for name, numbers in (("confirm", 1), ("confirm-many", 24)):
        asked = build_confirmation(_question(numbers), sender=_SENDER, web_url=WEB)
        yield _of_mail(name, "Asks whether an address agrees", asked)
    for name, title, invited in (
        ("sign-in", "A link to sign in", False),
        ("invitation", "An invitation", True),
    ):
        entry = Entry(
            recipient=_READER,
            url=f"{WEB}/sign-in/{_TOKEN}",
            lasting=timedelta(minutes=15),
            made_at=_NOW,
            invited=invited,
        )
        yield _of_mail(name, title, build_entry(entry, sender=_SENDER))


def _programs(alert: Alert, about: str) -> Iterator[Piece]:
    """What programs and chats are sent, as it goes over the wire but for its line breaks."""
    bodies = {
        "slack": slack.body(alert, web_url=WEB),
        "teams": teams.body(alert, web_url=WEB),
        "discord": discord.body(alert, web_url=WEB),
        "webhook": webhook_body(_claim(alert, Channel.WEBHOOK, _HOOK), web_url=WEB),
    }
    for name, body in bodies.items():
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        yield Piece(name=f"{name}-{about}", title=f"{name.title()}", subject="", text=text)


def _mail(letters: Letters, alert: Alert, digest: Digest | None = None) -> Envelope:
    claimed = replace(_claim(alert, Channel.EMAIL, _READER), digest=digest)
    return build_message(claimed, letters.of(claimed), sender=_SENDER, web_url=WEB)


def _claim(alert: Alert, channel: Channel, address: str) -> ClaimedDelivery:
    return ClaimedDelivery(
        delivery=Delivery(
            id=f"{alert.id}-1",
            alert_id=alert.id,
            state=DeliveryState.PENDING,
            due_at=_NOW,
            attempts=4,
            created_at=_NOW,
            unsubscribe_token=_TOKEN,
            list_name="watched",
        ),
        alert=alert,
        target=Target(id=1, channel=channel, address=address, state=TargetState.ACTIVE),
        owner="gallery",
        lease_until=_NOW,
        lane=Lane.MAIL if channel is Channel.EMAIL else Lane.STEADY,
    )


def _noticed(alert: Alert, type_: EventType) -> ClaimedDelivery:
    well = type_ is EventType.MESSAGE_RECOVERED
    ended = Outcome(
        state=DeliveryState.DELIVERED if well else DeliveryState.PENDING,
        due_at=None if well else _NOW,
        word="accepted" if well else "refused",
        status=204 if well else 503,
        detail="" if well else "The receiver answered 503",
    )
    hook = _claim(alert, Channel.WEBHOOK, _HOOK)
    health = Health() if well else Health(failures=4, failing_since=_NOW)
    told = notice(hook, ended, health, now=_NOW)
    usual = _claim(alert, Channel.EMAIL, _READER)
    return replace(usual, delivery=replace(usual.delivery, type=type_, notice=told))


def _question(numbers: int) -> Confirmation:
    return Confirmation(
        id="01KJ8Z9V3W0000000000000300-1",
        target=Target(id=1, channel=Channel.EMAIL, address=_READER, state=TargetState.UNCONFIRMED),
        token=_TOKEN,
        nct_ids=tuple(NctId(f"NCT990000{number:02d}") for number in range(1, numbers + 1)),
        asked_at=_NOW,
        expires_at=_NOW + timedelta(days=7),
    )


def _of_mail(name: str, title: str, envelope: Envelope) -> Piece:
    mail = message_from_bytes(envelope.content, policy=default)
    return Piece(
        name=name,
        title=title,
        subject=str(mail["Subject"]),
        text=_part(mail, "plain") or "",
        html=_part(mail, "html"),
    )


def _part(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body((kind,))
    return None if part is None else str(part.get_content()).replace("\r\n", "\n")


def _title(alert: Alert) -> str:
    return ", ".join(dict.fromkeys(change.kind for change in alert.told))
