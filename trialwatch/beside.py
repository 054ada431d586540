"""What stood before and what stands now, as pairs of texts, for terminals and pages alike."""

from collections.abc import Iterator, Mapping

from monitor.domain.changes import Json

_LONGEST = 4000
#: Shorter values stand in the sentence already.
_SHORT = 60


def pairs(before: Json, after: Json) -> Iterator[tuple[str, str, str]]:
    """Yield (name, before, now) of the texts that moved; the name is empty for a bare text."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            old, new = _text(before.get(name)), _text(after.get(name))
            if old != new:
                yield str(name).replace("_", " "), old, new
        return
    old, new = _text(before), _text(after)
    if before is not None and after is not None and len(old) + len(new) > _SHORT:
        yield "", old, new


def _text(value: Json) -> str:
    if value is None:
        return "(nothing)"
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {_text(item)}" for name, item in value.items())[:_LONGEST]
    if isinstance(value, list | tuple):
        return "\n".join(_text(item) for item in value)[:_LONGEST]
    return str(value)
