"""One's own targets on a running server."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.alerting.consent import Asking
from monitor.alerting.hearing import check_hearing
from monitor.domain.errors import InvalidAddressError, TargetNotFoundError
from monitor.domain.events import EventType
from monitor.domain.watches import Channel, Format, Health, Target
from trialwatch.desk.asking import Server
from trialwatch.desk.plain import ServerTooOldError, read
from trialwatch.desk.port import Answer, TargetRow, a_webhook


class FarTargets:
    """Plays the part of ``trialwatch.desk.port.Desk`` that is about targets."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def targets(self) -> Sequence[TargetRow]:
        """Return one's own targets, oldest first."""
        found = rows_in(self._server.get("/targets"), "targets")
        return [
            TargetRow(target=target_in(row), hours=tuple(row.get("hours", ()))) for row in found
        ]

    def test(self, which: str) -> Answer:
        """Send a webhook a test event now."""
        target = a_webhook(self.find(which))
        found = self._server.send("POST", f"/targets/{target.id}/test")
        return read(Answer, {}, target=target, **found)

    def rotate(self, which: str) -> Target:
        """Give a webhook a new secret."""
        target = a_webhook(self.find(which))
        return target_in(self._server.send("POST", f"/targets/{target.id}/secret"))

    def choose(
        self, which: str, *, types: Sequence[EventType] | None, format_: Format | None
    ) -> Target:
        """Set what a target hears of, and in what form."""
        target = self.find(which)
        check_hearing(target.channel, types or (), format_)
        body: dict[str, Any] = {} if types is None else {"types": [one.value for one in types]}
        if format_ is not None:
            body["format"] = format_.value
        return target_in(self._server.send("PATCH", f"/targets/{target.id}", body))

    def notify(self, address: str) -> Target:
        """Tell an e-mail address what becomes of one's own webhooks; a member's is asked first."""
        return target_in(self._server.send("POST", "/targets/notices", {"email": address}))

    def ask(self, which: str) -> tuple[Target, Asking]:
        """Ask an e-mail target of one's own once more whether it agrees."""
        target = self.find(which)
        if target.channel is not Channel.EMAIL:
            raise InvalidAddressError(
                f"Target {target.id} is no e-mail address: only those are asked"
            )
        found = self._server.send("POST", f"/targets/{target.id}/ask")
        return target, Asking(found.get("reason"))

    def switch(self, which: str, *, on: bool) -> Target:
        """Send to a target again, or no more."""
        target = self.find(which)
        body = {"state": "active" if on else "disabled"}
        return target_in(self._server.send("PATCH", f"/targets/{target.id}", body))

    def find(self, which: str) -> Target:
        """Return a target of one's own by its number or address.

        Raises:
            TargetNotFoundError: There is none.
        """
        for row in self.targets():
            if which in {str(row.target.id), row.target.address}:
                return row.target
        raise TargetNotFoundError(
            f"There is no target {which[:80]!r}; see `trialwatch target list` for their numbers"
        )


def rows_in(found: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the rows of an answer.

    Raises:
        ServerTooOldError: It has none of this name.
    """
    rows = found.get(name)
    if not isinstance(rows, list):
        raise ServerTooOldError(name)
    return rows


def target_in(row: Mapping[str, Any]) -> Target:
    """Return the target that a row tells of."""
    if "types" not in row:
        raise ServerTooOldError("what a target hears of")
    return read(Target, row, health=read(Health, row))
