"""Trying the registry on behalf of a person: does it answer, and with what.

Two requests, no decision. What the person is told to do about an error is in the error.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from monitor.domain.errors import DamagedRecordError, RegistryUnavailableError
from monitor.domain.ports import Release
from monitor.domain.trial import NctId
from monitor.registry.client import RegistryClient
from monitor.registry.judge import unreadable
from monitor.registry.pages import number_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryReport:
    """What came back from a registry that works."""

    host: str
    #: The name we gave.
    user_agent: str
    release: Release
    release_latency: timedelta
    #: A study of the registry's choice.
    nct_id: NctId
    study_bytes: int
    study_latency: timedelta


async def try_registry(
    registry: RegistryClient, *, monotonic: Callable[[], float]
) -> RegistryReport:
    """Ask for the release and for one study.

    Args:
        registry: Opened with few attempts, for a person is waiting.
        monotonic: Seconds from any point on. The registry's pace is part of what it measures.

    Raises:
        RegistryError: It does not answer, refuses us, or gives no readable study.
    """
    release, release_latency = await _timed(registry.release(None), monotonic)
    raw, study_latency = await _timed(registry.any_study(), monotonic)
    options = registry.options
    if release is None or raw is None:
        raise RegistryUnavailableError(
            f"The registry ({options.host}) answers, but holds no study at all."
            " Compare TRIALWATCH_REGISTRY_URL with https://clinicaltrials.gov/api/v2."
        )
    if reason := unreadable(raw):
        raise DamagedRecordError(
            f"The registry ({options.host}) answers, but its study cannot be read: it {reason}."
            " Install the newest trialwatch; if that is this one, please report it."
        )
    return RegistryReport(
        host=options.host,
        user_agent=options.user_agent,
        release=release,
        release_latency=release_latency,
        nct_id=NctId(number_of(raw)),
        study_bytes=len(raw),
        study_latency=study_latency,
    )


async def _timed(answer: Awaitable[T], monotonic: Callable[[], float]) -> tuple[T, timedelta]:
    started = monotonic()
    came = await answer
    return came, timedelta(seconds=monotonic() - started)
