"""Many changes in few words: the subject of a mail, a line of counts, a short list of sentences.

What each change says by itself is written in ``changes``; here nothing is added to it but counts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.domain.changes import Change, Severity
from monitor.summaries.numbers import counted
from monitor.summaries.places import town_name
from monitor.summaries.prose import clean, shortened, some, speak
from monitor.summaries.scene import raw_at, raw_of, text_of
from monitor.summaries.status import site_status_words, status_words
from monitor.summaries.why_stopped import REASON_GIVEN

#: Places named in one sentence; the rest are counted.
NAMED_PLACES = 2
#: Up to this many changes of one kind each get their own sentence in a short list.
SINGLY_TOLD = 3

_HEADLINES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("record.gone",), "No longer on the registry"),
    (("eligibility.",), "Who can join changed"),
    (("results.posted",), "Results posted"),
    (("country.", "site."), "Places changed"),
    (("arm.", "intervention."), "Treatments changed"),
    (("outcome.primary.",), "Main measure changed"),
    (("phase",), "Stage changed"),
    (("sponsor",), "New group runs the study"),
    (("why_stopped",), "Reason for stopping changed"),
    (("date.",), "Dates changed"),
    (("enrollment",), "Number of people changed"),
    (("record.merged",), "New number on the registry"),
    (("record.back",), "Back on the registry"),
    (("record.stale",), "Not checked for long"),
    (("record.damaged",), "Record looks damaged"),
    (("expanded_access",), "Expanded access changed"),
    (("study_type", "design"), "How it is done changed"),
    (("contact", "official"), "People to ask changed"),
    (("results.",), "News on results"),
    (("outcome.",), "Measures changed"),
    (("title", "description", "conditions", "keywords"), "Words about the study changed"),
    (("collaborators", "responsible_party"), "People behind the study changed"),
    (("reference", "document", "link"), "Papers or files changed"),
    (("ipd", "oversight"), "Rules on data or safety changed"),
    (("record.reverified",), "Record checked"),
)


def headline(changes: Iterable[Change]) -> str:
    """Return a few words for the subject of a mail, naming what weighs most.

    More kinds of news of the same or lower weight are marked ``and more``. Empty without changes.
    """
    told = sorted(changes, key=lambda change: (-change.severity, _rank(change)))
    loud = [change for change in told if change.severity > Severity.SILENT] or told
    # What another change's sentence tells along has none of its own.
    loud = [change for change in loud if change.sentence] or loud
    places = _places_headline(loud)
    names = list(dict.fromkeys(_name(change, places) for change in loud))
    if not names:
        return ""
    return names[0] if len(names) == 1 else f"{names[0]}, and more"


def _rank(change: Change) -> int:
    """Return the place of a kind in the order of importance; status comes first."""
    if change.kind == "status":
        return -1
    kinds = enumerate(_HEADLINES)
    return next(
        (at for at, (starts, _) in kinds if change.kind.startswith(starts)), len(_HEADLINES)
    )


def _name(change: Change, places: str) -> str:
    if change.kind == "status":
        return status_words(raw_of(change.after)).headline
    if change.kind.startswith(("site.", "country.")):
        return places
    rank = _rank(change)
    return _HEADLINES[rank][1] if rank < len(_HEADLINES) else "Record changed"


def _places_headline(changes: Sequence[Change]) -> str:
    kinds = {change.kind for change in changes if change.kind.startswith(("site.", "country."))}
    if kinds <= {"site.added", "country.added"}:
        return "Places added"
    if kinds <= {"site.removed", "country.removed"}:
        return "Places no longer listed"
    return "Places changed"


def summary_line(changes: Iterable[Change]) -> str:
    """Return counts of what changed, in short sentences: rules first, then places, then the rest.

    Empty when every change stands for itself and there is nothing to count.
    """
    told = tuple(change for change in changes if change.severity > Severity.SILENT)
    return speak(_rules_line(told), *_site_lines(told), _rest_line(told))


#: Direction -> what is said of one rule alone, of one among others, of several.
_SIDES = {
    "easier": ("it is less strict", "is less strict", "are less strict"),
    "harder": ("it is more strict", "is more strict", "are more strict"),
    "same": ("it only has new words", "only has new words", "only have new words"),
    "unclear": (
        "we cannot tell if it is less or more strict",
        "we cannot tell",
        "we cannot tell",
    ),
}


def _rules_line(changes: Sequence[Change]) -> str:
    rules = [_direction(change) for change in changes if change.kind in _RULE_KINDS]
    if not rules:
        return ""
    if len(rules) == 1:
        return f"1 rule changed: {_SIDES[rules[0]][0]}."
    if set(rules) == {"unclear"}:
        return f"{len(rules)} rules changed: we cannot tell if they are less or more strict."
    counts = {side: rules.count(side) for side in _SIDES}
    parts = [
        f"{count} {_SIDES[side][1 if count == 1 else 2]}" for side, count in counts.items() if count
    ]
    return f"{counted(len(rules), 'rule')} changed: {', '.join(parts)}."


_RULE_KINDS = frozenset(
    f"eligibility.{event}"
    for event in ("added", "removed", "changed", "moved", "reworded", "split", "merged")
)


def _direction(change: Change) -> str:
    said = (change.notes or {}).get("direction")
    return said if isinstance(said, str) and said in _SIDES else "unclear"


#: Kind -> what happened, the noun counted.
_COUNTED = {
    "country.added": ("added", "country"),
    "country.removed": ("taken off the list", "country"),
    "site.added": ("added", "place"),
    "site.removed": ("taken off the list", "place"),
}


def _site_lines(changes: Sequence[Change]) -> list[str]:
    lines = []
    for kind, (verb, noun) in _COUNTED.items():
        names = [_town(change) for change in changes if change.kind == kind]
        if names:
            was = "was" if len(names) == 1 else "were"
            lines.append(f"{counted(len(names), noun)} {was} {verb}: {some(names, NAMED_PLACES)}.")
    return [*lines, *_status_lines(changes)]


def _town(change: Change) -> str:
    value = change.before if change.after is None else change.after
    if change.kind.startswith("country."):
        return shortened(text_of(value) or clean(change.subject), 120)
    city, state, country = (raw_at(value, part) for part in ("city", "state", "country"))
    return town_name(city, state, country) or shortened(clean(change.subject), 120)


def _status_lines(changes: Sequence[Change]) -> list[str]:
    moved = (change for change in changes if change.kind == "site.status")
    counts = Counter(site_status_words(raw_of(change.after)) for change in moved)
    return [
        f"{counted(number, 'place')} {'is' if number == 1 else 'are'} now {words}."
        if words
        else f"{counted(number, 'place')} no longer {'says' if number == 1 else 'say'} how "
        f"{'it stands' if number == 1 else 'they stand'}."
        for words, number in counts.items()
    ]


_COUNTED_ELSEWHERE = _RULE_KINDS | _COUNTED.keys() | {"site.status"}


def _rest_line(changes: Sequence[Change]) -> str:
    rest = sum(change.kind not in _COUNTED_ELSEWHERE for change in changes)
    if not rest or rest == len(changes):
        return ""
    return f"{counted(rest, 'more thing')} changed."


def short_list(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return the sentences of the changes, the weightiest first, many of one kind as a count.

    Every change that has no sentence of its own here is in a count, so none goes unsaid.
    """
    told = sorted(changes, key=lambda change: (-change.severity, _rank(change)))
    by_kind: dict[str, list[Change]] = {}
    for change in told:
        by_kind.setdefault(change.kind, []).append(change)
    if any(_gives_reason(change) for change in by_kind.get("status", ())):
        by_kind.pop("why_stopped", None)
    return tuple(line for group in by_kind.values() for line in _lines(group))


def _gives_reason(change: Change) -> bool:
    """Tell whether the sentence of a change of status has the reason to stop in it."""
    return REASON_GIVEN in change.sentence


#: Kinds whose every change a reader needs in full, however many there are.
_NEVER_COUNTED = ("status", "why_stopped", "date.", "eligibility.", "outcome.primary.", "arm.")


def _lines(group: Sequence[Change]) -> list[str]:
    kind = group[0].kind
    if len(group) <= SINGLY_TOLD or kind.startswith(_NEVER_COUNTED):
        return [change.sentence for change in group]
    if kind in _COUNTED or kind == "site.status":
        return [speak(*_site_lines(group))]
    if kind.startswith("site."):
        what = "name or address" if kind == "site.renamed" else "contact"
        return [f"{counted(len(group), 'place')} changed in {what}."]
    return [*(change.sentence for change in group[:SINGLY_TOLD]), _more(len(group) - SINGLY_TOLD)]


def _more(number: int) -> str:
    if number == 1:
        return "There is 1 more change like these."
    return f"There are {number:,} more changes like these."
