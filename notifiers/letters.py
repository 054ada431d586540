"""Rendered alerts, kept for the many readers of one alert."""

from dataclasses import dataclass

from monitor.domain.alerts import Alert, ClaimedDelivery
from monitor.domain.looks import Look
from monitor.domain.near import nears_written
from notifiers.digests import Digests, Shared
from notifiers.kept import Kept
from notifiers.links import unsubscribe_url
from notifiers.quoted import quoted
from notifiers.render import render, render_personal

#: Alerts whose texts are kept; their readers' deliveries are due at the same time.
_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message says, encoded as quoted-printable."""

    subject: str
    text: bytes
    html: bytes


class Letters:
    """Writes letters; what all readers of an alert share is written once."""

    def __init__(self, *, web_url: str) -> None:
        self._web_url = web_url
        self._digests = Digests(web_url=web_url)
        self._kept: Kept[str, Shared] = Kept(_KEPT)

    @property
    def written(self) -> int:
        """How many alerts were written, each once for those who read it alike."""
        return self._kept.made

    def of(self, claimed: ClaimedDelivery) -> Letter:
        """Return the letter of one delivery; the same delivery gives the same bytes."""
        shared = self._shared(claimed)
        personal = render_personal(
            claimed.delivery.list_name,
            unsubscribe_url(self._web_url, claimed.delivery.unsubscribe_token),
            which=_which(claimed),
        )
        return Letter(
            subject=shared.subject,
            text=shared.text + quoted(personal.text),
            html=shared.html_before + quoted(personal.html) + shared.html_after,
        )

    def _shared(self, claimed: ClaimedDelivery) -> Shared:
        if claimed.digest is not None:
            return self._digests.of(claimed.digest, claimed.look)
        alert, look = claimed.alert, claimed.look
        key = f"{alert.id}/{nears_written(alert.near) or ''}/{look.written}"
        return self._kept.of(key, lambda: self._written(alert, look))

    def _written(self, alert: Alert, look: Look) -> Shared:
        rendered = render(alert, web_url=self._web_url, look=look)
        return Shared(
            subject=rendered.subject,
            text=quoted(rendered.text),
            html_before=quoted(rendered.html_before),
            html_after=quoted(rendered.html_after),
        )


def _which(claimed: ClaimedDelivery) -> str:
    """Return what a delivery is about, as its closing lines say it."""
    if claimed.digest is not None:
        return "this news is" if claimed.digest.searches else "these studies are"
    return "the study is" if claimed.alert.search is None else "the search is"
