"""Whether a challenger that forecasts players takes the champion's place. Pure.

A challenger is judged by the continuous ranked probability score on the same lines of players as the yardstick. Lines
of one day are not independent: the standard error is that of the days' means.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from pickvs.predictions.gate.rules import Outcome
from pickvs.predictions.measures.rules import Mean, mean


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerTrial:
    """One player's line that both have forecast before its day.

    day: ordinal. yardstick, challenger: CRPS by statistic, of the same statistics.
    """

    day: int
    yardstick: Mapping[str, float]
    challenger: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerLimits:
    """What a challenger must keep.

    days, lines: the least to judge by. chance: one-sided probability of the upper bound. noise: share of the
    yardstick's score below which that bound of the difference stays. statistic: greatest share by which one
    statistic may be worse. cover: greatest distance of an 80 % interval's cover from its promise. suspicious: share
    by which no honest model is better; the best that is known is 10 % better than the simplest.
    """

    days: int = 20
    lines: int = 1_000
    chance: float = 0.90
    noise: float = 0.0005
    statistic: float = 0.01
    cover: float = 0.05
    suspicious: float = 0.30


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerVerdict:
    """The outcome, its reasons in words (none for a promotion), and the figures it was reached by.

    difference: mean over the statistics of the challenger's score less the yardstick's, as a share of the yardstick's;
    its count is of days. upper: its upper bound. by_statistic: the same of each statistic.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    difference: Mean
    upper: float
    by_statistic: Mapping[str, float]
    lines: int


def judge_players(
    trials: Sequence[PlayerTrial], cover: Mapping[str, float], limits: PlayerLimits | None = None
) -> PlayerVerdict:
    """Return the verdict on a challenger.

    cover: how often the challenger's 80 % intervals held what happened, by statistic. Raises ValueError without a
    trial, or if the statistics differ.
    """
    limits = limits or PlayerLimits()
    if not trials:
        raise ValueError("a challenger is judged by lines of players")
    names = sorted(trials[0].yardstick)
    if not names or any(sorted(scores) != names for each in trials for scores in (each.yardstick, each.challenger)):
        raise ValueError("both are judged by the same statistics")
    scale = {name: sum(each.yardstick[name] for each in trials) / len(trials) for name in names}
    judged = [name for name in names if scale[name] > 0]
    by_day: defaultdict[int, list[float]] = defaultdict(list)
    for each in trials:
        shares = [(each.challenger[name] - each.yardstick[name]) / scale[name] for name in judged]
        by_day[each.day].append(sum(shares) / len(shares) if shares else 0.0)
    # Weighted by their lines, so that the mean of the days is that of the lines.
    weight = len(by_day) / len(trials)
    difference = mean([sum(shares) * weight for shares in by_day.values()])
    upper = difference.value + NormalDist().inv_cdf(limits.chance) * difference.error
    by_statistic = {
        name: sum(each.challenger[name] for each in trials) / len(trials) / scale[name] - 1 for name in judged
    }
    suspicion = (
        [f"it is better than the yardstick by {-difference.value:.1%}, which no honest model is: look for leakage"]
        if difference.value < -limits.suspicious
        else []
    )
    reasons = (
        *suspicion,
        *_too_little(len(by_day), len(trials), limits),
        *_not_better(difference, upper, limits),
        *(f"it is worse by {share:.1%} in {name}" for name, share in by_statistic.items() if share > limits.statistic),
        *(
            f"its intervals of 80% hold {held:.1%} of {name}"
            for name, held in sorted(cover.items())
            if abs(held - 0.8) > limits.cover
        ),
    )
    return PlayerVerdict(
        outcome=Outcome.BLOCKED if suspicion else Outcome.STAYS if reasons else Outcome.PROMOTED,
        reasons=reasons,
        difference=difference,
        upper=upper,
        by_statistic=by_statistic,
        lines=len(trials),
    )


def _too_little(days: int, lines: int, limits: PlayerLimits) -> list[str]:
    reasons = []
    if days < limits.days:
        reasons.append(f"days to judge by: {days}, needed are {limits.days}")
    if lines < limits.lines:
        reasons.append(f"lines of players to judge by: {lines}, needed are {limits.lines}")
    return reasons


def _not_better(difference: Mean, upper: float, limits: PlayerLimits) -> list[str]:
    if not difference.value < 0:
        return [f"its score is not below the yardstick's: {difference.value:+.2%}"]
    if not upper < limits.noise:
        bound = f"the upper {limits.chance:.0%} bound of {difference.value:+.2%} is {upper:+.2%}"
        return [f"its score may be above the yardstick's: {bound}"]
    return []
