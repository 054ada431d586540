"""Everything that can go wrong, under one root.

A message says what happened, to what, and what to do next: it is shown to people as it stands.
"""

from datetime import timedelta

from monitor.domain.bounces import BounceKind


class TrialwatchError(Exception):
    """Something trialwatch can explain."""


class InvalidNctIdError(TrialwatchError, ValueError):
    """A text is not an NCT number."""


class InvalidAddressError(TrialwatchError, ValueError):
    """An e-mail or web address cannot be used as a target."""


class NotWatchedError(TrialwatchError, LookupError):
    """Nobody watches this trial."""


class TargetNotFoundError(TrialwatchError, LookupError):
    """No target has this number or address."""


class PlaceNotFoundError(TrialwatchError, LookupError):
    """No place is known by this name, or several are."""


class SearchRefusedError(TrialwatchError, ValueError):
    """A search cannot be kept as it is; nothing of it was."""


class SearchNotFoundError(TrialwatchError, LookupError):
    """No search has this number."""


class VersionNotFoundError(TrialwatchError, LookupError):
    """No such version of the trial is stored."""


class StorageError(TrialwatchError):
    """The database cannot be used as it is."""


class RegistryError(TrialwatchError):
    """The registry gave no usable answer."""


class RegistryUnavailableError(RegistryError, ConnectionError):
    """The registry could not be reached, or answered with a fault that may pass.

    ``retry_after`` is the gap the registry asked for, zero when it did not.
    """

    def __init__(self, reason: str, *, retry_after: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class RegistryBlockedError(RegistryError, PermissionError):
    """The registry refuses us (403). A verdict, not a passing fault: never retried in a loop."""


class RegistryRefusedError(RegistryError, ValueError):
    """The registry calls the request wrong (400, 404, 414); ``words`` are its own."""

    def __init__(self, reason: str, *, too_long: bool = False, words: str = "") -> None:
        super().__init__(reason)
        self.too_long = too_long
        self.words = words


class DamagedRecordError(RegistryError, ValueError):
    """A record cannot be read, or cannot be believed."""


class ListNotFoundError(TrialwatchError, LookupError):
    """There is no watch list of this name."""


class EmailTakenError(TrialwatchError, ValueError):
    """Somebody signs in with this address already."""


class ListNameTakenError(TrialwatchError, ValueError):
    """Its owner has another list of this name."""


class WeakPasswordError(TrialwatchError, ValueError):
    """A password that may not be taken; the message says why."""


class PasskeyRefusedError(TrialwatchError, ValueError):
    """A passkey that proves nothing or may not be added; the message says why."""


class ModelError(TrialwatchError):
    """A language model gave no proper answer; the rules' text stands."""


class DeliveryError(TrialwatchError):
    """An alert was not accepted by the far side.

    Attributes:
        permanent: A retry cannot help.
        disable_target: The far side wants nothing more at all (410, ``webhook-delivery: disable``).
        retry_after: The gap the far side asked for, zero when it did not.
        throttled: The far side is overloaded (429, 502, 503, 504).
        carrier_down: The road itself failed (mail relay unreachable, credentials refused); the
            recipient is not to blame and no attempt counts against them.
        timed_out: The far side let all the time pass that an attempt has.
        bounce: What a refusal says of the mailbox, None when it is about none.
        uncertain: The far side may have taken it; the same bytes must be sent again.
        status: Reply code of the far side, None when there was none.
        detail: First part of the far side's answer, never a secret, at most 4 kB.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        disable_target: bool = False,
        retry_after: timedelta = timedelta(0),
        throttled: bool = False,
        carrier_down: bool = False,
        timed_out: bool = False,
        bounce: BounceKind | None = None,
        uncertain: bool = False,
        status: int | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.disable_target = disable_target
        self.retry_after = retry_after
        self.throttled = throttled
        self.carrier_down = carrier_down
        self.timed_out = timed_out
        self.bounce = bounce
        self.uncertain = uncertain
        self.status = status
        self.detail = detail

    @property
    def in_full(self) -> str:
        """What went wrong, and on the next lines what the far side said of it."""
        return "\n".join(part for part in (str(self), self.detail) if part)


def fault_of_ours(error: BaseException) -> DeliveryError:
    """Return what an error that nobody foresaw is to one message: it waits, others go on."""
    return DeliveryError(f"{type(error).__name__} inside trialwatch; the log has the details")


class InstitutionError(TrialwatchError):
    """Somebody could not be signed in by their institution."""


class InstitutionDownError(InstitutionError, ConnectionError):
    """The institution gave no usable answer; the message says why, and names nobody."""


class ExchangeRefusedError(InstitutionError, PermissionError):
    """The institution refuses what we sent: a code that is old or used, or who we say we are."""


class ProofRefusedError(InstitutionError, PermissionError):
    """What came back cannot be believed; the message says why, and names nobody."""


class UnknownKeyError(ProofRefusedError):
    """It is signed with a key that the institution did not name when it was asked last."""


class NotLetInError(InstitutionError, PermissionError):
    """The institution said who it is, and nobody here may be let in by that. Shown as it stands."""
