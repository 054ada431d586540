"""Real ceremonies with a device in software, and everything that a thief could send instead."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.accounts.ceremonies import (
    LONGEST_ANSWER,
    added,
    asked_to_add,
    asked_to_sign_in,
    proved,
    shown,
)
from monitor.accounts.parties import Party, party_of
from monitor.accounts.passkeys import new_challenge, new_handle
from monitor.domain.errors import PasskeyRefusedError
from monitor.domain.passkeys import Credential, Held, Passkey
from tests.builders import NOON
from tests.fakes.authenticator import Authenticator, Key, Page, base64, cbor, public, unbase64
from tests.unit.accounts.ours import ADA, HERE, OURS


def _add(device: Authenticator, page: Page = HERE, party: Party = OURS) -> Credential:
    challenge, handle = new_challenge(), new_handle()
    options = asked_to_add(party, ADA, challenge, handle=handle, held=())
    return added(party, challenge, device.create(options, page), handle=handle)


def _held(credential: Credential) -> Held:
    passkey = Passkey(id=1, name="phone", created_at=NOON, used_at=None, copied_at=None)
    return Held(passkey=passkey, person=ADA, credential=credential)


def _sign_in(device: Authenticator, credential: Credential, page: Page = HERE) -> int:
    challenge = new_challenge()
    text = device.get(asked_to_sign_in(OURS, challenge), page)
    return proved(OURS, challenge, shown(text), _held(credential))


@pytest.mark.parametrize(
    "make",
    [
        lambda: ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate,
        lambda: rsa.generate_private_key(65537, 2048),
    ],
    ids=["ES256", "EdDSA", "RS256"],
)
def test_passkey_of_each_kind_is_added_and_proves_itself(make: Callable[[], Key]) -> None:
    device = Authenticator(key=make())

    credential = _add(device)

    assert (credential.id, credential.handle) == (device.id, device.handle)
    assert credential.public_key == cbor(public(device.key))
    assert [_sign_in(device, credential) for _ in range(2)] == [2, 3]


def test_question_names_nobody_and_asks_for_the_person_to_be_verified() -> None:
    asked = json.loads(asked_to_sign_in(OURS, b"c" * 32))

    assert asked["challenge"] == base64(b"c" * 32)
    assert (asked["rpId"], asked["userVerification"]) == (OURS.id, "required")
    assert asked.get("allowCredentials", []) == []


def test_new_passkey_is_asked_to_be_found_without_a_name_and_made_once_a_device() -> None:
    held = Credential(id=b"there", public_key=b"", handle=b"h", sign_count=0)

    asked = json.loads(asked_to_add(OURS, ADA, b"c" * 32, handle=b"h", held=[held]))

    chosen = asked["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert chosen["requireResidentKey"] is True
    assert [one["id"] for one in asked["excludeCredentials"]] == [base64(b"there")]
    assert unbase64(asked["user"]["id"]) == b"h"
    assert (asked["user"]["name"], asked["user"]["displayName"]) == (ADA.email, ADA.name)
    assert asked["attestation"] == "none"


WRONG_PAGES = {
    "another origin": Page("https://trials.example.org.evil.example"),
    "a name below ours": Page("https://evil.trials.example.org"),
    "plain http": Page("http://trials.example.org"),
    "another port": Page("https://trials.example.org:8443"),
    "another site's passkey": Page(OURS.origin, rp_id="evil.example"),
    "nobody verified": Page(OURS.origin, verified=False),
    "nobody present": Page(OURS.origin, present=False),
    "ours in a frame of another": Page(OURS.origin, in_a_frame=True),
    "another challenge": Page(OURS.origin, challenge=b"x" * 32),
    "something else signed": Page(OURS.origin, kind="payment.get"),
}


@pytest.mark.parametrize("page", WRONG_PAGES.values(), ids=WRONG_PAGES)
def test_what_was_signed_elsewhere_or_by_nobody_signs_nobody_in(page: Page) -> None:
    device = Authenticator()
    credential = _add(device)

    with pytest.raises(PasskeyRefusedError):
        _sign_in(device, credential, page)


@pytest.mark.parametrize("page", WRONG_PAGES.values(), ids=WRONG_PAGES)
def test_what_was_made_elsewhere_or_by_nobody_is_not_added(page: Page) -> None:
    with pytest.raises(PasskeyRefusedError):
        _add(Authenticator(), page)


def test_new_passkey_is_no_sign_in_and_a_sign_in_no_new_passkey() -> None:
    device, challenge = Authenticator(), new_challenge()
    credential = _add(device)
    made = device.create(asked_to_add(OURS, ADA, challenge, handle=b"h", held=()), HERE)
    answered = device.get(asked_to_sign_in(OURS, challenge), HERE)

    with pytest.raises(PasskeyRefusedError):
        shown(made)
    with pytest.raises(PasskeyRefusedError):
        added(OURS, challenge, answered, handle=credential.handle)


def test_another_key_proves_nothing() -> None:
    device = Authenticator()
    credential = _add(device)
    thief = Authenticator(id=device.id, handle=device.handle, count=99)

    with pytest.raises(PasskeyRefusedError):
        _sign_in(thief, credential)


@pytest.mark.parametrize("handle", [b"", b"somebody else"])
def test_passkey_that_is_for_somebody_else_signs_nobody_in(handle: bytes) -> None:
    device = Authenticator()
    credential = _add(device)
    device.handle = handle

    with pytest.raises(PasskeyRefusedError):
        _sign_in(device, credential)


def test_count_that_goes_back_is_told_only_with_a_right_signature() -> None:
    device = Authenticator(count=10)
    credential = _add(device)
    device.count = 3

    assert _sign_in(device, credential) == 3
    with pytest.raises(PasskeyRefusedError):
        _sign_in(Authenticator(id=device.id, handle=device.handle, count=3), credential)


def test_key_of_an_unasked_kind_is_not_added() -> None:
    # A curve that we never asked for.
    device = Authenticator(key=ec.generate_private_key(ec.SECP256R1()))
    challenge = new_challenge()
    options = asked_to_add(OURS, ADA, challenge, handle=b"h", held=())
    sent = json.loads(device.create(options, HERE))
    whole = unbase64(sent["response"]["attestationObject"])
    sent["response"]["attestationObject"] = base64(
        whole.replace(cbor({3: -7})[1:], cbor({3: -47})[1:])
    )

    with pytest.raises(PasskeyRefusedError):
        added(OURS, challenge, json.dumps(sent), handle=b"h")


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "null", "[]", "{}", '"id"', "é", "\x00", "9" * 5000, "[" * 15_000),
        '{"id": "a", "rawId": "é", "type": "public-key", "response": {}}',
        json.dumps({"id": "a", "rawId": "a", "type": "public-key", "response": []}),
        " " * (LONGEST_ANSWER + 1),
    ],
)
def test_garbage_is_refused_in_words(text: str) -> None:
    with pytest.raises(PasskeyRefusedError):
        shown(text)
    with pytest.raises(PasskeyRefusedError):
        added(OURS, b"c" * 32, text, handle=b"h")


_PARTS = ("clientDataJSON", "authenticatorData", "attestationObject", "signature", "userHandle")


def _broken(sent: dict[str, dict[str, str]], part: str, at: int, put: bytes, cut: int) -> str:
    whole = unbase64(sent["response"][part])
    at %= len(whole) + 1
    sent["response"][part] = base64(whole[:at] + put + whole[at + cut :])
    return json.dumps(sent)


@settings(max_examples=300, deadline=None)
@given(
    part=st.sampled_from(_PARTS),
    at=st.integers(0, 2000),
    put=st.binary(max_size=12),
    cut=st.integers(0, 12),
)
def test_damaged_answers_prove_nothing_and_break_nothing(
    part: str, at: int, put: bytes, cut: int
) -> None:
    device, challenge = Authenticator(), new_challenge()
    asked = asked_to_add(OURS, ADA, challenge, handle=b"h" * 32, held=())
    made = json.loads(device.create(asked, HERE))
    held = _held(
        Credential(
            id=device.id, public_key=cbor(public(device.key)), handle=b"h" * 32, sign_count=0
        )
    )
    answered = json.loads(device.get(asked_to_sign_in(OURS, challenge), HERE))

    if part in made["response"]:
        text = _broken(made, part, at, put, cut)
        with suppress(PasskeyRefusedError):
            added(OURS, challenge, text, handle=b"h" * 32)
            # Where it is taken all the same, it is still for us and for this question.
            said = json.loads(_parts(text)["clientDataJSON"])
            # What is no letter of base64 is passed over: the bytes are the question's all the same.
            assert (unbase64(said["challenge"]), said["origin"]) == (challenge, OURS.origin)
    if part in answered["response"]:
        before = _parts(json.dumps(answered))
        text = _broken(answered, part, at, put, cut)
        with suppress(PasskeyRefusedError):
            proved(OURS, challenge, shown(text), held)
            assert _parts(text) == before


def _parts(text: str) -> dict[str, bytes]:
    return {name: unbase64(one) for name, one in json.loads(text)["response"].items()}


@pytest.mark.parametrize(
    ("web_url", "name", "origin"),
    [
        ("https://trials.example.org", "trials.example.org", "https://trials.example.org"),
        ("https://Trials.Example.org:443", "trials.example.org", "https://trials.example.org"),
        ("https://a.example:8443", "a.example", "https://a.example:8443"),
        ("http://localhost:8080", "localhost", "http://localhost:8080"),
        ("http://a.localhost:8080", "a.localhost", "http://a.localhost:8080"),
        ("http://localhost:80", "localhost", "http://localhost"),
        ("http://localhost:443", "localhost", "http://localhost:443"),
        ("https://bücher.example", "xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_pages_are_known_by_name_and_address(web_url: str, name: str, origin: str) -> None:
    assert party_of(web_url) == Party(id=name, origin=origin)


@pytest.mark.parametrize(
    "web_url",
    [
        *("http://alocalhost", "http://localhost.example.org"),
        *("http://trials.example.org", "http://127.0.0.1:8080", "https://192.0.2.7", ""),
        *("https://[::1]:8080", "https://", "https://a:99999999", "https://[a", "https://..."),
    ],
)
def test_browsers_make_no_passkeys_for_these(web_url: str) -> None:
    assert party_of(web_url) is None
