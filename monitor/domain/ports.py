"""What the use cases ask of the world. One role each; who plays it is decided in ``trialwatch``."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from monitor.domain.alerts import Alert, ClaimedDelivery, Outcome, Receipt
from monitor.domain.bounces import Bounce
from monitor.domain.canary import Canaries
from monitor.domain.changes import Json, Severity
from monitor.domain.consents import (
    AskOutcome,
    ClaimedConfirmation,
    Confirmation,
    Consent,
    Wanted,
)
from monitor.domain.lanes import Room
from monitor.domain.letterboxes import Letterbox
from monitor.domain.near import Near
from monitor.domain.searches import Found, Hit, Parameters
from monitor.domain.searchrows import Searches
from monitor.domain.summaries import Summary
from monitor.domain.timings import DueTiming, LetGo, Timing
from monitor.domain.topics import Topic
from monitor.domain.trial import Lineage, NctId, TrialState, Version, VersionInfo
from monitor.domain.watches import Channel, Subscription, Target
from monitor.domain.wholerows import WholeRows

#: Returns the time now, UTC and aware.
Clock: TypeAlias = Callable[[], datetime]


# --- the registry -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A state of the registry's whole data set. An opaque value that changes."""

    data_timestamp: str
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedStudy:
    """A study as it came back, and the number we asked for."""

    #: The number asked for; differs from ``nct_id`` when it is an alias.
    requested: NctId
    nct_id: NctId
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAside:
    """An answer that cannot be believed: reported and kept, never compared."""

    nct_id: NctId
    reason: str
    #: As much of it as there is, at most the body cap.
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedBatch:
    """Every number asked for is in exactly one of the three."""

    studies: tuple[FetchedStudy, ...]
    #: The registry knows no such number, or does not return it now.
    missing: tuple[NctId, ...]
    kept_aside: tuple[KeptAside, ...]


class Registry(Protocol):
    """ClinicalTrials.gov, or whoever plays it."""

    async def release(self, known: Release | None) -> Release | None:
        """Return the release now served, or None when it is still ``known`` (304).

        Raises:
            RegistryError: No usable answer.
        """
        ...

    async def fetch(self, nct_ids: Collection[NctId]) -> FetchedBatch:
        """Return the studies of at most one batch of numbers.

        Raises:
            RegistryError: No usable answer for the batch as a whole.
        """
        ...

    async def look(self, nct_id: NctId) -> FetchedStudy | None:
        """Look at one trial by itself; None only when the registry says it does not know it.

        An alias is followed, and comes back under its canonical number.

        Raises:
            RegistryError: Anything else: an outage never reads as a trial that vanished.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """One line of the registry's own history of a trial."""

    #: The registry's number, 0 for the first submission.
    number: int
    #: When it was submitted (``2024-05-17``).
    date: str


class History(Protocol):
    """The registry's history of its records: undocumented, and absent for any reason or none."""

    async def past_versions(self, nct_id: NctId) -> tuple[PastVersion, ...] | None:
        """Return every submitted version, oldest first; None when no history can be read.

        Raises:
            RegistryBlockedError: The registry refuses us; not to be asked again.
            RegistryUnavailableError: A fault that may pass.
        """
        ...

    async def past_record(self, nct_id: NctId, number: int) -> bytes | None:
        """Return the JSON of a past version: its protocol section alone, unescaped.

        None when what came cannot be read as a record of this trial.

        Raises:
            RegistryBlockedError: The registry refuses us; not to be asked again.
            RegistryUnavailableError: A fault that may pass.
        """
        ...


