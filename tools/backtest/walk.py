"""The walk through the seasons: the models' own fold and training, and beside them the public yardsticks."""

from collections.abc import Sequence
from typing import Literal

from pickvs.predictions.training.walk_forward import walk_forward

from pickvs.predictions.games.rules import market_margin
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.measures.calibration.rules import logit
from pickvs.predictions.measures.segments.rules import early_games
from pickvs.predictions.ratings.elo import rules as elo
from tools.backtest.errors import BacktestError
from tools.backtest.games_table import Game, GamesTable, start_year
from tools.backtest.recalibration import by_season
from tools.backtest.rows import NO_MARKET, Row, market, seen

type Challengers = Literal["none", "lightgbm"]


def league(sport: str) -> GameParameters:
    """Return what the model is told of a sport. Raises BacktestError if its games are not forecast."""
    try:
        return game_league(sport)
    except ValueError as error:
        raise BacktestError(str(error)) from None


def walk(table: GamesTable, first: int, last: int, *, challengers: Challengers) -> list[Row]:
    """Return the games of the seasons that end in `first` to `last`, each forecast from its past.

    Raises BacktestError if the table has no season before the first one to learn from.
    """
    parameters = league(table.sport)
    margins = [market_margin(parameters, game.line) if game.line else None for game in table.games]
    raw = elo_walk(table.games, parameters)
    recalibrated = by_season(table.games, [logit(probability) for probability in raw])
    spreads = by_season(table.games, margins)
    early = early_games(game.result.fixture for game in table.games)
    rows = []
    try:
        for judged in walk_forward(
            table.days,
            parameters,
            first_season=start_year(table.sport, first),
            last_season=start_year(table.sport, last),
            challengers=() if challengers == "none" else (NO_MARKET,),
        ):
            place = judged.example.result.fixture.game - 1
            game = table.games[place]
            boosted = judged.challengers.get(NO_MARKET)
            rows.append(
                Row(
                    game=game,
                    elo=raw[place],
                    elo_recalibrated=recalibrated[place],
                    market=market(game),
                    spread=spreads[place],
                    market_margin=margins[place],
                    is_early=game.result.fixture.game in early,
                    seen={name: seen(forecast.joint, game) for name, forecast in judged.forecasts.items()},
                    challenger=seen(boosted.joint, game) if boosted else None,
                )
            )
    except ValueError as error:
        raise BacktestError(f"{table.name}: {error}") from None
    return rows


def elo_walk(games: Sequence[Game], parameters: GameParameters) -> list[float]:
    """Return Elo's probability of a home win of each game, from the games of the days before."""
    ratings: dict[str, float] = {}
    season: int | None = None
    probabilities, waiting = [], []
    for game in games:
        fixture = game.result.fixture
        if waiting and waiting[0].result.fixture.day < fixture.day:
            _play(waiting, ratings, parameters)
            waiting = []
        if season is not None and fixture.season != season:
            ratings = dict(elo.turned(parameters.elo, ratings))
        season = fixture.season
        gap = elo.difference(parameters.elo, ratings, fixture.home, fixture.away, neutral=fixture.is_neutral)
        probabilities.append(elo.win_probability(gap))
        waiting.append(game)
    return probabilities


def _play(games: Sequence[Game], ratings: dict[str, float], parameters: GameParameters) -> None:
    for game in games:
        fixture = game.result.fixture
        gap = elo.difference(parameters.elo, ratings, fixture.home, fixture.away, neutral=fixture.is_neutral)
        change = elo.played(parameters.elo, gap, game.result.margin)
        ratings[fixture.home] = ratings.get(fixture.home, parameters.elo.first) + change
        ratings[fixture.away] = ratings.get(fixture.away, parameters.elo.first) - change
