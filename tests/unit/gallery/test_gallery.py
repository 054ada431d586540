"""The gallery shows every kind of message, and none is too big."""

import re
from pathlib import Path

import pytest

from monitor.domain.errors import TrialwatchError
from monitor.domain.events import EventType
from trialwatch.cli.showing import gallery
from trialwatch.gallery.page import write_gallery
from trialwatch.gallery.pieces import pieces

#: Gmail cuts a mail off at 102 kB.
MOST_BYTES = 90_000


def test_every_kind_of_message_is_there() -> None:
    names = {piece.name for piece in pieces()}

    assert {"near", "search", "digest", "digest-long", "confirm", "sign-in", "invitation"} <= names
    notices = (EventType.MESSAGE_FAILING, EventType.MESSAGE_RECOVERED, EventType.TARGET_DISABLED)
    assert {f"notice-{type_.value.replace('.', '-')}" for type_ in notices} <= names
    for service in ("slack", "teams", "discord", "webhook"):
        assert {f"{service}-change", f"{service}-search"} <= names
    kinds = {name.split("-", 2)[2] for name in names if name.startswith("change-")}
    assert {"status", "results-posted", "eligibility-changed", "site-removed"} <= kinds
    assert {"record-gone", "record-back", "record-merged", "record-stale"} <= kinds


def test_no_mail_is_cut_off_by_gmail() -> None:
    for piece in pieces():
        assert len((piece.html or "").encode()) <= MOST_BYTES, piece.name


def test_text_of_a_mail_is_complete_without_its_html() -> None:
    for piece in pieces():
        if piece.html is not None:
            links = set(re.findall(r'href="([^"]+/(?:u|c|trials)/[^"]+)"', piece.html))
            assert {link for link in links if link not in piece.text} == set(), piece.name


def test_gallery_is_the_same_each_time(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"

    assert write_gallery(pieces(), one) == write_gallery(pieces(), two)
    assert {file.name: file.read_bytes() for file in one.iterdir()} == {
        file.name: file.read_bytes() for file in two.iterdir()
    }


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(TrialwatchError, match="cannot be written to"):
        gallery(tmp_path / "file")
