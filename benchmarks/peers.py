"""Tools that are compared, each with its best documented way to watch JSON."""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Protocol

from tests.servers.ports import free_port
from tests.servers.receiver import Receiver
from tests.servers.smtp import SmtpSink

_NUMBER = re.compile(r"NCT\d{8}")


class Peer(Protocol):
    """A tool that looks at trials."""

    name: str
    environment: Mapping[str, str]
    #: Whether a look is a service that has to be stopped.
    stays: bool

    def prepare(self, numbers: Sequence[str], root: str) -> None:
        """Write its settings for these trials of the registry at ``root``."""
        ...

    def set_up(self) -> Sequence[Sequence[str]]:
        """Return the commands that make it watch them."""
        ...

    def look(self) -> Sequence[Sequence[str]]:
        """Return the commands of one look."""
        ...

    def told(self) -> set[str]:
        """Return the trials that its alerts named, as they arrived."""
        ...

    def alerts(self) -> int:
        """Return how many alerts arrived."""
        ...


class Ours:
    """trialwatch from the command line: ``check``, then ``deliver``."""

    name = "trialwatch"
    stays = False

    def __init__(self, folder: Path, hook: Receiver) -> None:
        self._command = str(Path(sys.executable).with_name("trialwatch"))
        self._folder, self._hook = folder, hook
        self._numbers: Sequence[str] = ()
        self.environment: Mapping[str, str] = {}

    def prepare(self, numbers: Sequence[str], root: str) -> None:
        """Write its settings."""
        self._numbers = numbers
        self.environment = {
            "TRIALWATCH_DATA_DIR": str(self._folder),
            "TRIALWATCH_REGISTRY_URL": f"{root}/api/v2",
            "TRIALWATCH_REGISTRY_RATE": "0",
            "TRIALWATCH_WEBHOOK_ALLOW": "127.0.0.0/8",
            "TRIALWATCH_WEB_BIND": "127.0.0.1:0",
            "TRIALWATCH_POLL_EVERY": "5",
        }

    def set_up(self) -> Sequence[Sequence[str]]:
        """Watch by webhook."""
        return [(self._command, "watch", *self._numbers, "--webhook", self._hook.url)]

    def look(self) -> Sequence[Sequence[str]]:
        """Check, and deliver."""
        return [(self._command, "check"), (self._command, "deliver", "--until-empty")]

    def service(self) -> Sequence[str]:
        """Return the command that goes on running."""
        return (self._command, "run")

    def told(self) -> set[str]:
        """Return the trials of the webhooks."""
        return {json.loads(one.body)["data"]["nct_id"] for one in self._hook.requests}

    def alerts(self) -> int:
        """Count the webhooks."""
        return len(self._hook.requests)


class ChangeDetection:
    """changedetection.io as a service: one address a trial, a JSONPath, a JSON webhook."""

    name = "changedetection.io"
    stays = True

    def __init__(self, folder: Path, hook: Receiver, command: Path) -> None:
        self._folder, self._hook, self._command = folder, hook, str(command)
        self._added: list[str] = []
        self.environment: Mapping[str, str] = {
            "ALLOW_IANA_RESTRICTED_ADDRESSES": "true",
            "MINIMUM_SECONDS_RECHECK_TIME": "0",
            "DISABLE_VERSION_CHECK": "true",
            "FETCH_WORKERS": "10",
        }

    def prepare(self, numbers: Sequence[str], root: str) -> None:
        """Note the addresses; its command line takes them."""
        self._folder.mkdir()
        options = json.dumps(
            {
                "include_filters": ["json:$.protocolSection"],
                "notification_urls": [f"json://127.0.0.1:{self._hook.port}/hooks"],
                "notification_title": "{{watch_url}}",
                "notification_body": "{{diff}}",
            }
        )
        for place, nct_id in enumerate(numbers):
            self._added += ["-u", f"{root}/api/v2/studies/{nct_id}", f"-u{place}", options]

    def set_up(self) -> Sequence[Sequence[str]]:
        """Its first look adds the addresses."""
        return []

    def look(self) -> Sequence[Sequence[str]]:
        """Recheck all."""
        added, self._added = self._added, []
        again = () if added else ("-r", "all")
        where = ("-d", str(self._folder), "-C", "-h", "127.0.0.1", "-p", str(free_port()))
        return [(self._command, *where, *added, *again)]

    def told(self) -> set[str]:
        """Return the trials whose address a webhook named."""
        return {
            number
            for one in self._hook.requests
            for number in _NUMBER.findall(json.loads(one.body)["title"])
        }

    def alerts(self) -> int:
        """Count the webhooks."""
        return len(self._hook.requests)


class WebChanges:
    """webchanges: one job a trial, a jq filter, sorted JSON, a report by mail."""

    name = "webchanges"
    stays = False

    def __init__(self, folder: Path, mail: SmtpSink, command: Path) -> None:
        self._folder, self._mail, self._command = folder, mail, str(command)
        self.environment: Mapping[str, str] = {"HOME": str(folder), "PATH": os.environ["PATH"]}

    def prepare(self, numbers: Sequence[str], root: str) -> None:
        """Write its jobs and its configuration."""
        self._folder.mkdir()
        jobs = [
            f"name: {nct_id}\nurl: {root}/api/v2/studies/{nct_id}\n"
            "filters:\n  - jq: .protocolSection\n  - format-json:\n      sort_keys: true\n"
            for nct_id in numbers
        ]
        (self._folder / "jobs.yaml").write_text("---\n".join(jobs))
        (self._folder / "jobs.yaml").chmod(0o600)
        mail = {
            "enabled": True,
            "method": "smtp",
            "from": "webchanges@example.org",
            "to": "reader@example.org",
            "smtp": {
                "host": "127.0.0.1",
                "port": self._mail.port,
                "starttls": False,
                "auth": False,
            },
        }
        config = {
            "display": {"new": False},
            "report": {"email": mail, "stdout": {"enabled": False}},
        }
        # JSON is YAML.
        (self._folder / "config.yaml").write_text(json.dumps(config))

    def set_up(self) -> Sequence[Sequence[str]]:
        """Nothing beyond its files."""
        return []

    def look(self) -> Sequence[Sequence[str]]:
        """Run all jobs."""
        files = [
            *("--jobs", str(self._folder / "jobs.yaml")),
            *("--config", str(self._folder / "config.yaml")),
            *("--database", str(self._folder / "snapshots.db")),
            *("--hooks", str(self._folder / "hooks.py")),
        ]
        return [(self._command, *files)]

    def told(self) -> set[str]:
        """Return the trials that its mails call changed."""
        found = set()
        for mail in self._mail.mails:
            plain = message_from_bytes(mail.content, policy=default).get_body(("plain",))
            text = plain.get_content() if plain else ""
            found |= set(re.findall(r"CHANGED[^\n]{0,40}?(NCT\d{8})", text))
        return found

    def alerts(self) -> int:
        """Count the mails."""
        return len(self._mail.mails)
