"""Mails as they were reviewed: a change of wording or looks is a change of a file here.

After a change that is wanted: ``python -m tests.unit.notifiers.test_golden`` writes them anew.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from monitor.domain.alerts import Digest
from monitor.domain.changes import Severity
from monitor.domain.events import EventType
from monitor.domain.near import Near
from monitor.summaries.nearby import narrowed
from notifiers.confirm import build_confirmation
from notifiers.entry import Entry, build_entry
from notifiers.letters import Letters
from notifiers.message import Envelope, MailSender, build_message
from notifiers.notice import build_notice
from tests.servers.made import NOON, a_change, a_claim, a_search_alert, a_site, an_alert
from tests.unit.notifiers.asked import ASKED
from tests.unit.notifiers.test_digest import STOPPED, a_digest_claim, alert_of
from tests.unit.notifiers.test_event_types import NOTICE

FOLDER = Path(__file__).parent / "golden" / "mails"
WEB = "https://watch.example.org"
SENDER = MailSender(name="Trial alerts", address="alerts@trialwatch.example")
REASON = a_change(
    "why_stopped",
    subject="why_stopped",
    before=None,
    after="Drug supply",
    severity=Severity.MAJOR,
    sentence='The study team gave this reason: "Drug supply".',
    meaning="",
)


def _mails() -> Iterator[tuple[str, Envelope]]:
    letters = Letters(web_url=WEB)
    hill = replace(a_site(2), notes={"point": [53.9, -1.5]})
    near = Near(place="Leeds", latitude=53.8, longitude=-1.55, km=50)
    claims = {
        "alert": a_claim(an_alert(STOPPED, REASON, a_site(1))),
        "near": a_claim(narrowed(an_alert(hill, a_site(3)), near)),
        "search": a_claim(a_search_alert()),
        "digest": a_digest_claim(
            Digest(alerts=(alert_of(1, STOPPED), alert_of(2, a_site(1)), alert_of(2)), trials=39)
        ),
    }
    for name, claimed in claims.items():
        yield name, build_message(claimed, letters.of(claimed), sender=SENDER, web_url=WEB)
    for type_ in (
        EventType.MESSAGE_FAILING,
        EventType.MESSAGE_RECOVERED,
        EventType.TARGET_DISABLED,
    ):
        usual = a_claim(address="ops@clinic.example")
        told = replace(usual, delivery=replace(usual.delivery, type=type_, notice=NOTICE))
        yield f"notice-{type_.value}", build_notice(told, sender=SENDER)
    yield "confirm", build_confirmation(ASKED, sender=SENDER, web_url=WEB)
    for name, invited in (("sign-in", False), ("invitation", True)):
        entry = Entry(
            recipient="ada@example.org",
            url=f"{WEB}/sign-in/abc",
            lasting=timedelta(minutes=15),
            made_at=NOON,
            invited=invited,
        )
        yield name, build_entry(entry, sender=SENDER)


def _files() -> dict[str, str]:
    """Return every part of every mail, by the name of its file."""
    files = {}
    for name, envelope in _mails():
        mail = message_from_bytes(envelope.content, policy=default)
        for kind, ending in (("plain", "txt"), ("html", "html")):
            part = mail.get_body((kind,))
            if part is not None:
                head = f"Subject: {mail['Subject']}\n\n" if kind == "plain" else ""
                files[f"{name}.{ending}"] = head + part.get_content().replace("\r\n", "\n")
    return files


@pytest.mark.parametrize("name", sorted(_files()))
def test_mail_is_the_one_that_was_reviewed(name: str) -> None:
    assert _files()[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_no_file_is_left_of_a_mail_that_is_no_more() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(_files())


if __name__ == "__main__":
    for file_name, content in _files().items():
        (FOLDER / file_name).write_text(content, encoding="utf-8")
