"""The mail with a link that signs somebody in. It carries nothing of the registry's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.ids import new_id
from notifiers.message import Envelope, MailSender
from notifiers.plainmail import plain_mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A link on its way to somebody."""

    #: Normalised address. Personal: never logged.
    recipient: str
    #: Address of the page that signs them in. Secret: never logged.
    url: str
    #: How long it works.
    lasting: timedelta
    made_at: datetime
    #: True where somebody else asked for it, to let them in for the first time.
    invited: bool = False


def build_entry(entry: Entry, *, sender: MailSender) -> Envelope:
    """Return the mail, ready to be handed to a relay."""
    return plain_mail(
        sender,
        entry.recipient,
        subject=(
            "You are invited to trialwatch"
            if entry.invited
            else "Your link to sign in to trialwatch"
        ),
        text=_text(entry),
        message_id=f"{new_id(entry.made_at)}.sign-in",
        at=entry.made_at,
    )


def _text(entry: Entry) -> str:
    why = (
        "Somebody who runs trialwatch has made a place for you there. It watches studies on"
        " ClinicalTrials.gov and tells you what changes."
        if entry.invited
        else "Somebody, most likely you, asked to sign in to trialwatch with this address."
    )
    return (
        f"{why}\n\nOpen this page and press the button to sign in:\n\n    {entry.url}\n\n"
        f"The link works once, for {_in_words(entry.lasting)}. If you do not want to sign in, do"
        " nothing: nobody can without this link.\n"
    )


def _in_words(lasting: timedelta) -> str:
    minutes = int(lasting.total_seconds() // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"  # noqa: PLR2004
