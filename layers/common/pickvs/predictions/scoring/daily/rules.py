"""What a contestant's scores say by day: means, and whether it has become worse. Pure.

A night has a handful of games, and losses are noisy. So three things are watched: the distance of forecasts to the
closing line, whether their inputs are those of the past, and the cumulated loss beyond the market's.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from pickvs.predictions.measures.calibration.rules import expected_calibration_error, reliability
from pickvs.predictions.measures.drift.rules import Cusum, population_stability_index, quantile_edges

SLACK, THRESHOLD, DEVIATION = 0.1, 26.0, 0.207
"""Of the CUSUM, in standard deviations of a game's loss beyond the market's: it rang 4 times in 14 healthy seasons."""
FAR_POINTS = 1.0
"""Points by which forecasts move away from the closing line if something is wrong. A healthy distance is 2 to 3."""
OTHER_POPULATION = 0.25
"""Population stability index from which on two populations count as different ones."""
USUAL_GAP: Mapping[str, float] = {"no-market": 0.017, "past-lines": 0.010, "with-line": 0.004, "elo": 0.019}
"""Mean log loss beyond the close's on the NBA's games of 2010 to 2023, until a contestant has its own past."""

_OWN_PAST = 400
"""Games from which on a contestant's own gap of the seasons before is the reference."""
_OWN_SEASONS = 2
_RECENT_GAMES, _ECE_GAMES = 50, 500
_REFERENCE = timedelta(days=730)
_FEWEST_REFERENCE = 200
_MONTH, _YEAR = timedelta(days=28), timedelta(days=365)
_FEWEST_OF_MONTH = 60
"""Below, chance alone makes another population of a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One game's score of a contestant. season: the year in which it starts."""

    day: date
    season: int
    home_win: float
    home_won: bool | None
    log_loss: float | None
    brier: float | None
    close_log_loss: float | None
    line_distance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """A contestant's day. gap: mean log loss less the close's, of the games that have one.

    ece: of the last 500 games. line_distance: mean of the day's. distance_shift: mean of the last 50 games less that of
    the two years before these. psi: of the last four weeks' win probabilities against those of the year before. cusum:
    since the season's start. What lacks the games for it is None.
    """

    day: date
    games: int
    log_loss: float | None
    brier: float | None
    paired_games: int
    gap: float | None
    ece: float | None
    line_distance: float | None
    distance_shift: float | None
    psi: float | None
    cusum: float | None


def dailies(contestant: str, scored: Sequence[Scored], since: date) -> list[Daily]:
    """Return the days of a contestant from `since` on that have a game. scored: all its scores, by day.

    A day's figures depend on the games up to that day only.
    """
    totals = _cusums(contestant, scored)
    days = [each.day for each in scored]
    found = []
    for day, group in groupby(scored, key=lambda each: each.day):
        if day < since:
            continue
        of_day = list(group)
        so_far = scored[: bisect_left(days, day + timedelta(days=1))]
        gaps = [gap for each in of_day if (gap := _gap(each)) is not None]
        found.append(
            Daily(
                day=day,
                games=len(of_day),
                log_loss=_mean([each.log_loss for each in of_day]),
                brier=_mean([each.brier for each in of_day]),
                paired_games=len(gaps),
                gap=_mean(gaps),
                ece=_ece(so_far[-_ECE_GAMES:]),
                line_distance=_mean([each.line_distance for each in of_day]),
                distance_shift=_distance_shift(so_far),
                psi=_psi(so_far, day),
                cusum=totals.get(day),
            )
        )
    return found


def drifts(*, distance_shift: float | None, psi: float | None, cusum: float | None) -> list[str]:
    """Return the names of the figures that are past their limits. A figure that is None is not."""
    past = {
        "far from the closing line": distance_shift is not None and distance_shift >= FAR_POINTS,
        "another population": psi is not None and psi >= OTHER_POPULATION,
        "losses beyond the market's": cusum is not None and cusum > THRESHOLD,
    }
    return [name for name, is_past in past.items() if is_past]


def _gap(each: Scored) -> float | None:
    if each.log_loss is None or each.close_log_loss is None:
        return None
    return each.log_loss - each.close_log_loss


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _ece(scored: Sequence[Scored]) -> float | None:
    known = [(each.home_win, each.home_won) for each in scored if each.home_won is not None]
    if not known:
        return None
    return expected_calibration_error(reliability([chance for chance, _ in known], [won for _, won in known]))


def _distance_shift(scored: Sequence[Scored]) -> float | None:
    known = [(each.day, each.line_distance) for each in scored if each.line_distance is not None]
    recent, before = known[-_RECENT_GAMES:], known[:-_RECENT_GAMES]
    if len(recent) < _RECENT_GAMES:
        return None
    reference = [distance for day, distance in before if day >= recent[0][0] - _REFERENCE]
    if len(reference) < _FEWEST_REFERENCE:
        return None
    return sum(distance for _, distance in recent) / len(recent) - sum(reference) / len(reference)


def _psi(scored: Sequence[Scored], day: date) -> float | None:
    month = [each.home_win for each in scored if each.day > day - _MONTH]
    year = [each.home_win for each in scored if day - _YEAR < each.day <= day - _MONTH]
    if len(month) < _FEWEST_OF_MONTH or len(year) < _FEWEST_REFERENCE:
        return None
    # Five parts: one with few games by chance would count as a change.
    edges = quantile_edges(year, parts=5)
    return population_stability_index(year, month, edges)


def _cusums(contestant: str, scored: Sequence[Scored]) -> dict[date, float]:
    """Return the CUSUM at the end of each day. It begins with each season, against the gap of the seasons before."""
    totals: dict[date, float] = {}
    seasons: list[list[float]] = []
    for _, of_season in _by_season(scored):
        past = [gap for season in seasons[-_OWN_SEASONS:] for gap in season]
        mean = sum(past) / len(past) if len(past) >= _OWN_PAST else USUAL_GAP.get(contestant, 0.0)
        cusum = Cusum(mean=mean, deviation=DEVIATION, slack=SLACK, threshold=THRESHOLD)
        total = 0.0
        gaps = []
        for each in of_season:
            if (gap := _gap(each)) is not None:
                gaps.append(gap)
                total = cusum.next(total, gap)
                totals[each.day] = total
        seasons.append(gaps)
    return totals


def _by_season(scored: Sequence[Scored]) -> Iterator[tuple[int, list[Scored]]]:
    for season, group in groupby(scored, key=lambda each: each.season):
        yield season, list(group)
