"""Every table, once. The migrations must come to the same; a test compares them.

Times are UTC and aware on both sides. Ids that people make grow as 64-bit numbers; alerts carry
their own. Nothing here queries.
"""

from storage.tables.base import metadata
from storage.tables.outbox import attempts, bounces, canary, confirmations, consents, deliveries
from storage.tables.releases import refusals, registry, registry_pass
from storage.tables.trials import alerts, changes, lineages, summaries, trials, versions
from storage.tables.watching import (
    search_trials,
    searches,
    subscribers,
    subscriptions,
    targets,
    timings,
    watch_lists,
    watches,
)

__all__ = [
    "alerts",
    "attempts",
    "bounces",
    "canary",
    "changes",
    "confirmations",
    "consents",
    "deliveries",
    "lineages",
    "metadata",
    "refusals",
    "registry",
    "registry_pass",
    "search_trials",
    "searches",
    "subscribers",
    "subscriptions",
    "summaries",
    "targets",
    "timings",
    "trials",
    "versions",
    "watch_lists",
    "watches",
]
