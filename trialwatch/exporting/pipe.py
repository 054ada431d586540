"""A file that is read while it is written: what a writer puts in is fetched at the other end."""


class Pipe:
    """Takes what is written to it, until it is fetched."""

    #: Writers ask files for it.
    closed = False

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes; return how many."""
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: what waits is fetched."""

    def close(self) -> None:
        """Do nothing: there is nothing behind it."""

    def fetch(self) -> bytes:
        """Return what was written since the last time."""
        data = bytes(self._waiting)
        self._waiting.clear()
        return data
