"""The gate's limits where there are few games, so that chance alone keeps nobody out. Pure.

On 2,460 games of basketball the limits are those of `Limits`. Two seasons of a league that plays 270 games a season
cannot tell a calibrated model from its limits: even the truth would miss them half of the time.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import pi, sqrt
from statistics import NormalDist

from pickvs.predictions.gate.rules import Limits
from pickvs.predictions.measures.calibration.rules import logit

_BINS = 10
_CHANCE = NormalDist().inv_cdf(0.95)
_ROOM = 1.3
"""How far above its mean under perfect calibration a calibration error may be."""


def limits_for(probabilities: Sequence[float], limits: Limits | None = None) -> Limits:
    """Return the limits for a challenger with these win probabilities, none of them narrower than chance allows.

    Under perfect calibration, the mean absolute deviation of a bin's frequency is that of a sum of independent games,
    by the normal law; the slope's error is that of a logistic at its truth; a cover's error is at most that of a half.
    """
    limits = limits or Limits()
    if not probabilities:
        return limits
    variances = [0.0] * _BINS
    information = 0.0
    for each in probabilities:
        variances[min(int(each * _BINS), _BINS - 1)] += each * (1 - each)
        information += each * (1 - each) * logit(each) ** 2
    expected = sum(sqrt(2 / pi * variance) for variance in variances) / len(probabilities)
    slope = _CHANCE / sqrt(information) if information > 0 else 0.0
    return replace(
        limits,
        calibration_error_of_few=max(limits.calibration_error_of_few, _ROOM * expected),
        slope=(min(limits.slope[0], 1 - slope), max(limits.slope[1], 1 + slope)),
        cover=max(limits.cover, _CHANCE * sqrt(0.25 / len(probabilities))),
    )
