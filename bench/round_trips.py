"""Benchmarks cold and warm requests to the laptop cloud, including gateway, Runtime API and database."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.table import Line
from tests.e2e.client import Client
from tests.support.gateway import Answer
from tests.support.laptop import Laptop, synthesise

ROUNDS = 100
PAUSE = 0.02  # stays below the endpoints' throttles, which would answer 429


def measure() -> list[Line]:
    """Time the first request and the median of many more, for a public and for an authenticated endpoint."""
    with tempfile.TemporaryDirectory(prefix="pickvs-bench-") as folder:
        state = Path(folder) / "state"
        with Laptop(synthesise(Path(folder) / "assembly"), state) as laptop:
            laptop.invoke("fetch_odds")
            anybody = Client(laptop.base_url)
            user = anybody.register("bench")
            return [
                *_measure("GET /leaderboard", lambda: anybody.get("/leaderboard")),
                *_measure("GET /games/upcoming", lambda: user.get("/games/upcoming")),
            ]


def _measure(what: str, send: Callable[[], Answer]) -> list[Line]:
    cold = _time(send)
    warm = []
    for _ in range(ROUNDS):
        time.sleep(PAUSE)
        warm.append(_time(send))
    median = statistics.median(warm)
    return [Line(f"{what}, cold", cold), Line(f"{what}, warm", median, ratio=median / cold)]


def _time(send: Callable[[], Answer]) -> float:
    started = time.perf_counter()
    answer = send()
    taken = time.perf_counter() - started
    assert answer.status == 200, answer.body
    return taken
