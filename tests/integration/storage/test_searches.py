"""Saved searches as rows: in memory, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.alerts import Alert, DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.errors import SearchNotFoundError, SearchRefusedError
from monitor.domain.events import NOTICES, EventType
from monitor.domain.ids import new_id
from monitor.domain.ports import OpenWork
from monitor.domain.searches import Hit, Member, Query, Search, SearchNews, search_key
from monitor.domain.timings import LetGo, Rhythm, Timing
from monitor.domain.watches import Channel
from storage import queries, searchviews, targetcare
from storage.backup import backup, restore
from storage.engine import Database, open_database
from storage.replaying import Which, replay
from tests.builders import NOON, OTHER_TRIAL, RELEASE, TRIAL, a_step, a_summary, an_alert
from tests.integration.storage.scenes import addresses, claim, join, send_out, watch

LATER = NOON + timedelta(days=1)
ROBOTS = Query(
    parameters=(("query.cond", "robots"), ("filter.overallStatus", "RECRUITING")),
    words='condition "robots"; recruiting',
)
HOOK = "https://hooks.example/a"


def a_search(
    open_work: OpenWork, name: str = "Robots", *, list_name: str = "machines", follow: bool = False
) -> Search:
    with open_work() as work:
        made = work.searches.add(ROBOTS, name=name, list_name=list_name, follow=follow, now=NOON)
        work.commit()
    return made


def matched(search: Search, step: int = 2, severity: Severity = Severity.MAJOR) -> Alert:
    """An alert of one trial that entered."""
    key = search_key(search.id)
    usual = a_step(step, nct_id=key, severity=severity)
    [change] = usual.changes
    return replace(
        usual,
        id=new_id(NOON + timedelta(milliseconds=step)),
        title=search.name,
        changes=(replace(change, kind="search.entered", subject=TRIAL),),
        summary=a_summary(nct_id=key, version=step),
        search=SearchNews(id=search.id, name=search.name, query=search.query, trials=7),
    )


def test_search_is_read_as_it_was_made(open_work: OpenWork) -> None:
    made = a_search(open_work, follow=True)

    with open_work() as work:
        held = work.searches.hold(made.id)

    assert held == made
    assert (made.name, made.list_name, made.query, made.follow) == (
        "Robots",
        "machines",
        ROBOTS,
        True,
    )


def test_how_far_a_search_is_known_is_kept(open_work: OpenWork) -> None:
    made = a_search(open_work)
    known = made.evolve(
        step=3,
        evaluated_release=RELEASE,
        evaluated_at=NOON,
        trials=12,
        trouble="none that counts",
        trouble_since=NOON,
        tried_at=NOON,
        halted=True,
        doubted_release=RELEASE,
    )

    with open_work() as work:
        work.searches.save(known)
        work.commit()
    with open_work() as work:
        assert work.searches.hold(made.id) == known


def test_name_is_free_again_after_a_search_is_removed(open_work: OpenWork) -> None:
    made = a_search(open_work)

    with pytest.raises(SearchRefusedError, match="already"):
        a_search(open_work)
    with open_work() as work:
        assert work.searches.remove(made.id, now=NOON) == made
        assert work.searches.remove(made.id, now=NOON) is None
        assert work.searches.hold(made.id) is None
        work.commit()

    assert a_search(open_work).id != made.id


def test_due_searches_are_those_tried_longest_ago_first(open_work: OpenWork) -> None:
    known, tried, new = (a_search(open_work, name) for name in ("known", "tried", "new"))

    with open_work() as work:
        work.searches.save(known.evolve(evaluated_release=RELEASE, tried_at=NOON))
        work.searches.save(tried.evolve(evaluated_release="2026-03-02", tried_at=NOON))
        work.commit()
    with open_work() as work:
        assert [one.name for one in work.searches.due(RELEASE)] == ["new", "tried"]
        assert len(work.searches.due("2026-03-10")) == 3
    assert new.tried_at is None


def test_trials_of_a_search_are_kept_and_overwritten(open_work: OpenWork) -> None:
    made, other = a_search(open_work), a_search(open_work, "other")
    inside = Member(hit=Hit(nct_id=TRIAL, title="Robots", status="RECRUITING"), entered=1)
    gone = Member(hit=Hit(nct_id=OTHER_TRIAL), entered=1, left=2, missing_since=RELEASE)

    with open_work() as work:
        work.searches.keep(made.id, [inside, replace(gone, left=None)])
        work.searches.keep(made.id, [gone])
        work.searches.keep(other.id, [])
        work.commit()
    with open_work() as work:
        assert work.searches.members(made.id) == {TRIAL: inside, OTHER_TRIAL: gone}
        assert work.searches.members(other.id) == {}


def test_followed_trials_stand_on_the_list_once(open_work: OpenWork) -> None:
    made = a_search(open_work)

    with open_work() as work:
        work.searches.follow(made.id, [TRIAL, TRIAL], now=NOON)
        work.commit()
    with open_work() as work:
        assert work.trials.due(RELEASE) == (TRIAL,)
        assert work.watches.add(TRIAL, list_name="machines", now=NOON) is False


def test_news_reaches_those_of_the_whole_list_and_nobody_else(open_work: OpenWork) -> None:
    made = a_search(open_work)
    watch(open_work, list_name="machines")
    join(open_work, "whole@example.org", list_name="machines")
    join(open_work, "trial@example.org", list_name="machines", nct_id=TRIAL)
    join(open_work, "other@example.org", list_name="others")
    join(open_work, "grave@example.org", list_name="machines", min_severity=Severity.CRITICAL)

    assert send_out(open_work, matched(made)) == 1

    claimed = claim(open_work)
    assert addresses(claimed) == ["whole@example.org"]
    assert claimed[0].delivery.type is EventType.SEARCH_MATCHED
    assert claimed[0].delivery.id == f"{claimed[0].alert.id}-{claimed[0].target.id}"


def test_news_is_read_as_it_was_told(open_work: OpenWork) -> None:
    made = a_search(open_work)
    join(open_work, list_name="machines")
    alert = matched(made)

    send_out(open_work, alert)
    [claimed] = claim(open_work)

    assert claimed.alert == alert
    assert claimed.told == alert.changes
    assert claimed.alert.search == alert.search


def test_news_told_before_is_not_told_again(open_work: OpenWork) -> None:
    made = a_search(open_work)
    join(open_work, list_name="machines")
    alert = matched(made)
    send_out(open_work, alert)

    with open_work() as work:
        assert work.alerts.add(replace(alert, id=new_id(LATER))) is False
        assert work.alerts.fan_out(alert, now=LATER) == 0


def test_news_of_two_searches_of_one_number_of_steps_are_two(open_work: OpenWork) -> None:
    one, other = a_search(open_work), a_search(open_work, "other")
    join(open_work, list_name="machines")

    assert send_out(open_work, matched(one), matched(other)) == 2


def test_unsubscribing_cancels_news_that_waits(open_work: OpenWork) -> None:
    made = a_search(open_work)
    join(open_work, list_name="machines", token="out")
    send_out(open_work, matched(made))

    with open_work() as work:
        assert work.watches.unsubscribe("out", now=NOON) is not None
        work.commit()

    assert claim(open_work) == ()
    assert send_out(open_work, matched(made, 3)) == 0


def test_news_stays_while_another_subscription_asks_for_it(open_work: OpenWork) -> None:
    made = a_search(open_work)
    join(open_work, list_name="machines", token="whole")
    watch(open_work, list_name="machines")
    join(open_work, list_name="machines", nct_id=TRIAL, token="one")
    send_out(open_work, matched(made))

    with open_work() as work:
        work.watches.unsubscribe("one", now=NOON)
        work.commit()

    assert len(claim(open_work)) == 1


def test_removing_a_search_cancels_news_that_waits(open_work: OpenWork) -> None:
    made = a_search(open_work)
    join(open_work, list_name="machines")
    send_out(open_work, matched(made))

    with open_work() as work:
        work.searches.remove(made.id, now=NOON)
        work.commit()

    assert claim(open_work) == ()
    assert send_out(open_work, matched(made, 3)) == 0


def test_news_of_a_removed_search_is_not_sent_again(stored: Database) -> None:
    made = a_search(stored.open_work)
    join(stored.open_work, "ada@example.org", list_name="machines")
    send_out(stored.open_work, matched(made))
    with stored.open_work() as work:
        work.searches.remove(made.id, now=NOON)
        work.commit()

    assert replay(stored, Which(), now=NOON) == 0
    assert claim(stored.open_work) == ()


def test_news_waits_for_the_digest_and_is_counted_there_as_a_search(open_work: OpenWork) -> None:
    made = a_search(open_work)
    watch(open_work, list_name="machines")
    subscription = join(open_work, list_name="machines")
    with open_work() as work:
        work.timings.choose(
            subscription.target,
            Timing(rhythm=Rhythm.DAILY),
            list_name="machines",
            token="hours",
            next_at=LATER,
        )
        work.commit()
    send_out(open_work, matched(made), matched(made, 3), an_alert())
    with open_work() as work:
        [due] = work.timings.due(LATER, limit=10)
        together = tuple(waiting.delivery_id for waiting in due.waiting)
        work.timings.release([(due, LetGo(together=together))], now=LATER)
        work.commit()

    [claimed] = claim(open_work, now=LATER)

    assert claimed.digest is not None
    assert (claimed.digest.trials, claimed.digest.searches) == (1, 1)
    assert len(claimed.digest.alerts) == 3
    assert claimed.delivery.unsubscribe_token == "hours"


def test_types_of_a_webhook_decide_and_mail_hears_beside_its_notices(stored: Database) -> None:
    made = a_search(stored.open_work)
    for address in (HOOK, "https://hooks.example/b", "https://hooks.example/c"):
        join(stored.open_work, address, channel=Channel.WEBHOOK, list_name="machines")
    join(stored.open_work, "ada@example.org", list_name="machines")
    targetcare.choose(stored, targetcare.find(stored, HOOK), types=[EventType.SEARCH_MATCHED])
    targetcare.choose(
        stored,
        targetcare.find(stored, "https://hooks.example/b"),
        types=[EventType.STATUS_CHANGED, EventType.TRIAL_CHANGED],
    )
    targetcare.choose(
        stored,
        targetcare.find(stored, "ada@example.org"),
        types=[EventType.TRIAL_CHANGED, *NOTICES],
    )

    send_out(stored.open_work, matched(made))

    assert addresses(claim(stored.open_work)) == [
        "ada@example.org",
        HOOK,
        "https://hooks.example/c",
    ]


def test_news_of_searches_stands_in_no_list_of_trials(stored: Database) -> None:
    made = a_search(stored.open_work)
    alert = matched(made)
    send_out(stored.open_work, alert, an_alert())

    assert [one.nct_id for one in queries.newest_alerts(stored, limit=10)] == [TRIAL]
    assert searchviews.alerts_of(stored, made, limit=10) == (alert,)


def test_searches_are_shown_by_list_and_name(stored: Database) -> None:
    last = a_search(stored.open_work, "b")
    first = a_search(stored.open_work, "a")
    member = Member(hit=Hit(nct_id=TRIAL, title="Robots"), entered=1)
    with stored.open_work() as work:
        work.searches.keep(first.id, [member])
        work.commit()

    assert searchviews.all_searches(stored) == (first, last)
    assert searchviews.find_search(stored, last.id) == last
    assert searchviews.members_of(stored, first) == {TRIAL: member}
    with pytest.raises(SearchNotFoundError, match="There is no search 99"):
        searchviews.find_search(stored, 99)


def test_backup_holds_searches_and_what_they_find(stored: Database, tmp_path: Path) -> None:
    made = a_search(stored.open_work)
    member = Member(hit=Hit(nct_id=TRIAL, title="Robots"), entered=1)
    with stored.open_work() as work:
        work.searches.keep(made.id, [member])
        work.alerts.add(matched(made))
        work.commit()

    backup(stored, tmp_path / "all.backup")
    copy = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    restore(copy, tmp_path / "all.backup")

    assert searchviews.all_searches(copy) == (made,)
    assert searchviews.members_of(copy, made) == {TRIAL: member}
    assert len(searchviews.alerts_of(copy, made, limit=10)) == 1
    copy.close()


def test_delivery_of_a_search_is_shown_by_its_key(stored: Database) -> None:
    made = a_search(stored.open_work)
    join(stored.open_work, list_name="machines")
    send_out(stored.open_work, matched(made))

    [row] = queries.deliveries(stored)

    assert (row.nct_id, row.type, row.state) == (
        f"search-{made.id}",
        EventType.SEARCH_MATCHED,
        DeliveryState.PENDING,
    )
