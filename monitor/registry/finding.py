"""Searching: how many trials, which first, and which altogether.

A set of trials is believed only when it is whole: every trial that was counted came, once, all
of one release. The registry keeps no order between pages and takes a token of another search
without a word, so pages that do not fit together are begun anew.
"""

from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from monitor.domain.errors import RegistryRefusedError, RegistryUnavailableError
from monitor.domain.searches import Found, Hit, Parameters
from monitor.domain.trial import NctId
from monitor.registry.asking import Asker
from monitor.registry.options import RegistryOptions
from monitor.registry.parse import UNREADABLE
from monitor.registry.questions import Question
from monitor.registry.verdicts import PassingFaultError
from monitor.registry.wire import Answer

#: Times a search is begun anew when its pages do not fit together.
_BEGINNINGS: Final = 3
_FIELDS: Final = "NCTId|BriefTitle|OverallStatus|VersionHolder"
#: Keeps pages from sharing trials as far as the registry can: it sorts by dates alone.
_ORDER: Final = "StudyFirstPostDate:desc"
_NUMBER_LENGTH: Final = len("NCT01234567")
_LONGEST_TITLE: Final = 500


class _Identification(msgspec.Struct, frozen=True, rename="camel"):
    nct_id: str
    brief_title: str = ""


class _Status(msgspec.Struct, frozen=True, rename="camel"):
    overall_status: str = ""


class _Protocol(msgspec.Struct, frozen=True, rename="camel"):
    identification_module: _Identification
    status_module: _Status = _Status()


class _Misc(msgspec.Struct, frozen=True, rename="camel"):
    version_holder: str = ""


class _Derived(msgspec.Struct, frozen=True, rename="camel"):
    misc_info_module: _Misc = _Misc()


class _Study(msgspec.Struct, frozen=True, rename="camel"):
    protocol_section: _Protocol
    derived_section: _Derived = _Derived()


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    studies: tuple[_Study, ...]
    next_page_token: str | None = None
    total_count: int | None = None


_PAGE = msgspec.json.Decoder(_Page)


def _read(answer: Answer) -> _Page:
    try:
        page = _PAGE.decode(answer.body)
    except UNREADABLE as error:
        raise PassingFaultError(f"an answer that cannot be read ({str(error)[:120]})") from error
    for study in page.studies:
        number = study.protocol_section.identification_module.nct_id
        if len(number) != _NUMBER_LENGTH or not number.startswith("NCT"):
            raise PassingFaultError("a page with a study that has no number")
    return page


def _read_counted(answer: Answer) -> _Page:
    page = _read(answer)
    if page.total_count is None or page.total_count < 0:
        raise PassingFaultError("a search without the count that was asked for")
    return page


def _asked(parameters: Parameters, *, page_size: int, token: str | None = None) -> Question:
    """Return one page of a search; all but count and token stay the same from page to page."""
    turn = (("pageToken", token),) if token else (("countTotal", "true"),)
    shape = (("format", "json"), ("fields", _FIELDS), ("sort", _ORDER))
    size = ("pageSize", str(page_size))
    return Question(
        about="a search", path="/studies", parameters=(*parameters, *shape, size, *turn)
    )


async def find(asker: Asker, parameters: Parameters, *, most: int) -> Found:
    """Return how many trials are found, and the first of them, at most ``most``."""
    page = await asker.ask(_asked(parameters, page_size=most), _read_counted)
    hits = tuple(map(_hit, page.studies))[:most]
    return Found(total=page.total_count or 0, hits=hits)


async def find_all(
    asker: Asker, options: RegistryOptions, parameters: Parameters, *, most: int
) -> Found:
    """Return every trial that is found; none of them when there are more than ``most``.

    Raises:
        RegistryUnavailableError: The pages do not fit together, however often they are asked for.
        RegistryError: No usable answer.
    """
    for _ in range(_BEGINNINGS):
        found = await _whole(asker, options, parameters, most)
        if found is not None:
            return found
    raise RegistryUnavailableError(
        f"The registry ({options.host}) gives pages of a search that do not fit together: trials"
        " it counts are missing, or come twice. Nothing was taken from them; it is tried again"
        " later."
    )


async def _whole(
    asker: Asker, options: RegistryOptions, parameters: Parameters, most: int
) -> Found | None:
    """Return the whole set, None when the pages do not fit together."""
    size = options.page_size
    page = await asker.ask(_asked(parameters, page_size=size), _read_counted)
    total = page.total_count or 0
    if total > most:
        return Found(total=total, hits=())
    studies = list(page.studies)
    tokens = {page.next_page_token}
    while page.next_page_token and len(studies) <= total:
        following = await _next(asker, parameters, size, page.next_page_token)
        if following is None or (following.next_page_token and following.next_page_token in tokens):
            return None
        page = following
        tokens.add(page.next_page_token)
        studies += page.studies
    return _fitting(studies, total) if not page.next_page_token else None


async def _next(asker: Asker, parameters: Parameters, size: int, token: str) -> _Page | None:
    """Return the page of a token, None when the registry will not take its own token back."""
    try:
        return await asker.ask(_asked(parameters, page_size=size, token=token), _read)
    except RegistryRefusedError:
        return None


def _fitting(studies: list[_Study], total: int) -> Found | None:
    """Return the set if it is whole and of one release."""
    hits = {hit.nct_id: hit for hit in map(_hit, studies)}
    stamps = {study.derived_section.misc_info_module.version_holder for study in studies}
    if len(hits) != total or len(studies) != total or len(stamps) > 1:
        return None
    return Found(total=total, hits=tuple(hits.values()))


async def sight(
    asker: Asker, options: RegistryOptions, nct_ids: Collection[NctId]
) -> Mapping[NctId, Hit]:
    """Return how these trials stand now; those that do not come are left out."""
    asked = sorted(set(nct_ids))
    seen: dict[NctId, Hit] = {}
    for start in range(0, len(asked), options.batch):
        ids = ("filter.ids", "|".join(asked[start : start + options.batch]))
        page = await asker.ask(_asked((ids,), page_size=options.page_size), _read)
        seen |= {hit.nct_id: hit for hit in map(_hit, page.studies)}
    return {nct_id: seen[nct_id] for nct_id in asked if nct_id in seen}


def _hit(study: _Study) -> Hit:
    identification = study.protocol_section.identification_module
    return Hit(
        nct_id=NctId(identification.nct_id),
        title=identification.brief_title[:_LONGEST_TITLE],
        status=study.protocol_section.status_module.overall_status,
    )
