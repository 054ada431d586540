"""What a mail relay's refusal means for the delivery. Values in, an error out.

Source:
    RFC 5321, 4.2 and RFC 3463 (enhanced status codes); which of them blame the reader and
    which blame us is our judgement: a reader is given up only for an address that cannot be.
"""

import re
from enum import StrEnum

from monitor.alerting.bounces import kind_of
from monitor.domain.bounces import BounceKind
from monitor.domain.errors import DeliveryError
from notifiers.answers import MOST_DETAIL_BYTES
from notifiers.clean import cut_bytes, paragraphs


class Stage(StrEnum):
    """How far the conversation got."""

    #: Connecting, greeting, TLS, authentication.
    CONNECT = "connect"
    #: The sender was named.
    MAIL = "sender"
    #: The recipient was named.
    RCPT = "recipient"
    #: The message was handed over.
    DATA = "message"


_ENHANCED = re.compile(r"^([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$)", re.MULTILINE)
_CLOSING = 421
_AUTH_FOR_NOW = 454
_AUTH = frozenset({530, 534, 535, 538})
_NO_SUCH_MAILBOX = frozenset({550, 551, 553})
_TOO_MUCH = 552
#: RFC 3463 and the register of enhanced status codes: the relay, or the far side, refuses us as
#: a sender (policy, SPF, DKIM, DMARC, no right to relay).
_SENDER_POLICY = frozenset({1, 8, 9, *range(20, 30), *range(500, 600)})
_OURS = "every mail waits and no reader is to blame"


def refusal(code: int, text: str, stage: Stage) -> DeliveryError:
    """Return what a reply that is no success means.

    Args:
        code: Reply code; below 200 when the reply could not be read.
        text: The relay's words, any enhanced status code in front.
        stage: What it answered.
    """
    detail = cut_bytes(paragraphs(text), MOST_DETAIL_BYTES)
    status = code if code > 0 else None
    if _is_road(code, text, stage):
        reason = (
            f"The mail relay does not take mail now ({_reply(code, text)}): it will be tried again"
        )
        return DeliveryError(reason, carrier_down=True, status=status, detail=detail)
    if _is_our_fault(code, text, stage):
        reason = f"{_blame(code, stage)} ({_reply(code, text)}): {_OURS}"
        return DeliveryError(reason, carrier_down=True, status=status, detail=detail)
    reason = f"The mail relay refused the {stage} ({_reply(code, text)})"
    return DeliveryError(
        reason,
        permanent=_is_for_good(code, text, stage),
        bounce=_bounce(code, text, stage),
        uncertain=stage is Stage.DATA and code < 400,  # noqa: PLR2004  # a reply that is none
        status=status,
        detail=detail,
    )


def silence(relay: str, cause: str, stage: Stage) -> DeliveryError:
    """Return what it means when no reply came: the road is to blame, or nobody knows.

    Args:
        relay: Host and port of the relay.
        cause: What went wrong, to follow the relay's name.
        stage: What was not answered.
    """
    if stage is Stage.DATA:
        return DeliveryError(
            f"The mail relay {relay} took the message and did not say whether it keeps it:"
            " the same message will be sent again",
            uncertain=True,
        )
    return DeliveryError(
        f"The mail relay {relay} {cause}; check TRIALWATCH_SMTP_URL", carrier_down=True
    )


def _is_road(code: int, text: str, stage: Stage) -> bool:
    """The relay itself is in trouble, whoever the mail is for."""
    if code in {_CLOSING, _AUTH_FOR_NOW}:
        return True
    return stage is Stage.CONNECT and not _is_our_fault(code, text, stage)


def _is_our_fault(code: int, text: str, stage: Stage) -> bool:
    """Credentials, or what we send as: an operator has to act."""
    if code in _AUTH:
        return True
    kind, topic, point = _enhanced(text)
    if kind == 5 and topic == 7 and point in _SENDER_POLICY:  # noqa: PLR2004  # x.7 is policy
        return True
    # The sender's address was refused for good, and it is the same in every mail. A message
    # that is too big (5.3.4) was refused by its SIZE in the same command, and is alone in that.
    return stage is Stage.MAIL and code >= 500 and code != _TOO_MUCH  # noqa: PLR2004


def _is_for_good(code: int, text: str, stage: Stage) -> bool:
    kind, topic, point = _enhanced(text)
    if code < 500 or kind == 4:  # noqa: PLR2004
        return False
    if (topic, point) == (3, 4) or (code == _TOO_MUCH and stage is Stage.MAIL):
        return True  # too big for this relay, and it will not shrink
    # A mailbox that is full, switched off or not routed to now may be well next week.
    if code == _TOO_MUCH or topic == 2 or (topic, point) == (4, 4):  # noqa: PLR2004
        return False
    return topic == 1 or code in _NO_SUCH_MAILBOX or code == 554 or topic == 6  # noqa: PLR2004


def _bounce(code: int, text: str, stage: Stage) -> BounceKind:
    """What is learnt of the mailbox. Only a clear word that there is none gives it up."""
    if not _is_for_good(code, text, stage):
        return BounceKind.SOFT
    kind, topic, point = _enhanced(text)
    if kind:
        return kind_of(f"{kind}.{topic}.{point}") if topic == 1 else BounceKind.REFUSED
    is_address = stage is Stage.RCPT and code in _NO_SUCH_MAILBOX
    return BounceKind.HARD if is_address else BounceKind.REFUSED


def _blame(code: int, stage: Stage) -> str:
    if code in _AUTH:
        return "The mail relay refuses our user name or password; correct TRIALWATCH_SMTP_URL"
    if stage is Stage.MAIL:
        return "The mail relay refuses our sender address; correct TRIALWATCH_MAIL_FROM"
    return (
        "Mail from our address is refused as a matter of policy; check SPF, DKIM and relay rights"
    )


def _enhanced(text: str) -> tuple[int, int, int]:
    found = _ENHANCED.search(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _reply(code: int, text: str) -> str:
    found = _ENHANCED.search(text)
    shown = str(code) if code > 0 else "unreadable reply"
    return f"{shown} {found[0]}" if found else shown
