"""``/api/v1/lists/{list_id}/trials/{nct_id}``: what is written beside a trial on a list."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response

from monitor.domain.notes import LONGEST_NOTE, LONGEST_TAG, MOST_TAGS, Note, NoteError, read_note
from monitor.domain.trial import NctId
from trialwatch.web.api.answers import Number, told
from trialwatch.web.api.described import changed, one
from trialwatch.web.api.listed import Edited, Seen
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.asked import trial_number
from trialwatch.web.notes import keep, note_beside
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling

router = APIRouter(tags=["lists"], route_class=OnceRoute)
_PATH = "/lists/{list_id}/trials/{nct_id}"
_Text = Annotated[
    str | None,
    Body(
        max_length=LONGEST_NOTE,
        description="Left out or null, the note stays; empty, it goes.",
        examples=["Ask about travel costs."],
    ),
]
_Tags = Annotated[
    list[Annotated[str, Body(max_length=LONGEST_TAG + 1)]] | None,
    Body(
        max_length=MOST_TAGS,
        description="Words. Left out or null, tags stay; empty, they go.",
        examples=[["lung", "phase-3"]],
    ),
]


@router.get(_PATH, summary="Note and tags of a trial", responses=one("Note", "What is written."))
def show(request: Request, service: Wired, chosen: Seen, nct_id: Number) -> Response:
    """Give what is written beside a trial on a list that one sees."""
    number = trial_number(nct_id)
    return told(request, _json(number, note_beside(service, chosen, number)))


@router.patch(_PATH, summary="Write beside a trial", responses=changed("Note"))
def write(
    request: Request,
    visitor: Calling,
    service: Wired,
    chosen: Edited,
    nct_id: Number,
    *,
    note: _Text = None,
    tags: _Tags = None,
) -> Response:
    """Write a note or tags beside a trial on a list that one may change."""
    number = trial_number(nct_id)
    there = note_beside(service, chosen, number)
    try:
        new = read_note(there.text if note is None else note, there.tags if tags is None else tags)
    except NoteError as error:
        field = "note" if error.field == "text" else error.field
        raise FieldError(field, str(error), fix="Send it shorter, or in plain words.") from error
    keep(service, visitor, chosen, number, new)
    return told(request, _json(number, new))


def _json(nct_id: NctId, note: Note) -> dict[str, Any]:
    return {"nct_id": nct_id, "note": note.text, "tags": list(note.tags)}
