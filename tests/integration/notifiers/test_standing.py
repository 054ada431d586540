"""How a mail domain stands, against a name server that says what it is told to."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifiers.standing.dns import DnsError, lookup_of
from notifiers.standing.examine import Sending, examine
from notifiers.standing.findings import Finding, Level
from tests.servers.dns import NameServer, name_server
from trialwatch.cli.context import UsageError
from trialwatch.cli.health import Part, doctor

#: What an operator is told, as it was reviewed. After a change that is wanted:
#: ``python -m tests.integration.notifiers.test_standing`` writes it anew.
WORDS = Path(__file__).with_name("standing.txt")
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
DOMAIN = "alerts.example.org"
SENDING = Sending(domain=DOMAIN, envelope=DOMAIN, selector="s1")


def rsa_key(bits: int) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


@pytest.fixture(scope="module")
def key() -> str:
    return rsa_key(2048)


@pytest.fixture
def names(key: str) -> Iterator[NameServer]:
    """A domain with which all is well."""
    with name_server() as server:
        server.text(DOMAIN, "v=spf1 include:relay.example -all", "other text")
        server.text("relay.example", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all")
        server.text(f"_dmarc.{DOMAIN}", f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}")
        server.text(f"s1._domainkey.{DOMAIN}", f"v=DKIM1; k=rsa; p={key}")
        yield server


def look(names: NameServer, sending: Sending = SENDING) -> tuple[Finding, ...]:
    return examine(sending, lookup_of(names.address), now=NOW)


def of(found: tuple[Finding, ...], check: str) -> Finding:
    return next(one for one in found if one.check == check)


def test_domain_with_which_all_is_well(names: NameServer) -> None:
    found = look(names)

    assert [(one.check, one.level) for one in found] == [
        ("spf", Level.WELL),
        ("dmarc", Level.WELL),
        ("alignment", Level.WELL),
        ("dkim", Level.WELL),
    ]
    key = f"s1._domainkey.{DOMAIN} holds an RSA key of 2048 bits"
    assert of(found, "dkim").text == key


@pytest.mark.parametrize(
    ("texts", "level", "says"),
    [
        (
            [],
            Level.BAD,
            f'what to put there; it looks like `{DOMAIN}. TXT "v=spf1 include:relay.example -all"`',
        ),
        (["v=spf10 -all"], Level.BAD, "no SPF record"),
        (["v=spf1 -all", "v=spf1 ~all"], Level.BAD, "2 SPF records"),
        (["v=spf1 ipv4:192.0.2.1 -all"], Level.BAD, "'ipv4:192.0.2.1'"),
        (["v=spf1 +all"], Level.BAD, "lets everybody send"),
        (["v=spf1 all"], Level.BAD, "lets everybody send"),
        (["v=spf1 ip4:192.0.2.1"], Level.NOTE, "says nothing of machines"),
        (["v=spf1 mx ?all"], Level.NOTE, "says nothing of machines"),
        (["v=spf1 a mx ptr exists:%{i}.x.example ~all"], Level.WELL, "4 look-ups"),
        (["v=spf1 redirect=relay.example"], Level.WELL, "1 look-up."),
        (["v=spf1 " + "mx:a.example " * 11 + "-all"], Level.BAD, "11 look-ups"),
        (["v=spf1 include:loop.example -all"], Level.WELL, "2 look-ups"),
    ],
)
def test_spf_is_read(names: NameServer, texts: list[str], level: Level, says: str) -> None:
    names.text("loop.example", "v=spf1 include:loop.example -all")
    names.text(DOMAIN, *texts)

    found = of(look(names), "spf")

    assert (found.level, says in found.text) == (level, True), found


@pytest.mark.parametrize(
    ("texts", "level", "says"),
    [
        ([], Level.BAD, "no DMARC record"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], Level.BAD, "2 DMARC records"),
        (["v=DMARC1; p=perhaps; rua=mailto:a@b.example"], Level.BAD, "p='perhaps'"),
        (
            ["v=DMARC1; p=reject"],
            Level.NOTE,
            " says reject, and names nobody for reports: add rua=",
        ),
        (["v = DMARC1; p = quarantine ; rua=mailto:a@b.example"], Level.WELL, "quarantine"),
    ],
)
def test_dmarc_is_read(names: NameServer, texts: list[str], level: Level, says: str) -> None:
    names.text(f"_dmarc.{DOMAIN}", *texts)

    found = of(look(names), "dmarc")

    assert (found.level, says in found.text) == (level, True), found


def test_dmarc_of_the_organisation_holds_for_what_is_below(names: NameServer) -> None:
    del names.records[f"_dmarc.{DOMAIN}", "TXT"]
    names.text("_dmarc.example.org", "v=DMARC1; p=reject; sp=none; rua=mailto:d@example.org")

    assert of(look(names), "dmarc").text.startswith("_dmarc.example.org says none")


@pytest.mark.parametrize(
    ("envelope", "strict", "level"),
    [
        ("bounce.example.org", False, Level.WELL),
        ("bounce.example.org", True, Level.BAD),
        ("relay.example", False, Level.BAD),
    ],
)
def test_envelope_has_to_stand_for_the_sender(
    names: NameServer, envelope: str, level: Level, *, strict: bool
) -> None:
    mode = "; aspf=s" if strict else ""
    names.text("_dmarc.example.org", f"v=DMARC1; p=none; rua=mailto:d@example.org{mode}")
    names.text(f"_dmarc.{DOMAIN}", f"v=DMARC1; p=none; rua=mailto:d@example.org{mode}")

    found = look(names, Sending(domain=DOMAIN, envelope=envelope))

    told = of(found, "alignment")
    assert told.level is level
    assert DOMAIN in told.text
    assert envelope in told.text
    if level is Level.BAD:
        why = "must be the very same (aspf=s)" if strict else "belongs to another organisation"
        assert told.text == (
            f"mail says it comes from {DOMAIN}, and its envelope says {envelope}, which {why}: SPF"
            " then proves nothing. Take the same domain in TRIALWATCH_MAIL_FROM and"
            " TRIALWATCH_BOUNCE_ADDRESS"
        )
    assert of(found, "dkim").level is Level.NOTE


def test_keys_are_measured(names: NameServer, key: str) -> None:
    ed = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    cases = {
        f"p={rsa_key(1024)}": (Level.NOTE, "1024 bits"),
        f"k=rsa; t=y; p={key}": (Level.NOTE, "marked as a test"),
        f"k=ed25519; p={base64.b64encode(ed).decode()}": (Level.NOTE, "ed25519"),
        "p=": (Level.BAD, ": the key was revoked (p= is empty): sign with another selector"),
        "p=AAAA": (Level.BAD, ": the key cannot be read as rsa: publish it again"),
        "p=!!": (Level.BAD, "cannot be read"),
        f"p={key[:100]}": (Level.BAD, "cannot be read"),
        "nothing": (Level.BAD, "holds no DKIM key"),
    }
    for text, (level, says) in cases.items():
        names.text(f"s1._domainkey.{DOMAIN}", text)
        found = of(look(names), "dkim")
        assert (found.level, says in found.text) == (level, True), (text, found)


def a_mail(signature: str, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Trial alerts <alerts@{DOMAIN}>"
    mail["List-Unsubscribe"] = "<https://watch.example.org/u/x>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if signature:
        mail["DKIM-Signature"] = signature
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content("Hello")
    return mail.as_bytes()


ALL = "from:to:subject:list-unsubscribe:list-unsubscribe-post"


@pytest.mark.parametrize(
    ("signature", "level", "says"),
    [
        (f"v=1; a=rsa-sha256; d={DOMAIN}; s=s1; h={ALL}", Level.WELL, "covers From and both"),
        (f"v=1; a=rsa-sha256; d=example.org; s=s1; h={ALL.upper()}", Level.WELL, "covers From"),
        (f"v=1; a=rsa-sha256; d={DOMAIN}; s=s1; h=from:list-unsubscribe", Level.BAD, "-post"),
        (f"v=1; a=rsa-sha1; d={DOMAIN}; s=s1; h={ALL}", Level.BAD, "SHA-1"),
        (f"v=1; a=rsa-sha256; d={DOMAIN}; s=s1; h={ALL}; l=5", Level.NOTE, "only part"),
        (f"v=1; a=rsa-sha256; d={DOMAIN}; s=s1; h={ALL}; x=1", Level.NOTE, "expired"),
        (f"v=1; a=rsa-sha256; d=relay.example; s=r; h={ALL}", Level.BAD, "No DKIM signature"),
        ("", Level.BAD, "No DKIM signature"),
    ],
)
def test_signature_has_to_cover_the_unsubscribe_headers(
    names: NameServer, key: str, signature: str, level: Level, says: str
) -> None:
    for name in ("s1._domainkey.example.org", "r._domainkey.relay.example"):
        names.text(name, f"p={key}")
    names.text("_dmarc.example.org", "v=DMARC1; p=none; rua=mailto:d@example.org")
    sending = Sending(domain=DOMAIN, envelope=DOMAIN, message=a_mail(signature))

    found = [one for one in look(names, sending) if says in one.text]

    assert [one.level for one in found] == [level]


@pytest.mark.parametrize(
    ("results", "level", "says"),
    [
        ("", Level.NOTE, "not known"),
        ("mx.example; dkim=pass header.d=x; spf=pass; dmarc=pass", Level.WELL, "dkim, dmarc, spf"),
        ("mx.example; dkim=fail (body changed); spf=pass", Level.BAD, "dkim=fail"),
    ],
)
def test_what_the_receiver_found_is_told(
    names: NameServer, results: str, level: Level, says: str
) -> None:
    headers = {"Authentication_Results": results} if results else {}
    mail = a_mail(f"v=1; a=rsa-sha256; d={DOMAIN}; s=s1; h={ALL}", **headers)

    last = look(names, Sending(domain=DOMAIN, envelope=DOMAIN, message=mail))[-1]

    assert (last.level, says in last.text) == (level, True), last


def test_message_of_somebody_else_is_not_judged(names: NameServer) -> None:
    mail = b"From: eve@elsewhere.example\r\n\r\nHello"

    last = look(names, Sending(domain=DOMAIN, envelope=DOMAIN, message=mail))[-1]

    assert last.level is Level.BAD
    assert "give a mail that trialwatch sent" in last.text


def test_mail_has_a_way_back(names: NameServer) -> None:
    sending = Sending(domain=DOMAIN, envelope=DOMAIN, reads_bounces=True)
    without = look(names, sending)[-1]
    names.has(DOMAIN, "MX", "10 mx.example.org.")

    assert (without.check, without.level) == ("bounces", Level.BAD)
    assert "mx.example.org" in look(names, sending)[-1].text


def test_name_servers_that_fail_prove_nothing(names: NameServer) -> None:
    names.broken.add(DOMAIN)

    found = of(look(names), "spf")

    assert found.level is Level.BAD
    assert "nothing is known" in found.text
    assert of(look(names), "dmarc").level is Level.WELL


def test_each_check_whose_name_servers_fail_is_bad_by_its_own_name(names: NameServer) -> None:
    names.broken |= {DOMAIN, f"_dmarc.{DOMAIN}", f"s1._domainkey.{DOMAIN}"}

    found = look(names, Sending(domain=DOMAIN, envelope=DOMAIN, selector="s1", reads_bounces=True))

    bad = {one.check for one in found if one.level is Level.BAD}
    assert bad == {"spf", "dmarc", "dkim", "bounces"}


def test_alias_is_followed(names: NameServer, key: str) -> None:
    names.has(f"s2._domainkey.{DOMAIN}", "CNAME", "keys.relay.example.")
    names.text("keys.relay.example", f"p={key}")

    found = look(names, Sending(domain=DOMAIN, envelope=DOMAIN, selector="s2"))

    assert of(found, "dkim").level is Level.WELL


_SPF: tuple[list[str], ...] = (
    ["v=spf1 include:relay.example -all"],
    ["v=spf1 +all"],
    ["v=spf1 ip4:192.0.2.1"],
    ["v=spf1 -all", "v=spf1 ~all"],
    ["v=spf1 ipv4:192.0.2.1 -all"],
    ["v=spf1 include:loop.example -all"],
    [],
)
_DMARC: tuple[list[str], ...] = (
    ["v=DMARC1; p=reject"],
    ["v=DMARC1; p=quarantine; rua=mailto:a@b.example,mailto:c@d.example"],
    ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
    ["v=DMARC1; p=perhaps"],
    [],
)
_KEYS = ("k=rsa; t=y; p=", "p=AAAA", "nothing", "p=")
_SIGNED = f"v=1; a=rsa-sha256; d={DOMAIN}; s=s1; h={ALL}"
_PASSED = "mx.example; dkim=pass header.d=x; spf=pass; dmarc=pass"


def told(names: NameServer, key: str) -> Iterator[str]:
    """Yield what is told of domains and mails with everything that can be wrong."""
    names.text("loop.example", "v=spf1 include:loop.example -all")
    for texts in _SPF:
        names.text(DOMAIN, *texts)
        yield of(look(names), "spf").text
    for texts in _DMARC:
        names.text(f"_dmarc.{DOMAIN}", *texts)
        yield of(look(names), "dmarc").text
    for text in _KEYS:
        names.text(f"s1._domainkey.{DOMAIN}", text + key * ("t=y" in text))
        yield of(look(names), "dkim").text
    one_click = {"List_Unsubscribe_Post": "List-Unsubscribe=Perhaps"}
    for signature, headers in (
        (_SIGNED, {"Authentication_Results": _PASSED}),
        (f"{_SIGNED}; l=5; x=1", {"Authentication_Results": "mx.example; dkim=fail"}),
        (f"v=1; a=rsa-sha1; d={DOMAIN}; s=s1; h=from", {}),
        ("", one_click),
    ):
        mail = a_mail(signature, **headers)
        yield from (
            one.text
            for one in look(names, Sending(domain=DOMAIN, envelope=DOMAIN, message=mail))[2:]
        )
    yield look(names, Sending(domain=DOMAIN, envelope=DOMAIN))[-1].text
    for exchange in ((), ("10 mx.example.org.", "20 second.example.org.")):
        names.has(DOMAIN, "MX", *exchange)
        sending = Sending(domain=DOMAIN, envelope=DOMAIN, reads_bounces=True)
        yield look(names, sending)[-1].text


def test_what_is_told_is_what_was_reviewed(names: NameServer, key: str) -> None:
    assert "".join(f"{text}\n" for text in told(names, key)) == WORDS.read_text()


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1:x", "::1:x", "a:53"])
def test_name_server_is_a_numeric_address(server: str) -> None:
    with pytest.raises(ValueError, match="--dns"):
        lookup_of(server)


def test_name_that_does_not_exist_has_no_records(names: NameServer) -> None:
    assert lookup_of(names.address)("nobody.example", "TXT") == ()
    names.broken.add("broken.example")
    with pytest.raises(DnsError, match=r"broken\.example"):
        lookup_of(names.address)("broken.example", "TXT")


def test_command_tells_all_of_it_and_ends_by_it(
    names: NameServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIALWATCH_SMTP_URL", "smtp://127.0.0.1:25?starttls=never")
    monkeypatch.setenv("TRIALWATCH_MAIL_FROM", f"alerts@{DOMAIN}")
    doctor(Part.MAIL, dns=names.address, selector="s1", as_json=True)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["level"] for line in lines] == ["well"] * 4
    with pytest.raises(UsageError, match="doctor mail"):
        doctor(dns=names.address)


if __name__ == "__main__":
    with name_server() as server:
        made = rsa_key(2048)
        server.text(f"s1._domainkey.{DOMAIN}", f"p={made}")
        server.text("relay.example", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all")
        server.text(f"_dmarc.{DOMAIN}", f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}")
        WORDS.write_text("".join(f"{text}\n" for text in told(server, made)))
