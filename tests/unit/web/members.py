"""People with lists on a service that everybody signs in to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from monitor.accounts.keys import make_key
from monitor.accounts.passwords import hashed
from monitor.accounts.signin import make_link, open_session
from monitor.domain.people import OPERATOR, ListRole, Person, Role, Scope
from monitor.domain.trial import NctId
from storage.lists import ListRow
from tests.builders import NOON
from tests.unit.web.site import visiting
from trialwatch.bootstrap import Service
from trialwatch.web.cookies import cookie_name

PASSWORD = "four made up words"
OPERATORS = "op@example.org"


def an_operator(service: Service) -> Person:
    """Give the operator a sign-in; from then on everybody signs in."""
    with service.database.open_work() as work:
        work.people.set_email(OPERATOR, OPERATORS)
        work.people.set_password(OPERATOR, hashed(PASSWORD))
        operator = work.people.get(OPERATOR)
        work.commit()
    assert operator is not None
    return operator


def a_person(service: Service, name: str, role: Role = Role.MEMBER) -> Person:
    with service.database.open_work() as work:
        person = work.people.add(name=name, email=f"{name}@example.org", role=role, now=NOON)
        work.commit()
    return person


def a_list(service: Service, owner: Person, *numbers: NctId, name: str = "Robots") -> ListRow:
    with service.database.open_work(owner.id) as work:
        made = work.lists.make(owner.id, name, now=NOON)
        for nct_id in numbers:
            work.watches.add(nct_id, list_name=name, now=NOON)
        work.commit()
    return made


def share(service: Service, chosen: ListRow, person: Person, role: ListRole) -> None:
    with service.database.open_work() as work:
        work.lists.let_in(chosen.id, person.id, role)
        work.commit()


def a_link(service: Service, person: Person) -> str:
    with service.database.open_work() as work:
        token = make_link(work.people, person, now=service.clock())
        work.commit()
    return token.text


def a_key(service: Service, person: Person, scope: Scope = Scope.WRITE) -> str:
    with service.database.open_work() as work:
        made = make_key(work.people, person, name="tool", scope=scope, now=service.clock())
        work.commit()
    return made.token.text


def session_of(service: Service, person: Person) -> str:
    with service.database.open_work() as work:
        entered = open_session(work.people, person, now=service.clock() - timedelta(minutes=1))
        work.commit()
    return entered.session.text


@asynccontextmanager
async def signed_in(service: Service, person: Person | None) -> AsyncIterator[httpx.AsyncClient]:
    """Visit from far away, signed in as ``person``; None is a stranger."""
    async with visiting(service, peer="203.0.113.5", host="watch.example") as client:
        if person is not None:
            name = cookie_name(service.settings.web_url)
            client.cookies.set(name, session_of(service, person))
        yield client
