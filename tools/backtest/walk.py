"""The walk through the seasons: the models' own fold and training, and beside them the public yardsticks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from pickvs.predictions.games.rules import market_margin
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.measures.calibration.rules import logit
from pickvs.predictions.measures.segments.rules import early_games
from pickvs.predictions.ratings.elo import rules as elo
from pickvs.predictions.training.walk_forward import walk_forward
from tools.backtest.errors import BacktestError
from tools.backtest.games_table import Game, GamesTable, known, start_year
from tools.backtest.recalibration import by_season
from tools.backtest.rows import NO_MARKET, VARIANTS, Row, market, seen

DAY = timedelta(days=1)
FEWEST_LINES = 200
"""Games with a spread and a total, before the first season, from which on the variants that read lines are trained."""

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
            variants=VARIANTS if _have_lines(table.games, margins, first) else (NO_MARKET,),
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
        raise BacktestError(f"{table.name}: no model can be trained on its games: {error}") from None
    return rows


def _have_lines(games: Sequence[Game], margins: Sequence[float | None], first: int) -> bool:
    """Say whether the seasons before the first one have lines enough to learn what they say."""
    with_lines = sum(
        margin is not None and game.line is not None and game.line.total is not None
        for game, margin in zip(games, margins, strict=True)
        if game.year < first
    )
    return with_lines >= FEWEST_LINES


def elo_walk(games: Sequence[Game], parameters: GameParameters) -> list[float]:
    """Return Elo's probability of a home win of each game, from the games of the days before.

    A team that played the day before is rated lower for the game, where the sport is known for that (FiveThirtyEight:
    46 points in the NBA). The model's own Elo does not know it; the public yardstick should be as good as it is known.
    """
    tired = float(known(parameters.sport).get("back_to_back", 0))
    ratings: dict[str, float] = {}
    played: dict[str, date] = {}
    season: int | None = None
    probabilities = []
    for day, same_day in groupby(games, key=lambda game: game.result.fixture.day):
        tonight = list(same_day)
        if season not in {None, tonight[0].result.fixture.season}:
            ratings = dict(elo.turned(parameters.elo, ratings))
        season = tonight[0].result.fixture.season
        changes: defaultdict[str, float] = defaultdict(float)
        for game in tonight:
            fixture = game.result.fixture
            gap = elo.difference(parameters.elo, ratings, fixture.home, fixture.away, neutral=fixture.is_neutral)
            rest = [played.get(team) == day - DAY for team in (fixture.home, fixture.away)]
            probabilities.append(elo.win_probability(gap - tired * (rest[0] - rest[1])))
            change = elo.played(parameters.elo, gap, game.result.margin)
            changes[fixture.home] += change
            changes[fixture.away] -= change
        for team, change in changes.items():
            ratings[team] = ratings.get(team, parameters.elo.first) + change
            played[team] = day
    return probabilities
