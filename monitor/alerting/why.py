"""Why is nothing coming? What stands in the way of alerts, the likeliest first, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: A registry that was asked within this time is being asked.
_ASKED_LATELY = timedelta(hours=2)
#: The registry makes a release on most days; longer without one is its own affair.
_QUIET_REGISTRY = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How things stand, counted."""

    now: datetime
    watched: int
    #: Watched trials whose record is not held yet.
    unseen: int
    #: Of those, numbers that the registry says it does not know.
    unknown: int
    #: Live subscriptions.
    told: int
    #: When the registry answered last, None when it never did.
    asked_at: datetime | None
    #: Why it could not be asked, empty when it could.
    registry_trouble: str
    #: Why the ticks of this process failed, by name.
    tick_trouble: tuple[str, ...]
    #: When the release now served was made; None when unknown.
    release_at: datetime | None
    #: Whether a mail server is set.
    mail_is_set: bool
    #: Live subscriptions by mail.
    told_by_mail: int
    #: Addresses that are told and sent nothing: switched off, or mail came back.
    silent_targets: int
    failing_targets: int
    #: Mails that the mail server has not taken, through no fault of their readers.
    mails_kept_back: int
    #: Deliveries that should have gone out and did not.
    past_due: int
    #: Deliveries that wait for their reader's hour.
    held_for_hour: int
    #: What of the mail to ourselves is missing, in words; empty for nothing.
    canary_missed: str
    #: When the newest alert was made.
    newest_alert_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing that stands in the way, or that explains the silence."""

    #: Short name for tests and tools.
    name: str
    words: str
    #: What to do; empty when nothing is wrong.
    remedy: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether somebody has to do something."""
        return bool(self.remedy)


def why_silent(facts: Facts) -> tuple[Cause, ...]:
    """Return what stands in the way, faults first; never empty."""
    found = [*_of_registry(facts), *_of_mail(facts), *_of_targets(facts), *_of_lists(facts)]
    found.sort(key=lambda cause: not cause.is_fault)
    return tuple(found) or (_nothing_new(facts),)


def _of_registry(facts: Facts) -> list[Cause]:
    found = []
    if facts.registry_trouble:
        found.append(
            Cause(
                name="registry-trouble",
                words=f"The registry could not be asked: {facts.registry_trouble}",
                remedy="It is asked again by itself. If it goes on: `trialwatch doctor`.",
            )
        )
    elif facts.asked_at is None or facts.now - facts.asked_at > _ASKED_LATELY:
        when = f"since {facts.asked_at:%Y-%m-%d %H:%M} UTC" if facts.asked_at else "yet"
        found.append(
            Cause(
                name="not-asking",
                words=f"The registry was not asked {when}.",
                remedy="Is `trialwatch run` running, or `trialwatch scheduler` where the parts run"
                " apart? Its log says what it does.",
            )
        )
    found += [
        Cause(name="tick-trouble", words=words, remedy="See the log of `trialwatch run`.")
        for words in facts.tick_trouble
    ]
    if facts.release_at is not None and facts.now - facts.release_at > _QUIET_REGISTRY:
        words = f"The registry has made no new release since {facts.release_at:%Y-%m-%d}."
        found.append(Cause(name="quiet-registry", words=words))
    return found


def _of_mail(facts: Facts) -> list[Cause]:
    found = []
    if facts.told_by_mail and not facts.mail_is_set:
        found.append(
            Cause(
                name="no-mail-server",
                words="No mail server is set, so mail waits.",
                remedy="Set TRIALWATCH_SMTP_URL and TRIALWATCH_MAIL_FROM; nothing is lost.",
            )
        )
    if facts.mails_kept_back:
        found.append(
            Cause(
                name="mail-server",
                words="Mails that the mail server has not taken, through no fault of their"
                f" readers: {facts.mails_kept_back:,}.",
                remedy="They are tried again by themselves, within 15 minutes. `trialwatch"
                " doctor` says what the server answers.",
            )
        )
    if facts.past_due:
        found.append(
            Cause(
                name="past-due",
                words=f"Messages that should have gone out by now: {facts.past_due:,}.",
                remedy="Does `trialwatch run`, or a `trialwatch worker`, go on? The messages' pages"
                " say what was answered; `trialwatch doctor` tries the mail server.",
            )
        )
    if facts.canary_missed:
        found.append(_missed(facts.canary_missed))
    if facts.held_for_hour:
        words = f"Messages that wait for the hour their reader chose: {facts.held_for_hour:,}."
        found.append(Cause(name="held", words=words))
    return found


def _missed(words: str) -> Cause:
    return Cause(
        name="canary-missed",
        words=f"{words[0].upper()}{words[1:]}.",
        remedy="Mail to readers may not arrive either. Look into the mail server's log and queue,"
        " try `trialwatch doctor`, and see whether mail for TRIALWATCH_BOUNCE_ADDRESS still leads"
        " to TRIALWATCH_BOUNCE_BIND.",
    )


def _of_targets(facts: Facts) -> list[Cause]:
    found = []
    if facts.silent_targets:
        found.append(
            Cause(
                name="silent-targets",
                words="Addresses that lists lead to and nothing is sent to, because they were"
                " switched off, did not agree yet, or mail came back from them:"
                f" {facts.silent_targets:,}.",
                remedy="See `trialwatch target list`, or the page of where you are told.",
            )
        )
    if facts.failing_targets:
        found.append(
            Cause(
                name="failing-targets",
                words=f"Webhooks that do not take what they are sent: {facts.failing_targets:,}.",
                remedy="Send a test and read the answer. It is tried again by itself.",
            )
        )
    return found


def _of_lists(facts: Facts) -> list[Cause]:
    if not facts.watched:
        return [
            Cause(
                name="nothing-watched",
                words="No trial is watched.",
                remedy="Make a list and put trials on it.",
            )
        ]
    found = []
    if not facts.told:
        found.append(
            Cause(
                name="nobody-told",
                words="Trials are watched, and nobody is told of them.",
                remedy="Open a list and choose to be told of it.",
            )
        )
    if facts.unknown:
        found.append(
            Cause(
                name="unknown-numbers",
                words=f"Numbers on lists that the registry does not know: {facts.unknown:,}.",
                remedy="Were they typed right? `trialwatch list` names them, and so do the lists.",
            )
        )
    if facts.unseen > facts.unknown:
        words = (
            f"Trials without a record here yet: {facts.unseen - facts.unknown:,}. The next look at"
            " the registry takes it, and raises no alert."
        )
        found.append(Cause(name="unseen", words=words))
    return found


def _nothing_new(facts: Facts) -> Cause:
    last = (
        f"The last change was found on {facts.newest_alert_at:%Y-%m-%d %H:%M} UTC."
        if facts.newest_alert_at
        else "No change has been found since the watch began."
    )
    return Cause(name="nothing-new", words=f"Nothing stands in the way. {last}")
