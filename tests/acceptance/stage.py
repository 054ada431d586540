"""The running service and everything around it: registry, mail server, webhook receiver.

The service is the real ``trialwatch`` command, started as a process of its own; the others are
real servers on loopback in the test's event loop.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from simulator.serve import Running, running
from simulator.source import Source
from tests.acceptance.forked import Process, begin, can_be_forked
from tests.servers.receiver import Receiver, receiver
from tests.servers.smtp import SmtpSink, smtp_sink

#: The command as `make setup` installs it.
COMMAND = str(Path(sys.executable).with_name("trialwatch"))
READER = "reader@clinic.example"
#: Every trial that the made-up stories tell of.
ALL = [f"NCT990000{number:02}" for number in range(1, 12)]


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every line of standard output, which holds one JSON object a line and nothing else."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Stage:
    """One set of everything."""

    registry: Running
    mail: SmtpSink
    hook: Receiver
    folder: Path
    #: Settings on top of the usual ones.
    settings: dict[str, str] = field(default_factory=dict)
    secret: str = ""

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        usual = {
            "TRIALWATCH_DATA_DIR": str(self.folder),
            "TRIALWATCH_REGISTRY_URL": self.registry.url,
            "TRIALWATCH_REGISTRY_RATE": "0",
            "TRIALWATCH_SMTP_URL": f"smtp://127.0.0.1:{self.mail.port}?starttls=never",
            "TRIALWATCH_MAIL_FROM": "alerts@trialwatch.example",
            "TRIALWATCH_WEBHOOK_ALLOW": "127.0.0.0/8",
            "TRIALWATCH_WEB_BIND": "127.0.0.1:0",
            "TRIALWATCH_WEB_URL": "https://watch.example",
            "XDG_CONFIG_HOME": str(self.folder / "config"),
        }
        return {**kept, **usual, **self.settings}

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the command and return at once."""
        return await asyncio.create_subprocess_exec(
            COMMAND,
            *arguments,
            env=self.environment,
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def begin(self, *arguments: str, out: Path, err: Path) -> Process:
        """Start the command; what it says goes to two files, and it may be a fork."""
        if can_be_forked(self.environment):
            return await begin(
                "trialwatch",
                arguments,
                environment=self.environment,
                folder=self.folder,
                out=out,
                err=err,
            )
        with out.open("wb") as said, err.open("wb") as complained:
            return await asyncio.create_subprocess_exec(
                COMMAND,
                *arguments,
                env=self.environment,
                cwd=self.folder,
                stdout=said,
                stderr=complained,
            )

    async def run(self, *arguments: str, status: int = 0) -> Ended:
        """Run the command to its end, which must be ``status``."""
        ended = await self._ended(arguments)
        assert ended.status == status, (arguments, ended)
        return ended

    async def _ended(self, arguments: tuple[str, ...]) -> Ended:
        with tempfile.TemporaryDirectory() as name:
            out, err = Path(name) / "out", Path(name) / "err"
            process = await self.begin(*arguments, out=out, err=err)
            return Ended(await process.wait(), out.read_bytes().decode(), err.read_bytes().decode())

    async def watch(self, *nct_ids: str) -> None:
        """Watch trials by mail and webhook."""
        ended = await self.run(
            "watch", *nct_ids, "--email", READER, "--webhook", self.hook.url, "--json"
        )
        self.secret = ended.objects[0]["secret"]

    async def check(self) -> list[dict[str, Any]]:
        """Sweep once; return the changes found."""
        return (await self.run("check", "--json")).objects

    async def release(self) -> list[dict[str, Any]]:
        """Publish the next release, sweep, deliver; return the changes found."""
        self.registry.publish_next()
        found = await self.check()
        await self.run("deliver", "--until-empty")
        return found

    @property
    def mails(self) -> list[EmailMessage]:
        """Every mail that arrived, parsed by the standard library."""
        return [message_from_bytes(mail.content, policy=default) for mail in self.mail.mails]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every webhook that arrived, verified by the reference library."""
        verify = Webhook(self.secret).verify
        return [verify(one.body, dict(one.headers)) for one in self.hook.requests]


@asynccontextmanager
async def on_stage(source: Source, folder: Path) -> AsyncIterator[Stage]:
    """Set up everything around the service."""
    async with running(source) as registry, smtp_sink() as mail, receiver() as hook:
        yield Stage(registry=registry, mail=mail, hook=hook, folder=folder)
