"""Training on a generated league, and the pure forecaster against the same arithmetic over whole columns."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from pickvs.predictions.distributions.counts.rules import NegativeBinomial
from pickvs.predictions.leagues.players import player_league
from pickvs.predictions.players.forecasting.rules import CountLaw, ExposureLaw, load
from pickvs.predictions.players.rules import feature_names
from pickvs.predictions.training.player_figures import EWMA_FAVOURED, EWMA_PAST, MEDIAN, MODEL, evaluate
from pickvs.predictions.training.player_laws import (
    at_most,
    count_overdispersion,
    crps_of_counts,
    fitted_count_law,
    fitted_exposure_law,
    fitted_variance,
)
from pickvs.predictions.training.player_parts import expectations
from pickvs.predictions.training.player_rows import Rows, rows_of
from pickvs.predictions.training.players import LINEAR, Artefact, Parameters, train
from tests.support.player_boxes import box_scores

SMALL = Parameters(trees=8, exposure_trees=8)


@cache
def rows(sport: str) -> Rows:
    return rows_of(player_league(sport), box_scores(player_league(sport), days=32))


@cache
def model(sport: str) -> tuple[Rows, Rows, Artefact]:
    everything = rows(sport)
    border = int(everything.days[len(everything) * 4 // 5])
    past = everything.before(border)
    return past, everything.since(border), train(past, SMALL)


@pytest.mark.parametrize("sport", ["basketball_nba", "baseball_mlb", "americanfootball_nfl"])
def test_the_pure_forecaster_is_the_trained_model(sport: str) -> None:
    league = player_league(sport)
    _, later, artefact = model(sport)
    loaded = load(json.loads(artefact.content), feature_names(league))
    found = loaded.forecast(later.features.tolist())
    expected = expectations(artefact.document, later)
    assert [set(each) for each in found] == [set(league.forecast)] * len(later)
    for name, means in expected.means.items():
        counts = [each[name] for each in found]
        assert [each.mean for each in counts] == pytest.approx(means.tolist(), rel=1e-12)
        law = CountLaw(**artefact.document["statistics"][name]["law"])
        overdispersion = count_overdispersion(law, means, expected.spread)
        assert [each.dispersion - 1 for each in counts] == pytest.approx(overdispersion.tolist(), rel=1e-9)
        assert all(0 <= each.quantile(0.1) <= each.median <= each.quantile(0.9) for each in counts)
    if league.timed:
        assert [each["minutes"].mean for each in found] == pytest.approx(expected.exposure.tolist(), abs=4)


def test_the_same_rows_make_the_same_bytes_and_other_seeds_others() -> None:
    past, _, artefact = model("basketball_nba")
    assert train(past, SMALL).sha256 == artefact.sha256
    assert train(past, replace(SMALL, seed=2)).sha256 != artefact.sha256
    assert json.loads(artefact.content) == json.loads(json.dumps(artefact.document))


def test_figures_are_of_later_rows_alone() -> None:
    past, later, artefact = model("basketball_nba")
    ridge = train(past, LINEAR)
    figures = evaluate(artefact.document, ridge.document, past, later)
    assert (figures.trained, figures.tested) == (len(past), len(later))
    assert 0 < figures.regular < figures.tested
    loaded = load(artefact.document, feature_names(past.league)).forecast(later.features.tolist())
    for name, each in figures.statistics.items():
        happened = later.outcome(name)
        scores = [
            forecast[name].crps(int(number) if isinstance(forecast[name], NegativeBinomial) else number)
            for forecast, number in zip(loaded, happened.tolist(), strict=True)
        ]
        errors = [abs(forecast[name].median - number) for forecast, number in zip(loaded, happened, strict=True)]
        assert each.crps[MODEL] == pytest.approx(np.mean(scores), rel=1e-6)
        assert each.mae[MEDIAN] == pytest.approx(np.mean(errors))
        assert each.crps[EWMA_FAVOURED] <= each.crps[EWMA_PAST] + 1e-6
        assert each.gain.share == pytest.approx(1 - each.crps[MODEL] / each.crps[EWMA_FAVOURED])
        assert [cover.level for cover in each.cover] == sorted(cover.level for cover in each.cover)
        assert [cover.share for cover in each.cover] == sorted(cover.share for cover in each.cover)
    with pytest.raises(ValueError, match="later days"):
        evaluate(artefact.document, ridge.document, later, past)
    with pytest.raises(ValueError, match="no rows"):
        evaluate(artefact.document, ridge.document, past, later.before(0))


def test_what_cannot_be_trained_or_read_is_refused() -> None:
    past, _, artefact = model("basketball_nba")
    with pytest.raises(ValueError, match="too few to train on"):
        train(past.before(int(past.days[0]) + 10))
    names = feature_names(past.league)
    with pytest.raises(ValueError, match="other features"):
        load(artefact.document, names[1:])
    with pytest.raises(ValueError, match="not read here"):
        load(artefact.document | {"format": 2}, names)
    exposure = artefact.document["exposure"] | {"link": "probit"}
    with pytest.raises(ValueError, match="no link"):
        load(artefact.document | {"exposure": exposure}, names)


def test_laws_are_found_again_in_numbers_drawn_from_them() -> None:
    chance = np.random.default_rng(5)
    mean, spread = chance.uniform(2, 25, 6000), chance.uniform(0.1, 1.5, 6000)
    law = CountLaw(intercept=-0.4, by_mean=0.2, by_spread=1.0)
    d = count_overdispersion(law, mean, spread)
    happened = chance.negative_binomial(mean / d, 1 / (1 + d)).astype(float)
    found = count_overdispersion(fitted_count_law(mean, spread, happened), mean, spread)
    assert np.abs(found / d - 1).mean() < 0.06
    a, b = fitted_variance(mean, chance.negative_binomial(2.0, 2 / (2 + mean)).astype(float))
    assert (a, b) == (pytest.approx(1.0, abs=0.4), pytest.approx(0.5, abs=0.1))


def test_columns_of_counts_have_the_scores_of_single_ones() -> None:
    chance = np.random.default_rng(6)
    mean, d = chance.uniform(0.01, 60, 60), chance.uniform(0, 6, 60) * (chance.random(60) < 0.8)
    happened = chance.integers(0, 90, 60).astype(float)
    single = [NegativeBinomial(mean=m, overdispersion=each) for m, each in zip(mean, d, strict=True)]
    pairs = list(zip(single, happened.astype(int).tolist(), strict=True))
    assert crps_of_counts(mean, d, happened) == pytest.approx([each.crps(count) for each, count in pairs], abs=1e-5)
    assert at_most(mean, d, happened) == pytest.approx([each.at_most(count) for each, count in pairs], abs=1e-6)


def test_minutes_cover_what_they_say() -> None:
    chance = np.random.default_rng(7)
    expected, spread = chance.uniform(4, 38, 6000), chance.uniform(0.1, 1.0, 6000)
    happened = np.clip(expected + (2 + 6 * spread) * chance.standard_t(4, 6000), 0, 55)
    law = fitted_exposure_law(expected[::2], spread[::2], happened[::2], 60.0)
    assert isinstance(law, ExposureLaw)
    forecasts = [law.distribution(mean, each) for mean, each in zip(expected[1::2], spread[1::2], strict=True)]
    until = np.array([each.at_most(number) for each, number in zip(forecasts, happened[1::2], strict=True)])
    for level in (0.5, 0.8, 0.9):
        assert np.mean(np.abs(until - 0.5) <= level / 2) == pytest.approx(level, abs=0.03)
    assert max(each.values[-1] for each in forecasts) <= 60
