"""Returned mail as servers write it (made up after their shapes), and what it may not bring about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.bounces import BounceKind
from notifiers.returned import read_report
from notifiers.verp import BounceAddress

OURS = BounceAddress.parse("bounces@alerts.example")
DELIVERY = "01KJ8Z9V3W0000000000000001-7"
SENDER = OURS.sender_of(DELIVERY, "token")


def report(
    *blocks: str,
    kind: str = "delivery-status",
    head: str = "",
    words: str = "I could not deliver your message.",
) -> bytes:
    fields = "\n\n".join(blocks)
    return f"""From: MAILER-DAEMON@mx.clinic.example
To: {SENDER}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
{head}Content-Type: multipart/report; report-type={kind};
 boundary="b1"

This is a MIME-encapsulated message.

--b1
Content-Type: text/plain; charset=us-ascii

{words}

--b1
Content-Description: Delivery report
Content-Type: message/{kind}

{fields}

--b1
Content-Type: message/rfc822

From: alerts@alerts.example
To: reader@clinic.example
Subject: Now open

Hello
--b1--
""".encode()


POSTFIX = report(
    "Reporting-MTA: dns; mx.clinic.example\nX-Postfix-Queue-ID: 4ABC\n"
    "Arrival-Date: Mon,  9 Mar 2026 12:00:01 +0000 (UTC)",
    "Final-Recipient: rfc822; reader@clinic.example\nOriginal-Recipient: rfc822;reader@clinic.example\n"
    "Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; mail.clinic.example\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <reader@clinic.example>: Recipient address\n"
    "    rejected: User unknown in virtual mailbox table",
    head="Auto-Submitted: auto-replied\n",
)
EXIM = report(
    "Reporting-MTA: dns; exim.clinic.example",
    "Action: failed\nFinal-Recipient: rfc822;reader@clinic.example\nStatus: 5.0.0\n"
    "Remote-MTA: dns; mail.clinic.example\nDiagnostic-Code: smtp; 550 No Such User Here",
    head="X-Failed-Recipients: reader@clinic.example\nAuto-Submitted: auto-replied\n",
)
EXCHANGE = report(
    "Reporting-MTA: dns;EX01.clinic.example\nReceived-From-MTA: dns;mail.alerts.example",
    "Original-Recipient: rfc822;reader@clinic.example\n"
    "Final-Recipient: rfc822;reader@clinic.example\nAction: failed\nStatus: 5.1.10\n"
    "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup\n"
    "X-Display-Name: Reader",
)
GMAIL = report(
    "Reporting-MTA: dns; googlemail.example\nX-Original-Message-ID: <01@alerts.example>",
    "Final-Recipient: rfc822; reader@clinic.example\nAction: failed\nStatus: 5.2.1\n"
    "Remote-MTA: dns; smtp-in.clinic.example. (203.0.113.9, the server for the domain.)\n"
    "Diagnostic-Code: smtp; 550-5.2.1 The email account that you tried to reach is inactive.\n"
    " 550 5.2.1  For more information see DisabledUser\n"
    "Last-Attempt-Date: Mon, 09 Mar 2026 05:00:03 -0700 (PDT)",
)
SES = report(
    "Reporting-MTA: dns; a8-50.smtp-out.ses.example",
    "Action: failed\nFinal-Recipient: rfc822; reader@clinic.example\n"
    "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\nStatus: 5.2.2",
)
POLICY = report(
    "Reporting-MTA: dns; mx.clinic.example",
    "Final-Recipient: rfc822; reader@clinic.example\nAction: failed\nStatus: 5.7.1\n"
    "Diagnostic-Code: smtp; 554 5.7.1 Message looks like spam",
)
EXPIRED = report(
    "Reporting-MTA: dns; mx.clinic.example",
    "Final-Recipient: rfc822; reader@clinic.example\nAction: failed\nStatus: 4.4.7\n"
    "Diagnostic-Code: smtp; 451 4.3.0 try later (message expired)",
)
COMPLAINT = report(
    "Feedback-Type: abuse\nUser-Agent: MailboxProvider/2.0\nVersion: 1\n"
    f"Original-Mail-From: <{SENDER}>\nArrival-Date: Mon, 9 Mar 2026 12:00:00 +0000",
    kind="feedback-report",
)


@pytest.mark.parametrize(
    ("content", "kind", "status", "words"),
    [
        (POSTFIX, BounceKind.HARD, "5.1.1", "User unknown in virtual mailbox table"),
        (EXIM, BounceKind.HARD, "", "550 No Such User Here"),
        (EXCHANGE, BounceKind.HARD, "5.1.10", "RecipientNotFound"),
        (GMAIL, BounceKind.SOFT, "5.2.1", "inactive"),
        (SES, BounceKind.SOFT, "5.2.2", "mailbox full"),
        (POLICY, BounceKind.REFUSED, "5.7.1", "looks like spam"),
        (EXPIRED, BounceKind.SOFT, "4.4.7", "message expired"),
        (COMPLAINT, BounceKind.COMPLAINT, "", "complained (abuse)"),
    ],
    ids=["Postfix", "Exim", "Exchange", "Gmail", "SES", "policy", "expired", "complaint"],
)
def test_report_says_what_it_means(
    content: bytes, kind: BounceKind, status: str, words: str
) -> None:
    said = read_report(content)

    assert said is not None
    assert (said.kind, said.status) == (kind, status)
    assert words in said.detail


def test_complaint_names_the_mail_it_is_about() -> None:
    said = read_report(COMPLAINT)

    assert said is not None
    assert OURS.read(said.sender) == OURS.read(SENDER)


def test_worst_of_several_recipients_counts() -> None:
    said = read_report(
        report(
            "Reporting-MTA: dns; mx.example",
            "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.2.2",
            "Final-Recipient: rfc822; b@x.example\nAction: failed\nStatus: 5.1.1",
        )
    )

    assert said is not None
    assert said.kind is BounceKind.HARD


_PLAIN = b"From: reader@clinic.example\nSubject: %s\n%s\nI am away until Monday. 550 5.1.1\n"


@pytest.mark.parametrize(
    "content",
    [
        report("Reporting-MTA: dns; mx", "Final-Recipient: x\nAction: delayed\nStatus: 4.4.1"),
        report("Reporting-MTA: dns; mx", "Final-Recipient: x\nAction: relayed\nStatus: 2.1.5"),
        report("Reporting-MTA: dns; mx", "Final-Recipient: x\nAction: delivered\nStatus: 2.0.0"),
        report("Feedback-Type: not-spam\nVersion: 1", kind="feedback-report"),
        report("Disposition: automatic-action; deleted", kind="disposition-notification"),
        _PLAIN % (b"Out of office", b"Auto-Submitted: auto-replied\n"),
        _PLAIN % (b"Undelivered Mail Returned to Sender", b""),
        _PLAIN % (b"failure notice", b"Content-Type: multipart/report; boundary=b1\n"),
        b"",
        b"\x00\xff" * 100,
    ],
    ids=[
        "delayed",
        "relayed",
        "delivered",
        "not spam",
        "read receipt",
        "out of office",
        "words only",
        "no parts",
        "empty",
        "noise",
    ],
)
def test_what_says_nothing_of_a_mailbox_counts_for_nothing(content: bytes) -> None:
    assert read_report(content) is None


def test_mail_built_to_trip_its_reader_says_nothing() -> None:
    depth = 4000
    nested = b"".join(
        b'Content-Type: multipart/report; boundary="%d"\n\n--%d\n' % (n, n) for n in range(depth)
    )

    assert read_report(nested) is None


@given(st.binary(max_size=200), st.integers(0, len(POSTFIX)), st.integers(0, 40))
def test_damaged_reports_are_read_without_an_error(noise: bytes, at: int, cut: int) -> None:
    read_report(POSTFIX[:at] + noise + POSTFIX[at + cut :])


def test_address_names_its_delivery_and_proves_it() -> None:
    returned = OURS.read(SENDER.upper())

    assert returned is not None
    assert returned.delivery_id == DELIVERY
    assert returned.is_ours("token")
    assert not returned.is_ours("another")
    assert len(SENDER.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "address",
    [
        "bounces@alerts.example",
        "bounces+01KJ8Z9V3W0000000000000001-7@alerts.example",
        "other+" + SENDER.partition("+")[2],
        SENDER.replace("alerts.example", "elsewhere.example"),
        SENDER.replace(".", "@", 1),
        "",
        "bounces+" + "a" * 5000 + "@alerts.example",
    ],
)
def test_any_other_address_names_nothing(address: str) -> None:
    assert OURS.read(address) is None


def test_delivery_of_another_is_not_proven() -> None:
    forged = OURS.read(SENDER.replace("01-7.", "01-8.").replace("0001-7", "0001-8"))

    assert forged is not None
    assert forged.delivery_id.endswith("-8")
    assert not forged.is_ours("token")


@pytest.mark.parametrize("text", ["a+b@x.example", "a" * 30 + "@x.example", "no address"])
def test_address_without_room_for_the_proof_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"bounces@example\.org|not an e-mail address"):
        BounceAddress.parse(text)


def test_longest_address_for_returns_has_room_for_a_delivery() -> None:
    """26 characters of an alert's id, eight digits of a target, the proof and what parts them."""
    longest = "b" * 11

    sender = BounceAddress.parse(f"{longest}@alerts.example").sender_of(
        "01KJ8Z9V3W0000000000000001-12345678", "token"
    )

    assert len(sender.partition("@")[0]) <= 64
    assert BounceAddress.parse(f"{longest}@alerts.example").read(sender) is not None
    with pytest.raises(ValueError, match="short first part"):
        BounceAddress.parse(f"{longest}b@alerts.example")
