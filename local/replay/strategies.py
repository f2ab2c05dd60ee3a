"""How the bots choose. A strategy sees a game as GET /games/upcoming shows it, and nothing else."""

import random
from collections.abc import Callable, Mapping
from typing import Any

type Game = Mapping[str, Any]
type Choice = tuple[str, Mapping[str, Any]]
"""A market, and the quote of the side to pick."""
type Strategy = Callable[[Game], Choice | None]
"""Chooses a side of a game. None if what it wants is not on offer."""

MARKETS = ("moneyline", "spread", "total")
ELO_BEGINS, ELO_STEP, ELO_HOME, ELO_SCALE = 1500.0, 20.0, 80.0, 400.0
"""Rating of a new team, most points that a game moves, worth of playing at home, and the scale of the ratings."""


def favourites(game: Game) -> Choice | None:
    """Choose the side that the market expects to win."""
    return _best(game, "moneyline", lambda quote: float(quote["probability"]))


def underdogs(game: Game) -> Choice | None:
    """Choose the side that the market expects to lose."""
    return _best(game, "moneyline", lambda quote: -float(quote["probability"]))


def home(game: Game) -> Choice | None:
    """Choose the home side against the spread."""
    return _side(game, "spread", "home")


def overs(game: Game) -> Choice | None:
    """Choose more points than the line."""
    return _side(game, "total", "over")


def at_random(seed: str) -> Strategy:
    """Return a strategy that chooses any side of any market. The same seed chooses the same of the same offers."""

    def choose(game: Game) -> Choice | None:
        named = f"{seed} {game['home_team']} {game['away_team']} {game['commence_time'][:10]}"
        chance = random.Random(named)  # noqa: S311 - a game of chance, not a secret
        sides = [(market["market"], quote) for market in game["markets"] for quote in market["quotes"]]
        return chance.choice(sides) if sides else None

    return choose


class Elo:
    """Ratings by the results of past games only, and picks of the side that is worth most by them.

    https://en.wikipedia.org/wiki/Elo_rating_system
    """

    def __init__(self) -> None:
        self._ratings: dict[str, float] = {}

    def learn(self, game: Game) -> None:
        """Take the final score of a game into account. To be called once a game, in the order of tip-offs."""
        expected = self._expected(game)
        won = 1.0 if game["home_score"] > game["away_score"] else 0.0
        move = ELO_STEP * (won - expected)
        self._ratings[game["home_team"]] = self._rating(game["home_team"]) + move
        self._ratings[game["away_team"]] = self._rating(game["away_team"]) - move

    def __call__(self, game: Game) -> Choice | None:
        """Choose the side of the moneyline that returns most on average, if the ratings are right."""
        expected = self._expected(game)
        chances = {"home": expected, "away": 1 - expected}
        return _best(game, "moneyline", lambda quote: chances.get(quote["selection"], 0.0) * _decimal(quote["price"]))

    def _expected(self, game: Game) -> float:
        ahead = self._rating(game["home_team"]) + ELO_HOME - self._rating(game["away_team"])
        return float(1 / (1 + 10 ** (-ahead / ELO_SCALE)))

    def _rating(self, team: str) -> float:
        return self._ratings.get(team, ELO_BEGINS)


def _quotes(game: Game, market: str) -> list[Mapping[str, Any]]:
    return [quote for each in game["markets"] if each["market"] == market for quote in each["quotes"]]


def _best(game: Game, market: str, value: Callable[[Mapping[str, Any]], float]) -> Choice | None:
    quotes = _quotes(game, market)
    return (market, max(quotes, key=lambda quote: (value(quote), quote["selection"]))) if quotes else None


def _side(game: Game, market: str, selection: str) -> Choice | None:
    return next(((market, quote) for quote in _quotes(game, market) if quote["selection"] == selection), None)


def _decimal(price: int) -> float:
    return 1 + (price / 100 if price > 0 else 100 / -price)
