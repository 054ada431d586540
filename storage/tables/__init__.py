"""Every table, once. The migrations must come to the same; a test compares them.

Times are UTC and aware on both sides. Ids that people make grow as 64-bit numbers; alerts carry
their own. Nothing here queries.
"""

from storage.tables.base import metadata
from storage.tables.outbox import attempts, bounces, canary, confirmations, consents, deliveries
from storage.tables.people import (
    api_keys,
    institution_pins,
    institution_tries,
    kept_answers,
    list_members,
    passkey_challenges,
    passkeys,
    sessions,
    sign_in_links,
)
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
    "api_keys",
    "attempts",
    "bounces",
    "canary",
    "changes",
    "confirmations",
    "consents",
    "deliveries",
    "institution_pins",
    "institution_tries",
    "kept_answers",
    "lineages",
    "list_members",
    "metadata",
    "passkey_challenges",
    "passkeys",
    "refusals",
    "registry",
    "registry_pass",
    "search_trials",
    "searches",
    "sessions",
    "sign_in_links",
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
