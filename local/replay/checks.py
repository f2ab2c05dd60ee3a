"""Compares what the platform shows at the end of a replay with what the oracle expects."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from statistics import fmean, stdev
from typing import Any

from local.replay.bots import CLOSE, Placed
from local.replay.oracle import Expected, decimal_odds

NORMAL_95 = 1.96
SHOWN_PLACES = Fraction(1, 20_000)
"""Half of the last place of what the API shows: probabilities and percentages have four places."""
LEAST_FOR_INTERVAL = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """A pick, what the API shows of it, and what it should show."""

    pick: Placed
    shown: Mapping[str, Any]
    expected: Expected

    @property
    def disagreements(self) -> list[str]:
        """What differs, in words; empty if nothing does."""
        shown, expected, pick = self.shown, self.expected, self.pick
        pairs: list[tuple[str, object, object]] = [
            ("result", shown["result"], expected.result),
            ("units", _number(shown["result_units"]), expected.units),
            ("line", _number(shown["line"]), pick.line),
            ("price", shown["price"], pick.price),
            ("closing line value in points", _number(shown["clv_points"]), expected.clv_points),
        ]
        offered = expected.offered
        if offered is None or (offered.line, offered.price) != (pick.line, pick.price):
            pairs.append(("quote", (pick.line, pick.price), offered and (offered.line, offered.price)))
        found = [f"{what}: shown {mine}, expected {theirs}" for what, mine, theirs in pairs if mine != theirs]
        if expected.result is not None:
            found += self._closing()
        return [f"{pick.bot} on {pick.market} {pick.selection} of {pick.away} at {pick.home}: {line}" for line in found]

    def _closing(self) -> list[str]:
        shown, wanted = _number(self.shown["clv_percent"]), self.expected.clv_percent
        reason = None if wanted is not None else "other_line" if self.expected.has_close else "no_close"
        if self.shown["clv_reason"] != reason:
            return [f"closing line value: shown {self.shown['clv_reason']}, expected {reason}"]
        if (shown is None) != (wanted is None):
            return [f"closing line value: shown {shown}, expected {wanted and float(wanted)}"]
        if shown is None or wanted is None:
            return []
        # The platform computes with a probability of four places.
        tolerance = 100 * SHOWN_PLACES * decimal_odds(self.pick.price) + SHOWN_PLACES
        if abs(Fraction(shown) - wanted) > tolerance:
            return [f"closing line value: shown {shown}, expected {float(wanted):.4f}"]
        return []


@dataclass(frozen=True, slots=True)
class Interval:
    """The mean closing line value of the picks at the close, in percent, with its 95 % interval and its expectation."""

    picks: int
    mean: float
    low: float
    high: float
    expectation: float

    @property
    def contains_expectation(self) -> bool:
        """Whether the expectation is inside."""
        return self.low <= self.expectation <= self.high


@dataclass(slots=True)
class Verdict:
    """The outcome of all checks."""

    picks: int = 0
    graded: int = 0
    with_close: int = 0
    disagreements: list[str] = field(default_factory=list)
    close: Interval | None = None
    """None if fewer than two picks at the close have a closing line value."""


def check(compared: Sequence[Compared], board: Iterable[Mapping[str, Any]]) -> Verdict:
    """Compare every pick, every bot's row of the board, and the interval of the picks at the close."""
    verdict = Verdict(
        picks=len(compared),
        graded=sum(each.expected.result is not None for each in compared),
        with_close=sum(each.expected.has_close for each in compared),
        disagreements=[line for each in compared for line in each.disagreements],
        close=close_interval(compared),
    )
    rows = {row["username"]: row for row in board}
    for bot in dict.fromkeys(each.pick.bot for each in compared):
        own = [each for each in compared if each.pick.bot == bot]
        verdict.disagreements += _board_row(bot, rows.get(f"{bot}-bot"), own)
    if not verdict.graded:
        verdict.disagreements.append("no pick should have been graded, so nothing was checked")
    if verdict.close is not None and not verdict.close.contains_expectation:
        verdict.disagreements.append(
            f"the closing line value of picks at the close, {verdict.close.low:.3f} to {verdict.close.high:.3f} %, "
            f"does not contain its expectation {verdict.close.expectation:.3f} %"
        )
    return verdict


def close_interval(compared: Sequence[Compared]) -> Interval | None:
    """Return the interval of the shown closing line values of the picks at the close. None if there are too few."""
    own = [each for each in compared if each.pick.bot == CLOSE and each.shown["clv_percent"] is not None]
    if len(own) < LEAST_FOR_INTERVAL:
        return None
    values = [float(each.shown["clv_percent"]) for each in own]
    mean, half = fmean(values), NORMAL_95 * stdev(values) / math.sqrt(len(values))
    expectation = fmean(float(each.expected.loses_margin) for each in own)
    return Interval(len(own), mean, mean - half, mean + half, expectation)


def _board_row(bot: str, row: Mapping[str, Any] | None, own: Sequence[Compared]) -> list[str]:
    """Compare the totals of a bot on the board with the sums of what is expected of its picks."""
    results = [each.expected.result for each in own]
    counted = sum(result in ("win", "loss", "push") for result in results)
    if row is None:
        return [f"{bot} is missing on the board, with {counted} graded picks"] if counted else []
    units = sum((each.expected.units or Decimal(0) for each in own), Decimal(0))
    pairs = [
        ("units", _number(row["total_units"]), units),
        ("wins", row["wins"], results.count("win")),
        ("losses", row["losses"], results.count("loss")),
        ("pushes", row["pushes"], results.count("push")),
        ("picks", row["picks"], counted),
    ]
    return [f"board, {bot}: {what}: shown {mine}, expected {theirs}" for what, mine, theirs in pairs if mine != theirs]


def _number(shown: Any) -> Decimal | None:
    return None if shown is None else Decimal(str(shown))
