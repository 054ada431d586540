"""Public pages of lists: made once, taken back for good."""

import pytest

from monitor.alerting.publishing import publish, unpublish
from monitor.domain.errors import ListNotFoundError
from monitor.domain.ports import OpenWork
from storage.engine import Database
from storage.publicpages import is_on_public_list, public_list
from tests.builders import NOON, OTHER_TRIAL, TRIAL
from tests.integration.storage.scenes import join, watch


def make_public(open_work: OpenWork, name: str, token: str) -> str:
    with open_work() as work:
        made = publish(work, name, new_token=lambda: token)
        work.commit()
    return made


def take_back(open_work: OpenWork, name: str) -> bool:
    with open_work() as work:
        closed = unpublish(work, name)
        work.commit()
    return closed


def test_list_keeps_the_address_it_was_given(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, list_name="roses")

    assert make_public(open_work, "roses", "first") == "first"
    assert make_public(open_work, "roses", "second") == "first"


def test_list_made_public_again_has_another_address(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, list_name="roses")
    make_public(open_work, "roses", "first")

    assert take_back(open_work, "roses") is True
    assert take_back(open_work, "roses") is False
    assert make_public(open_work, "roses", "second") == "second"


def test_new_address_shows_no_notes_until_it_is_said_again(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, list_name="roses")

    def shown(*, notes: bool | None) -> bool:
        with open_work() as work:
            publish(work, "roses", new_token=lambda: "key", notes=notes)
            number = work.public_links.list_number("roses")
            assert number is not None
            found = work.public_links.shows_notes(number)
            work.commit()
        return found

    assert [shown(notes=said) for said in (None, True, None, False)] == [False, True, True, False]
    shown(notes=True)
    take_back(open_work, "roses")
    assert not shown(notes=None)


def test_list_without_a_page_shows_no_notes(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, list_name="roses")

    with open_work() as work:
        number = work.public_links.list_number("roses")
        assert number is not None
        work.public_links.show_notes(number, shown=True)

        assert not work.public_links.shows_notes(number)


def test_each_list_has_its_own(open_work: OpenWork) -> None:
    for name in ("roses", "lilies"):
        watch(open_work, TRIAL, list_name=name)

    assert make_public(open_work, "roses", "r") == "r"
    assert make_public(open_work, "lilies", "l") == "l"


def test_list_that_is_not_there_is_named(open_work: OpenWork) -> None:
    with pytest.raises(ListNotFoundError, match="There is no list 'roses'"):
        make_public(open_work, "roses", "first")
    with pytest.raises(ListNotFoundError, match="There is no list 'roses'"):
        take_back(open_work, "roses")


def test_page_shows_the_list_to_who_has_its_key_and_to_nobody_else(stored: Database) -> None:
    watch(stored.open_work, OTHER_TRIAL, TRIAL, list_name="roses")
    watch(stored.open_work, TRIAL, list_name="lilies")
    join(stored.open_work, "ada@example.org", list_name="roses")
    make_public(stored.open_work, "roses", "key")

    found = public_list(stored, "key", most=9)

    assert found is not None
    assert found.name == "roses"
    assert [trial.nct_id for trial in found.trials] == [TRIAL, OTHER_TRIAL]
    assert "ada" not in repr(found)
    assert public_list(stored, "keys", most=9) is None
    assert public_list(stored, "", most=9) is None
    take_back(stored.open_work, "roses")
    assert public_list(stored, "key", most=9) is None


def test_list_that_was_taken_away_is_public_no_more(stored: Database) -> None:
    watch(stored.open_work, TRIAL, list_name="roses")
    make_public(stored.open_work, "roses", "key")
    with stored.open_work() as work:
        number = work.public_links.list_number("roses")
        assert number is not None
        work.lists.remove(number, now=NOON)
        work.commit()

    assert public_list(stored, "key", most=9) is None
    assert not is_on_public_list(stored, "key", TRIAL)
    with pytest.raises(ListNotFoundError):
        make_public(stored.open_work, "roses", "another")
