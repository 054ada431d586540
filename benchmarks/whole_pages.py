"""A registry of made-up studies of realistic sizes, for ``benchmarks.whole_registry``.

    python -m benchmarks.whole_pages STUDIES

A process of its own, so that making studies counts to nobody's time: it prints its port. Half of
the studies have less than 12 kB, the mean is 17 kB, the largest have hundreds (lognormal, seeded).
``GET /release/2`` brings out a release in which every 101st study has another status.
"""

import asyncio
import json
import random
import sys
from functools import cache
from urllib.parse import parse_qs, urlsplit

SHAPES, SEED = 400, 7
MEDIAN, SIGMA = 11_500, 0.88
PAGE_SIZE = 1000
#: Nearly 1 %; prime, so that studies of every shape are among them.
CHANGED_EVERY = 101
FIRST = 99_000_001
_MARK = "@@NUMBER@@"


@cache
def shapes() -> tuple[tuple[bytes, bytes, bytes, bytes], ...]:
    """Return studies cut at their number, status and stamp."""
    chance = random.Random(SEED)
    words = [
        "".join(chance.choices("abcdefghilmnoprstuv", k=chance.randint(2, 11))) for _ in range(6000)
    ]
    return tuple(_cut(_study(chance, words)) for _ in range(SHAPES))


def _study(chance: random.Random, words: list[str]) -> str:
    size = min(int(chance.lognormvariate(0, SIGMA) * MEDIAN), 400_000)

    def text(length: int) -> str:
        said: list[str] = []
        while length > 0:
            said.append(chance.choice(words))
            length -= len(said[-1]) + 1
        return " ".join(said)

    rules = "\n".join(f"* {text(110)}" for _ in range(12))
    sites = [
        {"facility": text(30), "city": text(8), "country": text(8)} for _ in range(size // 500)
    ]
    protocol = {
        "identificationModule": {"nctId": _MARK, "briefTitle": text(70)},
        "statusModule": {"overallStatus": "@@STATUS@@", "statusVerifiedDate": "2026-02"},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": text(20), "class": "OTHER"}},
        "descriptionModule": {
            "briefSummary": text(500),
            "detailedDescription": text(max(0, size // 2 - 2500)),
        },
        "conditionsModule": {"conditions": [text(15)]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"]},
        "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": text(10)}]},
        "outcomesModule": {"primaryOutcomes": [{"measure": text(60), "timeFrame": "1 year"}]},
        "eligibilityModule": {
            "eligibilityCriteria": f"Inclusion Criteria:\n\n{rules}",
            "sex": "ALL",
        },
        "contactsLocationsModule": {"locations": sites},
    }
    derived = {"miscInfoModule": {"versionHolder": "@@STAMP@@"}}
    whole = {"protocolSection": protocol, "derivedSection": derived, "hasResults": False}
    return json.dumps(whole, separators=(",", ":"))


def _cut(text: str) -> tuple[bytes, bytes, bytes, bytes]:
    head, rest = text.split(_MARK)
    middle, rest = rest.split("@@STATUS@@")
    late, end = rest.split("@@STAMP@@")
    return head.encode(), middle.encode(), late.encode(), end.encode()


class Pages:
    """What is served now."""

    def __init__(self, studies: int) -> None:
        self.studies = studies
        self.release = 1

    def study(self, index: int) -> bytes:
        """Return one study as the release shows it."""
        head, middle, late, end = shapes()[index % SHAPES]
        changed = self.release > 1 and index % CHANGED_EVERY == 0
        status = b"SUSPENDED" if changed else b"RECRUITING"
        number = f"NCT{FIRST + index:08d}".encode()
        day = f"2026-03-{self.release:02d}".encode()
        return b"".join((head, number, middle, status, late, day, end))

    def answer(self, address: str) -> bytes:
        """Return the body for an address."""
        split = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(split.query).items()}
        if split.path.startswith("/release/"):
            self.release = int(split.path.rpartition("/")[2])
            return b"{}"
        if split.path.endswith("/version"):
            stamp = f"2026-03-{self.release:02d}T09:00:05"
            return json.dumps({"apiVersion": "2.0.5", "dataTimestamp": stamp}).encode()
        start = int(asked.get("pageToken", "0"))
        end = min(start + PAGE_SIZE, self.studies)
        studies = b",".join(map(self.study, range(start, end)))
        token = f',"nextPageToken":"{end}"' if end < self.studies else ""
        total = f',"totalCount":{self.studies}' if "countTotal" in asked else ""
        return b'{"studies":[' + studies + b"]" + f"{token}{total}}}".encode()


async def _serve(pages: Pages, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        while (await reader.readline()).strip():
            pass
        body = pages.answer(line.decode().split()[1])
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode())
        writer.write(body)
        await writer.drain()
    writer.close()


async def main() -> None:
    pages = Pages(int(sys.argv[1]))
    shapes()
    server = await asyncio.start_server(
        lambda reader, writer: _serve(pages, reader, writer), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
