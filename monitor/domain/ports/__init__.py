"""What the use cases ask of the world. One role each; who plays it is decided in ``trialwatch``."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from monitor.domain.ports.models import Model
from monitor.domain.ports.outbox import Bounces, ConfirmationCarrier, Deliveries, Notifier
from monitor.domain.ports.readers import Consents, Letterboxes, PublicLinks, Timings, Watches
from monitor.domain.ports.records import Alerts, Lineages, Releases, Summaries, Trials, Versions
from monitor.domain.ports.searches import Searches
from monitor.domain.ports.sources import (
    FetchedBatch,
    FetchedStudy,
    Finder,
    History,
    KeptAside,
    PastVersion,
    Registry,
    Release,
)
from monitor.domain.ports.whole import StudyPage, WholeRegistry, WholeRows
from monitor.domain.ports.work import OpenWork, Work

__all__ = [
    "Alerts",
    "Bounces",
    "Clock",
    "ConfirmationCarrier",
    "Consents",
    "Deliveries",
    "FetchedBatch",
    "FetchedStudy",
    "Finder",
    "History",
    "KeptAside",
    "Letterboxes",
    "Lineages",
    "Model",
    "Notifier",
    "OpenWork",
    "PastVersion",
    "PublicLinks",
    "Registry",
    "Release",
    "Releases",
    "Searches",
    "StudyPage",
    "Summaries",
    "Timings",
    "Trials",
    "Versions",
    "Watches",
    "WholeRegistry",
    "WholeRows",
    "Work",
]

#: Returns the time now, UTC and aware.
Clock: TypeAlias = Callable[[], datetime]
