"""Sentences for changes of who can join by age, sex or health: the record's own fields."""

from monitor.domain.changes import Json
from monitor.summaries import labels
from monitor.summaries.change_rules import asking, both_texts, direction_of, meaning_of
from monitor.summaries.prose import speak
from monitor.summaries.scene import Scene, Told, raw_of, texts_of
from monitor.summaries.timing import age_range, age_words


def tell_age(scene: Scene) -> Told:
    """Tell the top or lowest age before and now, and who fits today."""
    first = {
        "easier": "More people now fit the rule on age:",
        "harder": "Fewer people now fit the rule on age:",
    }.get(direction_of(scene), "The rule on age has changed:")
    if scene.subject not in ("minimum_age", "maximum_age"):
        was, now = (_age_groups(value) for value in (scene.old, scene.new))
        return f"The age groups of the study have changed. Before: {was}. Now: {now}.", ""
    limit = "top age" if scene.subject.startswith("maximum") else "lowest age"
    ages = age_range(raw_of(scene.note("minimum")), raw_of(scene.note("maximum")))
    now = f"Now the study is for people {ages}." if ages else "Now the record gives no age limit."
    return speak(f"{first} {_limit_moved(limit, scene)}", now), meaning_of(scene)


def _age_groups(value: Json) -> str:
    return labels.labels(labels.AGE_GROUPS, texts_of(value), "none given")


def _limit_moved(limit: str, scene: Scene) -> str:
    old, new = raw_of(scene.old), raw_of(scene.new)
    if not new:
        return f"there is no {limit} now. Before, it was {age_words(old)}."
    if not old:
        return f"the {limit} is now {age_words(new)}. Before, there was none."
    return f"the {limit} went from {age_words(old)} to {age_words(new)}."


def tell_sex(scene: Scene) -> Told:
    """Tell of which sex or gender people must be, before and now."""
    if scene.subject == "sex":
        return f"{_for_whom(scene)} {_for_whom_before(scene)}", meaning_of(scene)
    if scene.subject == "gender_based":
        return f"{_gender(scene.new, 'now ')} {_gender(scene.old, '')}", asking(scene)
    return speak(
        "The study team changed what it says about gender.",
        both_texts(scene),
    ), asking(scene)


def _for_whom(scene: Scene) -> str:
    if not raw_of(scene.new):
        return "The record no longer says of which sex people must be."
    return f"The study is now for {_sexes(scene.new)}."


def _for_whom_before(scene: Scene) -> str:
    if not raw_of(scene.old):
        return "Before, the record did not say of which sex people must be."
    it = "it" if raw_of(scene.new) else "the study"
    return f"Before, {it} was for {_sexes(scene.old)}."


def _sexes(value: Json) -> str:
    only = "only " if value in ("FEMALE", "MALE") else ""
    return only + labels.label(labels.SEXES, raw_of(value))


def _gender(value: Json, word: str) -> str:
    lead = "The record now" if word else "Before, it"
    say, said = ("says", "does not say") if word else ("said", "did not say")
    if value is None:
        return f"{lead} {said} if gender matters for joining."
    matters = "matters" if value else "does not matter"
    return f"{lead} {say} that gender {matters if word else _past(matters)} for joining."


def _past(words: str) -> str:
    return {"matters": "mattered", "does not matter": "did not matter"}[words]


#: By (healthy people can join, the record did not say before).
_HEALTHY_NOW = {
    (True, False): "The rules now let healthy people join.",
    (False, False): "The rules no longer let healthy people join.",
    (True, True): "The record now says that healthy people can join.",
    (False, True): "The record now says that healthy people cannot join.",
}


def tell_healthy(scene: Scene) -> Told:
    """Tell whether healthy people can join, before and now."""
    was = {True: "Before, they did.", False: "Before, they did not."}
    now = "The record no longer says if healthy people can join."
    if isinstance(scene.new, bool):
        now = _HEALTHY_NOW[scene.new, scene.old is None]
    return speak(
        now,
        was[scene.old] if isinstance(scene.old, bool) else "Before, the record did not say.",
    ), meaning_of(scene) if isinstance(scene.new, bool) else asking(scene)


def tell_population(scene: Scene) -> Told:
    """Tell whom the study looks at, or how they are picked, before and now."""
    if scene.subject == "sampling_method":
        now = labels.label(labels.SAMPLING, raw_of(scene.new))
        was = labels.label(labels.SAMPLING, raw_of(scene.old))
        return f"How people are picked has changed. Now: {now}. Before: {was}.", ""
    return speak(
        "The study team changed what it says about the people it looks at.",
        both_texts(scene),
    ), asking(scene)
