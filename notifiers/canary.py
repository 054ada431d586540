"""The mail that the service sends itself: made here, and known again when it comes in.

It goes to a return address of its own, with the same as envelope sender. What mail servers write
to that address (bounces, notes of delay, automatic replies) is told apart by a header.
"""

from email.parser import BytesHeaderParser
from typing import Final

from monitor.domain.canary import Canary
from notifiers.message import Envelope, MailSender
from notifiers.plainmail import plain_mail
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
    return plain_mail(
        sender,
        address,
        subject="trialwatch to itself: mail goes out and comes in",
        text=_WORDS,
        message_id=canary.id,
        at=canary.made_at,
        back=address,
        more={_HEADER: canary.id},
    )


def is_canary(content: bytes, canary_id: str) -> bool:
    """Return whether this is the mail itself, and not one about it."""
    head = BytesHeaderParser().parsebytes(content[:_LONGEST_HEAD])
    return str(head.get(_HEADER, "")).strip() == canary_id
