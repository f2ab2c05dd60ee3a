"""Benchmarks drafts: picks of our function and of the peer, and a room that has not changed.

Both sides write the same rows, which is checked before anything is timed. What our function asks of AWS after its
commit is left out on both sides: an alarm, and that notices are delivered. Over HTTP both run under uvicorn, as in
`throughput`, with as many clients as processes, because on Lambda each request under way has a process of its own. A
draft is picked by its owners in turn.
"""

import asyncio
import json
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench.deployed import PEERS, Deployed
from bench.open_drafts import CONSTRUCTORS, ROUNDS, OpenDraft, open_drafts
from bench.posting import post
from bench.table import Line, spread
from bench.throughput import PROCESSES, Servers, environment
from bench.warm import Worker
from tests.support.databases import Databases
from tests.support.gateway import proxy_event

DRAFTS, TURNS = 12, 5
"""Drafts of a turn of each side, and timed turns. One more warms up."""
P99_AT_MOST, QUERIES_AT_MOST = 1.5, 1.0
BATCHES, EVENTS = 11, 60
_WITHOUT_AWS = {"WITHOUT_AWS": "1"}

_WRITTEN = {
    "draft_acts": "SELECT seq, user_id, kind, payload FROM draft_acts WHERE draft_id = %(draft)s AND kind = 'picked'",
    "draft_picks": "SELECT seq, slot_no, contestant_id, made_by, swaps FROM draft_picks WHERE draft_id = %(draft)s",
    "drafts": "SELECT version, next_slot, turn_slot, is_touched, expires_at - turn_started_at AS clock,"
    " remind_at - turn_started_at AS reminder, last_at = turn_started_at AS begins FROM drafts WHERE id = %(draft)s",
    "notices": "SELECT user_id, kind, in_feed, data - ARRAY['league_id', 'league', 'draft_id', 'constructor_id',"
    " 'expires_at'] AS said, data ? 'expires_at' AS ends, count(delivery.id) AS deliveries"
    " FROM notices LEFT JOIN deliveries delivery ON notice_id = notices.id"
    " WHERE cause LIKE 'draft:' || %(draft)s::text || ':%%3' GROUP BY notices.id",
    "agenda": "SELECT due_at = (SELECT remind_at FROM drafts WHERE id = %(draft)s) AS is_reminder, attempts FROM agenda"
    " WHERE key = 'draft:' || %(draft)s::text",
}


def measure(deployed: Deployed, databases: Databases) -> list[Line]:
    """Time a room, then picks of both sides in turn: the functions alone, and over HTTP."""
    drafts = open_drafts(databases, deployed.dataset.url, 2 * (DRAFTS * (TURNS + 1) + BATCHES + 2))
    first = [drafts.pop(), drafts.pop()]
    alone = _alone(deployed, drafts)
    room = _room(deployed, first[0])
    return [*alone, *_over_http(deployed, drafts, first), *room]


def _alone(deployed: Deployed, drafts: list[OpenDraft]) -> list[Line]:
    """Time the processor that a pick takes in the process of each function, a draft at a time."""
    function, peer_function = deployed.ours["make_draft_pick"], deployed.peer("make_draft_pick")
    assert peer_function is not None
    taken: dict[str, list[float]] = {"ours": [], "peer": []}
    with (
        Worker(deployed, function, **_WITHOUT_AWS) as own,
        Worker(deployed, peer_function) as peer,
    ):
        for number in range(BATCHES + 1):
            for name, worker in [("ours", own), ("peer", peer)][:: 1 if number % 2 else -1]:
                answer = worker.order("run", events=_events(drafts.pop()))
                assert answer["answer"]["statusCode"] == 201, answer
                if number:  # the first draft warms up
                    taken[name].append(answer["cpu"])
    return [
        _line("make_draft_pick, warm, CPU per invocation: FastAPI + Mangum", taken["peer"]),
        _line("make_draft_pick, warm, CPU per invocation: ours", taken["ours"], _ratio(taken)),
    ]


def _events(draft: OpenDraft) -> list[dict[str, Any]]:
    return [
        proxy_event(
            "POST", f"/constructors/{constructor}/drafts", body=_wanted(draft, slot), user=(owner, f"user-{owner}")
        )
        for slot, (constructor, owner) in enumerate(draft.order, 1)
    ]


def _wanted(draft: OpenDraft, slot: int) -> dict[str, int]:
    return {"race_id": draft.race, "driver_id": draft.drivers[slot - 1], "expected_slot": slot}


