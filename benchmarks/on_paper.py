"""How many pages a trial's page takes on paper, printed by Chromium.

    python -m benchmarks.on_paper --records FOLDER --most 100 --seed 7

Takes records by lot from a folder of them, watches them on a service of its own and prints each
page on A4 and on US letter. Baseline: the two pages that a summary for the doctor is to have.
"""

import argparse
import asyncio
import random
import tempfile
from collections import Counter
from pathlib import Path

from storage.engine import open_database
from storage.upgrade import upgrade
from tests.browser.devtools import PAPERS, browsing, chromium
from tests.unit.web.site import a_service, take_in
from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app
from trialwatch.web.serve import listen, serving

PAGES = 2


async def printed(service: Service, numbers: list[str]) -> dict[str, Counter[int]]:
    """Return for each paper how many trials take how many pages."""
    executable = chromium()
    if executable is None:
        raise SystemExit("no Chromium to print with")
    counts: dict[str, Counter[int]] = {name: Counter() for name in PAPERS}
    with listen("127.0.0.1:0") as listening:
        root = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with serving(make_app(service, None), listening), browsing(executable) as browser:
            for number in numbers:
                await browser.show(f"{root}/trials/{number}", width=1200)
                for name, paper in PAPERS.items():
                    counts[name][await browser.sheets(paper)] += 1
    return counts


async def measure(records: list[Path]) -> None:
    """Print the trials, and say how many pages they took."""
    held = {file.stem: file.read_bytes() for file in records}
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/trialwatch.db")
        upgrade(database)
        service = a_service(database)
        await take_in(service, held)
        counts = await printed(service, list(held))
        database.close()
    for name, pages in counts.items():
        fit = sum(count for number, count in pages.items() if number <= PAGES)
        told = ", ".join(f"{count} on {number}" for number, count in sorted(pages.items()))
        print(f"{name}: {fit} of {len(held)} on {PAGES} pages or one ({told})")


def main() -> None:
    """Read what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--most", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    files = sorted(asked.records.glob("NCT*.json"))
    chosen = random.Random(asked.seed).sample(files, min(asked.most, len(files)))
    asyncio.run(measure(chosen))


if __name__ == "__main__":
    main()
