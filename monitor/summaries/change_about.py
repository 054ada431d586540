"""Sentences for changes of what a study says of itself: titles, people, texts, topics."""

from monitor.domain.changes import Json
from monitor.summaries import labels
from monitor.summaries.calling import call_sentence
from monitor.summaries.prose import clean, quote, quote_end, quote_pair, shortened, speak
from monitor.summaries.scene import Scene, Told, at, raw_at, raw_of, text_at, text_of

_LONG = 400
_SHORT = 160
_CALLS = 3
_TITLES = {
    "brief_title": "title",
    "official_title": "full title",
    "acronym": "short name",
    "org_study_id": "sponsor's own number",
    "secondary_ids": "list of other numbers",
    "aliases": "list of older registry numbers",
}


def tell_title(scene: Scene) -> Told:
    """Tell a title or number before and now."""
    return _swap(f"The {_TITLES.get(scene.subject, 'title')} of the study", scene), ""


def _swap(what: str, scene: Scene, limit: int = _LONG) -> str:
    old, new = text_of(scene.old), text_of(scene.new)
    if not new:
        return f"{what} is no longer given. Before, it was {quote_end(old, limit)}"
    before = f"Before, it was {quote_end(old, limit)}" if old else "Before, none was given."
    return f"{what} is now {quote_end(new, limit)} {before}"


def tell_sponsor(scene: Scene) -> Told:
    """Tell who runs the study before and now."""
    old, new = text_of(scene.old), text_of(scene.new)
    if scene.subject == "lead_sponsor_class":
        return (
            f"The kind of group that runs the study is now {_kind(new)}. Before: {_kind(old)}.",
            "",
        )
    if scene.subject == "organization":
        return _swap("The group that keeps this record", scene), ""
    if not new:
        return f"The record no longer says who runs the study. Before, it was {_name(old)}.", ""
    before = f"Before, it was {_name(old)}." if old else "Before, the record did not say."
    return f"The group that runs the study is now {_name(new)}. {before}", ""


def _kind(text: str) -> str:
    return labels.label(labels.SPONSOR_CLASSES, text)


def _name(text: str) -> str:
    return shortened(clean(text), _SHORT).rstrip(".") or "not given"


def tell_collaborator(scene: Scene) -> Told:
    """Tell a group that now helps, or no longer helps, with the study."""
    name = _name(text_of(scene.new) or text_of(scene.old) or scene.subject)
    if scene.new is not None:
        return (
            f"A new group helps to run or pay for the study: {name}. Before, it was not listed.",
            "",
        )
    return f"A group is no longer listed as a helper of the study: {name}. Before, it was.", ""


def tell_responsible_party(scene: Scene) -> Told:
    """Tell who answers for the record before and now."""
    return (
        f"The one who answers for the record is now {_party(scene.new)}. "
        f"Before, it was {_party(scene.old)}."
    ), ""


#: Members of the one who answers for a record; the old ones stand in records of the first years.
_PARTY = ("name", "title", "affiliation", "old_name_title", "old_organization")


def _party(value: Json) -> str:
    kind = raw_at(value, "type")
    who = labels.label(labels.PARTIES, kind)
    details = [text_at(value, name) for name in _PARTY]
    said = shortened(", ".join(part for part in details if part), _SHORT)
    if not kind:
        return said or who
    return f"{who} ({said})" if said else who


def tell_official(scene: Scene) -> Told:
    """Tell a change among the people who answer for the study."""
    if scene.old is None:
        return f"A person was added to the leads of the study: {_official(scene)}.", ""
    if scene.new is None:
        return f"A person is no longer listed among the leads of the study: {_official(scene)}.", ""
    return (
        f"The record changed what it says of a lead of the study. "
        f"Now: {_lead(scene.new)}. Before: {_lead(scene.old)}."
    ), ""


def _official(scene: Scene) -> str:
    return _lead(scene.old if scene.new is None else scene.new) or _name(scene.subject)


def _lead(value: Json) -> str:
    role = raw_at(value, "role")
    parts = [text_at(value, "name"), text_at(value, "affiliation")]
    said = ", ".join(shortened(part, _SHORT) for part in parts if part)
    return f"{said} ({labels.label(labels.ROLES, role)})".strip() if role else said


def tell_contact(scene: Scene) -> Told:
    """Tell whom to call now."""
    if not scene.new:
        return "The record no longer gives a person to call for the whole study.", ""
    calls = speak(*_calls(scene))
    if not scene.old:
        return speak("The record now gives a person to call.", calls, "Before, it gave none."), ""
    same = _names(scene.old) == _names(scene.new)
    first = (
        "How to reach the person to call has changed."
        if same
        else "The person to call has changed."
    )
    return speak(first, calls), ""


def _names(value: Json) -> list[str]:
    """Return the names of the people to call, in order; phones and addresses do not count."""
    people = at(value, "contacts")
    found = people if isinstance(people, list | tuple) else ()
    return [text_at(person, "name") for person in found]


def _calls(scene: Scene) -> tuple[str, ...]:
    found = at(scene.new, "contacts") or scene.note("contacts")
    people = found if isinstance(found, list | tuple) else ()
    return tuple(_call(person) for person in people[:_CALLS])


def _call(person: Json) -> str:
    name, phone, ext, email = (
        raw_at(person, part) for part in ("name", "phone", "phone_ext", "email")
    )
    return call_sentence(name, phone, ext, email)


def tell_description(scene: Scene) -> Told:
    """Tell that the text about the study changed; both texts stand in the change itself."""
    name = "summary" if scene.subject == "brief_summary" else "long description"
    old, new = raw_of(scene.old), raw_of(scene.new)
    if not new:
        return f"The study team took out its {name} of the study. Before, there was one.", ""
    if not old:
        return f"The study team added a {name} of the study. Before, there was none.", ""
    first = f"The study team changed the words of its {name} of the study."
    if name != "summary":
        return f"{first} We cannot tell if the meaning changed. Both texts are kept.", ""
    was, now = quote_pair(old, new, _LONG)
    return speak(first, f"Before: {was}", f"Now: {now}"), ""


def tell_topic(scene: Scene) -> Told:
    """Tell a condition or search word that came or went."""
    name = quote(text_of(scene.new) or text_of(scene.old) or scene.subject, _SHORT)
    kind = "illness or topic" if scene.kind == "conditions" else "search word"
    if scene.new is not None:
        return f"The study now lists one more {kind}: {name}. Before, it was not listed.", ""
    return f"The study no longer lists this {kind}: {name}. Before, it was listed.", ""
