"""What receivers' answers mean."""

from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.retry import LONGEST_RETRY_AFTER
from monitor.domain.errors import DeliveryError
from notifiers.answers import judge_answer, retry_after, shown
from tests.servers.made import NOON


def verdict(status: int, headers: Mapping[str, str] | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        judge_answer(status, httpx.Headers(headers), b"", now=NOON)
    return refused.value


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 299])
def test_any_2xx_is_acceptance(status: int) -> None:
    assert judge_answer(status, {}, b"thanks", now=NOON).status == status


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 399])
def test_redirect_is_a_failure_that_may_pass(status: int) -> None:
    error = verdict(status, {"location": "https://elsewhere.example/"})

    assert not error.permanent
    assert "redirect" in str(error)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 413, 415, 422, 500, 501, 599])
def test_other_failures_are_tried_again(status: int) -> None:
    error = verdict(status)

    assert (error.permanent, error.disable_target, error.throttled) == (False, False, False)
    assert error.status == status
    assert str(error).startswith(f"The receiver answered {status}")
    assert str(error).endswith(", and only 2xx means accepted")


def test_status_that_has_a_name_is_told_with_it() -> None:
    assert "404 Not Found," in str(verdict(404))
    assert "(308 Permanent Redirect)" in str(verdict(308))
    assert "answered 599," in str(verdict(599))


def test_gone_switches_the_target_off() -> None:
    error = verdict(410)

    assert error.permanent
    assert error.disable_target


@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_word_disable_switches_the_target_off(status: int) -> None:
    assert verdict(status, {"Webhook-Delivery": " Disable "}).disable_target


def test_word_abort_gives_up_this_message_alone() -> None:
    error = verdict(500, {"webhook-delivery": "abort-message"})

    assert error.permanent
    assert not error.disable_target


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_overload_is_throttled_for_as_long_as_asked(status: int) -> None:
    error = verdict(status, {"Retry-After": "120"})

    assert error.throttled
    assert error.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5),
        (" 30 ", 30),
        ("1.2", 2),
        ("0", 0),
        ("-5", 0),
        ("", 0),
        ("soon", 0),
        ("nan", 0),
        ("inf", 0),
        ("1e300", LONGEST_RETRY_AFTER.total_seconds()),
        ("99999999999999999999", LONGEST_RETRY_AFTER.total_seconds()),
        ("Mon, 09 Mar 2026 12:01:00 GMT", 60),
        ("Mon, 09 Mar 2026 12:01:00 -0000", 60),
        ("Mon, 09 Mar 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER.total_seconds()),
        ("Mon, 99 Mar 2026 12:01:00 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_ignored(text: str, seconds: float) -> None:
    assert retry_after(text, now=NOON).total_seconds() == seconds


@given(st.text())
def test_retry_after_is_always_within_bounds(text: str) -> None:
    assert timedelta(0) <= retry_after(text, now=NOON) <= LONGEST_RETRY_AFTER


@given(st.binary(max_size=20_000))
def test_detail_is_bounded_text_that_can_be_stored(body: bytes) -> None:
    detail = shown(body)

    assert len(detail.encode()) <= 4096
    assert not any(ord(c) < 32 and c != "\n" for c in detail)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (199, "The receiver answered 199, and only 2xx means accepted"),
        (400, "The receiver answered 400 Bad Request, and only 2xx means accepted"),
        (
            399,
            (
                "The receiver answered with a redirect (399), which webhooks do not follow: give the"
                " address it redirects to"
            ),
        ),
        (
            410,
            "The receiver asks for no more webhooks (410 Gone): this target is switched off",
        ),
    ],
)
def test_answer_that_does_not_count_is_told_whole(status: int, said: str) -> None:
    error = verdict(status)

    assert (str(error), error.status) == (said, status)


@pytest.mark.parametrize("status", [428, 430, 500, 501, 505])
def test_other_trouble_is_not_throttled(status: int) -> None:
    assert not verdict(status).throttled


def test_word_of_a_receiver_that_took_the_message_counts_for_nothing_but_an_end() -> None:
    taken = judge_answer(200, {"webhook-delivery": "abort-message"}, b" thanks ", now=NOON)

    assert (taken.status, taken.detail) == (200, "thanks")
    assert str(verdict(200, {"webhook-delivery": "disable"})) == (
        "The receiver asks for no more webhooks (200 OK): this target is switched off"
    )
