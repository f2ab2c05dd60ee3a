"""Rows of players for training and figures, made by the same fold that live forecasts use."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pickvs.predictions.facts.rules import Day
from pickvs.predictions.leagues.players import MINUTES, PlayerLeague
from pickvs.predictions.players.rules import advance, feature_names, features, measures_of, start

type Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Players who played, in order of time, with what was known before each game's day.

    features: a row each, in the order of `feature_names`. measures: a row each of what happened, exposure first, then
    the league's tracked statistics. days: ordinals. seasons: the year in which the season starts.
    """

    league: PlayerLeague
    features: Numbers
    measures: Numbers
    days: NDArray[np.int64]
    seasons: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.days)

    def where(self, chosen: NDArray[np.bool_]) -> "Rows":
        """Return the chosen rows."""
        return Rows(
            league=self.league,
            features=self.features[chosen],
            measures=self.measures[chosen],
            days=self.days[chosen],
            seasons=self.seasons[chosen],
        )

    def before(self, day: int) -> "Rows":
        """Return the rows of days before an ordinal. They share memory with these."""
        return self._between(0, self._place_of(day))

    def since(self, day: int) -> "Rows":
        """Return the rows of an ordinal and later. They share memory with these."""
        return self._between(self._place_of(day), len(self))

    def latest(self, most: int) -> "Rows":
        """Return the last rows, at most this many. They share memory with these."""
        return self._between(max(0, len(self) - most), len(self))

    def _place_of(self, day: int) -> int:
        return int(np.searchsorted(self.days, day))

    def _between(self, first: int, end: int) -> "Rows":
        return Rows(
            league=self.league,
            features=self.features[first:end],
            measures=self.measures[first:end],
            days=self.days[first:end],
            seasons=self.seasons[first:end],
        )

    def feature(self, name: str) -> Numbers:
        """Return one feature of all rows."""
        return self.features[:, feature_names(self.league).index(name)]

    def outcome(self, name: str) -> Numbers:
        """Return what happened of one statistic or of `minutes`. A count below 0 (yards) is forecast as 0."""
        column = 0 if name in {MINUTES, "exposure"} else 1 + self.league.tracked.index(name)
        return np.maximum(self.measures[:, column], 0.0)


def rows_of(league: PlayerLeague, days: Iterable[Day]) -> Rows:
    """Return a row for each player's line of the days, which are in order of time.

    The features of a line are read before its day is added. Raises ValueError as `advance` and `features` do.
    """
    state, width = start(league), len(feature_names(league))
    numbers, measures, ordinals, seasons = array("d"), array("d"), array("q"), array("q")
    for day in days:
        fixtures = {result.fixture.game: result.fixture for result in day.results}
        after = advance(state, day)
        for line in day.player_lines:
            fixture = fixtures[line.game]
            numbers.extend(features(state, fixture, line.player, line.team))
            measures.extend(measures_of(league, line))
            ordinals.append(day.day.toordinal())
            seasons.append(fixture.season)
        state = after
    return Rows(
        league=league,
        features=np.frombuffer(numbers, dtype=np.float64).reshape(-1, width),
        measures=np.frombuffer(measures, dtype=np.float64).reshape(-1, 1 + len(league.tracked)),
        days=np.frombuffer(ordinals, dtype=np.int64),
        seasons=np.frombuffer(seasons, dtype=np.int64),
    )
