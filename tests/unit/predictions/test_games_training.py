"""Training of the model of games: the same bytes from the same games, the past alone, and every league by data."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pickvs.predictions.distributions.rules import Runs, Student
from pickvs.predictions.facts.rules import Day, Line
from pickvs.predictions.games.forecasting.rules import (
    VARIANTS,
    Artefact,
    Forecast,
    LineMissing,
    artefact_from_bytes,
    changes,
    forecast,
)
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.training.examples import Example, Table, examples
from pickvs.predictions.training.games import Kind, train
from pickvs.predictions.training.shapes import fit_shape
from pickvs.predictions.training.walk_forward import Judged, walk_forward
from tests.support.small_league import small_league

NBA = game_league("basketball_nba")
DAYS = small_league()
EXAMPLES = list(examples(DAYS, NBA))
LAST = 2012
LINED = next(each for each in reversed(EXAMPLES) if each.line is not None and each.line.home_moneyline is not None)


def past(rows: Sequence[Example] = EXAMPLES) -> Table:
    return Table.of([each for each in rows if each.result.fixture.season < LAST], NBA)


def said(found: Forecast) -> str:
    return json.dumps([found.joint.to_json(), [[each.feature, each.points] for each in found.contributions]])


@pytest.mark.parametrize("kind", ["ridge", "boosted"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_games_give_the_same_bytes(variant: str, kind: Kind) -> None:
    artefact = train(past(), variant, NBA, LAST, kind=kind, seed=4)
    again = train(past(list(examples(small_league(), NBA))), variant, NBA, LAST, kind=kind, seed=4)
    assert again.to_bytes() == artefact.to_bytes()
    assert train(past(EXAMPLES[4:]), variant, NBA, LAST, kind=kind, seed=4).sha256 != artefact.sha256
    read = artefact_from_bytes(artefact.to_bytes(), artefact.sha256)
    assert (read, read.needs_line) == (artefact, variant == "with-line")
    assert said(forecast(read, LINED.features, LINED.line)) == said(forecast(artefact, LINED.features, LINED.line))
    with pytest.raises(ValueError, match="SHA-256"):
        artefact_from_bytes(artefact.to_bytes() + b" ", artefact.sha256)


def test_the_ridge_is_least_squares() -> None:
    """With next to no penalty, equal weights and one feature it is the textbook's line."""
    fitting = replace(NBA.fitting, ridge=0.0, half_life=1e9)
    table = past()
    artefact = train(table, "no-market", replace(NBA, fitting=fitting), LAST)
    names = list(artefact.margin.weights)
    columns = np.column_stack([np.ones(len(table)), table.matrix(names)])
    solution, *_ = np.linalg.lstsq(columns, table.margin, rcond=None)
    predicted = artefact.margin.intercept + table.matrix(names) @ np.array(list(artefact.margin.weights.values()))
    assert predicted == pytest.approx(columns @ solution, abs=1e-6)
    assert artefact.total.weights["total_level"] == 1


def test_a_forecast_is_the_sum_of_its_contributions() -> None:
    artefact = train(past(), "no-market", NBA, LAST)
    found = forecast(artefact, LINED.features)
    average = artefact.margin.intercept + sum(
        weight * artefact.margin.averages[name] for name, weight in artefact.margin.weights.items()
    )
    shares = {
        name: weight * (LINED.features[name] - artefact.margin.averages[name])
        for name, weight in artefact.margin.weights.items()
    }
    assert found.joint.margin_mean == pytest.approx(average + sum(shares.values()))
    largest = sorted(shares, key=lambda name: (-abs(shares[name]), name))[:3]
    assert [(each.feature, each.points) for each in found.contributions] == [(name, shares[name]) for name in largest]
    assert found.contributions[0].value == LINED.features[largest[0]]


def test_a_retraining_is_explained_by_what_it_moves() -> None:
    before, after = train(past(), "no-market", NBA, LAST), train(past(), "past-lines", NBA, LAST)
    found = changes(before, after)
    assert found[0].feature == "line_margin", "what only the later one reads moves most"
    assert found[0].points == after.margin.weights["line_margin"] * after.margin.deviations["line_margin"]
    assert [abs(each.points) for each in found] == sorted((abs(each.points) for each in found), reverse=True)
    deviation = float(np.std(past().columns["elo_margin"]))
    assert after.margin.deviations["elo_margin"] == pytest.approx(deviation, rel=0.05)
    assert {each.points for each in changes(before, before)} == {0}
    assert changes(after, before)[0].points == -found[0].points


def test_trees_are_added_to_what_the_ridge_says() -> None:
    boosted = train(past(), "past-lines", NBA, LAST, kind="boosted")
    bare = replace(boosted, margin=replace(boosted.margin, trees=None, tree_features=()))
    assert boosted.margin.trees is not None
    row = [LINED.features[name] for name in boosted.margin.tree_features]
    moved = forecast(boosted, LINED.features).joint.margin_mean - forecast(bare, LINED.features).joint.margin_mean
    assert moved == pytest.approx(boosted.margin.trees.scores([row])[0])
    assert moved != 0


