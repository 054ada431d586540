"""Contract of ``Lineages``."""

from monitor.domain.ports import OpenWork
from tests.builders import OTHER_TRIAL, TRIAL, a_lineage


def test_names_come_back_by_version(open_work: OpenWork) -> None:
    kept = [a_lineage(version=number, ids={"I.1": f"name-{number}"}) for number in (2, -1, 1)]
    with open_work() as work:
        for lineage in (*kept, a_lineage(nct_id=OTHER_TRIAL)):
            work.lineages.save(lineage)
        work.commit()

    with open_work() as work:
        assert work.lineages.read(TRIAL, 2) == kept[0]
        assert work.lineages.read(TRIAL, 3) is None
        assert work.lineages.of_trial(TRIAL) == (kept[1], kept[2], kept[0])


def test_names_saved_again_are_overwritten(open_work: OpenWork) -> None:
    with open_work() as work:
        work.lineages.save(a_lineage())
        work.lineages.save(a_lineage(ids={}, parser_version=2))
        work.commit()

    with open_work() as work:
        assert work.lineages.read(TRIAL, 1) == a_lineage(ids={}, parser_version=2)
