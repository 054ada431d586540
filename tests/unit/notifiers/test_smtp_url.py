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


BEGINS = "the mail relay's address has to begin with one of smtp://, smtp+starttls://, smtps://"
NO_HOST = "the mail relay's address names no host: write smtp://user:password@mail.example.org:587"
PORT = "the mail relay's port has to be a number from 1 to 65535"
GOES_ON = (
    "the mail relay's address goes on after the port; if that is part of the password, write / as"
    " %2F, # as %23 and @ as %40"
)
IN_CLEAR = (
    "with ?starttls=never the password would travel in clear: leave out user and password, or"
    " leave out ?starttls=never"
)
OPTION = "the only option of the mail relay's address is ?starttls=never"


def far(host: str) -> str:
    return (
        f"?starttls=never is for a relay on this machine or private network, and {host} is neither:"
        " leave it out, so that mail travels encrypted"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", BEGINS),
        ("mail.example.org:587", BEGINS),
        ("http://mail.example.org", BEGINS),
        ("smtp://", NO_HOST),
        ("smtp://me:pa55@", NO_HOST),
        ("smtp://mail example.org", NO_HOST),
        ("smtp://mail\u200bexample.org", NO_HOST),
        ("smtp://mail.example.org:0", PORT),
        ("smtp://mail.example.org:70000", PORT),
        ("smtp://mail.example.org:65536", PORT),
        ("smtp://me:pa55/word@mail.example.org", GOES_ON),
        ("smtp://mail.example.org/x", GOES_ON),
        ("smtp://mail.example.org#x", GOES_ON),
        (
            "smtp://:pa55@mail.example.org",
            "the mail relay's address holds a password and no user name: add it",
        ),
        ("smtp://me:pa55@localhost?starttls=never", IN_CLEAR),
        ("smtp://me@localhost?starttls=never", IN_CLEAR),
        ("smtp://mail.example.org?starttls=never", far("mail.example.org")),
        ("smtp://93.184.215.14?starttls=never", far("93.184.215.14")),
        ("smtp://0.0.0.0?starttls=never", far("0.0.0.0")),  # noqa: S104  # refused, not bound
        ("smtp://[::]?starttls=never", far("::")),
        ("smtp://notlocal?starttls=never&x=", OPTION),
        (
            "smtps://localhost?starttls=never",
            "?starttls=never goes with smtp://, not with smtps://",
        ),
        (
            "smtp+starttls://localhost?starttls=never",
            "?starttls=never goes with smtp://, not with smtp+starttls://",
        ),
        ("smtp://localhost?starttls=maybe", OPTION),
        ("smtp://localhost?starttls=", OPTION),
        ("smtp://localhost?starttls", OPTION),
        ("smtp://localhost?tls=no", OPTION),
        (
            "smtp://[::1",
            (
                "the mail relay's address cannot be read: write"
                " smtp://user:password@mail.example.org:587"
            ),
        ),
    ],
)
def test_wrong_relay_is_refused_and_no_password_shown(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"starttls=never|mail relay's") as refusal:
        parse_smtp_url(text)

    assert str(refusal.value) == said
    assert "pa55" not in said


@pytest.mark.parametrize(
    "host",
    ["mail.local", "mail.localhost", "mail.internal", "mail.lan", "mail.home.arpa", "mail.test"],
)
def test_name_of_a_local_network_is_spoken_to_in_clear_where_told(host: str) -> None:
    assert parse_smtp_url(f" smtp://{host}?starttls=never ").host == host


@pytest.mark.parametrize("port", [1, 65535])
def test_any_port_there_is_will_do(port: int) -> None:
    assert parse_smtp_url(f"smtps://mail.example.org:{port}").port == port


def test_password_is_not_in_the_representation() -> None:
    assert "secret" not in repr(parse_smtp_url("smtps://me:secret@mail.example.org"))
