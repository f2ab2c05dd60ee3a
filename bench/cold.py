"""Benchmarks cold starts: from the start of the process to the first response, through AWS's Runtime Interface Client.

Each round starts an API function, the peer's function if there is one, and an empty function. The first round is not
timed: it compares the responses and fills the page cache.
"""

import json
import statistics
import time
from collections.abc import Mapping
from typing import Any

from bench.deployed import Deployed
from bench.requests import OPERATIONS, Event, comparable, request
from bench.table import Line, spread
from local.blueprint import FunctionSpec

ROUNDS = 9
AGAINST_PEER, WORST_AGAINST_PEER, AGAINST_EMPTY = 0.6, 0.8, 2.5
HASHING = frozenset({"register", "login", "delete_me"})
"""Endpoints that hash a password, which is slow on purpose."""
STOP_SECONDS = 5


def measure(deployed: Deployed, operations: tuple[str, ...] = OPERATIONS) -> list[Line]:
    """Time every function and report the medians."""
    lines: list[Line] = []
    against_peer: dict[str, float] = {}
    against_empty: dict[str, float] = {}
    for operation in operations:
        taken = _rounds(deployed, operation)
        ours, empty = taken["ours"], taken["empty"]
        lines.append(_line(f"{operation}, cold", ours))
        against_empty[operation] = _ratio(ours, empty)
        bar = None if operation in HASHING else AGAINST_EMPTY
        lines.append(_line("  against an empty handler", empty, against_empty[operation], bar))
        if peer := taken.get("peer"):
            against_peer[operation] = _ratio(ours, peer)
            lines.append(_line("  against FastAPI + Mangum", peer, against_peer[operation], WORST_AGAINST_PEER))
    if against_peer:
        middle = statistics.median(against_peer.values())
        lines.append(
            Line("cold, median over the functions, against FastAPI + Mangum", middle, middle, AGAINST_PEER, unit="x")
        )
    return lines


def start(deployed: Deployed, function: FunctionSpec, event: Event) -> tuple[float, dict[str, Any]]:
    """Start a process, run one event in it, and end it. Return the seconds until the response, and the response."""
    launcher = deployed.launcher(function)
    payload = json.dumps(event).encode()
    started = time.perf_counter()
    environment = launcher.launch(lambda _: None)
    try:
        outcome = environment.run(payload, "Root=1-00000000-000000000000000000000000;Sampled=0")
        taken = time.perf_counter() - started
    finally:
        environment.kill()
        environment.join(STOP_SECONDS)
    assert outcome.failure is None, f"{function.handler}: {outcome.payload.decode()}"
    return taken, json.loads(outcome.payload)


def _rounds(deployed: Deployed, operation: str) -> Mapping[str, list[float]]:
    functions = {"ours": deployed.ours[operation], "empty": deployed.empty()}
    peer = deployed.peer(operation)
    if peer:
        functions["peer"] = peer
    answers = {
        name: start(deployed, function, request(operation, deployed.dataset))[1] for name, function in functions.items()
    }
    check(operation, answers["ours"], answers.get("peer"))
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for number in range(ROUNDS):
        names = list(functions) if number % 2 else list(functions)[::-1]
        for name in names:
            event = request(operation, deployed.dataset)
            seconds, answer = start(deployed, functions[name], event)
            assert answer["statusCode"] == answers[name]["statusCode"], answer
            taken[name].append(seconds)
    return taken


def check(operation: str, ours: Mapping[str, Any], peer: Mapping[str, Any] | None) -> None:
    """Assert that a function succeeds and that its response equals the peer's."""
    assert ours["statusCode"] < 300, f"{operation}: {ours}"
    if peer is not None:
        assert comparable(operation, ours) == comparable(operation, peer), (
            f"{operation} differs: {comparable(operation, ours)}\n\n{comparable(operation, peer)}"
        )


def _line(what: str, taken: list[float], ratio: float | None = None, limit: float | None = None) -> Line:
    return Line(what, statistics.median(taken), ratio, limit, spread(taken))


def _ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median ratio of the rounds. Ratios cancel load on the machine, which slows down both sides."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
