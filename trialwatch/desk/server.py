"""The desk on a running server: each thing done is one request or a few, with a key."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from monitor.domain.alerts import Alert, DeliveryState
from monitor.domain.changes import Change
from monitor.domain.errors import (
    ListNotFoundError,
    NotWatchedError,
    VersionNotFoundError,
)
from monitor.domain.notes import Note
from monitor.domain.summaries import Summary
from monitor.domain.timings import WEEKDAYS, Timing
from monitor.domain.trial import NctId, TrialState, VersionInfo
from monitor.domain.watched import Watched
from monitor.domain.watches import DEFAULT_LIST
from storage.readmodels import Backlog, DeliveryRow, WatchRow
from trialwatch.desk.asking import NotThereError
from trialwatch.desk.fartargets import FarTargets, rows_in, target_in
from trialwatch.desk.plain import ServerTooOldError, read
from trialwatch.desk.port import Again, Wish, not_on_list

_PAGE: Final = 1000
#: Trials that one request puts on a list.
_AT_ONCE: Final = 250
#: The feed of changes brings no summaries.
_NO_SUMMARY: Final = Summary.without_words(NctId(""), version=0)


class ServerDesk(FarTargets):
    """Plays ``trialwatch.desk.port.Desk`` through ``/api/v1``."""

    def watches(self) -> Sequence[WatchRow]:
        """Return watches on the lists that one sees, by list and number."""
        found = self._pages("/watches", "watches")
        rows = [read(WatchRow, row, list_name=row.get("list")) for row in found]
        return sorted(rows, key=lambda row: (row.list_name, row.list_id, row.nct_id))

    def registry_trouble(self) -> str | None:
        """Return nothing: that is the operator's to know."""
        return None

    def watch(self, wish: Wish) -> Sequence[Watched]:
        """Put trials on a list of one's own, and join it to one's own targets."""
        watched: list[Watched] = []
        for begin in range(0, len(wish.nct_ids), _AT_ONCE):
            some = wish.nct_ids[begin : begin + _AT_ONCE]
            found = self._server.send("POST", "/watches", _wished(wish, some))
            told = tuple(target_in(one) for one in rows_in(found, "targets"))
            watched += [
                read(Watched, row, list_name=row.get("list"), targets=told)
                for row in rows_in(found, "watches")
            ]
        return watched

    def unwatch(self, nct_ids: Sequence[NctId], list_name: str | None) -> Mapping[NctId, int]:
        """Take trials off one list of one's own or all; return how many each was on."""
        ended: dict[NctId, int] = {}
        for begin in range(0, len(nct_ids), _AT_ONCE):
            body = {"nct_ids": list(nct_ids[begin : begin + _AT_ONCE]), "list": list_name}
            found = self._server.send("POST", "/watches/end", body)
            ended |= {row["nct_id"]: row["removed_from_lists"] for row in rows_in(found, "ended")}
        return ended

    def note(self, nct_id: NctId, list_name: str | None) -> Note:
        """Return what is written beside a trial on a list of one's own."""
        return self._beside(nct_id, list_name, self._server.get)

    def write_note(
        self,
        nct_id: NctId,
        list_name: str | None,
        *,
        text: str | None,
        tags: tuple[str, ...] | None,
    ) -> Note:
        """Write beside a trial, and return what stands there."""
        body = {"note": text, "tags": None if tags is None else list(tags)}
        return self._beside(nct_id, list_name, lambda path: self._server.send("PATCH", path, body))

    def _beside(
        self, nct_id: NctId, list_name: str | None, ask: Callable[[str], Mapping[str, Any]]
    ) -> Note:
        name = list_name or DEFAULT_LIST
        try:
            found = ask(f"/lists/{self._own_list(name)}/trials/{nct_id}")
        except (ListNotFoundError, NotThereError) as error:
            raise NotWatchedError(not_on_list(nct_id, name)) from error
        return read(Note, found, text=found.get("note"))

    def trial(self, nct_id: NctId) -> TrialState:
        """Return what is known of a trial."""
        try:
            found = self._server.get(f"/trials/{nct_id}")
        except NotThereError as error:
            raise NotWatchedError(f"{error} Begin with: trialwatch watch {nct_id}") from error
        if "missing_since" not in found:
            raise ServerTooOldError("since when a trial is missing")
        title, status = found.get("title"), found.get("overall_status") or ""
        return read(TrialState, found, brief_title=title, overall_status=status)

    def versions(self, nct_id: NctId) -> Sequence[VersionInfo]:
        """Return the versions kept of a record, oldest first."""
        found = self._pages(f"/trials/{nct_id}/versions", "versions")
        return [read(VersionInfo, row, nct_id=nct_id, number=row.get("version")) for row in found]

    def alerts(self, nct_id: NctId, *, limit: int) -> Sequence[Alert]:
        """Return the newest alerts of a trial, newest first, without their summaries."""
        found = list(self._pages("/changes", "changes", nct_id=nct_id, past="true"))
        return sorted(alerts_in(found), key=lambda alert: alert.id, reverse=True)[:limit]

    def compare(self, nct_id: NctId, older: int, younger: int) -> tuple[Change, ...]:
        """Return what differs between two versions of a record."""
        self.trial(nct_id)
        try:
            found = self._server.get(f"/trials/{nct_id}/compare", from_=older, to=younger)
        except NotThereError as error:
            raise VersionNotFoundError(str(error)) from error
        return tuple(read(Change, row) for row in rows_in(found, "changes"))

    def summary(self, nct_id: NctId) -> Summary:
        """Return a trial in plain English, as the server keeps it."""
        self.trial(nct_id)
        try:
            return read(Summary, self._server.get(f"/trials/{nct_id}/summary"))
        except NotThereError as error:
            raise VersionNotFoundError(str(error)) from error

    def deliveries(
        self, *, state: DeliveryState | None, nct_id: NctId | None, limit: int
    ) -> Sequence[DeliveryRow]:
        """Return deliveries to one's own targets, newest first; addresses are masked."""
        asked = {"state": None if state is None else state.value, "nct_id": nct_id}
        found = self._pages("/deliveries", "deliveries", most=limit, **asked)
        return [_delivery(row) for row in found]

    def delivery(self, delivery_id: str) -> DeliveryRow | None:
        """Return one delivery, None when there is none."""
        try:
            return _delivery(self._server.get(f"/deliveries/{quote(delivery_id, safe='')}"))
        except NotThereError:
            return None

    def backlog(self) -> Backlog | None:
        """Return nothing: what is late is the operator's to know."""
        return None

    def replay(self, again: Again) -> int:
        """Make deliveries due again; return how many."""
        body = {
            "ids": list(again.ids),
            "since": None if again.since is None else again.since.isoformat(),
            "until": None if again.until is None else again.until.isoformat(),
            "target_id": None if again.target is None else self.find(again.target).id,
            "nct_id": again.nct_id,
            "delivered_too": again.delivered_too,
        }
        found = self._server.send("POST", "/replays", body)
        return int(found.get("deliveries", 0))

    def publish(self, list_name: str, *, notes: bool | None = None) -> str:
        """Give a list of one's own a public page; return its address."""
        found = self._server.send(
            "POST", f"/lists/{self._own_list(list_name)}/public", {"notes": notes}
        )
        return str(found.get("url"))

    def unpublish(self, list_name: str) -> bool:
        """Take the public page of a list of one's own away."""
        number = self._own_list(list_name)
        if self._server.get(f"/lists/{number}/public").get("url") is None:
            return False
        self._server.send("DELETE", f"/lists/{number}/public")
        return True

    def _own_list(self, name: str) -> int:
        for row in rows_in(self._server.get("/lists"), "lists"):
            if (row.get("name"), row.get("role")) == (name, "owner"):
                return int(row["id"])
        raise ListNotFoundError(
            f"There is no list {name[:80]!r} of yours; see `trialwatch list` for their names"
        )

    def rule_story(self, nct_id: NctId, rule: str) -> Sequence[Mapping[str, Any]]:
        """Return the contract of each chapter of a rule's story."""
        self.trial(nct_id)
        return rows_in(self._server.get(f"/trials/{nct_id}/rules", rule=rule), "chapters")

    def export(self, what: str, form: str, *, records: bool) -> Iterator[bytes]:
        """Yield a file of everything of one kind that one may see, piece by piece."""
        return self._server.pieces(f"/export/{what}.{form}", records=str(records).lower())

    def _pages(
        self, path: str, name: str, *, most: int | None = None, **asked: object
    ) -> Iterator[dict[str, Any]]:
        """Yield rows page after page, at most so many."""
        after: object = None
        while most is None or most > 0:
            limit = _PAGE if most is None else min(most, _PAGE)
            page = self._server.get(path, **asked, after=after, limit=limit)
            rows = rows_in(page, name)
            yield from rows
            most = None if most is None else most - len(rows)
            after = page.get("next")
            if after is None or not rows or page.get("more") is False:
                return


