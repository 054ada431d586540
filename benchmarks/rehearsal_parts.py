"""What a rehearsal is made of: trials that change, readers, and what reached them."""

import hashlib
import re
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from itertools import islice
from json import loads
from typing import Any, TypeAlias

from sqlalchemy import insert

from monitor.domain.changes import Severity
from monitor.domain.trial import NctId
from monitor.domain.watches import DEFAULT_LIST, Channel
from simulator.generated import GeneratedStudies
from simulator.source import Study
from storage.engine import Database
from storage.tables import subscriptions
from tests.acceptance.stage import Stage
from tests.builders import agreed_target
from tests.servers.made import SECRET
from tests.servers.receiver import Request
from tests.servers.smtp import Mail

#: Who is told of which trial: the path of a webhook or an address, and the trial's number.
Reader: TypeAlias = tuple[str, str]
_COUNT = re.compile(rb'"enrollmentInfo":\{"count":\d+')
_NCT = re.compile(r"NCT\d{8}")
_LEAST = 1000


class Turning(GeneratedStudies):
    """Made-up studies of which every ``share``-th plans for other numbers at each release."""

    def __init__(self, studies: int, *, share: int) -> None:
        super().__init__(studies)
        self._share = share

    def changes(self, nct_id: str, release: int) -> int:
        """Return how often a study has changed up to ``release``."""
        first = int(nct_id[3:]) % self._share + 1
        return max(0, (release - first) // self._share + 1)

    def find(self, nct_id: str, release: int) -> Study | None:
        """Return the study as of ``release``."""
        found = super().find(nct_id, 0)
        return None if found is None else self._turned(found, release)

    def scan(self, release: int, start: int) -> Iterator[tuple[int, Study]]:
        """Walk the studies in the order of their numbers."""
        return ((at, self._turned(one, release)) for at, one in super().scan(0, start))

    def _turned(self, study: Study, release: int) -> Study:
        people = b'"enrollmentInfo":{"count":%d' % (_LEAST + self.changes(study.nct_id, release))
        return replace(study, body=lambda: _COUNT.sub(people, study.body(), count=1))


@dataclass(slots=True)
class Arrived:
    """What reached the readers."""

    #: Distinct ids by reader, and by version where that is told.
    ids: dict[Reader, set[str]] = field(default_factory=lambda: defaultdict(set))
    versions: dict[Reader, set[int]] = field(default_factory=lambda: defaultdict(set))
    copies: Counter[str] = field(default_factory=Counter)
    #: Of each mail, what its bytes came to: a copy must be the same.
    looks: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    #: When, and how long after its release, each came first.
    lags: list[tuple[float, float]] = field(default_factory=list)

    def take_over(self, stage: Stage, released: float) -> tuple[int, int]:
        """Note what came in since; return how many webhooks and mails that were."""
        requests, stage.hook.requests = stage.hook.requests, []
        mails, stage.mail.mails = stage.mail.mails, []
        for request in requests:
            self._hook(request, released)
        for mail in mails:
            self._mail(mail, released)
        return len(requests), len(mails)

    def _hook(self, request: Request, released: float) -> None:
        told = loads(request.body)["data"]
        reader = (request.line.split()[1], str(told["nct_id"]))
        self.versions[reader].add(int(told["to_version"]))
        self._note(reader, request.headers["webhook-id"], released)

    def _mail(self, mail: Mail, released: float) -> None:
        headers = BytesHeaderParser().parsebytes(mail.content)
        number = _NCT.search(str(headers["Subject"]).replace("\n", ""))
        its_id = str(headers["Message-ID"])
        self.looks[its_id].add(hashlib.sha256(mail.content).digest())
        self._note((mail.recipients[0], number[0] if number else ""), its_id, released)

    def _note(self, reader: Reader, its_id: str, released: float) -> None:
        if its_id not in self.ids[reader]:
            now = time.monotonic()
            self.lags.append((now, now - released))
        self.ids[reader].add(its_id)
        self.copies[its_id] += 1

    def verdict(self, readers: Sequence[Reader], source: Turning, release: int) -> "Verdict":
        """Hold what arrived against what changed."""
        wanted = {reader: source.changes(reader[1], release) for reader in readers}
        got = {reader: len(ids) for reader, ids in self.ids.items()}
        told = {reader: set(range(2, 2 + times)) for reader, times in wanted.items()}
        false = sum(max(0, count - wanted.get(reader, 0)) for reader, count in got.items())
        false += sum(1 for reader, seen in self.versions.items() if seen - told.get(reader, set()))
        return Verdict(
            wanted=sum(wanted.values()),
            lost=sum(max(0, times - got.get(reader, 0)) for reader, times in wanted.items()),
            false=false,
            repeats=sum(count - 1 for count in self.copies.values()),
            other_bytes=sum(1 for seen in self.looks.values() if len(seen) > 1),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How it went."""

    wanted: int
    lost: int
    false: int
    repeats: int
    other_bytes: int


def set_up(
    database: Database, *, numbers: Sequence[str], subscribers: int, hook: str
) -> list[Reader]:
    """Watch the trials, and spread the subscriptions over them; return who hears of what.

    Seven in ten are of webhooks (one address for 35 of them), the others of mail (one address
    for five).
    """
    now = datetime.now(UTC)
    with database.open_work() as work:
        for number in numbers:
            work.watches.add(NctId(number), list_name=DEFAULT_LIST, now=now)
        work.commit()
    hooks = subscribers * 7 // 10
    by_hook = [f"{hook}/{place}" for place in range(-(-hooks // 35))]
    by_mail = [f"r{place}@readers.example" for place in range(-(-(subscribers - hooks) // 5))]
    with database.open_work() as work:
        ids = [agreed_target(work, one, Channel.WEBHOOK, secret=SECRET).id for one in by_hook]
        ids += [agreed_target(work, one, Channel.EMAIL).id for one in by_mail]
        work.commit()
    addresses = [*by_hook, *by_mail]
    places = [place % len(by_hook) for place in range(hooks)]
    places += [len(by_hook) + place % len(by_mail) for place in range(subscribers - hooks)]
    # A stride without a common factor, one further each time round: other trials for each.
    count = len(numbers)
    pairs = [
        (at, numbers[(place * 7919 + place // count) % count]) for place, at in enumerate(places)
    ]
    pairs = list(dict.fromkeys(pairs))
    _subscribe(database, ((ids[at], number) for at, number in pairs), now)
    return [(addresses[at].removeprefix(hook.rsplit("/", 1)[0]), number) for at, number in pairs]


def _subscribe(database: Database, pairs: Iterator[tuple[int, str]], now: datetime) -> None:
    rows: Iterator[dict[str, Any]] = (
        {
            "list_id": 1,
            "target_id": target_id,
            "nct_id": number,
            "min_severity": Severity.MINOR.value,
            "token": secrets.token_urlsafe(24),
            "created_at": now,
        }
        for target_id, number in pairs
    )
    with database.writing() as connection:
        while group := list(islice(rows, 5000)):
            connection.execute(insert(subscriptions), group)
        connection.commit()
