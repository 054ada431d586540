"""``summary``: a whole trial in plain English, from a file or from what is stored."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from monitor.alerting.rewrite import rewrite
from monitor.domain.errors import VersionNotFoundError
from monitor.domain.summaries import Summary
from monitor.domain.trial import NctId
from monitor.registry.parse import decode_study
from monitor.summaries.lexicon import LEXICON_VERSION
from monitor.summaries.trial import write_summary
from trialwatch.bootstrap import Service
from trialwatch.cli.comparing import study_in
from trialwatch.cli.context import JsonOption, UsageError, service, settings, typed_number
from trialwatch.cli.reading import known
from trialwatch.cli.summarytext import print_summary, summary_contract
from trialwatch.outside import model_of
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
        return asyncio.run(_worded(write_summary(study_in(path), version=0), before=None))
    nct_id = typed_number(subject)
    with service() as opened:
        return asyncio.run(_newest(opened, nct_id))


async def _newest(opened: Service, nct_id: NctId) -> Summary:
    """Write the newest version anew, outside any transaction: a model may take its time."""
    with opened.open_work() as work:
        state = known(work, nct_id)
        if not state.latest_version:
            raise VersionNotFoundError(
                f"{nct_id} has not been seen yet. Take the baseline with: trialwatch check"
            )
        version = work.versions.read(nct_id, state.latest_version)
        before = work.summaries.newest(nct_id)
    plain = write_summary(decode_study(version.raw), version=version.number)
    return await _worded(plain, before=before)


async def _worded(plain: Summary, *, before: Summary | None) -> Summary:
    model = model_of(settings())
    if model is None:
        return plain
    async with model:
        return await rewrite(model, plain, before=before)


def _rebuild(*, as_json: bool) -> None:
    with service() as opened:
        with opened.open_work() as work:
            numbers = work.trials.with_baseline()
        for nct_id in numbers:
            written = asyncio.run(_newest(opened, nct_id))
            with opened.open_work() as work:
                work.summaries.save(written)
                work.commit()
    if as_json:
        print_json({"rebuilt": len(numbers), "lexicon_version": LEXICON_VERSION})
    else:
        say(f"Written anew: {len(numbers)}. Word list: {LEXICON_VERSION}.")
