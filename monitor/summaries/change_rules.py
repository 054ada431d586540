"""Sentences for changes of who can join: rules, age, sex, healthy people.

A rule is always shown in the study's own words, before and now. Its direction (less strict,
more strict) is said only when the detection is sure of it.
"""

import re
from collections.abc import Mapping

from monitor.domain.changes import Json
from monitor.registry.record import Study
from monitor.summaries import labels
from monitor.summaries.criteria import RULES, plain_text
from monitor.summaries.numbers import counted
from monitor.summaries.prose import QUOTE_LIMIT, quote_end, quote_pair, speak
from monitor.summaries.readability import grade
from monitor.summaries.record_facts import protected_names
from monitor.summaries.scene import Scene, Told, raw_at, raw_of, text_of, texts_of
from monitor.summaries.status import MAY_TAKE_PEOPLE
from monitor.summaries.timing import age_range, age_words

ASK = "If you are not sure how this fits you, ask the study team or your doctor."
_MORE = "More people may be able to join now. Ask the study team or your doctor."
_FEWER = "Fewer people may be able to join now. Ask the study team or your doctor."
_MEANING = {"easier": _MORE, "harder": _FEWER}


def _direction(scene: Scene) -> str:
    return raw_of(scene.note("direction")) or "unclear"


def _meaning(scene: Scene) -> str:
    if scene.after.status.overall_status not in MAY_TAKE_PEOPLE:
        return ""
    return _MEANING.get(_direction(scene), ASK)


def _ask(scene: Scene) -> str:
    return ASK if scene.after.status.overall_status in MAY_TAKE_PEOPLE else ""


def _section(scene: Scene) -> str:
    return raw_of(scene.note("section")) or scene.subject.partition(" ")[0]


def _group(scene: Scene) -> str:
    group = text_of(scene.note("group"))
    return f"This rule is for: {quote_end(group, 120)}" if group else ""


#: Plain words are added only when they are this much easier, in school grades.
_EASIER_BY = 1.5
_LEADS = {
    "inclusion": "In plain words, this must be true:",
    "exclusion": "In plain words, you cannot join if this is true:",
}
#: The same of a rule that is gone: it asks for nothing any more.
_GONE_LEADS = {
    "inclusion": "In plain words, this had to be true:",
    "exclusion": "In plain words, you could not join before if this was true:",
}


def _plainly(value: Json, section: str, study: Study, leads: Mapping[str, str] = _LEADS) -> str:
    """Return a rule in plain words, ``""`` when none pass the checks or they are no easier."""
    text = text_of(value)
    names = frozenset(name.lower() for name in protected_names(study))
    written = plain_text(text, section=section, names=names, lists=False)
    said = speak(*written.sentences)
    if written.method != RULES or not text or len(said) > QUOTE_LIMIT:
        return ""
    if grade([text]) - grade(written.sentences) < _EASIER_BY:
        return ""
    return f"{leads.get(section, 'In plain words:')} {said}"


#: Such a rule may let somebody in, on either side of the list: it is told without saying that it
#: asks for something or bars anybody.
_LETS = re.compile(
    r"\b(?:allowed|permitted|permissible|acceptable|accepted|eligible|may|can)\b", re.IGNORECASE
)


def _lets(scene: Scene, value: Json) -> bool:
    sided = _section(scene) in _LEADS
    return sided and _LETS.search(text_of(value)) is not None


def tell_rule_added(scene: Scene) -> Told:
    """Tell a new rule."""
    text = quote_end(text_of(scene.new))
    first = {
        "inclusion": f"A new rule says what must be true for you to join: {text}",
        "exclusion": f"A new rule says who cannot join: {text}",
    }.get(_section(scene), f"A new {_thing(scene)} was added: {text}")
    plain = _plainly(scene.new, _section(scene), scene.after)
    if _lets(scene, scene.new):
        first, plain = f"A new rule for joining was added: {text}", ""
    return speak(first, plain, _group(scene), "Before, it was not listed."), _meaning(scene)


def tell_rule_removed(scene: Scene) -> Told:
    """Tell a rule that is gone."""
    text = quote_end(text_of(scene.old))
    first = {
        "inclusion": f"One rule is gone. Before, this had to be true for you to join: {text}",
        "exclusion": f"One rule is gone. You could not join before if: {text}",
    }.get(_section(scene), f"One {_thing(scene)} is gone. Before, it was: {text}")
    plain = _plainly(scene.old, _section(scene), scene.before, _GONE_LEADS)
    if _lets(scene, scene.old):
        first, plain = f"One rule for joining is gone. Before, it was: {text}", ""
    return speak(first, plain, _group(scene), "It is no longer listed."), _meaning(scene)


def tell_rule_changed(scene: Scene) -> Told:
    """Tell a rule whose meaning changed, or may have."""
    both = speak(_both(scene), _plainly(scene.new, _section(scene), scene.after))
    thing = _thing(scene)
    first = {
        "easier": f"One {thing} is less strict now.",
        "harder": f"One {thing} is more strict now.",
    }.get(
        _direction(scene),
        f"One {thing} has changed. We cannot tell if it is more or less strict now.",
    )
    return speak(first, both, _group(scene)), _meaning(scene)


