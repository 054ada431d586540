"""``check`` and ``deliver``: the two halves of the main job, by hand."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from monitor.alerting.backfill import BackfillReport
from monitor.alerting.confirming import Asked, ask_due
from monitor.alerting.dispatch import DispatchReport, Sent
from monitor.alerting.hours import strike_hours
from monitor.alerting.poll import SweepReport, sweep
from monitor.alerting.searchrounds import SearchReport, evaluate_searches
from monitor.alerting.settled import Settled
from monitor.domain.alerts import DeliveryState, Digest
from monitor.domain.trace import new_trace, tracing
from monitor.domain.trial import NctId
from monitor.summaries.numbers import counted
from storage.due import DueState, due_state
from trialwatch.bootstrap import Service
from trialwatch.canary import canary_now
from trialwatch.cli.agreeing import show_asked
from trialwatch.cli.awaited import say_waiting
from trialwatch.cli.context import JsonOption, service, typed_number
from trialwatch.delivernow import deliver_now
from trialwatch.outside import asker_of, carriers_of, registry_of
from trialwatch.past import LookBack
from trialwatch.terminal import print_alert, print_json, progress, remark, say


def check(
    *,
    believe: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NCT", help="Take this trial's record as it is now, however unlikely it looks."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the registry once whether anything is new, and show what changed.

    Sends nothing: what is to be sent waits for `trialwatch deliver` or `trialwatch run`.
    """
    believed = frozenset(typed_number(text) for text in believe or [])
    with service() as opened, progress("Trials checked") as bar:
        task = bar.add_task("", total=None)

        def show(settled: Settled, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            for alert in settled.alerts:
                if as_json:
                    for change in alert.changes:
                        print_json(change.contract())
                else:
                    print_alert(alert)

        report, searched, past = asyncio.run(_sweep(opened, show, believed))
        outbox = _still_to_go(opened)
        canary = canary_now(opened)
    if not as_json:
        _say_report(report)
    _say_searched(searched, as_json=as_json)
    if not as_json and (report.settled.deliveries or searched.deliveries):
        say_waiting(outbox)
    _say_past(past)
    missed = canary.missed if canary else ""
    if missed:
        remark(f"{missed[0].upper()}{missed[1:]}. The page Service says what to look at.")
    if _say_trouble(report) or searched.unsettled or missed:
        raise typer.Exit(1)


def _still_to_go(opened: Service) -> DueState:
    """Count what a round made now would send, after letting go whatever has its hour."""
    now = opened.clock()
    with opened.open_work() as unit:
        strike_hours(unit, now)
        unit.commit()
    return due_state(opened.database, now=now)


async def _sweep(
    opened: Service, show: Callable[[Settled, int, int], None], believed: frozenset[NctId]
) -> tuple[SweepReport, SearchReport, BackfillReport]:
    until = opened.clock() + opened.settings.poll_every
    with tracing(new_trace()):
        return await _look(opened, show, believed, until)


async def _look(
    opened: Service,
    show: Callable[[Settled, int, int], None],
    believed: frozenset[NctId],
    until: datetime,
) -> tuple[SweepReport, SearchReport, BackfillReport]:
    async with registry_of(opened) as registry:
        report = await sweep(
            opened.open_work,
            registry,
            clock=opened.clock,
            believed=believed,
            weights=opened.weights,
            on_batch=show,
        )
        searched = await evaluate_searches(opened.open_work, registry, clock=opened.clock)
        return (
            report,
            searched,
            await LookBack(opened, registry).go_on(lambda: opened.clock() < until),
        )


def _say_searched(report: SearchReport, *, as_json: bool) -> None:
    for alert in report.alerts:
        if as_json:
            for change in alert.changes:
                print_json(change.contract())
        else:
            print_alert(alert)
    if report.evaluated and not as_json:
        say(f"{counted(report.evaluated, 'search')} asked for, {len(report.alerts)} with news.")
    for number, reason in report.unsettled.items():
        remark(f"Search {number} could not be asked for: {reason}")


def _say_past(past: BackfillReport) -> None:
    if past.versions:
        remark(f"{past.versions} past versions were kept; see trialwatch history.")
    if past.absent:
        remark(f"No history that can be read of {', '.join(past.absent)}.")
    for reason in filter(None, (past.blocked, past.trouble)):
        remark(f"The history could not be fetched: {reason}")


def _say_report(report: SweepReport) -> None:
    settled = report.settled
    if not report.asked:
        say(f"Nothing new: the registry still serves the release of {report.release}.")
        return
    parts = [
        (len(settled.baselines), "seen for the first time"),
        (settled.unchanged, "unchanged"),
        (settled.versions, "with a new version"),
        (len(settled.refused), "kept aside"),
    ]
    counted = ", ".join(f"{count} {words}" for count, words in parts if count)
    say(f"Release of {report.release}: {counted or 'nothing to report'}.")


def _say_trouble(report: SweepReport) -> bool:
    """Say what an operator has to look at; return whether there was anything."""
    for nct_id in report.settled.unknown:
        remark(f"{nct_id}: the registry knows no such trial. If it is mistyped, unwatch it.")
    for old, new in report.settled.merged:
        remark(f"{old} is now kept as {new}; its watches follow.")
    for aside in report.settled.refused:
        remark(
            f"{aside.nct_id}: the record was kept aside and not compared: {aside.reason}."
            " The last good version stays; the next release is looked at again. If the record is"
            f" right as it is: trialwatch check --believe {aside.nct_id}"
        )
    if report.settled.unknown_fields:
        fields = ", ".join(sorted(report.settled.unknown_fields))
        remark(f"The registry has fields that are not known here yet: {fields}. They are kept.")
    for nct_id, reason in report.unsettled.items():
        remark(f"{nct_id}: could not be looked at: {reason}. The next check asks again.")
    return bool(report.settled.unknown or report.settled.refused or report.unsettled)


def deliver(
    *,
    until_empty: Annotated[
        bool,
        typer.Option(
            "--until-empty",
            help="Go on until nothing is due now, and wait for what another process holds.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Send what is due now."""

    def show(sent: Sent) -> None:
        if as_json:
            print_json(attempt_contract(sent))
        else:
            _say_attempt(sent)

    with service() as opened:
        asked, report = asyncio.run(_deliver(opened, show, until_empty=until_empty))
        now = opened.clock()
    for one in asked:
        show_asked(one, as_json=as_json)
    if not as_json and (report.counts or not asked):
        _say_round(report, now)
    failed = report.counts.get(DeliveryState.PENDING) or report.counts.get(DeliveryState.FAILED)
    if failed or not all(one.outcome.taken for one in asked):
        raise typer.Exit(1)


async def _deliver(
    opened: Service, show: Callable[[Sent], None], *, until_empty: bool
) -> tuple[tuple[Asked, ...], DispatchReport]:
    async with asker_of(opened) as asker:
        asked = await ask_due(opened.open_work, asker, clock=opened.clock, owner=opened.owner)
    async with carriers_of(opened) as carriers:
        report = await deliver_now(opened, carriers, until_empty=until_empty, on_sent=show)
    return asked, report


def attempt_contract(sent: Sent) -> dict[str, object]:
    """Return one attempt as a JSON object."""
    delivery, outcome = sent.claimed.delivery, sent.outcome
    return {
        "delivery": delivery.id,
        "nct_id": sent.claimed.alert.nct_id,
        "channel": sent.claimed.target.channel.value,
        "address": sent.claimed.target.shown,
        "attempt": delivery.attempts,
        "state": outcome.state.value,
        "outcome": outcome.word,
        "status": outcome.status,
        "due_at": outcome.due_at,
        "detail": outcome.detail,
    }


def _digest_words(digest: Digest) -> str:
    searches = f" and {counted(digest.searches, 'search')}" if digest.searches else ""
    return f"Digest of {digest.trials} trials{searches}"


def _say_attempt(sent: Sent) -> None:
    target, outcome = sent.claimed.target, sent.outcome
    words = {
        DeliveryState.DELIVERED: "delivered",
        DeliveryState.FAILED: "given up",
        DeliveryState.PENDING: f"again at {outcome.due_at:%Y-%m-%d %H:%M:%S} UTC"
        if outcome.due_at
        else "again",
        DeliveryState.CANCELLED: "cancelled",
        DeliveryState.WAITING: "held",
        DeliveryState.BUNDLED: "in a digest",
    }[outcome.state]
    digest = sent.claimed.digest
    what = _digest_words(digest) if digest else sent.claimed.alert.nct_id
    say(f"{what} -> {target.channel.value} {target.shown}: {words}")
    if outcome.state is not DeliveryState.DELIVERED and outcome.detail:
        say(f"  {outcome.detail.splitlines()[0]}")


def _say_round(report: DispatchReport, now: datetime) -> None:
    if not report.counts:
        say("Nothing was due.")
    if report.next_due_at is not None and report.next_due_at > now:
        say(f"The next delivery is due at {report.next_due_at:%Y-%m-%d %H:%M:%S} UTC.")
