"""A state-space rating of a league's teams: a Kalman filter in pure Python.

A game's value is observed with noise. It is a level plus the difference or the sum of two ratings. With the difference,
the level is the home advantage and the value a margin; with the sum, the level is the league's mean and the value a
total. A team may also have a home effect of its own. Between days each rating takes a step of a random walk; at the
season's turn it moves to the mean and takes a larger one.

Source of the model: Glickman and Stern, A State-Space Model for National Football League Scores, 1998; fed with closing
lines instead of results: Lopez, Matthews and Baumer, How Often Does the Best Team Win?, 2018.

The state is a level and, for each team, a rating and with home effects a second number. `covariance` holds the lower
triangle of its symmetric matrix: row i has the columns 0 to i. Updates build new rows, so an older value is never
changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite, sqrt, sumprod, tanh
from typing import Any, Literal

type Row = list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterParameters:
    """What a filter is told. Variances are in squared points.

    sign: -1 observes the home rating less the away rating, 1 their sum. level, level_variance: the level before the
    first game. level_step: variance of its step a day. rating_variance: variance of a team never seen; its mean is 0.
    rating_step: variance of a rating's step a day. carry_over: share of a rating that is left at the season's turn.
    season_step: variance that it gains there. noise: variance of one observation. home_effect_variance: variance of a
    team's own home effect; 0 leaves home effects out. squash: surprises are flattened smoothly above about this many
    points; None takes them as they are.
    """

    sign: Literal[-1, 1]
    level: float
    level_variance: float
    level_step: float
    rating_variance: float
    rating_step: float
    carry_over: float
    season_step: float
    noise: float
    home_effect_variance: float = 0.0
    squash: float | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for parameters that are no filter."""
        if self.sign not in {-1, 1}:
            raise ValueError("a filter observes a difference (-1) or a sum (1)")
        variances = (self.level_variance, self.level_step, self.rating_variance, self.rating_step, self.season_step)
        if not all(isfinite(each) and each >= 0 for each in (*variances, self.home_effect_variance)):
            raise ValueError("the variances of a filter are finite and not negative")
        if not (isfinite(self.noise) and self.noise > 0):
            raise ValueError("the noise of a filter is a positive number")
        if not 0 <= self.carry_over <= 1:
            raise ValueError("the carry-over of a filter is between 0 and 1")
        if self.squash is not None and not self.squash > 0:
            raise ValueError("a filter squashes at a positive number of points")

    @property
    def width(self) -> int:
        """How many numbers of the state belong to a team."""
        return 2 if self.home_effect_variance else 1

    def is_rating(self, index: int) -> bool:
        """Tell whether a number of the state is a team's rating, and not the level or a home effect."""
        return index > 0 and (index - 1) % self.width == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """What a filter knows after a day.

    teams: index of each team's rating in `means`. season, day: of the last update, the day as an ordinal; None before
    the first.
    """

    parameters: FilterParameters
    teams: Mapping[str, int]
    means: Row
    covariance: list[Row]
    season: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The two teams of a game. is_neutral: neither plays at home, so margins have no home advantage."""

    home: str
    away: str
    is_neutral: bool = False


def unrated(parameters: FilterParameters) -> Ratings:
    """Return the ratings before the first game."""
    covariance = [[parameters.level_variance]]
    return Ratings(parameters=parameters, teams={}, means=[parameters.level], covariance=covariance)


def observe(ratings: Ratings, season: int, day: int, games: Iterable[tuple[Pairing, float]]) -> Ratings:
    """Return the ratings after a day's games, in their order. day: an ordinal, after `ratings.day`.

    Source of the update: Kalman, A New Approach to Linear Filtering and Prediction Problems, 1960; here one scalar
    observation at a time, each of which subtracts a matrix of rank 1 from the covariance. These are kept as vectors and
    subtracted at the end of the day together: that passes over the large matrix once a day and not once a game. Raises
    ValueError for a day that is not after the last one, or a value that is no number.
    """
    parameters = ratings.parameters
    games = list(games)
    moved = _joined(at(ratings, season, day), games)
    means, covariance = moved.means, moved.covariance
    pending: list[Row] = []
    for pairing, value in games:
        if not isfinite(value):
            raise ValueError(f"{pairing.home} against {pairing.away}: a filter observes numbers, not {value}")
        terms = [(index, factor) for index, factor, _ in _terms(moved, pairing) if index is not None]
        column = _column(covariance, terms)
        for vector in pending:
            share = sum(factor * vector[index] for index, factor in terms)
            column = [each - share * other for each, other in zip(column, vector, strict=True)]
        variance = sum(factor * column[index] for index, factor in terms) + parameters.noise
        surprise = value - sum(factor * means[index] for index, factor in terms)
        if parameters.squash is not None:
            surprise = parameters.squash * tanh(surprise / parameters.squash)
        share, scale = surprise / variance, 1 / sqrt(variance)
        means = [mean + share * each for mean, each in zip(means, column, strict=True)]
        pending.append([scale * each for each in column])
    subtracted = list(zip(*pending, strict=True))
    covariance = [
        [old - sumprod(own, other) for old, other in zip(row, subtracted, strict=False)]
        for row, own in zip(covariance, subtracted, strict=False)
    ]
    return replace(moved, means=means, covariance=covariance) if games else moved


def at(ratings: Ratings, season: int, day: int) -> Ratings:
    """Return the ratings as they are expected on a later day, before its games.

    Raises ValueError for a day that is not after the last one.
    """
    parameters, means, covariance = ratings.parameters, ratings.means, ratings.covariance
    carry, step, level_step = _elapsed(ratings, season, day)
    rated = [parameters.is_rating(index) for index in range(len(means))]
    if carry != 1:
        kept = [carry if each else 1.0 for each in rated]
        means = [mean * share for mean, share in zip(means, kept, strict=True)]
        covariance = [
            [each * share * other for each, other in zip(row, kept, strict=False)]
            for row, share in zip(covariance, kept, strict=True)
        ]
    added = [step if each else 0.0 for each in rated]
    added[0] = level_step
    covariance = [[*row[:-1], row[-1] + each] for row, each in zip(covariance, added, strict=True)]
    return replace(ratings, means=means, covariance=covariance, season=season, day=day)


def expect(ratings: Ratings, pairing: Pairing, season: int, day: int) -> tuple[float, float]:
    """Return mean and variance of what a game's value is centred on, without the noise of one observation.

    A team that was never seen counts as an average one that nothing is known of. Raises ValueError for a day that is
    not after the last one.
    """
    parameters, covariance = ratings.parameters, ratings.covariance
    carry, step, level_step = _elapsed(ratings, season, day)
    known, variance = [], 0.0
    for index, factor, prior in _terms(ratings, pairing):
        if index is None:
            variance += factor * factor * prior
        elif parameters.is_rating(index):
            known.append((index, factor * carry))
            variance += factor * factor * step
        else:
            known.append((index, factor))
            variance += factor * factor * level_step if index == 0 else 0.0
    mean = sum(factor * ratings.means[index] for index, factor in known)
    variance += sum(
        factor * other * (covariance[index][column] if column <= index else covariance[column][index])
        for index, factor in known
        for column, other in known
    )
    return mean, variance


def level(ratings: Ratings) -> float:
    """Return the mean of the level: the home advantage, or the league's mean total, in points."""
    return ratings.means[0]


