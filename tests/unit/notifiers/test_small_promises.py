"""Promises of carriers that are small, and would be missed one at a time."""

import json
from dataclasses import replace
from email import message_from_bytes
from typing import Any

import pytest

from monitor.domain.errors import DeliveryError, InvalidAddressError
from monitor.domain.watches import SEALED
from monitor.summaries.keydates import KeyDate
from notifiers.chat import discord, slack
from notifiers.chat.slack import escaped
from notifiers.facts import heading, shown
from notifiers.feeds.calendar import calendar
from notifiers.feeds.entries import Feed
from notifiers.feeds.jsonfeed import json_feed
from notifiers.guard import check_webhook_url
from notifiers.kept import Kept
from notifiers.message import MailSender
from notifiers.plainmail import plain_mail
from notifiers.post import refuse_sealed
from notifiers.providers import Provider, told_by
from notifiers.search_view import search_view_of
from notifiers.standing.dkim import signatures
from notifiers.table import fact_groups
from tests.builders import NOON, TRIAL
from tests.servers.made import a_change, a_claim, a_match, a_search_alert, an_alert

SENDER = MailSender.parse("Trials <alerts@alerts.example>")


def test_plain_mail_asks_for_no_answer_of_a_machine() -> None:
    envelope = plain_mail(
        SENDER, "ada@example.org", subject="Hello", text="Hello", message_id="1", at=NOON
    )

    mail = message_from_bytes(envelope.content)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Message-ID"] == "<1@alerts.example>"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alerts", "the sender of mail, TRIALWATCH_MAIL_FROM: "),
        ("älerts@alerts.example", "the sender of mail, TRIALWATCH_MAIL_FROM, has to be plain"),
    ],
)
def test_sender_that_cannot_be_is_said_with_its_setting(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}"):
        MailSender.parse(text)


def test_slack_reads_no_link_and_no_mention_out_of_a_title() -> None:
    assert escaped("<!here> & <https://x.example|y>") == (
        "&lt;!here&gt; &amp; &lt;https://x.example|y&gt;"
    )


def test_what_is_kept_is_made_once_and_the_oldest_goes() -> None:
    kept = Kept[str, str](2)

    for key in ("a", "b", "a", "c", "a", "b"):
        assert kept.of(key, key.upper) == key.upper()

    assert kept.made == 4


def test_contacts_are_named_a_line_each() -> None:
    change = a_change(
        "contact",
        before=None,
        after={"count": 2},
        notes={"contacts": [{"name": "Ada", "phone": "1"}, {"name": "Ben", "phone": ""}, {}]},
    )

    [group] = fact_groups([change], most_text=1000)

    assert [row.text for fact in group.facts for row in fact.rows][-1] == "Ada, 1\nBen"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ftp://ada:secret@hooks.example/secret?secret", "'ftp://hooks.example'"),
        ("ftp://a@b:secret@hooks.example", "'ftp://hooks.example'"),
        ("ftp://hooks.example?secret", "'ftp://hooks.example'"),
    ],
)
def test_address_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    with pytest.raises(InvalidAddressError) as error:
        check_webhook_url(url)

    assert shown in str(error.value)
    assert "secret" not in str(error.value)


def test_signature_without_a_selector_or_what_it_covers_holds_nothing_of_that() -> None:
    [one] = signatures(["v=1; d=Alerts.Example; b=x"])

    assert (one.domain, one.selector, one.algorithm) == ("alerts.example", "", "")
    assert one.covers == {""}
    assert one.expires_at is None


def test_what_a_mailgun_server_said_is_told_in_its_own_words() -> None:
    told = told_by(
        Provider.MAILGUN,
        {
            "event-data": {
                "event": "failed",
                "severity": "permanent",
                "recipient": "ada@example.org",
                "delivery-status": {
                    "code": 550,
                    "enhanced-code": "5.1.1",
                    "message": "No such rose",
                    "description": "Not delivered",
                },
                "message": {"headers": {"message-id": "<one@alerts.example>"}},
            }
        },
    )

    assert told is not None
    assert (told.delivery_id, told.address) == ("one", "ada@example.org")
    assert (told.report.status, told.report.detail) == ("5.1.1", "550 No such rose")


