"""What mail providers tell of mail that came back, and whether it is they who tell it."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.domain.bounces import BounceKind
from notifiers.providers import Provider, is_from, read, told_by
from tests.servers.made import NOON

KEY = "mailgun-key"
TOKEN = "t" * 50


def said(provider: Provider, body: dict[str, Any]) -> tuple[BounceKind, str, str] | None:
    told = told_by(provider, body)
    return None if told is None else (told.report.kind, told.report.status, told.report.detail)


def mailgun(**event: Any) -> dict[str, Any]:
    return {"event-data": {"event": "failed", "severity": "permanent", **event}}


@pytest.mark.parametrize("kind", list(BounceKind))
def test_own_service_names_its_kind_itself(kind: BounceKind) -> None:
    body = {"kind": kind.value, "status": "5.1.1", "detail": "words"}

    assert said(Provider.SIGNED, body) == (kind, "5.1.1", "words")


@pytest.mark.parametrize("kind", [None, "", "HARD", 7, "unheard"])
def test_own_service_that_names_no_kind_says_nothing(kind: object) -> None:
    assert said(Provider.SIGNED, {"kind": kind, "detail": "words"}) is None


@pytest.mark.parametrize(
    ("status", "kept"), [("5" * 20, "5" * 20), ("5" * 21, "5" * 19 + "…"), (511, ""), (None, "")]
)
def test_status_of_an_own_service_is_kept_short(status: object, kept: str) -> None:
    assert said(Provider.SIGNED, {"kind": "soft", "status": status}) == (BounceKind.SOFT, kept, "")


@pytest.mark.parametrize(
    ("detail", "kept"), [("x" * 300, "x" * 300), ("x" * 301, "x" * 299 + "…"), ("a\nb", "a b")]
)
def test_words_of_a_provider_are_kept_in_one_short_line(detail: str, kept: str) -> None:
    signed = {"kind": "soft", "detail": detail}
    postmark = {"RecordType": "Bounce", "Type": "SoftBounce", "Details": detail}
    suppressed = mailgun(reason="suppress-bounce", **{"delivery-status": {"message": detail}})

    assert said(Provider.SIGNED, signed) == (BounceKind.SOFT, "", kept)
    assert said(Provider.POSTMARK, postmark) == (BounceKind.SOFT, "", kept)
    assert said(Provider.MAILGUN, suppressed) == (BounceKind.HARD, "", kept)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("suppress-bounce", BounceKind.HARD),
        ("suppress-complaint", BounceKind.COMPLAINT),
        ("suppress-unsubscribe", BounceKind.REFUSED),
    ],
)
def test_mail_that_mailgun_did_not_try_is_told_by_its_reason(reason: str, kind: BounceKind) -> None:
    assert said(Provider.MAILGUN, mailgun(reason=reason)) == (kind, "", reason)


@pytest.mark.parametrize(
    ("event", "report"),
    [
        ({"event": "complained"}, (BounceKind.COMPLAINT, "", "The reader complained")),
        ({"severity": "temporary"}, None),
        ({"event": "delivered"}, None),
        (
            {"reason": "bounce", "delivery-status": {"code": 550, "message": "Nobody"}},
            (BounceKind.HARD, "", "550 Nobody"),
        ),
        (
            {"delivery-status": {"code": 552, "enhanced-code": "5.2.2", "message": "Full"}},
            (BounceKind.SOFT, "5.2.2", "552 Full"),
        ),
        ({"delivery-status": {"description": "Off"}}, (BounceKind.SOFT, "", "Off")),
        ({}, (BounceKind.SOFT, "", "")),
    ],
)
def test_event_of_mailgun_says_what_it_means(
    event: dict[str, Any], report: tuple[BounceKind, str, str] | None
) -> None:
    assert said(Provider.MAILGUN, mailgun(**event)) == report


@pytest.mark.parametrize(
    ("body", "report"),
    [
        ({"RecordType": "SpamComplaint"}, (BounceKind.COMPLAINT, "", "")),
        ({"RecordType": "Bounce", "Type": "HardBounce"}, (BounceKind.HARD, "", "")),
        ({"RecordType": "Bounce", "Type": "BadEmailAddress"}, (BounceKind.HARD, "", "")),
        (
            {"RecordType": "Bounce", "Type": "HardBounce", "Details": "5.2.2 full"},
            (BounceKind.SOFT, "5.2.2", "5.2.2 full"),
        ),
        ({"RecordType": "Bounce", "Type": "DnsError"}, (BounceKind.SOFT, "", "")),
        (
            {"RecordType": "Bounce", "Type": "Blocked", "Description": "Spam"},
            (BounceKind.REFUSED, "", "Spam"),
        ),
        ({"RecordType": "Bounce", "Type": "SpamNotification"}, (BounceKind.REFUSED, "", "")),
        ({"RecordType": "Bounce", "Type": "VirusNotification"}, (BounceKind.REFUSED, "", "")),
        ({"RecordType": "Bounce", "Type": "DMARCPolicy"}, (BounceKind.REFUSED, "", "")),
        ({"RecordType": "Bounce", "Type": "SpamComplaint"}, (BounceKind.COMPLAINT, "", "")),
        ({"RecordType": "Bounce", "Type": "Transient"}, None),
        ({"RecordType": "Open", "Type": "HardBounce"}, None),
        ({"Type": "HardBounce"}, None),
    ],
)
def test_record_of_postmark_says_what_it_means(
    body: dict[str, Any], report: tuple[BounceKind, str, str] | None
) -> None:
    assert said(Provider.POSTMARK, body) == report


def test_mail_is_named_by_its_message_id_or_by_its_reader() -> None:
    complained = mailgun(
        event="complained",
        recipient="ada@example.org",
        message={"headers": {"message-id": "<one@alerts.example>"}},
    )
    postmark = {"RecordType": "SpamComplaint", "Email": "ada@example.org", "MessageID": "theirs"}

    ours, theirs = told_by(Provider.MAILGUN, complained), told_by(Provider.POSTMARK, postmark)

    assert ours is not None
    assert (ours.delivery_id, ours.address) == ("one", "ada@example.org")
    assert theirs is not None
    assert (theirs.delivery_id, theirs.address) == ("", "ada@example.org")


def signed(stamp: str, token: str = TOKEN, *, key: str = KEY) -> bytes:
    proof = hmac.digest(key.encode(), f"{stamp}{token}".encode(), "sha256").hex()
    given = f'{{"timestamp": "{stamp}", "token": "{token}", "signature": "{proof}"}}'
    return f'{{"signature": {given}}}'.encode()


def of_mailgun(body: bytes, now: datetime = NOON) -> bool:
    return is_from(Provider.MAILGUN, KEY, headers={}, body=body, now=now)


@pytest.mark.parametrize(
    ("away", "known"),
    [(0, True), (86_400, True), (86_401, False), (-86_400, True), (-86_401, False)],
)
def test_report_of_mailgun_counts_within_a_day(away: int, *, known: bool) -> None:
    stamp = f"{NOON.timestamp():.0f}"

    assert of_mailgun(signed(stamp), NOON + timedelta(seconds=away)) is known


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"signature": 7}',
        signed(f"{NOON.timestamp():.0f}", key="another"),
        signed(f"{NOON.timestamp():.0f}", "t" * 49),
        signed(f"{NOON.timestamp():.0f}", "t" * 51),
        signed("soon"),
        signed(f"{NOON.timestamp():.1f}"),
        signed(""),
    ],
)
def test_report_without_the_proof_of_mailgun_is_nobodys(body: bytes) -> None:
    assert not of_mailgun(body)


def test_stamp_of_mailgun_has_twelve_digits_at_the_most() -> None:
    far = datetime.fromtimestamp(10**11, UTC)

    assert of_mailgun(signed("100000000000"), far)
    assert not of_mailgun(signed("0100000000000"), far)


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("Basic dXM6Z2VoZWlt", True),
        ("basic dXM6Z2VoZWlt", False),
        ("Basic dXM6Z2VoZWl0", False),
        ("", False),
    ],
)
def test_postmark_signs_in_with_its_name_and_word(header: str, *, known: bool) -> None:
    headers = {"authorization": header} if header else {}

    assert is_from(Provider.POSTMARK, "us:geheim", headers=headers, body=b"{}", now=NOON) is known


@pytest.mark.parametrize("body", [b"", b"no json", b"[1]", b"7", b"[" * 100_000])
def test_body_that_is_no_object_is_read_as_an_empty_one(body: bytes) -> None:
    assert read(body) == {}


def test_body_that_is_an_object_is_read() -> None:
    assert read(b'{"a": 1}') == {"a": 1}
