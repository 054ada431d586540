"""Studies given record by record."""

from typing import Any

from simulator.given import given_studies


def a_record(nct_id: str, status: str, *, aliases: tuple[str, ...] = ()) -> dict[str, Any]:
    identification = {"nctId": nct_id, "nctIdAliases": list(aliases)}
    status_module = {"overallStatus": status}
    return {
        "protocolSection": {
            "identificationModule": identification,
            "statusModule": status_module,
        },
        "hasResults": False,
    }


def test_each_mapping_is_a_release_and_the_unmentioned_stays() -> None:
    source = given_studies(
        {"NCT99000001": a_record("NCT99000001", "RECRUITING")},
        {"NCT99000002": a_record("NCT99000002", "COMPLETED")},
        {"NCT99000001": a_record("NCT99000001", "SUSPENDED")},
        {"NCT99000002": None},
    )

    seen = [[study.overall_status for _, study in source.scan(release, 0)] for release in range(5)]

    assert seen == [
        ["RECRUITING"],
        ["RECRUITING", "COMPLETED"],
        ["SUSPENDED", "COMPLETED"],
        ["SUSPENDED"],
        ["SUSPENDED"],
    ]


def test_an_alias_counts_from_the_release_that_brings_it() -> None:
    source = given_studies(
        {"NCT99000001": a_record("NCT99000001", "RECRUITING")},
        {"NCT99000001": a_record("NCT99000001", "RECRUITING", aliases=("NCT99000050",))},
    )

    assert source.canonical("NCT99000050", 0) is None
    assert source.canonical("NCT99000050", 1) == "NCT99000001"
