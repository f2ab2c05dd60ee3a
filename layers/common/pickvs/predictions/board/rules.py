"""What a contestant's scores amount to, beside the others on the same games. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from pickvs.predictions.measures.calibration.rules import (
    Bin,
    bias,
    calibration_slope,
    expected_calibration_error,
    reliability,
)
from pickvs.predictions.measures.prices.rules import Bet, Profit, profit, profit_of
from pickvs.predictions.measures.rules import NORMAL, Mean, mean, paired

CLOSE = "close"
"""Name of the yardstick: the market's close, without the bookmaker's margin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One game's score of a contestant."""

    game: int
    home_win: float
    home_won: bool | None
    log_loss: float | None
    brier: float | None
    margin_crps: float
    total_crps: float
    inside_80: float
    close_home_win: float | None
    close_log_loss: float | None
    bet: str | None
    bet_price: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A contestant's figures. What its games do not suffice for is None.

    gap: log loss less the close's on the same games. gaps: less that of each other contestant on the games of both.
    units: of the board's rule, with the span in which luck alone would end in 95 %.
    """

    games: int
    log_loss: Mean | None
    brier: float | None
    accuracy: float | None
    ece: float | None
    slope: float | None
    bias: float | None
    margin_crps: float
    total_crps: float
    cover_80: float
    gap: Mean | None
    gaps: Mapping[str, Mean]
    units: Profit


def standings(entries: Mapping[str, Sequence[Entry]]) -> dict[str, Standing]:
    """Return the figures of each contestant that has a game."""
    losses = {
        name: {each.game: each.log_loss for each in found if each.log_loss is not None}
        for name, found in entries.items()
    }
    return {name: _standing(name, found, losses) for name, found in entries.items() if found}


def bins_of(entries: Sequence[Entry]) -> list[Bin]:
    """Return the ten bins of win probabilities that hold a game. Ties are left out."""
    known = [(each.home_win, each.home_won) for each in entries if each.home_won is not None]
    return reliability([chance for chance, _ in known], [won for _, won in known])


def ece_of(bins: Sequence[Bin]) -> float | None:
    """Return the expected calibration error; None without a bin."""
    return expected_calibration_error(bins) if bins else None


def slope_of(entries: Sequence[Entry]) -> float | None:
    """Return the slope of the result on the logit of the probability; None if the games do not determine one."""
    known = [(each.home_win, each.home_won) for each in entries if each.home_won is not None]
    try:
        return calibration_slope([chance for chance, _ in known], [won for _, won in known]).slope
    except ValueError:
        return None


def bets_of(entries: Sequence[Entry]) -> list[Bet]:
    """Return the bets of the board's rule, in the order of the games."""
    return [
        Bet(
            price=each.bet_price,
            has_won=None if each.home_won is None else each.home_won == (each.bet == "home"),
            probability=each.close_home_win if each.bet == "home" else 1 - each.close_home_win,
        )
        for each in entries
        if each.bet is not None and each.bet_price is not None and each.close_home_win is not None
    ]


def cumulated(bets: Sequence[Bet]) -> tuple[list[float], list[tuple[float, float]]]:
    """Return the units after each bet, and the band in which luck alone would be with 95 %."""
    units, band = [], []
    total = centre = variance = 0.0
    width = NORMAL.inv_cdf(0.975)
    for bet in bets:
        if bet.has_won is not None:
            gain = profit_of(bet.price)
            total += gain if bet.has_won else -1.0
            centre += bet.probability * (gain + 1) - 1
            variance += bet.probability * (1 - bet.probability) * (gain + 1) ** 2
        units.append(total)
        band.append((centre - width * sqrt(variance), centre + width * sqrt(variance)))
    return units, band


def _standing(name: str, entries: Sequence[Entry], losses: Mapping[str, Mapping[int, float]]) -> Standing:
    known = [(each.home_win, each.home_won) for each in entries if each.home_won is not None]
    chances, results = [chance for chance, _ in known], [won for _, won in known]
    own = [each.log_loss for each in entries if each.log_loss is not None]
    squares = [each.brier for each in entries if each.brier is not None]
    both = [
        (each.log_loss, each.close_log_loss)
        for each in entries
        if each.log_loss is not None and each.close_log_loss is not None
    ]
    return Standing(
        games=len(entries),
        log_loss=mean(own) if own else None,
        brier=sum(squares) / len(squares) if squares else None,
        accuracy=sum((chance > 0.5) == won for chance, won in known) / len(known) if known else None,  # noqa: PLR2004
        ece=ece_of(bins_of(entries)),
        slope=slope_of(entries),
        bias=bias(chances, results) if known else None,
        margin_crps=sum(each.margin_crps for each in entries) / len(entries),
        total_crps=sum(each.total_crps for each in entries) / len(entries),
        cover_80=sum(each.inside_80 for each in entries) / len(entries),
        gap=paired([ours for ours, _ in both], [theirs for _, theirs in both]) if both else None,
        gaps=_gaps(name, losses),
        units=profit(bets_of(entries)),
    )


def _gaps(name: str, losses: Mapping[str, Mapping[int, float]]) -> dict[str, Mean]:
    found = {}
    for other, theirs in losses.items():
        games = sorted(losses[name].keys() & theirs.keys())
        if other != name and games:
            found[other] = paired([losses[name][game] for game in games], [theirs[game] for game in games])
    return found
