"""Sentences for changes of who can join: rules, age, sex, healthy people.

A rule is always shown in the study's own words, before and now. Its direction (less strict,
more strict) is said only when the detection is sure of it.
"""

import re
from collections.abc import Mapping

from monitor.domain.changes import Json
from monitor.registry.record import Study
from monitor.summaries.criteria import RULES, plain_text
from monitor.summaries.numbers import counted
from monitor.summaries.prose import QUOTE_LIMIT, quote_end, quote_pair, speak
from monitor.summaries.readability import grade
from monitor.summaries.record_facts import protected_names
from monitor.summaries.scene import Scene, Told, raw_at, raw_of, text_of, texts_of
from monitor.summaries.status import MAY_TAKE_PEOPLE

ASK = "If you are not sure how this fits you, ask the study team or your doctor."
_MORE = "More people may be able to join now. Ask the study team or your doctor."
_FEWER = "Fewer people may be able to join now. Ask the study team or your doctor."
_MEANING = {"easier": _MORE, "harder": _FEWER}


def direction_of(scene: Scene) -> str:
    """Return ``easier``, ``harder``, ``same`` or ``unclear``, as the detection has it."""
    return raw_of(scene.note("direction")) or "unclear"


def meaning_of(scene: Scene) -> str:
    """Return what the change means for people who may want to join, nothing where none can."""
    if scene.after.status.overall_status not in MAY_TAKE_PEOPLE:
        return ""
    return _MEANING.get(direction_of(scene), ASK)


def asking(scene: Scene) -> str:
    """Return whom to ask, nothing where no one can join."""
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
    return speak(first, plain, _group(scene), "Before, it was not listed."), meaning_of(scene)


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
    return speak(first, plain, _group(scene), "It is no longer listed."), meaning_of(scene)


def tell_rule_changed(scene: Scene) -> Told:
    """Tell a rule whose meaning changed, or may have."""
    # What lets somebody in is told as it stands, on either list.
    lets = _lets(scene, scene.old) or _lets(scene, scene.new)
    plain = "" if lets else _plainly(scene.new, _section(scene), scene.after)
    both = speak(both_texts(scene), plain)
    thing = "rule for joining" if lets else _thing(scene)
    first = {
        "easier": f"One {thing} is less strict now.",
        "harder": f"One {thing} is more strict now.",
    }.get(
        direction_of(scene),
        f"One {thing} has changed. We cannot tell if it is more or less strict now.",
    )
    return speak(first, both, _group(scene)), meaning_of(scene)


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
    same = direction_of(scene) == "same"
    first = f"The study team changed the words of one {_thing(scene)}."
    doubt = (
        "The numbers and limits in it are the same."
        if same and _digits(scene.old) == _digits(scene.new)
        else "We cannot tell if the meaning changed."
    )
    both = both_texts(scene)
    return speak(first, doubt, both, _group(scene)), asking(scene)


def both_texts(scene: Scene) -> str:
    """Return both texts side by side."""
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
    ), asking(scene)


def tell_rule_split(scene: Scene) -> Told:
    """Tell one rule that became several."""
    parts = texts_of(scene.new)
    now = speak(*(quote_end(part) for part in parts or ("",)))
    return (
        f"One {_thing(scene)} was split into {counted(len(parts), 'rule')}. "
        f"Before: {quote_end(text_of(scene.old))} Now: {now}"
    ), asking(scene)


def tell_rule_merged(scene: Scene) -> Told:
    """Tell several rules that became one."""
    parts = texts_of(scene.old)
    was = speak(*(quote_end(part) for part in parts or ("",)))
    return (
        f"{len(parts)} {_thing(scene, 'rule' if len(parts) == 1 else 'rules')} became one. "
        f"Before: {was} Now: {quote_end(text_of(scene.new))}"
    ), asking(scene)
