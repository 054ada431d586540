"""The desk on the own database: whoever can open it is the operator.

Part of it loads libraries that take their time; that is in ``slow``, loaded when it is wanted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.alerting.consent import BY_OPERATOR, Asking, ask_consent
from monitor.alerting.hearing import check_hearing
from monitor.alerting.publishing import publish, unpublish
from monitor.domain.alerts import Alert, DeliveryState
from monitor.domain.changes import Change
from monitor.domain.errors import InvalidAddressError, NotWatchedError
from monitor.domain.events import EventType
from monitor.domain.ids import link_key
from monitor.domain.notes import Note
from monitor.domain.summaries import Summary
from monitor.domain.trial import NctId, TrialState, VersionInfo
from monitor.domain.watched import Watched
from monitor.domain.watches import DEFAULT_LIST, Channel, Format, Target
from notifiers.links import public_list_url
from notifiers.sign import new_secret
from storage import queries, targetcare, watchreads
from storage.readmodels import Backlog, DeliveryRow, WatchRow
from storage.replaying import Which, replay
from storage.targethours import hours_by_target
from storage.work import SqlWork
from trialwatch.bootstrap import Service
from trialwatch.desk.port import Again, Answer, TargetRow, Wish, a_webhook, not_on_list
from trialwatch.exporting.kinds import Kind, written_as
from trialwatch.exporting.rows import What, columns_of, rows_of


class OwnDesk:
    """Plays ``trialwatch.desk.port.Desk`` on rows."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._database = service.database

    def watches(self) -> Sequence[WatchRow]:
        """Return watches, by list and number."""
        return watchreads.watches(self._database)

    def registry_trouble(self) -> str | None:
        """Return why the registry could not be asked, None when it could."""
        return queries.registry_state(self._database).trouble

    def watch(self, wish: Wish) -> Sequence[Watched]:
        """Put trials on a list, and join it to those who are told."""
        from monitor.alerting.watching import Joining, watch_trials  # noqa: PLC0415  # see the top
        from trialwatch.desk.slow import addresses_of  # noqa: PLC0415  # see the top

        addresses = addresses_of(wish.addresses, self._service.settings.webhook_allow)
        asks = wish.confirm or self._service.settings.confirm_mail == "always"
        with self._service.open_work() as work:
            watched = watch_trials(
                work,
                wish.nct_ids,
                Joining(
                    addresses=addresses,
                    timing=wish.timing,
                    near=wish.near,
                    asked_by=BY_OPERATOR if asks else None,
                    new_secret=new_secret,
                    new_token=link_key,
                ),
                list_name=wish.list_name,
                now=self._service.clock(),
            )
            work.commit()
        return watched

    def unwatch(self, nct_ids: Sequence[NctId], list_name: str | None) -> Mapping[NctId, int]:
        """Take trials off one list or all; return how many each was on."""
        with self._service.open_work() as work:
            removed = {one: work.watches.remove(one, list_name=list_name) for one in nct_ids}
            work.commit()
        return removed

    def note(self, nct_id: NctId, list_name: str | None) -> Note:
        """Return what is written beside a trial on one of the operator's lists."""
        with self._database.open_snapshot() as work:
            return _beside(work, nct_id, list_name or DEFAULT_LIST)[1]

    def write_note(
        self,
        nct_id: NctId,
        list_name: str | None,
        *,
        text: str | None,
        tags: tuple[str, ...] | None,
    ) -> Note:
        """Write beside a trial, and return what stands there."""
        with self._database.open_work() as work:
            number, there = _beside(work, nct_id, list_name or DEFAULT_LIST)
            new = Note(
                text=there.text if text is None else text,
                tags=there.tags if tags is None else tags,
            )
            work.notes.write(number, nct_id, new)
            work.commit()
        return new

    def trial(self, nct_id: NctId) -> TrialState:
        """Return what is known of a trial."""
        with self._database.open_snapshot() as work:
            state = work.trials.get(nct_id)
        if state is None:
            raise NotWatchedError(
                f"{nct_id} was never watched. Begin with: trialwatch watch {nct_id}"
            )
        return state

    def versions(self, nct_id: NctId) -> Sequence[VersionInfo]:
        """Return the versions kept of a record, oldest first."""
        with self._database.open_snapshot() as work:
            return work.versions.of_trial(nct_id)

    def alerts(self, nct_id: NctId, *, limit: int) -> Sequence[Alert]:
        """Return the newest alerts of a trial, newest first."""
        with self._database.open_snapshot() as work:
            return work.alerts.of_trial(nct_id, limit=limit)

    def compare(self, nct_id: NctId, older: int, younger: int) -> tuple[Change, ...]:
        """Return what differs between two versions of a record."""
        from trialwatch.desk.slow import compare  # noqa: PLC0415  # see the top

        self.trial(nct_id)
        return compare(self._service, nct_id, older, younger)

    def summary(self, nct_id: NctId) -> Summary:
        """Return a trial in plain English, written anew from its newest version."""
        from trialwatch.desk.slow import newest_summary  # noqa: PLC0415  # see the top

        return newest_summary(self._service, self.trial(nct_id))

    def deliveries(
        self, *, state: DeliveryState | None, nct_id: NctId | None, limit: int
    ) -> Sequence[DeliveryRow]:
        """Return deliveries, newest first."""
        return queries.deliveries(self._database, state=state, nct_id=nct_id, limit=limit)

    def delivery(self, delivery_id: str) -> DeliveryRow | None:
        """Return one delivery, None when there is none."""
        found = queries.delivery(self._database, delivery_id)
        return None if found is None else found[0]

    def backlog(self) -> Backlog | None:
        """Return what is late."""
        return queries.backlog(self._database, now=self._service.clock())

    def replay(self, again: Again) -> int:
        """Make deliveries due again; return how many."""
        target = None if again.target is None else targetcare.find(self._database, again.target)
        which = Which(
            ids=again.ids,
            since=again.since,
            until=again.until,
            target=target,
            nct_id=again.nct_id,
            delivered_too=again.delivered_too,
        )
        return replay(self._database, which, now=self._service.clock())

    def targets(self) -> Sequence[TargetRow]:
        """Return targets, oldest first."""
        hours = hours_by_target(self._database)
        return [
            TargetRow(target=one, hours=hours.get(one.id, ()))
            for one in targetcare.all_targets(self._database)
        ]

    def test(self, which: str) -> Answer:
        """Send a webhook a test event now."""
        from trialwatch.desk.slow import test  # noqa: PLC0415  # see the top

        return test(self._service, a_webhook(targetcare.find(self._database, which)))

    def rotate(self, which: str) -> Target:
        """Give a webhook a new secret."""
        return targetcare.rotate(
            self._database,
            a_webhook(targetcare.find(self._database, which)),
            secret=new_secret(),
            now=self._service.clock(),
        )

    def switch(self, which: str, *, on: bool) -> Target:
        """Send to a target again, or no more."""
        target = targetcare.find(self._database, which)
        (targetcare.enable if on else targetcare.disable)(self._database, target)
        return targetcare.find(self._database, str(target.id))

    def choose(
        self, which: str, *, types: Sequence[EventType] | None, format_: Format | None
    ) -> Target:
        """Set what a target hears of, and in what form."""
        target = targetcare.find(self._database, which)
        check_hearing(target.channel, types or (), format_)
        return targetcare.choose(self._database, target, types=types, format_=format_)

    def notify(self, address: str) -> Target:
        """Tell an e-mail address what becomes of webhooks."""
        from trialwatch.desk.slow import notified  # noqa: PLC0415  # see the top

        return notified(self._service, address)

    def ask(self, which: str) -> tuple[Target, Asking]:
        """Ask an e-mail target once more whether it agrees."""
        target = targetcare.find(self._database, which)
        if target.channel is not Channel.EMAIL:
            raise InvalidAddressError(
                f"Target {target.id} is no e-mail address: only those are asked"
            )
        with self._service.open_work() as work:
            came = ask_consent(
                work,
                target,
                origin=BY_OPERATOR,
                again=True,
                now=self._service.clock(),
                new_token=link_key,
            )
            work.commit()
        return target, came

    def publish(self, list_name: str, *, notes: bool | None = None) -> str:
        """Give a list a public page; return its address."""
        with self._service.open_work() as work:
            token = publish(work, list_name, new_token=link_key, notes=notes)
            work.commit()
        return public_list_url(self._service.settings.web_url, token)

    def unpublish(self, list_name: str) -> bool:
        """Take a list's public page away."""
        with self._service.open_work() as work:
            closed = unpublish(work, list_name)
            work.commit()
        return closed

    def rule_story(self, nct_id: NctId, rule: str) -> Sequence[Mapping[str, Any]]:
        """Return the contract of each chapter of a rule's story."""
        from trialwatch.stories import rule_story  # noqa: PLC0415  # see the top

        self.trial(nct_id)
        return [chapter.contract() for chapter in rule_story(self._database, nct_id, rule)]

    def export(self, what: str, form: str, *, records: bool) -> Iterator[bytes]:
        """Yield a file of everything of one kind, piece by piece."""
        kind = What(what)
        rows = rows_of(self._database, kind, records=records)
        return written_as(rows, columns_of(kind, records=records), Kind(form))


def _beside(work: SqlWork, nct_id: NctId, list_name: str) -> tuple[int, Note]:
    """Return the number of a list, and what is written beside a trial on it."""
    number = work.public_links.list_number(list_name)
    note = None if number is None else work.notes.get(number, nct_id)
    if number is None or note is None:
        raise NotWatchedError(not_on_list(nct_id, list_name))
    return number, note
