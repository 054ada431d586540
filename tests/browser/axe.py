"""axe-core's verdict on a page as the browser shows it: WCAG 2.2 A and AA.

https://github.com/dequelabs/axe-core, installed by ``npm ci`` beside this file.
"""

import json
from pathlib import Path
from typing import Any

from tests.browser.devtools import Browser
from tests.conftest import unavailable

_SOURCE = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def axe_source() -> str:
    """Return axe-core; skips the test where it is not installed."""
    if not _SOURCE.is_file():
        unavailable("no axe-core to judge pages with (npm ci --prefix tests/browser)")
    return _SOURCE.read_text(encoding="utf-8")


async def violations(browser: Browser, source: str) -> list[str]:
    """Return what is wrong with the page that is shown, one line each."""
    await browser.value(f"{source}; true")
    told: dict[str, Any] = await browser.value_of_promise(
        f"axe.run(document, {{runOnly: {json.dumps(_TAGS)}, resultTypes: ['violations']}})"
        ".then(told => ({violations: told.violations.map(one => ({id: one.id, help: one.help,"
        " nodes: one.nodes.map(node => node.html.slice(0, 200))}))}))"
    )
    return [
        f"{one['id']}: {one['help']}: {node}" for one in told["violations"] for node in one["nodes"]
    ]
