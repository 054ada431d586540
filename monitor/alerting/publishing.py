"""Public pages of lists: made, looked up and taken back by whoever looks after a list."""

from collections.abc import Callable

from monitor.domain.errors import ListNotFoundError
from monitor.domain.ports import Work


def publish(
    work: Work, list_name: str, *, new_token: Callable[[], str], notes: bool | None = None
) -> str:
    """Give a list a public page, or leave it the one it has; return the key of its address.

    Args:
        work: An open transaction.
        list_name: The list.
        new_token: Makes the key of a new address.
        notes: Whether the page shows notes and tags; None leaves that as it is, and a new page
            shows none.

    Raises:
        ListNotFoundError: There is no such list.
    """
    number = _number(work, list_name)
    token = work.public_links.open(number, token=new_token())
    if notes is not None:
        work.public_links.show_notes(number, shown=notes)
    return token


def unpublish(work: Work, list_name: str) -> bool:
    """Take a list's public page back for good; False when it has none.

    A page made later has another address.

    Raises:
        ListNotFoundError: There is no such list.
    """
    return work.public_links.close(_number(work, list_name))


def _number(work: Work, list_name: str) -> int:
    number = work.public_links.list_number(list_name)
    if number is None:
        raise ListNotFoundError(
            f"There is no list {list_name[:80]!r}; see `trialwatch list` for their names"
        )
    return number
