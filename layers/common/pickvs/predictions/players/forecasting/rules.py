"""A trained model of players and what it forecasts, without any library. Pure.

The model is a document of JSON. First it expects a player's exposure (minutes), then each statistic from his features
and that exposure. An expectation is a linear part plus a forest, on the scale of a link. A law makes a distribution of
an expectation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, isnan, log, log1p, nan
from typing import Any

from pickvs.predictions.distributions.counts.rules import NegativeBinomial
from pickvs.predictions.distributions.quantiles.rules import Quantiles
from pickvs.predictions.trees import rules as trees

KIND, FORMAT = "players", 1
LOG, IDENTITY = "log", "identity"
LARGEST_LOG = 7.0
"""Logarithms of means are cut here, at about 1,100; no statistic of a game reaches it."""
SMALLEST_EXPOSURE = 0.1
SMALLEST_MEAN = 0.001
MEAN_SHIFT = 0.1
"""Added to a mean before the logarithm that the overdispersion depends on."""
LARGEST_LOG_OVERDISPERSION = 6.0

type Distribution = NegativeBinomial | Quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of a linear part: weight * value, or weight * log(value + shift) if there is a shift.

    column: of the row. missing: stands for a value that is missing.
    """

    column: int
    shift: float | None
    missing: float
    weight: float

    def of(self, row: Sequence[float]) -> float:
        """Return the term for a row."""
        value = row[self.column]
        if isnan(value):
            value = self.missing
        return self.weight * (value if self.shift is None else log(max(value, 0.0) + self.shift))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How a mean comes from a row: link^-1(intercept + terms + the forest's score of the features)."""

    link: str
    intercept: float
    terms: tuple[Term, ...]
    forest: trees.Forest

    def of(self, rows: Sequence[Sequence[float]], features: Sequence[Sequence[float]]) -> list[float]:
        """Return the mean for each row. features: the first part of each row, which the forest reads."""
        scores = self.forest.scores(features)
        sums = [
            self.intercept + sum(term.of(row) for term in self.terms) + score
            for row, score in zip(rows, scores, strict=True)
        ]
        if self.link == LOG:
            return [max(SMALLEST_MEAN, exp(min(each, LARGEST_LOG))) for each in sums]
        return [max(SMALLEST_EXPOSURE, each) for each in sums]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLaw:
    """The overdispersion of a count: exp(intercept + by_mean * log(mean + 0.1) + by_spread * log(1 + spread)).

    spread: the player's usual deviation from his exposure, as a share of the expected exposure.
    """

    intercept: float
    by_mean: float
    by_spread: float

    def distribution(self, mean: float, spread: float) -> NegativeBinomial:
        """Return the distribution of a count with a mean."""
        size = self.intercept + self.by_mean * log(mean + MEAN_SHIFT) + self.by_spread * log1p(spread)
        return NegativeBinomial(mean=mean, overdispersion=exp(min(size, LARGEST_LOG_OVERDISPERSION)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureLaw:
    """Minutes around their expectation: errors as multiples of a scale, in quantiles that depend on the expectation.

    The scale is exp(intercept + by_mean * log(1 + expected) + by_spread * log(1 + spread)). nodes: expectations at
    which quantiles are given, rising; between two they are interpolated. table: for each node a quantile per level.
    most: no number is above it.
    """

    intercept: float
    by_mean: float
    by_spread: float
    levels: tuple[float, ...]
    nodes: tuple[float, ...]
    table: tuple[tuple[float, ...], ...]
    most: float

    def scale(self, expected: float, spread: float) -> float:
        """Return the scale of the error of an expectation."""
        return exp(self.intercept + self.by_mean * log1p(expected) + self.by_spread * log1p(spread))

    def distribution(self, expected: float, spread: float) -> Quantiles:
        """Return the distribution of minutes with an expectation."""
        scale, right = self.scale(expected, spread), 0
        while right < len(self.nodes) and self.nodes[right] < expected:
            right += 1
        if right in {0, len(self.nodes)}:
            errors = self.table[0 if right == 0 else -1]
        else:
            low, high = self.nodes[right - 1], self.nodes[right]
            part = (expected - low) / (high - low)
            pairs = zip(self.table[right - 1], self.table[right], strict=True)
            errors = tuple(before + part * (after - before) for before, after in pairs)
        values = accumulate((min(max(0.0, expected + scale * error), self.most) for error in errors), max)
        return Quantiles(levels=self.levels, values=tuple(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayersModel:
    """A trained model, ready to forecast.

    features: names of a row's numbers. exposure, exposure_law: the expected exposure and its law; the law is None where
    minutes are not forecast. spread: column of the deviation of exposure, and what stands for a missing one.
    statistics: expectation and law of each; their rows have three more columns, the expected exposure and the
    statistic as `expected_from_exposure` has it.
    """

    sport: str
    features: tuple[str, ...]
    exposure: Expectation
    exposure_name: str
    exposure_law: ExposureLaw | None
    spread: tuple[int, float]
    statistics: Mapping[str, tuple[Expectation, CountLaw]]

    def forecast(self, rows: Sequence[Sequence[float]]) -> list[dict[str, Distribution]]:
        """Return for each row of features the distribution of each statistic, given that the player plays.

        Raises ValueError for a row of another length than the model's features.
        """
        features = [list(row) for row in rows]
        exposures = self.exposure.of(features, features)
        column, missing = self.spread
        spreads = [
            (missing if isnan(row[column]) else row[column]) / max(1.0, exposure)
            for row, exposure in zip(features, exposures, strict=True)
        ]
        index = {name: at for at, name in enumerate(self.features)}
        found: list[dict[str, Distribution]] = [{} for _ in features]
        if self.exposure_law is not None:
            for each, exposure, spread in zip(found, exposures, spreads, strict=True):
                each[self.exposure_name] = self.exposure_law.distribution(exposure, spread)
        for name, (expectation, law) in self.statistics.items():
            rate, season = index[f"rate.{name}"], index[f"season.{name}"]
            season_exposure = index[f"season.{self.exposure_name}"]
            extended = [
                [*row, exposure, *expected_from_exposure(exposure, row[rate], row[season], row[season_exposure])]
                for row, exposure in zip(features, exposures, strict=True)
            ]
            means = expectation.of(extended, features)
            for each, mean, spread in zip(found, means, spreads, strict=True):
                each[name] = law.distribution(mean, spread)
        return found


def expected_from_exposure(exposure: float, rate: float, season: float, season_exposure: float) -> tuple[float, float]:
    """Return a statistic as expected from exposure alone: at the rate of the last games, and at the season's rate."""
    return exposure * rate, exposure * season / season_exposure if season_exposure > 0 else nan


def load(document: Mapping[str, Any], features: Sequence[str]) -> PlayersModel:
    """Return the model of an artefact's document. features: the names that the code makes now.

    Raises ValueError for a document of another kind or format, and for one that was trained on other features.
    """
    if (document.get("kind"), document.get("format")) != (KIND, FORMAT):
        raise ValueError(
            f"an artefact of kind {document.get('kind')!r}, format {document.get('format')!r}: not read here"
        )
    if tuple(document["features"]) != tuple(features):
        raise ValueError("the artefact was trained on other features than the code makes now")
    exposure = document["exposure"]
    law = exposure["law"]
    return PlayersModel(
        sport=document["sport"],
        features=tuple(features),
        exposure=_expectation(exposure),
        exposure_name=exposure["name"],
        exposure_law=None if law is None else _exposure_law(law),
        spread=(list(features).index("exposure_sd"), exposure["missing_sd"]),
        statistics={
            name: (_expectation(each), CountLaw(**each["law"])) for name, each in document["statistics"].items()
        },
    )


def _expectation(document: Mapping[str, Any]) -> Expectation:
    if document["link"] not in {LOG, IDENTITY}:
        raise ValueError(f"no link is called {document['link']!r}")
    names = ("column", "shift", "missing", "weight")
    return Expectation(
        link=document["link"],
        intercept=document["intercept"],
        terms=tuple(Term(**dict(zip(names, term, strict=True))) for term in document["terms"]),
        forest=trees.from_json(document["forest"]),
    )


def _exposure_law(document: Mapping[str, Any]) -> ExposureLaw:
    lists = {name: tuple(document[name]) for name in ("levels", "nodes")}
    table = tuple(tuple(row) for row in document["table"])
    return ExposureLaw(**{**document, **lists, "table": table})
