"""The filter in pure Python against the textbook's in numpy, and Elo against vectors by hand."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.predictions.leagues.games import game_league, game_leagues
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.ratings import rules as filters
from pickvs.predictions.ratings.elo import rules as elo
from pickvs.predictions.ratings.rules import FilterParameters, Pairing

TEAMS = "abcdef"
PARAMETERS = st.builds(
    FilterParameters,
    sign=st.sampled_from([-1, 1]),
    level=st.floats(0, 200),
    level_variance=st.floats(0, 25),
    level_step=st.floats(0, 0.1),
    rating_variance=st.floats(0.1, 40),
    rating_step=st.floats(0, 1),
    carry_over=st.floats(0.3, 1),
    season_step=st.floats(0, 15),
    noise=st.floats(0.5, 200),
    home_effect_variance=st.sampled_from([0.0, 0.5, 3.0]),
    squash=st.sampled_from([None, 5.0, 30.0]),
)
PAIRS = st.tuples(st.permutations(TEAMS), st.booleans()).map(lambda each: (each[0][0], each[0][1], each[1]))
GAMES = st.lists(st.tuples(PAIRS, st.floats(-60, 260)), min_size=0, max_size=5)
DAYS = st.lists(st.tuples(st.integers(1, 200), st.booleans(), GAMES), min_size=1, max_size=6)


class Textbook:
    """The whole state of all teams from the start, full matrices, one observation at a time."""

    def __init__(self, parameters: FilterParameters) -> None:
        self.parameters = parameters
        count = len(TEAMS)
        self.means = np.zeros(1 + 2 * count)
        self.means[0] = parameters.level
        own = [parameters.rating_variance] * count + [parameters.home_effect_variance] * count
        self.covariance = np.diag([parameters.level_variance, *own])
        self.seen: set[str] = set()

    def observes(self, home: str, away: str, neutral: bool) -> np.ndarray:
        row = np.zeros(len(self.means))
        row[1 + TEAMS.index(home)] = 1
        row[1 + TEAMS.index(away)] = self.parameters.sign
        row[0] = float(self.parameters.sign == 1 or not neutral)
        row[1 + len(TEAMS) + TEAMS.index(home)] = float(not neutral)
        return row

    def moved(self, days: int, turn: bool) -> tuple[np.ndarray, np.ndarray]:
        parameters, size = self.parameters, len(self.means)
        rated = np.array([0 < index <= len(TEAMS) and TEAMS[index - 1] in self.seen for index in range(size)])
        share = np.where(rated, parameters.carry_over if turn else 1, 1)
        step = parameters.season_step if turn else parameters.rating_step * days
        added = np.where(rated, step, 0)
        added[0] = 0 if turn else parameters.level_step * days
        return self.means * share, self.covariance * np.outer(share, share) + np.diag(added)

    def update(self, home: str, away: str, neutral: bool, value: float) -> None:
        row = self.observes(home, away, neutral)
        variance = row @ self.covariance @ row + self.parameters.noise
        surprise = value - row @ self.means
        if self.parameters.squash is not None:
            surprise = self.parameters.squash * math.tanh(surprise / self.parameters.squash)
        gain = self.covariance @ row / variance
        self.means = self.means + gain * surprise
        self.covariance = self.covariance - np.outer(gain, row @ self.covariance)


@settings(max_examples=60)
@given(PARAMETERS, DAYS)
def test_the_filter_is_the_textbooks(parameters: FilterParameters, days: list[tuple]) -> None:
    ratings, textbook = filters.unrated(parameters), Textbook(parameters)
    season, day = 2010, 1
    for gap, turn, games in days:
        season, day = season + turn, day + gap
        if ratings.day is not None:
            textbook.means, textbook.covariance = textbook.moved(gap, turn)
        for home, away, neutral in [pair for pair, _ in games] + [("a", "b", False)]:
            mean, variance = filters.expect(ratings, Pairing(home=home, away=away, is_neutral=neutral), season, day)
            row = textbook.observes(home, away, neutral)
            assert mean == pytest.approx(row @ textbook.means, rel=1e-9, abs=1e-9)
            assert variance == pytest.approx(row @ textbook.covariance @ row, rel=1e-9, abs=1e-9)
        before = json.dumps(filters.to_json(ratings))
        observed = [(Pairing(home=h, away=a, is_neutral=n), value) for (h, a, n), value in games]
        after = filters.observe(ratings, season, day, observed)
        assert json.dumps(filters.to_json(ratings)) == before
        ratings = filters.from_json(parameters, json.loads(json.dumps(filters.to_json(after))))
        assert ratings == after
        for (home, away, neutral), value in games:
            textbook.seen |= {home, away}
            textbook.update(home, away, neutral, value)


def test_a_filter_refuses_what_it_cannot_observe() -> None:
    parameters = game_league("basketball_nba").filters["margin"]
    ratings = filters.observe(filters.unrated(parameters), 2010, 5, [(Pairing(home="a", away="b"), 9.0)])
    assert filters.rating(ratings, "a")[0] > 0 > filters.rating(ratings, "b")[0]
    assert filters.rating(ratings, "c") == (0, parameters.rating_variance)
    for season, day in ((2010, 5), (2009, 9)):
        with pytest.raises(ValueError, match="not after"):
            filters.observe(ratings, season, day, [])
    with pytest.raises(ValueError, match="observes numbers"):
        filters.observe(ratings, 2010, 6, [(Pairing(home="a", away="b"), math.nan)])
    whole = filters.to_json(ratings)
    for faulty in ({**whole, "means": [1.0]}, {**whole, "teams": ["a", "a"]}, {**whole, "covariance": [[1.0]]}, {}):
        with pytest.raises(ValueError, match=r"rating"):
            filters.from_json(parameters, faulty)


def test_elo_is_fivethirtyeights() -> None:
    """By hand, from the published form with K 20, 100 for the home court, and 1505 between seasons."""
    parameters = game_league("basketball_nba").elo
    gap = elo.difference(parameters, {"a": 1600.0}, "a", "b", neutral=False)
    assert gap == 200
    assert elo.win_probability(gap) == pytest.approx(0.759747, abs=1e-6)
    # (10 + 3) ** 0.8 / (7.5 + 0.006 * 200) = 0.894613; 20 * 0.894613 * 0.240253
    assert elo.played(parameters, gap, 10) == pytest.approx(4.298673, abs=1e-5)
    # the underdog: (4 + 3) ** 0.8 / (7.5 - 1.2) = 0.752901; 20 * 0.752901 * -0.759747
    assert elo.played(parameters, gap, -4) == pytest.approx(-11.440285, abs=1e-5)
    assert elo.turned(parameters, {"a": 1605.0}) == {"a": 1580.0}
    assert elo.difference(parameters, {}, "a", "b", neutral=True) == 0


def test_every_league_has_parameters_that_survive_json() -> None:
    assert set(game_leagues()) == {"basketball_nba", "basketball_wnba", "americanfootball_nfl", "baseball_mlb"}
    for parameters in game_leagues().values():
        assert GameParameters.from_json(json.loads(json.dumps(parameters.to_json()))) == parameters
    with pytest.raises(ValueError, match="no game of"):
        game_league("curling")
