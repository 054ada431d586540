"""What a log may never name: readers, secrets, and the people that records give as contacts."""

import re
from functools import cache

from tests.acceptance.stage import READER, Stage
from tests.architecture.papers import ROOT

_CONTACT = re.compile(r'"(?:email|phone)": ?"([^"]+)"')
#: Secrets of webhooks, keys of people, and the long tokens that stand in links.
_SECRET = re.compile(r"whsec_\w{8}|\btw_\w{8}|/[ucl]/[\w-]{20}")


@cache
def contacts() -> frozenset[str]:
    """Return addresses and telephone numbers of all made-up records."""
    stories = (ROOT / "simulator" / "stories").glob("NCT*.json")
    return frozenset(found for one in stories for found in _CONTACT.findall(one.read_text("utf-8")))


def named_in(said: str, stage: Stage) -> list[str]:
    """Return what a log names and may not, of whom and what a stage knows."""
    known = {READER, stage.hook.url, *([stage.secret] if stage.secret else [])}
    return sorted(
        [word for word in known | contacts() if word in said]
        + [found[0] for found in _SECRET.finditer(said)]
    )
