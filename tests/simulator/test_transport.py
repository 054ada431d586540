"""Headers, tags, packing, and who gets past the edge."""

import httpx
import pytest

from simulator.made import open_stories
from simulator.serve import Running, running
from simulator.settings import Settings


async def test_every_answer_of_a_release_carries_the_same_tag(client: httpx.AsyncClient) -> None:
    paths = (
        "/version",
        "/studies",
        "/studies/NCT99000001",
        "/studies/enums",
        "/studies/NCT12345678",
    )

    tags = {(await client.get(path)).headers["etag"] for path in paths}

    assert len(tags) == 1


async def test_the_known_tag_costs_no_body(client: httpx.AsyncClient) -> None:
    etag = (await client.get("/version")).headers["etag"]

    for path in ("/version", "/studies"):
        answer = await client.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == etag


async def test_a_release_changes_the_tag(client: httpx.AsyncClient, registry: Running) -> None:
    etag = (await client.get("/version")).headers["etag"]
    registry.publish_next()

    answer = await client.get("/version", headers={"If-None-Match": etag})

    assert answer.status_code == 200
    assert answer.headers["etag"] != etag


async def test_a_tag_never_hides_an_error(client: httpx.AsyncClient) -> None:
    etag = (await client.get("/version")).headers["etag"]

    answer = await client.get("/studies/NCT12345678", headers={"If-None-Match": etag})

    assert answer.status_code == 404


async def test_no_header_helps_to_cache_or_to_pace(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/studies")).headers

    for absent in ("cache-control", "last-modified", "retry-after", "x-ratelimit-limit"):
        assert absent not in headers


async def test_packing_follows_accept_encoding(client: httpx.AsyncClient) -> None:
    packed = await client.get("/studies")
    plain = await client.get("/studies", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content)


@pytest.mark.parametrize("agent", ["trialwatch/1.0", "curl/8.5.0", "Mozilla/5.0", ""])
async def test_other_user_agents_are_forbidden(client: httpx.AsyncClient, agent: str) -> None:
    answer = await client.get("/version", headers={"User-Agent": agent})

    assert answer.status_code == 403
    assert len(answer.content) == 134
    assert answer.headers["content-type"].startswith("text/html")


async def test_an_own_name_beside_the_library_is_let_in(client: httpx.AsyncClient) -> None:
    agent = "trialwatch/1.0 (+mailto:ops@example.org) python-httpx/0.28.1"

    assert (await client.get("/version", headers={"User-Agent": agent})).status_code == 200


async def test_a_url_over_the_limit_is_refused() -> None:
    settings = Settings(url_limit=200)
    async with (
        running(open_stories(), settings=settings) as registry,
        httpx.AsyncClient(base_url=registry.url) as client,
    ):
        short = await client.get("/studies?filter.ids=" + ",".join(["NCT99000001"] * 10))
        long = await client.get("/studies?filter.ids=" + ",".join(["NCT99000001"] * 20))

    assert short.status_code == 200
    assert long.status_code == 414


async def test_a_hundred_ids_fit_and_a_thousand_do_not(client: httpx.AsyncClient) -> None:
    ids = [f"NCT{99000001 + number}" for number in range(1000)]

    assert (await client.get("/studies", params={"filter.ids": ",".join(ids[:100])})).is_success
    assert (await client.get("/studies", params={"filter.ids": ",".join(ids)})).status_code == 414


async def test_only_reading_is_allowed(client: httpx.AsyncClient) -> None:
    assert (await client.post("/studies")).status_code == 405


async def test_each_study_has_a_line_of_its_own(client: httpx.AsyncClient) -> None:
    lines = (await client.get("/studies", params={"pageSize": "4"})).text.split("\n")

    assert len([line for line in lines if line.startswith('{"protocolSection"')]) == 4
