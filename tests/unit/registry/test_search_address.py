"""Searches as addresses, copied from the registry's pages and made for them."""

from urllib.parse import parse_qsl, urlencode

import pytest

from monitor.registry.searchaddress import query_from_address

PAGE = "https://clinicaltrials.gov/search?"


def pasted(query: str) -> dict[str, str]:
    return dict(query_from_address(f"{PAGE}{query}").parameters)


def words_of(query: str) -> str:
    return query_from_address(f"{PAGE}{query}").words


def test_words_of_the_page_become_the_registrys_parameters() -> None:
    assert pasted("cond=Lupus%20Nephritis&term=renal&intr=insulin&spons=Nowhere&lead=Labs") == {
        "query.cond": "Lupus Nephritis",
        "query.term": "renal",
        "query.intr": "insulin",
        "query.spons": "Nowhere",
        "query.lead": "Labs",
    }


def test_codes_of_the_page_become_filters() -> None:
    assert pasted("cond=a&aggFilters=status:rec%20not,phase:2%203,sex:f,results:without") == {
        "query.cond": "a",
        "filter.overallStatus": "RECRUITING|NOT_YET_RECRUITING",
        "filter.advanced": "AREA[Phase](PHASE2 OR PHASE3) AND AREA[Sex](FEMALE OR ALL)"
        " AND AREA[ResultsFirstPostDate]MISSING",
    }


def test_several_codes_of_a_group_are_alternatives() -> None:
    assert pasted("aggFilters=ages:child%20adult") == {
        "filter.advanced": "(AREA[StdAge]CHILD OR AREA[StdAge]ADULT)"
    }


def test_a_distance_comes_before_the_name_of_its_place() -> None:
    near = "lat=53.8&lng=-1.55&distance=50&locStr=Leeds,%20UK&country=United%20Kingdom"
    query = query_from_address(f"{PAGE}{near}")

    assert dict(query.parameters) == {"filter.geo": "distance(53.8,-1.55,50mi)"}
    assert query.words == "within 50 miles of Leeds, UK"


def test_a_place_without_a_distance_is_searched_by_its_parts() -> None:
    assert pasted("country=France&state=Nord&locStr=Nord,%20France") == {
        "filter.advanced": 'AREA[LocationCountry]"France" AND AREA[LocationState]"Nord"'
    }
    assert pasted("locStr=Lille") == {"query.locn": "Lille"}


def test_spans_of_dates_may_be_open() -> None:
    assert pasted("cond=a&start=2026-01-01_&primComp=_2027-06") == {
        "query.cond": "a",
        "filter.advanced": "AREA[StartDate]RANGE[2026-01-01, MAX]"
        " AND AREA[PrimaryCompletionDate]RANGE[MIN, 2027-06]",
    }


def test_how_the_page_looks_does_not_matter() -> None:
    assert pasted("cond=a&viewType=Table&sort=@relevance&page=3&limit=100&term=") == {
        "query.cond": "a"
    }


def test_an_address_of_the_api_is_taken_as_it_is() -> None:
    address = (
        "https://clinicaltrials.gov/api/v2/studies?query.cond=lupus&filter.overallStatus=RECRUITING"
        "&filter.advanced=AREA%5BPhase%5DPHASE2&filter.geo=distance(53.8,-1.55,80km)&pageSize=100"
    )

    assert dict(query_from_address(address).parameters) == {
        "query.cond": "lupus",
        "filter.overallStatus": "RECRUITING",
        "filter.geo": "distance(53.8,-1.55,80km)",
        "filter.advanced": "(AREA[Phase]PHASE2)",
    }


@pytest.mark.parametrize(
    "address",
    [
        " https://clinicaltrials.gov/search?cond=a ",
        "https://www.clinicaltrials.gov/search?cond=a",
        "https://ClinicalTrials.gov/search/?cond=a",
        "http://clinicaltrials.gov/search?cond=+a+&term=+",
    ],
)
def test_the_address_may_be_written_in_other_ways(address: str) -> None:
    query = query_from_address(address)

    assert (dict(query.parameters), query.words) == ({"query.cond": "a"}, 'condition "a"')


def test_each_area_of_the_page_is_called_by_its_name() -> None:
    typed = "cond=a&term=b&intr=c&spons=d&lead=e&titles=f&outc=g&id=h&locn=i&patient=j"

    assert pasted(typed) == {f"query.{name}": text for name, text in parse_qsl(typed)}
    assert words_of(typed) == (
        'condition "a"; words "b"; treatment "c"; sponsor "d"; lead sponsor "e"; title "f";'
        ' outcome "g"; study id "h"; place "i"; patient words "j"'
    )


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("rec", "RECRUITING", "recruiting"),
        ("not", "NOT_YET_RECRUITING", "not yet recruiting"),
        ("enr", "ENROLLING_BY_INVITATION", "enrolling by invitation"),
        ("act", "ACTIVE_NOT_RECRUITING", "active, not recruiting"),
        ("com", "COMPLETED", "completed"),
        ("sus", "SUSPENDED", "suspended"),
        ("ter", "TERMINATED", "terminated"),
        ("wit", "WITHDRAWN", "withdrawn"),
        ("unk", "UNKNOWN", "status unknown"),
    ],
)
def test_each_code_of_a_status_is_known(code: str, status: str, words: str) -> None:
    assert pasted(f"aggFilters=status:{code}") == {"filter.overallStatus": status}
    assert words_of(f"aggFilters=status:{code}") == words


