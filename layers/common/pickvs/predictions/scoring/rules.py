"""What one forecast scored against one result, beside the market's close. Pure."""

from dataclasses import dataclass
from math import log
from typing import Literal

from pickvs.predictions.bootstrap.rules import shape
from pickvs.predictions.distributions.rules import Joint
from pickvs.predictions.facts.rules import Line
from pickvs.predictions.games.rules import market_margin
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.measures.calibration.rules import discrete_cover
from pickvs.predictions.measures.prices.rules import fair_home_win, implied, is_price, units
from pickvs.predictions.measures.rules import brier, log_loss

EDGE = 0.03
"""By how much a win probability must exceed the one that the closing price implies, for the board's rule to bet."""
CLOSE_REACH_MINUTES = 30
"""Longest age of the close at the start of the game, as for closing line value."""

_LARGEST_LOSS = -log(1e-12)
_INTERVAL = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a forecast scored. Losses of the win probability are None for a tie, those of the close without a close.

    inside_80: share of the outcome's probability that is inside the central 80 % of the margin. line_distance: points
    between the mean margin and the close. bet: the side that the rule of `EDGE` bets on at the close, with its price
    and the units won; None if it bets on neither.
    """

    home_won: bool | None
    log_loss: float | None
    brier: float | None
    margin_log: float
    margin_crps: float
    total_crps: float
    inside_80: float
    line_distance: float | None
    close_home_win: float | None
    close_log_loss: float | None
    close_brier: float | None
    close_margin_crps: float | None
    bet: Literal["home", "away"] | None
    bet_price: int | None
    units: float | None


def score(
    parameters: GameParameters, joint: Joint, home_win: float, points: tuple[int, int], close: Line | None
) -> Score:
    """Return what a forecast scored.

    points: of the home and the away team. close: the market's last line before the start; None without one. The close's
    win probability is that of its moneylines without the bookmaker's margin; where they are not usable, that of its
    margin through the league's published shape.
    """
    margin = points[0] - points[1]
    won = None if margin == 0 else margin > 0
    close_joint = _joint_of(parameters, close)
    close_win = _close_win(close, close_joint)
    bet, price = _bet(home_win, close)
    return Score(
        home_won=won,
        log_loss=_loss(home_win, won=won),
        brier=None if won is None else brier(home_win, happened=won),
        margin_log=joint.margin.log_score(margin),
        margin_crps=joint.margin.crps(margin),
        total_crps=joint.total.crps(points[0] + points[1]),
        inside_80=min(discrete_cover([joint.margin.below(margin)], [joint.margin.mass(margin)], _INTERVAL), 1.0),
        line_distance=None if close_joint is None else abs(joint.margin.mean - close_joint.margin_mean),
        close_home_win=close_win,
        close_log_loss=None if close_win is None else _loss(close_win, won=won),
        close_brier=None if close_win is None or won is None else brier(close_win, happened=won),
        close_margin_crps=None if close_joint is None else close_joint.margin.crps(margin),
        bet=bet,
        bet_price=price,
        units=None if bet is None or price is None else _units(bet, price, won=won),
    )


def _loss(probability: float, *, won: bool | None) -> float | None:
    if won is None:
        return None
    return min(log_loss(min(max(probability, 0.0), 1.0), happened=won), _LARGEST_LOSS)


def _joint_of(parameters: GameParameters, close: Line | None) -> Joint | None:
    margin = None if close is None else market_margin(parameters, close)
    if margin is None or close is None:
        return None
    total = parameters.filters["total"].level if close.total is None else close.total
    return Joint(margin_mean=margin, total_mean=total, shape=shape(parameters, rated=True))


def _close_win(close: Line | None, joint: Joint | None) -> float | None:
    fair = None if close is None else fair_home_win(close)
    if fair is not None or joint is None:
        return fair
    return joint.win() + joint.tie() / 2


def _bet(home_win: float, close: Line | None) -> tuple[Literal["home", "away"] | None, int | None]:
    if close is None or not is_price(close.home_moneyline) or not is_price(close.away_moneyline):
        return None, None
    home, away = close.home_moneyline, close.away_moneyline
    if home is not None and home_win > implied(home) + EDGE:
        return "home", home
    if away is not None and 1 - home_win > implied(away) + EDGE:
        return "away", away
    return None, None


def _units(bet: Literal["home", "away"], price: int, *, won: bool | None) -> float:
    """Return the units of a bet on a winner. A tie is a push."""
    return round(units(price, has_won=None if won is None else won == (bet == "home")), 4)
