"""What a relay's refusal is called, word for word, and where one meaning ends and the next begins."""

import pytest

from monitor.domain.bounces import BounceKind
from notifiers.answers import MOST_DETAIL_BYTES
from notifiers.smtp_replies import Stage, refusal, silence

OURS = "every mail waits and no reader is to blame"


@pytest.mark.parametrize(
    ("code", "text", "stage", "said"),
    [
        (421, "closing", Stage.CONNECT, "The mail relay does not take mail now (421)"),
        (421, "4.3.2 closing", Stage.DATA, "The mail relay does not take mail now (421 4.3.2)"),
        (454, "4.7.0 later", Stage.MAIL, "The mail relay does not take mail now (454 4.7.0)"),
        (1, "what", Stage.CONNECT, "The mail relay does not take mail now (1)"),
        (0, "what", Stage.CONNECT, "The mail relay does not take mail now (unreadable reply)"),
        (-1, "what", Stage.CONNECT, "The mail relay does not take mail now (unreadable reply)"),
    ],
)
def test_relay_in_trouble_is_said_to_be_tried_again(
    code: int, text: str, stage: Stage, said: str
) -> None:
    error = refusal(code, text, stage)

    assert str(error) == f"{said}: it will be tried again"
    assert (error.carrier_down, error.permanent, error.uncertain) == (True, False, False)
    assert error.status == (code if code > 0 else None)
    assert error.detail == text


@pytest.mark.parametrize(
    ("code", "text", "stage", "said"),
    [
        (
            535,
            "5.7.8 bad",
            Stage.CONNECT,
            (
                "The mail relay refuses our user name or password; correct TRIALWATCH_SMTP_URL"
                " (535 5.7.8)"
            ),
        ),
        (
            553,
            "not you",
            Stage.MAIL,
            "The mail relay refuses our sender address; correct TRIALWATCH_MAIL_FROM (553)",
        ),
        (
            550,
            "5.7.1 no",
            Stage.RCPT,
            (
                "Mail from our address is refused as a matter of policy; check SPF, DKIM and relay"
                " rights (550 5.7.1)"
            ),
        ),
    ],
)
def test_our_own_fault_is_said_with_what_to_correct(
    code: int, text: str, stage: Stage, said: str
) -> None:
    error = refusal(code, text, stage)

    assert str(error) == f"{said}: {OURS}"
    assert (error.status, error.detail, error.carrier_down) == (code, text, True)


@pytest.mark.parametrize(
    ("code", "text", "stage", "said"),
    [
        (550, "5.1.1 nobody", Stage.RCPT, "The mail relay refused the recipient (550 5.1.1)"),
        (552, "too big", Stage.MAIL, "The mail relay refused the sender (552)"),
        (554, "no", Stage.DATA, "The mail relay refused the message (554)"),
        (-1, "what", Stage.DATA, "The mail relay refused the message (unreadable reply)"),
    ],
)
def test_refused_step_is_named(code: int, text: str, stage: Stage, said: str) -> None:
    error = refusal(code, text, stage)

    assert str(error) == said
    assert error.detail == text


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.MAIL, Stage.RCPT])
def test_silence_before_the_message_blames_the_relay(stage: Stage) -> None:
    error = silence("mail.example:25", "is away", stage)

    assert str(error) == "The mail relay mail.example:25 is away; check TRIALWATCH_SMTP_URL"
    assert (error.carrier_down, error.uncertain) == (True, False)


@pytest.mark.parametrize("point", [1, 8, 9, 20, 29, 500, 599])
def test_policy_that_refuses_us_as_a_sender_stops_all_mail(point: int) -> None:
    error = refusal(550, f"5.7.{point} no", Stage.DATA)

    assert (error.carrier_down, error.permanent) == (True, False)


@pytest.mark.parametrize("point", [0, 2, 7, 10, 19, 30, 499, 600])
def test_policy_about_one_mail_ends_that_one_alone(point: int) -> None:
    error = refusal(550, f"5.7.{point} no", Stage.DATA)

    assert (error.carrier_down, error.permanent) == (False, True)
    assert error.bounce is BounceKind.REFUSED


@pytest.mark.parametrize("text", ["4.7.1 later", "5.6.1 content", "5.1.1 nobody", "2.7.1 kept"])
def test_other_codes_are_no_word_about_us(text: str) -> None:
    assert not refusal(550, text, Stage.RCPT).carrier_down


