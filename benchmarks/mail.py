"""What mail costs, beside bare aiosmtplib with ready bytes over as many connections, in one run.

    python -m benchmarks.mail [--mails 10000] [--readers 2000]

Alerts and personal digests go through ``EmailNotifier`` to a sink in a process of its own, which
keeps what it has to compare: ids and unsubscribe addresses, as they came over the wire. Then a
smaller number of readers is told through the outbox, from the waiting rows to the sink.
"""

import argparse
import asyncio
import multiprocessing
import resource
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import time as local_time
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from aiosmtplib import SMTP

from monitor.alerting.dispatch import deliver_due
from monitor.alerting.hours import choose_hours
from monitor.domain.alerts import Alert, ClaimedDelivery, Digest
from monitor.domain.changes import Severity
from monitor.domain.timings import Rhythm, Timing
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from notifiers.email import EmailNotifier
from notifiers.letters import Letters
from notifiers.links import unsubscribe_url
from notifiers.message import Envelope, MailSender, build_message
from notifiers.smtp_pool import EmailOptions
from notifiers.smtp_url import parse_smtp_url
from storage.engine import open_database
from storage.upgrade import upgrade
from tests.builders import NOON, agreed_target
from tests.servers.made import a_claim, a_site, an_alert

_CONNECTIONS = 4
_WEB = "https://watch.example.org"
_SENDER = "alerts@alerts.example"
_TRIALS = 200
_OF_EACH = 10


class _Sink(asyncio.Protocol):
    """The least that a mail server has to say."""

    def __init__(self, heads: list[tuple[bytes, bytes]]) -> None:
        self._heads = heads
        self._buffer = b""
        self._in_data = False
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            piece, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            self._answer(piece)

    def _answer(self, piece: bytes) -> None:
        if self._in_data:
            self._in_data = False
            head = piece.partition(b"\r\n\r\n")[0]
            self._heads.append((_field(head, b"Message-ID"), _field(head, b"List-Unsubscribe")))
            self._transport.write(b"250 kept\r\n")
        elif piece[:4].upper() == b"DATA":
            self._in_data = True
            self._transport.write(b"354 go on\r\n")
        else:
            self._transport.write(b"250 ok\r\n")


def _field(head: bytes, name: bytes) -> bytes:
    return head.partition(name + b": ")[2].partition(b"\r\n")[0]


def _serve(pipe: Connection) -> None:
    async def serve() -> None:
        heads: list[tuple[bytes, bytes]] = []
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Sink(heads), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        while await loop.run_in_executor(None, pipe.recv):
            pipe.send(list(heads))
            heads.clear()

    asyncio.run(serve())


@contextmanager
def _sink() -> Iterator[tuple[int, Callable[[], list[tuple[bytes, bytes]]]]]:
    """Start a sink; yield its port, and what asks it for the mails since asked last."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    process.start()

    def taken() -> list[tuple[bytes, bytes]]:
        ours.send(True)
        heads: list[tuple[bytes, bytes]] = ours.recv()
        return heads

    try:
        yield ours.recv(), taken
    finally:
        ours.send(False)
        process.join(10)


def _trials(chance: Random) -> tuple[Alert, ...]:
    made = []
    for number in range(_TRIALS):
        alert = an_alert(
            *(a_site(place) for place in range(chance.randint(1, 6))),
            alert_id=f"01KJ8Z9V3W{number:016d}",
            title=f"Study {number} of Slow River Fever in Adults",
        )
        made.append(replace(alert, nct_id=NctId(f"NCT{99000001 + number}")))
    return tuple(made)


def _claims(count: int, chance: Random, *, digests: bool) -> tuple[ClaimedDelivery, ...]:
    trials = _trials(chance)
    made = []
    for number in range(count):
        chosen = chance.sample(trials, _OF_EACH) if digests else [trials[number // 1000 % _TRIALS]]
        claimed = a_claim(
            chosen[0],
            address=f"reader{number}@clinic.example",
            token=secrets.token_urlsafe(24),
            number=number + 1,
        )
        digest = Digest(alerts=tuple(chosen), trials=_OF_EACH) if digests else None
        made.append(replace(claimed, digest=digest))
    return tuple(made)


async def _spread(items: Sequence[Any], act: Callable[[Any], Awaitable[object]]) -> None:
    async def take(number: int) -> None:
        for item in items[number::_CONNECTIONS]:
            await act(item)

    await asyncio.gather(*(take(number) for number in range(_CONNECTIONS)))


@dataclass(frozen=True)
class _Took:
    """Seconds on the clock, and seconds of this process's processor."""

    wall: float
    processor: float


class _Watch:
    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def stop(self) -> _Took:
        return _Took(time.perf_counter() - self._wall, time.process_time() - self._processor)


async def _bare(port: int, envelopes: Sequence[Envelope]) -> _Took:
    clients = [
        SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)
        for _ in range(_CONNECTIONS)
    ]
    for client in clients:
        await client.connect()
    idle = list(clients)

    async def send(envelope: Envelope) -> None:
        client = idle.pop()
        await client.sendmail(envelope.sender, [envelope.recipient], envelope.content)
        idle.append(client)

    watch = _Watch()
    await _spread(envelopes, send)
    took = watch.stop()
    for client in clients:
        client.close()
    return took


