"""A rule's story from what is stored, for the command line and the pages."""

from monitor.alerting.story import Chapter, Told, story_of
from monitor.domain.trial import NctId, VersionInfo
from monitor.registry.parse import decode_study
from storage import histories
from storage.engine import Database

#: What became of a rule, as ``Chapter.became`` calls it, in words.
WORDS = {
    "first": "first seen",
    "edited": "edited",
    "moved": "moved to the other side",
    "renumbered": "renumbered",
    "removed": "removed",
    "back": "back again",
}


def rule_story(database: Database, nct_id: NctId, rule: str) -> tuple[Chapter, ...]:
    """Return the story of a rule.

    Raises:
        RuleNotFoundError: No stored version has such a rule.
    """
    with database.open_snapshot() as work:
        names = {lineage.version: lineage for lineage in work.lineages.of_trial(nct_id)}
    versions = [
        Told(
            info=VersionInfo(
                nct_id=nct_id,
                number=version.number,
                release=version.release,
                fetched_at=version.fetched_at,
                raw_bytes=len(version.raw),
                stored_bytes=0,
            ),
            study=decode_study(version.raw),
            lineage=names.get(version.number),
        )
        for version in histories.records(database, nct_id)
    ]
    return story_of(nct_id, rule, versions)
