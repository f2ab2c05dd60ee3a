"""The figures of a backtest of games: everything that its tables, its bars and its page say, from the rows alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log10

from pickvs.predictions.measures.calibration.rules import (
    Bin,
    bias,
    calibration_slope,
    discrete_cover,
    expected_calibration_error,
    reliability,
)
from pickvs.predictions.measures.rules import Mean, Scores, absolute_error, bootstrap, log_loss, mean, paired, scores
from tools.backtest.rows import NO_MARKET, PAST_LINES, VARIANTS, WITH_LINE, Row

MARKET = "market, moneyline without margin"
SPREAD = "market, spread through a logistic"
ELO = "Elo and back-to-backs, raw"
ELO_RECALIBRATED = "Elo, recalibrated on the past"
CHALLENGER = "LightGBM challenger"
FORECASTERS: Mapping[str, Callable[[Row], float | None]] = {
    MARKET: lambda row: row.market,
    SPREAD: lambda row: row.spread,
    ELO: lambda row: row.elo,
    ELO_RECALIBRATED: lambda row: row.elo_recalibrated,
    **{name: lambda row, name=name: row.seen[name].win if name in row.seen else None for name in VARIANTS},  # type: ignore[misc]
    CHALLENGER: lambda row: row.challenger.win if row.challenger else None,
}
"""Whose probabilities of a home win are judged."""
ELO_POINTS = 28.0
"""Points of Elo's difference that are one point of margin (FiveThirtyEight)."""
PROMISES = (0.5, 0.8, 0.95)
SEED = 20_100_701


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One forecaster on the games that he forecast.

    to_market, to_elo: log loss less the other's, on the games that both forecast; None for the other himself. slope,
    intercept: of the logistic of the result on the logit; None if there is none.
    """

    name: str
    scores: Scores
    bins: list[Bin]
    calibration_error: float
    bias: float
    slope: float | None
    intercept: float | None
    to_market: Mean | None
    to_elo: Mean | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """A point forecast's mean absolute error in points, and how much that is above the market's on the same games."""

    name: str
    margin: Mean | None
    margin_to_market: Mean | None
    total: Mean | None
    total_to_market: Mean | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How honest a variant's distributions are: mean log score in nats, CRPS in points, cover by promise."""

    name: str
    margin_log_score: float
    margin_crps: float
    total_crps: float
    margin_cover: Mapping[float, float]
    total_cover: Mapping[float, float]


def losses(rows: Sequence[Row], name: str) -> list[float | None]:
    """Return a forecaster's log loss of each game; None where he has no forecast, and for ties."""
    forecast = FORECASTERS[name]
    found: list[float | None] = []
    for row in rows:
        probability = forecast(row)
        decided = probability is not None and row.game.result.margin != 0
        found.append(log_loss(probability, happened=row.has_won) if decided and probability is not None else None)
    return found


def mean_loss(rows: Sequence[Row], name: str) -> float | None:
    """Return a forecaster's mean log loss on the games that he forecast; None if there are none."""
    known = [loss for loss in losses(rows, name) if loss is not None]
    return sum(known) / len(known) if known else None


def gap(rows: Sequence[Row], ours: str, theirs: str) -> Mean:
    """Return our log loss less theirs on the games that both forecast."""
    both = [
        (a, b) for a, b in zip(losses(rows, ours), losses(rows, theirs), strict=True) if a is not None and b is not None
    ]
    return paired([a for a, _ in both], [b for _, b in both])


def gap_by_nights(rows: Sequence[Row], ours: str, theirs: str) -> tuple[float, float]:
    """Return the 95 % interval of that gap when nights are drawn, because games of one night share surprises."""
    both = [
        (a - b, row.game.result.fixture.day)
        for a, b, row in zip(losses(rows, ours), losses(rows, theirs), rows, strict=True)
        if a is not None and b is not None
    ]
    return bootstrap([value for value, _ in both], [night for _, night in both], seed=SEED)


def judge(rows: Sequence[Row], name: str) -> Judgement | None:
    """Return the judgement of a forecaster; None if he forecast none of the games."""
    forecast = FORECASTERS[name]
    pairs = [
        (probability, row.has_won)
        for row in rows
        if (probability := forecast(row)) is not None and row.game.result.margin
    ]
    if not pairs:
        return None
    probabilities, won = [each for each, _ in pairs], [each for _, each in pairs]
    bins = reliability(probabilities, won)
    try:
        line = calibration_slope(probabilities, won)
    except ValueError:
        line = None
    return Judgement(
        name=name,
        scores=scores(probabilities, won),
        bins=bins,
        calibration_error=expected_calibration_error(bins),
        bias=bias(probabilities, won),
        slope=line.slope if line else None,
        intercept=line.intercept if line else None,
        to_market=_gap_or_none(rows, name, MARKET),
        to_elo=_gap_or_none(rows, name, ELO_RECALIBRATED),
    )


