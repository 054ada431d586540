"""A language model on loopback: real HTTP, with the answers a test gives it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.servers.receiver import Behaviour, Receiver, Request, status

#: What the model makes of a question's data: its sentences, or any text of its own.
Wording = Callable[[dict[str, Any]], list[str] | str]


def asked(request: Request) -> dict[str, Any]:
    """Return the data of a question."""
    messages = json.loads(request.body)["messages"]
    data: dict[str, Any] = json.loads(messages[-1]["content"])
    return data


def says(content: list[str] | str) -> Behaviour:
    """Answer as such servers do."""
    text = content if isinstance(content, str) else json.dumps({"sentences": content})
    body = {"choices": [{"message": {"role": "assistant", "content": text}}]}
    return status(200, json.dumps(body).encode(), content_type="application/json")


class PlayedModel(Receiver):
    """Answers every question through ``wording``; told answers come first."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self.wording = wording

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/v1"

    def usual(self, request: Request) -> Behaviour:
        return says(self.wording(asked(request)))


def _draft(data: dict[str, Any]) -> list[str]:
    return list(data["draft"])


@asynccontextmanager
async def played_model(wording: Wording = _draft) -> AsyncIterator[PlayedModel]:
    """Run a model on loopback; it repeats the draft unless told otherwise."""
    playing = PlayedModel(wording)
    server = await asyncio.start_server(playing.meet, playing.host, 0)
    playing.port = server.sockets[0].getsockname()[1]
    try:
        yield playing
    finally:
        server.close()
        await playing.stop()
        await server.wait_closed()
