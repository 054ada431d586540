"""What chats are told at the very edge of what fits, and what their answers mean."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.alerts import Alert
from notifiers.chat import discord, slack, teams
from notifiers.chat.said import Said, fitting, said
from tests.servers.made import TITLE, a_change, a_match, a_search_alert, a_site, an_alert

WEB = "https://watch.example.org"
MORE = "More has changed than fits here: see the history."
SOURCE = "From the registry's release of March 9, 2026. This is not medical advice."
#: Four bytes of UTF-8.
WIDE = "\U0001d4b3"
WHOLE = Said(
    headline="Now open",
    title="Roses",
    about="NCT99000001",
    lines=("one", "two", "three"),
    meanings=("good", "better"),
    more="",
    links=(("Here", "https://watch.example.org"),),
    source="The registry",
)


def of_sentences(*sentences: str, meaning: str = "") -> Alert:
    return an_alert(
        *(
            a_change(subject=str(number), sentence=sentence, meaning=meaning)
            for number, sentence in enumerate(sentences)
        )
    )


def told(alert: Alert) -> Said:
    return said(alert, web_url=WEB)


def test_everything_of_an_alert_is_said_in_its_place() -> None:
    one = told(of_sentences("The study\nis open.", meaning="You can\nask."))

    assert one == Said(
        headline="Now open",
        title=TITLE,
        about="NCT99000001",
        lines=("The study is open.",),
        meanings=("You can ask.",),
        more="",
        links=(
            ("NCT99000001 at ClinicalTrials.gov", "https://clinicaltrials.gov/study/NCT99000001"),
            ("Its history", f"{WEB}/trials/NCT99000001"),
        ),
        source=SOURCE,
    )
    assert one.line == f"Now open: {TITLE} (NCT99000001)"


def test_everything_of_a_search_is_said_in_its_place() -> None:
    one = told(a_search_alert(replace(a_match(1), meaning="You can ask.")))

    assert one == Said(
        headline="1 new study",
        title='Search "River fever"',
        about='condition "river fever"; recruiting',
        lines=('The search "River fever" now finds the study "Lumaprine Study 1" (NCT99000101).',),
        meanings=("You can ask.",),
        more="",
        links=(
            (
                "This search at ClinicalTrials.gov",
                "https://clinicaltrials.gov/search?cond=river+fever&aggFilters=status%3Arec",
            ),
        ),
        source=SOURCE,
    )


def test_study_without_a_title_is_called_so() -> None:
    assert told(replace(an_alert(), title=" ")).title == "trial without a title"


@pytest.mark.parametrize(("count", "more"), [(12, ""), (13, MORE)])
def test_twelve_sentences_are_said_and_a_thirteenth_only_hinted_at(count: int, more: str) -> None:
    one = told(of_sentences(*(f"Sentence {number}." for number in range(count))))

    assert (len(one.lines), one.more) == (12, more)


@pytest.mark.parametrize(("count", "more"), [(60, ""), (61, MORE)])
def test_changes_beyond_sixty_are_hinted_at(count: int, more: str) -> None:
    one = told(an_alert(*(a_site(number) for number in range(count))))

    assert (len(one.lines), one.more) == (1, more)


@pytest.mark.parametrize(("count", "more"), [(12, ""), (13, "And 1 more."), (15, "And 3 more.")])
def test_trials_of_a_search_beyond_twelve_are_counted(count: int, more: str) -> None:
    one = told(a_search_alert(*(a_match(number) for number in range(count))))

    assert (len(one.lines), one.more) == (12, more)


def test_three_meanings_are_said_and_long_ones_are_cut() -> None:
    changes = (a_change(subject=str(n), meaning=f"{n}" * 501) for n in range(5))

    meanings = told(an_alert(*changes)).meanings

    assert meanings == tuple(f"{n}" * 499 + "…" for n in range(3))


def test_sentence_of_a_search_is_one_line() -> None:
    assert told(a_search_alert(replace(a_match(1), sentence="Two\nlines."))).lines == (
        "Two lines.",
    )


@pytest.mark.parametrize(("length", "line"), [(500, "x" * 500), (501, "x" * 499 + "…")])
def test_line_has_five_hundred_characters_at_the_most(length: int, line: str) -> None:
    matched = replace(a_match(1), sentence="x" * length)

    assert told(of_sentences("x" * length)).lines == (line,)
    assert told(a_search_alert(matched)).lines == (line,)


def test_less_and_less_is_said_until_it_fits() -> None:
    tried: list[Said] = []

    def write(one: Said) -> str:
        tried.append(one)
        return f"{len(tried)}"

    assert fitting(WHOLE, write, lambda _: False) == "5"
    assert tried == [
        WHOLE,
        replace(WHOLE, meanings=("good",)),
        replace(WHOLE, lines=("one", "two"), meanings=(), more=MORE),
        replace(WHOLE, lines=("one",), meanings=(), more=MORE),
        replace(WHOLE, lines=(), meanings=(), more=MORE),
    ]


def test_what_fits_first_is_taken() -> None:
    assert fitting(WHOLE, lambda one: "".join(one.lines), lambda text: len(text) <= 6) == "onetwo"


def described(body: bytes) -> int:
    return len(json.loads(body)["embeds"][0]["description"])


@pytest.mark.parametrize(
    ("write", "size", "most", "filler", "last"),
    [
        (slack.body, lambda body: len(body.decode()), slack.MOST_MESSAGE, "&" * 195, ""),
        (teams.body, len, teams.MOST_BYTES, WIDE * 490, WIDE * 460),
        (discord.body, described, discord.MOST_DESCRIPTION, "x" * 330, ""),
    ],
    ids=["slack", "teams", "discord"],
)
def test_message_is_whole_up_to_the_very_limit(
    write: Callable[..., bytes], size: Callable[[bytes], int], most: int, filler: str, last: str
) -> None:
    def body(spare: int) -> bytes:
        full = [f"{number:02d}{filler}" for number in range(11)]
        return write(of_sentences(*full, last + "x" * (spare + 1)), web_url=WEB)

    spare = most - size(body(0))

    assert size(body(spare)) == most
    assert MORE not in body(spare).decode()
    assert size(body(spare + 1)) < most
    assert MORE in body(spare + 1).decode()


def sections(*sentences: str) -> list[str]:
    message = json.loads(slack.body(of_sentences(*sentences), web_url=WEB))
    return [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"][1:]


def test_section_of_slack_is_filled_to_its_last_character() -> None:
    [full] = sections("&" * 300, "&" * 299)

    assert full == f"• {'&amp;' * 300}\n• {'&amp;' * 299}"
    assert len(full) == slack.MOST_SECTION == 3_000


def test_line_that_a_section_has_no_room_for_begins_the_next() -> None:
    first, second = f"• {'&amp;' * 300}", f"• {'&amp;' * 299}x"

    assert sections("&" * 300, "&" * 299 + "x", "last") == [first, f"{second}\n• last"]


def test_text_of_slack_is_shown_where_blocks_are_not() -> None:
    message = json.loads(slack.body(replace(of_sentences("Open."), title="A & B"), web_url=WEB))

    assert message["text"] == "Now open: A &amp; B (NCT99000001)"
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


def test_card_of_teams_is_shown_in_words_where_cards_are_not() -> None:
    message = json.loads(teams.body(of_sentences("Open."), web_url=WEB))

    card = message["attachments"][0]["content"]
    assert card["fallbackText"] == f"Now open: {TITLE} (NCT99000001)"
    assert [action["type"] for action in card["actions"]] == ["Action.OpenUrl"] * 2


def test_discord_is_told_the_rest_line_by_line() -> None:
    alert = of_sentences("Open.", *(f"Sentence {number}." for number in range(12)), meaning="Ask.")
    described = json.loads(discord.body(alert, web_url=WEB))["embeds"][0]["description"]

    *lines, meaning, more, links = described.split("\n")
    assert lines[:2] == ["- Open.", "- Sentence 0."]
    assert (meaning, more) == ("Ask.", MORE)
    assert links == (
        "[NCT99000001 at ClinicalTrials.gov](<https://clinicaltrials.gov/study/NCT99000001>)"
        f" · [Its history](<{WEB}/trials/NCT99000001>)"
    )


def test_signs_that_mean_something_to_teams_are_kept_apart() -> None:
    assert teams.quiet("a *b* _c_ [d](e) ](") == (
        "a *\u034fb*\u034f _\u034fc_\u034f [\u034fd] (e) ] ("
    )


def test_every_sign_of_discord_is_escaped() -> None:
    assert discord.escaped(r"a\*_~`|<>[]()#b") == r"a\\\*\_\~\`\|\<\>\[\]\(\)\#b"


@pytest.mark.parametrize(
    ("service", "status", "answer", "dead"),
    [
        (slack, 404, "", True),
        (slack, 410, "", True),
        (slack, 405, "", False),
        (slack, 403, "", False),
        (slack, 409, "", False),
        (slack, 411, "", False),
        *((slack, 400, f" {word}\n", True) for word in ("channel_is_archived", "no_team")),
        *((slack, 400, word, True) for word in ("channel_not_found", "invalid_token")),
        *((slack, 400, word, True) for word in ("no_active_hooks", "no_service")),
        *((slack, 400, word, True) for word in ("no_service_id", "team_disabled")),
        (slack, 400, "user_not_found", True),
        (slack, 400, "invalid_blocks", False),
        (teams, 410, "", True),
        (teams, 404, '{"code": "WorkflowNotFound"}', True),
        (teams, 404, "", False),
        (teams, 405, "WorkflowNotFound", False),
        (teams, 409, "", False),
        (discord, 401, "", True),
        (discord, 404, "", True),
        (discord, 400, "", False),
        (discord, 403, "", False),
        (discord, 410, "", False),
    ],
)
def test_address_that_leads_nowhere_is_known_by_the_answer(
    service: Any, status: int, answer: str, *, dead: bool
) -> None:
    assert service.is_dead(status, answer) is dead


@pytest.mark.parametrize(
    ("service", "status", "answer", "taken"),
    [
        (slack, 200, " OK\n", True),
        (slack, 200, "", False),
        (slack, 201, "ok", False),
        (slack, 199, "ok", False),
        (teams, 199, "", False),
        (teams, 200, "", True),
        (teams, 299, "", True),
        (teams, 300, "", False),
    ],
)
def test_message_counts_as_taken_by_the_answer_alone(
    service: Any, status: int, answer: str, *, taken: bool
) -> None:
    assert service.is_accepted(status, answer) is taken