def _gap_or_none(rows: Sequence[Row], ours: str, theirs: str) -> Mean | None:
    difference = gap(rows, ours, theirs) if ours != theirs else None
    return difference if difference is not None and difference.count else None


def judgements(rows: Sequence[Row]) -> list[Judgement]:
    """Return the judgement of everybody who forecast one of the games."""
    return [found for name in FORECASTERS if (found := judge(rows, name)) is not None]


def yardstick(rows: Sequence[Row]) -> str:
    """Return the market's name to compare with: moneylines where games have them, else spreads."""
    return MARKET if any(row.market is not None for row in rows) else SPREAD


def spans(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the spans of which all games are judged apart, by name; those without a game are left out."""
    years = sorted({row.year for row in rows})
    every = {
        f"{years[0]}..{years[-1]}": list(rows),
        **({f"{years[-3]}..{years[-1]}": [row for row in rows if row.year >= years[-3]]} if len(years) > 3 else {}),  # noqa: PLR2004
        "first 10 games of a season": [row for row in rows if row.is_early],
        "play-offs": [row for row in rows if row.game.result.fixture.is_playoff],
    }
    return {name: games for name, games in every.items() if games}


def distances(rows: Sequence[Row]) -> list[Distance]:
    """Return the errors of margin and total: of the market, of Elo's margin, and of each variant."""
    market_margin = [row.market_margin for row in rows]
    market_total = [row.line.total for row in rows]
    found = [
        _distance("market", rows, (market_margin, market_total), (market_margin, market_total)),
        _distance(
            f"Elo / {ELO_POINTS:g}", rows, ([elo_margin(row.elo) for row in rows], None), (market_margin, market_total)
        ),
    ]
    for name in VARIANTS:
        if any(name in row.seen for row in rows):
            margins = [row.seen[name].margin.median if name in row.seen else None for row in rows]
            totals = [row.seen[name].total.median if name in row.seen else None for row in rows]
            found.append(_distance(name, rows, (margins, totals), (market_margin, market_total)))
    return [each for each in found if each.margin or each.total]


def elo_margin(probability: float) -> float:
    """Return the margin in points that Elo expects with this probability."""
    return 400 * log10(probability / (1 - probability)) / ELO_POINTS


type Points = Sequence[float | None] | None


def _distance(name: str, rows: Sequence[Row], ours: tuple[Points, Points], market: tuple[Points, Points]) -> Distance:
    outcomes = [float(row.game.result.margin) for row in rows], [float(row.game.result.total) for row in rows]
    margin, margin_gap = _error(ours[0], market[0], outcomes[0])
    total, total_gap = _error(ours[1], market[1], outcomes[1])
    return Distance(name=name, margin=margin, margin_to_market=margin_gap, total=total, total_to_market=total_gap)


def _error(ours: Points, market: Points, outcomes: Sequence[float]) -> tuple[Mean | None, Mean | None]:
    if ours is None:
        return None, None
    known = [(a, outcome) for a, outcome in zip(ours, outcomes, strict=True) if a is not None]
    if not known:
        return None, None
    error = absolute_error([a for a, _ in known], [outcome for _, outcome in known])
    if market is None or ours is market:
        return error, None
    both = [
        (abs(a - outcome), abs(b - outcome))
        for a, b, outcome in zip(ours, market, outcomes, strict=True)
        if a is not None and b is not None
    ]
    return error, paired([a for a, _ in both], [b for _, b in both]) if both else None


def shapes(rows: Sequence[Row]) -> list[Shape]:
    """Return how honest each variant's distributions are."""
    found = []
    for name in VARIANTS:
        seen = [row.seen[name] for row in rows if name in row.seen]
        if seen:
            margins, totals = [each.margin for each in seen], [each.total for each in seen]
            found.append(
                Shape(
                    name=name,
                    margin_log_score=mean([each.log_score for each in margins]).value,
                    margin_crps=mean([each.crps for each in margins]).value,
                    total_crps=mean([each.crps for each in totals]).value,
                    margin_cover={
                        promise: discrete_cover([e.below for e in margins], [e.at for e in margins], promise)
                        for promise in PROMISES
                    },
                    total_cover={
                        promise: discrete_cover([e.below for e in totals], [e.at for e in totals], promise)
                        for promise in PROMISES
                    },
                )
            )
    return found


def gaps_by_season(rows: Sequence[Row], theirs: str) -> dict[int, dict[str, Mean]]:
    """Return each variant's gap to the market by season."""
    return {
        year: {
            name: difference
            for name in (NO_MARKET, PAST_LINES, WITH_LINE)
            if (difference := gap([row for row in rows if row.year == year], name, theirs)).count
        }
        for year in sorted({row.year for row in rows})
    }
