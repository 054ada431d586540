"""``show`` and ``history``: what is known of a trial."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change
from monitor.domain.trial import BASELINE, TrialState, VersionInfo
from trialwatch.cli.context import JsonOption, desk, typed_number
from trialwatch.cli.rulestory import print_story
from trialwatch.terminal import print_alert, print_json, say, table

Number = Annotated[str, typer.Argument(metavar="NCT", help="A trial's number.")]
_SHOWN_ALERTS = 5


def show(nct: Number, *, as_json: JsonOption = False) -> None:
    """Show a trial's status, its versions and what changed last."""
    nct_id = typed_number(nct)
    with desk() as opened:
        state = opened.trial(nct_id)
        versions = opened.versions(nct_id)
        alerts = opened.alerts(nct_id, limit=_SHOWN_ALERTS)
    if as_json:
        print_json(_shown(state, versions, alerts))
        return
    unseen = "not known to the registry" if state.unknown else "not seen yet"
    say(f"{nct_id}  {state.brief_title or f'({unseen})'}", style="bold")
    say(f"  status    {state.overall_status or unseen}{_presence(state)}")
    say(f"  versions  {_counted(versions)}")
    if versions:
        newest = versions[-1]
        say(f"  newest    version {newest.number} of release {newest.release}")
    if state.seen_at:
        say(f"  seen      {state.seen_at:%Y-%m-%d %H:%M} UTC")
    for alert in alerts:
        print_alert(alert)
    if versions and all(alert.before_watch for alert in alerts):
        say("  No change since the watch began.")


def _counted(versions: Sequence[VersionInfo]) -> str:
    past = sum(version.before_watch for version in versions)
    return f"{len(versions)}{f', {past} of them from before the watch began' if past else ''}"


def _presence(state: TrialState) -> str:
    if state.merged_into:
        return f" (now kept as {state.merged_into})"
    if state.gone:
        return f" (no longer on the registry since {state.missing_since})"
    return f" (not returned since {state.missing_since})" if state.missing_since else ""


def _shown(
    state: TrialState, versions: Sequence[VersionInfo], alerts: Sequence[Alert]
) -> dict[str, object]:
    return {
        "nct_id": state.nct_id,
        "title": state.brief_title,
        "overall_status": state.overall_status or None,
        "seen_at": state.seen_at,
        "gone": state.gone,
        "missing_since": state.missing_since,
        "merged_into": state.merged_into,
        "versions": [version.contract() for version in versions],
        "changes": [change.contract() for alert in alerts for change in alert.changes],
    }


def history(
    nct: Number,
    *,
    rule: Annotated[
        str | None,
        typer.Option(
            metavar="RULE",
            help="Tell one eligibility rule's story instead: `exclusion 3`, `E.3`, or `E.3@1` for"
            " its place in version 1.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List every stored version of a trial, with what changed in it.

    Version 1 is the one the watch began with; 0, -1, -2 and so on are from before.
    """
    nct_id = typed_number(nct)
    if rule is not None:
        with desk() as opened:
            story = opened.rule_story(nct_id, rule)
        print_story(story, as_json=as_json)
        return
    with desk() as opened:
        opened.trial(nct_id)
        versions = opened.versions(nct_id)
        alerts = opened.alerts(nct_id, limit=100_000)
    changes: dict[int, list[Change]] = {}
    for alert in reversed(alerts):
        changes.setdefault(alert.to_version, []).extend(alert.changes)
    if as_json:
        for version in versions:
            contracts = [change.contract() for change in changes.get(version.number, [])]
            print_json({"nct_id": nct_id, **version.contract(), "changes": contracts})
    else:
        _say_versions(versions, changes)


def _say_versions(versions: Sequence[VersionInfo], changes: Mapping[int, list[Change]]) -> None:
    table(
        [
            (
                str(version.number),
                version.release,
                f"{version.raw_bytes:,}",
                f"{version.stored_bytes:,}",
                _first_words(changes.get(version.number, []), version, versions[0]),
            )
            for version in versions
        ],
        ("VERSION", "RELEASE", "BYTES", "STORED", "CHANGES"),
    )


def _first_words(changes: list[Change], version: VersionInfo, oldest: VersionInfo) -> str:
    lead = "before the watch began: " if version.before_watch else ""
    if version.number == BASELINE:
        lead = "the watch began; before it: " if changes else "baseline"
    if not changes:
        calm = "the oldest known" if version == oldest else "nothing that counts"
        return lead if version.number == BASELINE else f"{lead}{calm}"
    more = f" (+{len(changes) - 1} more)" if len(changes) > 1 else ""
    return f"{lead}{changes[0].sentence}{more}"
