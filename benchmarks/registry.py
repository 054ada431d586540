"""What it costs to take pages of studies apart, beside a bare msgspec split of the same bytes.

    python -m benchmarks.registry [FOLDER OF REAL RECORDS]

Pages of 100 studies as ``/studies`` gives them. The baseline decodes each page into a list of
``msgspec.Raw`` and does nothing else. Ours also copies each study out of the page, finds its
number and matches it with the numbers asked for; in the last row each study is also told from the
version held, and found unchanged, which is all that a sweep decides about it. Medians of processor
time over alternating rounds in one process. Ends with 1 when that costs more than 2.5 x the bare
split.
"""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from monitor.alerting import verdicts
from monitor.alerting.at import At
from monitor.domain.trial import NctId, TrialState
from monitor.registry.batches import sort_out
from monitor.registry.pages import number_of, split_page

STUDIES, PAGE, ROUNDS = 1000, 100, 31
GOAL = 2.5
Pages: TypeAlias = list[tuple[list[NctId], bytes]]
Way: TypeAlias = Callable[[Pages], int]
LAST = "all that, and unchanged"


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


def pages_of(studies: list[bytes]) -> Pages:
    chunks = [studies[start : start + PAGE] for start in range(0, len(studies), PAGE)]
    return [
        ([NctId(number_of(raw)) for raw in chunk], b'{"studies":[' + b",".join(chunk) + b"]}")
        for chunk in chunks
    ]


def bare(pages: Pages) -> int:
    return sum(len(_BARE.decode(body).studies) for _, body in pages)


def split_alone(pages: Pages) -> int:
    return sum(len(split_page(body).studies) for _, body in pages)


def ours(pages: Pages) -> int:
    return sum(len(sort_out(asked, split_page(body).studies).studies) for asked, body in pages)


def held(pages: Pages) -> dict[NctId, TrialState]:
    """Return the state of each trial after a sweep that kept these studies."""
    return {
        NctId(number): TrialState(nct_id=NctId(number), content_sha256=verdicts.content_sha256(raw))
        for _, body in pages
        for raw in split_page(body).studies
        for number in (number_of(raw),)
    }


def sweep(pages: Pages, states: dict[NctId, TrialState]) -> int:
    at = At(release="2026-03-09T09:00:05", now=datetime(2026, 3, 9, 10, tzinfo=UTC))
    batches = (sort_out(asked, split_page(body).studies) for asked, body in pages)
    studies = (study for batch in batches for study in batch.studies)
    return sum(verdicts.unchanged(states[one.nct_id], one, at) is not None for one in studies)


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    studies = real_studies(folder) if folder else made_studies()
    if not studies:
        sys.exit(f"{folder} holds no records/NCT*.json")
    pages = pages_of(studies)
    ways: dict[str, Way] = {
        "bare msgspec split": bare,
        "split, bytes kept": split_alone,
        "split, kept, matched": ours,
        LAST: partial(sweep, states=held(pages)),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    gc.disable()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.process_time()
            found = way(pages)
            spent[name].append(time.process_time() - started)
            assert found == len(studies)
    return report(spent, sum(map(len, studies)))


def report(spent: dict[str, list[float]], size: int) -> int:
    base = statistics.median(spent["bare msgspec split"])
    print(f"{STUDIES} studies, mean {size / STUDIES / 1000:.1f} kB, pages of {PAGE}")
    for name, seconds in spent.items():
        median = statistics.median(seconds)
        print(f"{name:24} {median * 1000:8.2f} ms   {median / base:5.2f} x bare")
    times = statistics.median(spent[LAST]) / base
    print(f"goal {GOAL} x: {'reached' if times <= GOAL else 'MISSED'}")
    return 1 if times > GOAL else 0


if __name__ == "__main__":
    sys.exit(main())
