"""An upgrade of the tables, killed where it is told to be.

    python upgrading.py URL NTH [DISK]

The process sends itself SIGKILL as it is about to make the NTH statement of the upgrade, or, after
the last one, its commit; 0 lets it end well and print how many such moments there are. Where DISK is given, a folder on a small disk,
that is filled up instead.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event

from storage.engine import open_database
from storage.upgrade import upgrade
from tests.acceptance.crashing import strike


@dataclass(slots=True)
class Moments:
    """Counts, and kills at the right one."""

    nth: int
    disk: Path | None
    passed: int = 0

    def pass_one(self, *_about_it: Any) -> None:
        self.passed += 1
        if self.passed == self.nth:
            strike(self.disk)


def main() -> None:
    """Upgrade and die on the way, or not."""
    url = sys.argv[1]
    moments = Moments(int(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None)
    database = open_database(url)
    for name in ("before_cursor_execute", "commit"):
        event.listen(database.engine, name, moments.pass_one)
    upgrade(database)
    database.close()
    sys.stdout.write(f"{moments.passed}\n")


if __name__ == "__main__":
    main()