def rating(ratings: Ratings, team: str) -> tuple[float, float]:
    """Return mean and variance of a team's rating, in points against an average team."""
    index = ratings.teams.get(team)
    if index is None:
        return 0.0, ratings.parameters.rating_variance
    return ratings.means[index], ratings.covariance[index][index]


def to_json(ratings: Ratings) -> dict[str, Any]:
    """Return ratings as JSON, without their parameters. Numbers keep all their digits."""
    return {
        "teams": list(ratings.teams),
        "means": ratings.means,
        "covariance": ratings.covariance,
        "season": ratings.season,
        "day": ratings.day,
    }


def from_json(parameters: FilterParameters, value: Mapping[str, Any]) -> Ratings:
    """Return the ratings that `to_json` made. Raises ValueError if these are none."""
    try:
        means = [float(each) for each in value["means"]]
        covariance = [[float(each) for each in row] for row in value["covariance"]]
        teams = {str(team): 1 + parameters.width * index for index, team in enumerate(value["teams"])}
        season, day = value["season"], value["day"]
    except (KeyError, TypeError) as error:
        raise ValueError(f"not ratings: {error!r}") from None
    size = 1 + parameters.width * len(value["teams"])
    if len(teams) != len(value["teams"]) or [len(row) for row in covariance] != list(range(1, size + 1)):
        raise ValueError("the covariance of ratings is a triangle with the level and every team once")
    if len(means) != size or not all(isinstance(each, int | None) for each in (season, day)):
        raise ValueError("ratings have a mean of the level and of every team, a season and a day")
    return Ratings(parameters=parameters, teams=teams, means=means, covariance=covariance, season=season, day=day)


