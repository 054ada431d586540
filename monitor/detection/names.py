"""Plain lists of names: conditions, keywords, collaborators. Order, case and repeats do not count."""

from collections.abc import Iterable, Iterator

from monitor.detection.findings import Finding
from monitor.detection.normalize import by_name
from monitor.registry.record import Study


def compare_names(before: Study, after: Study) -> Iterator[Finding]:
    """Yield one finding for each name that came or went."""
    yield from _compare("conditions", before.conditions.conditions, after.conditions.conditions)
    yield from _compare("keywords", before.conditions.keywords, after.conditions.keywords)
    yield from _compare(
        "collaborators",
        (one.name for one in before.sponsors.collaborators),
        (one.name for one in after.sponsors.collaborators),
    )


def _compare(
    kind: str, before: Iterable[str | None], after: Iterable[str | None]
) -> Iterator[Finding]:
    old, new = by_name(before), by_name(after)
    for key in sorted(old.keys() - new.keys()):
        yield Finding(kind=kind, subject=old[key], before=old[key])
    for key in sorted(new.keys() - old.keys()):
        yield Finding(kind=kind, subject=new[key], after=new[key])
