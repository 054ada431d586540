"""An issuer as it is asked: how long its answers are kept, and what is sent for a code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.accounts.idtoken import Claims
from monitor.accounts.issuer import KEPT, KEYS_AGAIN, PAUSE, Issuer, Kept
from monitor.domain.errors import InstitutionDownError, ProofRefusedError, UnknownKeyError
from monitor.domain.institutions import Institution
from monitor.domain.signing import Token
from tests.builders import NOON
from tests.servers.issuer import IssuerServer, ec_key

MOMENT = timedelta(microseconds=1)
OURS = Institution(
    issuer="https://login.example.org", client="trialwatch", secret="s3cret", label="Example"
)
DOCUMENT = {
    "issuer": OURS.issuer,
    "authorization_endpoint": f"{OURS.issuer}/authorize",
    "token_endpoint": f"{OURS.issuer}/token",
    "jwks_uri": f"{OURS.issuer}/keys",
    "userinfo_endpoint": f"{OURS.issuer}/me",
    "id_token_signing_alg_values_supported": ["ES256"],
}


@dataclass
class FakeRoad:
    """Plays ``IssuerRoad``: says what it is told to, and keeps what was asked."""

    server: IssuerServer = field(
        default_factory=lambda: IssuerServer(key=ec_key("first"), algorithm="ES256")
    )
    document: dict[str, object] = field(default_factory=lambda: dict(DOCUMENT))
    me: dict[str, object] = field(default_factory=lambda: {"sub": "ada-17"})
    claims: dict[str, object] = field(default_factory=dict)
    access_token: object = "at-1"
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: list[tuple[dict[str, str], tuple[str, str] | None]] = field(default_factory=list)

    async def get(self, url: str, *, bearer: str = "") -> Mapping[str, Any]:
        self.asked.append((url.removeprefix(OURS.issuer), bearer))
        answers: dict[str, Mapping[str, Any]] = {
            f"{OURS.issuer}/.well-known/openid-configuration": self.document,
            f"{OURS.issuer}/keys": {"keys": [ec_key("first").as_dict(private=False)]},
            f"{OURS.issuer}/me": self.me,
        }
        return answers[url]

    async def post(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> Mapping[str, Any]:
        assert url == f"{OURS.issuer}/token"
        self.sent.append((dict(form), basic))
        usual = {
            "iss": OURS.issuer,
            "aud": OURS.client,
            "sub": "ada-17",
            "iat": int(NOON.timestamp()),
            "exp": int(NOON.timestamp()) + 300,
            "nonce": "nonce-1",
        }
        return {
            "id_token": self.server.sign(usual | self.claims),
            "access_token": self.access_token,
        }


async def claims(road: FakeRoad, issuer: Issuer | None = None, now: datetime = NOON) -> Claims:
    return await (issuer or Issuer(OURS, road)).claims(
        "code-1",
        verifier="verifier-1",
        nonce=Token("nonce-1").digest,
        comes_back="https://watch.example/back",
        now=now,
    )


CODE = {
    "grant_type": "authorization_code",
    "code": "code-1",
    "redirect_uri": "https://watch.example/back",
    "code_verifier": "verifier-1",
}


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("client_secret_basic", (CODE, ("trialwatch", "s3cret"))),
        (
            "client_secret_post",
            (CODE | {"client_id": "trialwatch", "client_secret": "s3cret"}, None),
        ),
    ],
)
async def test_code_is_exchanged_with_our_secret_where_the_issuer_wants_it(
    method: str, sent: tuple[dict[str, str], tuple[str, str] | None]
) -> None:
    road = FakeRoad()
    road.document["token_endpoint_auth_methods_supported"] = [method]

    await claims(road)

    assert road.sent == [sent]


async def test_address_in_the_token_is_asked_for_no_further() -> None:
    road = FakeRoad(claims={"email": "ada@example.org", "email_verified": True})

    assert await claims(road) == Claims(subject="ada-17", verified_email="ada@example.org")
    assert [path for path, _ in road.asked] == ["/.well-known/openid-configuration", "/keys"]


async def test_address_is_asked_for_with_the_token_that_came_along() -> None:
    road = FakeRoad(me={"sub": "ada-17", "email": "ada@example.org", "email_verified": True})

    assert await claims(road) == Claims(subject="ada-17", verified_email="ada@example.org")
    assert road.asked[-1] == ("/me", "at-1")


@pytest.mark.parametrize("token", [None, 7, "a b", "a\nb", "\u00e4"])
async def test_token_that_cannot_stand_in_a_header_is_sent_nowhere(token: object) -> None:
    road = FakeRoad(access_token=token)

    assert await claims(road) == Claims(subject="ada-17")
    assert ("/me", token) not in road.asked
    assert len(road.asked) == 2


async def test_issuer_that_says_nothing_further_is_not_asked() -> None:
    road = FakeRoad()
    del road.document["userinfo_endpoint"]

    assert await claims(road) == Claims(subject="ada-17")
    assert len(road.asked) == 2


async def test_what_is_said_of_somebody_else_is_refused() -> None:
    road = FakeRoad(me={"sub": "eve", "email": "ada@example.org", "email_verified": True})

    with pytest.raises(ProofRefusedError) as refused:
        await claims(road)

    assert str(refused.value) == "what is said of somebody is of somebody else"


@pytest.mark.parametrize(("after", "times"), [(KEYS_AGAIN - MOMENT, 1), (KEYS_AGAIN, 2)])
async def test_keys_are_asked_for_once_more_where_one_is_not_known(
    after: timedelta, times: int
) -> None:
    road = FakeRoad()
    issuer = Issuer(OURS, road)
    await claims(road, issuer)
    road.server.key = ec_key("second")

    with pytest.raises(UnknownKeyError):
        await claims(road, issuer, NOON + after)

    assert [path for path, _ in road.asked].count("/keys") == times


@dataclass
class Source:
    """Counts, and fails where it is told to."""

    count: int = 0
    fails: bool = False

    async def fetch(self, now: datetime) -> str:
        del now
        self.count += 1
        if self.fails:
            raise InstitutionDownError(f"down {self.count}")
        return f"answer {self.count}"


async def test_answer_is_kept_for_an_hour() -> None:
    kept = Kept(Source().fetch)

    answers = [await kept.get(NOON + after) for after in (timedelta(0), KEPT - MOMENT, KEPT)]

    assert timedelta(hours=1) == KEPT
    assert answers == ["answer 1", "answer 1", "answer 2"]


async def test_fresher_answer_is_asked_for_where_one_is_wanted() -> None:
    kept = Kept(Source().fetch)
    await kept.get(NOON)

    again = await kept.get(NOON + KEYS_AGAIN, no_older=KEYS_AGAIN)

    assert (again, await kept.get(NOON + KEYS_AGAIN)) == ("answer 2", "answer 2")


async def test_issuer_that_is_down_is_left_alone_a_while_and_says_the_same() -> None:
    source = Source(fails=True)
    kept, said = Kept(source.fetch), []

    for after in (timedelta(0), PAUSE - MOMENT, PAUSE):
        with pytest.raises(InstitutionDownError) as down:
            await kept.get(NOON + after)
        said.append(str(down.value))
    source.fails = False

    assert timedelta(seconds=15) == PAUSE
    assert said == ["down 1", "down 1", "down 2"]
    assert await kept.get(NOON + PAUSE * 2) == "answer 3"
    assert await kept.get(NOON + PAUSE * 2 + MOMENT) == "answer 3"
