"""A Postfix of its own on loopback: relay, greylisting receiver with mailboxes, writer of bounces.

Set up from Debian's package in a folder of the test's, beside whatever runs on the machine.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.conftest import unavailable

#: Domain whose mailboxes it keeps; others are handed on.
HERE = "reader.example"
#: Domain whose mail goes to our door by LMTP.
RETURNED = "returned.example"
#: Domain behind another server.
ELSEWHERE = "elsewhere.example"
#: Where Debian puts it; it is on the PATH of the superuser alone.
_COMMAND = "/usr/sbin/postfix"

_MAIN = """
compatibility_level = 3.6
mail_owner = postfix
setgid_group = postdrop
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.reader.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_recipient_maps =
local_transport = error:no local mail here
alias_maps =
alias_database =
virtual_mailbox_domains = {here}
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_mailbox_limit = 2000000
message_size_limit = 1000000
transport_maps = inline:{{ {{ {returned} = {brought} }}, {{ {elsewhere} = smtp:[127.0.0.1]:{next} }} }}
relay_domains = {returned}, {elsewhere}
smtpd_recipient_restrictions = reject_unauth_destination, reject_unlisted_recipient, check_policy_service inet:127.0.0.1:{policy}
smtpd_relay_restrictions = reject_unauth_destination
smtp_host_lookup = native
smtp_dns_support_level = disabled
lmtp_host_lookup = native
disable_dns_lookups = yes
queue_run_delay = 5s
minimal_backoff_time = 5s
"""

_MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """The running server."""

    folder: Path
    port: int
    #: How often each reader's mail was put off and taken, by address.
    asked: dict[str, int] = field(default_factory=dict)
    #: Readers whose first mail is put off, as greylisting does.
    greylisted: set[str] = field(default_factory=set)

    def box(self, name: str) -> list[EmailMessage]:
        """Return the mails in a mailbox, oldest first."""
        files = sorted((self.folder / "boxes" / name / "new").glob("*"))
        return [message_from_bytes(one.read_bytes(), policy=default) for one in files]

    @property
    def log(self) -> str:
        """What it wrote down."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    async def judge(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer its questions about recipients (Postfix's policy protocol)."""
        while asked := await _question(reader):
            recipient = asked.get("recipient", "")
            times = self.asked[recipient] = self.asked.get(recipient, 0) + 1
            put_off = recipient in self.greylisted and times == 1
            verdict = "451 4.7.1 Greylisted, try again later" if put_off else "DUNNO"
            writer.write(f"action={verdict}\n\n".encode())
            await writer.drain()
        writer.close()


async def _question(reader: asyncio.StreamReader) -> dict[str, str]:
    asked: dict[str, str] = {}
    while line := (await reader.readline()).decode().strip():
        name, _, value = line.partition("=")
        asked[name] = value
    return asked


@asynccontextmanager
async def postfix(
    folder: Path,
    *,
    port: int,
    door: int,
    elsewhere: int,
    boxes: tuple[str, ...],
    swallows: bool = False,
) -> AsyncIterator[Postfix]:
    """Run a Postfix.

    Args:
        folder: Where it keeps everything; every user of the machine can reach it.
        port: Where it takes mail.
        door: Port to which mail for ``RETURNED`` goes by LMTP.
        elsewhere: Port of the server for ``ELSEWHERE``.
        boxes: Names before the @ of mailboxes in ``HERE``.
        swallows: Whether mail for ``RETURNED`` is taken and let fall.
    """
    if shutil.which(_COMMAND) is None:
        unavailable("no Postfix on this machine (Debian: apt-get install postfix)")
    running = Postfix(folder=folder, port=port)
    policy = await asyncio.start_server(running.judge, "127.0.0.1", 0)
    values = {
        "folder": folder,
        "here": HERE,
        "returned": RETURNED,
        "elsewhere": ELSEWHERE,
        "boxes": ", ".join(f"{{ {name}@{HERE} = {name}/ }}" for name in boxes),
        "brought": "discard:" if swallows else f"lmtp:inet:127.0.0.1:{door}",
        "next": elsewhere,
        "policy": policy.sockets[0].getsockname()[1],
        "uid": os.getuid() or 65534,
        "gid": os.getgid() or 65534,
        "port": f"127.0.0.1:{port}",
    }
    _lay_out(folder, values)
    await _command(folder, "start")
    try:
        yield running
    finally:
        await _command(folder, "stop")
        policy.close()


def _lay_out(folder: Path, values: dict[str, object]) -> None:
    for name in ("conf", "queue", "data", "boxes"):
        (folder / name).mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "conf" / "main.cf").write_text(_MAIN.format(**values))
    (folder / "conf" / "master.cf").write_text(_MASTER.format(**values))
    for name in ("data", "boxes"):
        shutil.chown(folder / name, "postfix" if name == "data" else int(str(values["uid"])))


async def _command(folder: Path, word: str) -> None:
    as_root = () if os.getuid() == 0 else ("sudo", "-n")
    process = await asyncio.create_subprocess_exec(
        *as_root,
        *(_COMMAND, "-c", str(folder / "conf"), word),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    log = folder / "log"
    kept = log.read_text() if log.exists() else ""
    assert process.returncode == 0, f"postfix {word}: {said.decode()}{kept}"
