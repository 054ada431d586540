"""What is asked: paths and parameters of the registry's API v2.

Plain values. Every parameter that has a default is sent all the same where the default has
surprised people: ten studies a page even when a hundred numbers are asked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from monitor.domain.trial import NctId

_SHAPE = (("format", "json"), ("markupFormat", "markdown"))
_STUDY_PATH = re.compile(r"/studies/(NCT[0-9]{8})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request below the base address."""

    #: What is asked, for messages: ``the release``, ``NCT01234567``.
    about: str
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    #: Set when one study is asked for: "not found" and a redirect are answers then.
    nct_id: NctId | None = None
    #: Below the address of the registry's own pages instead of the API's.
    internal: bool = False


def version(etag: str | None = None) -> Question:
    """Ask which release is served, unless it is still the one with ``etag``."""
    headers = (("If-None-Match", etag),) if etag else ()
    return Question(about="its release", path="/version", headers=headers)


def studies(nct_ids: Sequence[NctId], *, page_size: int, token: str | None = None) -> Question:
    """Ask for the studies with these numbers; all but ``token`` must stay the same by pages."""
    ids, page = ("filter.ids", ",".join(nct_ids)), ("pageSize", str(page_size))
    turn = (("pageToken", token),) if token else ()
    return Question(
        about=_numbers(nct_ids), path="/studies", parameters=(*_SHAPE, ids, page, *turn)
    )


def _numbers(nct_ids: Sequence[NctId]) -> str:
    if len(nct_ids) == 1:
        return nct_ids[0]
    return f"{len(nct_ids)} trials, {nct_ids[0]} to {nct_ids[-1]}"


def everything(*, page_size: int, token: str | None = None) -> Question:
    """Ask for a page of all studies, oldest posted first: what is new comes last."""
    turn = (("pageToken", token),) if token else (("countTotal", "true"),)
    size = ("pageSize", str(page_size))
    order = ("sort", "StudyFirstPostDate:asc")
    return Question(about="all studies", path="/studies", parameters=(*_SHAPE, order, size, *turn))


def any_study() -> Question:
    """Ask for one study, whichever."""
    return Question(about="a study", path="/studies", parameters=(*_SHAPE, ("pageSize", "1")))


def study(nct_id: NctId) -> Question:
    """Ask for one study by its number or by an alias."""
    return Question(about=nct_id, path=f"/studies/{nct_id}", parameters=_SHAPE, nct_id=nct_id)


def canonical_number(base_url: str, question: Question, location: str) -> NctId | None:
    """Return the number that a redirect leads to.

    None when it leads anywhere but to another study of the same registry. The registry's own
    redirect drops the query, so the study is to be asked for anew by that number.
    """
    try:
        target = urlsplit(urljoin(base_url + question.path, location))
    except ValueError:
        return None
    base = urlsplit(base_url)
    if (target.scheme, target.netloc) != (base.scheme, base.netloc):
        return None
    found = _STUDY_PATH.fullmatch(target.path.removeprefix(base.path))
    return NctId(found[1]) if found else None
