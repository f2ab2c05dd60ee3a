"""From recorded odds to a graded pick and a row on the board, over HTTP, through the synthesised stack."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.e2e.teams import teams_of
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer, Reply, event, h2h, score, spreads, totals
from tests.support.schema import NEWEST

pytestmark = pytest.mark.xdist_group("e2e")

BOOKS = ("betmgm", "draftkings", "fanduel")


def rfc3339(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def game(number: int, tip_off: datetime, home_price: int = -120) -> dict[str, Any]:
    markets = [h2h(home_price, 105), spreads(-2.5), totals(220.5)]
    return event(number, *teams_of(number), rfc3339(tip_off), books=dict.fromkeys(BOOKS, markets))


def final(number: int, home: int, away: int, tip_off: datetime) -> dict[str, Any]:
    return score(number, *teams_of(number), home, away, tip_off=rfc3339(tip_off))


def fetch_odds(laptop: Laptop, provider: OddsApiServer, *games: dict[str, Any]) -> dict[str, Any]:
    provider.answer("odds", Reply(list(games)))
    [run] = laptop.invoke("fetch_odds")["runs"]
    assert run["status"] == "succeeded", run
    return dict(run["counts"])


def process_results(laptop: Laptop, provider: OddsApiServer, *finals: dict[str, Any]) -> dict[str, Any]:
    provider.answer("scores", Reply(list(finals)))
    [run] = laptop.invoke("process_results")["runs"]
    assert run["status"] == "succeeded", run
    return dict(run["counts"])


def find(user: Client, home_team: str) -> dict[str, Any]:
    [found] = [game for game in user.get("/games/upcoming").body["games"] if game["home_team"] == home_team]
    return dict(found)


def wanted(shown: dict[str, Any], market: str, selection: str, **more: Any) -> dict[str, Any]:
    [quotes] = [entry["quotes"] for entry in shown["markets"] if entry["market"] == market]
    [quote] = [quote for quote in quotes if quote["selection"] == selection]
    pick = {"game_id": shown["id"], "market": market, "selection": selection, "quote_id": quote["quote_id"]}
    return pick | more


def board_of(api: Client, *names: str) -> list[tuple[str, float]]:
    """Return those of `names` that are on the board, in order, with their units. Other tests use the same board."""
    board = api.get("/leaderboard").body["leaderboard"]
    return [(row["username"], row["total_units"]) for row in board if row["username"] in names]


def test_from_odds_to_the_board(laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
    tip_off = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=12)
    assert fetch_odds(laptop, provider, game(1, tip_off))["quotes_made"] == 6
    anna, bert = api.register("anna"), api.register("bert")

    shown = find(anna, teams_of(1)[0])
    assert (shown["status"], shown["commence_time"]) == ("scheduled", rfc3339(tip_off))
    assert [entry["market"] for entry in shown["markets"]] == ["moneyline", "spread", "total"]
    body = {"picks": [wanted(shown, "moneyline", "home", stake_units=2)]}
    made, repeat = (
        anna.send("POST", "/picks", body=body, headers={"Idempotency-Key": "anna's first"}) for _ in range(2)
    )
    assert made.status == repeat.status == 201
    assert made.body == repeat.body
    assert (made.body["status"], made.body["picks_created"]) == ("success", 1)
    assert bert.post("/picks", {"picks": [wanted(shown, "spread", "away")]}).status == 201

    address = f"/picks/{made.body['picks'][0]['id']}"
    assert anna.get(address).body == {**made.body["picks"][0], "username": "anna"}
    bert.get(address).problem(404, "PICK_NOT_FOUND")

    while datetime.now(UTC) <= tip_off:
        time.sleep(0.2)
    locked = bert.post("/picks", {"picks": [wanted(shown, "total", "over")]}).problem(409, "GAME_LOCKED")
    assert locked["errors"][0]["field"].startswith("picks[0]")

    counts = process_results(laptop, provider, final(1, 112, 104, tip_off))
    assert (counts["games_settled"], counts["picks_graded"], counts["users_updated"]) == (1, 2, 2)
    [pick] = anna.get("/picks/me").body["picks"]
    assert (pick["result"], pick["result_units"], pick["price"], pick["stake_units"]) == ("win", 1.6667, -120, 2)
    assert (pick["game"]["home_score"], pick["game"]["away_score"]) == (112, 104)
    assert board_of(api, "anna", "bert") == [("anna", 1.6667), ("bert", -1)]
    own = anna.get("/leaderboard/me").body["standing"]
    assert (own["username"], own["total_units"], own["picks"]) == ("anna", 1.6667, 1)

    process_results(laptop, provider, final(1, 104, 112, tip_off))
    assert board_of(api, "anna", "bert") == [("bert", 0.9091), ("anna", -2)]

    entries = bert.get(f"{address}/explanation").body["entries"]
    assert [(entry["kind"], entry["units"]) for entry in entries] == [
        ("booked", 1.6667),
        ("taken_back", -1.6667),
        ("booked", -2),
    ]
    assert entries[0]["reckoning"]["comparison"] == "home 112 against away 104: ahead by 8 -> win"
    evening = f"from={rfc3339(tip_off)}&to={rfc3339(tip_off + timedelta(seconds=1))}"
    assert [(pick["username"], pick["result"]) for pick in api.get(f"/picks/public?{evening}").body["picks"]] == [
        ("bert", "win"),
        ("anna", "loss"),
    ]
    page = api.get(f"/picks/public?{evening}&format=csv&limit=1")
    assert page.headers["content-type"].startswith("text/csv")
    assert page.body.splitlines()[1].split(",")[1] == "bert"
    rest = api.get(f"/picks/public?{evening}&format=csv&limit=1&cursor={page.headers['x-next-cursor']}")
    assert rest.body.splitlines()[1].split(",")[1] == "anna"
    assert "x-next-cursor" not in rest.headers


def test_a_quote_that_moved_is_refused_with_the_new_one(laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
    tip_off = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)
    fetch_odds(laptop, provider, game(2, tip_off))
    carl = api.register("carl")
    seen = find(carl, teams_of(2)[0])
    fetch_odds(laptop, provider, game(2, tip_off, home_price=-140))
    refused = carl.post("/picks", {"picks": [wanted(seen, "moneyline", "home")]}).problem(409, "ODDS_MOVED")
    [quote] = refused["quotes"]
    assert quote["price"] == -140
    taken = {"game_id": seen["id"], "market": "moneyline", "selection": "home", "quote_id": quote["quote_id"]}
    assert carl.post("/picks", {"picks": [taken]}).status == 201
    carl.post("/picks", {"picks": [taken]}).problem(409, "DUPLICATE_PICK")


def test_a_provider_that_fails_leaves_a_row_and_the_api_serves_on(
    laptop: Laptop, provider: OddsApiServer, api: Client
) -> None:
    provider.answer(
        "odds", Reply({"message": "Usage quota has been reached.", "error_code": "OUT_OF_USAGE_CREDITS"}, 401)
    )
    done = laptop.run_invoke("fetch_odds")
    [run] = json.loads(done.stdout)["runs"]
    assert (done.returncode, run["status"], run["error_code"]) == (1, "failed", "OUT_OF_CREDITS")
    assert api.get("/health").status == 200


def test_health_says_how_old_the_data_are(laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
    fetch_odds(laptop, provider)
    health = api.get("/health").body
    assert (health["status"], health["database"], health["schema_version"]) == ("ok", "ok", NEWEST)
    assert 0 <= health["odds"]["age_seconds"] < 60
