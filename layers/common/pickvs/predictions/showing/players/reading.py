"""Forecasts of players for other rooms, in their transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pickvs.core.database import Connection
from pickvs.predictions.leagues.players import MINUTES
from pickvs.predictions.showing.players import queries


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastOfPlayer:
    """A player's last forecast before a game, given that he plays.

    to_play: probability that he plays, as was known then; None where no source stated his health. minutes: mean; None
    in a sport without times. means: of each statistic that is forecast. dispersions: their variances as multiples of
    the means. version: number of the model's version.
    """

    game: int
    player: int
    to_play: float | None
    minutes: float | None
    means: Mapping[str, float]
    dispersions: Mapping[str, float]
    version: int


def last_forecasts(connection: Connection, games: Sequence[int]) -> list[ForecastOfPlayer]:
    """Return the last forecasts of all players of the games, by game and player."""
    return [
        ForecastOfPlayer(
            game=row.game_id,
            player=row.player_id,
            to_play=row.to_play,
            minutes=row.statistics[MINUTES]["mean"] if MINUTES in row.statistics else None,
            means={name: each["mean"] for name, each in row.statistics.items() if name != MINUTES},
            dispersions={name: each["dispersion"] for name, each in row.statistics.items() if name != MINUTES},
            version=row.version,
        )
        for row in queries.of_games(connection, games)
    ]
