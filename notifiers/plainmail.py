"""Mails of plain text alone, which the service writes of itself: links, notices, to itself."""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from notifiers.message import MAIL_POLICY, Envelope, MailSender


def plain_mail(
    sender: MailSender,
    recipient: str,
    *,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    back: str = "",
    more: Mapping[str, str] | None = None,
) -> Envelope:
    """Return a mail, ready to be handed to a relay; the same values give the same bytes.

    Args:
        sender: Who it comes from.
        recipient: Normalised address.
        subject: Its subject.
        text: What it says.
        message_id: Its id, without our domain.
        at: When it was made.
        back: Where it comes back to; its sender when empty.
        more: Further headers.
    """
    needs_utf8 = not recipient.isascii()
    policy = MAIL_POLICY.clone(utf8=needs_utf8)
    local, _, domain = recipient.rpartition("@")
    mail = EmailMessage(policy=policy)
    mail["From"] = Address(display_name=sender.name, addr_spec=sender.address)
    mail["To"] = Address(username=local, domain=domain)
    mail["Subject"] = subject
    mail["Date"] = at
    mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    for name, value in (more or {}).items():
        mail[name] = value
    mail.set_content(text, cte="quoted-printable")
    return Envelope(
        sender=back or sender.address,
        recipient=recipient,
        content=mail.as_bytes(policy=policy),
        needs_utf8=needs_utf8,
    )
