"""Traces for OpenTelemetry, where the operator asks for them: from a look at the registry to sends.

The libraries are an extra and load only then. A trace has the id that the log tells, and its first
span the first half of that as its own id; so whoever sends, another process perhaps, hangs its
spans below it knowing the id alone.
"""

import asyncio
import importlib
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from config.errors import ConfigError
from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.ports import Notifier
from monitor.domain.trace import NO_SPANS, Spans, current_trace, new_trace
from monitor.domain.watches import Channel
from trialwatch.bootstrap import Service

#: Longest wait for a collector, to send and to say goodbye.
_PATIENCE_SECONDS: Final = 2.0


@asynccontextmanager
async def spans_of(service: Service) -> AsyncIterator[Spans]:
    """Open what measures, as set; what is left to be told is told in the end.

    Raises:
        ConfigError: Traces are asked for and the libraries are not installed.
    """
    if not service.settings.traces_url:
        yield NO_SPANS
        return
    provider = _provider(service)
    try:
        yield _Spans(provider.get_tracer("trialwatch"))
    finally:
        # A collector that hangs must not keep the process: by itself this may take half a minute.
        last = threading.Thread(target=provider.shutdown, daemon=True)
        last.start()
        await asyncio.to_thread(last.join, _PATIENCE_SECONDS)


def measured(carriers: Mapping[Channel, Notifier], spans: Spans) -> Mapping[Channel, Notifier]:
    """Return carriers whose sends are measured; themselves where nobody wants to know."""
    if spans is NO_SPANS:
        return carriers
    return {channel: _Measured(carrier, spans) for channel, carrier in carriers.items()}


@dataclass(frozen=True, slots=True)
class _Measured:
    """A carrier."""

    carrier: Notifier
    spans: Spans

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Send, as a part of what the alert came from."""
        with self.spans.span(
            "send",
            trace=claimed.alert.trace or new_trace(),
            alert=claimed.alert.id,
            delivery=claimed.delivery.id,
            channel=claimed.target.channel.value,
            attempt=claimed.delivery.attempts,
        ):
            return await self.carrier.send(claimed)


class _Spans:
    """Plays ``monitor.domain.trace.Spans``."""

    def __init__(self, tracer: Any) -> None:
        self._tracer = tracer
        self._api = _library("opentelemetry.trace")

    def span(
        self, name: str, *, trace: str = "", **facts: str | int
    ) -> AbstractContextManager[None]:
        """Return a block that is a span."""
        return self._span(name, self._below(trace) if trace else None, facts)

    @contextmanager
    def _span(self, name: str, context: Any, facts: Mapping[str, str | int]) -> Iterator[None]:
        opened = self._tracer.start_as_current_span(
            name,
            context=context,
            attributes={f"trialwatch.{fact}": value for fact, value in facts.items()},
            # An error's words may name a reader.
            record_exception=False,
            set_status_on_exception=False,
        )

        def note(kind: type[BaseException] | None, *_: object) -> None:
            if kind is not None:
                span.set_status(self._api.StatusCode.ERROR, kind.__name__)

        with opened as span, ExitStack() as in_the_end:
            in_the_end.push(note)
            yield

    def _below(self, trace: str) -> Any:
        """Return the place below the first span of a trace, which another process may have made."""
        first = self._api.SpanContext(
            trace_id=int(trace, 16),
            span_id=_first_span(trace),
            is_remote=True,
            trace_flags=self._api.TraceFlags(self._api.TraceFlags.SAMPLED),
        )
        return self._api.set_span_in_context(self._api.NonRecordingSpan(first))


class _Ids:
    """Gives a trace the id that the log tells, and its first span the one that follows from it."""

    def __init__(self, others: Any) -> None:
        self._others = others
        self._next = threading.local()

    def generate_trace_id(self) -> int:
        """Return a trace's id; the span that is numbered next is its first."""
        trace = current_trace() or new_trace()
        self._next.first = _first_span(trace)
        return int(trace, 16)

    def generate_span_id(self) -> int:
        """Return a span's id."""
        first: int = self._next.__dict__.pop("first", 0)
        return first or int(self._others.generate_span_id())

    def is_trace_id_random(self) -> bool:
        """Say that it was drawn by chance."""
        return True


def _first_span(trace: str) -> int:
    # 0 stands for none.
    return int(trace[:16], 16) or 1


def _provider(service: Service) -> Any:
    sdk = _library("opentelemetry.sdk.trace")
    exporting = _library("opentelemetry.sdk.trace.export")
    otlp = _library("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    resources = _library("opentelemetry.sdk.resources")
    random = _library("opentelemetry.sdk.trace.id_generator").RandomIdGenerator()
    who = {"service.name": "trialwatch", "service.instance.id": service.owner}
    provider = sdk.TracerProvider(
        resource=resources.Resource.create(who), id_generator=_Ids(random), shutdown_on_exit=False
    )
    exporter = otlp.OTLPSpanExporter(service.settings.traces_url, timeout=_PATIENCE_SECONDS)
    provider.add_span_processor(exporting.BatchSpanProcessor(exporter))
    return provider


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigError(
            "TRIALWATCH_TRACES_URL asks for traces, and OpenTelemetry is not installed:"
            " pip install 'trialwatch[traces]', or leave the setting out"
        ) from error
