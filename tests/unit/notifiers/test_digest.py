"""Messages about several trials."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from monitor.domain.alerts import Alert, ClaimedDelivery, Digest
from monitor.domain.changes import Severity
from monitor.domain.trial import NctId
from notifiers.letters import Letters
from notifiers.message import Envelope, MailSender, build_message
from tests.servers.made import NOON, a_change, a_claim, a_site, an_alert

WEB = "https://watch.example.org"
SENDER = MailSender.parse("Trial alerts <alerts@trialwatch.example>")
STOPPED = a_change(
    before="RECRUITING",
    after="SUSPENDED",
    sentence="The study is on hold. Nobody new can join for now.",
)


def alert_of(number: int, *changes: Any, version: int = 4, **fields: Any) -> Alert:
    """The alert of the trial with this number."""
    usual = an_alert(*changes, alert_id=f"01KJ8Z9V3W{number:08d}{version:08d}")
    named = {"nct_id": NctId(f"NCT{99000000 + number}"), "title": f"Study {number} of River Fever"}
    return replace(usual, to_version=version, **(named | fields))


def of_trials(count: int) -> Digest:
    return Digest(alerts=tuple(alert_of(n) for n in range(1, count + 1)), trials=count)


def a_digest_claim(digest: Digest, **fields: Any) -> ClaimedDelivery:
    claimed = a_claim(digest.alerts[0], **fields)
    delivery = replace(claimed.delivery, released_at=NOON + timedelta(hours=19))
    return replace(claimed, digest=digest, delivery=delivery)


def mail(claimed: ClaimedDelivery, letters: Letters | None = None) -> Envelope:
    letter = (letters or Letters(web_url=WEB)).of(claimed)
    return build_message(claimed, letter, sender=SENDER, web_url=WEB)


def parsed(envelope: Envelope) -> EmailMessage:
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def texts(digest: Digest) -> tuple[str, str]:
    """Text and HTML of a digest, white space evened out."""
    message = parsed(mail(a_digest_claim(digest)))
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    text, html = (str(body.get_content()) for body in bodies if body is not None)
    return re.sub(r"\s+", " ", text), re.sub(r"\s+", " ", html)


def test_same_digest_gives_the_same_bytes_whatever_was_written_before() -> None:
    letters = Letters(web_url=WEB)
    mail(a_digest_claim(of_trials(5)), letters)

    again = mail(a_digest_claim(of_trials(3)), letters)

    assert again == mail(a_digest_claim(of_trials(3)))


def test_subject_names_the_weightiest_and_counts_the_others() -> None:
    subjects = [parsed(mail(a_digest_claim(of_trials(count))))["Subject"] for count in (1, 2, 38)]

    assert subjects == [
        "Now open: Study 1 of River Fever (NCT99000001)",
        "Now open: Study 1 of River Fever, and 1 more study",
        "Now open: Study 1 of River Fever, and 37 more studies",
    ]


def test_date_is_when_it_was_let_go_and_digests_are_a_thread_of_their_own() -> None:
    message = parsed(mail(a_digest_claim(of_trials(2))))
    alone = parsed(mail(a_claim()))

    assert message["Date"] == "Tue, 10 Mar 2026 07:00:00 +0000"
    assert re.fullmatch(r"<digest\.[0-9a-f]{12}@trialwatch\.example>", message["References"])
    assert alone["References"] != message["References"]
    assert message["List-Id"] == alone["List-Id"]


def test_every_trial_is_told_with_its_sentence_and_its_links() -> None:
    for body in texts(of_trials(3)):
        for number in (1, 2, 3):
            assert f"Study {number} of River Fever" in body
            assert f"https://clinicaltrials.gov/study/NCT9900000{number}" in body
            assert f"{WEB}/trials/NCT9900000{number}" in body
        assert body.count("The study is now open.") >= 3


def test_trial_that_changed_twice_stands_once_with_both_steps_in_order() -> None:
    steps = (
        alert_of(1, STOPPED, version=4, release="2026-03-09"),
        alert_of(1, version=5, release="2026-03-10"),
    )
    for body in texts(Digest(alerts=(*steps, alert_of(2)), trials=2)):
        assert body.count("Study 1 of River Fever") == body.count("Study 2 of River Fever") + (
            "<title>" in body
        )
        first, then = body.index("on hold"), body.index("release of March 10, 2026")
        assert body.index("release of March 9, 2026") < first < then
        assert "2 studies changed" in body.replace("STUDIES CHANGED", "studies changed")


def test_headline_is_of_the_weightiest_step_and_of_two_alike_the_newest() -> None:
    alike = Digest(alerts=(alert_of(1, version=4), alert_of(1, STOPPED, version=5)), trials=1)
    minor = replace(a_change("contact"), severity=Severity.MINOR)
    graver = Digest(alerts=(alert_of(1, STOPPED), alert_of(1, minor, version=5)), trials=1)

    for digest in (alike, graver):
        _, html = texts(digest)
        assert re.search(r"<h2[^>]*>Stopped for now", html)


def test_what_there_is_no_room_for_is_named_in_brief_and_then_counted() -> None:
    loaded = of_trials(60)
    text, html = texts(replace(loaded, trials=97))

    for body in (text, html):
        assert "And 37 more studies" in body
        assert all(f"Study {number} of River Fever" in body for number in range(1, 61))
    assert html.count("<h2") == 20 + 1


def test_html_stays_below_what_mail_programs_cut_off() -> None:
    long = "river fever & <b>other</b> illnesses " * 12
    sites = [a_site(number) for number in range(60)]
    alerts = tuple(
        alert_of(n, *sites, replace(STOPPED, sentence=long * 3), title=long, version=version)
        for n in range(1, 61)
        for version in range(4, 10)
    )

    message = parsed(mail(a_digest_claim(Digest(alerts=alerts, trials=500))))

    body = message.get_body(("html",))
    assert body is not None
    html = body.get_content()
    assert len(html.encode()) <= 90_000
    in_full, in_brief = html.count(" here</a></p>"), html.count("<strong>")
    (more,) = re.findall(r"And (\d+) more studies", html)
    assert in_full + in_brief + int(more) == 500
    assert in_full > 1


def test_title_of_a_stranger_adds_no_markup_and_no_header() -> None:
    title = 'x"></td><script>alert(1)</script> [[opening]] <!--personal-->\r\nBcc: a@b.example'
    digest = Digest(alerts=(alert_of(1, title=title), alert_of(2, title=title)), trials=2)

    message = parsed(mail(a_digest_claim(digest)))
    _, html = texts(digest)

    assert message["Bcc"] is None
    assert message["To"] == "reader@clinic.example"
    assert "<script" not in html
    assert html.count("Stop or pause these mails") == 1
    assert html.count("What matters most comes first") == 1


def test_list_is_named_and_the_way_out_is_there() -> None:
    claimed = a_digest_claim(of_trials(2), list_name="river fever", token="way-out")
    message = parsed(mail(claimed))
    body = message.get_body(("plain",))
    assert body is not None

    assert message["List-Unsubscribe"] == f"<{WEB}/u/way-out>"
    assert 'because these studies are on the list "river fever".' in body.get_content()
    assert f"Stop or pause these mails: {WEB}/u/way-out" in body.get_content()