def _over_http(deployed: Deployed, drafts: list[OpenDraft], first: Sequence[OpenDraft]) -> list[Line]:
    """Time picks over HTTP. first: a draft for each side, of which one pick is compared."""
    function, peer = deployed.ours["make_draft_pick"], deployed.peer("make_draft_pick")
    assert peer is not None
    served = replace(function, layers=(*function.layers, deployed.peer_layer))
    medians: dict[str, list[float]] = {"ours": [], "peer": []}
    slowest: dict[str, list[float]] = {"ours": [], "peer": []}
    with (
        Servers("gateway:app", environment(deployed, served, function.code) | _WITHOUT_AWS, PEERS) as ours,
        Servers("fastapi_peer.server:app", environment(deployed, peer, PEERS), PEERS) as theirs,
    ):
        for servers, draft in zip((ours, theirs), first, strict=True):
            asyncio.run(_pick_all(servers.ports, [draft], picks=1))
        _compare(deployed.dataset.url, *first)
        for number in range(TURNS + 1):
            for name, servers in [("ours", ours), ("peer", theirs)][:: 1 if number % 2 else -1]:
                mine = [drafts.pop() for _ in range(DRAFTS)]
                latencies = asyncio.run(_pick_all(servers.ports, mine, picks=CONSTRUCTORS * ROUNDS))
                if number:  # the first turn only warms up
                    medians[name].append(statistics.median(latencies))
                    slowest[name].append(statistics.quantiles(latencies, n=100)[-1])
    what = f"picks in drafts, {PROCESSES} processes and clients"
    return [
        _line(f"{what}, median: FastAPI", medians["peer"]),
        _line(f"{what}, median: ours", medians["ours"], _ratio(medians)),
        _line(f"{what}, p99: FastAPI", slowest["peer"]),
        _line(f"{what}, p99: ours", slowest["ours"], _ratio(slowest), P99_AT_MOST),
    ]


def _room(deployed: Deployed, draft: OpenDraft) -> list[Line]:
    """Time a look at a draft whose version the caller has, beside its statements with psycopg alone."""
    user = (draft.order[0][1], "somebody")
    path = f"/drafts/{draft.draft}"
    function = deployed.ours["get_draft"]
    with Worker(deployed, function) as own:
        whole = own.order("load", event=proxy_event("GET", path, user=user))["answer"]
    assert whole["statusCode"] == 200, whole
    seen = proxy_event("GET", path, user=user, headers={"If-None-Match": whole["multiValueHeaders"]["ETag"][0]})
    # The recorder has to see how the connection is opened.
    with Worker(deployed, function) as own:
        assert own.order("load", event=seen, record=True)["answer"]["statusCode"] == 304
        queries = float(own.order("count")["answer"])
        taken: dict[str, list[float]] = {"whole": [], "seen": [], "bare": []}
        for _ in range(BATCHES):
            taken["whole"].append(own.order("run", events=[proxy_event("GET", path, user=user)] * EVENTS)["cpu"])
            taken["seen"].append(own.order("run", events=[seen] * EVENTS)["cpu"])
            taken["bare"].append(own.order("run_bare", times=EVENTS)["cpu"])
    ratio = statistics.median(one / other for one, other in zip(taken["seen"], taken["whole"], strict=True))
    return [
        _line("GET /drafts/{id}, warm, CPU per invocation", taken["whole"]),
        _line("  the same with the version that the caller has, 304", taken["seen"], ratio),
        _line("  its query with psycopg alone", taken["bare"]),
        Line("  its queries, besides BEGIN", queries, queries, QUERIES_AT_MOST, unit="x"),
    ]


async def _pick_all(ports: Sequence[int], drafts: Sequence[OpenDraft], *, picks: int) -> list[float]:
    """Make the first picks of all drafts: one client for each port, one pick after the other. Return the latencies."""
    done = await asyncio.gather(
        *(_pick_each(port, drafts[place :: len(ports)], picks) for place, port in enumerate(ports))
    )
    return [seconds for taken in done for seconds in taken]


async def _pick_each(port: int, drafts: Sequence[OpenDraft], picks: int) -> list[float]:
    return [seconds for draft in drafts for seconds in await _pick(port, draft, picks)]


async def _pick(port: int, draft: OpenDraft, picks: int) -> list[float]:
    connection = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    for slot, (constructor, owner) in enumerate(draft.order[:picks], 1):
        body = json.dumps(_wanted(draft, slot)).encode()
        seconds, _ = await post(connection, f"/constructors/{constructor}/drafts", (owner, f"user-{owner}"), body)
        taken.append(seconds)
    connection[1].close()
    return taken


def _compare(url: str, ours: OpenDraft, theirs: OpenDraft) -> None:
    """Assert that both sides have written the same rows for a first pick."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        both = {
            table: [_written(connection, draft, query) for draft in (ours, theirs)] for table, query in _WRITTEN.items()
        }
    different = {table: rows for table, rows in both.items() if not rows[0] or rows[0] != rows[1]}
    assert not different, different


def _written(connection: psycopg.Connection[dict[str, Any]], draft: OpenDraft, query: str) -> list[list[str]]:
    """Return rows of a draft. Users are named by their places in its order, which differ from draft to draft."""
    places = {owner: place for place, (_, owner) in enumerate(draft.order[:CONSTRUCTORS])}
    rows = connection.execute(query.encode(), {"draft": draft.draft}).fetchall()
    return sorted([str(places[value] if name == "user_id" else value) for name, value in row.items()] for row in rows)


def _ratio(values: dict[str, list[float]]) -> float:
    return statistics.median(one / other for one, other in zip(values["ours"], values["peer"], strict=True))


def _line(
    what: str, values: list[float], ratio: float | None = None, limit: float | None = None, **options: Any
) -> Line:
    return Line(what, statistics.median(values), ratio, limit, spread(values), **options)
