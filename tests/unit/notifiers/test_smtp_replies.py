"""Whom a relay's refusal blames."""

import pytest

from monitor.domain.bounces import BounceKind
from notifiers.smtp_replies import Stage, refusal, silence


@pytest.mark.parametrize(
    ("code", "text", "stage"),
    [
        (421, "4.3.2 closing", Stage.CONNECT),
        (421, "4.7.0 too many connections", Stage.MAIL),
        (421, "closing", Stage.DATA),
        (450, "try later", Stage.CONNECT),
        (554, "no service here", Stage.CONNECT),
        (454, "4.7.0 temporary authentication failure", Stage.CONNECT),
        (454, "TLS not available", Stage.CONNECT),
        (535, "5.7.8 bad credentials", Stage.CONNECT),
        (530, "5.7.0 authentication required", Stage.MAIL),
        (538, "encryption required", Stage.CONNECT),
        (550, "5.7.1 relaying denied", Stage.RCPT),
        (550, "5.7.26 unauthenticated mail", Stage.DATA),
        (550, "5.7.515 access denied", Stage.DATA),
        (554, "5.7.1 sender rejected", Stage.MAIL),
        (553, "5.1.8 bad sender", Stage.MAIL),
    ],
)
def test_road_or_we_are_to_blame_and_no_reader(code: int, text: str, stage: Stage) -> None:
    error = refusal(code, text, stage)

    assert error.carrier_down
    assert not error.permanent


@pytest.mark.parametrize(
    ("code", "text", "stage", "words"),
    [
        (535, "5.7.8 bad credentials", Stage.CONNECT, "refuses our user name or password"),
        (554, "5.7.1 sender rejected", Stage.MAIL, "refuses our sender address; correct"),
        (550, "5.7.26 unauthenticated mail", Stage.DATA, "refused as a matter of policy; check"),
    ],
)
def test_what_is_to_be_corrected_is_named(code: int, text: str, stage: Stage, words: str) -> None:
    assert words in str(refusal(code, text, stage))


@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_refused_credentials_name_the_setting(code: int) -> None:
    assert "TRIALWATCH_SMTP_URL" in str(refusal(code, "no", Stage.CONNECT))


@pytest.mark.parametrize(
    ("code", "text", "stage"),
    [
        (450, "4.2.0 greylisted", Stage.RCPT),
        (451, "4.7.1 try again later", Stage.RCPT),
        (451, "4.3.0 local error", Stage.DATA),
        (452, "4.2.2 mailbox full", Stage.RCPT),
        (452, "4.3.1 insufficient storage", Stage.DATA),
        (552, "5.2.2 mailbox full", Stage.RCPT),
        (552, "quota exceeded", Stage.DATA),
        (550, "5.2.1 mailbox disabled", Stage.RCPT),
        (550, "5.4.4 unable to route", Stage.RCPT),
        (503, "5.5.1 bad sequence", Stage.RCPT),
    ],
)
def test_reader_may_be_reached_later(code: int, text: str, stage: Stage) -> None:
    error = refusal(code, text, stage)

    assert (error.permanent, error.carrier_down, error.uncertain) == (False, False, False)
    assert error.status == code


@pytest.mark.parametrize(
    ("code", "text", "stage"),
    [
        (550, "5.1.1 no such user", Stage.RCPT),
        (550, "no such user", Stage.RCPT),
        (551, "5.1.6 moved", Stage.RCPT),
        (553, "5.1.3 bad address", Stage.RCPT),
        (550, "5.1.1 no such user", Stage.DATA),
        (552, "5.3.4 too big", Stage.DATA),
        (552, "too big", Stage.MAIL),
        (554, "5.6.0 bad content", Stage.DATA),
    ],
)
def test_refusal_for_good_is_given_up(code: int, text: str, stage: Stage) -> None:
    error = refusal(code, text, stage)

    assert error.permanent
    assert not error.carrier_down
    assert not error.disable_target


def test_reply_that_cannot_be_read_after_the_message_is_uncertain() -> None:
    error = refusal(-1, "Malformed", Stage.DATA)

    assert error.uncertain
    assert error.status is None


def test_silence_says_whom_to_look_at_and_whether_the_mail_may_come_twice() -> None:
    before = silence("mail.example:25", "does not answer", Stage.RCPT)
    after = silence("mail.example:25", "does not answer", Stage.DATA)

    assert str(before) == (
        "The mail relay mail.example:25 does not answer; check TRIALWATCH_SMTP_URL"
    )
    assert str(after) == (
        "The mail relay mail.example:25 took the message and did not say whether it keeps it:"
        " the same message will be sent again"
    )
    assert (before.carrier_down, before.uncertain) == (True, False)
    assert (after.carrier_down, after.uncertain) == (False, True)


def test_number_elsewhere_in_the_text_is_no_status() -> None:
    assert not refusal(450, "host 5.7.1 is busy", Stage.RCPT).carrier_down


@pytest.mark.parametrize(
    ("code", "text", "stage", "kind"),
    [
        (550, "5.1.1 no such user", Stage.RCPT, BounceKind.HARD),
        (550, "no such user", Stage.RCPT, BounceKind.HARD),
        (553, "5.1.3 bad address", Stage.RCPT, BounceKind.HARD),
        (550, "looks like spam", Stage.DATA, BounceKind.REFUSED),
        (554, "5.6.0 bad content", Stage.DATA, BounceKind.REFUSED),
        (552, "5.3.4 too big", Stage.DATA, BounceKind.REFUSED),
        (552, "5.2.2 mailbox full", Stage.RCPT, BounceKind.SOFT),
        (450, "4.2.0 greylisted", Stage.RCPT, BounceKind.SOFT),
    ],
)
def test_only_a_clear_word_says_that_there_is_no_mailbox(
    code: int, text: str, stage: Stage, kind: BounceKind
) -> None:
    assert refusal(code, text, stage).bounce is kind


def test_trouble_of_the_road_says_nothing_of_a_mailbox() -> None:
    assert refusal(421, "closing", Stage.MAIL).bounce is None
    assert refusal(550, "5.7.1 relaying denied", Stage.RCPT).bounce is None
