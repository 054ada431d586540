"""Whose policy holds for mail, and which domains stand for one another."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from notifiers.standing.dns import DnsError, lookup_of
from notifiers.standing.examine import Sending, examine
from notifiers.standing.findings import Level
from tests.servers.dns import NameServer, name_server

DOMAIN = "alerts.example.org"
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.fixture
def names() -> Iterator[NameServer]:
    with name_server() as server:
        server.text(DOMAIN, "v=spf1 -all")
        yield server


def told(names: NameServer, check: str, **fields: object) -> tuple[Level, str]:
    envelope = str(fields.get("envelope", DOMAIN))
    sending = Sending(domain=DOMAIN, envelope=envelope, reads_bounces=check == "bounces")
    found = examine(sending, lookup_of(names.address), now=NOON)
    [one] = [one for one in found if one.check == check]
    return one.level, one.text


@pytest.mark.parametrize(
    ("envelope", "level"),
    [
        (DOMAIN, Level.WELL),
        ("example.org", Level.WELL),
        (f"back.{DOMAIN}", Level.WELL),
        ("other.example.org", Level.BAD),
        (f"x{DOMAIN}", Level.BAD),
        ("relay.example", Level.BAD),
    ],
)
def test_without_any_policy_a_domain_stands_for_those_right_above_and_below_it(
    names: NameServer, envelope: str, level: Level
) -> None:
    assert told(names, "alignment", envelope=envelope)[0] is level


def test_with_a_policy_everything_of_one_organisation_stands_for_the_rest(
    names: NameServer,
) -> None:
    names.text("_dmarc.example.org", "v=DMARC1; p=none; rua=mailto:d@example.org")

    assert told(names, "alignment", envelope="other.example.org") == (
        Level.WELL,
        f"the envelope's domain other.example.org stands for that of From, {DOMAIN}",
    )
    assert told(names, "alignment", envelope="relay.example")[0] is Level.BAD


@pytest.mark.parametrize(
    ("above", "own", "level", "said"),
    [
        (
            "v=DMARC1; p=reject; sp=None; rua=mailto:d@example.org",
            None,
            Level.WELL,
            "_dmarc.example.org says none, and reports go to mailto:d@example.org",
        ),
        (
            "v=DMARC1; p=Reject; rua=mailto:d@example.org",
            None,
            Level.WELL,
            "_dmarc.example.org says reject, and reports go to mailto:d@example.org",
        ),
        (
            "v=DMARC1; p=reject; rua=mailto:d@example.org",
            "v=DMARC1; p=quarantine; sp=reject; rua=mailto:" + "a" * 90,
            Level.WELL,
            f"_dmarc.{DOMAIN} says quarantine, and reports go to mailto:{'a' * 73}",
        ),
        (
            "v=DMARC1; p=reject",
            "v=DMARC1; rua=mailto:d@example.org",
            Level.BAD,
            (
                f"_dmarc.{DOMAIN} says p='', which receivers do not know: write none, quarantine or"
                " reject"
            ),
        ),
        (
            "v=DMARC1; p=reject",
            "v=DMARC1; p=" + "x" * 50,
            Level.BAD,
            (
                f"_dmarc.{DOMAIN} says p='{'x' * 40}', which receivers do not know: write none,"
                " quarantine or reject"
            ),
        ),
        (
            "v=DMARC1; p=reject",
            "v=DMARC1; p=none; p=reject",
            Level.NOTE,
            (
                f"_dmarc.{DOMAIN} says none, and names nobody for reports: add rua=mailto:..., or you"
                " never hear of mail that fails"
            ),
        ),
    ],
)
def test_policy_nearest_to_the_domain_holds(
    names: NameServer, above: str, own: str | None, level: Level, said: str
) -> None:
    names.text("_dmarc.example.org", above)
    if own is not None:
        names.text(f"_dmarc.{DOMAIN}", own)

    assert told(names, "dmarc") == (level, said)


def test_way_back_is_told_with_every_server_in_order(names: NameServer) -> None:
    names.has(DOMAIN, "MX", "20 second.example.org.", "10 mx.example.org.")

    assert told(names, "bounces") == (
        Level.WELL,
        f"mail to {DOMAIN} goes to mx.example.org, second.example.org",
    )


def test_domain_that_takes_no_mail_has_no_way_back(names: NameServer) -> None:
    names.has(DOMAIN, "MX", "0 .")

    assert told(names, "bounces") == (
        Level.BAD,
        f"{DOMAIN} has no MX record, so no mail comes back: let it lead to your mail server",
    )


@pytest.mark.parametrize("server", ["192.0.2.53", "192.0.2.53:5353", "::1", "[::1]", "[::1]:5353"])
def test_name_server_is_taken_with_and_without_a_port(server: str) -> None:
    assert callable(lookup_of(server))


@pytest.mark.parametrize("server", ["localhost", "[::1]:x", "127.0.0.1:x", "n" * 70])
def test_name_server_that_is_no_number_is_refused(server: str) -> None:
    with pytest.raises(ValueError, match="--dns") as error:
        lookup_of(server)

    assert str(error.value) == (
        f"--dns: read {server[:60]!r}; write a numeric address: 192.0.2.53, or 127.0.0.1:5353"
    )


def test_name_without_records_of_a_kind_has_none_of_them(names: NameServer) -> None:
    lookup = lookup_of(names.address)

    assert lookup(DOMAIN, "MX") == ()
    assert lookup("nobody.example", "MX") == ()
    assert lookup(DOMAIN, "TXT") == ("v=spf1 -all",)


def test_name_server_that_fails_is_told_with_the_name_it_was_asked(names: NameServer) -> None:
    names.broken.add("broken.example")

    with pytest.raises(DnsError) as error:
        lookup_of(names.address)("broken.example", "TXT")

    assert str(error.value) == (
        "No name server answered for broken.example (NoNameservers), so nothing is known of it: try"
        " again later, or name another with --dns"
    )
