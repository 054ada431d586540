"""A name server on loopback, which says what a test tells it to, and can change its mind."""

import socketserver
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset


@dataclass
class NameServer:
    """What it knows, and what it was asked."""

    port: int = 0
    #: (name, type) -> its records, as in a zone file.
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    #: (name, type) -> answers given one after the other; the last one stays.
    turns: dict[tuple[str, str], deque[list[str]]] = field(default_factory=dict)
    #: Names whose questions fail, and names whose questions are never answered.
    broken: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def has(self, name: str, kind: str, *records: str) -> None:
        self.records[name, kind] = list(records)

    def text(self, name: str, *texts: str) -> None:
        """Let a name have texts, in pieces of 200 as long ones have to be."""
        self.has(name, "TXT", *(_pieces(text) for text in texts))

    def rebinds(self, name: str, kind: str, *answers: Sequence[str]) -> None:
        """Let a name lead elsewhere each time it is asked for."""
        self.turns[name, kind] = deque(list(answer) for answer in answers)

    def answer(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked[name, kind] += 1
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if name in self.silent:
            return None
        if name in self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply.to_wire()
        self._fill(reply, name, kind)
        return reply.to_wire()

    def _fill(self, reply: dns.message.Message, name: str, kind: str) -> None:
        known = {of for of, _ in (*self.records, *self.turns)}
        chain = [name]
        while alias := self.records.get((chain[-1], "CNAME")):
            reply.answer.append(dns.rrset.from_text(f"{chain[-1]}.", 0, "IN", "CNAME", alias[0]))
            chain.append(alias[0].rstrip("."))
        found = self._of(chain[-1], kind)
        if found:
            reply.answer.append(dns.rrset.from_text(f"{chain[-1]}.", 0, "IN", kind, *found))
        elif chain[-1] not in known:
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def _of(self, name: str, kind: str) -> list[str]:
        turns = self.turns.get((name, kind))
        if not turns:
            return self.records.get((name, kind), [])
        return turns.popleft() if len(turns) > 1 else turns[0]


def _pieces(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return " ".join(f'"{safe[at : at + 200]}"' for at in range(0, len(safe) or 1, 200))


@contextmanager
def name_server() -> Iterator[NameServer]:
    """Run it in a thread of its own: those who ask, block."""
    known = NameServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, sock = self.request
            reply = known.answer(wire)
            if reply is not None:
                sock.sendto(reply, self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        known.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield known
        finally:
            server.shutdown()
            thread.join()


def resolve_by(server: NameServer, *, lifetime: float = 2.0) -> dns.resolver.Resolver:
    """Return a resolver that asks ``server`` and nobody else, and keeps nothing."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
    resolver.lifetime = lifetime
    return resolver
