"""What is used of a discovery document, and what is not."""

import pytest

from monitor.accounts.discovery import ASYMMETRIC, Metadata, document_of, is_safe, read_metadata
from monitor.domain.errors import InstitutionDownError

ISSUER = "https://login.example.org/realms/staff"
DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": "https://login.example.org/authorize?realm=staff",
    "token_endpoint": "https://login.example.org/token",
    "jwks_uri": "https://login.example.org/keys",
}


def test_what_a_document_leaves_out_is_as_the_specification_says() -> None:
    read = read_metadata(DOCUMENT, ISSUER)

    assert (read.algorithms, read.basic, read.names_itself) == (("RS256",), True, False)
    assert read.userinfo == ""


def test_document_lies_below_the_issuer() -> None:
    assert document_of(ISSUER) == f"{ISSUER}/.well-known/openid-configuration"
    assert document_of(f"{ISSUER}/") == f"{ISSUER}/.well-known/openid-configuration"


@pytest.mark.parametrize("said", [f"{ISSUER}/", ISSUER.upper(), "", None, 7, [ISSUER]])
def test_document_of_another_issuer_is_refused(said: object) -> None:
    with pytest.raises(InstitutionDownError, match="of another issuer"):
        read_metadata({**DOCUMENT, "issuer": said}, ISSUER)


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
@pytest.mark.parametrize(
    "address",
    [
        *("http://login.example.org/x", "ftp://login.example.org", "https://", "//login.example"),
        *("https://a@login.example.org/", "https://login.example.org/#x", "javascript:alert(1)"),
        *(7, ["https://login.example.org"], "https://login.example.org/\nSet-Cookie: a=b", ""),
        *("http://127.0.0.1/token", "http://localhost:8080/token", "https://[", "https://a:b/"),
        *(
            "https://login.example.org/ x",
            "https://ex\u00e4mple.org/",
            "https://x.org/" + "a" * 2000,
        ),
    ],
)
def test_document_that_leads_where_secrets_are_not_sent_is_refused(
    name: str, address: object
) -> None:
    with pytest.raises(InstitutionDownError, match=name):
        read_metadata({**DOCUMENT, name: address}, ISSUER)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_document_without_an_address_that_is_needed_is_refused(name: str) -> None:
    rest = {key: value for key, value in DOCUMENT.items() if key != name}
    with pytest.raises(InstitutionDownError, match=name):
        read_metadata(rest, ISSUER)


@pytest.mark.parametrize("said", [["none"], ["HS256", "HS512"], ["ES256K"], [7]])
def test_issuer_that_signs_in_no_way_we_take_is_refused(said: list[object]) -> None:
    with pytest.raises(InstitutionDownError, match="it signs with none of"):
        read_metadata({**DOCUMENT, "id_token_signing_alg_values_supported": said}, ISSUER)


def test_ways_of_signing_are_asymmetric_alone() -> None:
    said = ["none", "HS256", "HS384", "HS512", *ASYMMETRIC]
    read = read_metadata({**DOCUMENT, "id_token_signing_alg_values_supported": said}, ISSUER)

    assert read.algorithms == ASYMMETRIC
    assert not [name for name in ASYMMETRIC if name.startswith("HS") or name.lower() == "none"]


@pytest.mark.parametrize("said", [["private_key_jwt"], ["none"], [7]])
def test_issuer_that_takes_no_secret_is_refused(said: list[object]) -> None:
    with pytest.raises(InstitutionDownError, match="it takes neither"):
        read_metadata({**DOCUMENT, "token_endpoint_auth_methods_supported": said}, ISSUER)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://login.example.org", True),
        ("http://127.0.0.1:8081", True),
        ("http://[::1]:8081/x", True),
        ("http://login.example.org", False),
        ("http://127.0.0.1.evil.example", False),
    ],
)
def test_plain_http_will_do_on_this_machine_alone(address: str, *, safe: bool) -> None:
    assert is_safe(address) is safe
    assert is_safe(address, here_too=False) is address.startswith("https://")


def refusal(**said: object) -> str:
    with pytest.raises(InstitutionDownError) as refused:
        read_metadata({**DOCUMENT, **said}, ISSUER)
    return str(refused.value)


def test_operator_reads_what_is_wrong_with_a_document() -> None:
    shared = refusal(id_token_signing_alg_values_supported=["HS256"])

    assert refusal(issuer="x") == "the discovery document is of another issuer"
    assert refusal(jwks_uri="") == "its jwks_uri is missing, or is no https address"
    assert shared == (
        "it signs with none of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512,"
        " Ed25519"
    )
    assert refusal(token_endpoint_auth_methods_supported=["none"]) == (
        "it takes neither client_secret_basic nor client_secret_post"
    )


def test_all_that_is_used_of_a_document_is_read() -> None:
    said = {
        "userinfo_endpoint": "https://login.example.org/me",
        "id_token_signing_alg_values_supported": ["ES256", "none", "RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "authorization_response_iss_parameter_supported": True,
    }

    assert read_metadata({**DOCUMENT, **said}, ISSUER) == Metadata(
        issuer=ISSUER,
        authorization="https://login.example.org/authorize?realm=staff",
        token="https://login.example.org/token",
        keys="https://login.example.org/keys",
        userinfo="https://login.example.org/me",
        algorithms=("RS256", "ES256"),
        basic=False,
        names_itself=True,
    )


@pytest.mark.parametrize(
    ("said", "basic"),
    [
        (["client_secret_basic"], True),
        (["client_secret_post", "client_secret_basic"], True),
        (["client_secret_post"], False),
        ([], True),
        ("client_secret_post", True),
    ],
)
def test_secret_goes_into_the_header_where_that_is_taken(said: object, *, basic: bool) -> None:
    read = read_metadata({**DOCUMENT, "token_endpoint_auth_methods_supported": said}, ISSUER)

    assert read.basic is basic


@pytest.mark.parametrize("said", [False, "true", 1, None])
def test_issuer_names_itself_only_where_it_says_so_plainly(said: object) -> None:
    document = {**DOCUMENT, "authorization_response_iss_parameter_supported": said}

    assert read_metadata(document, ISSUER).names_itself is False


def test_longest_address_is_used_and_a_longer_one_is_not() -> None:
    longest = "https://login.example.org/".ljust(2000, "a")

    assert is_safe(longest)
    assert not is_safe(f"{longest}a")


def test_issuer_of_this_machine_may_lead_to_this_machine() -> None:
    here = "http://127.0.0.1:8081"
    document = dict.fromkeys(DOCUMENT, f"{here}/x") | {"issuer": here}

    assert read_metadata(document, here).token == f"{here}/x"
