"""``summary``: a whole trial in plain English, from a file or from what is stored."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.domain.summaries import Summary
from monitor.summaries.lexicon import LEXICON_VERSION
from monitor.summaries.trial import write_summary
from trialwatch.cli.comparing import study_in
from trialwatch.cli.context import JsonOption, UsageError, desk, service, settings, typed_number
from trialwatch.cli.summarytext import print_summary, summary_contract
from trialwatch.desk.own import OwnDesk
from trialwatch.desk.slow import worded
from trialwatch.terminal import print_json, say


def summary(
    subject: Annotated[
        str | None, typer.Argument(metavar="[FILE|NCT]", help="A file, or a trial.")
    ] = None,
    *,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Write all stored trials anew, and nothing else.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell a whole trial in plain English, from a file or from the newest stored version."""
    if rebuild:
        if subject is not None:
            raise UsageError("--rebuild goes over all trials; leave the file or number out")
        _rebuild(as_json=as_json)
        return
    if subject is None:
        raise UsageError("name a file or a trial, or give --rebuild")
    written = _told(subject)
    if as_json:
        print_json(summary_contract(written))
    else:
        print_summary(written)


def _told(subject: str) -> Summary:
    path = Path(subject)
    if path.is_file():
        return worded(settings(), write_summary(study_in(path), version=0), before=None)
    nct_id = typed_number(subject)
    with desk() as opened:
        return opened.summary(nct_id)


def _rebuild(*, as_json: bool) -> None:
    with service() as opened:
        with opened.open_work() as work:
            numbers = work.trials.with_baseline()
        for nct_id in numbers:
            written = OwnDesk(opened).summary(nct_id)
            with opened.open_work() as work:
                work.summaries.save(written)
                work.commit()
    if as_json:
        print_json({"rebuilt": len(numbers), "lexicon_version": LEXICON_VERSION})
    else:
        say(f"Written anew: {len(numbers)}. Word list: {LEXICON_VERSION}.")
