"""Answers read no further than they may be long."""

import httpx


async def read_at_most(answer: httpx.Response, most_bytes: int) -> bytes | None:
    """Return the body as it came, never unpacked; None when it is longer than it may be."""
    read = bytearray()
    async for part in answer.aiter_raw():
        read += part
        if len(read) > most_bytes:
            return None
    return bytes(read)
