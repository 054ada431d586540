"""Passkeys at the bounds: how long an answer and a name may be, and what is said of one refused."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from monitor.accounts.ceremonies import (
    LONGEST_ANSWER,
    added,
    asked_to_add,
    asked_to_sign_in,
    proved,
    shown,
)
from monitor.accounts.passkeys import FRESH, check_passkey, is_fresh, new_passkey
from monitor.domain.errors import PasskeyRefusedError
from monitor.domain.passkeys import Challenge, Credential, Held, Passkey, Shown
from tests.builders import NOON
from tests.fakes.authenticator import Authenticator, Page
from tests.unit.accounts.ours import ADA, HERE, OURS

ASKED, HANDLE = b"c" * 32, b"h" * 32
TO_ADD = asked_to_add(OURS, ADA, ASKED, handle=HANDLE, held=())
TO_SIGN_IN = asked_to_sign_in(OURS, ASKED)
UNREADABLE = "The browser sent something that no passkey says. Try again"
TOO_LATE = "That took too long, or was answered already. Try again"


def held_of(device: Authenticator) -> Held:
    passkey = Passkey(id=1, name="phone", created_at=NOON, used_at=None, copied_at=None)
    credential = added(OURS, ASKED, device.create(TO_ADD, HERE), handle=HANDLE)
    return Held(passkey=passkey, person=ADA, credential=credential)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(PasskeyRefusedError) as refused:
        call()
    return str(refused.value)


def test_browser_has_five_minutes_and_is_told_whose_pages_these_are() -> None:
    to_add, to_sign_in = json.loads(TO_ADD), json.loads(TO_SIGN_IN)

    assert to_add["timeout"] == to_sign_in["timeout"] == 300_000
    assert to_add["rp"] == {"name": "trialwatch", "id": "trials.example.org"}


def test_answer_is_read_up_to_the_longest_and_no_further() -> None:
    device = Authenticator()
    made = device.create(TO_ADD, HERE).ljust(LONGEST_ANSWER)
    answered = device.get(TO_SIGN_IN, HERE).ljust(LONGEST_ANSWER)

    assert added(OURS, ASKED, made, handle=HANDLE).id == device.id
    assert shown(answered).credential_id == device.id
    assert refusal(lambda: added(OURS, ASKED, f"{made} ", handle=HANDLE)) == UNREADABLE
    assert refusal(lambda: shown(f"{answered} ")) == UNREADABLE


def test_longest_name_of_a_passkey_is_1023_bytes() -> None:
    longest, longer = Authenticator(id=b"i" * 1023), Authenticator(id=b"i" * 1024)

    credential = added(OURS, ASKED, longest.create(TO_ADD, HERE), handle=HANDLE)
    made = longer.create(TO_ADD, HERE)

    assert credential.id == b"i" * 1023
    assert refusal(lambda: added(OURS, ASKED, made, handle=HANDLE)) == UNREADABLE


def test_new_passkey_is_kept_with_its_handle_and_its_count() -> None:
    device = Authenticator(count=5)

    credential = added(OURS, ASKED, device.create(TO_ADD, HERE), handle=HANDLE)

    assert (credential.handle, credential.sign_count) == (HANDLE, 5)


def test_what_is_shown_names_the_passkey_and_whom_it_is_for() -> None:
    device = Authenticator(handle=HANDLE)
    text = device.get(TO_SIGN_IN, HERE)

    assert shown(text) == Shown(credential_id=device.id, handle=HANDLE, text=text)


def test_passkey_that_says_nobody_is_for_nobody() -> None:
    sent = json.loads(Authenticator().get(TO_SIGN_IN, HERE))
    del sent["response"]["userHandle"]

    assert shown(json.dumps(sent)).handle == b""


def test_everything_that_proves_nothing_is_refused_in_the_same_words() -> None:
    device = Authenticator()
    held = held_of(device)
    framed = Page(OURS.origin, in_a_frame=True)
    elsewhere = Page("https://evil.example")
    stranger = Authenticator(id=device.id, handle=b"another")

    said = [refusal(lambda: shown("{}")), refusal(lambda: added(OURS, ASKED, "", handle=HANDLE))]
    for page in (framed, elsewhere):
        made = Authenticator().create(TO_ADD, page)
        said.append(refusal(partial(added, OURS, ASKED, made, handle=HANDLE)))
        said.append(
            refusal(partial(proved, OURS, ASKED, shown(device.get(TO_SIGN_IN, page)), held))
        )
    answer = shown(stranger.get(TO_SIGN_IN, HERE))
    said.append(refusal(partial(proved, OURS, ASKED, answer, held)))

    assert said == [UNREADABLE] * 7


@pytest.mark.parametrize(
    "challenge",
    [
        None,
        Challenge(value=ASKED),
        Challenge(value=ASKED, person_id=8, handle=HANDLE),
    ],
    ids=["none", "for a sign-in", "for somebody else"],
)
def test_new_passkey_answers_a_question_put_to_this_person_alone(
    challenge: Challenge | None,
) -> None:
    made = Authenticator().create(TO_ADD, HERE)

    assert refusal(lambda: new_passkey(challenge, ADA, OURS, made)) == TOO_LATE


def test_new_passkey_has_the_handle_that_was_asked_for() -> None:
    device = Authenticator()
    challenge = Challenge(value=ASKED, person_id=ADA.id, handle=HANDLE)

    credential = new_passkey(challenge, ADA, OURS, device.create(TO_ADD, HERE))

    assert isinstance(credential, Credential)
    assert (credential.id, credential.handle) == (device.id, HANDLE)


def test_sign_in_answers_a_question_put_to_nobody_in_particular() -> None:
    device = Authenticator()
    held = held_of(device)
    answer = shown(device.get(TO_SIGN_IN, HERE))

    proof = check_passkey(Challenge(value=ASKED), held, OURS, answer)

    assert (proof.held, proof.count) == (held, 2)
    for challenge in (None, Challenge(value=ASKED, person_id=ADA.id)):
        assert refusal(partial(check_passkey, challenge, held, OURS, answer)) == TOO_LATE


def test_passkey_that_was_taken_off_signs_nobody_in_and_says_what_to_do() -> None:
    answer = shown(Authenticator().get(TO_SIGN_IN, HERE))

    said = refusal(lambda: check_passkey(Challenge(value=ASKED), None, OURS, answer))

    assert said == "This passkey is not known here, or was taken off. Sign in another way"


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(0), True),
        (FRESH, True),
        (FRESH + timedelta(microseconds=1), False),
    ],
)
def test_sign_in_is_fresh_for_ten_minutes(age: timedelta, *, fresh: bool) -> None:
    assert timedelta(minutes=10) == FRESH
    assert is_fresh(NOON - age, now=NOON) is fresh
    assert is_fresh(None, now=NOON) is False
