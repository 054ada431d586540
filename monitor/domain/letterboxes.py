"""An e-mail address as its reader meets it: named by a token that stands in their mail."""

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.trial import NctId
from monitor.domain.watches import masked_mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterbox:
    """What goes to an address, whoever asked for it to be written to."""

    #: Personal: shown masked, never logged.
    address: str
    #: The list that the mail with the token came from.
    list_name: str
    #: The one trial of it that was named, None for the whole list.
    nct_id: NctId | None
    #: Lists that the address is told of, as things stood.
    lists: int
    #: Until when nothing goes out; None without a pause.
    paused_until: datetime | None = None

    @property
    def shown(self) -> str:
        """The address so that its reader knows it and a passer-by does not."""
        return masked_mail(self.address)
