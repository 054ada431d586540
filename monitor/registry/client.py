"""Asking ClinicalTrials.gov, or whoever plays it: which release, these studies, this one.

Says what came back and what did not. Whether a record that came back can be believed is judged
in ``monitor.registry.judge``; when to ask again after an error is the caller's to decide.
"""

import logging
from collections import deque
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from ssl import SSLContext

from monitor.domain.errors import (
    DamagedRecordError,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from monitor.domain.ports import FetchedBatch, FetchedStudy, KeptAside, PastVersion, Release
from monitor.domain.ports.whole import StudyPage
from monitor.domain.searches import Found, Hit, Parameters
from monitor.domain.trial import NctId, parse_nct_id
from monitor.registry import everything, finding, history, questions
from monitor.registry.answers import read_page, read_release, read_study
from monitor.registry.asking import Asker
from monitor.registry.batches import KEPT_BYTES, joined, sort_out, strangers
from monitor.registry.connections import Connections, open_pool
from monitor.registry.options import RegistryOptions
from monitor.registry.pace import TimeAndChance
from monitor.registry.pages import Page, aliases_of, number_of
from monitor.registry.verdicts import OversizeError, astray

#: Times a batch is begun anew when its pages do not fit together.
_BEGINNINGS = 3
_MOST_REDIRECTS = 3
_MOST_SHOWN = 5
_log = logging.getLogger(__name__)


class RegistryClient:
    """The registry over one pool of connections. Made by ``open_registry``."""

    def __init__(self, asker: Asker, options: RegistryOptions) -> None:
        self._asker = asker
        self.options = options
        #: Most numbers in one request: less than the option once the registry found that too long.
        self._batch = options.batch

    async def release(self, known: Release | None) -> Release | None:
        """Return the release now served, None when it is still ``known``.

        What counts is the data timestamp. The registry's tag moves with new software too; that
        costs an answer of a hundred bytes instead of none, never a sweep.

        Raises:
            RegistryError: No usable answer.
        """
        etag = known.etag if known else None
        found = await self._asker.ask(
            questions.version(etag), lambda answer: read_release(answer, conditional=bool(etag))
        )
        same = found is None or (known and known.data_timestamp == found.data_timestamp)
        return None if same else found

    async def fetch(self, nct_ids: Collection[NctId]) -> FetchedBatch:
        """Return the studies with these numbers, in as many requests as it takes.

        A request that is too long, or whose answer is, is made anew in two halves.

        Raises:
            RegistryError: No usable answer; nothing is known of any of the numbers then.
        """
        asked = list(dict.fromkeys(map(parse_nct_id, nct_ids)))
        waiting = deque(
            asked[start : start + self._batch] for start in range(0, len(asked), self._batch)
        )
        found: list[FetchedBatch] = []
        while waiting:
            some = waiting.popleft()
            fetched = await self._fetch_or_halve(some)
            if fetched:
                found.append(fetched)
            else:
                half = len(some) // 2
                waiting.extendleft((some[half:], some[:half]))
        return joined(found)

    async def _fetch_or_halve(self, some: list[NctId]) -> FetchedBatch | None:
        """Return the studies, None when they are to be asked for in two halves."""
        try:
            return await self._fetch(some)
        except OversizeError as error:
            return None if len(some) > 1 else _oversized(some[0], error)
        except RegistryRefusedError as error:
            if not error.too_long or len(some) == 1:
                raise
            self._batch = min(self._batch, len(some) // 2)
            return None

    async def _fetch(self, some: list[NctId]) -> FetchedBatch:
        studies, pages = await self._whole(some)
        batch = sort_out(some, studies)
        if pages > 1 and batch.missing:
            # The registry keeps no order between pages, so a study can slip from one to another.
            rest, _ = await self._whole(list(batch.missing))
            studies += rest
            batch = sort_out(some, studies)
        self._report(strangers(batch, studies))
        return batch

    def _report(self, strange: Sequence[str]) -> None:
        if strange:
            shown = ", ".join(strange[:_MOST_SHOWN])
            _log.warning(
                "registry: %d studies came that nobody asked for, and were dropped: %s%s",
                *(len(strange), shown, ", ..." if len(strange) > _MOST_SHOWN else ""),
            )

    async def _whole(self, some: list[NctId]) -> tuple[list[bytes], int]:
        """Return the studies of all pages of one batch, and how many pages those were."""
        for _ in range(_BEGINNINGS):
            found = await self._pages(some)
            if found:
                return found
        raise RegistryUnavailableError(
            f"The registry ({self.options.host}) gives pages that do not fit together for"
            f" {len(some)} trials, {some[0]} to {some[-1]}. Nothing was checked; it is tried again"
            " later."
        )

    async def _pages(self, some: list[NctId]) -> tuple[list[bytes], int] | None:
        """Return the studies of all pages and their count, None when a token leads astray."""
        studies: list[bytes] = []
        tokens: list[str | None] = [None]
        while len(tokens) <= len(some) + 1:
            page = await self._page(some, tokens[-1])
            if page is None or page.token in tokens[1:]:
                return None
            studies += page.studies
            self._bound(some, studies)
            if page.token is None:
                return studies, len(tokens)
            tokens.append(page.token)
        return None

    async def _page(self, some: list[NctId], token: str | None) -> Page | None:
        """Return one page, None when the registry will not take its own token back."""
        question = questions.studies(some, page_size=self.options.page_size, token=token)
        try:
            return await self._asker.ask(question, read_page)
        except RegistryRefusedError as error:
            if token is None or error.too_long:
                raise
            return None

    def _bound(self, some: Sequence[NctId], studies: Sequence[bytes]) -> None:
        """Refuse an answer that goes on and on.

        Raises:
            OversizeError: More bytes than one answer may have, over all pages.
            RegistryUnavailableError: Far more studies than numbers asked for.
        """
        if sum(map(len, studies)) > self.options.body_cap_bytes:
            raise OversizeError("The pages of one request are too large together", start=studies[0])
        if len(studies) > 2 * len(some):
            raise RegistryUnavailableError(
                f"The registry ({self.options.host}) was asked for {len(some)} trials and gave"
                f" {len(studies)} or more: it does not heed which were asked for. Nothing was"
                " checked; it is tried again later."
            )

    async def page_of_all(self, token: str | None) -> StudyPage | None:
        """Return a page of all studies, None when the registry will not take its token back.

        Raises:
            RegistryError: No usable answer.
        """
        return await everything.page_of_all(self._asker, self.options, token)

    async def any_study(self) -> bytes | None:
        """Return one study of the registry's choice, None when it holds none.

        Raises:
            RegistryError: No usable answer.
        """
        page = await self._asker.ask(questions.any_study(), read_page)
        return page.studies[0] if page.studies else None

    async def look(self, nct_id: NctId) -> FetchedStudy | None:
        """Look at one trial by itself; None only when the registry says it does not know it.

        Raises:
            DamagedRecordError: The answer is not this trial, or too large to be read.
            RegistryError: Anything else: an outage never reads as a trial that vanished.
        """
        requested = wanted = parse_nct_id(nct_id)
        for _ in range(_MOST_REDIRECTS):
            question = questions.study(wanted)
            found = await self._asker.ask(question, read_study)
            if found is None:
                return None
            if found.raw is not None:
                return _looked(requested, wanted, found.raw)
            canonical = questions.canonical_number(self.options.url, question, found.location)
            if canonical is None:
                break
            wanted = canonical
        raise astray(questions.study(requested), host=self.options.host)

    async def find(self, parameters: Parameters, *, most: int) -> Found:
        """Return how many trials a search finds, and the first of them, at most ``most``.

        Raises:
            RegistryRefusedError: The registry does not understand the search.
            RegistryError: No usable answer.
        """
        return await finding.find(self._asker, parameters, most=most)

    async def find_all(self, parameters: Parameters, *, most: int) -> Found:
        """Return every trial a search finds; none of them when there are more than ``most``.

        Raises:
            RegistryRefusedError: The registry does not understand the search.
            RegistryError: No usable answer, or none that fits together.
        """
        return await finding.find_all(self._asker, self.options, parameters, most=most)

    async def sight(self, nct_ids: Collection[NctId]) -> Mapping[NctId, Hit]:
        """Return how these trials stand now; those the registry does not show are left out.

        Raises:
            RegistryError: No usable answer.
        """
        return await finding.sight(self._asker, self.options, nct_ids)

    async def past_versions(self, nct_id: NctId) -> tuple[PastVersion, ...] | None:
        """Return the versions that the registry's history lists; None when it cannot be read.

        One try: who asks for the past has time.

        Raises:
            RegistryBlockedError: The registry refuses us.
            RegistryUnavailableError: A fault that may pass.
        """
        question = history.list_question(nct_id)
        return await history.ask_past(self._asker, self.options, question, history.read_list)

    async def past_record(self, nct_id: NctId, number: int) -> bytes | None:
        """Return the protocol section of a past version; None when it cannot be read as one.

        Raises:
            RegistryBlockedError: The registry refuses us.
            RegistryUnavailableError: A fault that may pass.
        """
        question = history.record_question(nct_id, number)
        return await history.ask_past(
            self._asker, self.options, question, lambda answer: history.read_record(answer, nct_id)
        )


def _looked(requested: NctId, wanted: NctId, raw: bytes) -> FetchedStudy:
    number = number_of(raw)
    if not number or (number != wanted and wanted not in aliases_of(raw)):
        raise DamagedRecordError(
            f"The registry was asked for {wanted} and gave {number or 'a record without number'}."
            " Nothing was compared; it is tried again later."
        )
    return FetchedStudy(requested=requested, nct_id=NctId(number), raw=raw)


def _oversized(nct_id: NctId, error: OversizeError) -> FetchedBatch:
    aside = KeptAside(nct_id=nct_id, reason=str(error), raw=error.start[:KEPT_BYTES])
    return FetchedBatch(studies=(), missing=(), kept_aside=(aside,))


@asynccontextmanager
async def open_registry(
    options: RegistryOptions, *, timing: TimeAndChance | None = None, tls: SSLContext | None = None
) -> AsyncIterator[RegistryClient]:
    """Open a client; leaving the block closes its connections.

    Args:
        options: How to ask.
        timing: Clocks, sleep and chance; the real ones by default.
        tls: Certificates to trust; httpx's own choice by default, on which the registry's edge
            has an opinion.
    """
    connections = Connections(lambda: open_pool(options, tls))
    try:
        yield RegistryClient(Asker(connections, options, timing or TimeAndChance()), options)
    finally:
        await connections.aclose()