@pytest.mark.parametrize(
    ("codes", "clause", "words"),
    [
        ("ages:child", "AREA[StdAge]CHILD", "for children"),
        (
            "ages:adult older",
            "(AREA[StdAge]ADULT OR AREA[StdAge]OLDER_ADULT)",
            "for adults or for older adults",
        ),
        ("sex:f", "AREA[Sex](FEMALE OR ALL)", "for women"),
        ("sex:m", "AREA[Sex](MALE OR ALL)", "for men"),
        ("healthy:y", "AREA[HealthyVolunteers]true", "for healthy volunteers"),
        ("studyType:int", "AREA[StudyType]INTERVENTIONAL", "interventional"),
        ("studyType:obs", "AREA[StudyType]OBSERVATIONAL", "observational"),
        ("studyType:exp", "AREA[StudyType]EXPANDED_ACCESS", "expanded access"),
        ("results:with", "AREA[ResultsFirstPostDate]RANGE[MIN, MAX]", "with results"),
        ("results:without", "AREA[ResultsFirstPostDate]MISSING", "without results"),
        ("phase:0", "AREA[Phase]EARLY_PHASE1", "early phase 1"),
        ("phase:4", "AREA[Phase]PHASE4", "phase 4"),
        (" , sex:f ,", "AREA[Sex](FEMALE OR ALL)", "for women"),
    ],
)
def test_each_other_code_becomes_a_clause(codes: str, clause: str, words: str) -> None:
    typed = urlencode({"aggFilters": codes})

    assert pasted(typed) == {"filter.advanced": clause}
    assert words_of(typed) == words


@pytest.mark.parametrize(
    ("typed", "clause", "words"),
    [
        ("start=2026_2027", "StartDate]RANGE[2026, 2027", "started from 2026 until 2027"),
        (
            "primComp=2026-01_",
            "PrimaryCompletionDate]RANGE[2026-01, MAX",
            "main part ends from 2026-01",
        ),
        ("studyComp=_2027", "CompletionDate]RANGE[MIN, 2027", "ends until 2027"),
        ("firstPost=2026_", "StudyFirstPostDate]RANGE[2026, MAX", "first posted from 2026"),
        ("resFirstPost=2026_", "ResultsFirstPostDate]RANGE[2026, MAX", "results posted from 2026"),
        ("lastUpdPost=+2026_+", "LastUpdatePostDate]RANGE[2026, MAX", "last updated from 2026"),
    ],
)
def test_each_span_of_dates_is_asked_for_and_said(typed: str, clause: str, words: str) -> None:
    assert pasted(typed) == {"filter.advanced": f"AREA[{clause}]"}
    assert words_of(typed) == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("country=France&state=Nord&city=Lille", "in France; in Nord; in Lille"),
        ("locStr=Lille", 'place "Lille"'),
        ("lat=53.8&lng=-1.55&distance=50Mi", "within 50 miles of 53.8, -1.55"),
        ("lat=53&lng=-1&distance=2.5mi&locStr=+Leeds+", "within 2.5 miles of Leeds"),
    ],
)
def test_places_are_said_in_words(typed: str, words: str) -> None:
    assert words_of(typed) == words


def test_a_distance_may_say_that_it_is_in_miles() -> None:
    assert pasted("lat=53&lng=-1&distance=50MI") == {"filter.geo": "distance(53,-1,50mi)"}


def test_part_of_a_distance_is_none() -> None:
    assert pasted("lat=53&lng=-1&city=Leeds") == {"filter.advanced": 'AREA[LocationCity]"Leeds"'}


def of_api(query: str) -> tuple[dict[str, str], str]:
    query_asked = query_from_address(f"https://clinicaltrials.gov/api/v2/studies?{query}")
    return dict(query_asked.parameters), query_asked.words


def test_an_address_of_the_api_is_said_in_words() -> None:
    parameters, words = of_api(
        "query.cond=+a+&query.titles=b&filter.overallStatus=RECRUITING,COMPLETED"
        "&filter.advanced=+AREA%5BPhase%5DPHASE2+&filter.geo=distance(53.8,-1.55,80km)"
        "&aggFilters=sex:f&countTotal=true&format=csv&fields=NCTId"
    )

    assert parameters == {
        "query.cond": "a",
        "query.titles": "b",
        "filter.overallStatus": "RECRUITING|COMPLETED",
        "filter.geo": "distance(53.8,-1.55,80km)",
        "filter.advanced": "(AREA[Phase]PHASE2) AND AREA[Sex](FEMALE OR ALL)",
    }
    assert words == (
        'condition "a"; title "b"; recruiting or completed; with AREA[Phase]PHASE2;'
        " within 80 km of 53.8, -1.55; for women"
    )


def test_filters_that_the_api_applies_later_are_filters_too() -> None:
    parameters, words = of_api(
        "postFilter.overallStatus=RECRUITING|COMPLETED&postFilter.geo=distance(53,-1,80)"
        "&filter.advanced=AREA%5BPhase%5DPHASE2&postFilter.advanced=AREA%5BSex%5DFEMALE"
    )

    assert parameters == {
        "filter.overallStatus": "RECRUITING|COMPLETED",
        "filter.geo": "distance(53,-1,80)",
        "filter.advanced": "(AREA[Phase]PHASE2) AND (AREA[Sex]FEMALE)",
    }
    assert words == (
        "recruiting or completed; with AREA[Phase]PHASE2; with AREA[Sex]FEMALE;"
        " within 80 miles of 53, -1"
    )
