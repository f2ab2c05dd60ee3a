"""Benchmarks warm requests: the processor time of one invocation, averaged over many in a separate process.

The first baseline is the peer's function on the same kind of events. The second is the function's SQL statements with
psycopg alone; the difference is the cost of everything else: transaction, time-outs, validation, response.
"""

import json
import statistics
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.cold import check
from bench.deployed import Deployed
from bench.requests import Event, request
from bench.table import Line, spread
from local.blueprint import FunctionSpec
from local.settings import RUNTIME_PYTHON

BATCHES, EVENTS, WARM_UP = 11, 60, 60
OVER_BARE_SECONDS, AGAINST_PEER = 0.0006, 1.0
READS = ("get_health", "list_games", "list_upcoming_games", "get_game", "list_my_picks", "get_leaderboard")
OPERATIONS = (*READS, "create_picks", "login", "register")
_FEW = {"login": 12, "register": 12}
"""Batch sizes of operations that hash passwords, which are slow."""

WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """A process that runs one function. A context manager. more: environment variables."""

    def __init__(self, deployed: Deployed, function: FunctionSpec, **more: str) -> None:
        self._process = subprocess.Popen(
            [str(RUNTIME_PYTHON), str(WORKER), function.handler],
            cwd=function.code,
            env=_with_code(deployed.environment(function), function) | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, do: str, **order: Any) -> dict[str, Any]:
        """Send an order to the process and return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()
        while line := self._process.stdout.readline():
            if line.startswith(('{"cpu"', '{"answer"')):  # other lines are the function's logs
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise AssertionError("the worker has ended; what it said last stands above")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()


def measure(deployed: Deployed, operations: tuple[str, ...] = OPERATIONS) -> list[Line]:
    """Time batches of our function, the peer and the bare statements in turn, and report the medians."""
    return [line for operation in operations for line in _measure(deployed, operation)]


def _measure(deployed: Deployed, operation: str) -> list[Line]:
    peer_function = deployed.peer(operation)
    assert peer_function is not None
    size = _FEW.get(operation, EVENTS)
    bare: list[float] = []
    ours: list[float] = []
    theirs: list[float] = []

    def events(number: int = size) -> list[Event]:
        return [request(operation, deployed.dataset) for _ in range(number)]

    with Worker(deployed, deployed.ours[operation]) as own, Worker(deployed, peer_function) as peer:
        first = own.order("load", event=events(1)[0], record=operation in READS)["answer"]
        check(operation, first, peer.order("load", event=events(1)[0])["answer"])
        for worker in (own, peer):
            worker.order("run", events=events(min(size, WARM_UP)))
        for number in range(BATCHES):
            for worker, taken in [(own, ours), (peer, theirs)][:: 1 if number % 2 else -1]:
                answer = worker.order("run", events=events())
                assert answer["answer"]["statusCode"] == first["statusCode"], answer
                taken.append(answer["cpu"])
            if operation in READS:
                bare.append(own.order("run_bare", times=size)["cpu"])
    lines = [_line(f"{operation}, warm, CPU per invocation", ours)]
    if bare:
        over = statistics.median(one - alone for one, alone in zip(ours, bare, strict=True))
        lines.append(_line("  its statements with psycopg alone", bare))
        lines.append(Line("  over that, against 0.6 ms", over, ratio=over / OVER_BARE_SECONDS, limit=1.0))
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    lines.append(_line("  against FastAPI + Mangum", theirs, ratio, AGAINST_PEER))
    return lines


def _with_code(environment: dict[str, str], function: FunctionSpec) -> dict[str, str]:
    return {**environment, "PYTHONPATH": f"{function.code}:{environment['PYTHONPATH']}"}


def _line(what: str, taken: list[float], ratio: float | None = None, limit: float | None = None) -> Line:
    return Line(what, statistics.median(taken), ratio, limit, spread(taken))
