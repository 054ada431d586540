"""Which of the studies that came back were asked for.

Plain functions: numbers and bytes in, a ``FetchedBatch`` out, in which every number asked for
stands exactly once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.domain.ports import FetchedBatch, FetchedStudy, KeptAside
from monitor.domain.trial import NctId
from monitor.registry.pages import aliases_of, number_of
from monitor.registry.parse import without_stamp

#: Most bytes of an answer that is kept aside only to be looked at by a person.
KEPT_BYTES = 64 * 1024


@dataclass(slots=True)
class _Returned:
    """Studies of an answer by the number they give themselves."""

    known: dict[str, bytes] = field(default_factory=dict)
    #: The same number twice with different contents: nobody knows which one is true.
    torn: dict[str, bytes] = field(default_factory=dict)
    nameless: list[bytes] = field(default_factory=list)

    def add(self, raw: bytes) -> None:
        number = number_of(raw)
        if not number:
            self.nameless.append(raw)
        elif number in self.known and without_stamp(raw) != without_stamp(self.known[number]):
            self.torn[number] = self.known.pop(number)
        elif number not in self.torn:
            self.known[number] = raw


def sort_out(asked: Sequence[NctId], studies: Iterable[bytes]) -> FetchedBatch:
    """Return what became of every number in ``asked``.

    A study that lists a number asked for among its aliases answers for it. Studies nobody asked
    for are dropped: they may be watched all the same, and settled by another batch. Where a
    record came without any number, whoever is missing may be it, and is kept aside instead of
    called missing.
    """
    returned = _Returned()
    for raw in studies:
        returned.add(raw)
    answers = _answers(asked, returned)
    studies_for = {one: answers[one] for one in asked if answers.get(one) in returned.known}
    torn = {one: answers[one] for one in asked if answers.get(one) in returned.torn}
    lost = [one for one in asked if one not in answers]
    return FetchedBatch(
        studies=tuple(
            FetchedStudy(requested=one, nct_id=NctId(number), raw=returned.known[number])
            for one, number in studies_for.items()
        ),
        missing=() if returned.nameless else tuple(lost),
        kept_aside=(
            *(_torn(one, returned.torn[number]) for one, number in torn.items()),
            *(_nameless(one, returned.nameless[0]) for one in lost if returned.nameless),
        ),
    )


def _answers(asked: Sequence[NctId], returned: _Returned) -> dict[NctId, str]:
    """Return the number of the study that answers for each number asked for."""
    present = returned.known.keys() | returned.torn.keys()
    own = {one: str(one) for one in asked if one in present}
    if len(own) == len(asked):
        return own
    aliases = _by_alias({**returned.torn, **returned.known})
    return own | {one: aliases[one] for one in asked if one not in own and one in aliases}


def _by_alias(studies: Mapping[str, bytes]) -> dict[str, str]:
    by_alias: dict[str, str] = {}
    for number, raw in studies.items():
        for alias in aliases_of(raw):
            by_alias.setdefault(alias, number)
    return by_alias


def _torn(nct_id: NctId, raw: bytes) -> KeptAside:
    return KeptAside(
        nct_id=nct_id, reason="came twice in one answer, with different contents", raw=raw
    )


def _nameless(nct_id: NctId, raw: bytes) -> KeptAside:
    return KeptAside(
        nct_id=nct_id,
        reason="not in the answer under its number, but a record without any number was",
        raw=raw[:KEPT_BYTES],
    )


def strangers(batch: FetchedBatch, studies: Iterable[bytes]) -> tuple[str, ...]:
    """Return the numbers of studies that came although nobody asked for them."""
    expected = {study.nct_id for study in batch.studies}
    expected |= {aside.nct_id for aside in batch.kept_aside}
    numbers = (number_of(raw) for raw in studies)
    return tuple(dict.fromkeys(one for one in numbers if one and one not in expected))


def joined(batches: Sequence[FetchedBatch]) -> FetchedBatch:
    """Return several batches as one."""
    return FetchedBatch(
        studies=tuple(study for batch in batches for study in batch.studies),
        missing=tuple(nct_id for batch in batches for nct_id in batch.missing),
        kept_aside=tuple(aside for batch in batches for aside in batch.kept_aside),
    )
