"""What of the own desk needs libraries that take long to load."""

import asyncio
from collections.abc import Mapping, Sequence

from config.settings import Settings
from monitor.alerting.compare import changes_between
from monitor.alerting.consent import take_word
from monitor.alerting.hearing import with_notices
from monitor.alerting.rewrite import rewrite
from monitor.domain.alerts import Receipt
from monitor.domain.changes import Change
from monitor.domain.errors import VersionNotFoundError
from monitor.domain.summaries import Summary
from monitor.domain.trial import NctId, TrialState
from monitor.domain.watches import Channel, Target
from monitor.registry.parse import decode_study
from monitor.summaries.trial import write_summary
from notifiers.addresses import check_email_address
from notifiers.chat.addresses import check_chat_url
from notifiers.guard import Network, check_webhook_url
from notifiers.stream import check_subject
from storage import targetcare
from trialwatch.bootstrap import Service
from trialwatch.desk.port import Answer
from trialwatch.outside import model_of
from trialwatch.pinging import ping


def addresses_of(
    typed: Mapping[Channel, Sequence[str]], allow: tuple[Network, ...]
) -> list[tuple[Channel, str]]:
    """Return the targets' addresses, checked and normalised.

    Raises:
        InvalidAddressError: One of them may not be used.
    """
    checked = [
        (channel, _checked(channel, text, allow))
        for channel, texts in typed.items()
        for text in texts
    ]
    return list(dict.fromkeys(checked))


def _checked(channel: Channel, text: str, allow: tuple[Network, ...]) -> str:
    if channel is Channel.EMAIL:
        return check_email_address(text)
    if channel is Channel.WEBHOOK:
        return check_webhook_url(text, allow=allow)
    if channel is Channel.STREAM:
        return check_subject(text)
    return check_chat_url(channel, text, allow=allow)


def compare(service: Service, nct_id: NctId, older: int, younger: int) -> tuple[Change, ...]:
    """Return what differs between two stored versions of a record."""
    with service.database.open_snapshot() as work:
        before, after = (work.versions.read(nct_id, number) for number in (older, younger))
    return tuple(
        changes_between(
            decode_study(before.raw),
            decode_study(after.raw),
            from_version=older,
            to_version=younger,
            weights=service.weights,
        )
    )


def newest_summary(service: Service, state: TrialState) -> Summary:
    """Write the newest version anew, outside any transaction: a model may take its time.

    Raises:
        VersionNotFoundError: The trial has not been seen yet.
    """
    if not state.latest_version:
        raise VersionNotFoundError(
            f"{state.nct_id} has not been seen yet. Take the baseline with: trialwatch check"
        )
    with service.database.open_snapshot() as work:
        version = work.versions.read(state.nct_id, state.latest_version)
        before = work.summaries.newest(state.nct_id)
    plain = write_summary(decode_study(version.raw), version=version.number)
    return worded(service.settings, plain, before=before)


def worded(settings: Settings, plain: Summary, *, before: Summary | None) -> Summary:
    """Have a model word a summary, where one is set."""
    return asyncio.run(_worded(settings, plain, before))


async def _worded(settings: Settings, plain: Summary, before: Summary | None) -> Summary:
    model = model_of(settings)
    if model is None:
        return plain
    async with model:
        return await rewrite(model, plain, before=before)


def notified(service: Service, address: str) -> Target:
    """Tell an e-mail address what becomes of webhooks; whoever types it gives their word."""
    checked = check_email_address(address)
    with service.open_work() as work:
        now = service.clock()
        target = work.watches.target(Channel.EMAIL, checked, secret="", now=now)
        take_word(work, target, now=now)
        work.commit()
    trials = targetcare.hears_of_trials(service.database, target)
    types = with_notices(target.types, hears_of_trials=trials)
    return targetcare.choose(service.database, target, types=types)


def test(service: Service, target: Target) -> Answer:
    """Send a webhook a test event now; what had failed is tried again where it is taken."""
    answer = asyncio.run(ping(service, target))
    taken = isinstance(answer, Receipt)
    return Answer(
        target=target,
        taken=taken,
        status=answer.status,
        reason="" if taken else str(answer),
        detail=answer.detail,
    )
