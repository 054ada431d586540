"""How the words before a list say that its rules belong together."""

import re

from monitor.eligibility.model import ListLogic

_LOGIC: tuple[tuple[ListLogic, re.Pattern[str]], ...] = tuple(
    (logic, re.compile(pattern, re.IGNORECASE))
    for logic, pattern in (
        (ListLogic.NONE, r"\bnone of the\b"),
        (
            ListLogic.ANY,
            r"\bany (?:one )?(?:or more )?of\b|\bat least (?:one|1)\b|\b(?:one|1) or more\b|\beither\b",
        ),
        (ListLogic.ONE_OF, r"(?<!every )\b(?:one|1) of the\b"),
        (
            ListLogic.ALL,
            r"\b(?:all|each|every one|both) (?:of )?(?:the|these|inclusion|eligibility)\b",
        ),
    )
)


def logic_of(intro: str) -> ListLogic:
    """Return how the words before a list say its items belong together."""
    return next((logic for logic, said in _LOGIC if said.search(intro)), ListLogic.UNKNOWN)
