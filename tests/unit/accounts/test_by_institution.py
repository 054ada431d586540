"""To an institution and back: what is asked there, and whose account it opens."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import pytest

from monitor.accounts.byinstitution import (
    TRY,
    Begun,
    begin,
    check_who_answers,
    come_back,
    enter,
    is_under_way,
    verifier_of,
)
from monitor.accounts.discovery import Metadata
from monitor.accounts.signin import SESSION
from monitor.domain.errors import NotLetInError, ProofRefusedError
from monitor.domain.people import Role
from monitor.domain.signing import Token
from storage.engine import Database
from tests.builders import NOON

ISSUER = "https://login.example.org"
METADATA = Metadata(
    issuer=ISSUER,
    authorization=f"{ISSUER}/authorize",
    token=f"{ISSUER}/token",
    keys=f"{ISSUER}/keys",
    userinfo="",
    algorithms=("ES256",),
    basic=True,
    names_itself=True,
)
MOMENT = timedelta(microseconds=1)
UNVERIFIED = (
    "Your institution did not say that it knows an e-mail address of yours, so no account is found"
    " by it. Sign in another way, or ask who runs this trialwatch."
)
UNKNOWN = (
    "Nobody signs in here with the address that your institution gave. Who runs this trialwatch"
    " lets people in."
)
TIED = (
    "The account with this address is tied to another account of your institution. Sign in another"
    " way and take it off on the page Account, or ask who runs this trialwatch."
)


def begun(metadata: Metadata = METADATA) -> Begun:
    return begin(
        metadata,
        "trialwatch at",
        comes_back="https://watch.example/institution/back",
        goes_to="/lists",
        now=NOON,
    )


def asked(one: Begun) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(one.address).query))


def test_browser_is_sent_with_all_that_the_issuer_is_asked() -> None:
    one = begun()
    query = asked(one)
    state, nonce = Token(query.pop("state")), Token(query.pop("nonce"))
    verifier = verifier_of(one.browser, state)

    assert one.address.startswith(f"{ISSUER}/authorize?response_type=code&")
    assert query == {
        "response_type": "code",
        "client_id": "trialwatch at",
        "redirect_uri": "https://watch.example/institution/back",
        "scope": "openid email",
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().strip("="),
        "code_challenge_method": "S256",
    }
    assert (one.kept.state, one.kept.nonce) == (state.digest, nonce.digest)
    assert (one.kept.browser, one.kept.goes_to) == (one.browser.digest, "/lists")
    assert one.kept.ends_at == NOON + timedelta(minutes=10)


def test_address_that_has_a_question_mark_keeps_what_stands_behind_it() -> None:
    one = begun(replace(METADATA, authorization=f"{ISSUER}/authorize?realm=staff"))

    assert one.address.startswith(f"{ISSUER}/authorize?realm=staff&response_type=code&")


def test_no_two_sign_ins_have_anything_in_common() -> None:
    one, other = begun(), begun()

    assert one.browser != other.browser
    for name in ("state", "nonce", "code_challenge"):
        assert asked(one)[name] != asked(other)[name]


def test_verifier_is_of_both_the_cookie_and_the_state() -> None:
    made = verifier_of(Token("cookie"), Token("state"))

    # The least length that RFC 7636, 4.1 allows.
    assert len(made) == 43
    assert made == verifier_of(Token("cookie"), Token("state"))
    assert made != verifier_of(Token("cookie"), Token("other"))
    assert made != verifier_of(Token("other"), Token("state"))


@pytest.mark.parametrize(("said", "names_itself"), [(ISSUER, True), (ISSUER, False), (None, False)])
def test_answer_of_the_issuer_that_was_asked_is_taken(
    said: str | None, *, names_itself: bool
) -> None:
    check_who_answers(replace(METADATA, names_itself=names_itself), said)


@pytest.mark.parametrize(
    ("said", "names_itself"), [(None, True), ("", False), (f"{ISSUER}/", True)]
)
def test_answer_of_another_issuer_is_refused(said: str | None, *, names_itself: bool) -> None:
    with pytest.raises(ProofRefusedError) as refused:
        check_who_answers(replace(METADATA, names_itself=names_itself), said)

    assert str(refused.value) == "the answer is of another issuer"


def test_sign_in_is_come_back_from_once_in_time_and_by_its_browser(database: Database) -> None:
    one = begun()
    state, cookie = asked(one)["state"], one.browser.text
    with database.open_work() as work:
        work.pins.begin(one.kept, now=NOON)
        late = NOON + TRY
        in_time = late - MOMENT

        assert not is_under_way(work.pins, state, cookie, now=late)
        assert come_back(work.pins, state, cookie, now=late) is None
        for shown in ((state, "other"), ("other", cookie), (state, ""), ("", cookie)):
            assert not is_under_way(work.pins, *shown, now=in_time)
            assert come_back(work.pins, *shown, now=in_time) is None
        assert is_under_way(work.pins, state, cookie, now=in_time)
        assert come_back(work.pins, state, cookie, now=in_time) == one.kept
        assert not is_under_way(work.pins, state, cookie, now=in_time)
        assert come_back(work.pins, state, cookie, now=in_time) is None


def entered(database: Database, subject: str, email: str) -> str:
    """Enter by an institution; return who is signed in then, or why nobody is."""
    with database.open_work() as work:
        try:
            inside = enter(
                work.people, work.pins, issuer=ISSUER, subject=subject, email=email, now=NOON
            )
        except NotLetInError as error:
            return str(error)
        work.commit()
    with database.open_work() as work:
        digest = inside.session.digest
        assert work.people.in_session(digest, now=NOON + SESSION - MOMENT) == inside.person
        assert work.people.in_session(digest, now=NOON + SESSION) is None
    return inside.person.name


def test_account_is_found_by_its_address_and_tied_from_then_on(database: Database) -> None:
    with database.open_work() as work:
        work.people.add(name="Ada", email="ada@example.org", role=Role.MEMBER, now=NOON)
        work.commit()

    assert entered(database, "ada-17", "") == UNVERIFIED
    assert entered(database, "ada-17", "eve@example.org") == UNKNOWN
    assert entered(database, "ada-17", "ada@example.org") == "Ada"
    assert entered(database, "ada-17", "") == "Ada"
    assert entered(database, "eve-3", "ada@example.org") == TIED
