"""Explains how a pick got its result, in numbers and in words (rules.md, "Grading").

For readers who check one pick by hand. The actual grading is one SQL statement in settlement. Tests prove that both
agree, and an explanation reports any difference.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from pickvs.markets.values import Market, Selection
from pickvs.picks.rules import PickResult

_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Bet:
    """The terms of a pick.

    line: in points from the side's own view; None on a moneyline. price: American odds. draw_offered: whether the
    moneyline had a third side when the pick was made. If so, a tie loses for both teams; otherwise it voids the bet.
    """

    market: Market
    selection: Selection
    line: Decimal | None
    price: int
    stake_units: Decimal
    placed_at: datetime
    draw_offered: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A final score, overtime included. began_at: the start of the game; None if it is not known."""

    home: int
    away: int
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """A result with its arithmetic in words: the comparison and the payment."""

    result: PickResult
    units: Decimal
    comparison: str
    payment: str


def grade(bet: Bet, score: Score | None, *, is_duplicate: bool = False) -> Sum:
    """Grade a bet on a game that ended with `score`. A score of None means that the game is void.

    is_duplicate: whether the user had picked the same market under another listing of the game before.
    """
    result, comparison = _compare(bet, score, is_duplicate=is_duplicate)
    units, payment = _pay(bet, result)
    return Sum(result, units, f"{comparison} -> {result}", payment)


def rule(market: Market, *, draw_offered: bool) -> str:
    """Return the grading rule of a market, in words."""
    if market == "spread":
        return "own score + line - other score: above 0 wins, 0 is a push, below 0 loses"
    if market == "total":
        return "home score + away score against the line: over wins above it, under below it, equal is a push"
    tie = "a tie wins for the draw and loses for both teams" if draw_offered else "a tie is void"
    return f"the higher score wins; {tie}"


def _compare(bet: Bet, score: Score | None, *, is_duplicate: bool) -> tuple[PickResult, str]:
    if score is None:
        return "void", "the game is void for its picks"
    if score.began_at is not None and bet.placed_at >= score.began_at:
        return "void", (
            f"placed after the game began: placed at {_utc(bet.placed_at)}, the game began at {_utc(score.began_at)}"
        )
    if is_duplicate:
        return "void", "the same market was picked before under another listing of the same game"
    if bet.market == "moneyline":
        return _moneyline(bet.selection, score, draw_offered=bet.draw_offered)
    line = bet.line or Decimal(0)
    if bet.market == "total":
        points = score.home + score.away
        lead = points - line if bet.selection == "over" else line - points
        words = f"home {score.home} + away {score.away} = {points} against {bet.selection} {plain(line)}"
    else:
        own, others, other = _teams(bet.selection, score)
        lead = own + line - others
        words = f"{bet.selection} {own} {_signed(line)} = {plain(own + line)} against {other} {others}"
    return _by_lead(lead), f"{words}: {_ahead(lead)}"


def _moneyline(selection: Selection, score: Score, *, draw_offered: bool) -> tuple[PickResult, str]:
    if selection == "draw":
        words = f"home {score.home} against away {score.away}"
        return ("win", f"{words}: a tie") if score.home == score.away else ("loss", f"{words}: no tie")
    own, others, other = _teams(selection, score)
    words = f"{selection} {own} against {other} {others}"
    if own == others:
        return ("loss", f"{words}: a tie, with the draw on offer") if draw_offered else ("void", f"{words}: a tie")
    lead = Decimal(own - others)
    return _by_lead(lead), f"{words}: {_ahead(lead)}"


def _teams(selection: Selection, score: Score) -> tuple[int, int, Selection]:
    """Return the selected team's score, the other team's score, and the other team's side."""
    return (score.home, score.away, "away") if selection == "home" else (score.away, score.home, "home")


def _by_lead(lead: Decimal) -> PickResult:
    return "win" if lead > 0 else "loss" if lead < 0 else "push"


def _ahead(lead: Decimal) -> str:
    return f"ahead by {plain(lead)}" if lead > 0 else f"behind by {plain(-lead)}" if lead < 0 else "level"


def _pay(bet: Bet, result: PickResult) -> tuple[Decimal, str]:
    """Return the units at flat risk (4 places, half up) and the formula."""
    stake = plain(bet.stake_units)
    if result == "loss":
        return -bet.stake_units, f"the stake is lost: -{stake}"
    if result != "win":
        return Decimal(0), f"{result}: the stake of {stake} is returned, 0"
    over, under = (bet.price, 100) if bet.price > 0 else (100, -bet.price)
    units = (bet.stake_units * over / under).quantize(_PLACES, ROUND_HALF_UP)
    return units, f"{stake} x {over} / {under} = {units}"


def plain(number: Decimal) -> str:
    """Format a number without exponent and trailing zeros."""
    return f"{number.normalize() + 0:f}"


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}".rstrip("0").rstrip(".") + " UTC"


def _signed(line: Decimal) -> str:
    return f"+ line {plain(line)}"
