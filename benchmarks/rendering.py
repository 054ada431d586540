"""How often one change is written for its many readers, and what that saves.

    python -m benchmarks.rendering [DELIVERIES]

One change of one trial goes to so many readers by mail, who read dates in three ways, and to as
many webhooks of one list, half of them CloudEvents. Ours is what a worker does: whoever is told
the same shares what is written, and what is personal is spliced in. Beside it every message is
written by itself, for a number that takes a like time, and the splicing alone: what all share is
given, ready, and only personal bytes are put in. Processor time; nothing is sent.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.looks import AS_WRITTEN, Dates, Look
from monitor.domain.watches import Channel, Format
from notifiers.bodies import Bodies
from notifiers.letters import Letters
from notifiers.message import MailSender, build_message
from notifiers.payload import webhook_body
from tests.servers.made import a_claim, a_site, an_alert

DELIVERIES = 100_000
#: Written each by itself, for it takes long.
_ALONE = 300
_WEB = "https://watch.example.org"
_SENDER = MailSender.parse("alerts@alerts.example")
_LOOKS = (AS_WRITTEN, Look(dates=Dates.DAY_FIRST), Look(dates=Dates.FIGURES))
_FORMS = tuple(Format)


def mails(count: int) -> Iterator[ClaimedDelivery]:
    """Yield one delivery for each reader."""
    alert = an_alert(*map(a_site, range(10)), rules=30)
    for number in range(count):
        claim = a_claim(
            alert,
            address=f"r{number}@readers.example",
            token=f"tok_{number:040}",
            number=number,
        )
        yield replace(claim, look=_LOOKS[number % len(_LOOKS)])


def hooks(count: int) -> Iterator[ClaimedDelivery]:
    """Yield one delivery for each receiver."""
    alert = an_alert(*map(a_site, range(10)), rules=30)
    for number in range(count):
        claim = a_claim(
            alert,
            address=f"https://hooks.example/{number}",
            channel=Channel.WEBHOOK,
            number=10**6 + number,
        )
        yield replace(claim, target=replace(claim.target, format=_FORMS[number % len(_FORMS)]))


def _mail(letters: Letters, one: ClaimedDelivery) -> bytes:
    return build_message(one, letters.of(one), sender=_SENDER, web_url=_WEB).content


def spliced(ready: Sequence[bytes], count: int) -> float:
    """Put personal bytes into ready ones, a few places each; return the seconds."""
    begun = time.process_time()
    for number in range(count):
        pieces = ready[0], b"tok_%040d" % number, ready[1], b"r%d" % number, ready[2]
        b"".join(pieces)
    return time.process_time() - begun


def timed(work: Callable[[ClaimedDelivery], bytes], claims: Iterator[ClaimedDelivery]) -> float:
    """Return the seconds that writing takes, without those of making up who is written to."""
    took = 0.0
    for one in claims:
        begun = time.process_time()
        work(one)
        took += time.process_time() - begun
    return took


def tell(what: str, count: int, written: int, took: tuple[float, float, float]) -> None:
    """Print one line, of the seconds that ours, each by itself and splicing alone took."""
    each, other, bare = took[0] / count, took[1] / _ALONE, took[2] / count
    print(
        f"{what}: written {written} times for {count:,} deliveries; {each * 1e6:,.1f} us each;"
        f" each by itself {other * 1e6:,.0f} us, {other / each:,.0f} x; splicing alone"
        f" {bare * 1e6:,.2f} us, {bare / each:.3f} x"
    )


def main() -> None:
    """Measure and print; end with 1 where something was written twice or reads otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deliveries", nargs="?", type=int, default=DELIVERIES)
    count = parser.parse_args().deliveries
    letters, bodies = Letters(web_url=_WEB), Bodies(web_url=_WEB)
    same = all(
        _mail(letters, one) == _mail(Letters(web_url=_WEB), one) for one in mails(len(_LOOKS) * 3)
    ) and all(bodies.of_webhook(one) == webhook_body(one, web_url=_WEB) for one in hooks(6))
    letters, bodies = Letters(web_url=_WEB), Bodies(web_url=_WEB)
    print(f"load {os.getloadavg()[0]:.1f}; bytes the same as alone: {same}")

    by_mail = timed(lambda one: _mail(letters, one), mails(count))
    alone = timed(lambda one: _mail(Letters(web_url=_WEB), one), mails(_ALONE))
    whole = _mail(letters, next(mails(1)))
    third = len(whole) // 3
    pieces = whole[:third], whole[third : 2 * third], whole[2 * third :]
    tell("mails", count, letters.written, (by_mail, alone, spliced(pieces, count)))

    by_hook = timed(bodies.of_webhook, hooks(count))
    alone = timed(lambda one: webhook_body(one, web_url=_WEB), hooks(_ALONE))
    whole = bodies.of_webhook(next(hooks(1)))
    third = len(whole) // 3
    pieces = whole[:third], whole[third : 2 * third], whole[2 * third :]
    tell("webhooks", count, bodies.written, (by_hook, alone, spliced(pieces, count)))
    once = letters.written == len(_LOOKS) and bodies.written == len(_FORMS)
    sys.exit(0 if same and once else 1)


if __name__ == "__main__":
    main()
