"""The model of games on real seasons: the last three of the recorded table, each from the seasons before it.

`make backtest` measures all seasons against the bars. Here the sizes are held for which three seasons are enough.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp, log
from pathlib import Path

import pytest

from pickvs.predictions.facts.rules import Day
from pickvs.predictions.games.rules import advance, features, moneyline_margin, start
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.training.walk_forward import Judged, walk_forward
from tools.backtest.games_table import read_games

NBA = game_league("basketball_nba")


@pytest.fixture(scope="module")
def days(recordings: Path) -> list[Day]:
    return list(read_games(recordings / "nba" / "games_2008_2023.csv.gz", NBA.sport).days)


@pytest.fixture(scope="module")
def judged(days: list[Day]) -> list[Judged]:
    recent = [day for day in days if day.results[0].fixture.season >= 2016]
    return list(walk_forward(recent, NBA, first_season=2020))


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def loss(each: Judged, probability: float) -> float:
    return -log(probability if each.example.result.margin > 0 else 1 - probability)


def market(each: Judged) -> float | None:
    stated = None if each.example.line is None else moneyline_margin(NBA, each.example.line)
    return None if stated is None else 1 / (1 + exp(-stated / NBA.moneyline_points))


def test_each_variant_stands_where_its_knowledge_puts_it(judged: list[Judged]) -> None:
    lined = [each for each in judged if "with-line" in each.forecasts]
    priced = [(each, price) for each in lined if (price := market(each)) is not None]
    assert len(priced) > 3000
    said: dict[str, Callable[[Judged], float]] = {
        variant: lambda each, variant=variant: each.forecasts[variant].joint.win()  # type: ignore[misc]
        for variant in ("no-market", "past-lines", "with-line")
    }
    losses = {name: mean([loss(each, win(each)) for each, _ in priced]) for name, win in said.items()}
    elo = mean([loss(each, each.elo) for each, _ in priced])
    close = mean([loss(each, price) for each, price in priced])
    assert losses["no-market"] < elo - 0.004
    assert losses["past-lines"] < losses["no-market"] - 0.004
    assert abs(losses["with-line"] - close) < 0.002
    # Better than the market without its line would be a leak.
    assert losses["past-lines"] > close + 0.005


@pytest.mark.parametrize("cut", [1, 60, 165])
def test_the_scores_and_lines_of_a_day_are_in_no_feature_of_it(days: list[Day], cut: int) -> None:
    season = [day for day in days if day.results[0].fixture.season == 2018]
    state, tampered = start(NBA), start(NBA)
    for day in season[: cut - 1]:
        state, tampered = advance(state, day), advance(tampered, day)
    # The same scores, given to other games, and no lines.
    scores = [(each.home_points, each.away_points) for day in season[cut - 1 :] for each in day.results]
    for day in season[cut - 1 : cut + 4]:
        same = [features(state, each.fixture) == features(tampered, each.fixture) for each in day.results]
        assert all(same) == (day is season[cut - 1])
        given = [scores.pop() for _ in day.results]
        results = tuple(
            replace(each, home_points=home, away_points=away)
            for each, (home, away) in zip(day.results, given, strict=True)
        )
        state, tampered = advance(state, day), advance(tampered, replace(day, results=results, closing_lines={}))


@pytest.mark.parametrize("variant", ["no-market", "past-lines", "with-line"])
def test_the_distributions_are_calibrated(judged: list[Judged], variant: str) -> None:
    found = [(each.example.result, each.forecasts[variant].joint) for each in judged if variant in each.forecasts]  # type: ignore[index]
    wins = mean([joint.win() for _, joint in found])
    assert wins == pytest.approx(mean([float(result.margin > 0) for result, _ in found]), abs=0.02)
    for probability in (0.5, 0.8, 0.95):
        for law, outcome in (("margin", "margin"), ("total", "total")):
            intervals = [(getattr(joint, law).interval(probability), getattr(each, outcome)) for each, joint in found]
            held = mean([float(low <= points <= high) for (low, high), points in intervals])
            assert held == pytest.approx(probability, abs=0.03)
    assert mean([joint.margin.log_score(result.margin) for result, joint in found]) < 4.1
