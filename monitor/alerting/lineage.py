"""Names that follow each eligibility rule from version to version. Pure.

How rules of two versions are paired is in ``monitor.eligibility``; what became of one rule is
told in ``monitor.alerting.story``.
"""

from monitor.domain.trial import Lineage, NctId
from monitor.eligibility.lineage import carry_lineage, first_lineage
from monitor.eligibility.model import PARSER_VERSION
from monitor.eligibility.tree import parse
from monitor.registry.record import Study


def begin(nct_id: NctId, study: Study, *, version: int) -> Lineage:
    """Return names for the rules of the first version that is known."""
    ids = first_lineage(parse(study.eligibility.eligibility_criteria))
    return Lineage(nct_id=nct_id, version=version, parser_version=PARSER_VERSION, ids=ids)


def carry(known: Lineage | None, before: Study, after: Study, *, version: int) -> Lineage:
    """Return the names of the rules of ``after``, those of ``before`` carried over.

    It works towards the past as well: then ``before`` is the younger one.

    Args:
        known: Names of ``before``; made anew when there are none, or none for today's paths.
        before: The version whose rules have names.
        after: The version whose rules get them.
        version: Number of ``after``.
    """
    nct_id = NctId(after.nct_id)
    if known is None or known.parser_version != PARSER_VERSION:
        known = begin(nct_id, before, version=version)
    old, new = before.eligibility.eligibility_criteria, after.eligibility.eligibility_criteria
    ids = known.ids if old == new else carry_lineage(known.ids, parse(old), parse(new))
    return Lineage(nct_id=nct_id, version=version, parser_version=PARSER_VERSION, ids=ids)
