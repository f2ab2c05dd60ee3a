"""A stand-in for The Odds API v4: the two calls that the platform makes.

The response formats follow the provider's guide and recordings of the real API. The games come from `slate`.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import NormalDist
from typing import Any

from local.http_server import HttpServer
from local.odds_api_door import (
    DateWriter,
    Event,
    OddsApiDoor,
    WantedOdds,
    WantedScores,
    refreshed_at,
)
from local.prices import american_price, decimal_price, half
from local.slate import MARGIN_DEVIATION, Game, board, finished, live

MONTHLY_CREDITS = 100_000
LONGEST_MEMORY = timedelta(days=3)
"""Age of the oldest game whose score a client can request."""

SPORT = "basketball_nba"
BOOKMAKERS = {
    "betmgm": "BetMGM",
    "betrivers": "BetRivers",
    "bovada": "Bovada",
    "draftkings": "DraftKings",
    "fanduel": "FanDuel",
    "fanatics": "Fanatics",
    "williamhill_us": "Caesars",
}
_PRICES = ((-110, -110), (-110, -110), (-112, -108), (-108, -112), (-115, -105), (-105, -115))
_OVERROUND = 1.045
"""Sum of the implied probabilities of a moneyline; the excess over 1 is the bookmaker's margin."""


class OddsApi(OddsApiDoor):
    """The stand-in for `make run`. It counts credits as the provider does, from zero at each start.

    It returns scores only of games that it has offered, in this run or in an earlier one; the file `memory` records
    them. Otherwise a platform that was off for a day would receive the scores of a thousand games it never saw.
    """

    def __init__(self, memory: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(SPORT, monthly_credits=MONTHLY_CREDITS, now=now)
        self._memory = memory
        self._offered = _read_offered(memory)

    def odds(self, wanted: WantedOdds, now: datetime) -> list[Event]:
        """Return the events of /odds."""
        books = BOOKMAKERS if "us" in wanted.regions else {}
        games = board(now)
        self._remember(games, now)
        return [
            {
                "id": game.id,
                "sport_key": SPORT,
                "sport_title": "NBA",
                "commence_time": wanted.date(game.tip_off),
                "home_team": game.home,
                "away_team": game.away,
                "bookmakers": [_bookmaker(game, book, wanted, now) for book in books],
            }
            for game in games
        ]

    def scores(self, wanted: WantedScores, now: datetime) -> list[Event]:
        """Return the events of /scores."""
        over = finished(now, timedelta(days=wanted.days)) if wanted.days else []
        begun = [game for game in (*over, *live(now)) if game.id in self._offered]
        return [_score(game, now, wanted.date) for game in (*begun, *board(now))]

    def _remember(self, games: Iterable[Game], now: datetime) -> None:
        """Record the offered games and drop those that are too old for a client to request their scores."""
        forgotten = (now - LONGEST_MEMORY).timestamp()
        with self._lock:
            known = {name: tip_off for name, tip_off in self._offered.items() if tip_off > forgotten}
            offered = known | {game.id: game.tip_off.timestamp() for game in games}
            if offered != self._offered:
                self._offered = offered
                self._memory.write_text(json.dumps(offered), encoding="utf-8")


class OddsApiServer:
    """The stand-in, served on a port of its own."""

    def __init__(self, memory: Path) -> None:
        self._server = HttpServer(OddsApi(memory))

    @property
    def url(self) -> str:
        """The base address, for ODDS_API_BASE_URL."""
        return self._server.url

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving requests."""
        self._server.stop()


def _read_offered(memory: Path) -> dict[str, float]:
    """Return the tip-offs of the games offered in earlier runs, by id. Empty if the file is missing or invalid."""
    try:
        return {str(name): float(tip_off) for name, tip_off in json.loads(memory.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _bookmaker(game: Game, book: str, wanted: WantedOdds, now: datetime) -> dict[str, Any]:
    updated = wanted.date(refreshed_at(now))
    # Some bookmakers have no line on the total yet.
    offered = [market for market in wanted.markets if market != "totals" or game.chance(book, "totals").random() > 0.05]  # noqa: PLR2004
    return {
        "key": book,
        "title": BOOKMAKERS[book],
        "last_update": updated,
        "markets": [
            {
                "key": market,
                "last_update": updated,
                # The provider sorts outcomes by name; the home side is not always first.
                "outcomes": sorted(
                    (
                        {**outcome, "price": outcome["price"] if wanted.american else decimal_price(outcome["price"])}
                        for outcome in _MARKETS[market](game, book, now)
                    ),
                    key=lambda outcome: str(outcome["name"]),
                ),
            }
            for market in offered
        ],
    }


def _h2h(game: Game, book: str, now: datetime) -> list[dict[str, Any]]:
    moved, _ = game.movement(now, book)
    home = NormalDist(game.margin + moved, MARGIN_DEVIATION)
    chance = min(0.96, max(0.04, 1 - home.cdf(0)))
    return [
        {"name": game.home, "price": american_price(chance * _OVERROUND)},
        {"name": game.away, "price": american_price((1 - chance) * _OVERROUND)},
    ]


def _spreads(game: Game, book: str, now: datetime) -> list[dict[str, Any]]:
    moved, _ = game.movement(now, book)
    point = -half(game.margin + moved)
    home_price, away_price = game.chance(book, "spread", point).choice(_PRICES)
    return [
        {"name": game.home, "price": home_price, "point": point},
        {"name": game.away, "price": away_price, "point": -point},
    ]


def _totals(game: Game, book: str, now: datetime) -> list[dict[str, Any]]:
    _, moved = game.movement(now, book)
    point = half(game.total + moved)
    over_price, under_price = game.chance(book, "total", point).choice(_PRICES)
    return [
        {"name": "Over", "price": over_price, "point": point},
        {"name": "Under", "price": under_price, "point": point},
    ]


_MARKETS: dict[str, Callable[[Game, str, datetime], list[dict[str, Any]]]] = {
    "h2h": _h2h,
    "spreads": _spreads,
    "totals": _totals,
}


def _score(game: Game, now: datetime, date: DateWriter) -> Event:
    score = game.score(now)
    names_and_points = [] if score is None else [(game.home, score[0]), (game.away, score[1])]
    return {
        "id": game.id,
        "sport_key": SPORT,
        "sport_title": "NBA",
        "commence_time": date(game.tip_off),
        "completed": game.is_finished(now),
        "home_team": game.home,
        "away_team": game.away,
        "scores": [{"name": name, "score": str(points)} for name, points in names_and_points] or None,
        "last_update": None if score is None else date(refreshed_at(now)),
    }
