"""What chats are told, within the limits of each, whatever stands in a record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.alerts import Alert
from monitor.domain.changes import Severity
from notifiers.chat import discord, slack, teams
from tests.servers import chats
from tests.servers.made import a_change, a_site, an_alert
from tests.servers.receiver import Request

WEB = "https://watch.example.org"
GOLDEN = Path(__file__).parent / "golden"
BODIES: dict[str, Callable[[Alert], bytes]] = {
    "slack": lambda alert: slack.body(alert, web_url=WEB),
    "teams": lambda alert: teams.body(alert, web_url=WEB),
    "discord": lambda alert: discord.body(alert, web_url=WEB),
}
JUDGES = {"slack": chats.slack, "teams": chats.teams, "discord": chats.discord}
ACCEPTED = {"slack": 200, "teams": 202, "discord": 200}
EVERY_CHAT = pytest.mark.parametrize("service", BODIES)

#: What would call people, make links, or change how the rest reads.
HOSTILE = (
    "<!channel> <!everyone> <@U012AB3CD> @everyone @here <at>all</at> <#C01> &lt;!here&gt;"
    " [free money](https://evil.example/) <https://evil.example|here> **bold** _it_ ~no~ `x`"
    " ||spoiler|| \\*not* \u202egnirts\u202c \x00\x1b[31m"
)


def judged(service: str, body: bytes) -> tuple[int, str]:
    line = "POST /hooks?wait=true HTTP/1.1"
    return JUDGES[service](Request(line=line, headers={}, body=body))


def texts_of(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(texts_of(part) for part in value.values())
    if isinstance(value, list):
        return " ".join(map(texts_of, value))
    return str(value)


@EVERY_CHAT
def test_message_is_the_one_that_was_reviewed(service: str) -> None:
    reason = a_change(
        "why_stopped",
        before=None,
        after="FDA hold & review",
        severity=Severity.MAJOR,
        sentence='The study team gave this reason: "FDA hold & review (dose < 5 mg)".',
        meaning="",
    )

    message = json.loads(BODIES[service](an_alert(a_change(), reason, a_site(1))))

    assert message == json.loads((GOLDEN / f"{service}.json").read_text())


@EVERY_CHAT
def test_message_says_change_trial_and_where_to_read_on(service: str) -> None:
    told = texts_of(json.loads(BODIES[service](an_alert())))

    assert "The study is now open." in told
    assert "Testing Lumaprine in Adults With Slow River Fever" in told
    assert "https://clinicaltrials.gov/study/NCT99000001" in told
    assert "https://watch.example.org/trials/NCT99000001" in told
    assert "not medical advice" in told


@EVERY_CHAT
def test_hostile_record_calls_nobody_and_links_nowhere(service: str) -> None:
    change = a_change(sentence=HOSTILE, meaning=HOSTILE)

    body = BODIES[service](an_alert(change, title=HOSTILE))

    assert judged(service, body)[0] == ACCEPTED[service]
    assert "\u202e" not in body.decode()
    assert b"\\u0000" not in body


def test_discord_markup_of_a_record_is_escaped() -> None:
    message = json.loads(BODIES["discord"](an_alert(a_change(sentence=HOSTILE))))

    described = message["embeds"][0]["description"]
    assert r"\[free money\]\(https://evil.example/\)" in described
    assert r"\<@U012AB3CD\>" in described


@EVERY_CHAT
def test_very_long_alert_is_shortened_and_says_so(service: str) -> None:
    body = BODIES[service](
        an_alert(*(a_change(subject=f"s{n}", sentence=f"{n}. " + "&<x> " * 400) for n in range(80)))
    )

    assert judged(service, body)[0] == ACCEPTED[service]
    assert "More has changed than fits here" in body.decode()


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(max_size=3_000),
    sentences=st.lists(st.text(min_size=1, max_size=2_500), min_size=1, max_size=30),
)
def test_any_text_is_within_the_limits(title: str, sentences: list[str]) -> None:
    changes = (
        a_change(subject=str(n), sentence=text, meaning=text) for n, text in enumerate(sentences)
    )
    alert = an_alert(*changes, title=title)

    for service, body in BODIES.items():
        code, words = judged(service, body(alert))
        assert code == ACCEPTED[service], (service, words)


@EVERY_CHAT
def test_same_alert_gives_the_same_bytes(service: str) -> None:
    assert BODIES[service](an_alert()) == BODIES[service](an_alert())


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ('{"retry_after": 2.5, "global": false}', 2.5),
        ('{"retry_after": -1}', 0),
        ('{"retry_after": 1e400}', 0),
        ('{"retry_after": "soon"}', 0),
        ("[]", 0),
        ("<html>", 0),
    ],
)
def test_discord_says_how_long_to_wait(answer: str, seconds: float) -> None:
    assert discord.asked_wait(answer).total_seconds() == seconds
