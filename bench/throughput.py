"""Benchmarks throughput: 64 concurrent users submit ten picks per request to our function and to the peer.

Both run under uvicorn with the same number of processes and receive the same bytes. Our function handles one request at
a time in each process, as in a Lambda environment. The peer handles as many as its connection pool allows.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.deployed import PEERS, Deployed
from bench.posting import post
from bench.requests import comparable, submission
from bench.table import Line, spread
from local.blueprint import FunctionSpec
from local.settings import RUNTIME_PYTHON

USERS, PROCESSES, TURNS, ROUNDS = 64, 2, 6, 5
POOL_SIZE = 10  # asyncpg's own default
START_SECONDS = 60
AT_LEAST, P99_AT_MOST = 1.0, 1.0

_OPTIONS = ("--no-access-log", "--log-level=warning", "--loop=uvloop", "--http=httptools", "--lifespan=off")


class Servers:
    """Several uvicorn processes, each on its own port. A context manager."""

    def __init__(self, application: str, environment: dict[str, str], folder: Path) -> None:
        self.ports = [_free_port() for _ in range(PROCESSES)]
        self._processes = [
            subprocess.Popen(
                [str(RUNTIME_PYTHON), "-m", "uvicorn", application, "--port", str(port), *_OPTIONS],
                cwd=folder,
                env=environment,
            )
            for port in self.ports
        ]

    def __enter__(self) -> Self:
        asyncio.run(self._ready())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(10)

    async def _ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        for port in self.ports:
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    assert time.monotonic() < deadline, "a server did not start"
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break


def measure(deployed: Deployed) -> list[Line]:
    """Put the same load on both in turn and report the medians of the rounds."""
    function = deployed.ours["create_picks"]
    peer = deployed.peer("create_picks")
    assert peer is not None
    # Our own layer comes first, so that only uvicorn is imported from the peers' layer.
    served = replace(function, layers=(*function.layers, deployed.peer_layer))
    bodies = [json.dumps({"picks": submission(deployed.dataset, turn)}).encode() for turn in range(TURNS)]
    rates: dict[str, list[float]] = {"ours": [], "peer": []}
    slowest: dict[str, list[float]] = {"ours": [], "peer": []}
    with (
        Servers("gateway:app", environment(deployed, served, function.code), PEERS) as ours,
        Servers("fastapi_peer.server:app", environment(deployed, peer, PEERS), PEERS) as theirs,
    ):
        found = [
            asyncio.run(_submit_all(servers.ports, [deployed.dataset.fresh_user()], bodies[:1]))[1][0]
            for servers in (ours, theirs)
        ]
        assert comparable("create_picks", found[0]) == comparable("create_picks", found[1]), found
        for number in range(ROUNDS + 1):
            for name, servers in [("ours", ours), ("peer", theirs)][:: 1 if number % 2 else -1]:
                users = [deployed.dataset.fresh_user() for _ in range(USERS)]
                began = time.perf_counter()
                latencies, _ = asyncio.run(_submit_all(servers.ports, users, bodies))
                if number:  # the first round only warms up
                    rates[name].append(len(latencies) / (time.perf_counter() - began))
                    slowest[name].append(statistics.quantiles(latencies, n=100)[-1])
    rate = statistics.median(one / other for one, other in zip(rates["ours"], rates["peer"], strict=True))
    p99 = statistics.median(one / other for one, other in zip(slowest["ours"], slowest["peer"], strict=True))
    what = f"{USERS} users, {PROCESSES} processes, submissions of ten picks"
    return [
        _line(f"{what}, a second: FastAPI", rates["peer"], unit="1/s"),
        _line(f"{what}, a second: ours", rates["ours"], rate, AT_LEAST, unit="1/s", at_least=True),
        _line(f"{what}, p99: FastAPI", slowest["peer"]),
        _line(f"{what}, p99: ours", slowest["ours"], p99, P99_AT_MOST),
    ]


async def _submit_all(
    ports: Sequence[int], users: Sequence[int], bodies: Sequence[bytes]
) -> tuple[list[float], list[dict[str, Any]]]:
    """Submit all bodies for all users: users concurrently, bodies in order. Return latencies and last responses."""
    done = await asyncio.gather(*(_user(ports[place % len(ports)], user, bodies) for place, user in enumerate(users)))
    return [seconds for taken, _ in done for seconds in taken], [answer for _, answer in done]


async def _user(port: int, user: int, bodies: Sequence[bytes]) -> tuple[list[float], dict[str, Any]]:
    connection = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    answer = b""
    for body in bodies:
        seconds, answer = await post(connection, "/picks", (user, f"fresh-{user}"), body)
        taken.append(seconds)
    connection[1].close()
    return taken, {"statusCode": 201, "body": answer.decode()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(deployed: Deployed, function: FunctionSpec, code: Path) -> dict[str, str]:
    """Return the environment variables of a server of `function`."""
    inherited = deployed.environment(function)
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join([str(code), inherited["PYTHONPATH"]]),
        "POOL_SIZE": str(POOL_SIZE),
    }


def _line(
    what: str, values: list[float], ratio: float | None = None, limit: float | None = None, **options: Any
) -> Line:
    return Line(what, statistics.median(values), ratio, limit, spread(values), **options)
