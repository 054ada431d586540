"""What mail, chats and webhooks say of a saved search."""

import json
import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from monitor.domain.alerts import Alert, ClaimedDelivery, Digest
from monitor.domain.changes import Severity
from monitor.domain.events import EventType
from monitor.domain.watches import Channel
from notifiers.chat import discord, slack, teams
from notifiers.feeds.entries import entry_of_search
from notifiers.letters import Letters
from notifiers.message import MailSender, build_message
from notifiers.payload import MOST_BYTES, webhook_body
from notifiers.render import MOST_HTML_BYTES
from tests.servers.made import a_claim, a_match, a_search_alert, an_alert

WEB = "https://watch.example.org"
SENDER = MailSender.parse("Trial alerts <alerts@trialwatch.example>")
MANY = 1500


def mail(claimed: ClaimedDelivery) -> EmailMessage:
    letter = Letters(web_url=WEB).of(claimed)
    envelope = build_message(claimed, letter, sender=SENDER, web_url=WEB)
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> tuple[str, str]:
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    text, html = (str(body.get_content()) for body in found if body is not None)
    return re.sub(r"\s+", " ", text), re.sub(r"\s+", " ", html)


def of_many(count: int = MANY) -> Alert:
    return a_search_alert(
        *(
            replace(a_match(1), subject=f"NCT{99100000 + number}", after=_trial(number))
            for number in range(count)
        )
    )


def _trial(number: int) -> dict[str, str]:
    return {"title": f"Lumaprine {'very ' * 20}long study {number}", "status": "RECRUITING"}


def matched(alert: Alert) -> dict[str, Any]:
    claimed = a_claim(alert, channel=Channel.WEBHOOK)
    typed = replace(claimed.delivery, type=EventType.SEARCH_MATCHED)
    body = webhook_body(replace(claimed, delivery=typed), web_url=WEB)
    assert len(body) < MOST_BYTES
    data: dict[str, Any] = json.loads(body)["data"]
    return data


def test_mail_names_the_search_and_each_trial() -> None:
    message = mail(a_claim(a_search_alert(), list_name="fevers"))

    assert message["Subject"] == 'Search "River fever": 1 new study, 1 no longer found'
    for body in bodies(message):
        for words in (
            "Lumaprine Study 1",
            "NCT99000101",
            "Status: open",
            "Lumaprine Study 2",
            "Status: ended as planned",
            "https://clinicaltrials.gov/study/NCT99000101",
            "The search finds 34 studies now.",
            "https://clinicaltrials.gov/search?cond=river+fever",
            "the search is on the list",
            "fevers",
        ):
            assert words in body


def test_news_of_one_trial_names_it_in_the_subject() -> None:
    message = mail(a_claim(a_search_alert(a_match(1))))

    assert (
        message["Subject"] == 'Search "River fever": 1 new study: Lumaprine Study 1 (NCT99000101)'
    )


def test_mails_of_a_search_are_a_thread_of_their_own() -> None:
    message = mail(a_claim(a_search_alert()))
    of_trial = mail(a_claim(an_alert()))

    assert message["References"].startswith("<search-12.")
    assert message["References"] != of_trial["References"]
    assert message["List-Unsubscribe"] == of_trial["List-Unsubscribe"]


def test_hundreds_of_trials_are_one_mail_of_bounded_size() -> None:
    message = mail(a_claim(of_many()))
    text, html = bodies(message)

    assert message["Subject"] == 'Search "River fever": 1,500 new studies'
    assert len(html.encode()) <= MOST_HTML_BYTES
    shown = len(set(re.findall(r"NCT991\d{5}", text)))
    assert shown >= 15
    assert f"And {MANY - shown} more studies." in text
    assert f"And {MANY - shown} more studies." in html


def test_titles_and_names_cannot_bring_markup_or_headers() -> None:
    evil = '<script>alert(1)</script>\r\nBcc: x@example.org "'
    message = mail(a_claim(a_search_alert(a_match(1, title=evil), name=evil)))
    _, html = bodies(message)

    assert "<script" not in html
    assert message["Bcc"] is None


def test_digest_tells_of_searches_beside_trials() -> None:
    alerts = (a_search_alert(), an_alert(alert_id="01KJ8Z9V3W0000000000000002"))
    claimed = replace(a_claim(alerts[0]), digest=Digest(alerts=alerts, trials=1, searches=1))
    message = mail(claimed)

    assert message["Subject"] == (
        'Search "River fever": 1 new study, 1 no longer found, and 1 more'
    )
    for body in bodies(message):
        assert "a study changed, a search has news" in body.lower()
        assert "Lumaprine Study 1" in body
        assert "this news is on the list" in body
        assert "/trials/search-12" not in body


def test_digest_of_searches_alone_says_so() -> None:
    alert = a_search_alert()
    claimed = replace(a_claim(alert), digest=Digest(alerts=(alert,), trials=0, searches=1))

    assert "a search has news" in bodies(mail(claimed))[0].lower()


@pytest.mark.parametrize("service", [slack, teams, discord])
@pytest.mark.parametrize("alert", [a_search_alert(), of_many()])
def test_chat_names_the_search_its_trials_and_where_to_look(service: Any, alert: Alert) -> None:
    body = service.body(alert, web_url=WEB).decode()
    said = body.replace("\\\\", "").replace("\u034f", "")

    assert "River fever" in said
    assert "clinicaltrials.gov/search?cond=river+fever" in said
    assert "/trials/search-12" not in body
    json.loads(body)


def test_chat_counts_what_it_leaves_out() -> None:
    assert "And 1488 more." in slack.body(of_many(), web_url=WEB).decode()


def test_webhook_tells_every_trial_in_the_registrys_words() -> None:
    data = matched(a_search_alert())

    assert data["search"] == {
        "id": 12,
        "name": "River fever",
        "words": 'condition "river fever"; recruiting',
        "trials": 34,
    }
    assert [
        (one["kind"], one["nct_id"], one["status_before"], one["status"]) for one in data["matches"]
    ] == [
        ("search.entered", "NCT99000101", None, "RECRUITING"),
        ("search.left", "NCT99000102", "RECRUITING", "COMPLETED"),
    ]
    assert (data["matches_total"], data["truncated"], data["severity"]) == (2, False, "major")


def test_webhook_of_many_trials_stays_small_and_says_so() -> None:
    data = matched(of_many())

    assert data["truncated"]
    assert 10 < len(data["matches"]) < data["matches_total"] == MANY


def test_search_that_cannot_be_followed_is_told_without_a_trial() -> None:
    halted = replace(
        a_match(1),
        kind="search.halted",
        subject="search-12",
        after=None,
        severity=Severity.MAJOR,
        sentence='The search "River fever" now finds 2,340 studies.',
    )
    alert = a_search_alert(halted)
    data = matched(alert)

    assert data["matches"][0]["nct_id"] is None
    assert data["matches"][0]["record"] is None
    message = mail(a_claim(alert))
    assert message["Subject"] == 'Search "River fever": cannot be followed'
    assert "now finds 2,340 studies" in bodies(message)[0]


def test_feed_counts_what_it_leaves_out() -> None:
    *shown, last = entry_of_search(of_many(), url=WEB).sentences

    assert last == f"And {MANY - len(shown):,} more."
    assert len(entry_of_search(of_many(len(shown)), url=WEB).sentences) == len(shown)
