"""Traces where they are asked for, and nothing of them where they are not."""

import subprocess
import sys
from typing import Any

import pytest

from config.errors import ConfigError
from config.settings import Settings, load
from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.trace import NO_SPANS, tracing
from monitor.domain.watches import Channel
from tests.builders import a_claim, a_step
from tests.servers.collector import collector
from trialwatch.bootstrap import Service
from trialwatch.otel import measured, spans_of

TRACE = "0123456789abcdef" * 2


def _asking(service: Service, url: str) -> Service:
    settings: Settings = load({"TRIALWATCH_TRACES_URL": url})
    return Service(
        settings=settings, database=service.database, clock=service.clock, owner="worker"
    )


class _Refusing:
    """A carrier that fails, and names its reader."""

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        raise OSError(f"{claimed.target.address} is not there")


async def test_block_is_told_under_the_id_of_what_is_done(service: Service) -> None:
    with collector() as kept:
        async with spans_of(_asking(service, kept.url)) as spans:
            with tracing(TRACE), spans.span("sweep"), spans.span("fetch", trials=3):
                pass

    inner, outer = kept.spans
    assert (outer.name, outer.trace, outer.id, outer.parent) == ("sweep", TRACE, TRACE[:16], "")
    assert (inner.name, inner.trace, inner.parent) == ("fetch", TRACE, TRACE[:16])
    assert inner.facts == {"trialwatch.trials": "3"}
    assert inner.id != outer.id


async def test_send_hangs_below_the_look_that_found_it_and_names_no_reader(
    service: Service,
) -> None:
    claimed = a_claim(alert=a_step(2, trace=TRACE))
    with collector() as kept:
        async with spans_of(_asking(service, kept.url)) as spans:
            carriers = measured({Channel.EMAIL: _Refusing()}, spans)
            with pytest.raises(OSError, match="is not there"):
                await carriers[Channel.EMAIL].send(claimed)

    [span] = kept.spans
    assert (span.trace, span.parent, span.failed) == (TRACE, TRACE[:16], "OSError")
    assert claimed.target.address.encode() not in b"".join(kept.raw)


async def test_nothing_is_measured_unless_it_is_asked_for(service: Service) -> None:
    carriers = {Channel.EMAIL: _Refusing()}

    async with spans_of(service) as spans:
        assert spans is NO_SPANS
        assert measured(carriers, spans) is carriers


def test_libraries_load_only_when_they_are_asked_for() -> None:
    words = "import sys, trialwatch.daemon; print('opentelemetry.sdk' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", words], capture_output=True, check=True)

    assert said.stdout.strip() == b"False"


async def test_missing_extra_says_what_to_install(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent: Any = None
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", absent)

    with pytest.raises(ConfigError, match=r"pip install 'trialwatch\[traces\]'"):
        async with spans_of(_asking(service, "http://127.0.0.1:9/v1/traces")):
            pass
