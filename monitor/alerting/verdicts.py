"""What one answer about one trial means: a value in, a value out, nothing touched.

Baseline, nothing new, a new version, a refusal, gone, back, merged, stale. What is then written
down, and in which transaction, is in ``monitor.alerting.settle``.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.alerting.at import At
from monitor.alerting.lineage import begin, carry
from monitor.alerting.settled import Settled
from monitor.alerting.staleness import stale_now, staleness
from monitor.detection import detect, events, unknown_fields
from monitor.domain.alerts import Alert
from monitor.domain.changes import Change, Difference
from monitor.domain.errors import DamagedRecordError
from monitor.domain.ids import new_id
from monitor.domain.ports import FetchedStudy, KeptAside
from monitor.domain.summaries import Summary
from monitor.domain.trial import Lineage, NctId, TrialState, Version
from monitor.registry.judge import implausible, unreadable
from monitor.registry.parse import decode_study, parts_without_stamp, release_of
from monitor.registry.record import Study
from monitor.summaries.changes import tell
from monitor.summaries.trial import write_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What we hold of a trial."""

    state: TrialState
    #: The newest version; None before the baseline.
    version: Version | None
    #: Names of its rules; None when they have none yet.
    lineage: Lineage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A record that came back and could be read."""

    study: Study
    raw: bytes
    at: At


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Everything to write down about one trial."""

    state: TrialState
    #: Whether a record came back that is to be believed.
    seen: bool = True
    version: Version | None = None
    lineage: Lineage | None = None
    summary: Summary | None = None
    changes: tuple[Change, ...] = ()
    aside: KeptAside | None = None
    moved_to: NctId | None = None
    unknown: bool = False

    def alert(self, at: At) -> Alert | None:
        """Return the alert that carries the changes, None when there are none."""
        if not self.changes or self.summary is None:
            return None
        return Alert(
            id=new_id(at.now),
            nct_id=self.state.nct_id,
            from_version=self.changes[0].from_version,
            to_version=self.changes[0].to_version,
            release=at.day,
            created_at=at.now,
            title=self.state.brief_title or self.state.nct_id,
            changes=self.changes,
            summary=self.summary,
            trace=at.trace,
        )

    def settled(self, *, alerts: tuple[Alert, ...], deliveries: int) -> Settled:
        """Return what this adds to a sweep's report."""
        first = self.version is not None and self.version.number == 1
        return Settled(
            baselines=(self.state.nct_id,) if first else (),
            unchanged=0 if self.version or self.unknown or self.aside or alerts else 1,
            versions=0 if first or self.version is None else 1,
            alerts=alerts,
            deliveries=deliveries,
            refused=(self.aside,) if self.aside else (),
            unknown=(self.state.nct_id,) if self.unknown else (),
            merged=((self.state.nct_id, self.moved_to),) if self.moved_to else (),
            unknown_fields=frozenset(unknown_fields(self.version.raw) if self.version else ()),
        )


def content_sha256(raw: bytes) -> bytes:
    """Return the hash that tells versions apart: of the bytes without the release stamp."""
    content = hashlib.sha256()
    for part in parts_without_stamp(raw):
        content.update(part)
    return content.digest()


def unchanged(state: TrialState, fetched: FetchedStudy, at: At) -> TrialState | None:
    """Return the state after a record that is byte for byte what we hold, else None.

    None also when something is to be told although nothing moved: the trial is back, or its
    record has become stale.
    """
    quiet = not state.gone and not stale_now(state, at.day)
    same = fetched.nct_id == state.nct_id and content_sha256(fetched.raw) == state.content_sha256
    if not (quiet and same):
        return None
    return state.evolve(missing_since=None) if state.missing_since else state


def judge(last: Last, fetched: FetchedStudy, at: At) -> Verdict:
    """Return what a record that came back means."""
    if fetched.nct_id != last.state.nct_id:
        return _merged(last, fetched.nct_id, at)
    try:
        study = decode_study(fetched.raw)
    except DamagedRecordError as error:
        aside = KeptAside(nct_id=fetched.nct_id, reason=str(error), raw=fetched.raw)
        return refused(last, aside, at)
    arrival = Arrival(study=study, raw=fetched.raw, at=at)
    if last.version is None:
        return _baseline(last.state, arrival)
    before = decode_study(last.version.raw)
    reason = implausible(before, study, old_bytes=len(last.version.raw), new_bytes=len(fetched.raw))
    if reason is not None and last.state.nct_id not in at.believed:
        aside = KeptAside(nct_id=fetched.nct_id, reason=reason, raw=fetched.raw)
        return refused(last, aside, at)
    return _compared(last, before, arrival, thin=_was_thin(last.version.raw, fetched.raw))


def _was_thin(before: bytes, after: bytes) -> bool:
    """Tell whether a whole record follows one of which hardly anything had come.

    Then the whole one is the first sight of most of it, and first sight is no news.
    """
    return unreadable(before) is not None and unreadable(after) is None


def _baseline(state: TrialState, arrival: Arrival) -> Verdict:
    """First sight: kept and summed up, and nobody is alerted."""
    verdict = _first(state, arrival)
    number = verdict.state.latest_version
    return replace(
        verdict,
        lineage=begin(state.nct_id, arrival.study, version=number),
        summary=write_summary(arrival.study, version=number),
    )