class Finder(Protocol):
    """The registry's own search."""

    async def release(self, known: Release | None) -> Release | None:
        """Return the release now served, or None when it is still ``known`` (304).

        Raises:
            RegistryError: No usable answer.
        """
        ...

    async def find(self, parameters: Parameters, *, most: int) -> Found:
        """Return how many trials are found, and the first of them, at most ``most``.

        Raises:
            RegistryRefusedError: The registry does not understand the search.
            RegistryError: No usable answer.
        """
        ...

    async def find_all(self, parameters: Parameters, *, most: int) -> Found:
        """Return every trial that is found; none of them when there are more than ``most``.

        What comes is complete and of one release: each trial counted is there, once.

        Raises:
            RegistryRefusedError: The registry does not understand the search.
            RegistryError: No usable answer, or none that fits together.
        """
        ...

    async def sight(self, nct_ids: Collection[NctId]) -> Mapping[NctId, Hit]:
        """Return how these trials stand now; those the registry does not show are left out.

        Raises:
            RegistryError: No usable answer.
        """
        ...


# --- rows -------------------------------------------------------------------------------------


class Trials(Protocol):
    """One row a trial that is or was watched."""

    def due(self, release: str, *, limit: int) -> tuple[NctId, ...]:
        """Return watched trials that no sweep has settled for ``release`` yet, by number."""
        ...

    def hold(self, nct_ids: Iterable[NctId]) -> Mapping[NctId, TrialState]:
        """Read the rows and hold them until the transaction ends, against other sweeps."""
        ...

    def save(self, states: Iterable[TrialState]) -> None:
        """Insert or overwrite rows."""
        ...

    def get(self, nct_id: NctId) -> TrialState | None:
        """Return the row, None when the trial was never watched."""
        ...

    def with_baseline(self) -> tuple[NctId, ...]:
        """Return all trials that have a version stored, watched or not any more, by number."""
        ...

    def with_history_left(self) -> tuple[NctId, ...]:
        """Return watched trials with a baseline whose history is not all looked at, by number."""
        ...


class Versions(Protocol):
    """Every distinct version of a trial, kept for good."""

    def add(self, version: Version) -> None:
        """Store a version; its number is one more than the newest stored.

        Raises:
            StorageError: The number is not the next.
        """
        ...

    def add_before(self, version: Version) -> None:
        """Store a version from before the watch; its number is one less than the oldest stored.

        Raises:
            StorageError: The number is not the next, or there is no baseline yet.
        """
        ...

    def oldest(self, nct_id: NctId) -> int | None:
        """Return the number of the oldest version stored, None before the baseline."""
        ...

    def read(self, nct_id: NctId, number: int) -> Version:
        """Return a version byte for byte.

        Raises:
            VersionNotFoundError: There is no such version.
        """
        ...

    def of_trial(self, nct_id: NctId) -> tuple[VersionInfo, ...]:
        """Return all versions of a trial, oldest first, without their bytes."""
        ...


class Alerts(Protocol):
    """Changes and the alerts that carry them."""

    def add(self, alert: Alert) -> bool:
        """Store an alert with its changes; False when exactly these were stored before."""
        ...

    def fan_out(self, alert: Alert, *, now: datetime) -> int:
        """Make one pending delivery per target that is to hear of ``alert``; return how many.

        A target hears once, however many of its lists hold the trial. Disabled targets and
        ended subscriptions hear nothing; so does a subscription whose least severity is above
        the alert's. Silent alerts reach nobody, nor do those about the time before the watch.
        Asking twice makes nothing new.
        """
        ...

    def of_trial(self, nct_id: NctId, *, limit: int) -> tuple[Alert, ...]:
        """Return the newest alerts of a trial, newest first, silent ones among them."""
        ...


class Summaries(Protocol):
    """The trial in plain English, one per version."""

    def save(self, summary: Summary) -> None:
        """Store the summary of (trial, version); what another lexicon wrote gives way."""
        ...

    def newest(self, nct_id: NctId) -> Summary | None:
        """Return the summary of the newest version, as it was written last."""
        ...


class Lineages(Protocol):
    """Names that stay with a rule through all versions of a trial."""

    def save(self, lineage: Lineage) -> None:
        """Insert or overwrite the names of (trial, version)."""
        ...

    def read(self, nct_id: NctId, version: int) -> Lineage | None:
        """Return the names of a version's rules, None when none are stored."""
        ...

    def of_trial(self, nct_id: NctId) -> tuple[Lineage, ...]:
        """Return the names of all versions that have some stored, oldest first."""
        ...


