"""How mail stands with those who receive it: bounds at which a word changes, whole sentences."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from notifiers.standing.dns import lookup_of
from notifiers.standing.examine import Sending, examine
from notifiers.standing.findings import Finding, Level
from tests.servers.dns import NameServer, name_server

DOMAIN = "alerts.example.org"
KEY = f"s1._domainkey.{DOMAIN}"
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
SENDING = Sending(domain=DOMAIN, envelope=DOMAIN, selector="s1")
SIGNED = f"v=1; a=rsa-sha256; d={DOMAIN}; s=s1"
ALL = "h=from:list-unsubscribe:list-unsubscribe-post"
BY = f"the signature of {DOMAIN} (selector s1)"


def of_bits(bits: int) -> str:
    """An RSA key whose modulus has so many bits, as it stands in a record."""
    modulus = (1 << (bits - 1)) | 1
    number = modulus.to_bytes(bits // 8 + 1, "big")
    content = b"\x02\x82" + len(number).to_bytes(2, "big") + number + b"\x02\x03\x01\x00\x01"
    der = b"\x30\x82" + len(content).to_bytes(2, "big") + content
    return base64.b64encode(der).decode()


@pytest.fixture
def names() -> Iterator[NameServer]:
    """A domain with which all is well."""
    with name_server() as server:
        server.text(DOMAIN, "v=spf1 -all")
        server.text(f"_dmarc.{DOMAIN}", f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}")
        server.text(KEY, f"p={of_bits(2048)}")
        yield server


def look(names: NameServer, sending: Sending = SENDING, check: str = "") -> list[Finding]:
    found = examine(sending, lookup_of(names.address), now=NOON)
    return [one for one in found if not check or one.check == check]


def told(names: NameServer, check: str, sending: Sending = SENDING) -> tuple[Level, str]:
    [one] = look(names, sending, check)
    return one.level, one.text


def arrived(signature: str = "", sender: str = f"alerts@{DOMAIN}", results: str = "") -> Sending:
    """A message that arrived somewhere, signed so."""
    mail = EmailMessage()
    if sender:
        mail["From"] = f"Trial alerts <{sender}>"
    mail["List-Unsubscribe"] = "<https://watch.example.org/u/x>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for one in filter(None, signature.split("\n")):
        mail["DKIM-Signature"] = one
    if results:
        mail["Authentication-Results"] = results
    mail.set_content("Hello")
    return Sending(domain=DOMAIN, envelope=DOMAIN, message=mail.as_bytes())


@pytest.mark.parametrize(
    ("bits", "level", "said"),
    [
        (1023, Level.BAD, f"{KEY}: the key has 1023 bits, and receivers want 1024 at least"),
        (1024, Level.NOTE, f"{KEY} holds a key of 1024 bits; 2048 are usual"),
        (2047, Level.NOTE, f"{KEY} holds a key of 2047 bits; 2048 are usual"),
        (2048, Level.WELL, f"{KEY} holds an RSA key of 2048 bits"),
        (4096, Level.WELL, f"{KEY} holds an RSA key of 4096 bits"),
    ],
)
def test_key_is_told_by_its_length(names: NameServer, bits: int, level: Level, said: str) -> None:
    names.text(KEY, f"v=DKIM1; p={of_bits(bits)}")

    assert told(names, "dkim") == (level, said)


UNREADABLE = ": publish it again"
TEST = "is marked as a test (t=y), and receivers may take no notice of it"


@pytest.mark.parametrize(
    ("texts", "level", "said"),
    [
        (
            (f"p={of_bits(1024)}", f"p={of_bits(2048)}"),
            Level.BAD,
            f"{KEY} holds 2 keys, and receivers may take the wrong one",
        ),
        (("a note", f"p={of_bits(2048)}"), Level.WELL, f"{KEY} holds an RSA key of 2048 bits"),
        ((f"t=s:Y; p={of_bits(2048)}",), Level.NOTE, f"{KEY} {TEST}"),
        ((f"t=s; p={of_bits(2048)}",), Level.WELL, f"{KEY} holds an RSA key of 2048 bits"),
        ((f"k=RSA; p={of_bits(2048)}",), Level.WELL, f"{KEY} holds an RSA key of 2048 bits"),
        (
            (f"k=ed25519; p={base64.b64encode(bytes(32)).decode()}",),
            Level.NOTE,
            f"{KEY} holds an ed25519 key, which some receivers do not know: add an RSA key",
        ),
        (
            (f"k=ed25519; p={base64.b64encode(bytes(31)).decode()}",),
            Level.BAD,
            f"{KEY}: the key cannot be read as ed25519{UNREADABLE}",
        ),
        (
            (f"k={'d' * 30}; p={of_bits(2048)}",),
            Level.BAD,
            f"{KEY}: the key cannot be read as {'d' * 20}{UNREADABLE}",
        ),
        (
            (f"p=!{of_bits(2048)}",),
            Level.BAD,
            f"{KEY}: the key cannot be read as rsa{UNREADABLE}",
        ),
        (
            (f"p={of_bits(2048)[:-8]}",),
            Level.BAD,
            f"{KEY}: the key cannot be read as rsa{UNREADABLE}",
        ),
    ],
)
def test_record_of_a_key_is_told_whole(
    names: NameServer, texts: tuple[str, ...], level: Level, said: str
) -> None:
    names.text(KEY, *texts)

    assert told(names, "dkim") == (level, said)


def test_key_broken_over_lines_is_put_together(names: NameServer) -> None:
    key = of_bits(2048)
    names.text(KEY, f"p={key[:40]} {key[40:90]}  {key[90:]}")

    assert told(names, "dkim")[0] is Level.WELL


@pytest.mark.parametrize(
    ("signature", "level", "said"),
    [
        (f"{SIGNED}; {ALL}", Level.WELL, f"{BY} covers From and both List-Unsubscribe headers"),
        (
            f"{SIGNED}; {ALL}; l=5",
            Level.NOTE,
            f"{BY} covers only part of the body (l=), and others can add to it: sign it all",
        ),
        (
            f"{SIGNED.replace('sha256', 'SHA1')}; {ALL}",
            Level.BAD,
            f"{BY} uses SHA-1, which receivers no longer count: sign with rsa-sha256",
        ),
        (
            f"{SIGNED}; {ALL}; x={NOON.timestamp():.0f}; l=5",
            Level.NOTE,
            f"{BY} covers all it should; it expired at 2026-03-09 12:00 UTC",
        ),
        (
            f"{SIGNED}; {ALL}; x={NOON.timestamp() + 1:.0f}",
            Level.WELL,
            f"{BY} covers From and both List-Unsubscribe headers",
        ),
        (
            f"{SIGNED}; h=from:list-unsubscribe",
            Level.BAD,
            (
                f"{BY} does not cover list-unsubscribe-post, so mail programs do not trust the"
                " unsubscribe button: add them to the headers that the relay signs"
            ),
        ),
        (
            f"{SIGNED}; h=from\n{SIGNED.replace('s=s1', 's=s2')}; {ALL}",
            Level.WELL,
            (
                f"the signature of {DOMAIN} (selector s2) covers From and both List-Unsubscribe"
                " headers"
            ),
        ),
    ],
)
def test_what_a_signature_covers_is_told_whole(
    names: NameServer, signature: str, level: Level, said: str
) -> None:
    found = [(one.level, one.text) for one in look(names, arrived(signature))]

    assert (level, said) in found


@pytest.mark.parametrize(
    ("sender", "who"), [("eve@Elsewhere.example", "elsewhere.example"), ("", "nobody")]
)
def test_message_of_somebody_else_is_told_of_and_nothing_more(
    names: NameServer, sender: str, who: str
) -> None:
    assert told(names, "message", arrived(f"{SIGNED}; {ALL}", sender=sender)) == (
        Level.BAD,
        (
            f"the message comes from {who}, and TRIALWATCH_MAIL_FROM names {DOMAIN}: give a mail that"
            " trialwatch sent"
        ),
    )


@pytest.mark.parametrize(
    ("results", "level", "said"),
    [
        ("mx.example; none", Level.NOTE, "its receiver let pass: nothing"),
        ("mx.example; SPF=Pass", Level.WELL, "its receiver let pass: spf"),
        (
            "mx.example; spf=softfail; dkim=fail; dmarc=pass",
            Level.BAD,
            "its receiver found dkim=fail, spf=softfail",
        ),
        (
            "mx.example; dkim=pass header.d=a; dkim=fail header.d=b",
            Level.WELL,
            "its receiver let pass: dkim",
        ),
    ],
)
def test_what_a_receiver_found_is_told_whole(
    names: NameServer, results: str, level: Level, said: str
) -> None:
    last = look(names, arrived(f"{SIGNED}; {ALL}", results=results))[-1]

    assert (last.level, last.text) == (level, said)


def well(lookups: str, end: str = "-all") -> str:
    return (
        f"{DOMAIN} has one SPF record ending in {end}, {lookups}. That it names your relay is seen"
        " in a mail that arrived: Received-SPF or Authentication-Results say pass"
    )


@pytest.mark.parametrize(
    ("record", "level", "said"),
    [
        ("v=spf1 -all", Level.WELL, well("0 look-ups")),
        ("V=SPF1 MX ~ALL", Level.WELL, well("1 look-up", "~all")),
        ("v=spf1 " + "a:m.example " * 10 + "-all", Level.WELL, well("10 look-ups")),
        (
            "v=spf1 " + "a:m.example " * 11 + "-all",
            Level.BAD,
            (
                f"{DOMAIN}: the SPF record takes 11 look-ups, and receivers give up after 10: take out"
                " what no longer sends for you"
            ),
        ),
        ("v=spf1 include:two.example -all", Level.WELL, well("3 look-ups")),
        ("v=spf1 include:Two.Example. -all", Level.WELL, well("3 look-ups")),
        ("v=spf1 include:%{d}.example -all", Level.WELL, well("1 look-up")),
        ("v=spf1 include:double.example -all", Level.WELL, well("1 look-up")),
        (
            "v=spf1 redirect=Two.Example.",
            Level.WELL,
            well("3 look-ups", "redirect=Two.Example."),
        ),
        (
            "v=spf1",
            Level.NOTE,
            (
                f"{DOMAIN}: the SPF record says nothing of machines it does not name: end it in -all"
                " or ~all"
            ),
        ),
        (
            "v=spf1 all",
            Level.BAD,
            (
                f"{DOMAIN}: the SPF record ends in all and so lets everybody send: end it in -all or"
                " ~all"
            ),
        ),
        (
            "v=spf1 " + "x" * 70 + " -all",
            Level.BAD,
            (
                f"{DOMAIN}: the SPF record holds '{'x' * 60}', which SPF does not know, so receivers"
                " use none of it: correct it"
            ),
        ),
    ],
)
def test_record_of_senders_is_told_whole(
    names: NameServer, record: str, level: Level, said: str
) -> None:
    names.text("two.example", "v=spf1 mx a -all")
    names.text("double.example", "v=spf1 mx -all", "v=spf1 a -all")
    names.text(DOMAIN, record)

    assert told(names, "spf") == (level, said)
