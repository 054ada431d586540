"""How trialwatch is doing, as Prometheus reads it (text format 0.0.4). Pure.

Counts, times and versions; nothing of anybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from storage.readmodels import Backlog, Holdings, OutboxState, RegistryState, ReplicaState
from trialwatch.canary import CanaryNow

TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen at one moment."""

    at: datetime
    version: str
    registry: RegistryState
    outbox: OutboxState
    backlog: Backlog
    holdings: Holdings
    mails_kept_back: int
    #: Tick to when it last ended well; empty where nothing ticks.
    ended_well_at: Mapping[str, datetime] = field(default_factory=dict)
    #: Ticks whose last end was not well.
    in_trouble: frozenset[str] = frozenset()
    #: How mail to ourselves stands, None where none is sent.
    canary: CanaryNow | None = None
    #: None where no replica is set.
    replica: ReplicaState | None = None


#: Labels to value: the samples of one metric.
_Samples: TypeAlias = Mapping[tuple[tuple[str, str], ...], float]


def exposition(look: Look) -> bytes:
    """Return every metric with its help and type."""
    lines = [line for metric in _metrics(look) for line in _written(*metric)]
    return "".join(f"{line}\n" for line in lines).encode()


def _metrics(look: Look) -> Iterator[tuple[str, str, _Samples]]:
    labels = ("version", look.version), ("schema", look.holdings.schema)
    yield "build_info", "Version of the program and of its tables; always 1.", _one(1, *labels)
    yield from _ticks(look)
    yield from _registry(look)
    yield from _outbox(look)
    yield from _canary(look)
    yield "versions_stored", "Distinct versions of records kept.", _one(look.holdings.versions)
    yield (
        "records_kept_aside",
        "Answers of the registry that could not be believed.",
        _one(look.holdings.kept_aside),
    )
    yield from _replica(look.replica)


def _replica(state: ReplicaState | None) -> Iterator[tuple[str, str, _Samples]]:
    yield (
        "replica_in_trouble",
        "Whether pages read the primary because the replica cannot be read.",
        {} if state is None else _one(bool(state.trouble)),
    )
    yield (
        "replica_behind_bytes",
        "What the replica had not replayed of the primary's log at the last try.",
        {} if state is None else _one(state.behind_bytes),
    )


def _ticks(look: Look) -> Iterator[tuple[str, str, _Samples]]:
    ended = {name: at.timestamp() for name, at in sorted(look.ended_well_at.items())}
    names = sorted({*look.ended_well_at, *look.in_trouble})
    yield "tick_last_end_timestamp_seconds", "When a tick last ended well.", _by("tick", ended)
    yield (
        "tick_in_trouble",
        "Whether a tick's last end was not well.",
        _by("tick", {name: name in look.in_trouble for name in names}),
    )


def _registry(look: Look) -> Iterator[tuple[str, str, _Samples]]:
    known = look.registry
    released = known.release_at
    yield (
        "release_timestamp_seconds",
        "Stamp of the registry's release that is known, read as UTC.",
        _at(released),
    )
    yield (
        "release_age_seconds",
        "How old the registry's release that is known is.",
        _age(released, look.at),
    )
    yield (
        "registry_seen_timestamp_seconds",
        "When the registry last answered.",
        _at(known.seen_at),
    )
    yield "registry_in_trouble", "Whether it could not be asked.", _one(known.trouble is not None)
    yield "trials_watched", "Trials on at least one list.", _one(known.watched)
    yield (
        "trials_unsettled",
        "Watched trials that no sweep has settled for the release yet.",
        _one(known.unsettled),
    )


def _outbox(look: Look) -> Iterator[tuple[str, str, _Samples]]:
    outbox, backlog = look.outbox, look.backlog
    yield (
        "deliveries",
        "Deliveries by state.",
        _by("state", {state.value: count for state, count in outbox.counts.items()}),
    )
    yield "deliveries_under_way", "Deliveries that a process holds.", _one(outbox.held)
    yield (
        "deliveries_past_due",
        "Pending deliveries more than ten minutes late, through no fault of their receivers.",
        _one(backlog.past_due),
    )
    yield (
        "delivery_oldest_due_timestamp_seconds",
        "When the next or the longest-waiting pending delivery is or was due.",
        _at(backlog.oldest_due_at),
    )
    yield (
        "mails_kept_back",
        "Mails that the mail server has not taken, through no fault of their readers.",
        _one(look.mails_kept_back),
    )
    yield "targets_failing", "Webhooks that failed last time.", _one(backlog.failing_targets)
    yield "breakers_open", "Webhooks among them let alone just now.", _one(backlog.open_breakers)


def _canary(look: Look) -> Iterator[tuple[str, str, _Samples]]:
    now = look.canary
    yield (
        "canary_in_timestamp_seconds",
        "When a mail to ourselves came in last.",
        _at(now.in_at) if now else {},
    )
    yield (
        "canary_missing",
        "Whether a mail to ourselves should have come in by now.",
        _one(bool(now.missed)) if now else {},
    )


def _one(value: float, *labels: tuple[str, str]) -> _Samples:
    return {labels: value}


def _by(label: str, values: Mapping[str, float]) -> _Samples:
    return {((label, name),): value for name, value in values.items()}


def _at(at: datetime | None) -> _Samples:
    return {} if at is None else {(): at.timestamp()}


def _age(at: datetime | None, now: datetime) -> _Samples:
    return {} if at is None else {(): max(0.0, (now - at).total_seconds())}


def _written(name: str, told: str, samples: _Samples) -> Iterator[str]:
    full = f"trialwatch_{name}"
    yield f"# HELP {full} {told}"
    yield f"# TYPE {full} gauge"
    for labels, value in samples.items():
        inner = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
        yield f"{full}{f'{{{inner}}}' if inner else ''} {_number(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return repr(int(value)) if float(value).is_integer() else repr(float(value))
