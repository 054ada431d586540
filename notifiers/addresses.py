"""What counts as an e-mail address that mail can be sent to. Nothing is looked up here."""

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from monitor.domain.errors import InvalidAddressError
from notifiers.clean import one_line

#: RFC 5321, 4.5.3.1.3: a path is at most 256 characters, angle brackets included.
_LONGEST = 254


def check_email_address(text: str) -> str:
    """Return the address with its domain in lower case and ASCII.

    Domains kept for examples and tests (``clinic.example``, ``localhost.test``) are taken: an
    operator tries things out before real readers come. The part before the @ is left as it
    stands, since only its own server knows whether case matters there.

    Raises:
        InvalidAddressError: It is no address, or one of a kind not sent to (quoted, literal).
    """
    try:
        valid = _validate(text.strip())
    except EmailNotValidError as error:
        raise InvalidAddressError(
            f"{one_line(text, 80)!r} is not an e-mail address that can be sent to: {error}"
        ) from error
    address = f"{valid.local_part}@{valid.ascii_domain.lower()}"
    if len(address.encode()) > _LONGEST:
        raise InvalidAddressError(
            f"{one_line(text, 80)!r} is too long for an e-mail address: {_LONGEST} bytes at most"
        )
    return address


def _validate(text: str) -> ValidatedEmail:
    # The test environment lets the reserved domain .test pass; .example needs nothing.
    return validate_email(
        text,
        check_deliverability=False,
        test_environment=True,
        allow_smtputf8=True,
        allow_quoted_local=False,
        allow_domain_literal=False,
        allow_display_name=False,
        strict=True,
    )
