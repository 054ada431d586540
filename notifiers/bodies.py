"""Bodies of webhooks and chats, written once for all who are told the same.

What a body says depends on the alert (narrowed to a place or not), the event, the list and the
form; of one delivery alone it holds nothing but its id, in CloudEvents. That is spliced in.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from monitor.domain.alerts import Alert, ClaimedDelivery
from monitor.domain.near import nears_written
from monitor.domain.watches import Channel, Format
from notifiers.kept import Kept
from notifiers.payload import webhook_body

#: Bodies kept, of 20 kB at the most each; their readers' deliveries are due at the same time.
_KEPT: Final = 64
_Key: TypeAlias = tuple[str, ...]
#: Ids that stand in JSON as they are, as all of ours do.
_PLAIN: Final = re.compile(r"[0-9A-Za-z_.-]+")


class Bodies:
    """Writes bodies; what several deliveries share is written once."""

    def __init__(self, *, web_url: str) -> None:
        self._web_url = web_url
        self._kept: Kept[_Key, bytes] = Kept(_KEPT)

    @property
    def written(self) -> int:
        """How many were written."""
        return self._kept.made

    def of_webhook(self, claimed: ClaimedDelivery) -> bytes:
        """Return what ``webhook_body`` does."""
        its_id, format_ = claimed.delivery.id, claimed.target.format
        if claimed.delivery.notice is not None or not _PLAIN.fullmatch(its_id):
            return webhook_body(claimed, web_url=self._web_url)
        # As long as the id: how much fits is decided by length.
        blank = "0" * len(its_id) if format_ is Format.CLOUDEVENTS else ""
        key = (
            *_of_alert(claimed.alert),
            claimed.delivery.type.value,
            claimed.delivery.list_name,
            format_.value,
            blank,
        )
        body = self._kept.of(key, lambda: self._without_id(claimed, blank))
        # It is the second field, before anything that is somebody else's text.
        return body.replace(blank.encode(), its_id.encode(), 1) if blank else body

    def of_chat(
        self, claimed: ClaimedDelivery, channel: Channel, write: Callable[[], bytes]
    ) -> bytes:
        """Return what ``write`` makes of the alert for a kind of chat."""
        return self._kept.of((*_of_alert(claimed.alert), channel.value), write)

    def _without_id(self, claimed: ClaimedDelivery, blank: str) -> bytes:
        nobodys = replace(claimed, delivery=replace(claimed.delivery, id=blank))
        return webhook_body(nobodys, web_url=self._web_url)


def _of_alert(alert: Alert) -> _Key:
    return alert.id, nears_written(alert.near) or ""
