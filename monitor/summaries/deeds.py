"""What the check lets a writer say of care that a rule only names: "you take", "you get", "you make use".

A verb that the source does not have is a word too many, but for the sentences that our own reading of
the source's noun allows, each as often as the source calls for it.
"""

import re
from collections import Counter
from collections.abc import Iterable

from monitor.summaries.heads import told_by_its_head
from monitor.summaries.others import OF_OTHERS
from monitor.summaries.scope import OPEN_END
from monitor.summaries.statements import statements, with_examples
from monitor.summaries.tokens import normal

_DEED = re.compile(
    r"(?P<opens>(?:^|(?<=[.:] ))(?:(?:Or|And|And/or) )?)[Yy]ou (?P<verb>take|took|get|make|made) "
)
_JOINT = re.compile(r"^(?:and/or|and|or),? ", re.IGNORECASE)
_HEADING = re.compile(r"^[^:;.,]{2,60}: ")
_HALVES = re.compile(r", (?:or|and/or) ", re.IGNORECASE)


def without_deeds(source: str, text: str, section: str) -> str:
    """Return plain text without "You take" and the like where the source's own noun calls for it.

    Args:
        source: The rule's own text.
        text: What was written of it.
        section: ``inclusion``, ``exclusion`` or ``rules``.
    """
    if not _DEED.search(text) or OF_OTHERS.search(source):
        return text
    wholes = [_HEADING.sub("", one) for one in statements(with_examples(normal(source)))]
    halves = [half for one in wholes for half in _HALVES.split(one)]
    # A rule told in two has the verbs of both halves, one told whole has its own.
    allowed = _verbs(wholes, section) | _verbs(halves, section)

    def erased(found: re.Match[str]) -> str:
        allowed[found["verb"]] -= 1
        return found["opens"] if allowed[found["verb"]] >= 0 else found.group()

    return _DEED.sub(erased, text)


def _verbs(parts: Iterable[str], section: str) -> Counter[str]:
    """Return the verbs that the parts of a source are told with by their head nouns."""
    bare = (OPEN_END.sub("", _JOINT.sub("", part.strip(" ."))) for part in parts)
    told = (told_by_its_head(part, section) for part in bare)
    return Counter(found["verb"] for said in told if (found := _DEED.match(said)))