@pytest.mark.parametrize(
    ("code", "down"), [(450, False), (499, False), (500, True), (501, True), (552, False)]
)
def test_sender_that_is_refused_for_good_stops_all_mail(code: int, *, down: bool) -> None:
    assert refusal(code, "no", Stage.MAIL).carrier_down is down


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA])
def test_later_refusal_for_good_is_not_of_the_sender(stage: Stage) -> None:
    assert not refusal(500, "no", stage).carrier_down


@pytest.mark.parametrize(
    ("code", "text", "stage", "kind"),
    [
        (500, "5.1.0 address", Stage.RCPT, BounceKind.HARD),
        (500, "5.1.7 sender", Stage.RCPT, BounceKind.REFUSED),
        (500, "5.1.1 nobody", Stage.RCPT, BounceKind.HARD),
        (551, "gone", Stage.RCPT, BounceKind.HARD),
        (553, "bad", Stage.RCPT, BounceKind.HARD),
        (551, "gone", Stage.DATA, BounceKind.REFUSED),
        (554, "no", Stage.RCPT, BounceKind.REFUSED),
        (554, "no", Stage.DATA, BounceKind.REFUSED),
        (554, "5.4.3 no", Stage.RCPT, BounceKind.REFUSED),
        (554, "5.3.0 no", Stage.RCPT, BounceKind.REFUSED),
        (500, "5.6.0 content", Stage.DATA, BounceKind.REFUSED),
        (500, "5.3.4 too big", Stage.DATA, BounceKind.REFUSED),
        (552, "too big", Stage.MAIL, BounceKind.REFUSED),
    ],
)
def test_refusal_that_is_for_good(code: int, text: str, stage: Stage, kind: BounceKind) -> None:
    error = refusal(code, text, stage)

    assert (error.permanent, error.bounce, error.carrier_down) == (True, kind, False)


@pytest.mark.parametrize(
    ("code", "text", "stage"),
    [
        (499, "no", Stage.RCPT),
        (500, "no", Stage.RCPT),
        (549, "no", Stage.RCPT),
        (552, "no", Stage.RCPT),
        (552, "5.1.1 no", Stage.RCPT),
        (555, "no", Stage.RCPT),
        (500, "5.3.5 system", Stage.DATA),
        (500, "5.4.4 route", Stage.RCPT),
        (500, "5.5.4 order", Stage.RCPT),
        (554, "5.4.4 route", Stage.RCPT),
        (554, "5.2.1 off", Stage.RCPT),
        (550, "4.1.1 later", Stage.RCPT),
        (450, "5.1.1 nobody", Stage.RCPT),
    ],
)
def test_refusal_that_may_pass(code: int, text: str, stage: Stage) -> None:
    error = refusal(code, text, stage)

    assert (error.permanent, error.bounce) == (False, BounceKind.SOFT)
    assert (error.carrier_down, error.uncertain) == (False, False)


@pytest.mark.parametrize(
    ("code", "uncertain"), [(-1, True), (250, True), (399, True), (400, False)]
)
def test_message_answered_by_no_refusal_may_have_been_kept(code: int, *, uncertain: bool) -> None:
    assert refusal(code, "what", Stage.DATA).uncertain is uncertain
    assert not refusal(code, "what", Stage.RCPT).uncertain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4.22.333 later", "450 4.22.333"),
        ("4.2.1", "450 4.2.1"),
        ("first line\n4.2.1 second", "450 4.2.1"),
        ("3.2.1 no such class", "450"),
        ("4.2.1later", "450"),
        ("4.2.1234 later", "450"),
        ("", "450"),
    ],
)
def test_enhanced_status_begins_a_line_or_is_none(text: str, shown: str) -> None:
    assert str(refusal(450, text, Stage.RCPT)) == f"The mail relay refused the recipient ({shown})"


@pytest.mark.parametrize("code", [421, 450, 550])
def test_very_long_words_of_a_relay_are_cut(code: int) -> None:
    detail = refusal(code, "5.7.1 " * (code == 550) + "x" * 5000, Stage.RCPT).detail

    assert len(detail) == MOST_DETAIL_BYTES == 4096
