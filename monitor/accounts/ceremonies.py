"""What a browser and a passkey are asked, and whether what they say is true.

Values in, values out: challenges, passkeys and the clock belong to ``monitor.accounts.passkeys``.
The two ceremonies, step by step: https://www.w3.org/TR/webauthn-3/#sctn-rp-operations

The library under it is large, and most services never see a passkey: whoever wants this module
loads it then.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers import parse_registration_credential_json as parse_new
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from monitor.accounts.parties import Party
from monitor.domain.errors import PasskeyRefusedError
from monitor.domain.passkeys import TO_ANSWER, Credential, Held, Shown
from monitor.domain.people import Person

#: Long names and RSA keys with them, an answer takes up to 4,000 characters.
LONGEST_ANSWER: Final = 20_000
_TO_ANSWER_MS: Final = TO_ANSWER // timedelta(milliseconds=1)
_LONGEST_ID: Final = 1023
_NAME: Final = "trialwatch"
#: What the library and the parsers under it raise at texts that no browser sends.
_GARBAGE: Final = (
    *(WebAuthnException, ValueError, TypeError, LookupError, ArithmeticError),
    *(RecursionError, AttributeError),
)
_UNREADABLE: Final = "The browser sent something that no passkey says. Try again"


def asked_to_add(
    party: Party, person: Person, challenge: bytes, *, handle: bytes, held: Sequence[Credential]
) -> str:
    """Return what a browser is asked to make, as JSON.

    Args:
        party: Who asks.
        person: Whose passkey it will be; their device shows them name and address.
        challenge: What is to be signed.
        handle: How the device will know the person.
        held: What they have; a device that holds one of these makes no second one.
    """
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=_NAME,
        user_id=handle,
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        timeout=_TO_ANSWER_MS,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in held],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


def asked_to_sign_in(party: Party, challenge: bytes) -> str:
    """Return what a browser is asked to have signed, as JSON. It names nobody."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_TO_ANSWER_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def added(party: Party, challenge: bytes, text: str, *, handle: bytes) -> Credential:
    """Return what a new passkey will prove itself by.

    Raises:
        PasskeyRefusedError: It was made for another site or another challenge, nobody was asked
            for a finger, a face or a number, or it cannot be read.
    """
    _not_too_long(text)
    try:
        _made_on_our_page(parse_new(text).response.client_data_json)
        made = verify_registration_response(
            credential=text,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _GARBAGE as error:
        raise PasskeyRefusedError(_UNREADABLE) from error
    if len(made.credential_id) > _LONGEST_ID:
        raise PasskeyRefusedError(_UNREADABLE)
    return Credential(
        id=made.credential_id,
        public_key=made.credential_public_key,
        handle=handle,
        sign_count=made.sign_count,
    )


def shown(text: str) -> Shown:
    """Return which passkey a browser shows. Nothing is proved yet.

    Raises:
        PasskeyRefusedError: It cannot be read.
    """
    _not_too_long(text)
    try:
        credential = parse_authentication_credential_json(text)
    except _GARBAGE as error:
        raise PasskeyRefusedError(_UNREADABLE) from error
    handle = credential.response.user_handle
    return Shown(credential_id=credential.raw_id, handle=handle or b"", text=text)


def proved(party: Party, challenge: bytes, answer: Shown, held: Held) -> int:
    """Return how often a passkey says it was used, once everything else it says is proved.

    Whether that count can be is not judged here: it only counts with a signature that is right.

    Raises:
        PasskeyRefusedError: It is no answer of this passkey to this challenge on our page, or
            nobody was asked for a finger, a face or a number.
    """
    if answer.handle != held.credential.handle:
        raise PasskeyRefusedError(_UNREADABLE)
    try:
        credential = parse_authentication_credential_json(answer.text)
        _made_on_our_page(credential.response.client_data_json)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=held.credential.public_key,
            # The library would judge the count before the signature.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _GARBAGE as error:
        raise PasskeyRefusedError(_UNREADABLE) from error
    return verified.new_sign_count


def _made_on_our_page(client_data: bytes) -> None:
    """Refuse what a page of somebody else's, with ours in a frame, had signed."""
    if parse_client_data_json(client_data).cross_origin:
        raise PasskeyRefusedError(_UNREADABLE)


def _not_too_long(text: str) -> None:
    if len(text) > LONGEST_ANSWER:
        raise PasskeyRefusedError(_UNREADABLE)