class Watches(Protocol):
    """Watch lists, targets and what joins them. Those of one subscriber."""

    def add(self, nct_id: NctId, *, list_name: str, now: datetime) -> bool:
        """Put a trial on a list (made if new); False when it stood there already."""
        ...

    def remove(self, nct_id: NctId, *, list_name: str | None) -> int:
        """Take a trial off one list, or off all; return how many it was on.

        Subscriptions to this trial alone end with it. History stays, and a trial that is on no
        list any more is marked as paused.
        """
        ...

    def target(self, channel: Channel, address: str, *, secret: str, now: datetime) -> Target:
        """Return the target with this address, made with ``secret`` when it is new.

        A new e-mail address is unconfirmed: see ``Consents``.
        """
        ...

    def subscribe(
        self,
        target: Target,
        *,
        list_name: str,
        nct_id: NctId | None,
        min_severity: Severity,
        token: str,
        now: datetime,
        topics: Collection[Topic] = (),
        near: Near | None = None,
    ) -> Subscription:
        """Join a list (or one trial of it) to a target; the same again is the same one.

        Without ``topics`` it asks for everything. Of an alert that holds something it asks for,
        weighty enough, it gets the whole.
        """
        ...

    def unsubscribe(self, token: str, *, now: datetime) -> Subscription | None:
        """End the subscription with this token and cancel its unsent deliveries.

        The token of a choice of hours ends everything its target hears of its list.

        Returns the subscription, also when it had ended before; None for an unknown token.
        """
        ...

    def move(self, old: NctId, new: NctId, *, now: datetime) -> None:
        """Let every watch and subscription of ``old`` follow to ``new``."""
        ...


class PublicLinks(Protocol):
    """Public pages of lists."""

    def list_number(self, name: str) -> int | None:
        """Return the number of the operator's list of this name."""
        ...

    def token_of(self, list_id: int) -> str | None:
        """Return the key that opens a list's public page, None while it has none."""
        ...

    def open(self, list_id: int, *, token: str) -> str:
        """Give a list a public page unless it has one; return the key that opens it."""
        ...

    def close(self, list_id: int) -> bool:
        """Take a list's public page away; False when it had none. The next shows no notes."""
        ...

    def shows_notes(self, list_id: int) -> bool:
        """Return whether a list's public page shows notes and tags."""
        ...

    def show_notes(self, list_id: int, *, shown: bool) -> None:
        """Let a list's public page show notes and tags, or no more; nothing while it has none."""
        ...


class Letterboxes(Protocol):
    """E-mail addresses, named by a token in a mail: of a subscription, or of a choice of hours.

    The same address may be a target of several people; all of them are meant.
    """

    def look(self, token: str, *, now: datetime) -> Letterbox | None:
        """Return what goes to the address now, None for an unknown token."""
        ...

    def end_all(self, token: str, *, now: datetime) -> None:
        """End everything that the address hears, notices too, and cancel what is unsent."""
        ...

    def pause(
        self, token: str, until: datetime | None, *, new_token: Callable[[], str], now: datetime
    ) -> None:
        """Hold what the address would be sent until a time; with None, end a pause now.

        What is under way, or due already, goes out. What is held goes out as one message a list,
        at the end of the pause or at the digest's hour from then on.
        """
        ...


class Timings(Protocol):
    """When readers want to be told, and the deliveries that wait for that."""

    def choose(
        self, target: Target, timing: Timing, *, list_name: str, token: str, next_at: datetime
    ) -> None:
        """Keep a target's choice for a list, of which ``token`` ends everything.

        A choice made before is replaced, its token stays. What waits is looked at when
        ``next_at`` comes.
        """
        ...

    def is_chosen(self, target: Target, *, list_name: str) -> bool:
        """Return whether a choice is kept for a target and a list."""
        ...

    def due(self, now: datetime, *, limit: int) -> tuple[DueTiming, ...]:
        """Return choices to be looked at now, held until the end of the transaction."""
        ...

    def release(self, given: Iterable[tuple[DueTiming, LetGo]], *, now: datetime) -> None:
        """Let go what is to go, and note when to look again."""
        ...

    def next_at(self) -> datetime | None:
        """Return when a choice is to be looked at next, None when none is."""
        ...


