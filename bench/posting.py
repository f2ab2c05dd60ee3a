"""Requests over a connection that is kept, as the clients of a benchmark send them: with nothing in between."""

import asyncio
import time


async def post(
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], path: str, user: tuple[int, str], body: bytes
) -> tuple[float, bytes]:
    """Create something by a POST as a user (id, name). Return the seconds that it took, and the answer's body.

    Raises AssertionError unless the status is 201.
    """
    reader, writer = connection
    began = time.perf_counter()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-User-Id: {user[0]}\r\nX-Username: {user[1]}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    status, length = await _head_of(reader)
    answer = await reader.readexactly(length)
    taken = time.perf_counter() - began
    assert status == 201, answer
    return taken, answer


async def _head_of(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Read the head of an answer. Return its status and the length of its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    return int(head.split(" ", 2)[1]), int(fields.get("content-length", 0))
