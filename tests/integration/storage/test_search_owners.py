"""Whose searches are whose, on both databases: who sees them, and what ends with a list."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from monitor.domain.changes import Severity
from monitor.domain.errors import SearchNotFoundError
from monitor.domain.people import OPERATOR, ListRole, Person, Role
from monitor.domain.searches import Hit, Member, Query, Search, SearchNews, search_key
from monitor.domain.topics import Topic
from storage import changefeed, news, searchviews
from storage.engine import Database
from storage.leaving import forget
from storage.tables import alerts, changes, search_trials, searches
from tests.builders import NOON, TRIAL, a_step, an_alert
from tests.integration.storage.scenes import claim, make_target, send_out

ROBOTS = Query(parameters=(("query.cond", "robots"),), words="robots")


def person(stored: Database, name: str) -> Person:
    with stored.open_work() as work:
        made = work.people.add(name=name, email=f"{name}@example.org", role=Role.MEMBER, now=NOON)
        work.commit()
    return made


def search_of(stored: Database, owner: int, *, list_name: str = "machines") -> Search:
    with stored.open_work(owner) as work:
        made = work.searches.add(ROBOTS, name="Robots", list_name=list_name, follow=False, now=NOON)
        work.searches.keep(made.id, [Member(hit=Hit(nct_id=TRIAL), entered=1)])
        work.commit()
    return made


def told(stored: Database, search: Search) -> None:
    """Let something have been told of a search."""
    key = search_key(search.id)
    [change] = a_step(2, nct_id=key).changes
    alert = replace(
        a_step(2, nct_id=key),
        changes=(replace(change, kind="search.entered"),),
        search=SearchNews(id=search.id, name=search.name, query=search.query, trials=1),
    )
    send_out(stored.open_work, alert)


def test_searches_are_seen_by_those_who_see_their_list(stored: Database) -> None:
    ada, ben = person(stored, "ada"), person(stored, "ben")
    hers, his = search_of(stored, ada.id), search_of(stored, ben.id)
    with stored.open_work() as work:
        [shared] = work.lists.seen_by(ada.id)
        work.lists.let_in(shared.id, ben.id, ListRole.READER)
        work.commit()

    assert searchviews.all_searches(stored) == (hers, his)
    assert searchviews.all_searches(stored, of=ada.id) == (hers,)
    assert searchviews.all_searches(stored, of=ben.id) == (hers, his)
    assert searchviews.all_searches(stored, of=OPERATOR) == ()
    with pytest.raises(SearchNotFoundError):
        searchviews.find_search(stored, his.id, of=ada.id)


def test_nobody_removes_the_search_of_another(stored: Database) -> None:
    ada, ben = person(stored, "ada"), person(stored, "ben")
    hers = search_of(stored, ada.id)

    with stored.open_work(ben.id) as work:
        assert work.searches.remove(hers.id, now=NOON) is None
        work.commit()

    assert searchviews.all_searches(stored, of=ada.id) == (hers,)


def test_searches_end_with_their_list(stored: Database) -> None:
    ada = person(stored, "ada")
    search_of(stored, ada.id)
    with stored.open_work(ada.id) as work:
        [machines] = work.lists.seen_by(ada.id)
        work.lists.remove(machines.id, now=NOON)
        work.commit()

    with stored.open_work() as work:
        assert work.searches.due("2026-03-10") == ()
    assert search_of(stored, ada.id).list_name == "machines", "list and name are free again"


def test_nothing_of_a_search_stays_of_somebody_who_left(stored: Database) -> None:
    ada = person(stored, "ada")
    told(stored, search_of(stored, ada.id))
    kept = search_of(stored, OPERATOR)
    told(stored, kept)

    forget(stored, ada.id, now=NOON)

    with stored.reading() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (searches, search_trials, alerts, changes)
        ]
    assert counts == [1, 1, 1, 1]
    assert searchviews.all_searches(stored) == (kept,)


def test_news_of_searches_is_in_no_feed_of_trials(stored: Database) -> None:
    told(stored, search_of(stored, OPERATOR))
    send_out(stored.open_work, an_alert())

    page = changefeed.page(stored, changefeed.Cursor(), wanted=changefeed.Selection(), limit=10)

    assert len(page.changes) == 1
    assert [one.nct_id for one in news.newest(stored, limit=10)] == [TRIAL]


@pytest.mark.parametrize(("topic", "heard"), [(Topic.SEARCHES, 1), (Topic.PLACES, 0)])
def test_topics_say_who_hears_of_searches(stored: Database, topic: Topic, heard: int) -> None:
    search = search_of(stored, OPERATOR)
    with stored.open_work() as work:
        work.watches.subscribe(
            make_target(work, "ada@example.org"),
            list_name="machines",
            nct_id=None,
            min_severity=Severity.MINOR,
            token="t",
            now=NOON,
            topics=[topic],
        )
        work.commit()

    told(stored, search)

    assert len(claim(stored.open_work)) == heard
