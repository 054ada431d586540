"""All studies, page by page.

The registry sorts by dates alone, and studies of one day come in any order: whether a
going-through was whole is for the caller to find out by counting.
"""

import logging
from typing import Final

from monitor.domain.errors import RegistryRefusedError
from monitor.domain.ports import FetchedStudy
from monitor.domain.ports.whole import StudyPage
from monitor.domain.trial import NctId
from monitor.registry import questions
from monitor.registry.answers import read_page
from monitor.registry.asking import Asker
from monitor.registry.options import RegistryOptions
from monitor.registry.pages import Page, number_of
from monitor.registry.parse import stamp_of
from monitor.registry.verdicts import OversizeError

_SMALLEST: Final = 8
_log = logging.getLogger(__name__)


async def page_of_all(
    asker: Asker, options: RegistryOptions, token: str | None
) -> StudyPage | None:
    """Return a page of all studies, None when the registry will not take its token back.

    A page that is too large to be read is asked for anew with half as many studies, which a
    token allows.

    Raises:
        OversizeError: A few studies are too large together.
        RegistryError: No usable answer.
    """
    size = options.page_size
    while True:
        try:
            page = await asker.ask(questions.everything(page_size=size, token=token), read_page)
        except OversizeError:
            if size <= _SMALLEST:
                raise
            size //= 2
        except RegistryRefusedError:
            if token is None:
                raise
            return None
        else:
            return _named(page)


def _named(page: Page) -> StudyPage:
    studies: dict[str, bytes] = {}
    for raw in page.studies:
        studies.setdefault(number_of(raw), raw)
    if studies.pop("", None) is not None:
        _log.warning("registry: a page of all studies held a record without number")
    return StudyPage(
        studies=tuple(
            FetchedStudy(requested=NctId(number), nct_id=NctId(number), raw=raw)
            for number, raw in studies.items()
        ),
        holders=frozenset(map(stamp_of, studies.values())),
        token=page.token,
        total=page.total,
    )
