"""Sentences for changes of how a study is set up: stage, type, design, oversight, data plan."""

from collections.abc import Mapping

from monitor.domain.changes import Json
from monitor.summaries import labels
from monitor.summaries.prose import quote, quote_end, quote_pair, speak
from monitor.summaries.scene import Scene, Told, raw_at, raw_of, text_at, text_of, texts_of
from monitor.summaries.timing import date_words

_LONG = 300


def tell_phase(scene: Scene) -> Told:
    """Tell the stage before and now."""
    old, new = texts_of(scene.old), texts_of(scene.new)
    sentence = f"The stage changed from {_stage(old)} to {_stage(new)}."
    adds = "PHASE2" in new and "PHASE2" not in old and "PHASE3" not in old
    works = adds and ("PHASE1" in old or "EARLY_PHASE1" in old)
    return speak(sentence, "Now it also looks at whether the treatment works." if works else ""), ""


def _stage(phases: tuple[str, ...]) -> str:
    if phases == ("NA",):
        return "none (stages do not apply)"
    return labels.phase_names(phases) or "none given"


def tell_study_type(scene: Scene) -> Told:
    """Tell the type of study before and now."""
    now = labels.label(labels.STUDY_TYPES, raw_of(scene.new))
    was = labels.label(labels.STUDY_TYPES, raw_of(scene.old))
    return f"The type of study changed. Now it is {now}. Before, it was {was}.", ""


#: Piece of the design -> what it is called, and the words for its values.
_PIECES: dict[str, tuple[str, Mapping[str, str]]] = {
    "allocation": (
        "how people are put into groups",
        {"RANDOMIZED": "by chance", "NON_RANDOMIZED": "not by chance", "NA": "does not apply"},
    ),
    "intervention_model": (
        "how the groups are set up",
        {
            "SINGLE_GROUP": "one group for all",
            "PARALLEL": "groups that each get their own treatment at the same time",
            "CROSSOVER": "one treatment first and then another",
            "FACTORIAL": "groups with different mixes of the treatments",
            "SEQUENTIAL": "groups in steps, one after another",
        },
    ),
    "intervention_model_description": ("how the groups are set up, in its own words", {}),
    "primary_purpose": ("the main aim", {**labels.PURPOSES, "OTHER": "something else"}),
    "observational_model": (
        "how people are looked at",
        {
            "COHORT": "groups of people over time",
            "CASE_CONTROL": "people who have a problem next to people who do not",
            "CASE_ONLY": "only people who have the problem",
            "CASE_CROSSOVER": "different times in the lives of the same people",
            "ECOLOGIC_OR_COMMUNITY": "whole places or groups",
            "FAMILY_BASED": "people of the same family",
            "DEFINED_POPULATION": "one set group of people",
            "NATURAL_HISTORY": "how an illness goes over time",
            "OTHER": "another way",
        },
    ),
    "time_perspective": (
        "which time it looks at",
        {
            "RETROSPECTIVE": "the past",
            "PROSPECTIVE": "from now on",
            "CROSS_SECTIONAL": "one point in time",
            "OTHER": "another way",
        },
    ),
    "masking": (
        "how many parties do not know who gets what",
        {
            "NONE": "none, everyone knows",
            "SINGLE": "one",
            "DOUBLE": "two",
            "TRIPLE": "three",
            "QUADRUPLE": "four",
        },
    ),
    "who_masked": ("who does not know which treatment is given", labels.MASKED),
    "masking_description": ("who knows the treatment, in its own words", {}),
    "target_duration": ("how long each person is followed", {}),
    "patient_registry": ("whether this is a patient registry", {"true": "yes", "false": "no"}),
    "bio_spec": ("which samples are kept", labels.RETENTION),
    "bio_spec_description": ("which samples are kept, in its own words", {}),
    "ipd_sharing": ("whether data on each person will be shared", labels.SHARING),
    "ipd_info_types": ("which papers will be shared", labels.SHARED_PAPERS),
    "has_dmc": ("whether a group outside the study watches for safety problems", {}),
    "is_fda_regulated_drug": ("whether the U.S. FDA oversees a drug in it", {}),
    "is_fda_regulated_device": ("whether the U.S. FDA oversees a device in it", {}),
    "is_unapproved_device": (
        "whether a device in it is not yet approved or cleared by the FDA",
        {},
    ),
    "is_ppsd": ("whether the FDA ordered a study of how children do with a device", {}),
    "is_us_export": ("whether its product is made in and sent out of the United States", {}),
    "fdaaa801_violation": ("whether a law on reporting was broken", {}),
}


def tell_piece(scene: Scene) -> Told:
    """Tell one piece of the design, of the oversight or of the data plan, before and now."""
    if scene.subject == "violation_events":
        return _tell_notices(scene)
    name, words = _PIECES.get(scene.subject, (_unlisted(scene.subject), {}))
    return f"One point of the study plan has changed: {name}. {_both(scene, words)}", ""


def tell_ipd(scene: Scene) -> Told:
    """Tell one piece of the plan to share data, or a data set that is offered."""
    if scene.subject in {"ipd_sharing", "ipd_info_types"}:
        return tell_piece(scene)
    if scene.subject == "ipd_url":
        return "The web page on the plan to share data on each person has changed.", ""
    if isinstance(scene.new, Mapping) or isinstance(scene.old, Mapping):
        return _tell_data_set(scene)
    return f"The plan to share data on each person changed. {_both(scene, {})}", ""


def _tell_data_set(scene: Scene) -> Told:
    value = scene.old if scene.new is None else scene.new
    said = text_at(value, "comment") or text_at(value, "type") or text_at(value, "id")
    name = quote_end(said, _LONG) if said else "no name is given."
    if scene.new is None:
        return f"A data set is no longer offered: {name}", ""
    if scene.old is None:
        return f"A data set is now offered: {name}", ""
    return f"The record changed what it says of a data set it offers: {name}", ""


def _tell_notices(scene: Scene) -> Told:
    steps = scene.new if isinstance(scene.new, list | tuple) else []
    last = steps[-1] if steps else None
    date = raw_at(last, "date")
    kind = labels.label(labels.NOTICES, raw_at(last, "type"))
    return speak(
        "The notes on the reporting law have changed.",
        f"The last step is now: {kind}." if steps else "No step is listed now.",
        f"It has the date {date_words(date)}." if date else "",
    ), ""


def _both(scene: Scene, words: Mapping[str, str]) -> str:
    if isinstance(scene.old, str) and isinstance(scene.new, str) and not words:
        was, now = quote_pair(scene.old, scene.new, _LONG)
        return f"Now: {now} Before: {was}"
    return f"Now: {_value(scene.new, words)} Before: {_value(scene.old, words)}"


def _unlisted(subject: str) -> str:
    return quote(subject.replace("_", " "), 80)


def _value(value: Json, words: Mapping[str, str]) -> str:
    if value is None or value in ("", [], ()):
        return "not given."
    if isinstance(value, bool):
        return "yes." if value else "no."
    if not isinstance(value, Mapping) and words and texts_of(value):
        return f"{labels.labels(words, texts_of(value))}."
    if isinstance(value, Mapping):
        inner = [_value(member, words) for member in value.values() if member is not None]
        return speak(*inner) or "not given."
    return quote_end(text_of(value), _LONG)