class Deliveries(Protocol):
    """The outbox."""

    def claim(
        self, now: datetime, *, room: Room, lease: timedelta, owner: str
    ) -> tuple[ClaimedDelivery, ...]:
        """Claim the longest-due deliveries of each lane, as many as there is room for.

        A claim moves ``due_at`` to the lease's end and writes down the attempt as begun, so a
        delivery whose worker dies comes due again by itself and its attempt is on record.
        Two workers never hold the same delivery. Deliveries to targets that are not active are
        cancelled instead.

        Webhooks are left where they are while their target is held, has its most under way or
        has used up its pace. Of two about one trial for one target the later waits while the
        first is under way, so first attempts keep their order.
        """
        ...

    def record(
        self, ended: Collection[tuple[ClaimedDelivery, Outcome]], *, now: datetime
    ) -> frozenset[str]:
        """Write down how attempts ended; return the deliveries whose claims were still ours.

        A webhook's target is found well or failing by them, and changes lanes with that. Give
        them by target: two workers that write to the same targets must not wait for each other.
        """
        ...

    def renew(self, claimed: Iterable[ClaimedDelivery], *, until: datetime) -> None:
        """Extend the lease of claims that are still ours, while a long send goes on."""
        ...

    def leased_until(self, now: datetime) -> datetime | None:
        """Return when the last lease now running ends, None when nothing is in flight."""
        ...

    def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next pending delivery is due, None when there is none.

        A claimed delivery counts with the end of its lease, one whose target is held with the
        end of that.
        """
        ...


class Bounces(Protocol):
    """Mail that came back."""

    def key_of(self, delivery_id: str) -> str | None:
        """Return the token that the mail of a delivery or a question bore, None for another."""
        ...

    def newest_to(self, address: str) -> str | None:
        """Return the id of the newest delivery or question that was sent to an e-mail address.

        For reports that name whom a mail was for and not which; None when none was sent.
        """
        ...

    def came_back(self, delivery_id: str, bounce: Bounce) -> bool:
        """Write down that such a mail came back; return whether its address is given up.

        Said again of the same mail it changes nothing. An address that is given up is sent
        nothing more, and what waits for it is cancelled.
        """
        ...

    def forgive(self, address: str) -> bool:
        """Send to an e-mail address again; False when nothing was held against it.

        One that never agreed is unconfirmed again.
        """
        ...


class Consents(Protocol):
    """Which e-mail addresses agreed to be written to, and those that are asked."""

    def agreed(self, target: Target) -> bool:
        """Return whether a target has agreed; it is held until the end of the transaction."""
        ...

    def wanted(self, target: Target) -> tuple[Wanted, ...]:
        """Return what a target would be told, by list; of a list in one piece."""
        ...

    def agree(self, target: Target, consent: Consent, *, token: str | None = None) -> None:
        """Keep what was agreed to, and send to the target from now on.

        What came back from its address is forgiven. One that was switched off stays so. With
        ``token`` the question that bore it counts as answered, and none is sent any more.
        """
        ...

    def asked_last(self, target: Target) -> datetime | None:
        """Return when this target was asked last, None when it never was."""
        ...

    def asked_at(self, address: str, *, since: datetime) -> tuple[datetime, ...]:
        """Return when an address was asked after ``since``, whoever its target belongs to."""
        ...

    def asked_from(self, origin: str, *, since: datetime) -> int:
        """Return how many addresses were asked for one origin after ``since``."""
        ...

    def ask(self, confirmation: Confirmation, *, origin: str) -> None:
        """Keep a question; its mail is due at once."""
        ...

    def asked(self, token: str) -> Confirmation | None:
        """Return the question with this key, None when there is none."""
        ...

    def claim(
        self, now: datetime, *, limit: int, until: datetime, owner: str
    ) -> tuple[ClaimedConfirmation, ...]:
        """Claim questions whose mail is due, until ``until``, when they come due again.

        Those that expired, were answered, or whose target is no longer unconfirmed are left.
        """
        ...

    def record(self, claimed: ClaimedConfirmation, outcome: AskOutcome, *, now: datetime) -> bool:
        """Write down how an attempt ended; False when the claim was no longer ours."""
        ...

    def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next question's mail is due, None when none is."""
        ...

    def forget(self, *, asked_before: datetime) -> int:
        """Forget unconfirmed targets that were made and asked last before then; return how many.

        Their subscriptions and hours go with them. One that mail came back from, or that was
        switched off, is remembered.
        """
        ...


