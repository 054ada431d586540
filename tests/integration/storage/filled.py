"""A database with something in every table, and all its rows."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from alembic import command
from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select, text

from monitor.alerting.consent import ask_consent
from monitor.domain.bounces import Bounce, BounceKind
from monitor.domain.canary import Canary
from monitor.domain.institutions import Try
from monitor.domain.notes import Note
from monitor.domain.passkeys import Challenge, Credential
from monitor.domain.people import OPERATOR, ListRole, Role, Scope
from monitor.domain.ports import KeptAside, Release
from monitor.domain.searches import Hit, Member, Query
from monitor.domain.timings import Rhythm, Timing
from monitor.domain.watches import Channel
from monitor.domain.whole import Pass
from storage import keptanswers
from storage.engine import Database
from storage.keptanswers import Named
from storage.tables import metadata
from storage.upgrade import config
from tests.builders import (
    NOON,
    RELEASE,
    TRIAL,
    a_lineage,
    a_state,
    a_step,
    a_version,
    an_outcome,
)
from tests.integration.storage.scenes import claim, join, send_out, watch

Rows = dict[str, list[tuple[Any, ...]]]


def fill(database: Database) -> None:
    """Put something into every table."""
    watch(database.open_work)
    join(database.open_work)
    with database.open_work() as work:
        work.trials.save([a_state(latest_version=3)])
        for number in (1, 2, 3):
            work.versions.add(a_version(number))
        work.releases.saw(Release(data_timestamp=RELEASE, etag='"é"'), now=NOON)
        aside = KeptAside(nct_id=TRIAL, reason="no JSON", raw=b"\x00\xff")
        work.releases.keep_aside(aside, release=RELEASE, now=NOON)
        work.whole.save(Pass(release=RELEASE, begun_at=NOON, token="next", pages=1, studies=1000))
        work.commit()
    alert = a_step(2)
    with database.open_work() as work:
        work.summaries.save(alert.summary)
        work.lineages.save(a_lineage())
        work.commit()
    send_out(database.open_work, alert, a_step(3))
    first, _ = claim(database.open_work)
    with database.open_work() as work:
        work.deliveries.record([(first, an_outcome())], now=NOON)
        work.timings.choose(
            first.target, Timing(rhythm=Rhythm.DAILY), list_name="watched", token="t", next_at=NOON
        )
        asked = work.watches.target(Channel.EMAIL, "ben@example.org", secret="", now=NOON)
        ask_consent(work, asked, origin="", now=NOON, new_token=lambda: "ask")
        member = work.people.add(name="Mo", email="mo@example.org", role=Role.MEMBER, now=NOON)
        later = NOON + timedelta(days=1)
        work.people.open_session(b"session", member.id, now=NOON, until=later)
        work.people.add_link(b"link", member.id, now=NOON, until=later)
        work.people.add_key(b"key", member.id, name="tool", scope=Scope.READ, now=NOON)
        work.pins.pin(member.id, "https://login.example.org", "mo", now=NOON)
        begun = Try(state=b"state", browser=b"browser", nonce=b"n", goes_to="/é", ends_at=later)
        work.pins.begin(begun, now=NOON)
        held = Credential(
            id=b"\x00id", public_key=b"\xffkey", handle=b"handle", sign_count=2**32 - 1
        )
        work.passkeys.add(member.id, held, name="phone", now=NOON)
        challenge = Challenge(value=b"\x00asked", person_id=member.id, handle=b"handle")
        work.passkeys.ask(b"browser", challenge, now=NOON, until=later)
        (common,) = work.lists.seen_by(OPERATOR)
        work.lists.let_in(common.id, member.id, ListRole.READER)
        work.notes.write(common.id, TRIAL, Note(text="é", tags=("lung",)))
        search = work.searches.add(
            Query(parameters=(("query.cond", "robots"),), words="robots"),
            name="Robots",
            list_name="watched",
            follow=False,
            now=NOON,
        )
        work.searches.keep(search.id, [Member(hit=Hit(nct_id=TRIAL, title="é"), entered=1)])
        canary = Canary(id="01ARZ3NDEKTSV4RRFFQ69G5FAV-0", token="proof", made_at=NOON)
        work.canaries.make(canary, waiting_since=NOON)
        work.bounces.came_back(first.delivery.id, Bounce(kind=BounceKind.SOFT, at=NOON))
        work.commit()
    keptanswers.claim(
        database, Named(caller="tool", key="one", person_id=member.id, request=b"asked"), now=NOON
    )


def write_as_before(
    connection: Connection, source: Connection, known: Mapping[str, Collection[str]]
) -> None:
    """Write the rows of another database as an older program does, which knows these columns.

    Without the defaults that today's program adds.
    """
    connection.execute(text("DELETE FROM subscribers"))
    for table in metadata.sorted_tables:
        columns = [one for one in table.c if one.name in known.get(table.name, ())]
        rows = [dict(row) for row in source.execute(select(*columns)).mappings()] if columns else []
        if rows:
            as_before = Table(table.name, MetaData(), *(Column(c.name, c.type) for c in columns))
            connection.execute(insert(as_before), rows)


def fill_as_of(database: Database, revision: str, source: Database) -> None:
    """Make the tables of an earlier revision, and put into them what there is of another's rows."""
    with database.writing() as connection, source.reading() as reading:
        command.upgrade(config(connection), revision)
        found = inspect(connection)
        known = {
            name: {column["name"] for column in found.get_columns(name)}
            for name in found.get_table_names()
        }
        write_as_before(connection, reading, known)
        connection.commit()


def all_rows(database: Database) -> Rows:
    with database.reading() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }
