"""Many clients pick at once over HTTP, while connections and functions are killed: none doubled, none out of order.

`PICKVS_STORM=50 pytest tests/e2e/test_concurrent_picks.py` picks 1,000 times in 50 drafts with 24 clients. It does so
once undisturbed, and once while 150 connections and 50 functions are killed.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.client import Client
from tests.support.gateway import Answer
from tests.support.laptop import Laptop
from tests.support.pick_storm import Killer, Storm
from tests.support.race_weeks import SEASON, offer_race

pytestmark = pytest.mark.xdist_group("contract")

DRAFTS = int(os.environ.get("PICKVS_STORM", "2"))
PLAYERS, ROUNDS = 10, 2
CLIENTS = 24 if DRAFTS > 10 else 6
OWN_SEASON = SEASON + 1
SETTINGS = {"season": OWN_SEASON, "visibility": "public", "clock_seconds": None, "rounds": ROUNDS}


def good(answer: Answer) -> dict[str, object]:
    assert answer.status in {200, 201}, answer.body
    return dict(answer.body)


def drafts_of(laptop: Laptop, players: list[Client], name: str) -> Storm:
    """Found the leagues, start them, and have their drafts opened."""
    owners: dict[int, Client] = {}
    leagues = []
    for number in range(DRAFTS):
        head = players[number % PLAYERS]
        body = {"name": f"{name} {number}", "team_name": f"Team of {number % PLAYERS}", **SETTINGS}
        league = good(head.post("/leagues", body))["id"]
        leagues.append((head, league))
        for place, player in enumerate(players):
            if player is not head:
                good(player.post(f"/leagues/{league}/constructors", {"team_name": f"Team of {place}"}))
        good(head.post(f"/leagues/{league}/start", None))
        by_name = {f"{name.lower()}-{place}": player for place, player in enumerate(players)}
        for each in head.get(f"/leagues/{league}/constructors").body["constructors"]:
            owners[each["id"]] = by_name[each["username"]]
    laptop.invoke("tick_drafts")
    drafts = [head.get(f"/leagues/{league}/drafts").body["drafts"][0] for head, league in leagues]
    assert {draft["phase"] for draft in drafts} == {"open"}
    [race] = {draft["race_id"] for draft in drafts}
    return Storm([draft["id"] for draft in drafts], owners, race)


@pytest.mark.parametrize("kills", [0, 1], ids=["undisturbed", "killed"])
def test_every_slot_is_picked_once_and_in_order(unthrottled: Laptop, kills: int) -> None:
    api = Client(unthrottled.base_url)
    name = f"Storm{kills}"
    offer_race(unthrottled, PLAYERS * ROUNDS + 2, OWN_SEASON)
    with ThreadPoolExecutor(4) as pool:
        players = list(pool.map(lambda place: api.register(f"{name.lower()}-{place}"), range(PLAYERS)))
    storm = drafts_of(unthrottled, players, name)
    killer = Killer(unthrottled.database_url, unthrottled.pid, connections=3 * DRAFTS * kills, functions=DRAFTS * kills)
    with killer:
        storm.rage(CLIENTS)
    storm.check(unthrottled.database_url, ROUNDS)
    outcomes = storm.outcomes()
    assert sum(outcomes.values()) > DRAFTS * PLAYERS * ROUNDS
    assert bool(killer.done["connection"]) == bool(killer.done["function"]) == bool(kills)
    print(len(storm.attempts), "answered,", storm.retries, "repeated,", dict(killer.done), dict(outcomes))
    if storm.latencies:
        in_order = sorted(storm.latencies)
        print("p50", in_order[len(in_order) // 2], "p99", in_order[len(in_order) * 99 // 100])
