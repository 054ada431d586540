"""The mail that the service sends itself: made here, and known again when it comes in.

It goes to a return address of its own, with the same as envelope sender. What mail servers write
to that address (bounces, notes of delay, automatic replies) is told apart by a header.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from typing import Final

from monitor.domain.canary import Canary
from notifiers.message import MAIL_POLICY, Envelope, MailSender
from notifiers.verp import BounceAddress

_HEADER: Final = "X-Trialwatch-Canary"
#: No header of ours lies behind so much.
_LONGEST_HEAD: Final = 64_000
_WORDS: Final = (
    "trialwatch sends this mail to itself once a day, to see that mail goes out and comes in.\n"
    "Nobody needs to read or answer it. If you see it in a mailbox, mail for the return address"
    "\n(TRIALWATCH_BOUNCE_ADDRESS) does not reach trialwatch's door for returned mail.\n"
)


def build_canary(canary: Canary, *, sender: MailSender, bounces: BounceAddress) -> Envelope:
    """Return the mail, the same bytes on every attempt."""
    address = bounces.sender_of(canary.id, canary.token)
    local, _, domain = address.rpartition("@")
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["From"] = Address(display_name=sender.name, addr_spec=sender.address)
    mail["To"] = Address(username=local, domain=domain)
    mail["Subject"] = "trialwatch to itself: mail goes out and comes in"
    mail["Date"] = canary.made_at
    mail["Message-ID"] = f"<{canary.id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail[_HEADER] = canary.id
    mail.set_content(_WORDS)
    return Envelope(
        sender=address,
        recipient=address,
        content=mail.as_bytes(policy=MAIL_POLICY),
        needs_utf8=False,
    )


def is_canary(content: bytes, canary_id: str) -> bool:
    """Return whether this is the mail itself, and not one about it."""
    head = BytesHeaderParser().parsebytes(content[:_LONGEST_HEAD])
    return str(head.get(_HEADER, "")).strip() == canary_id
