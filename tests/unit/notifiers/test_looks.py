"""Mail to one who reads dates another way; to all others it is the same, byte for byte."""

from dataclasses import replace

from monitor.domain.alerts import ClaimedDelivery, Digest
from monitor.domain.changes import Json
from monitor.domain.events import EventType
from monitor.domain.looks import AS_WRITTEN, Dates, Look, Numbers
from notifiers.letters import Letters
from notifiers.message import MailSender
from notifiers.notice import build_notice
from tests.servers.made import a_change, a_claim, an_alert
from tests.unit.notifiers.test_digest import a_digest_claim, mail, parsed

DAY_FIRST = Look(dates=Dates.DAY_FIRST, numbers=Numbers.POINT, zone="Europe/Berlin")
MOVED = a_change(
    kind="date.completion",
    subject="completion",
    before={"date": "2026-03-15", "type": "ESTIMATED"},
    after={"date": "2027-04-20", "type": "ESTIMATED"},
    sentence='It ends on April 20, 2027. The record says "by April 20, 2027". Dose: 1,000 mg.',
)


def failing_since(when: str) -> dict[str, Json]:
    return {"failing_since": when, "target": {"id": 1, "address": "x"}}


def bodies(claimed: ClaimedDelivery, letters: Letters | None = None) -> str:
    message = parsed(mail(claimed, letters))
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join(" ".join(str(one.get_content()).split()) for one in found if one is not None)


def test_dates_of_ours_follow_and_quoted_words_and_doses_stay() -> None:
    text = bodies(replace(a_claim(an_alert(MOVED)), look=DAY_FIRST))

    assert "It ends on 20 April 2027." in text
    assert "by April 20, 2027" in text
    assert "1,000 mg" in text
    assert "15 March 2026" in text, "the table before and now"


def test_digest_follows_too() -> None:
    digest = Digest(alerts=(an_alert(MOVED),), trials=1)

    assert "It ends on 20 April 2027." in bodies(replace(a_digest_claim(digest), look=DAY_FIRST))


def test_readers_of_one_alert_each_get_theirs() -> None:
    letters, claimed = Letters(web_url="https://watch.example.org"), a_claim(an_alert(MOVED))

    first = bodies(claimed, letters)
    second = bodies(replace(claimed, look=DAY_FIRST), letters)
    third = bodies(replace(claimed, look=AS_WRITTEN), letters)

    assert first == third
    assert "It ends on April 20, 2027." in first
    assert "It ends on 20 April 2027." in second


def test_notice_tells_the_hour_in_the_readers_zone() -> None:
    claimed = a_claim(an_alert(MOVED))
    notice = failing_since("2026-03-09T12:00:00+00:00")
    delivery = replace(claimed.delivery, notice=notice, type=EventType.MESSAGE_FAILING)
    sender = MailSender.parse("alerts@trialwatch.example")

    def told(look: Look) -> str:
        mail = build_notice(replace(claimed, delivery=delivery, look=look), sender=sender)
        return mail.content.decode()

    assert "Failing since: 2026-03-09 12:00 UTC" in told(AS_WRITTEN)
    assert "Failing since: 9 March 2026 13:00 CET" in told(DAY_FIRST)
