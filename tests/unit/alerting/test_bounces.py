"""When an address is given up."""

from datetime import timedelta

import pytest

from monitor.alerting.bounces import is_given_up, kind_of
from monitor.domain.bounces import Bounce, BounceKind
from tests.builders import NOON


def bounces(kind: BounceKind, *days: float) -> list[Bounce]:
    return [Bounce(kind=kind, at=NOON + timedelta(days=day)) for day in days]


@pytest.mark.parametrize(
    ("kind", "days", "given_up"),
    [
        (BounceKind.HARD, [0], True),
        (BounceKind.COMPLAINT, [0], True),
        (BounceKind.SOFT, [0, 0.1, 0.2, 0.3], False),
        (BounceKind.SOFT, [0, 1, 2, 3], False),
        (BounceKind.SOFT, [0, 7], False),
        (BounceKind.SOFT, [0, 6.9, 6.95, 6.99], False),
        (BounceKind.SOFT, [0, 3, 7], True),
        (BounceKind.SOFT, [7, 0, 3], True),
        (BounceKind.SOFT, [0, 1, 40], False),
        # What is thirty days old counts no more.
        (BounceKind.SOFT, [0, 29, 30], False),
        (BounceKind.SOFT, [0.01, 29, 30], True),
        (BounceKind.REFUSED, [0, 3, 7, 14], False),
        (BounceKind.SOFT, [], False),
    ],
)
def test_given_up_at_once_or_after_a_week(
    kind: BounceKind, days: list[float], *, given_up: bool
) -> None:
    assert is_given_up(bounces(kind, *days)) is given_up


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", BounceKind.HARD),
        ("5.1.10", BounceKind.HARD),
        ("5.1.2", BounceKind.HARD),
        ("5.1.7", BounceKind.REFUSED),
        ("5.1.8", BounceKind.REFUSED),
        ("5.1", BounceKind.SOFT),
        ("5.7", BounceKind.SOFT),
        ("4.7.1", BounceKind.REFUSED),
        ("4.1.1", BounceKind.SOFT),
        ("5.2.1", BounceKind.SOFT),
        ("5.2.2", BounceKind.SOFT),
        ("5.4.4", BounceKind.SOFT),
        ("5.6.0", BounceKind.REFUSED),
        ("5.7.1", BounceKind.REFUSED),
        ("5.7.26", BounceKind.REFUSED),
        ("", BounceKind.SOFT),
    ],
)
def test_status_says_what_is_known_of_the_mailbox(status: str, kind: BounceKind) -> None:
    assert kind_of(status) is kind
