"""What it costs to take pages of studies apart, beside a bare msgspec split of the same bytes.

    python benchmarks/registry.py [FOLDER OF REAL RECORDS]

Pages of 100 studies as ``/studies`` gives them. The baseline decodes each page into a list of
``msgspec.Raw`` and does nothing else. Ours also copies each study out of the page, finds its
number and matches it with the numbers asked for. Medians of alternating rounds in one process.
"""

import gc
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from monitor.domain.trial import NctId
from monitor.registry.batches import sort_out
from monitor.registry.pages import number_of, split_page

STUDIES, PAGE, ROUNDS = 1000, 100, 31


class _Bare(msgspec.Struct):
    studies: list[msgspec.Raw]


_BARE = msgspec.json.Decoder(_Bare)


def real_studies(folder: Path) -> list[bytes]:
    files = sorted((folder / "records").glob("*.json"))
    raws = [file.read_bytes().strip() for file in files]
    return [raws[number % len(raws)] for number in range(STUDIES)] if raws else []


def made_studies() -> list[bytes]:
    """Return studies of about the size that real ones have on average."""
    return [json.dumps(made_study(number)).encode() for number in range(STUDIES)]


def made_study(number: int) -> dict[str, Any]:
    sites = [{"facility": f"Hall {one}", "city": "Nowhere", "zip": "00000"} for one in range(60)]
    protocol = {
        "identificationModule": {"nctId": f"NCT99{number:06d}", "briefTitle": "Robots"},
        "descriptionModule": {"detailedDescription": "A robot that does not sleep. " * 300},
        "contactsLocationsModule": {"locations": sites},
    }
    return {"protocolSection": protocol, "hasResults": False}


def pages_of(studies: list[bytes]) -> list[tuple[list[NctId], bytes]]:
    chunks = [studies[start : start + PAGE] for start in range(0, len(studies), PAGE)]
    return [
        ([NctId(number_of(raw)) for raw in chunk], b'{"studies":[' + b",".join(chunk) + b"]}")
        for chunk in chunks
    ]


def bare(pages: list[tuple[list[NctId], bytes]]) -> int:
    return sum(len(_BARE.decode(body).studies) for _, body in pages)


def split_alone(pages: list[tuple[list[NctId], bytes]]) -> int:
    return sum(len(split_page(body).studies) for _, body in pages)


def ours(pages: list[tuple[list[NctId], bytes]]) -> int:
    return sum(len(sort_out(asked, split_page(body).studies).studies) for asked, body in pages)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    studies = real_studies(folder) if folder else made_studies()
    if not studies:
        sys.exit(f"{folder} holds no records/NCT*.json")
    pages = pages_of(studies)
    ways = {
        "bare msgspec split": bare,
        "split, bytes kept": split_alone,
        "split, kept, matched": ours,
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    gc.disable()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            found = way(pages)
            spent[name].append(time.perf_counter() - started)
            assert found == len(studies)
    report(spent, sum(map(len, studies)))


def report(spent: dict[str, list[float]], size: int) -> None:
    base = statistics.median(spent["bare msgspec split"])
    print(f"{STUDIES} studies, mean {size / STUDIES / 1000:.1f} kB, pages of {PAGE}")
    for name, seconds in spent.items():
        median = statistics.median(seconds)
        print(f"{name:22} {median * 1000:8.2f} ms   {median / base:5.2f} x bare")


if __name__ == "__main__":
    main()