def _delivery(row: Mapping[str, Any]) -> DeliveryRow:
    attempts = [{"detail": None, **attempt} for attempt in row.get("attempts", ())]
    return read(DeliveryRow, row, list_name=row.get("list"), attempts=attempts)


def alerts_in(rows: Sequence[dict[str, Any]]) -> list[Alert]:
    """Return alerts from the rows of their changes, those of one alert in a row."""
    return [_alert(list(one)) for _, one in groupby(rows, lambda row: row["alert_id"])]


def _alert(rows: list[dict[str, Any]]) -> Alert:
    return read(
        Alert,
        rows[0],
        id=rows[0]["alert_id"],
        changes=rows,
        summary=_NO_SUMMARY,
        search=None,
        near=(),
    )


def _wished(wish: Wish, nct_ids: Sequence[NctId]) -> dict[str, Any]:
    near, within = wish.near_as_typed if wish.near else ("", "")
    return {
        "nct_ids": list(nct_ids),
        "list": wish.list_name,
        **{channel.value: list(texts) for channel, texts in wish.addresses.items()},
        **({} if wish.timing is None else hours_of(wish.timing)),
        **({"near": near, "within": within} if near else {}),
        "confirm": wish.confirm,
    }


def hours_of(timing: Timing) -> dict[str, Any]:
    """Return hours as the interface takes them."""
    return {
        "rhythm": timing.rhythm.value,
        "at": f"{timing.at:%H:%M}",
        "weekday": WEEKDAYS[timing.weekday],
        "zone": timing.zone,
        "quiet_from": f"{timing.quiet.start:%H:%M}" if timing.quiet else "",
        "quiet_to": f"{timing.quiet.end:%H:%M}" if timing.quiet else "",
        "critical_at_once": timing.critical_passes,
        "most_an_hour": timing.most_an_hour,
    }