def test_what_a_forecast_reads_of_the_market() -> None:
    other = Line(spread=9.5, total=180.0, home_moneyline=300, away_moneyline=-400)
    for variant in VARIANTS:
        artefact = train(past(), variant, NBA, LAST)
        moved = said(forecast(artefact, LINED.features, other)) != said(forecast(artefact, LINED.features, LINED.line))
        assert moved == (variant == "with-line")
        lines_of_the_past = {**LINED.features, "line_margin": LINED.features["line_margin"] + 5}
        reads = said(forecast(artefact, lines_of_the_past, other)) != said(forecast(artefact, LINED.features, other))
        assert reads == (variant != "no-market")
    for line in (None, Line(), Line(spread=-3.0), Line(total=200.0)):
        with pytest.raises(LineMissing):
            forecast(artefact, LINED.features, line)
    assert forecast(artefact, LINED.features, Line(spread=-3.0, total=200.0)).joint.margin_mean


def test_a_forecast_without_its_features_is_refused() -> None:
    artefact = train(past(), "no-market", NBA, LAST)
    with pytest.raises(ValueError, match="'elo_margin' is missing"):
        forecast(artefact, {name: each for name, each in LINED.features.items() if name != "elo_margin"})
    with pytest.raises(ValueError, match="finite"):
        forecast(artefact, {**LINED.features, "elo_margin": float("nan")})
    for faulty in ({}, {**artefact.to_json(), "format": 0}, {**artefact.to_json(), "variant": "insider"}):
        with pytest.raises(ValueError, match=r"artefact|variant"):
            Artefact.from_json(faulty)
    with pytest.raises(ValueError, match="too few"):
        train(past(EXAMPLES[:30]), "no-market", NBA, LAST)


def judged(days: list[Day], season: int = LAST) -> list[Judged]:
    return list(walk_forward(days, NBA, first_season=season, last_season=season, challengers=("past-lines",)))


def test_a_season_is_forecast_from_the_seasons_before_it() -> None:
    """What happens on a day of the season and later moves no forecast up to and including that day."""
    of_season = [index for index, day in enumerate(DAYS) if day.results[0].fixture.season == LAST]
    cut = of_season[10]
    wild = [
        replace(day, results=tuple(replace(each, home_points=999) for each in day.results), closing_lines={})
        for day in DAYS[cut:]
    ]
    honest, tampered = judged(DAYS), judged([*DAYS[:cut], *wild])
    games = [len(DAYS[index].results) for index in of_season]
    until = sum(games[:11])
    for one, other in zip(honest[:until], tampered[:until], strict=True):
        for variant in ("no-market", "past-lines"):
            assert said(other.forecasts[variant]) == said(one.forecasts[variant])
        assert said(other.challengers["past-lines"]) == said(one.challengers["past-lines"])
        assert other.elo == one.elo
    assert said(tampered[until].forecasts["no-market"]) != said(honest[until].forecasts["no-market"])
    assert len(honest) == sum(games)
    assert [("with-line" in each.forecasts) for each in honest] == [each.example.line is not None for each in honest]
    with pytest.raises(ValueError, match="no season before 2010"):
        judged(DAYS, 2010)


@pytest.mark.parametrize(
    ("sport", "scale", "total"),
    [("basketball_wnba", 0.95, 160), ("americanfootball_nfl", 1.0, 44), ("baseball_mlb", 0.3, 9)],
)
def test_every_league_is_forecast_by_the_same_code(sport: str, scale: float, total: int) -> None:
    parameters = game_league(sport)
    days = small_league(sport, scale=scale, total=total)
    found = list(walk_forward(days, parameters, first_season=LAST, challengers=("no-market",)))
    assert len(found) == 160
    mean = sum(result.total for day in days for result in day.results) / sum(len(day.results) for day in days)
    totals = []
    for each in found[:20]:
        for said_ in (*each.forecasts.values(), *each.challengers.values()):
            joint = said_.joint
            assert (joint.tie() > 0) == parameters.fitting.tie_possible
            assert isinstance(joint.shape, Runs) == (parameters.fitting.shape == "runs")
            totals.append(joint.total.mean)
    assert sum(totals) / len(totals) == pytest.approx(mean, rel=0.15)
    assert sum("with-line" in each.forecasts for each in found) > 80


def test_a_shape_is_found_again() -> None:
    """Margins that are drawn from a shape with key numbers give that shape back."""
    truth = Student(margin_sd=13.0, margin_df=8.0, total_sd=14.0, weights=(0.1, 0.7, 0.7, 2.5, 1, 1, 1.2, 1.8))
    draw = np.random.default_rng(5)
    centres = draw.normal(2, 5, 20_000).round()
    margins = np.empty(len(centres))
    for centre in np.unique(centres):
        law, same = truth.margin(float(centre), 44.0), centres == centre
        margins[same] = draw.choice(law.first + np.arange(len(law.masses)), same.sum(), p=np.array(law.masses))
    totals = draw.normal(44, 14, len(centres))
    weights = np.ones(len(centres))
    fitting = game_league("americanfootball_nfl").fitting
    shape = fit_shape(fitting, (centres, np.full(len(centres), 44.0)), (margins, totals), (weights, weights), float)
    assert isinstance(shape, Student)
    assert (shape.margin_sd, shape.total_sd) == (pytest.approx(13, rel=0.05), pytest.approx(14, rel=0.03))
    assert shape.margin_df <= 12
    scale = shape.weights[4] / truth.weights[4]
    for absolute in (0, 1, 3, 7):
        assert shape.weights[absolute] / scale == pytest.approx(truth.weights[absolute], rel=0.2, abs=0.06)
