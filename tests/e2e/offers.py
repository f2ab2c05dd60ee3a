"""Games on offer, created by the laptop cloud's own fetch_odds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.e2e.client import Client
from tests.e2e.teams import teams_of
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer, Reply, event, h2h, spreads, totals


def offer_game(laptop: Laptop, provider: OddsApiServer, api: Client, number: int) -> dict[str, Any]:
    """Offer a game that starts in five hours, in three markets, and return it as GET /games shows it."""
    teams = teams_of(number)
    tip_off = f"{datetime.now(UTC) + timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}"
    markets = [h2h(-120, 105), spreads(-2.5), totals(220.5)]
    books = dict.fromkeys(("betmgm", "draftkings", "fanduel"), markets)
    provider.answer("odds", Reply([event(number, *teams, tip_off, books=books)]))
    [run] = laptop.invoke("fetch_odds")["runs"]
    assert run["status"] == "succeeded", run
    [game] = api.get(f"/games?team={teams[0].replace(' ', '%20')}").body["games"]
    return dict(game)


def pick_of(game: dict[str, Any], market: str, selection: str) -> dict[str, Any]:
    """Return a pick of that side at the game's current quote, as POST /picks expects it."""
    [quote] = [
        quote
        for entry in game["markets"]
        if entry["market"] == market
        for quote in entry["quotes"]
        if quote["selection"] == selection
    ]
    return {"game_id": game["id"], "market": market, "selection": selection, "quote_id": quote["quote_id"]}