def _first(state: TrialState, arrival: Arrival) -> Verdict:
    version = _version(state, arrival)
    stale_on = events.stale_from(arrival.study)
    later = stale_on is not None and stale_on > version.release
    known = _known(state, arrival.study, version)
    return Verdict(state=known.evolve(stale_on=stale_on if later else None), version=version)


def first_kept(fetched: FetchedStudy, at: At) -> Verdict:
    """Return the first sight of a study that nobody watches: its version and no words for it."""
    state = TrialState(nct_id=fetched.nct_id, paused=True)
    state = state.evolve(swept_release=at.release)
    try:
        study = decode_study(fetched.raw)
    except DamagedRecordError as error:
        aside = KeptAside(nct_id=fetched.nct_id, reason=str(error), raw=fetched.raw)
        return Verdict(state=state, seen=False, aside=aside)
    return _first(state.evolve(seen_at=at.now), Arrival(study=study, raw=fetched.raw, at=at))


def _compared(last: Last, before: Study, arrival: Arrival, *, thin: bool) -> Verdict:
    state, after = last.state, arrival.study
    version = _version(state, arrival)
    moved = version.content_sha256 != state.content_sha256
    found = list(detect(before, after, weights=arrival.at.weights)) if moved and not thin else []
    if state.gone:
        found.append(events.back(arrival.at.day, weights=arrival.at.weights))
    stale_on, stale = staleness(
        state, before, arrival.study, today=version.release, weights=arrival.at.weights
    )
    found.extend(stale)
    number = version.number if moved else state.latest_version
    known = _known(state, after, version) if moved else state
    return Verdict(
        state=known.evolve(stale_on=stale_on, missing_since=None, gone=False),
        version=version if moved else None,
        lineage=carry(last.lineage, before, after, version=number) if moved else None,
        summary=_summed_up(state, after, number, arrival.at) if moved or found else None,
        changes=_told(state, found, before, after, number),
    )


def _summed_up(state: TrialState, study: Study, number: int, at: At) -> Summary:
    """Return the trial in plain English; of one that nobody watches its title alone.

    Writing takes as long as everything else together. Who watches it later has it written then.
    """
    if not (at.whole and state.paused):
        return write_summary(study, version=number)
    title = study.identification.brief_title or state.nct_id
    return Summary.without_words(state.nct_id, version=number, title=title)


def absent(last: Last, at: At) -> Verdict:
    """Return what it means that the registry says it does not know the number.

    It is gone only when two different releases did not have it.
    """
    state = last.state
    if last.version is None:
        since = state.missing_since or at.release
        return Verdict(state=state.evolve(missing_since=since), seen=False, unknown=True)
    if state.missing_since is None or state.gone:
        since = state.missing_since or at.release
        return Verdict(state=state.evolve(missing_since=since), seen=False)
    if state.missing_since == at.release:
        return Verdict(state=state, seen=False)
    return replace(
        _event(last, events.gone(at.day, weights=at.weights)),
        state=state.evolve(gone=True),
        seen=False,
    )


def refused(last: Last, aside: KeptAside, at: At) -> Verdict:
    """Return what an answer that cannot be believed means: the last good version stays."""
    if last.version is None:
        return Verdict(state=last.state, seen=False, aside=aside)
    return replace(
        _event(last, events.damaged(aside.reason, weights=at.weights)), seen=False, aside=aside
    )


def _merged(last: Last, new: NctId, at: At) -> Verdict:
    state = last.state.evolve(merged_into=new, missing_since=None)
    if last.version is None:
        return Verdict(state=state, moved_to=new)
    return replace(
        _event(last, events.merged(last.state.nct_id, new, weights=at.weights)),
        state=state,
        moved_to=new,
    )


def _event(last: Last, difference: Difference) -> Verdict:
    """Return a verdict for something that happened to a record without a new version of it."""
    assert last.version is not None  # noqa: S101  # callers have looked
    study = decode_study(last.version.raw)
    number = last.version.number
    return Verdict(
        state=last.state,
        summary=write_summary(study, version=number),
        changes=_told(last.state, [difference], study, study, number),
    )


def _told(
    state: TrialState, found: Sequence[Difference], before: Study, after: Study, number: int
) -> tuple[Change, ...]:
    """Put differences into words, most important first."""
    ordered = sorted(found, key=lambda difference: -difference.severity)
    return tell(
        ordered,
        before,
        after,
        nct_id=state.nct_id,
        from_version=state.latest_version,
        to_version=number,
    )


def _version(state: TrialState, arrival: Arrival) -> Version:
    return Version(
        nct_id=state.nct_id,
        number=state.latest_version + 1,
        release=release_of(arrival.study) or arrival.at.day,
        raw=arrival.raw,
        content_sha256=content_sha256(arrival.raw),
        fetched_at=arrival.at.now,
    )


def _known(state: TrialState, study: Study, version: Version) -> TrialState:
    return state.evolve(
        latest_version=version.number,
        content_sha256=version.content_sha256,
        brief_title=study.identification.brief_title or "",
        overall_status=study.status.overall_status or "",
        merged_into=None,
    )
