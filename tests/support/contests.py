"""Contests of daily fantasy by the real handlers: added, simulated, and ended with standings of our own making."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pickvs.core import clock
from pickvs.core.alarm_clock import EVENT
from tests.support.dfs import NOW, TIP_OFF, FiveMinutes, Lounge, Made
from tests.support.functions import load
from tests.support.gateway import Answer, call

PAYOUTS = [
    {"first": 1, "last": 1, "cents": 20_000},
    {"first": 2, "last": 10, "cents": 2_500},
    {"first": 11, "last": 80, "cents": 600},
]
PRIZES = 20_000 + 9 * 2_500 + 70 * 600
SIZE, FEE = 400, 300
ENDED = TIP_OFF + timedelta(hours=6)


def add_contest(lounge: Lounge, user: tuple[int, str], slate: int, **wanted: Any) -> Answer:
    body = {"slate_id": slate, "name": "Small", "size": SIZE, "fee_cents": FEE, "payouts": PAYOUTS, **wanted}
    with clock.held_at(NOW):
        return call("create_contest", "POST", "/dfs/contests", user=user, body=body)


def ask_run(lounge: Lounge, user: tuple[int, str], contest: int, build: int, **wanted: Any) -> Answer:
    body = {"contest_id": contest, "build_id": build, "seed": 5, **wanted}
    with clock.held_at(NOW):
        return call("create_contest_run", "POST", "/dfs/contest-runs", user=user, body=body)


def simulate(at: timedelta = timedelta(0), *, event: Mapping[str, Any] = EVENT) -> dict[str, int]:
    """Run the function that simulates, some time after `NOW`."""
    with clock.held_at(NOW + at):
        return dict(load("simulate_contest/handler").handler(dict(event), FiveMinutes()))


def run_of(lounge: Lounge, user: tuple[int, str], run: int) -> dict[str, Any]:
    answer = lounge.get(user, f"/dfs/contest-runs/{run}", "get_contest_run")
    assert answer.status == 200, answer.body
    return dict(answer.body)


def lineups_of(lounge: Lounge, user: tuple[int, str], run: int) -> list[dict[str, Any]]:
    answer = lounge.get(user, f"/dfs/contest-runs/{run}/lineups", "list_contest_run_lineups", limit="100")
    assert answer.status == 200, answer.body
    return list(answer.body["lineups"])


def standings(
    made: Made, lineups: Sequence[Sequence[int]], *, entries: int, seed: int = 1, remaining: int = 0
) -> tuple[bytes, dict[int, Decimal], list[Decimal]]:
    """Return the site's file of a finished contest, the points of the players, and the scores of the entries.

    lineups: entered, ids of the slate's players by slot; each other entry is one of them too, drawn at random.
    remaining: minutes that the first entry has still to play.
    """
    chance = random.Random(seed)  # noqa: S311
    slots = [slot.name for slot in made.pool.format.slots]
    names = dict(zip(made.ids, (player.name for player in made.pool.players), strict=True))
    points = {player: Decimal(chance.randint(0, 240)) / 4 for player in sorted({p for each in lineups for p in each})}
    entered = [*lineups, *(chance.choice(lineups) for _ in range(entries - len(lineups)))]
    scores = [sum((points[player] for player in lineup), Decimal(0)) for lineup in entered]
    rows = sorted(zip(scores, entered, strict=True), key=lambda row: -row[0])
    right = [f",{names[player]},{slots[-1]},10.00%,{points[player]}" for player in points]
    text = ["Rank,EntryId,EntryName,TimeRemaining,Points,Lineup,,Player,Roster Position,%Drafted,FPTS"]
    for number, (score, lineup) in enumerate(rows):
        rank = 1 + sum(other > score for other in scores)
        written = " ".join(f"{slot} {names[player]}" for slot, player in zip(slots, lineup, strict=True))
        beside = right[number] if number < len(right) else ",,,,"
        minutes = remaining if number == 0 else 0
        text.append(f"{rank},{9_000 + number},user{number:04},{minutes},{score},{written},{beside}")
    return "\n".join(text).encode(), points, scores
