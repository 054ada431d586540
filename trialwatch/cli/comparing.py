"""``diff`` and ``summary``: records told in plain English, from files or from what is stored."""

import re
from pathlib import Path
from typing import Annotated

import typer

from monitor.alerting.compare import changes_between
from monitor.domain.errors import DamagedRecordError, VersionNotFoundError
from monitor.domain.trial import NctId
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from monitor.summaries.trial import write_summary
from trialwatch.bootstrap import weights_of
from trialwatch.cli.context import JsonOption, UsageError, service, settings, typed_number
from trialwatch.cli.reading import known
from trialwatch.cli.sidebyside import print_comparison
from trialwatch.cli.summarytext import print_summary, summary_contract
from trialwatch.terminal import print_json, remark


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
        before, after = _study_in(Path(first)), _study_in(Path(second))
        numbers = (1, 2)
    else:
        numbers = (_version_number(second), _version_number(third))
        before, after = _stored(typed_number(first), numbers)
    changes = changes_between(
        before,
        after,
        from_version=numbers[0],
        to_version=numbers[1],
        weights=weights_of(settings()),
    )
    if as_json:
        for change in changes:
            print_json(change.contract())
    elif changes:
        print_comparison(changes)
    else:
        remark("Nothing that counts has changed.")


def _study_in(path: Path) -> Study:
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


def _stored(nct_id: NctId, numbers: tuple[int, int]) -> tuple[Study, Study]:
    with service() as opened, opened.open_work() as work:
        known(work, nct_id)
        first, second = (work.versions.read(nct_id, number) for number in numbers)
    return decode_study(first.raw), decode_study(second.raw)


def summary(
    subject: Annotated[str, typer.Argument(metavar="FILE|NCT", help="A file, or a trial.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Tell a whole trial in plain English, from a file or from the newest stored version."""
    path = Path(subject)
    if path.is_file():
        written = write_summary(_study_in(path), version=0)
    else:
        study, version = _newest(typed_number(subject))
        written = write_summary(study, version=version)
    if as_json:
        print_json(summary_contract(written))
    else:
        print_summary(written)


def _newest(nct_id: NctId) -> tuple[Study, int]:
    with service() as opened, opened.open_work() as work:
        state = known(work, nct_id)
        if not state.latest_version:
            raise VersionNotFoundError(
                f"{nct_id} has not been seen yet. Take the baseline with: trialwatch check"
            )
        version = work.versions.read(nct_id, state.latest_version)
    return decode_study(version.raw), version.number
