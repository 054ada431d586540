"""What the check lets a writer say of care that a rule only names: "you take", "you get", "you make use".

A verb that the source does not have is a word too many, but for the sentences that our own reading of
the source's noun allows, each as often as the source calls for it.
"""

import re
from collections import Counter

from monitor.summaries.heads import told_by_its_head
from monitor.summaries.others import OF_OTHERS
from monitor.summaries.sentences import statements, with_examples
from monitor.summaries.tokens import normal

_DEED = re.compile(
    r"(?P<opens>(?:^|(?<=[.:] ))(?:(?:Or|And|And/or) )?)[Yy]ou (?P<verb>take|took|get|make|made) "
)
_JOINT = re.compile(r"^(?:and/or|and|or),? |[\s,;]*\s(?:and/or|and|or)[\s,;]*$", re.IGNORECASE)
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
    allowed = Counter(_verbs(source, section))

    def erased(found: re.Match[str]) -> str:
        allowed[found["verb"]] -= 1
        return found["opens"] if allowed[found["verb"]] >= 0 else found.group()

    return _DEED.sub(erased, text)


def _verbs(source: str, section: str) -> list[str]:
    """Return the verbs that the parts of a source are told with by their head nouns."""
    parts = [
        part
        for whole in statements(with_examples(normal(source)))
        for bare in {_HEADING.sub("", whole), whole}
        for part in (bare, *_HALVES.split(bare)[(0 if _HALVES.search(bare) else 1) :])
    ]
    told = (
        told_by_its_head(_JOINT.sub("", part.strip(" .")), section) for part in dict.fromkeys(parts)
    )
    return [found["verb"] for said in told if (found := _DEED.match(said))]
