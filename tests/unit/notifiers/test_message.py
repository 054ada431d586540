"""The bytes of a mail."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.alerts import Alert, ClaimedDelivery
from monitor.domain.changes import Severity
from notifiers.letters import Letters
from notifiers.message import Envelope, MailSender, build_message
from tests.servers.made import TITLE, a_change, a_claim, a_rule, a_site, a_summary, an_alert

WEB = "https://watch.example.org"
SENDER = MailSender.parse("Trial alerts <alerts@trialwatch.example>")
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]


def mail(claimed: ClaimedDelivery, *, web_url: str = WEB) -> Envelope:
    letter = Letters(web_url=web_url).of(claimed)
    return build_message(claimed, letter, sender=SENDER, web_url=web_url)


def parsed(envelope: Envelope) -> EmailMessage:
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(envelope: Envelope, kind: str) -> str:
    body = parsed(envelope).get_body((kind,))
    assert body is not None
    return str(body.get_content())


def about(alert: Alert) -> Envelope:
    return mail(a_claim(alert))


def test_same_delivery_gives_the_same_bytes() -> None:
    assert mail(a_claim()) == mail(a_claim())


def test_order_of_sending_does_not_change_the_bytes() -> None:
    letters = Letters(web_url=WEB)
    claims = [a_claim(number=n, token=f"token-{n}") for n in (1, 2)]

    together = [
        build_message(claim, letters.of(claim), sender=SENDER, web_url=WEB) for claim in claims
    ]

    assert together[1] == mail(claims[1])
    assert together[0] != together[1]


def test_headers_are_written_literally() -> None:
    lines = mail(a_claim()).content.split(b"\r\n")

    assert b"From: Trial alerts <alerts@trialwatch.example>" in lines
    assert b"To: reader@clinic.example" in lines
    assert b"Date: Mon, 09 Mar 2026 12:00:00 +0000" in lines
    assert b"Message-ID: <01KJ8Z9V3W0000000000000001-7@trialwatch.example>" in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"Auto-Submitted: auto-generated" in lines
    assert b"X-Auto-Response-Suppress: All" in lines


@pytest.mark.parametrize("length", [40, 78, 200, 800])
def test_long_unsubscribe_address_survives(length: int) -> None:
    token = ("aB3-_." * 200)[:length]

    lines = mail(a_claim(token=token)).content.split(b"\r\n")

    assert f"List-Unsubscribe: <{WEB}/u/{token}>".encode() in lines


def test_unsubscribe_address_that_cannot_survive_is_refused() -> None:
    with pytest.raises(ValueError, match="TRIALWATCH_WEB_URL"):
        mail(a_claim(token="x" * 900))


@pytest.mark.parametrize(
    ("web_url", "offered"),
    [
        ("https://watch.example.org", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost:8080", True),
        ("http://watch.example.org", False),
        ("http://10.0.0.1", False),
    ],
)
def test_one_click_is_offered_over_https_and_on_this_machine(
    web_url: str, *, offered: bool
) -> None:
    message = mail(a_claim(), web_url=web_url)

    assert (b"List-Unsubscribe-Post" in message.content) is offered
    assert f"{web_url}/u/tok_" in part(message, "plain")


def test_mails_of_a_trial_and_list_share_a_thread() -> None:
    first, second = (
        parsed(mail(a_claim(an_alert(alert_id=f"01KJ8Z9V3W000000000000000{n}")))) for n in (1, 2)
    )
    other = parsed(mail(a_claim(list_name="another")))

    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]
    assert other["References"] != first["References"]


def test_text_comes_first_and_both_parts_are_complete() -> None:
    message = mail(a_claim())

    kinds = [sub.get_content_type() for sub in parsed(message).iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        content = part(message, kind)
        for piece in (
            TITLE,
            "NCT99000001",
            "The study is now open. It is looking for people to join.",
            "You can ask the study team whether you can join.",
            "Not yet recruiting",
            "Before",
            "Now",
            "own words",
            "Documented river fever grade 2",
            "placebo",
            "https://clinicaltrials.gov/study/NCT99000001",
            "not medical advice",
            "version 4",
            "March 9, 2026",
            f"{WEB}/u/tok_",
        ):
            assert piece in " ".join(content.split()), (kind, piece)


def test_wire_bytes_are_short_lines_of_ascii() -> None:
    content = about(an_alert(title="Größe ↔ Ω " * 20)).content

    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_text_part_has_readable_lines() -> None:
    rule = a_change("eligibility.changed", before="word " * 200, after="other " * 200)

    text = part(about(an_alert(rule, rules=40)), "plain")

    assert max(len(line) for line in text.split("\n") if "://" not in line) <= 78


def test_subject_beyond_ascii_can_be_read_back() -> None:
    message = about(an_alert(title="Étude de la fièvre — Ω"))

    assert parsed(message)["Subject"] == "Now open: Étude de la fièvre — Ω (NCT99000001)"


def test_address_beyond_ascii_asks_for_smtputf8() -> None:
    message = mail(a_claim(address="jürgen@example.org"))

    assert message.needs_utf8
    assert "To: jürgen@example.org\r\n".encode() in message.content


def test_html_is_a_real_table_with_scopes_and_a_language() -> None:
    html = part(mail(a_claim()), "html")

    assert '<html lang="en"' in html
    assert 'scope="row"' in html
    assert 'scope="rowgroup"' in html
    assert html.count('role="presentation"') == 2
    assert "prefers-color-scheme: dark" in html
    assert "src=" not in html


@pytest.mark.parametrize(
    "alert",
    [
        an_alert(a_change(), *(a_site(n) for n in range(437)), rules=120),
        an_alert(rules=1200),
        an_alert(
            *(
                a_change("eligibility.changed", subject=f"r {n}", before="a<&" * 9000, after="b")
                for n in range(120)
            ),
            rules=120,
        ),
        an_alert(*(a_site(n) for n in range(5000))),
        an_alert(a_change("description", before="é" * 60_000, after="&" * 60_000)),
    ],
    ids=["437 sites", "1200 rules", "120 long rules", "5000 sites", "long text"],
)
def test_html_stays_below_what_gmail_shows(alert: Alert) -> None:
    html = part(about(alert), "html")

    assert len(html.encode()) <= 90_000
    assert f"{WEB}/u/tok_" in html
    assert "History of NCT99000001" in html


def test_what_is_left_out_is_counted_and_linked() -> None:
    html = part(about(an_alert(*(a_site(n) for n in range(5000)), rules=120)), "html")

    assert "more changes to NCT99000001" in html
    assert "rules for joining NCT99000001" in html
    assert f"{WEB}/trials/NCT99000001" in html


def test_trial_gives_way_before_changes_do() -> None:
    html = part(about(an_alert(*(a_site(n) for n in range(437)), rules=600)), "html")

    assert all(f"Hillside Clinic {n}, Rivertown" in html for n in range(437))
    assert "437 places were added" in html
    assert "more changes to" not in html
    assert "rules for joining NCT99000001" in html


def test_only_fields_that_changed_are_compared() -> None:
    outcome = a_change(
        "outcome.primary.changed",
        before={"measure": "Pain", "time_frame": "12 weeks", "description": "Same diary"},
        after={"measure": "Pain", "time_frame": "24 weeks", "description": "Same diary"},
        notes={"fields": ["time_frame"]},
    )

    text = part(about(an_alert(outcome)), "plain")

    assert "24 weeks" in text
    assert "Same diary" not in text


def test_contacts_are_shown_to_the_reader() -> None:
    contact = a_change(
        "contact",
        before=1,
        after=1,
        severity=Severity.MINOR,
        notes={"contacts": [{"name": "Ana Made-Up", "phone": "555-0100", "email": None}]},
    )

    assert "Ana Made-Up, 555-0100" in part(about(an_alert(contact)), "plain")


NASTY = st.text(
    st.sampled_from("\r\n\x00\x0b\x85\u2028\u202e<>&\"',;:@[]()\\=?%{}#ab é漢🧪 ")
    | st.characters(),
    max_size=300,
)


@settings(max_examples=150, deadline=None)
@given(title=NASTY, list_name=NASTY, sentence=NASTY, value=NASTY)
def test_no_text_of_strangers_changes_headers_or_markup(
    title: str, list_name: str, sentence: str, value: str
) -> None:
    change = a_change("title", subject=value, before=value, after=title, sentence=sentence)

    envelope = mail(a_claim(an_alert(change, title=title), list_name=list_name))

    message = parsed(envelope)
    assert list(message.keys()) == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["reader@clinic.example"]
    assert envelope.recipient == "reader@clinic.example"
    assert [sub.get_content_type() for sub in message.iter_parts()] == ["text/plain", "text/html"]
    tame = mail(a_claim(an_alert(a_change("title", subject="x", before="a", after="b"))))
    html, usual = part(envelope, "html"), part(tame, "html")
    for tag in ("<script", "<img", "<style", "<a ", "<table", "<iframe", "onclick="):
        assert html.lower().count(tag) <= usual.lower().count(tag)


def test_markup_in_a_title_is_shown_as_text() -> None:
    nasty = '</title><script>alert(1)</script><!--personal--><a href="https://evil.example">x</a>'

    html = part(about(an_alert(title=nasty)), "html")

    assert "<script" not in html
    assert (
        "https://evil.example&#34;" in html
        or "https://evil.example&quot;" in html
        or ("&lt;a href=" in html)
    )
    assert html.count("Stop or pause these mails") == 1


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("alerts@example.org", "trialwatch", "alerts@example.org"),
        ("Trial alerts <alerts@example.org>", "Trial alerts", "alerts@example.org"),
    ],
)
def test_sender_is_read(text: str, name: str, address: str) -> None:
    assert MailSender.parse(text) == MailSender(name=name, address=address)


@pytest.mark.parametrize(
    "text", ["", "nobody", "a@b@c", "x\r\nBcc: y@example.org", "jürgen@ex.org"]
)
def test_sender_that_is_none_names_the_setting(text: str) -> None:
    with pytest.raises(ValueError, match="TRIALWATCH_MAIL_FROM"):
        MailSender.parse(text)


def test_list_in_a_rule_is_a_list_in_the_mail() -> None:
    lines = ("You have a history of:", "• a cold.", "• or a cough.", "Cold: a cough.")
    rule = replace(a_rule(1, section="exclusion"), plain=lines)
    envelope = about(replace(an_alert(), summary=replace(a_summary(), eligibility=(rule,))))

    html = re.sub(r' style="[^"]*"', "", part(envelope, "html"))
    text = part(envelope, "plain").replace("\r\n", "\n")

    assert "You have a history of:<ul><li>a cold.</li><li>or a cough.</li></ul>Cold:" in html
    assert "- You have a history of:\n  * a cold.\n  * or a cough.\n  Cold: a cough.\n" in text