class Releases(Protocol):
    """What is known of the registry itself."""

    def known(self) -> Release | None:
        """Return the release seen last."""
        ...

    def saw(self, release: Release, *, now: datetime) -> None:
        """Note that the registry answered and serves ``release``; ends any trouble noted."""
        ...

    def trouble(self, text: str, *, now: datetime) -> None:
        """Note why the registry could not be asked; shown to the operator until it is over."""
        ...

    def keep_aside(self, aside: KeptAside, *, release: str, now: datetime) -> None:
        """Store an answer that could not be believed, for the operator (newest per trial)."""
        ...


class Work(Protocol):
    """One transaction over all rows. Nothing is kept unless ``commit`` is called."""

    @property
    def trials(self) -> Trials:
        """Rows of watched trials."""
        ...

    @property
    def versions(self) -> Versions:
        """Versions of their records."""
        ...

    @property
    def alerts(self) -> Alerts:
        """Changes and alerts."""
        ...

    @property
    def summaries(self) -> Summaries:
        """Trials in plain English."""
        ...

    @property
    def lineages(self) -> Lineages:
        """Names of rules through all versions."""
        ...

    @property
    def watches(self) -> Watches:
        """Lists, targets, subscriptions."""
        ...

    @property
    def public_links(self) -> PublicLinks:
        """Public pages of lists."""
        ...

    @property
    def searches(self) -> Searches:
        """Saved searches."""
        ...

    @property
    def timings(self) -> Timings:
        """When readers want to be told."""
        ...

    @property
    def letterboxes(self) -> Letterboxes:
        """Addresses, as their readers meet them."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """The outbox."""
        ...

    @property
    def bounces(self) -> Bounces:
        """Mail that came back."""
        ...

    @property
    def canaries(self) -> Canaries:
        """Mail to ourselves."""
        ...

    @property
    def consents(self) -> Consents:
        """Who agreed to be written to."""
        ...

    @property
    def whole(self) -> WholeRows:
        """All studies of the registry."""
        ...

    @property
    def releases(self) -> Releases:
        """The registry itself."""
        ...

    def commit(self) -> None:
        """Keep everything done so far, all at once."""
        ...


#: Opens a transaction; leaving it without ``commit`` undoes it.
OpenWork: TypeAlias = Callable[[], AbstractContextManager[Work]]


# --- carriers ---------------------------------------------------------------------------------


class Notifier(Protocol):
    """Carries alerts over one kind of channel."""

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Return once the far side has accepted the delivery.

        Must be safe to call again with the same delivery id: it then sends the same message.

        Raises:
            DeliveryError: The far side refused, timed out or cannot be reached.
        """
        ...


class ConfirmationCarrier(Protocol):
    """Carries the mail that asks an address whether it agrees."""

    async def ask(self, confirmation: Confirmation) -> Receipt:
        """Return once the relay took the mail; the same question is the same mail.

        Raises:
            DeliveryError: The relay refused, did not answer or cannot be reached.
        """
        ...


# --- a writer beside ours -----------------------------------------------------------------------


class Model(Protocol):
    """A language model that words rules, behind the same check as our own writer."""

    @property
    def name(self) -> str:
        """What its server calls it."""
        ...

    async def ask(self, question: Mapping[str, Json]) -> bytes:
        """Return the body of its answer.

        Raises:
            ModelError: No proper answer came in time.
        """
        ...
