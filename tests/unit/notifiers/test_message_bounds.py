"""The bytes of a mail at the edges: long names, odd letters, addresses that barely fit."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from monitor.domain.alerts import ClaimedDelivery, Digest
from monitor.domain.errors import InvalidAddressError
from monitor.domain.trial import NctId
from notifiers.addresses import check_email_address
from notifiers.canary import is_canary
from notifiers.confirm import build_confirmation, confirmation_letter
from notifiers.letters import Letters
from notifiers.links import trial_url
from notifiers.message import MailSender, build_message, library_line, plain_line
from notifiers.quoted import quoted
from tests.servers.made import NOON, a_claim, a_search_alert, an_alert
from tests.unit.notifiers.asked import ASKED

WEB = "https://watch.example.org"
SENDER = MailSender.parse("Trial alerts <alerts@trialwatch.example>")


def mail(claimed: ClaimedDelivery, *, web_url: str = WEB) -> EmailMessage:
    letter = Letters(web_url=web_url).of(claimed)
    envelope = build_message(claimed, letter, sender=SENDER, web_url=web_url)
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("river fever", "river fever"),
        ('<a> "b", (c); @d: [e] \\', "a b c d e"),
        ("<>", "trials"),
        ("", "trials"),
        ("x" * 80, "x" * 80),
        ("a\ud800b", "ab"),
    ],
)
def test_list_is_named_without_what_means_something_in_a_header(name: str, phrase: str) -> None:
    assert re.fullmatch(
        re.escape(phrase) + r" <list-[0-9a-f]{12}\.trialwatch\.example>",
        mail(a_claim(list_name=name))["List-Id"],
    )


def test_headers_that_answer_and_suppress_are_whole() -> None:
    message = mail(a_claim())

    key = re.fullmatch(r"watched <list-(\w{12})\.trialwatch\.example>", message["List-Id"])
    assert key is not None
    thread = f"<trial.NCT99000001.{key[1]}@trialwatch.example>"
    assert (message["In-Reply-To"], message["References"]) == (thread, thread)
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["MIME-Version"] == "1.0"
    assert re.fullmatch(
        r'multipart/alternative; boundary="=_[0-9a-f]{32}"', message["Content-Type"]
    )


def test_unsubscribe_address_has_nine_hundred_bytes_at_the_most() -> None:
    token = "x" * (900 - len(f"{WEB}/u/"))

    assert mail(a_claim(token=token))["List-Unsubscribe"] == f"<{WEB}/u/{token}>"
    with pytest.raises(ValueError, match="TRIALWATCH_WEB_URL") as error:
        mail(a_claim(token=token + "x"))
    assert str(error.value) == (
        "the unsubscribe address has 901 bytes, more than a header can carry (900): give a shorter"
        " TRIALWATCH_WEB_URL"
    )


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("Date", NOON, "Date: Mon, 09 Mar 2026 12:00:00 +0000\r\n"),
        ("To", Address(addr_spec="a.b+c@x.example"), "To: a.b+c@x.example\r\n"),
        ("To", Address(display_name="Ada", addr_spec="a@x.example"), ""),
        ("To", Address(username="ädä", domain="x.example"), ""),
        ("To", Address(username="a b", domain="x.example"), ""),
        ("Message-ID", "<1-7@x.example>", "Message-ID: <1-7@x.example>\r\n"),
        ("Message-ID", "1-7@x.example", ""),
        ("Message-ID", f"<{'a' * 64}@x.example>", f"Message-ID: <{'a' * 64}@x.example>\r\n"),
        ("Message-ID", f"<{'a' * 65}@x.example>", ""),
        (
            "List-Unsubscribe",
            "<http://x.example/u/1>",
            "List-Unsubscribe: <http://x.example/u/1>\r\n",
        ),
        ("List-Unsubscribe", "<mailto:x@x.example>", ""),
        ("Subject", "Hello", ""),
    ],
)
def test_plain_header_is_written_at_once_and_any_other_left_to_the_library(
    name: str, value: str | Address, line: str
) -> None:
    assert plain_line(name, value) == line
    assert not line or line == library_line(name, value, utf8=False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"Trial alerts" <alerts@x.example>', "Trial alerts"),
        ("<alerts@x.example>", "trialwatch"),
        (f"{'x' * 100} <alerts@x.example>", "x" * 100),
        (f"{'x' * 101} <alerts@x.example>", "x" * 99 + "…"),
        (" alerts@x.example ", "trialwatch"),
    ],
)
def test_sender_has_a_name_of_bounded_length(text: str, name: str) -> None:
    assert MailSender.parse(text) == MailSender(name=name, address="alerts@x.example")


def test_sender_beyond_ascii_is_told_with_its_setting() -> None:
    with pytest.raises(ValueError, match="plain ASCII") as error:
        MailSender.parse("älerts@x.example")

    assert str(error.value) == "the sender of mail, TRIALWATCH_MAIL_FROM, has to be plain ASCII"


@pytest.mark.parametrize(
    ("text", "coded"),
    [
        ("a", b"a\r\n"),
        ("a\n", b"a\r\n"),
        ("a\n\n", b"a\r\n\r\n"),
        ("", b"\r\n"),
        ("ü = 1\n", b"=C3=BC =3D 1\r\n"),
        ("a\ud800", b"a?\r\n"),
    ],
)
def test_text_is_coded_in_whole_lines(text: str, coded: bytes) -> None:
    assert quoted(text) == coded


def test_pieces_coded_apart_are_the_whole_together() -> None:
    assert quoted("ü\n") + quoted("b") == quoted("ü\nb\n")


def test_address_that_is_none_is_told_with_the_reason() -> None:
    with pytest.raises(InvalidAddressError) as error:
        check_email_address("x" * 90)

    # After that stand the words of the library.
    assert str(error.value).startswith(
        f"'{'x' * 79}…' is not an e-mail address that can be sent to: "
    )


def test_longest_address_is_taken_and_a_longer_one_refused() -> None:
    domain = ".".join(["d" * 61] * 3) + ".example"
    longest = f"{'a' * (253 - len(domain))}@{domain}"

    assert len(longest) == 254
    assert check_email_address(longest) == longest
    with pytest.raises(InvalidAddressError):
        check_email_address(f"a{longest}")


def test_written_letters_are_counted_once_for_those_who_read_alike() -> None:
    letters = Letters(web_url=WEB)
    other = an_alert(alert_id="01KJ8Z9V3W0000000000000002")

    for claimed in (a_claim(number=1), a_claim(number=2), a_claim(other)):
        letters.of(claimed)

    assert letters.written == 2


@pytest.mark.parametrize(
    ("claimed", "which"),
    [
        (a_claim(), "the study is"),
        (a_claim(a_search_alert()), "the search is"),
        (replace(a_claim(), digest=Digest(alerts=(an_alert(),), trials=1)), "these studies are"),
        (
            replace(
                a_claim(a_search_alert()),
                digest=Digest(alerts=(a_search_alert(),), trials=0, searches=1),
            ),
            "this news is",
        ),
    ],
)
def test_reader_is_told_why_in_the_closing_lines(claimed: ClaimedDelivery, which: str) -> None:
    text = Letters(web_url=WEB).of(claimed).text.replace(b"=\r\n", b"").decode()

    assert text.replace("=3D", "=").endswith(
        f'\r\nYou get this because {which} on the list "watched".\r\n'
        f"Stop or pause these mails: {WEB}/u/tok_{'a1B2' * 8}\r\n"
    )


@pytest.mark.parametrize(("web_url", "number"), [(WEB, "NCT1"), (f"{WEB}/", "NCT1")])
def test_page_of_a_trial_has_one_slash(web_url: str, number: str) -> None:
    assert trial_url(web_url, number) == f"{WEB}/trials/NCT1"
    assert trial_url(web_url, "a/b") == f"{WEB}/trials/a%2Fb"


def test_question_bears_its_headers_and_asks_for_no_answer_of_a_machine() -> None:
    envelope = build_confirmation(ASKED, sender=SENDER, web_url=WEB)
    message = message_from_bytes(envelope.content, policy=policy.default)

    assert [(name, message[name]) for name in list(message.keys())[:7]] == [
        ("From", "Trial alerts <alerts@trialwatch.example>"),
        ("To", "reader@clinic.example"),
        ("Subject", "Do you want mail about clinical trials? Please confirm"),
        ("Date", "Mon, 09 Mar 2026 12:00:00 +0000"),
        ("Message-ID", "<01KJ8Z9V3W0000000000000001-7@trialwatch.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]


@pytest.mark.parametrize(("count", "more"), [(20, ""), (21, "- and 1 more")])
def test_question_names_twenty_trials_and_counts_the_rest(count: int, more: str) -> None:
    some = tuple(NctId(f"NCT{99000001 + place}") for place in range(count))

    text = confirmation_letter(replace(ASKED, nct_ids=some), web_url=WEB).text.decode()

    listed = [line for line in text.split("\r\n") if line.startswith("- ")]
    assert listed == [f"- {number}" for number in some[:20]] + [more] * bool(more)
    assert "The link works until 2026-03-16 12:00 UTC." in text


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (b"X-Trialwatch-Canary: 1-0\r\n\r\n", True),
        (b"X-Trialwatch-Canary:  1-0 \r\n\r\n", True),
        (b"X-Trialwatch-Canary: 2-0\r\n\r\n", False),
        (b"Subject: x\r\n\r\nX-Trialwatch-Canary: 1-0\r\n", False),
    ],
)
def test_mail_to_ourselves_is_known_by_its_header(content: bytes, *, known: bool) -> None:
    assert is_canary(content, "1-0") is known
