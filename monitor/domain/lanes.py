"""Lanes of the outbox, and how much room a worker has in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Lane(StrEnum):
    """Which sends share slots, so that those who are slow hold up nobody else."""

    #: Webhooks to targets that answered well last, or were never asked.
    STEADY = "steady"
    MAIL = "mail"
    #: Webhooks to targets whose last attempt failed, and every attempt after the first.
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many deliveries a worker can take up now."""

    #: In all lanes together.
    most: int
    lanes: Mapping[Lane, int]

    @classmethod
    def of(cls, most: int) -> "Room":
        """Return room for ``most`` deliveries of whatever lane."""
        return cls(most=most, lanes=dict.fromkeys(Lane, most))
