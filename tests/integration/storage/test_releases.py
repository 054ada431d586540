"""Contract of ``Releases``, and what the operator sees of them."""

from datetime import timedelta

from monitor.domain.ports import KeptAside, OpenWork, Release
from storage.engine import Database
from storage.queries import kept_aside, refused_body, registry_state
from tests.builders import NOON, OTHER_TRIAL, RELEASE, TRIAL, a_state
from tests.integration.storage.scenes import watch

SEEN = Release(data_timestamp=RELEASE, etag='"abc"')
NEXT = Release(data_timestamp="2026-03-10T09:00:05")
HOUR = timedelta(hours=1)


def test_no_release_is_known_at_first(open_work: OpenWork) -> None:
    with open_work() as work:
        assert work.releases.known() is None


def test_release_seen_last_is_known(open_work: OpenWork) -> None:
    with open_work() as work:
        work.releases.saw(SEEN, now=NOON)
        assert work.releases.known() == SEEN
        work.releases.saw(NEXT, now=NOON)
        work.commit()

    with open_work() as work:
        assert work.releases.known() == NEXT


def test_trouble_leaves_the_known_release(open_work: OpenWork) -> None:
    with open_work() as work:
        work.releases.trouble("no answer", now=NOON)
        assert work.releases.known() is None
        work.releases.saw(SEEN, now=NOON)
        work.releases.trouble("no answer", now=NOON)
        work.commit()

    with open_work() as work:
        assert work.releases.known() == SEEN


def test_trouble_is_shown_since_it_began_until_it_is_over(stored: Database) -> None:
    with stored.open_work() as work:
        work.releases.trouble("no answer", now=NOON)
        work.releases.trouble("still no answer", now=NOON + HOUR)
        work.commit()
    during = registry_state(stored)
    with stored.open_work() as work:
        work.releases.saw(SEEN, now=NOON + 2 * HOUR)
        work.commit()
    after = registry_state(stored)

    assert (during.trouble, during.trouble_since) == ("still no answer", NOON)
    assert during.seen_at is None
    assert (after.trouble, after.trouble_since) == (None, None)
    assert after.seen_at == NOON + 2 * HOUR


def test_state_counts_what_is_not_settled(stored: Database) -> None:
    watch(stored.open_work, TRIAL, OTHER_TRIAL)
    before = registry_state(stored)
    with stored.open_work() as work:
        work.releases.saw(SEEN, now=NOON)
        work.trials.save([a_state(swept_release=RELEASE)])
        work.commit()
    after = registry_state(stored)

    assert (before.watched, before.unsettled) == (2, 2)
    assert (after.watched, after.unsettled) == (2, 1)
    assert after.data_timestamp == RELEASE


def test_unbelievable_answer_is_kept_newest_per_trial(stored: Database) -> None:
    with stored.open_work() as work:
        for hours, raw in enumerate((b"<html>", b"\x00\xff" * 5000)):
            aside = KeptAside(nct_id=TRIAL, reason=f"no JSON {hours}", raw=raw)
            work.releases.keep_aside(aside, release=RELEASE, now=NOON + hours * HOUR)
        other = KeptAside(nct_id=OTHER_TRIAL, reason="sites gone", raw=b"")
        work.releases.keep_aside(other, release=RELEASE, now=NOON)
        work.commit()

    kept = kept_aside(stored)
    assert [one.nct_id for one in kept] == [TRIAL, OTHER_TRIAL]
    assert (kept[0].reason, kept[0].kept_at, kept[0].raw_bytes) == (
        "no JSON 1",
        NOON + HOUR,
        10_000,
    )
    assert refused_body(stored, TRIAL) == b"\x00\xff" * 5000
    assert refused_body(stored, OTHER_TRIAL) == b""
