"""Alarms of forecasts."""

from collections.abc import Iterator
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm, Comparison
from cdk.config import StageConfig
from cdk.watched import AVERAGE, MAXIMUM, SUM, Watched

_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
_DISTANCE_POINTS = 1
"""Points by which forecasts move away from the closing line if something is wrong. A healthy distance is 2 to 3."""
_SHIFT = 0.25
_CUSUM = 26
_COVER_PERCENT = 10


def of_forecasts(config: StageConfig) -> Iterator[Alarm]:
    """Return the alarms of forecasts: those that are missing, wrong, or worse than they were."""
    sports = config.predictions.sports

    def by_sport(metric: str, statistic: str) -> dict[str, Watched]:
        return {f"of_{sport}": watched.measured(config, metric, statistic, sport=sport) for sport in sports}

    def combined(how: str, default: int = 0, inner: str = "FILL({0}, {1})") -> str:
        return f"{how}([{', '.join(inner.format(f'of_{sport}', default) for sport in sports)}])"

    yield Alarm(
        name="forecasts-missing",
        section="forecasts-missing",
        meaning="Half an hour before a slate, a game of it has no forecast.",
        watches=by_sport("SlatesWithoutForecasts", SUM),
        formula=combined("SUM"),
        threshold=1,
        period=_QUARTER,
    )
    yield Alarm(
        name="forecast-invariants",
        section="forecast-invariants",
        meaning="Published forecasts contradict each other, or their ratings do not know what they must.",
        watches=by_sport("ForecastInvariantsBroken", SUM),
        formula=combined("SUM"),
        threshold=1,
        period=_QUARTER,
    )
    yield Alarm(
        name="forecasts-far-from-line",
        section="forecasts-drift",
        meaning=f"Forecasts are {_DISTANCE_POINTS} point farther from the closing line than in the two years before.",
        watches=by_sport("LineDistance", MAXIMUM),
        formula=combined("MAX"),
        threshold=_DISTANCE_POINTS,
        period=_HOUR,
    )
    yield Alarm(
        name="forecasts-shifted",
        section="forecasts-drift",
        meaning="The win probabilities of four weeks are another population than those of the year before.",
        watches=by_sport("InputShift", MAXIMUM),
        formula=combined("MAX"),
        threshold=_SHIFT,
        period=_HOUR,
    )
    yield Alarm(
        name="forecasts-worse",
        section="forecasts-drift",
        meaning=f"The cumulated loss beyond the market's has passed {_CUSUM} standard deviations.",
        watches=by_sport("LossCusum", MAXIMUM),
        formula=combined("MAX"),
        comparison=Comparison.MORE,
        threshold=_CUSUM,
        period=_HOUR,
    )
    yield Alarm(
        name="players-cover",
        section="players-cover",
        meaning=f"The 80 % intervals of players hold {_COVER_PERCENT} % more or less of their statistics than 80 %.",
        watches=by_sport("PlayerCover", AVERAGE),
        formula=combined("MAX", 80, "ABS(FILL({0}, {1}) - 80)"),
        comparison=Comparison.MORE,
        threshold=_COVER_PERCENT,
        period=_HOUR,
    )
