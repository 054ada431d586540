"""Rows of what is to be sent and of what came back, and who carries it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from monitor.domain.alerts import ClaimedDelivery, Outcome, Receipt
from monitor.domain.bounces import Bounce
from monitor.domain.consents import (
    Confirmation,
)
from monitor.domain.lanes import Room


class Deliveries(Protocol):
    """The outbox."""

    def claim(
        self, now: datetime, *, room: Room, lease: timedelta, owner: str
    ) -> tuple[ClaimedDelivery, ...]:
        """Claim the longest-due deliveries of each lane, as many as there is room for.

        A claim moves ``due_at`` to the lease's end and writes down the attempt as begun, so a
        delivery whose worker dies comes due again by itself and its attempt is on record.
        Two workers never hold the same delivery. Deliveries to targets that are not active are
        cancelled instead.

        Webhooks are left where they are while their target is held, has its most under way or
        has used up its pace. Of two about one trial for one target the later waits while the
        first is under way, so first attempts keep their order.
        """
        ...

    def record(
        self, ended: Collection[tuple[ClaimedDelivery, Outcome]], *, now: datetime
    ) -> frozenset[str]:
        """Write down how attempts ended; return the deliveries whose claims were still ours.

        A webhook's target is found well or failing by them, and changes lanes with that. Give
        them by target: two workers that write to the same targets must not wait for each other.
        """
        ...

    def renew(self, claimed: Iterable[ClaimedDelivery], *, until: datetime) -> None:
        """Extend the lease of claims that are still ours, while a long send goes on."""
        ...

    def leased_until(self, now: datetime) -> datetime | None:
        """Return when the last lease now running ends, None when nothing is in flight."""
        ...

    def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next pending delivery is due, None when there is none.

        A claimed delivery counts with the end of its lease, one whose target is held with the
        end of that.
        """
        ...


class Bounces(Protocol):
    """Mail that came back."""

    def key_of(self, delivery_id: str) -> str | None:
        """Return the token that the mail of a delivery or a question bore, None for another."""
        ...

    def newest_to(self, address: str) -> str | None:
        """Return the id of the newest delivery or question that was sent to an e-mail address.

        For reports that name whom a mail was for and not which; None when none was sent.
        """
        ...

    def came_back(self, delivery_id: str, bounce: Bounce) -> bool:
        """Write down that such a mail came back; return whether its address is given up.

        Said again of the same mail it changes nothing. An address that is given up is sent
        nothing more, and what waits for it is cancelled.
        """
        ...

    def forgive(self, address: str) -> bool:
        """Send to an e-mail address again; False when nothing was held against it.

        One that never agreed is unconfirmed again.
        """
        ...


class Notifier(Protocol):
    """Carries alerts over one kind of channel."""

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Return once the far side has accepted the delivery.

        Must be safe to call again with the same delivery id: it then sends the same message.

        Raises:
            DeliveryError: The far side refused, timed out or cannot be reached.
        """
        ...


class ConfirmationCarrier(Protocol):
    """Carries the mail that asks an address whether it agrees."""

    async def ask(self, confirmation: Confirmation) -> Receipt:
        """Return once the relay took the mail; the same question is the same mail.

        Raises:
            DeliveryError: The relay refused, did not answer or cannot be reached.
        """
        ...
