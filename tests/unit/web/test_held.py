"""A list that is renamed, removed or shared no more while somebody writes to it."""

from collections.abc import AsyncIterator, Callable

import pytest
from fastapi import HTTPException, Request

from monitor.alerting.pastednumbers import read_pasted
from monitor.domain.people import ListRole, Person
from monitor.domain.searches import Wanted
from simulator.made import open_stories
from simulator.serve import running
from storage import listpages, searchviews
from storage.engine import Database
from storage.lists import ListRow
from tests.builders import NOON
from tests.unit.web.members import a_list, a_person, an_operator, share
from tests.unit.web.site import CHANGES, QUIET, a_service
from trialwatch.bootstrap import Service
from trialwatch.web import lists, publishing, searching, telling
from trialwatch.web.api import lists as tools
from trialwatch.web.api import telling as tooltelling
from trialwatch.web.app import make_app
from trialwatch.web.choices import Typed
from trialwatch.web.visitors import By, Visitor


@pytest.fixture
async def service(database: Database) -> AsyncIterator[Service]:
    async with running(open_stories()) as registry:
        yield a_service(database, REGISTRY_URL=registry.url, REGISTRY_RATE="0")


@pytest.fixture
def owner(service: Service) -> Person:
    an_operator(service)
    return a_person(service, "ada")


@pytest.fixture
def editor(service: Service) -> Visitor:
    return Visitor(person=a_person(service, "mo"), by=By.SESSION)


@pytest.fixture
def chosen(service: Service, owner: Person, editor: Visitor) -> ListRow:
    """The list as it stood when the editor was let in."""
    made = a_list(service, owner, CHANGES)
    share(service, made, editor.person, ListRole.EDITOR)
    with service.database.open_snapshot() as work:
        seen = work.lists.seen(made.id, editor.id)
    assert seen is not None
    return seen


def _remove(service: Service, chosen: ListRow) -> None:
    with service.database.open_work() as work:
        work.lists.remove(chosen.id, now=NOON)
        work.commit()


def _rename(service: Service, chosen: ListRow) -> None:
    with service.database.open_work() as work:
        work.lists.rename(chosen, "Tired robots")
        work.commit()


def _request(service: Service) -> Request:
    app = make_app(service, None)
    return Request({"type": "http", "method": "POST", "path": "/", "headers": [], "app": app})


FORM = Typed(target="new", address="mo@example.org")
WRITES: dict[str, Callable[[Service, Visitor, ListRow], object]] = {
    "put on": lambda service, visitor, chosen: lists.put_on(
        service, visitor, chosen, read_pasted(QUIET)
    ),
    "take off": lambda service, visitor, chosen: lists.take_off(
        visitor, service, chosen, [CHANGES]
    ),
    "be told": lambda service, visitor, chosen: telling.keep(visitor, service, chosen, FORM),
    "tool is told": lambda service, visitor, chosen: tooltelling.tell(
        _request(service), visitor, service, chosen, FORM
    ),
    "tool takes off": lambda service, visitor, chosen: tools.take_off(
        visitor, service, chosen, CHANGES
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nothing_is_written_to_a_list_that_was_removed_meanwhile(
    service: Service,
    editor: Visitor,
    owner: Person,
    chosen: ListRow,
    write: Callable[[Service, Visitor, ListRow], object],
) -> None:
    _remove(service, chosen)

    with pytest.raises(HTTPException) as refused:
        write(service, editor, chosen)

    assert refused.value.status_code == 404
    with service.database.open_snapshot() as work:
        assert work.lists.seen_by(owner.id) == ()
    assert listpages.told(service.database, editor.id) == ()


@pytest.mark.parametrize("write", [WRITES["put on"], WRITES["take off"], WRITES["tool takes off"]])
def test_who_may_only_look_by_now_writes_nothing(
    service: Service,
    editor: Visitor,
    chosen: ListRow,
    write: Callable[[Service, Visitor, ListRow], object],
) -> None:
    share(service, chosen, editor.person, ListRole.READER)

    with pytest.raises(HTTPException) as refused:
        write(service, editor, chosen)

    assert refused.value.status_code == 403
    trials = listpages.trials_on(service.database, chosen.id)
    assert [trial.nct_id for trial in trials] == [CHANGES]


def test_renamed_list_is_written_to_and_none_of_the_old_name_is_made(
    service: Service, editor: Visitor, owner: Person, chosen: ListRow
) -> None:
    _rename(service, chosen)

    lists.put_on(service, editor, chosen, read_pasted(QUIET))
    telling.keep(editor, service, chosen, FORM)

    with service.database.open_snapshot() as work:
        (seen,) = work.lists.seen_by(owner.id)
    assert (seen.id, seen.name, seen.trials) == (chosen.id, "Tired robots", 2)
    assert [told.list_id for told in listpages.told(service.database, editor.id)] == [chosen.id]


async def test_search_is_not_kept_on_a_list_removed_while_the_registry_was_asked(
    service: Service, editor: Visitor, owner: Person, chosen: ListRow
) -> None:
    _remove(service, chosen)
    typed = searching.Typed(wanted=Wanted(condition="asthma"))

    with pytest.raises(HTTPException) as refused:
        await searching.keep(_request(service), editor, service, chosen, typed)

    assert refused.value.status_code == 404
    assert searchviews.all_searches(service.database, of=owner.id) == ()


def test_removed_list_gets_no_public_page(service: Service, owner: Person, chosen: ListRow) -> None:
    visitor = Visitor(person=owner, by=By.SESSION)
    _remove(service, chosen)

    with pytest.raises(HTTPException):
        publishing.publish(visitor, service, chosen)

    with service.database.open_snapshot() as work:
        assert work.public_links.token_of(chosen.id) is None


def test_long_paste_is_put_on_in_several_commits(
    service: Service, editor: Visitor, chosen: ListRow
) -> None:
    numbers = [f"NCT990{number:05}" for number in range(1_000)]

    watched = lists.put_on(service, editor, chosen, read_pasted("\n".join(numbers)))

    assert [one.nct_id for one in watched] == numbers
    with service.database.open_snapshot() as work:
        seen = work.lists.seen(chosen.id, editor.id)
    assert seen is not None
    assert seen.trials == len({*numbers, CHANGES})
