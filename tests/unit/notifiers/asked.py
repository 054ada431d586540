"""A question whether an address wants mail."""

from datetime import timedelta

from monitor.domain.consents import Confirmation
from tests.servers.made import NCT, NOON, a_target

ASKED = Confirmation(
    id="01KJ8Z9V3W0000000000000001-7",
    target=a_target(),
    token="t" * 32,
    nct_ids=(NCT,),
    asked_at=NOON,
    expires_at=NOON + timedelta(days=7),
)