def _thing(scene: Scene, noun: str = "rule") -> str:
    things = {
        "inclusion": f"{noun} on what must be true to join",
        "exclusion": f"{noun} on who cannot join",
        "note": f"{noun.replace('rule', 'note')} on the rules",
        "preamble": f"{noun.replace('rule', 'line')} ahead of the rules",
    }
    return things.get(_section(scene), f"{noun} for joining")


def tell_rule_reworded(scene: Scene) -> Told:
    """Tell a rule whose words changed and whose meaning, as far as one can tell, did not."""
    same = _direction(scene) == "same"
    first = f"The study team changed the words of one {_thing(scene)}."
    doubt = (
        "The numbers and limits in it are the same."
        if same and _digits(scene.old) == _digits(scene.new)
        else "We cannot tell if the meaning changed."
    )
    both = _both(scene)
    return speak(first, doubt, both, _group(scene)), _ask(scene)


def _both(scene: Scene) -> str:
    was, now = quote_pair(text_of(scene.old), text_of(scene.new))
    return f"Before: {was} Now: {now}"


def _digits(value: Json) -> list[str]:
    return sorted(mark for mark in text_of(value) if mark.isdigit() or mark in "<>=≤≥")


_LISTS = {
    "inclusion": "with what must be true to join",
    "exclusion": "with what keeps people out",
}


def tell_rule_moved(scene: Scene) -> Told:
    """Tell a rule that changed sides: must be true before, must not be true now, or back."""
    old, new = raw_at(scene.old, "section"), raw_at(scene.new, "section")
    was = quote_end(raw_at(scene.old, "text") or text_of(scene.old))
    now = quote_end(raw_at(scene.new, "text") or text_of(scene.new))
    befores = {
        "inclusion": f"Before, this had to be true for you to join: {was}",
        "exclusion": f"Before, you could not join if: {was}",
    }
    nows = {
        "inclusion": f"Now this must be true for you to join: {now}",
        "exclusion": f"Now you cannot join if: {now}",
    }
    if _LETS.search(was) or _LETS.search(now):
        # "Prior drug A is allowed" asks for nothing and bars nobody, on whichever list it stands.
        befores = {side: f"Before, it stood {_LISTS[side]}: {was}" for side in _LISTS}
        nows = {side: f"Now it stands {_LISTS[side]}: {now}" for side in _LISTS}
    return speak(
        "A rule changed sides.",
        befores.get(old or "", f"Before, it stood among other rules: {was}"),
        nows.get(new or "", f"Now it stands among other rules: {now}"),
    ), _ask(scene)


def tell_rule_split(scene: Scene) -> Told:
    """Tell one rule that became several."""
    parts = texts_of(scene.new)
    now = speak(*(quote_end(part) for part in parts or ("",)))
    return (
        f"One {_thing(scene)} was split into {counted(len(parts), 'rule')}. "
        f"Before: {quote_end(text_of(scene.old))} Now: {now}"
    ), _ask(scene)


def tell_rule_merged(scene: Scene) -> Told:
    """Tell several rules that became one."""
    parts = texts_of(scene.old)
    was = speak(*(quote_end(part) for part in parts or ("",)))
    return (
        f"{len(parts)} {_thing(scene, 'rule' if len(parts) == 1 else 'rules')} became one. "
        f"Before: {was} Now: {quote_end(text_of(scene.new))}"
    ), _ask(scene)


def tell_age(scene: Scene) -> Told:
    """Tell the top or lowest age before and now, and who fits today."""
    first = {
        "easier": "More people now fit the rule on age:",
        "harder": "Fewer people now fit the rule on age:",
    }.get(_direction(scene), "The rule on age has changed:")
    if scene.subject not in ("minimum_age", "maximum_age"):
        was, now = (_age_groups(value) for value in (scene.old, scene.new))
        return f"The age groups of the study have changed. Before: {was}. Now: {now}.", ""
    limit = "top age" if scene.subject.startswith("maximum") else "lowest age"
    ages = age_range(raw_of(scene.note("minimum")), raw_of(scene.note("maximum")))
    now = f"Now the study is for people {ages}." if ages else "Now the record gives no age limit."
    return speak(f"{first} {_limit_moved(limit, scene)}", now), _meaning(scene)


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
        return f"{_for_whom(scene)} {_for_whom_before(scene)}", _meaning(scene)
    if scene.subject == "gender_based":
        return f"{_gender(scene.new, 'now ')} {_gender(scene.old, '')}", _ask(scene)
    return speak(
        "The study team changed what it says about gender.",
        _both(scene),
    ), _ask(scene)


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
    ), _meaning(scene) if isinstance(scene.new, bool) else _ask(scene)


def tell_population(scene: Scene) -> Told:
    """Tell whom the study looks at, or how they are picked, before and now."""
    if scene.subject == "sampling_method":
        now = labels.label(labels.SAMPLING, raw_of(scene.new))
        was = labels.label(labels.SAMPLING, raw_of(scene.old))
        return f"How people are picked has changed. Now: {now}. Before: {was}.", ""
    return speak(
        "The study team changed what it says about the people it looks at.",
        _both(scene),
    ), _ask(scene)