def test_mailgun_without_a_message_is_told_by_its_description() -> None:
    event = {"event": "failed", "severity": "permanent", "reason": "suppress-bounce"}
    told = told_by(
        Provider.MAILGUN, {"event-data": event | {"delivery-status": {"description": "Held back"}}}
    )

    assert told is not None
    assert told.report.detail == "Held back"


def test_lines_of_a_calendar_hold_no_line_break_of_their_own() -> None:
    date = KeyDate(
        nct_id=TRIAL,
        title="Roses",
        name="start",
        words="Study start",
        day=NOON.date(),
        is_estimated=False,
        sentence="First\nsecond, and; third",
        version=1,
        known_at=NOON,
    )

    text = calendar("Roses", [(date, "https://watch.example")]).decode().replace("\r\n ", "")

    assert "DESCRIPTION:First\\nsecond\\, and\\; third\r\n" in text


def test_found_study_without_a_title_is_called_so_and_keeps_its_number() -> None:
    view = search_view_of(
        a_search_alert(replace(a_match(1), after={"status": "RECRUITING"})), most=9
    )

    entries = [entry for group in view.groups for entry in group.entries]
    assert [entry.title for entry in entries] == ["Study without a title"]


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("results", {"modules": ["outcomeMeasuresModule"]}, "parts: "),
        ("other", {"first_posted": "2026-03-09"}, "first posted: "),
        ("other", {"is_fda_regulated": True}, "is fda regulated: Yes"),
        ("other", {"number_of_arms": 1200}, "number of arms: 1,200"),
        ("other", {"share": 0.5}, "share: 0.5"),
    ],
)
def test_fact_in_parts_names_each_in_words(kind: str, value: Any, said: str) -> None:
    assert shown(kind, value).startswith(said)


def test_own_service_tells_of_a_mail_that_came_back_with_status_and_words() -> None:
    told = told_by(
        Provider.SIGNED,
        {
            "kind": "hard",
            "status": "5.1.1",
            "detail": "No such rose",
            "message_id": "<one@alerts.example>",
            "address": "ada@example.org",
        },
    )

    assert told is not None
    assert (told.report.status, told.report.detail) == ("5.1.1", "No such rose")


def test_target_whose_key_is_lost_waits_and_nobody_is_to_blame() -> None:
    target = replace(a_claim(an_alert(a_change())).target, secret=f"{SEALED}abc:xyz")

    with pytest.raises(
        DeliveryError, match=r"^its secret is sealed with a key that is not"
    ) as error:
        refuse_sealed(target)
    assert error.value.carrier_down
    refuse_sealed(replace(target, secret=""))


def test_mail_to_an_address_beyond_ascii_is_written_for_a_relay_that_can() -> None:
    plain, beyond = (
        plain_mail(SENDER, address, subject="Hello", text="Hello", message_id="1", at=NOON)
        for address in ("ada@example.org", "ädä@example.org")
    )

    assert (plain.needs_utf8, beyond.needs_utf8) == (False, True)
    assert b"=?utf-8?" not in beyond.content
    assert "ädä@example.org".encode() in beyond.content


def test_feed_for_readers_names_its_language_and_author() -> None:
    told = json.loads(json_feed(Feed(title="Roses", url="u.json", page_url="u", entries=())))

    assert told["language"] == "en"
    assert told["authors"] == [{"name": "trialwatch"}]
    assert told["home_page_url"] == "u"


def test_feed_keeps_its_name_for_as_long_as_its_address() -> None:
    one, other = (Feed(title="a", url=url, page_url="p", entries=()) for url in ("u", "v"))

    assert one.id.startswith("urn:uuid:")
    assert one.id == replace(one, title="b").id != other.id


@pytest.mark.parametrize(
    ("status", "taken"), [(200, True), (204, True), (205, False), (202, False)]
)
def test_discord_posted_it_with_or_without_an_answer(*, status: int, taken: bool) -> None:
    assert discord.is_accepted(status, "") is taken


def test_title_with_stars_stays_bold_to_its_end_in_slack() -> None:
    body = slack.body(replace(an_alert(a_change()), title="A *bold* <study>"), web_url="https://w")

    assert b"*A bold &lt;study&gt;*" in body


def test_heading_of_a_kind_nobody_knows_is_the_kind_itself() -> None:
    assert heading(a_change("something.quite.new")) == "something.quite.new"
