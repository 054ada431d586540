"""Whether a record can be believed, by itself and beside the one we hold.

Plain functions: records in, a reason in words out, None when there is nothing to say. Kinder
than a validator: sponsors do odd things to their records, and a true change that is refused is
a lost alert. What is refused here is what only a fault explains: half a record, another
trial's, yesterday's.

On the 74 consecutive real versions of 33 trials nothing is refused; the largest true loss among
them is 92 places to 56.
"""

import re

from monitor.domain.errors import DamagedRecordError
from monitor.registry.parse import decode_study, release_of
from monitor.registry.record import ProtocolSection, Study

_NUMBER = re.compile(r"NCT[0-9]{8}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: A placeholder that stands for a record the sponsor keeps back; it may lack anything.
_WITHHELD = "WITHHELD"
#: Statuses whose records may lose their places: nobody was or will be treated there.
_WITHOUT_PLACES = frozenset(
    {_WITHHELD, "WITHDRAWN", "NO_LONGER_AVAILABLE", "APPROVED_FOR_MARKETING"}
)

#: Modules that every one of 694 real records has: words for them, field of the protocol section.
_ALWAYS = {
    "its titles": "identification_module",
    "its status": "status_module",
    "its sponsor": "sponsor_collaborators_module",
    "its summary": "description_module",
    "its conditions": "conditions_module",
    "its design": "design_module",
    "who may join": "eligibility_module",
}
#: Modules that most have; one can go by an honest edit, two at once do not.
_MOSTLY = {
    "its arms and interventions": "arms_interventions_module",
    "its outcomes": "outcomes_module",
    "its contacts and places": "contacts_locations_module",
}
#: Below this a list of places or a text is too short for its quarter to mean anything.
_FEWEST_PLACES = 4
_SHORTEST_CRITERIA = 100
_SHRUNK_TO_A = 4
#: Whole records shrink more: contacts and statuses of places go when recruiting ends.
_WHOLE_SHRUNK_TO_A = 8


def unreadable(raw: bytes) -> str | None:
    """Return why ``raw`` is no record at all, None when it can be read as one.

    Also refused is a record of which only number and status came: as a baseline it would make
    everything else look new the next day.
    """
    try:
        study = decode_study(raw)
    except DamagedRecordError as error:
        return _short(str(error))
    if not _NUMBER.fullmatch(study.nct_id):
        return "carries no NCT number"
    if study.status.overall_status == _WITHHELD:
        return None
    gone = [words for words, module in _ALWAYS.items() if not _has(study, module)]
    if not study.status.overall_status:
        return "carries no status"
    return f"lacks {_listed(gone)}" if len(gone) >= len(_ALWAYS) - 2 else None


def implausible(old: Study, new: Study, *, old_bytes: int, new_bytes: int) -> str | None:
    """Return why ``new`` cannot be what became of ``old``, None when it can.

    Args:
        old: The record held.
        new: The record that came.
        old_bytes: Length of the one held, as JSON.
        new_bytes: Length of the one that came.
    """
    reason = _of_another_trial(old, new) or _older(old, new)
    if reason or new.status.overall_status == _WITHHELD:
        return reason
    for check in (_modules_gone, _results_gone, _places_gone, _criteria_gone):
        if reason := check(old, new):
            return reason
    return None if _lost_results(old, new) else _whole_shrunk(old_bytes, new_bytes)


def _of_another_trial(old: Study, new: Study) -> str | None:
    """Refuse another number, unless the new record says that it took over the old one."""
    if new.nct_id == old.nct_id or old.nct_id in new.identification.nct_id_aliases:
        return None
    return f"is the record of {_short(new.nct_id) or 'no trial'}, not of {old.nct_id}"


def _older(old: Study, new: Study) -> str | None:
    """Refuse what an earlier release said.

    The release stamp tells. Only where it says nothing do the posting dates: under a later
    stamp an earlier posting is what the registry now says, and not for us to doubt.
    """
    for name, day_of in {"release": release_of, "last posted update": _posted_on}.items():
        before, after = day_of(old), day_of(new)
        if _DAY.fullmatch(before) and _DAY.fullmatch(after) and after != before:
            earlier = after < before
            text = f"is older than the one held: its {name} is of {after}, not {before}"
            return text if earlier else None
    return None


def _posted_on(study: Study) -> str:
    posted = study.status.last_update_post_date_struct
    return (posted.date if posted else None) or ""


def _modules_gone(old: Study, new: Study) -> str | None:
    always = _gone(old, new, _ALWAYS)
    mostly = _gone(old, new, _MOSTLY)
    if always or len(mostly) > 1:
        return f"lacks {_listed(always + mostly)}, which it had"
    if old.status.overall_status and not new.status.overall_status:
        return "lacks its status, which it had"
    if old.identification.brief_title and not new.identification.brief_title:
        return "lacks its title, which it had"
    return None


def _gone(old: Study, new: Study, modules: dict[str, str]) -> list[str]:
    return [words for words, name in modules.items() if _has(old, name) and not _has(new, name)]


def _has(study: Study, module: str) -> bool:
    """Tell whether a module holds anything. The number alone does not make an identification."""
    held = getattr(study.protocol_section, module)
    if module == "identification_module":
        return bool(study.identification.brief_title or study.identification.official_title)
    return bool(held != getattr(_EMPTY, module))


_EMPTY = ProtocolSection()


def _results_gone(old: Study, new: Study) -> str | None:
    if old.results_section and not new.results_section and new.has_results:
        return "says that it has results, and lacks those it had"
    return None


def _lost_results(old: Study, new: Study) -> bool:
    """Tell whether results were taken back, which makes a record much smaller in earnest."""
    return bool(old.results_section) and not new.results_section


def _places_gone(old: Study, new: Study) -> str | None:
    if new.status.overall_status in _WITHOUT_PLACES:
        return None
    before, after = len(old.contacts.locations), len(new.contacts.locations)
    if before < _FEWEST_PLACES or after * _SHRUNK_TO_A > before:
        return None
    return f"lists {after} of {before} places, and no status that explains it"


def _criteria_gone(old: Study, new: Study) -> str | None:
    before = old.eligibility.eligibility_criteria or ""
    after = new.eligibility.eligibility_criteria or ""
    if len(before) < _SHORTEST_CRITERIA:
        return None
    by_length = len(after) * _SHRUNK_TO_A <= len(before)
    # Lines alone prove nothing: a list may be set as one paragraph.
    by_lines = _lines(after) * _SHRUNK_TO_A <= _lines(before) and len(after) * 2 <= len(before)
    if by_length or by_lines:
        return f"has {len(after):,} of {len(before):,} characters of its criteria left"
    return None


def _lines(text: str) -> int:
    return text.count("\n") + 1


def _whole_shrunk(old_bytes: int, new_bytes: int) -> str | None:
    if new_bytes * _WHOLE_SHRUNK_TO_A <= old_bytes:
        return f"has {new_bytes:,} of {old_bytes:,} bytes left"
    return None


def _listed(words: list[str]) -> str:
    return ", ".join(words)


def _short(text: str) -> str:
    return " ".join(text.split())[:200]
