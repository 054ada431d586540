"""Messages for many readers are written once for all who are told the same, byte for byte."""

from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.events import EventType
from monitor.domain.looks import AS_WRITTEN, Dates, Look
from monitor.domain.near import Near
from monitor.domain.watches import Channel, Format
from notifiers.bodies import Bodies
from notifiers.chat import slack
from notifiers.kept import Kept
from notifiers.letters import Letters
from notifiers.message import MailSender, build_message, library_line, plain_line
from notifiers.payload import webhook_body
from notifiers.render import personal_lines, render_personal
from tests.servers.made import a_change, a_claim, a_site, an_alert

WEB = "https://watch.example.org"
SENDER = MailSender.parse("alerts@alerts.example")
#: What looks like an id, or like a place to fill, is somebody's text and stays.
ALERTS = tuple(
    an_alert(a_change(sentence=sentence), *map(a_site, range(places)), alert_id=f"01KJ{number:022}")
    for number, (sentence, places) in enumerate(
        [("It is open.", 0), ("0" * 40, 1), ("<!--personal-->", 2), ('"id": "0"', 120)]
    )
)
NEARS = ((), (Near(place="Leeds, GB", latitude=53.8, longitude=-1.55, km=50.0),))
LOOKS = (AS_WRITTEN, Look(dates=Dates.DAY_FIRST), Look(zone="Asia/Tokyo"))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Any of a few alerts, narrowed or not, to any reader, in any form."""

    alert: int
    near: int
    look: int
    number: int
    list_name: str
    token: str
    type: EventType
    format: Format

    @property
    def claim(self) -> ClaimedDelivery:
        """The delivery."""
        usual = a_claim(
            replace(ALERTS[self.alert], near=NEARS[self.near]),
            address=f"r{self.number}@readers.example",
            list_name=self.list_name,
            token=self.token,
            number=self.number,
        )
        return replace(
            usual,
            look=LOOKS[self.look],
            delivery=replace(usual.delivery, type=self.type),
            target=replace(usual.target, format=self.format),
        )


CLAIMS = st.lists(
    st.builds(
        Drawn,
        alert=st.integers(0, len(ALERTS) - 1),
        near=st.integers(0, len(NEARS) - 1),
        look=st.integers(0, len(LOOKS) - 1),
        number=st.integers(1, 10**6),
        list_name=st.sampled_from(["watched", "0" * 30, "<b>&", "é"]),
        token=st.text("abc_0", min_size=1, max_size=40),
        type=st.sampled_from([EventType.TRIAL_CHANGED, EventType.SITES_CHANGED]),
        format=st.sampled_from(Format),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=15)
@given(CLAIMS)
def test_mails_are_what_each_would_be_alone(drawn: list[Drawn]) -> None:
    many = [one.claim for one in drawn]
    letters = Letters(web_url=WEB)

    for one in many:
        alone = Letters(web_url=WEB).of(one)
        together = build_message(one, letters.of(one), sender=SENDER, web_url=WEB)
        assert together == build_message(one, alone, sender=SENDER, web_url=WEB)

    audiences = {(one.alert.id, one.alert.near, one.look.written) for one in many}
    assert letters.written == len(audiences)


@settings(deadline=None, max_examples=100)
@given(CLAIMS)
def test_webhooks_are_what_each_would_be_alone(drawn: list[Drawn]) -> None:
    many = [one.claim for one in drawn]
    bodies = Bodies(web_url=WEB)

    for one in many:
        assert bodies.of_webhook(one) == webhook_body(one, web_url=WEB)

    audiences = {
        (one.alert.id, one.alert.near, one.delivery.type, one.delivery.list_name, form)
        for one in many
        # An id stands in events of this form, and how long it is decides how much fits.
        for form in [len(one.delivery.id) if one.target.format is Format.CLOUDEVENTS else 0]
    }
    assert bodies.written == len(audiences)


@settings(deadline=None, max_examples=15)
@given(CLAIMS)
def test_chats_are_what_each_would_be_alone(drawn: list[Drawn]) -> None:
    many = [one.claim for one in drawn]
    bodies = Bodies(web_url=WEB)

    for one in many:
        write = partial(slack.body, one.alert, web_url=WEB)
        assert bodies.of_chat(one, Channel.SLACK, write) == write()

    assert bodies.written == len({(one.alert.id, one.alert.near) for one in many})


@given(st.lists(st.integers(0, 9)), st.integers(1, 5))
def test_no_more_is_kept_than_asked_for_last(keys: list[int], most: int) -> None:
    kept: Kept[int, str] = Kept(most)
    last: list[int] = []
    made = 0
    for key in keys:
        made += key not in last
        last = [*(one for one in last if one != key), key][-most:]

        assert kept.of(key, partial(str, key)) == str(key)
        assert kept.made == made


@given(
    st.one_of(
        st.from_regex(r"[A-Za-z0-9_.+=?-]{1,30}@[a-z0-9.-]{1,30}", fullmatch=True),
        st.emails(),
    )
)
def test_plain_addresses_are_written_as_the_library_does(address: str) -> None:
    local, _, domain = address.rpartition("@")
    try:
        to = Address(username=local, domain=domain)
    except (HeaderParseError, ValueError):
        return
    written = plain_line("To", to)

    assert written in {"", library_line("To", to, utf8=False)}


@given(
    st.one_of(
        st.from_regex(r"<[A-Za-z0-9._:=?-]{1,30}@[a-z0-9.-]{1,30}>", fullmatch=True),
        st.from_regex(r"<https?://[A-Za-z0-9._~/:@%=?-]{1,300}>", fullmatch=True),
        st.text(),
    )
)
def test_plain_ids_and_links_are_written_as_the_library_does(word: str) -> None:
    for name in ("Message-ID", "List-Unsubscribe"):
        written = plain_line(name, word)
        assert not written or written == library_line(name, word, utf8=False)


@given(st.datetimes(timezones=st.timezones()))
def test_dates_are_written_as_the_library_does(moment: datetime) -> None:
    assert plain_line("Date", moment) == library_line("Date", moment, utf8=False)


@settings(deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.just("https://any.example/u/any")),
    st.one_of(
        st.from_regex(r"https://[a-z.]{1,20}/u/[A-Za-z0-9_%-]{1,40}", fullmatch=True),
        st.text(min_size=1, max_size=40),
    ),
)
def test_closing_lines_are_what_each_would_be_alone(list_name: str, url: str) -> None:
    alone = personal_lines(list_name, url, "the study is")

    assert render_personal(list_name, url) == alone
