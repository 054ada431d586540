"""One place's story, through its names."""

from monitor.alerting.placestory import labels_lost, place_story
from monitor.domain.changes import Change, Json
from tests.builders import a_change

OLD, NEW = "Rose Clinic, Nowhere, Freedonia", "Rose Hospital, Nowhere, Freedonia"
OTHER = "Lily Clinic, Nowhere, Freedonia"


def site(kind: str, subject: str, version: int, before: Json = None, after: Json = None) -> Change:
    return a_change(
        kind=f"site.{kind}",
        subject=subject,
        before=before,
        after=after,
        from_version=version - 1,
        to_version=version,
    )


def address(facility: str) -> dict[str, Json]:
    return {"facility": facility, "city": "Nowhere", "country": "Freedonia", "state": None}


CHANGES = (
    site("added", OLD, 2),
    site("added", OTHER, 2),
    site("status", OLD, 3, "RECRUITING", "SUSPENDED"),
    site("renamed", NEW, 4, address("Rose Clinic"), address("Rose Hospital")),
    site("status", NEW, 5, "SUSPENDED", "RECRUITING"),
    a_change(kind="status", subject=NEW),
)


def test_story_goes_back_through_the_name_it_had_before() -> None:
    assert [(one.kind, one.to_version) for one in place_story(NEW, CHANGES)] == [
        ("site.added", 2),
        ("site.status", 3),
        ("site.renamed", 4),
        ("site.status", 5),
    ]


def test_story_under_the_old_name_ends_where_the_name_ended() -> None:
    assert [one.to_version for one in place_story(OLD, CHANGES)] == [2, 3]


def test_place_that_nobody_knows_has_no_story() -> None:
    assert place_story("Nowhere", CHANGES) == ()


def test_renaming_without_an_address_before_stops_the_way_back() -> None:
    odd = (site("added", OLD, 2), site("renamed", NEW, 3, "Rose Clinic", None))

    assert [one.to_version for one in place_story(NEW, odd)] == [3]


def test_places_lost_are_those_that_did_not_come_back() -> None:
    gone = (site("removed", OLD, 3), site("removed", OTHER, 3), site("added", OTHER, 4))

    assert labels_lost((*CHANGES, *gone)) == (OLD,)