async def _ours(port: int, claims: Sequence[ClaimedDelivery]) -> _Took:
    notifier = _notifier(port)
    watch = _Watch()
    await _spread(claims, notifier.send)
    took = watch.stop()
    await notifier.aclose()
    return took


def _notifier(port: int) -> EmailNotifier:
    return EmailNotifier(
        EmailOptions(
            relay=parse_smtp_url(f"smtp://127.0.0.1:{port}?starttls=never"),
            mail_from=_SENDER,
            web_url=_WEB,
            connections=_CONNECTIONS,
        )
    )


def _written(claims: Sequence[ClaimedDelivery]) -> tuple[list[Envelope], _Took]:
    letters, sender = Letters(web_url=_WEB), MailSender.parse(_SENDER)
    watch = _Watch()
    envelopes = [
        build_message(claim, letters.of(claim), sender=sender, web_url=_WEB) for claim in claims
    ]
    return envelopes, watch.stop()


def _measure(
    name: str, claims: Sequence[ClaimedDelivery], port: int, taken: Callable[[], Any]
) -> None:
    before = _rss_mb()
    full = asyncio.run(_ours(port, claims))
    grown = _rss_mb() - before
    _compare(claims, taken())
    envelopes, writing = _written(claims)
    bare = asyncio.run(_bare(port, envelopes))
    taken()
    size = sum(len(envelope.content) for envelope in envelopes) / len(envelopes) / 1000
    sending = full.processor - writing.processor
    print(
        f"{name}: {len(claims)} mails of {size:.1f} kB, written and sent in {full.wall:.1f} s"
        f" ({len(claims) / full.wall:.0f}/s), {full.processor:.1f} s of processor, of which"
        f" {writing.processor:.1f} s writing; bare aiosmtplib with ready bytes {bare.wall:.1f} s,"
        f" {bare.processor:.1f} s of processor; without the writing"
        f" {bare.processor / sending:.2f} x its rate by processor; memory grew by {grown:.0f} MB",
        flush=True,
    )


def _compare(claims: Sequence[ClaimedDelivery], heads: Sequence[tuple[bytes, bytes]]) -> None:
    """Stop unless every mail arrived once, its way out byte for byte."""
    expected = {
        (
            f"<{claim.delivery.id}@{_SENDER.partition('@')[2]}>".encode(),
            f"<{unsubscribe_url(_WEB, claim.delivery.unsubscribe_token)}>".encode(),
        )
        for claim in claims
    }
    assert len(heads) == len(expected) == len(claims)
    assert set(heads) == expected


def _rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _through_the_outbox(port: int, readers: int, taken: Callable[[], Any]) -> None:
    """Tell ``readers`` of ten trials each, from waiting rows to the sink."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder)}/mail.db")
        upgrade(database)
        chance = Random(7)
        trials = _trials(chance)
        timing = Timing(rhythm=Rhythm.DAILY, at=local_time(13), zone="UTC")
        with database.open_work() as work:
            for alert in trials:
                work.watches.add(alert.nct_id, list_name="all", now=NOON)
            for number in range(readers):
                target = agreed_target(work, f"reader{number}@clinic.example")
                for alert in chance.sample(trials, _OF_EACH):
                    work.watches.subscribe(
                        target,
                        list_name="all",
                        nct_id=alert.nct_id,
                        min_severity=Severity.MINOR,
                        token=secrets.token_urlsafe(24),
                        now=NOON,
                    )
                choose_hours(work, target, timing, list_name="all", token=f"all-{number}", now=NOON)
            for alert in trials:
                own = tuple(replace(change, nct_id=alert.nct_id) for change in alert.changes)
                work.alerts.add(replace(alert, changes=own))
                work.alerts.fan_out(alert, now=NOON)
            work.commit()

        async def deliver() -> None:
            notifier = _notifier(port)
            await deliver_due(
                database.open_work,
                {Channel.EMAIL: notifier},
                clock=lambda: NOON + timedelta(hours=1),
                owner="benchmark",
            )
            await notifier.aclose()

        before, watch = _rss_mb(), _Watch()
        asyncio.run(deliver())
        took = watch.stop()
        heads = taken()
        database.close()
    assert len({unsubscribe for _, unsubscribe in heads}) == len(heads) == readers
    print(
        f"through the outbox: {readers} personal digests of {_OF_EACH} trials claimed, written,"
        f" sent and recorded in {took.wall:.1f} s ({readers / took.wall:.0f}/s),"
        f" {took.processor:.1f} s of processor;"
        f" memory grew by {_rss_mb() - before:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--readers", type=int, default=2_000)
    given = parser.parse_args()
    with _sink() as (port, taken):
        for name, digests in (("alerts", False), ("personal digests", True)):
            claims = _claims(given.mails, Random(7), digests=digests)
            _measure(name, claims, port, taken)
        _through_the_outbox(port, given.readers, taken)


if __name__ == "__main__":
    main()
