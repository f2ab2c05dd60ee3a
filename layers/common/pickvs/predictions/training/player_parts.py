"""Expectations of players' statistics for many rows at once, equal to what the pure forecaster makes of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pickvs.predictions.leagues.players import MINUTES, PlayerLeague
from pickvs.predictions.players.forecasting.rules import LARGEST_LOG, LOG, SMALLEST_EXPOSURE, SMALLEST_MEAN
from pickvs.predictions.training.player_rows import Numbers, Rows
from pickvs.predictions.training.trees import scores
from pickvs.predictions.trees import rules as trees
from pickvs.predictions.trees.rules import Forest

type Terms = list[tuple[int, float | None, float, float]]
"""Column, shift, what stands for a missing number, weight: `Term` of the forecaster."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an expectation reads of rows: their features, and behind them the columns that were added."""

    features: Numbers
    added: tuple[Numbers, ...] = ()

    def column(self, place: int) -> Numbers:
        """Return a column by its place."""
        width = self.features.shape[1]
        return self.features[:, place] if place < width else self.added[place - width]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An expectation, as `Expectation` of the forecaster is one: a linear part and a forest on the scale of a link."""

    link: str
    intercept: float
    terms: Terms
    forest: Forest

    def linear(self, inputs: Inputs) -> Numbers:
        """Return intercept and terms of each row."""
        total = np.full(len(inputs.features), self.intercept)
        for column, shift, missing, weight in self.terms:
            total += weight * transformed(inputs.column(column), shift, missing)
        return total

    def mean(self, inputs: Inputs) -> Numbers:
        """Return the expectation of each row."""
        total = self.linear(inputs) + scores(self.forest, inputs.features)
        if self.link == LOG:
            means: Numbers = np.maximum(SMALLEST_MEAN, np.exp(np.minimum(total, LARGEST_LOG)))
            return means
        exposures: Numbers = np.maximum(SMALLEST_EXPOSURE, total)
        return exposures

    def document(self) -> dict[str, Any]:
        """Return the part as an artefact has it."""
        terms = [list(term) for term in self.terms]
        forest = self.forest.to_json()
        return {"link": self.link, "intercept": self.intercept, "terms": terms, "forest": forest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What a model expects of each row. means: by statistic. spread: usual deviation of exposure, as its share."""

    exposure: Numbers
    spread: Numbers
    means: Mapping[str, Numbers]


def expectations(document: Mapping[str, Any], rows: Rows) -> Expectations:
    """Return what the model of an artefact's document expects of rows."""
    exposure = _part(document["exposure"]).mean(Inputs(rows.features))
    return Expectations(
        exposure=exposure,
        spread=spread_of(rows, exposure, document["exposure"]["missing_sd"]),
        means={name: _part(each).mean(extended(rows, name, exposure)) for name, each in document["statistics"].items()},
    )


def exposure_name(league: PlayerLeague) -> str:
    """Return the name that exposure has among a league's features."""
    return MINUTES if league.timed else "exposure"


def extended(rows: Rows, name: str, exposures: Numbers) -> Inputs:
    """Return what a statistic's expectation reads: features, expected exposure, `expected_from_exposure`."""
    season_exposure = rows.feature(f"season.{exposure_name(rows.league)}")
    by_season = exposures * rows.feature(f"season.{name}")
    seasonal = np.divide(by_season, season_exposure, out=np.full(len(rows), np.nan), where=season_exposure > 0)
    return Inputs(rows.features, (exposures, exposures * rows.feature(f"rate.{name}"), seasonal))


def spread_of(rows: Rows, exposures: Numbers, missing: float) -> Numbers:
    """Return the usual deviation of exposure as a share of the expected one."""
    deviation = rows.feature("exposure_sd")
    spread: Numbers = np.where(np.isnan(deviation), missing, deviation) / np.maximum(1.0, exposures)
    return spread


def transformed(numbers: Numbers, shift: float | None, missing: float) -> Numbers:
    """Return a term's numbers before their weight."""
    known: Numbers = np.where(np.isnan(numbers), missing, numbers)
    if shift is not None:
        known = np.log(np.maximum(known, 0.0) + shift)
    return known


def known_mean(numbers: Numbers) -> float:
    """Return the mean of the numbers that are not missing; 0 if all are."""
    known = numbers[~np.isnan(numbers)]
    return float(known.mean()) if len(known) else 0.0


def _part(document: Mapping[str, Any]) -> Part:
    column, shift, missing, weight = range(4)
    terms = [(term[column], term[shift], term[missing], term[weight]) for term in document["terms"]]
    forest = trees.from_json(document["forest"])
    return Part(link=document["link"], intercept=document["intercept"], terms=terms, forest=forest)
