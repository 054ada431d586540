"""Rendered alerts, kept for the many readers of one alert."""

import binascii
from collections import OrderedDict
from dataclasses import dataclass

from monitor.domain.alerts import ClaimedDelivery
from notifiers.links import unsubscribe_url
from notifiers.render import render, render_personal

#: Alerts whose texts are kept; their readers' deliveries are due at the same time.
_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message says, encoded as quoted-printable."""

    subject: str
    text: bytes
    html: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    subject: str
    text: bytes
    html_before: bytes
    html_after: bytes


class Letters:
    """Writes letters; what all readers of an alert share is written once."""

    def __init__(self, *, web_url: str) -> None:
        self._web_url = web_url
        self._kept: OrderedDict[str, _Shared] = OrderedDict()

    def of(self, claimed: ClaimedDelivery) -> Letter:
        """Return the letter of one delivery; the same delivery gives the same bytes."""
        shared = self._shared(claimed)
        personal = render_personal(
            claimed.delivery.list_name,
            unsubscribe_url(self._web_url, claimed.delivery.unsubscribe_token),
        )
        return Letter(
            subject=shared.subject,
            text=shared.text + _quoted(personal.text),
            html=shared.html_before + _quoted(personal.html) + shared.html_after,
        )

    def _shared(self, claimed: ClaimedDelivery) -> _Shared:
        alert = claimed.alert
        shared = self._kept.get(alert.id)
        if shared is None:
            rendered = render(alert, web_url=self._web_url)
            shared = _Shared(
                subject=rendered.subject,
                text=_quoted(rendered.text),
                html_before=_quoted(rendered.html_before),
                html_after=_quoted(rendered.html_after),
            )
            self._kept[alert.id] = shared
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return shared


def _quoted(text: str) -> bytes:
    """Encode whole lines, so that pieces encoded apart can be put together."""
    whole = text if text.endswith("\n") else text + "\n"
    lines = whole.replace("\n", "\r\n").encode("utf-8", "replace")
    return binascii.b2a_qp(lines, istext=True)
