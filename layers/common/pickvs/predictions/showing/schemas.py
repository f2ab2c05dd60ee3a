"""Responses: forecasts of games."""

from typing import Annotated

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.markets.values import GameStatus


class PointsForecast(ResponseBody):
    """A number of points as a distribution."""

    mean: float
    median: float
    low_80: Annotated[float, doc("The central interval from here to `high_80` holds 80 % of the distribution.")]
    high_80: float


class ForecastContribution(ResponseBody):
    """What moved a forecast."""

    feature: str
    value: float
    points: Annotated[float, doc("Points that it moved the margin by, towards the home team.")]
    words: Annotated[str, doc("The same as a sentence.")]


class MarketLine(ResponseBody):
    """The market's line on a game; null where it had none."""

    spread: Annotated[float | None, doc("Points that the home team is given.")]
    total: float | None
    home_moneyline: Annotated[int | None, doc("American odds.")]
    away_moneyline: Annotated[int | None, doc("American odds.")]


class ForecastScore(ResponseBody):
    """What a forecast scored against the result in force. Less is better."""

    log_loss: Annotated[float | None, doc("In nats; null for a tie.")]
    brier: float | None
    margin_crps: Annotated[float, doc("Continuous ranked probability score of the margin, in points.")]
    total_crps: float
    close_log_loss: Annotated[float | None, doc("Of the market's close on this game; null without one.")]
    close_margin_crps: float | None


class GameForecast(ResponseBody):
    """One contestant's forecast of a game. It never changes; a later one is another row."""

    id: int
    contestant: Annotated[str, doc("A variant of the model, or what it is compared with: `elo`, `market`.")]
    model: Annotated[str | None, doc("Name of the model; null if no trained model speaks.")]
    version: Annotated[int | None, doc("Number of the model's version.")]
    note: Annotated[str | None, doc("What one must know before relying on it, for example that nothing was trained.")]
    as_of: Annotated[Moment, doc("Nothing that was known later is in it.")]
    published_at: Moment
    home_win: Annotated[float, doc("Probability, without that of a tie.")]
    tie: float
    away_win: float
    margin: Annotated[PointsForecast, doc("Points of the home team less those of the away team.")]
    total: Annotated[PointsForecast, doc("Points of both teams.")]
    line: Annotated[MarketLine | None, doc("The market's line when the forecast was made.")]
    contributions: Annotated[list[ForecastContribution], doc("The three largest, the largest first.")]
    features_sha256: Annotated[str, doc("Of the model and everything that it was told.")]


class ForecastGame(ResponseBody):
    """A game that is forecast."""

    id: int
    sport: str
    home_team: str
    away_team: str
    commence_time: Annotated[Moment, doc("The latest known tip-off.")]
    status: GameStatus
    home_score: int | None
    away_score: int | None


class UpcomingForecast(ResponseBody):
    """A game to come with each contestant's latest forecast."""

    game: ForecastGame
    forecasts: list[GameForecast]


class UpcomingForecasts(ResponseBody):
    """A page of games to come that are forecast, soonest first."""

    games: list[UpcomingForecast]
    next_cursor: str | None


class HistoricForecast(GameForecast):
    """A forecast in the order in which they were published."""

    counts: Annotated[bool, doc("Whether it is the contestant's last one before the game began, which is scored.")]
    score: Annotated[ForecastScore | None, doc("Null until the game is final, and for all but the one that counts.")]


class GameForecasts(ResponseBody):
    """A page of a game's forecasts of all contestants, the first published first."""

    game: ForecastGame
    forecasts: list[HistoricForecast]
    next_cursor: str | None


class SpreadProbabilities(ResponseBody):
    """Probabilities at a spread. They add up to 1."""

    home_covers: float
    push: float
    away_covers: float


class TotalProbabilities(ResponseBody):
    """Probabilities at a total. They add up to 1."""

    over: float
    push: float
    under: float


class ForecastAtLine(ResponseBody):
    """What one contestant's distribution says at the line."""

    contestant: str
    published_at: Moment
    home_win: float
    tie: float
    away_win: float
    spread: SpreadProbabilities | None
    total: TotalProbabilities | None
    knows_the_line: Annotated[bool, doc("Whether this game's own line is an input of the forecast.")]
    caution: Annotated[str | None, doc("Why its number at the line is none to bet on; null if the line is an input.")]


class ForecastsAtLine(ResponseBody):
    """Probabilities of a game at any line, from the latest forecasts before it begins."""

    game: ForecastGame
    spread: Annotated[float | None, doc("Points that the home team is given, as asked for.")]
    total: Annotated[float | None, doc("As asked for.")]
    cover: Annotated[
        SpreadProbabilities | None,
        doc(
            "From the forecast that has the market's line as an input; null without one, or if no spread is asked for."
        ),
    ]
    over_under: Annotated[TotalProbabilities | None, doc("As `cover`, at the total.")]
    forecasts: Annotated[list[ForecastAtLine], doc("Every contestant's, each from one distribution.")]
