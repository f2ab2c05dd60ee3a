"""Responses: forecasts of players."""

from typing import Annotated

from pickvs.core.types import Moment, ResponseBody, doc


class ForecastQuantile(ResponseBody):
    """A number that is not exceeded with a probability."""

    level: float
    value: float


class OverProbabilities(ResponseBody):
    """Probabilities of a statistic at a line. They add up to 1."""

    line: float
    over: float
    push: float
    under: float


class StatisticForecast(ResponseBody):
    """The forecast of one statistic, given that the player plays."""

    statistic: Annotated[str, doc("Its name, such as `points`.", examples=["points"])]
    mean: float
    median: float
    quantiles: list[ForecastQuantile]
    dispersion: Annotated[float, doc("Variance as a multiple of the mean.")]
    over: Annotated[OverProbabilities | None, doc("At the line that was asked for.")]


class PlayerForecast(ResponseBody):
    """A player's latest forecast for a game."""

    id: int
    game_id: int
    commence_time: Moment
    player_id: int
    name: str
    team: Annotated[str, doc("Key of the team that he is expected to play for.")]
    version: Annotated[int, doc("Number of the model's version.")]
    note: Annotated[str | None, doc("What one must know before relying on it, for example that nothing was trained.")]
    as_of: Annotated[Moment, doc("Nothing that was known later is in it.")]
    published_at: Moment
    probability_to_play: Annotated[float | None, doc("Null where no source states the player's health.")]
    statistics: list[StatisticForecast]


class PlayerForecasts(ResponseBody):
    """A page of players' forecasts."""

    forecasts: list[PlayerForecast]
    next_cursor: str | None
