"""``diff``: two records compared, from files or from what is stored."""

import re
from pathlib import Path
from typing import Annotated

import typer

from monitor.alerting.compare import changes_between
from monitor.domain.changes import Change
from monitor.domain.errors import DamagedRecordError
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from trialwatch.cli.context import JsonOption, UsageError, desk, settings, typed_number
from trialwatch.cli.sidebyside import print_comparison
from trialwatch.terminal import print_json, remark
from trialwatch.weighing import weights_of


def diff(
    first: Annotated[str, typer.Argument(metavar="A|NCT", help="A record's file, or a number.")],
    second: Annotated[str, typer.Argument(metavar="B|FROM", help="A file, or a version.")],
    third: Annotated[
        str | None, typer.Argument(metavar="[TO]", help="A version; only after a number.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two records: two files, or two stored versions of a trial."""
    if third is None:
        changes = _in_files(Path(first), Path(second))
    else:
        older, younger = _version_number(second), _version_number(third)
        with desk() as opened:
            changes = opened.compare(typed_number(first), older, younger)
    if as_json:
        for change in changes:
            print_json(change.contract())
    elif changes:
        print_comparison(changes)
    else:
        remark("Nothing that counts has changed.")


def _in_files(first: Path, second: Path) -> tuple[Change, ...]:
    return changes_between(
        study_in(first),
        study_in(second),
        from_version=1,
        to_version=2,
        weights=weights_of(settings()),
    )


def study_in(path: Path) -> Study:
    """Return the study of a file.

    Raises:
        UsageError: The file cannot be read.
        DamagedRecordError: It holds no study.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read {str(path)!r} ({error.strerror}); give a file with one study's JSON,"
            " or NCT FROM TO for stored versions"
        ) from error
    try:
        study = decode_study(raw)
    except DamagedRecordError as error:
        raise DamagedRecordError(f"{path}: {error}") from error
    if not study.nct_id:
        raise DamagedRecordError(
            f"{path}: no study in it; it must hold one study as /api/v2/studies/NCT... gives it"
        )
    return study


def _version_number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise UsageError(
            f"{text!r} is not a version; versions are 1, 2, 3 ..., and 0, -1, -2 ... from before"
            " the watch began"
        )
    return int(text)
