"""How an operator names the mail relay."""

import pytest

from notifiers.smtp_url import SmtpOptions, Tls, parse_smtp_url


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (
            "smtp://me:secret@mail.example.org",
            SmtpOptions(
                host="mail.example.org",
                port=587,
                tls=Tls.STARTTLS,
                username="me",
                password="secret",
            ),
        ),
        (
            "smtp+starttls://mail.example.org:2525",
            SmtpOptions(host="mail.example.org", port=2525, tls=Tls.STARTTLS),
        ),
        (
            "smtps://a%40b.example:p%2Fw%3A%23@mail.example.org/",
            SmtpOptions(
                host="mail.example.org",
                port=465,
                tls=Tls.TLS,
                username="a@b.example",
                password="p/w:#",
            ),
        ),
        (
            "smtp://localhost?starttls=never",
            SmtpOptions(host="localhost", port=25, tls=Tls.NEVER),
        ),
        (
            "smtp://127.0.0.1:1025?starttls=never",
            SmtpOptions(host="127.0.0.1", port=1025, tls=Tls.NEVER),
        ),
        ("smtp://[::1]:25?starttls=never", SmtpOptions(host="::1", port=25, tls=Tls.NEVER)),
        (
            "smtp://mailpit:1025?starttls=never",
            SmtpOptions(host="mailpit", port=1025, tls=Tls.NEVER),
        ),
        ("smtp://10.0.0.5?starttls=never", SmtpOptions(host="10.0.0.5", port=25, tls=Tls.NEVER)),
    ],
)
def test_relay_is_read(text: str, options: SmtpOptions) -> None:
    assert parse_smtp_url(text) == options


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "begin with one of smtp://"),
        ("mail.example.org:587", "begin with one of smtp://"),
        ("http://mail.example.org", "begin with one of smtp://"),
        ("smtp://", "names no host"),
        ("smtp://me:pa55@", "names no host"),
        ("smtp://mail.example.org:0", "number from 1"),
        ("smtp://mail.example.org:70000", "number from 1"),
        ("smtp://me:pa55/word@mail.example.org", "number from 1|percent|%2F"),
        ("smtp://:pa55@mail.example.org", "no user name"),
        ("smtp://me:pa55@localhost?starttls=never", "in clear"),
        ("smtp://mail.example.org?starttls=never", "private network"),
        ("smtp://93.184.215.14?starttls=never", "private network"),
        ("smtp://0.0.0.0?starttls=never", "private network"),
        ("smtps://localhost?starttls=never", "goes with smtp://"),
        ("smtp+starttls://localhost?starttls=never", "goes with smtp://"),
        ("smtp://localhost?starttls=maybe", r"only option"),
        ("smtp://localhost?tls=no", r"only option"),
        ("smtp://[::1", "cannot be read"),
    ],
)
def test_wrong_relay_is_refused_and_no_password_shown(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refusal:
        parse_smtp_url(text)

    assert "pa55" not in str(refusal.value)


def test_password_is_not_in_the_representation() -> None:
    assert "secret" not in repr(parse_smtp_url("smtps://me:secret@mail.example.org"))
