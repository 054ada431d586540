"""Opening a source of studies by the name a person gives it."""

from pathlib import Path

from simulator.folder import open_folder
from simulator.made import open_stories
from simulator.source import Source, SourceError


def open_source(name: str) -> Source:
    """Return the source called ``name``.

    Args:
        name: ``stories``, ``generated[:STUDIES[:SEED]]``, or the path of a folder.

    Raises:
        SourceError: No such source; the text says what is allowed.
    """
    if name == "stories":
        return open_stories()
    folder = Path(name).expanduser()
    if not folder.exists():
        raise SourceError(
            f"no source called {name!r}; name a folder of records, `stories` or `generated:STUDIES`"
        )
    return open_folder(folder)
