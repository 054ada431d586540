"""What is read from answers that were not refused, and what is said of those that cannot be read."""

import json
from collections.abc import Callable

import httpx
import pytest

from monitor.domain.ports import Release
from monitor.registry.answers import StudyAnswer, read_page, read_release, read_study
from monitor.registry.pages import Page
from monitor.registry.verdicts import PassingFaultError
from monitor.registry.wire import Answer
from tests.fakes.registry import FIRST_STAMP, a_study

STUDY = a_study("NCT99000001")


def answer(body: bytes = b"", *, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(
        status=status,
        headers=httpx.Headers({"content-type": "application/json", **named}),
        body=body,
        whole=True,
        http_version="HTTP/2",
    )


def a_version(stamp: str) -> bytes:
    return json.dumps({"apiVersion": "2.0.5", "dataTimestamp": stamp}).encode()


def release_of(given: Answer) -> Release | None:
    return read_release(given, conditional=False)


READERS: tuple[Callable[[Answer], object], ...] = (release_of, read_page, read_study)


def test_release_is_its_stamp_and_its_tag() -> None:
    assert release_of(answer(a_version(FIRST_STAMP), etag='"a/b"')) == Release(
        data_timestamp=FIRST_STAMP, etag='"a/b"'
    )


def test_not_modified_is_the_known_release_only_when_asked_for() -> None:
    assert read_release(answer(status=304), conditional=True) is None

    with pytest.raises(PassingFaultError) as fault:
        read_release(answer(status=304), conditional=False)
    assert str(fault.value) == "status 304 out of place"


def test_new_release_answers_a_question_with_a_tag_too() -> None:
    assert read_release(answer(a_version(FIRST_STAMP)), conditional=True) == Release(
        data_timestamp=FIRST_STAMP, etag=None
    )


@pytest.mark.parametrize("tag", ["", "x" * 201, "tab\there"])
def test_tag_that_cannot_be_sent_back_is_none(tag: str) -> None:
    release = release_of(answer(a_version(FIRST_STAMP), etag=tag))

    assert release is not None
    assert release.etag is None


def test_longest_tag_and_stamp_are_kept() -> None:
    assert release_of(answer(a_version("s" * 200), etag="t" * 200)) == Release(
        data_timestamp="s" * 200, etag="t" * 200
    )


@pytest.mark.parametrize("stamp", ["", "s" * 201, "2026\n", "m\u00e4rz"])
def test_stamp_that_cannot_be_stored_and_shown_is_a_fault(stamp: str) -> None:
    with pytest.raises(PassingFaultError) as fault:
        release_of(answer(a_version(stamp)))

    assert str(fault.value) == "an answer whose dataTimestamp makes no sense"


def test_page_is_taken_apart() -> None:
    body = b'{"studies":[' + STUDY + b'],"nextPageToken":"more","totalCount":9}'

    assert read_page(answer(body)) == Page(studies=(STUDY,), token="more", total=9)


def test_study_comes_byte_for_byte() -> None:
    assert read_study(answer(b" " + STUDY + b"\n")) == StudyAnswer(raw=STUDY, location="")


def test_study_nobody_knows_is_none() -> None:
    assert read_study(answer(status=404, location="/studies/NCT99000002")) is None


def test_redirect_tells_where_it_leads() -> None:
    moved = answer(status=301, location="/studies/NCT99000002")

    assert read_study(moved) == StudyAnswer(raw=None, location="/studies/NCT99000002")


def test_place_named_beside_a_study_is_no_redirect() -> None:
    assert read_study(answer(STUDY, location="/elsewhere")) == StudyAnswer(raw=STUDY)


@pytest.mark.parametrize("moved", [answer(status=302), answer(status=302, location="")])
def test_redirect_to_nowhere_is_a_fault(moved: Answer) -> None:
    with pytest.raises(PassingFaultError) as fault:
        read_study(moved)

    assert str(fault.value) == "status 302 out of place"


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("status", [199, 201, 206, 304])
def test_only_200_holds_anything(read: Callable[[Answer], object], status: int) -> None:
    with pytest.raises(PassingFaultError) as fault:
        read(answer(a_version(FIRST_STAMP), status=status))

    assert str(fault.value) == f"status {status} out of place"


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("kind", ["text/html", "text/html; charset=utf-8", "text/html ;x=y;z"])
def test_web_page_is_called_one(read: Callable[[Answer], object], kind: str) -> None:
    with pytest.raises(PassingFaultError) as fault:
        read(answer(b"<p>Log in</p>", content_type=kind))

    assert str(fault.value) == "a web page came instead of data"


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("kind", ["application/json", "text/plain;text/html"])
def test_what_cannot_be_read_is_said_with_the_reason(
    read: Callable[[Answer], object], kind: str
) -> None:
    with pytest.raises(PassingFaultError) as fault:
        read(answer(b"<", content_type=kind))

    assert str(fault.value) == (
        "an answer that cannot be read (JSON is malformed: invalid character (byte 0))"
    )


@pytest.mark.parametrize("read", [release_of, read_study])
def test_nesting_beyond_all_measure_is_called_that(read: Callable[[Answer], object]) -> None:
    with pytest.raises(PassingFaultError) as fault:
        read(answer(b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}"))

    assert str(fault.value) == "JSON nested beyond all measure"
