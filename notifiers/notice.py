"""The mail that tells whoever looks after a webhook what has become of it.

A pure function of the delivery, like every mail: an attempt repeated is the same bytes. It
carries no unsubscribe address: who asked for notices ends them with ``trialwatch target set``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.changes import Json
from monitor.domain.events import EventType
from monitor.domain.looks import Look
from notifiers.clean import one_line
from notifiers.message import Envelope, MailSender, envelope_sender
from notifiers.plainmail import plain_mail
from notifiers.verp import BounceAddress

_SUBJECTS: Final = {
    EventType.MESSAGE_FAILING: "A webhook does not take its messages",
    EventType.MESSAGE_RECOVERED: "A webhook takes messages again",
    EventType.TARGET_DISABLED: "A webhook was switched off",
}
_TEXTS: Final = {
    EventType.MESSAGE_FAILING: (
        "A message has failed several times and is tried again for three days. If the receiver"
        " takes nothing for five days, it is switched off."
    ),
    EventType.MESSAGE_RECOVERED: "A message that had failed several times has been taken now.",
    EventType.TARGET_DISABLED: (
        "Nothing more is sent to it, and what waited for it was cancelled. When the receiver is"
        " in order again:"
    ),
}


def build_notice(
    claimed: ClaimedDelivery, *, sender: MailSender, bounces: BounceAddress | None = None
) -> Envelope:
    """Return the mail of a notice, ready to be handed to a relay.

    With ``bounces`` its envelope names the delivery, so that it is known what comes back.
    """
    delivery = claimed.delivery
    notice = delivery.notice or {}
    return plain_mail(
        sender,
        claimed.target.address,
        subject=f"{_SUBJECTS[delivery.type]}: {_about(notice, 'address')}",
        text="\n".join(_lines(delivery.type, notice, claimed.look)) + "\n",
        message_id=delivery.id,
        at=delivery.created_at,
        back=envelope_sender(claimed, bounces),
    )


def _lines(type_: EventType, notice: Mapping[str, Json], look: Look) -> list[str]:
    number = _about(notice, "id")
    lines = [
        f"{_SUBJECTS[type_]}: {_about(notice, 'address')} (target {number}).",
        "",
        _TEXTS[type_],
    ]
    if type_ is EventType.TARGET_DISABLED:
        lines += [
            "",
            f"    trialwatch target test {number}",
            f"    trialwatch target enable {number}",
            f"    trialwatch replay --target {number} --since TIME",
        ]
    facts = {
        "Failing since": _when(notice.get("failing_since"), look),
        "Attempts at this message": notice.get("attempts"),
        "Last answer": notice.get("reason"),
        "Message": notice.get("delivery"),
        "Trial": notice.get("nct_id"),
    }
    shown = [f"{name}: {one_line(str(value), 300)}" for name, value in facts.items() if value]
    return [*lines, "", *shown]


def _when(value: Json, look: Look) -> str:
    """Return a time as people write it; what is none stays as it is."""
    try:
        return look.minute(datetime.fromisoformat(str(value))) if value else ""
    except ValueError:
        return str(value)


def _about(notice: Mapping[str, Json], key: str) -> str:
    target = notice.get("target")
    return one_line(str(target[key]), 200) if isinstance(target, Mapping) else ""
