"""Which of the deliveries that are due are taken up now.

Pure decisions on values, shared by the real outbox and the one in memory; rows and locks are
elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.alerting.health import PACE, Pace, most_at_once, tokens
from monitor.domain.lanes import Lane, Room
from monitor.domain.trial import NctId
from monitor.domain.watches import Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Most sends under way at once in one process."""

    #: Webhooks to healthy targets that have been under way for less than ``SLOW``.
    steady: int = 16
    mail: int = 16
    suspect: int = 8
    #: Altogether, and so the bound on repeats when the process dies.
    most: int = 128

    def room(self, under_way: Mapping[Lane, int], *, altogether: int) -> Room:
        """Return the room that is left.

        Args:
            under_way: Sends that fill a slot of their lane.
            altogether: All sends under way, slow ones among them.
        """
        filled = {lane: under_way.get(lane, 0) for lane in Lane}
        slots = {Lane.STEADY: self.steady, Lane.MAIL: self.mail, Lane.SUSPECT: self.suspect}
        return Room(
            most=max(self.most - altogether, 0),
            lanes={lane: max(slots[lane] - filled[lane], 0) for lane in Lane},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A webhook that is due."""

    id: str
    target_id: int
    nct_id: NctId
    health: Health
    #: When its target's bucket is full again.
    paced_until: datetime | None
    pace: Pace = PACE


@dataclass(slots=True)
class Traffic:
    """What is under way already; grows with what is picked."""

    #: Sends by target.
    by_target: Counter[int] = field(default_factory=Counter)
    #: (target, trial) of which one is under way.
    pairs: set[tuple[int, NctId]] = field(default_factory=set)
    #: Tokens taken from each target's bucket by this claim.
    taken: Counter[int] = field(default_factory=Counter)

    def add(self, target_id: int, nct_id: NctId) -> None:
        """Note one more send under way."""
        self.by_target[target_id] += 1
        self.pairs.add((target_id, nct_id))


def pick(
    due: Iterable[Candidate], traffic: Traffic, *, limit: int, now: datetime
) -> tuple[tuple[Candidate, ...], frozenset[int]]:
    """Return what is taken up, in order, and the targets of which something has to wait.

    Args:
        due: What is due, longest first.
        traffic: What is under way; what is picked is added to it.
        limit: Most that is picked.
        now: The time.
    """
    picked: list[Candidate] = []
    waiting: set[int] = set()
    for one in due:
        if len(picked) == limit:
            break
        if not _may_go(one, traffic, now):
            waiting.add(one.target_id)
            continue
        picked.append(one)
        traffic.add(one.target_id, one.nct_id)
        traffic.taken[one.target_id] += 1
    return tuple(picked), frozenset(waiting)


def _may_go(one: Candidate, traffic: Traffic, now: datetime) -> bool:
    return (
        traffic.by_target[one.target_id] < most_at_once(one.health)
        and (one.target_id, one.nct_id) not in traffic.pairs
        and traffic.taken[one.target_id] < tokens(one.paced_until, now, one.pace)
    )
