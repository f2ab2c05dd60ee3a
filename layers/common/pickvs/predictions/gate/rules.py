"""Whether a challenger takes the champion's place. Pure.

A challenger is judged on the last two full seasons of a walk-forward, on the same games as the champion. It is
promoted if it is better by more than chance, calibrated, nowhere much worse, and not better than can be true. A person
may force or roll back; that is no matter of this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import NormalDist

from pickvs.predictions.measures.calibration.rules import (
    Logistic,
    calibration_slope,
    expected_calibration_error,
    reliability,
)
from pickvs.predictions.measures.rules import Mean, log_loss, mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One game that both have forecast before it began.

    champion, challenger, market: probabilities of a home win; market is None without usable prices. segments: the
    kinds of games that this one is of. Games that ended in a tie are no trials.
    """

    game: int
    season: int
    has_won: bool
    champion: float
    challenger: float
    market: float | None = None
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a challenger must keep.

    seasons, games: the least to judge by. chance: one-sided probability of the upper bound. noise: log loss below
    which that bound of the difference stays. many_games: from this count on, calibration_error holds, below it
    calibration_error_of_few. slope: of a logistic of the result on the logit. cover: greatest distance of an interval's
    cover from its promise. segment: greatest mean difference in a segment of at least segment_games. suspicious:
    standard errors by which it may be better than the market.
    """

    seasons: int = 2
    games: int = 400
    chance: float = 0.90
    noise: float = 0.0005
    many_games: int = 8_000
    calibration_error: float = 0.015
    calibration_error_of_few: float = 0.03
    slope: tuple[float, float] = (0.9, 1.1)
    cover: float = 0.02
    segment: float = 0.01
    segment_games: int = 50
    suspicious: float = 2.0


class Outcome(StrEnum):
    """What becomes of a challenger."""

    PROMOTED = "promoted"
    STAYS = "stays challenger"
    BLOCKED = "blocked as suspicious"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome, its reasons in words (none for a promotion), and the figures it was reached by.

    difference: challenger's log loss less the champion's. upper: its upper bound. to_market: challenger's less the
    market's. by_segment: differences in the segments.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    difference: Mean
    upper: float
    to_market: Mean
    calibration_error: float
    slope: float | None
    by_segment: Mapping[str, Mean] = field(default_factory=dict)


def judge(trials: Sequence[Trial], cover: Mapping[float, float], limits: Limits | None = None) -> Verdict:
    """Return the verdict on a challenger.

    trials: of the last full seasons. cover: how often the challenger's central intervals held the margin, by what they
    promise (0.5, 0.8, 0.95); empty for a challenger that states no distribution. Raises ValueError without a trial, or
    if a game is there twice.
    """
    limits = limits or Limits()
    if not trials:
        raise ValueError("a challenger is judged by games")
    if len({trial.game for trial in trials}) < len(trials):
        raise ValueError("a game is there twice")
    won = [trial.has_won for trial in trials]
    ours = [log_loss(trial.challenger, happened=trial.has_won) for trial in trials]
    differences = [
        loss - log_loss(trial.champion, happened=trial.has_won) for loss, trial in zip(ours, trials, strict=True)
    ]
    difference = mean(differences)
    upper = difference.value + NormalDist().inv_cdf(limits.chance) * difference.error
    to_market = mean(
        [
            loss - log_loss(trial.market, happened=trial.has_won)
            for loss, trial in zip(ours, trials, strict=True)
            if trial.market is not None
        ]
    )
    names = sorted({name for trial in trials for name in trial.segments})
    by_segment = {
        name: mean([each for each, trial in zip(differences, trials, strict=True) if name in trial.segments])
        for name in names
    }
    probabilities = [trial.challenger for trial in trials]
    error = expected_calibration_error(reliability(probabilities, won))
    slope = _slope(probabilities, won)
    suspicion = _suspicion(to_market, limits)
    reasons = (
        *suspicion,
        *_too_little(trials, limits),
        *_not_better(difference, upper, limits),
        *_not_calibrated(error, slope, len(trials), limits),
        *_not_covering(cover, limits),
        *_worse_somewhere(by_segment, limits),
    )
    return Verdict(
        outcome=Outcome.BLOCKED if suspicion else Outcome.STAYS if reasons else Outcome.PROMOTED,
        reasons=reasons,
        difference=difference,
        upper=upper,
        to_market=to_market,
        calibration_error=error,
        slope=slope.slope if slope else None,
        by_segment=by_segment,
    )


def _slope(probabilities: Sequence[float], won: Sequence[bool]) -> Logistic | None:
    try:
        return calibration_slope(probabilities, won)
    except ValueError:
        return None


def _suspicion(to_market: Mean, limits: Limits) -> list[str]:
    if to_market.count > 1 and to_market.value < -limits.suspicious * to_market.error:
        better = f"{-to_market.value:.4f} ({to_market.error:.4f}) on {to_market.count:,} games"
        return [f"it is better than the market by {better}, which no honest model is: look for leakage"]
    return []


def _too_little(trials: Sequence[Trial], limits: Limits) -> list[str]:
    seasons = len({trial.season for trial in trials})
    reasons = []
    if seasons < limits.seasons:
        reasons.append(f"seasons to judge by: {seasons}, needed are {limits.seasons}")
    if len(trials) < limits.games:
        reasons.append(f"games to judge by: {len(trials)}, needed are {limits.games}")
    return reasons


def _not_better(difference: Mean, upper: float, limits: Limits) -> list[str]:
    if not difference.value < 0:
        return [f"its log loss is not below the champion's: {difference.value:+.4f}"]
    if not upper < limits.noise:
        bound = f"the upper {limits.chance:.0%} bound of {difference.value:+.4f} is {upper:+.4f}"
        return [f"its log loss may be above the champion's: {bound}, not below {limits.noise:+.4f}"]
    return []


def _not_calibrated(error: float, slope: Logistic | None, count: int, limits: Limits) -> list[str]:
    most = limits.calibration_error if count >= limits.many_games else limits.calibration_error_of_few
    reasons = []
    if not error <= most:
        reasons.append(f"its calibration error is {error:.4f}, allowed on {count:,} games is {most}")
    low, high = limits.slope
    if slope is None:
        reasons.append(
            "its probabilities have no slope: they are all equal, or tell the results apart without an error"
        )
    elif not low <= slope.slope <= high:
        word = "overconfident" if slope.slope < low else "underconfident"
        reasons.append(f"it is {word}: its slope is {slope.slope:.3f}, allowed is {low} to {high}")
    return reasons


def _not_covering(cover: Mapping[float, float], limits: Limits) -> list[str]:
    return [
        f"its intervals of {promised:.0%} hold {held:.1%} of the margins"
        for promised, held in sorted(cover.items())
        if abs(held - promised) > limits.cover
    ]


def _worse_somewhere(by_segment: Mapping[str, Mean], limits: Limits) -> list[str]:
    return [
        f"it is worse by {difference.value:.4f} in the segment {name!r} of {difference.count:,} games"
        for name, difference in by_segment.items()
        if difference.count >= limits.segment_games and difference.value > limits.segment
    ]
