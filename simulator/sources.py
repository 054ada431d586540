"""Opening a source of studies by the name a person gives it."""

import re
from pathlib import Path

from simulator.folder import open_folder
from simulator.generated import GeneratedStudies
from simulator.made import open_stories
from simulator.source import Source, SourceError

_GENERATED = re.compile(r"generated(?::(\d+))?(?::(\d+))?")
_DEFAULT_STUDIES = 600_000


def open_source(name: str) -> Source:
    """Return the source called ``name``.

    Args:
        name: ``stories``, ``generated[:STUDIES[:SEED]]``, or the path of a folder.

    Raises:
        SourceError: No such source; the text says what is allowed.
    """
    if name == "stories":
        return open_stories()
    if found := _GENERATED.fullmatch(name):
        return GeneratedStudies(int(found[1] or _DEFAULT_STUDIES), seed=int(found[2] or 0))
    folder = Path(name).expanduser()
    if not folder.exists():
        raise SourceError(
            f"no source called {name!r}; name a folder of records, `stories` or `generated:STUDIES`"
        )
    return open_folder(folder)
