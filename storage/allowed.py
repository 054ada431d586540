"""Whether a target may be sent to again once nothing is held against it any more."""

from sqlalchemy import case, exists, or_

from monitor.domain.watches import Channel, TargetState
from storage.tables import consents, targets

AGREED = exists().where(consents.c.target_id == targets.c.id)
_MAY_BE_SENT_TO = or_(targets.c.channel != Channel.EMAIL.value, AGREED)
#: The state it has then: an address that never agreed is unconfirmed.
STATE_ALLOWED = case(
    (_MAY_BE_SENT_TO, TargetState.ACTIVE.value), else_=TargetState.UNCONFIRMED.value
)
