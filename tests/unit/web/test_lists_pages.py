"""Lists by the pages: pasted numbers, being told, preview, sharing."""

import httpx
import pytest

from monitor.domain.people import OPERATOR, ListRole, Person
from monitor.domain.topics import Topic
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, TargetState
from storage import listpages
from storage.engine import Database
from tests.unit.web.members import a_list, a_person, share, signed_in
from tests.unit.web.site import CHANGES, EVIL, QUIET, a_service, visiting
from tests.unit.web.told import tell_and_change
from trialwatch.bootstrap import Service


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database)


FORM = {"target": "new", "address": "ada@example.org", "what": "everything", "severity": "minor"}


async def test_list_is_made_from_a_pasted_table_and_what_is_odd_is_listed_back(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    pasted = f"Number;Title\n{CHANGES};One\nhttps://clinicaltrials.gov/study/{QUIET}\nNCT123\n"

    page = (await client.post("/lists", data={"name": " Robots ", "numbers": pasted})).text

    assert "2 trials were put on the list" in page
    assert "<code>NCT123</code>" in page
    assert "Number;Title" not in page, "a heading is nobody's mistake"
    with service.database.open_snapshot() as work:
        (made,) = work.lists.seen_by(ada.id)
    assert (made.name, made.trials) == ("Robots", 2)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "n" * 81])
async def test_bad_name_is_said_and_what_was_typed_stays(
    client: httpx.AsyncClient, name: str
) -> None:
    answer = await client.post("/lists", data={"name": name, "numbers": CHANGES})

    assert answer.status_code == 422
    assert "1 to 80 printable characters" in answer.text
    assert CHANGES in answer.text


async def test_name_twice_is_refused(client: httpx.AsyncClient) -> None:
    codes = [(await client.post("/lists", data={"name": "One"})).status_code for _ in range(2)]

    assert codes == [303, 422]


async def test_paste_without_a_number_changes_nothing(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada)

    answer = await client.post(f"/lists/{chosen.id}/trials", data={"numbers": "Tired Robots"})

    assert answer.status_code == 422
    assert "NCT and 8 digits" in answer.text


async def test_trial_is_added_and_taken_off(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada)
    page = (await client.post(f"/lists/{chosen.id}/trials", data={"numbers": CHANGES})).text
    again = (await client.post(f"/lists/{chosen.id}/trials", data={"numbers": CHANGES})).text

    assert "1 trial was put on the list" in page
    assert "1 stood on it before" in again
    await client.post(f"/lists/{chosen.id}/trials/remove", data={"nct_id": CHANGES})
    assert listpages.trials_on(service.database, chosen.id) == ()


async def test_ticked_trials_are_taken_off_together(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    third = NctId("NCT99000003")
    chosen = a_list(service, ada, CHANGES, QUIET, third)

    page = (await client.get(f"/lists/{chosen.id}")).text
    answer = await client.post(
        f"/lists/{chosen.id}/trials/remove", data={"nct_id": [CHANGES, third]}
    )

    assert page.count('form="off"') == 3
    assert answer.status_code == 303
    assert [one.nct_id for one in listpages.trials_on(service.database, chosen.id)] == [QUIET]


async def test_choice_is_kept_and_the_next_one_replaces_it(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    some = FORM | {"what": "some", "topics": ["places", "joining"], "severity": "major"}
    hours = {"rhythm": "daily", "at": "08:30", "zone": "Europe/Berlin"}

    await client.post(f"/lists/{chosen.id}/tell", data=some | hours)
    (told,) = listpages.told(service.database, ada.id)
    page = (await client.get(f"/lists/{chosen.id}")).text

    assert told.topics == {Topic.PLACES, Topic.JOINING}
    assert told.hours == "daily at 08:30 (Europe/Berlin)"
    assert "Anything about who can join; Places" in page
    await client.post(f"/lists/{chosen.id}/tell", data=FORM)
    (told,) = listpages.told(service.database, ada.id)
    assert told.topics == frozenset()
    assert told.hours == "at once"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"what": "some"}, "Choose at least one thing"),
        ({"severity": "huge"}, "how important"),
        ({"rhythm": "hourly"}, "at once, daily or weekly"),
        ({"rhythm": "daily"}, "in which time zone"),
        ({"rhythm": "daily", "zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"rhythm": "daily", "zone": "UTC", "at": "25:00"}, "is no time of day"),
        ({"rhythm": "weekly", "zone": "UTC", "weekday": "someday"}, "a day of the week"),
        ({"quiet_from": "22:00", "zone": "UTC"}, "a beginning and an end"),
        ({"quiet_from": "22:00", "quiet_to": "22:00", "zone": "UTC"}, "quiet all day"),
        (
            {
                "quiet_from": "06:00",
                "quiet_to": "09:00",
                "zone": "UTC",
                "rhythm": "daily",
                "at": "07:00",
            },
            "falls into the quiet hours",
        ),
        ({"address": "no address"}, "no address"),
        ({"target": "99"}, "Choose where"),
        ({"near": "Nowhere at All"}, "Nowhere at All"),
        ({"near": "Leeds, GB", "within": "far"}, "How far"),
    ],
)
async def test_what_cannot_be_read_is_said_and_nothing_is_kept(
    service: Service, client: httpx.AsyncClient, ada: Person, wrong: dict[str, str], words: str
) -> None:
    chosen = a_list(service, ada, CHANGES)

    answer = await client.post(f"/lists/{chosen.id}/tell", data=FORM | wrong)

    assert answer.status_code == 422
    assert words in answer.text
    assert listpages.told(service.database, ada.id) == ()


