"""Notes and tags beside a trial on a list: who edits the list writes them, who sees it reads."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, Response

from monitor.domain.notes import LONGEST_NOTE, LONGEST_TAGS, Note, NoteError, read_note, read_tag
from monitor.domain.trial import NctId
from storage.lists import ListRow
from trialwatch.bootstrap import Service
from trialwatch.web.asked import Number, trial_number
from trialwatch.web.held import Right, open_list
from trialwatch.web.lists import EditedList
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, Wired, go_to
from trialwatch.web.visitors import Known, Visitor

router = APIRouter(prefix="/lists/{list_id}/trials/{nct}/note")
#: A browser sends two characters for each new line.
_Text = Annotated[str, Form(max_length=2 * LONGEST_NOTE)]
_NOT_ON_IT = "{} is not on this list."


@router.get("")
def show(visitor: Known, service: Wired, chosen: EditedList, nct: Number) -> HTMLResponse:
    """Show what is written beside a trial, to be changed."""
    nct_id = trial_number(nct)
    return _page(visitor, chosen, nct_id, note_beside(service, chosen, nct_id))


@router.post("")
def write(
    visitor: Known,
    service: Wired,
    chosen: EditedList,
    nct: Number,
    *,
    text: _Text = "",
    tags: Line = "",
) -> Response:
    """Write something beside a trial, in place of what stood there."""
    nct_id = trial_number(nct)
    try:
        keep(service, visitor, chosen, nct_id, read_note(text, tags))
    except NoteError as error:
        typed = Note(text=text, tags=(tags,))
        return _page(visitor, chosen, nct_id, typed, complaint=str(error))
    return go_to(f"/lists/{chosen.id}#{nct_id}")


def note_beside(service: Service, chosen: ListRow, nct_id: NctId) -> Note:
    """Return what is written beside a trial.

    Raises:
        HTTPException: It is not on the list.
    """
    with service.database.open_snapshot() as work:
        note = work.notes.get(chosen.id, nct_id)
    if note is None:
        raise HTTPException(404, _NOT_ON_IT.format(nct_id))
    return note


def keep(service: Service, visitor: Visitor, chosen: ListRow, nct_id: NctId, note: Note) -> None:
    """Write something beside a trial.

    Raises:
        HTTPException: It is not on the list, or the visitor may not any more.
    """
    with open_list(service, visitor, chosen, Right.EDIT) as (work, held):
        if not work.notes.write(held.id, nct_id, note):
            raise HTTPException(404, _NOT_ON_IT.format(nct_id))
        work.commit()


def tag_asked(text: str) -> str:
    """Return the tag that an address asks for, empty for none; one that cannot be has no trials."""
    try:
        return read_tag(text) if text else ""
    except NoteError:
        return text


def _page(
    visitor: Visitor, chosen: ListRow, nct_id: NctId, note: Note, *, complaint: str = ""
) -> HTMLResponse:
    return render(
        "note.html",
        status_code=422 if complaint else 200,
        visitor=visitor,
        chosen=chosen,
        nct_id=nct_id,
        note=note,
        complaint=complaint,
        longest=LONGEST_NOTE,
        longest_tags=LONGEST_TAGS,
    )
