"""Sentences for changes of groups, treatments and the things a study measures."""

from collections.abc import Mapping

from monitor.domain.changes import Json
from monitor.summaries import labels
from monitor.summaries.doses import dose_sentences
from monitor.summaries.numbers import counted
from monitor.summaries.prose import capital, full_stop, quote, quote_end, quote_parts, some, speak
from monitor.summaries.scene import Scene, Told, at, raw_at, text_at, text_of, texts_of

_NAME = 200
_TEXT = 300
_LIST = 6
_TEAM = "If you are in this study, ask the study team what this means for you."


def tell_arm(scene: Scene) -> Told:
    """Tell a group that came, went or changed."""
    count = _groups(scene)
    if scene.kind == "arm.added":
        first = f"A group was added: {_label(scene, scene.new)}."
        return speak(first, _gets(scene.new), count), ""
    if scene.kind == "arm.removed":
        first = f"A group is no longer listed: {_label(scene, scene.old)}."
        return speak(first, _got(scene.old), count), _TEAM
    first = f"The record changed a group: {_label(scene, scene.new)}."
    return speak(first, *_changed(scene, _ARM_FIELDS)), _TEAM


def _groups(scene: Scene) -> str:
    groups = len(scene.after.arms.arm_groups)
    return f"The study now has {counted(groups, 'group')}." if groups else ""


def _label(scene: Scene, value: Json) -> str:
    return quote(raw_at(value, "label") or raw_at(value, "name") or scene.subject, _NAME)


def _gets(value: Json) -> str:
    names = [labels.without_type(name) for name in texts_of(at(value, "interventions"))]
    return full_stop(f"It gets: {some(names, _LIST)}") if names else ""


def _got(value: Json) -> str:
    names = [labels.without_type(name) for name in texts_of(at(value, "interventions"))]
    return full_stop(f"It got: {some(names, _LIST)}") if names else ""


_ARM_FIELDS = {
    "label": ("name", None),
    "type": ("kind of group", "arm"),
    "description": ("description", None),
    "interventions": ("list of treatments", None),
}
_TREATMENT_FIELDS = {
    "name": ("name", None),
    "type": ("kind of treatment", "intervention"),
    "description": ("description", None),
    "other_names": ("list of other names", None),
    "arms": ("list of groups that get it", None),
}
_OUTCOME_FIELDS = {
    "measure": ("name", None),
    "time_frame": ("time", None),
    "description": ("description", None),
}
_TYPES = {
    "arm": {
        "EXPERIMENTAL": "the group that gets what is being tested",
        "ACTIVE_COMPARATOR": "a group with a treatment to compare with",
        "PLACEBO_COMPARATOR": "a group with a placebo to compare with",
        "SHAM_COMPARATOR": "a group with a fake treatment to compare with",
        "NO_INTERVENTION": "a group with no study treatment",
        "OTHER": "another kind",
    },
    "intervention": {**labels.INTERVENTION_TYPES, "OTHER": "something else"},
}


def _changed(scene: Scene, fields: Mapping[str, tuple[str, str | None]]) -> list[str]:
    """Return before and now of each member that differs, in the order of ``fields``."""
    named = texts_of(scene.note("fields"))
    said = []
    for field, (name, types) in fields.items():
        old, new = at(scene.old, field), at(scene.new, field)
        if (field in named or not named) and old != new and (old or new):
            said.append(_moved(field, name, types, old, new))
        elif field in named:
            said.append(f"Its {name} changed too.")
    return said or ["The words differ only in form."]


def _moved(field: str, name: str, types: str | None, old: Json, new: Json) -> str:
    if field in ("label", "name", "measure"):
        return f"Name before: {quote_end(text_of(old), _TEXT)}"
    if isinstance(old, str) and isinstance(new, str) and not types:
        was, now = quote_parts(old, new, _TEXT)
    else:
        was, now = _member(old, types), _member(new, types)
    return f"{capital(name)} now: {now} {capital(name)} before: {was}"


def _member(value: Json, types: str | None) -> str:
    if not value:
        return "none given."
    if types and isinstance(value, str):
        return f"{labels.label(_TYPES[types], value)}."
    parts = [labels.without_type(part) for part in texts_of(value)]
    if len(parts) == 1:
        return quote_end(parts[0], _TEXT)
    return f"{some([quote(part, _NAME) for part in parts], _LIST)}."


def tell_intervention(scene: Scene) -> Told:
    """Tell a treatment that came, went or changed."""
    if scene.kind == "intervention.added":
        kind = _kind(scene.new)
        return f"A treatment was added: {_label(scene, scene.new)}{kind}. {_description(scene)}", ""
    if scene.kind == "intervention.removed":
        return (
            f"A treatment is no longer listed: {_label(scene, scene.old)}{_kind(scene.old)}."
        ), _TEAM
    first = f"The record changed a treatment: {_label(scene, scene.new)}."
    return speak(first, *_changed(scene, _TREATMENT_FIELDS)), _TEAM


def _kind(value: Json) -> str:
    kind = raw_at(value, "type")
    if kind in (None, "OTHER") or labels.is_placebo(raw_at(value, "name")):
        return ""
    return f" ({labels.label(labels.INTERVENTION_TYPES, kind)})"


def _description(scene: Scene) -> str:
    text = raw_at(scene.new, "description")
    if not text:
        return "The record does not describe it."
    doses = dose_sentences(text)
    return speak(
        f"The study team says of it: {quote_end(text, _TEXT)}",
        f"In plain words: {speak(*doses)}" if doses else "",
    )


_RANKS = {"primary": "main thing", "secondary": "side thing", "other": "extra thing"}


def tell_outcome(scene: Scene) -> Told:
    """Tell something measured that came, went or changed."""
    rank, _, event = scene.kind.removeprefix("outcome.").partition(".")
    thing = _RANKS.get(rank, "thing")
    if event == "added":
        return speak(_added_outcome(scene, thing), _time(scene.new)), ""
    if event == "removed":
        return _removed_outcome(scene, thing), ""
    first = f"{_one(thing)} the study measures has changed: {_measure(scene, scene.new)}"
    return speak(first, *_changed(scene, _OUTCOME_FIELDS)), ""


def _one(thing: str) -> str:
    return f"{'An' if thing[0] in 'aeiou' else 'A'} {thing}"


def _measure(scene: Scene, value: Json) -> str:
    return quote_end(raw_at(value, "measure") or scene.subject, _TEXT)


def _added_outcome(scene: Scene, thing: str) -> str:
    was = scene.note("was")
    rank = _RANKS.get(was) if isinstance(was, str) else None
    what = _measure(scene, scene.new)
    if rank:
        return (
            f"The study has a new {thing} to measure: {what} Before, it was {_one(rank).lower()}."
        )
    return f"The study will measure one more {thing}: {what} Before, it was not listed."


def _removed_outcome(scene: Scene, thing: str) -> str:
    became = scene.note("became")
    rank = _RANKS.get(became) if isinstance(became, str) else None
    what = _measure(scene, scene.old)
    if rank:
        return f"This is no longer a {thing} the study measures: {what} Now it is {_one(rank).lower()}."
    return f"{_one(thing)} the study measures is no longer listed: {what} Before, it was."


def _time(value: Json) -> str:
    time = text_at(value, "time_frame")
    return f"Time: {quote_end(time, _NAME)}" if time else ""
