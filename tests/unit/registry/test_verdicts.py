"""What an answer means, in the words an operator reads."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from monitor.domain.errors import (
    RegistryBlockedError,
    RegistryError,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from monitor.domain.trial import NctId
from monitor.registry import questions
from monitor.registry.questions import Question
from monitor.registry.verdicts import OversizeError, PassingFaultError, astray, given_up, refusal
from monitor.registry.wire import Answer

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
HOST = "registry.example.org"
ONE, OTHER = NctId("NCT99000001"), NctId("NCT99000002")
RELEASE, STUDY = questions.version(), questions.study(ONE)
UNKNOWN = f"NCT number {ONE} not found".encode()


def answer(
    status: int, body: bytes = b"", *, kind: str = "text/plain", whole: bool = True, **headers: str
) -> Answer:
    named = {
        "content-type": kind,
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    return Answer(
        status=status,
        headers=httpx.Headers({name: text for name, text in named.items() if text}),
        body=body,
        whole=whole,
        http_version="HTTP/2",
    )


def verdict(given: Answer, question: Question = RELEASE) -> RegistryError | None:
    return refusal(given, question, host=HOST, now=NOW)


def refused(given: Answer, question: Question = RELEASE) -> RegistryRefusedError:
    error = verdict(given, question)
    assert isinstance(error, RegistryRefusedError)
    return error


def passing(given: Answer) -> PassingFaultError:
    error = verdict(given)
    assert isinstance(error, PassingFaultError)
    return error


def test_whole_answer_and_not_modified_are_to_be_read() -> None:
    assert verdict(answer(200, b"{}")) is None
    assert verdict(answer(304)) is None
    # Only the beginning of an error's body is ever read.
    assert verdict(answer(304, whole=False)) is None


def test_answer_beyond_the_cap_says_how_far_it_was_read() -> None:
    error = verdict(answer(200, b" " * 1234, whole=False))

    assert type(error) is OversizeError
    assert error.start == b" " * 1234
    assert str(error) == (
        "The registry's answer for its release is larger than 1,234 bytes and was not read to its"
        " end. Nothing was compared; look at the record on the registry's site."
    )


def test_403_says_what_the_operator_can_do() -> None:
    error = verdict(answer(403, b"Forbidden"), STUDY)

    assert type(error) is RegistryBlockedError
    assert str(error) == (
        "The registry (registry.example.org) refuses this program's User-Agent or address (403)."
        " Nothing was checked, and asking again will not help. Run `trialwatch doctor`; if it says"
        " the same, set TRIALWATCH_REGISTRY_CONTACT to an address the registry can write to, ask"
        " from another network, or install the newest trialwatch."
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_an_answer_only_about_one_study(status: int) -> None:
    assert verdict(answer(status), STUDY) is None

    error = verdict(answer(status))

    assert type(error) is RegistryUnavailableError
    assert str(error) == (
        "registry.example.org sends the request for its release to another place, and it was not"
        " followed. Nothing was checked; compare TRIALWATCH_REGISTRY_URL with"
        " https://clinicaltrials.gov/api/v2, and see whether this network asks for a login."
    )
    assert str(error) == str(astray(RELEASE, host=HOST))


@pytest.mark.parametrize("status", [300, 305, 306, 309])
def test_other_answers_of_the_three_hundreds_are_refusals(status: int) -> None:
    assert not refused(answer(status), STUDY).too_long


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 599])
def test_timeout_haste_and_server_faults_may_pass(status: int) -> None:
    error = passing(answer(status, b"Come back later"))

    assert str(error) == f"status {status}: Come back later"
    assert error.retry_after == timedelta(0)


@pytest.mark.parametrize("status", [400, 401, 405, 407, 409, 424, 426, 428, 430, 451, 499])
def test_other_errors_are_about_the_request(status: int) -> None:
    error = refused(answer(status, b"No such parameter"))

    assert str(error) == (
        "The registry (registry.example.org) calls the request for its release wrong"
        f" ({status}): No such parameter. Nothing was checked."
    )
    assert (error.too_long, error.words) == (False, "No such parameter")


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("17", 17), (" 17 ", 17), ("Mon, 02 Mar 2026 15:00:42 GMT", 42), ("soon", 0), ("", 0)],
)
def test_fault_that_may_pass_carries_the_rest_asked_for(asked: str, seconds: int) -> None:
    error = passing(answer(503, retry_after=asked))

    assert error.retry_after == timedelta(seconds=seconds)
    assert str(error) == "status 503"


@pytest.mark.parametrize("status", [413, 414, 431])
def test_too_long_is_told_by_the_status(status: int) -> None:
    assert refused(answer(status)).too_long


@pytest.mark.parametrize(
    ("said", "too_long"),
    [
        (b"Request URI is too long", True),
        (b"The query is too-large.", True),
        (b"TOO COMPLICATED QUERY", True),
        (b"too longish", False),
        (b"stattoo long", False),
        (b"not long enough", False),
        (b"\xff too long", True),
    ],
)
def test_too_long_is_told_by_the_words(said: bytes, *, too_long: bool) -> None:
    assert refused(answer(400, said)).too_long is too_long


def test_refusal_without_words_has_none() -> None:
    error = refused(answer(400, b" \r\n "))

    assert str(error) == (
        "The registry (registry.example.org) calls the request for its release wrong (400)."
        " Nothing was checked."
    )
    assert error.words == ""


@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/html; charset=utf-8"])
def test_only_plain_text_is_quoted(kind: str) -> None:
    error = refused(answer(400, b"<p>\xffWrong</p>", kind=kind))

    assert str(error) == (
        "The registry (registry.example.org) calls the request for its release wrong (400)."
        " Nothing was checked."
    )
    assert error.words == ""


@pytest.mark.parametrize("kind", ["", "text/plain", "text/plain;charset=utf-8", "text/plain ; x"])
def test_plain_text_and_what_has_no_kind_are_quoted(kind: str) -> None:
    assert refused(answer(400, b"Wrong", kind=kind)).words == "Wrong"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"one\r\ntwo\tthree", "one two three"),
        (b"red\x1b[31m", "red [31m"),
        (b"caf\xc3\xa9 \xff", "caf\u00e9 \ufffd"),
        (b": colon first", ": colon first"),
        (b"x" * 200, "x" * 200),
        (b"x" * 201, "x" * 200),
    ],
)
def test_words_are_one_short_line_that_can_be_printed(said: bytes, words: str) -> None:
    assert refused(answer(400, said)).words == words


@pytest.mark.parametrize(
    "said", [UNKNOWN, UNKNOWN + b".", b" \n" + UNKNOWN + b". \n", UNKNOWN.lower()]
)
def test_registrys_own_word_that_a_number_is_unknown_is_an_answer(said: bytes) -> None:
    assert verdict(answer(404, said), STUDY) is None


@pytest.mark.parametrize(
    ("given", "question"),
    [
        (answer(404), STUDY),
        (answer(404, b"Not found"), STUDY),
        (answer(404, UNKNOWN + b" \xff"), STUDY),
        (answer(404, b"Sorry: " + UNKNOWN), STUDY),
        (answer(404, UNKNOWN + b".."), STUDY),
        (answer(404, UNKNOWN), questions.study(OTHER)),
        (answer(404, UNKNOWN), questions.studies([ONE], page_size=1)),
    ],
)
def test_any_other_404_is_an_outage(given: Answer, question: Question) -> None:
    error = verdict(given, question)

    assert type(error) is RegistryUnavailableError
    assert str(error) == (
        f"registry.example.org has nothing at the address of {question.about} (404 without the"
        " registry's own words): a wrong address or an outage, not a missing trial. Nothing was"
        " checked; compare TRIALWATCH_REGISTRY_URL with https://clinicaltrials.gov/api/v2."
    )


@pytest.mark.parametrize("status", [400, 410, 500])
def test_word_that_a_number_is_unknown_counts_only_with_404(status: int) -> None:
    assert verdict(answer(status, UNKNOWN), STUDY) is not None


@pytest.mark.parametrize(
    ("tries", "wait", "message"),
    [
        (
            1,
            timedelta(0),
            (
                "The registry (registry.example.org) was asked once for NCT99000001: status 503."
                " Nothing was checked; it is tried again later."
            ),
        ),
        (
            2,
            timedelta(seconds=90.4),
            (
                "The registry (registry.example.org) was asked 2 times for NCT99000001: status 503."
                " It asks for a rest of 90 s. Nothing was checked; it is tried again later."
            ),
        ),
    ],
)
def test_fault_that_did_not_pass_says_how_often_it_was_tried(
    tries: int, wait: timedelta, message: str
) -> None:
    fault = PassingFaultError("status 503")

    error = given_up(fault, STUDY, host=HOST, tries=tries, wait=wait)

    assert type(error) is RegistryUnavailableError
    assert str(error) == message
    assert error.retry_after == wait
