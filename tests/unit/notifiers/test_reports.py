"""Returned mail and signatures at the edges, where a small slip would cost a reader."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.bounces import BounceKind
from notifiers.clean import cut, cut_bytes, one_line, paragraphs
from notifiers.returned import Report, read_report, report_of
from notifiers.sign import is_signed, sign
from notifiers.verp import BounceAddress

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def failed(*blocks: str, kind: str = "delivery-status", before: int = 0) -> bytes:
    """A report of so many parts before the one that says something."""
    fields = "\n\n".join(blocks)
    idle = "".join("\n--b\nContent-Type: text/plain\n\nx\n" for _ in range(before))
    return (
        "Content-Type: multipart/report; boundary=b\n"
        f"{idle}\n--b\nContent-Type: message/{kind}\n\n{fields}\n--b--\n"
    ).encode()


HARD = "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 nobody"
SOFT = "Action: failed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452 full"
REFUSED = "Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 spam"


@pytest.mark.parametrize(
    ("status", "words", "unclear", "report"),
    [
        ("5.1.1", "w", BounceKind.SOFT, (BounceKind.HARD, "5.1.1")),
        ("5.7.1", "5.1.1", BounceKind.SOFT, (BounceKind.REFUSED, "5.7.1")),
        ("5.0.0", "550 5.1.1 no", BounceKind.SOFT, (BounceKind.HARD, "5.1.1")),
        ("4.0.0", "5.2.2 full", BounceKind.SOFT, (BounceKind.SOFT, "5.2.2")),
        ("", "smtp; 550 no", BounceKind.SOFT, (BounceKind.HARD, "")),
        ("", "smtp; 551 no", BounceKind.SOFT, (BounceKind.HARD, "")),
        ("", "smtp; 553 no", BounceKind.SOFT, (BounceKind.HARD, "")),
        ("", "smtp; 552 no", BounceKind.SOFT, (BounceKind.SOFT, "")),
        ("", "smtp; 1550 no", BounceKind.SOFT, (BounceKind.SOFT, "")),
        ("", "words", BounceKind.SOFT, (BounceKind.SOFT, "")),
        ("", "words", BounceKind.HARD, (BounceKind.HARD, "")),
        ("3.1.1", "words", BounceKind.SOFT, (BounceKind.SOFT, "")),
        ("(5.1.1)", "words", BounceKind.SOFT, (BounceKind.HARD, "5.1.1")),
    ],
)
def test_failure_is_read_by_its_code_and_then_by_its_words(
    status: str, words: str, unclear: BounceKind, report: tuple[BounceKind, str]
) -> None:
    kind, code = report

    assert report_of(status, words, unclear=unclear) == Report(kind=kind, status=code, detail=words)


@pytest.mark.parametrize(
    ("blocks", "kind"),
    [
        ((REFUSED, SOFT), BounceKind.SOFT),
        ((SOFT, REFUSED), BounceKind.SOFT),
        ((HARD, SOFT), BounceKind.HARD),
        ((REFUSED, HARD), BounceKind.HARD),
        ((HARD.replace("failed", "Failed"),), BounceKind.HARD),
    ],
)
def test_worst_of_a_report_counts(blocks: tuple[str, ...], kind: BounceKind) -> None:
    report = read_report(failed("Reporting-MTA: dns; x", *blocks))

    assert report is not None
    assert report.kind is kind


@pytest.mark.parametrize("action", ["delayed", "relayed", "expanded", "delivered", ""])
def test_mail_that_did_not_fail_says_nothing(action: str) -> None:
    assert read_report(failed(f"Action: {action}\nStatus: 5.1.1")) is None


@pytest.mark.parametrize(("before", "read"), [(0, True), (49, True), (50, False)])
def test_report_is_looked_for_among_fifty_parts(before: int, *, read: bool) -> None:
    assert (read_report(failed(HARD, before=before)) is not None) is read


@pytest.mark.parametrize("kind", ["abuse", "FRAUD", "virus", "opt-out"])
def test_complaint_is_told_with_its_kind_and_sender(kind: str) -> None:
    block = f"Feedback-Type: {kind}\nOriginal-Mail-From: <a@x.example>"

    assert read_report(failed(block, kind="feedback-report")) == Report(
        kind=BounceKind.COMPLAINT,
        status="",
        detail=f"The reader complained ({kind})",
        sender="<a@x.example>",
    )


@pytest.mark.parametrize("kind", ["not-spam", "other", ""])
def test_feedback_that_is_no_complaint_says_nothing(kind: str) -> None:
    assert read_report(failed(f"Feedback-Type: {kind}", kind="feedback-report")) is None


@pytest.mark.parametrize(("length", "shown"), [(300, 300), (301, 300)])
def test_words_of_a_report_are_of_bounded_length(length: int, shown: int) -> None:
    block = f"Action: failed\nStatus: 5.1.1\nDiagnostic-Code: {'x' * length}"

    report = read_report(failed(block))

    assert report is not None
    assert len(report.detail) == shown
    assert report.detail.endswith("…") is (length > shown)


# --- signatures ---


def secret_of(bytes_: int) -> str:
    return "whsec_" + base64.b64encode(b"k" * bytes_).decode()


def headers(stamp: str, *, message_id: str = "1", **more: str) -> dict[str, str]:
    signature = sign(secret_of(32), message_id="1", timestamp=int(NOON.timestamp()), body=b"x")
    usual = {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}
    return {**usual, **{name.replace("_", "-"): value for name, value in more.items()}}


STAMP = f"{NOON.timestamp():.0f}"


@pytest.mark.parametrize(
    ("late", "known"), [(300, True), (300.5, False), (-300, True), (-300.5, False)]
)
def test_signature_is_five_minutes_old_at_the_most(late: float, *, known: bool) -> None:
    now = NOON + timedelta(seconds=late)

    assert is_signed(secret_of(32), headers=headers(STAMP), body=b"x", now=now) is known


@pytest.mark.parametrize(
    "told",
    [
        headers(STAMP, message_id="2"),
        headers(STAMP, message_id="ü"),
        headers(STAMP, message_id="1.1"),
        headers(f"{STAMP}.0"),
        headers(""),
        headers("1" * 13),
        headers(STAMP, webhook_signature=""),
        headers(STAMP, webhook_signature="v1,ü"),
        {},
    ],
)
def test_request_that_is_not_signed_so_is_nobodys(told: dict[str, str]) -> None:
    assert not is_signed(secret_of(32), headers=told, body=b"x", now=NOON)


def test_request_whose_body_was_changed_is_nobodys() -> None:
    assert is_signed(secret_of(32), headers=headers(STAMP), body=b"x", now=NOON)
    assert not is_signed(secret_of(32), headers=headers(STAMP), body=b"y", now=NOON)


@pytest.mark.parametrize("size", [24, 64])
def test_secret_of_twenty_four_to_sixty_four_bytes_signs(size: int) -> None:
    assert sign(secret_of(size), message_id="1", timestamp=1, body=b"").startswith("v1,")


@pytest.mark.parametrize("size", [0, 23, 65])
def test_shorter_or_longer_secret_is_damaged(size: int) -> None:
    with pytest.raises(ValueError, match="damaged") as error:
        sign(secret_of(size), message_id="1", timestamp=1, body=b"")

    assert str(error.value) == (
        "The secret of this webhook is damaged: it is not whsec_ and 24-64 bytes"
    )


def test_id_with_a_full_stop_is_named() -> None:
    with pytest.raises(ValueError, match="full stop") as error:
        sign(secret_of(32), message_id="a.b", timestamp=1, body=b"")

    assert str(error.value) == "A webhook-id must not hold a full stop: 'a.b'"


# --- return addresses ---


@pytest.mark.parametrize("text", ["a+b@x.example", "a" * 12 + "@x.example", "ä@x.example"])
def test_return_address_without_room_is_told_how_it_has_to_be(text: str) -> None:
    with pytest.raises(ValueError, match="short first part") as error:
        BounceAddress.parse(text)

    assert str(error.value) == "give it a short first part without +: bounces@example.org"


@pytest.mark.parametrize(
    ("recipient", "here"),
    [
        ("bounces@x.example", True),
        ("<Bounces+any@X.example>", True),
        ("bounce@x.example", False),
        ("bounces@y.example", False),
        ("bouncesx@x.example", False),
    ],
)
def test_mail_to_the_return_address_is_ours_to_take(recipient: str, *, here: bool) -> None:
    assert BounceAddress.parse("Bounces@x.example").is_here(recipient) is here


# --- texts of strangers ---


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("abcdefgh jk", 10, "abcdefgh…"),
        ("abcdef hijklm", 10, "abcdef hi…"),
        ("abcdefg, ijklm", 10, "abcdefg…"),
        ("a b c d e f", 6, "a b c…"),
        ("aaaa bbbb cccc", 13, "aaaa bbbb…"),
        ("abcdefgh ijklm", 11, "abcdefgh…"),
        ("abcdefgh ijklm", 12, "abcdefgh ij…"),
    ],
)
def test_text_is_cut_at_a_word_where_that_costs_little(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit) == shown
    assert one_line(text, limit) == shown
    assert paragraphs(text, limit) == shown


@pytest.mark.parametrize(
    ("limit", "kept"), [(0, ""), (1, "a"), (2, "a"), (3, "aü"), (4, "aüb"), (9, "aüb")]
)
def test_bytes_are_cut_between_letters(limit: int, kept: str) -> None:
    assert cut_bytes("aüb", limit) == kept