async def test_places_near_a_town_alone_are_asked_for(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    near = FORM | {"near": "Leeds, GB", "within": "30 miles"}

    await client.post(f"/lists/{chosen.id}/tell", data=near)
    page = (await client.get(f"/lists/{chosen.id}")).text

    (told,) = listpages.told(service.database, ada.id)
    assert told.near == "within 30 miles of Leeds"
    assert "of places only within 30 miles of Leeds" in page


async def test_preview_shows_what_would_have_come_and_keeps_nothing(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    await tell_and_change(service, ada, chosen)
    path = f"/lists/{chosen.id}/tell/preview"

    everything = (await client.post(path, data=FORM)).text
    places = (await client.post(path, data=FORM | {"what": "some", "topics": "places"})).text

    assert "In the last year: 1 message" in everything
    assert "SUSPENDED" not in everything
    assert "Recruiting" in everything or "hold" in everything
    assert "Nothing that is known here would have been sent" in places
    assert len(listpages.told(service.database, ada.id)) == 1


async def test_reader_of_a_shared_list_ends_what_they_hear_of_it(
    service: Service, ada: Person
) -> None:
    mo = a_person(service, "mo")
    chosen = a_list(service, ada, CHANGES)
    share(service, chosen, mo, ListRole.READER)
    async with signed_in(service, mo) as client:
        form = FORM | {"address": "mo@example.org"}
        await client.post(f"/lists/{chosen.id}/tell", data=form)
        (told,) = listpages.told(service.database, mo.id)
        page = (await client.get(f"/lists/{chosen.id}")).text
        assert "A watch list of ada; you may look at it" in page
        assert "Take off" not in page
        await client.post(f"/told/{told.id}/end")

    assert listpages.told(service.database, mo.id) == ()


async def test_owner_shares_with_who_signs_in_here(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    mo = a_person(service, "mo")
    chosen = a_list(service, ada, CHANGES)
    path = f"/lists/{chosen.id}/members"

    unknown = await client.post(path, data={"email": "nobody@example.org"})
    await client.post(path, data={"email": "mo@example.org", "role": "editor"})

    assert unknown.status_code == 422
    assert "Nobody else signs in here" in unknown.text
    with service.database.open_snapshot() as work:
        seen = work.lists.seen(chosen.id, mo.id)
    assert seen is not None
    assert seen.role is ListRole.EDITOR


async def test_member_is_told_after_the_address_agreed(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)

    page = (await client.post(f"/lists/{chosen.id}/tell", data=FORM)).text
    again = (await client.post(f"/lists/{chosen.id}/tell", data=FORM)).text
    asked = (await client.post("/targets/1/ask")).text

    (told,) = listpages.told(service.database, ada.id)
    assert told.state is TargetState.UNCONFIRMED
    assert "A mail asks this address whether it agrees" in page
    assert "asked often enough for now" in again
    assert "asked often enough for now" in asked
    assert "Waits for the address to agree" in again


async def test_operators_word_can_be_made_to_need_a_yes(database: Database) -> None:
    service = a_service(database, CONFIRM_MAIL="always")
    async with visiting(service) as client:
        await client.post("/lists", data={"name": "Robots", "numbers": CHANGES})
        page = (await client.post("/lists/1/tell", data=FORM)).text

    assert "A mail asks this address" in page


async def test_neighbour_without_sign_in_writes_to_any_address(service: Service) -> None:
    async with visiting(service) as client:
        await client.post("/lists", data={"name": "Robots", "numbers": CHANGES})
        form = FORM | {"address": "anybody@example.org"}
        await client.post("/lists/1/tell", data=form)

    (told,) = listpages.told(service.database, OPERATOR)
    assert (told.channel, told.address) == (Channel.EMAIL, "anybody@example.org")


async def test_titles_and_names_are_escaped(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES, name=EVIL)
    for path in ("/lists", f"/lists/{chosen.id}", f"/lists/{chosen.id}/tell", "/targets"):
        assert "<script" not in (await client.get(path)).text


async def test_thousands_of_numbers_are_refused_with_the_most(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada)
    many = "\n".join(NctId(f"NCT{number:08}") for number in range(5_001))

    answer = await client.post(f"/lists/{chosen.id}/trials", data={"numbers": many})

    made = await client.post("/lists", data={"name": "Many", "numbers": many})
    assert (answer.status_code, made.status_code) == (422, 422)
    assert "5000 trials at once" in answer.text
    assert "5000 trials at once" in made.text


async def test_number_that_no_row_has_is_not_there(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/lists/{'9' * 30}")).status_code == 404


async def test_preview_says_when_it_did_not_look_through_everything(
    service: Service,
    client: httpx.AsyncClient,
    ada: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = a_list(service, ada, CHANGES)
    await tell_and_change(service, ada, chosen)
    path = f"/lists/{chosen.id}/tell/preview"
    whole = (await client.post(path, data=FORM)).text
    monkeypatch.setattr("trialwatch.web.telling._MOST_ALERTS", 1)
    cut = (await client.post(path, data=FORM)).text

    assert "There was more" not in whole
    assert "There was more" in cut