def _joined(ratings: Ratings, games: Iterable[tuple[Pairing, float]]) -> Ratings:
    """Return the ratings with the teams that are new in these games."""
    playing = (team for pairing, _ in games for team in (pairing.home, pairing.away))
    new = [team for team in dict.fromkeys(playing) if team not in ratings.teams]
    if not new:
        return ratings
    parameters = ratings.parameters
    teams, means, covariance = dict(ratings.teams), list(ratings.means), list(ratings.covariance)
    for team in new:
        teams[team] = len(means)
        for variance in (parameters.rating_variance, parameters.home_effect_variance)[: parameters.width]:
            covariance.append([*[0.0] * len(means), variance])
            means.append(0.0)
    return replace(ratings, teams=teams, means=means, covariance=covariance)


def _elapsed(ratings: Ratings, season: int, day: int) -> tuple[float, float, float]:
    """Return the share of a rating that is left, and the variances that a rating and the level gain until a day."""
    if ratings.day is None or ratings.season is None:
        return 1.0, 0.0, 0.0
    if day <= ratings.day or season < ratings.season:
        raise ValueError(f"season {season}, day {day} is not after season {ratings.season}, day {ratings.day}")
    parameters = ratings.parameters
    if season != ratings.season:
        return parameters.carry_over, parameters.season_step, 0.0
    return 1.0, parameters.rating_step * (day - ratings.day), parameters.level_step * (day - ratings.day)


def _terms(ratings: Ratings, pairing: Pairing) -> list[tuple[int | None, float, float]]:
    """Return what of the state a game observes: index or None for a new team, factor, variance before any game."""
    parameters = ratings.parameters
    home, away = ratings.teams.get(pairing.home), ratings.teams.get(pairing.away)
    prior, own = parameters.rating_variance, parameters.home_effect_variance
    terms: list[tuple[int | None, float, float]] = [(home, 1.0, prior), (away, float(parameters.sign), prior)]
    if parameters.sign == 1 or not pairing.is_neutral:
        terms.append((0, 1.0, parameters.level_variance))
    if own and not pairing.is_neutral:
        terms.append((None if home is None else home + 1, 1.0, own))
    return terms


def _column(covariance: list[Row], terms: list[tuple[int, float]]) -> Row:
    """Return the covariance of the whole state with a weighted sum of some of its numbers."""
    whole = [0.0] * len(covariance)
    for index, factor in terms:
        column = covariance[index] + [row[index] for row in covariance[index + 1 :]]
        whole = [each + factor * other for each, other in zip(whole, column, strict=True)]
    return whole
