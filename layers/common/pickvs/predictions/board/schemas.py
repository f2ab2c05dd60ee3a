"""Responses: the models' board, and how well probabilities are calibrated."""

from datetime import date
from typing import Annotated

from pickvs.core.types import ResponseBody, doc


class MeanFigure(ResponseBody):
    """A mean over games and its standard error."""

    value: float
    error: Annotated[float | None, doc("Standard error; null for a single game.")]
    games: int


class PairedFigure(MeanFigure):
    """Mean difference of log loss on the same games. Below zero, the row's contestant is better."""

    against: Annotated[str, doc("The other contestant, or `close`.")]


class BoardUnits(ResponseBody):
    """Units of one bet of a unit on each game where the probability exceeds the price's by 0.03, at the close."""

    bets: int
    won: int
    units: float
    luck_low: Annotated[float, doc("Luck alone ends between here and `luck_high` with 95 %.")]
    luck_high: float


class BoardRow(ResponseBody):
    """A contestant and its figures. What too few games do not tell is null. Less is better for losses and CRPS."""

    contestant: str
    games: int
    log_loss: Annotated[MeanFigure | None, doc("In nats.")]
    brier: float | None
    accuracy: Annotated[float | None, doc("Share of games whose likelier side won.")]
    ece: Annotated[float | None, doc("Expected calibration error, ten bins.")]
    slope: Annotated[float | None, doc("1 is calibrated; below it, the forecasts are overconfident.")]
    bias: Annotated[float | None, doc("Mean probability of a home win less the share of home wins.")]
    margin_crps: Annotated[float, doc("In points.")]
    total_crps: Annotated[float, doc("In points.")]
    cover_80: Annotated[float, doc("Share of margins inside the 80 % interval.")]
    paired: Annotated[list[PairedFigure], doc("Against the close and every other contestant, on the games of both.")]
    units: BoardUnits


class ModelsBoard(ResponseBody):
    """Everybody who forecasts a sport's games, the smallest log loss first. A board is of one season, or of a part."""

    sport: str
    season: Annotated[int, doc("The year in which it starts.")]
    starts_on: Annotated[date | None, doc("First day of the board, league-local; null if the span leaves none.")]
    ends_on: Annotated[date | None, doc("Last day of the board; null likewise.")]
    rows: list[BoardRow]


class CalibrationBin(ResponseBody):
    """Forecasts between two probabilities, and how often the home team won."""

    low: float
    high: float
    games: int
    forecast: Annotated[float, doc("Mean probability.")]
    happened: Annotated[float, doc("Share that won.")]
    interval_low: Annotated[float, doc("95 % interval of that share, by Wilson.")]
    interval_high: float


class Calibration(ResponseBody):
    """Whether a contestant's win probabilities mean what they say."""

    model: str
    season: Annotated[int, doc("The year in which it starts.")]
    games: int
    ece: float | None
    slope: float | None
    bins: list[CalibrationBin]
