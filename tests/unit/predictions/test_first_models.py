"""The models that a new stage begins with are honest: they know little, and say so."""

from datetime import date

import pytest

from pickvs.predictions.bootstrap.rules import games_artefact, players_document
from pickvs.predictions.facts.rules import Fixture, Line
from pickvs.predictions.forecasts.players.rules import statistic_figures
from pickvs.predictions.forecasts.rules import Champion, broken_invariants, figures, forecasts_of_game, team_ratings
from pickvs.predictions.games import rules as games
from pickvs.predictions.games.forecasting.rules import VARIANTS, artefact_from_bytes
from pickvs.predictions.leagues.games import game_leagues
from pickvs.predictions.leagues.players import player_leagues
from pickvs.predictions.players import rules as players
from pickvs.predictions.players.forecasting.rules import load

SPREADS = {"basketball_nba": 12, "basketball_wnba": 11, "americanfootball_nfl": 13, "baseball_mlb": 4}
"""Standard deviation of a league's margins around the market's, in points, as published and rounded down."""


@pytest.mark.parametrize("sport", sorted(game_leagues()))
def test_a_league_without_a_past_is_forecast_by_its_published_numbers(sport: str) -> None:
    parameters = game_leagues()[sport]
    state = games.start(parameters)
    champions = {}
    for number, variant in enumerate(VARIANTS):
        artefact = games_artefact(parameters, variant)
        assert artefact_from_bytes(artefact.to_bytes(), artefact.sha256) == artefact
        assert "nothing was trained" in artefact.trained["note"]
        champions[variant] = (Champion(version=number, artefact=artefact, sha256=artefact.sha256), state)
    fixture = Fixture(game=1, sport=sport, season=2024, day=date(2024, 11, 1), home="a", away="b")
    level = parameters.filters["total"].level
    line = Line(spread=-3.5, total=level, home_moneyline=-170, away_moneyline=150)
    made = {each.contestant: each for each in forecasts_of_game(champions, fixture, line)}
    home = parameters.filters["margin"].level
    for name in ("no-market", "past-lines"):
        joint = made[name].joint
        assert joint.margin.mean == pytest.approx(home, abs=0.3)
        assert joint.total.mean == pytest.approx(level, abs=0.2)
        assert 0.5 < made[name].home_win < 0.62
        # Two unknown teams make it wider than the market's.
        assert joint.margin.sd > made["with-line"].joint.margin.sd > 0.85 * SPREADS[sport]
    assert made["market"].home_win == pytest.approx(170 / 270 / (170 / 270 + 100 / 250))
    for each in made.values():
        shown = figures(each.joint, each.home_win)
        assert shown["home_win"] + shown["tie"] / 2 == pytest.approx(each.home_win, abs=1.1e-4)
        assert shown["home_win"] + shown["tie"] + shown["away_win"] == pytest.approx(1, abs=2e-4)
        assert (each.contestant == "market") == (abs(shown["home_win"] - each.joint.win()) > 1e-4)
    assert made["with-line"].joint.total.mean == pytest.approx(level, abs=0.2)
    assert [each.contestant for each in forecasts_of_game(champions, fixture, None)] == [
        *("no-market", "past-lines", "elo")
    ]
    assert broken_invariants(list(made.values()), {1: line}, trained=False) == []
    assert broken_invariants([made["no-market"]], {1: line, 2: None}, trained=True) == [
        "game 1 has no forecast of past-lines, elo, with-line, market",
        "game 2 has no forecast of no-market, past-lines, elo",
    ]
    assert team_ratings(state) == []


@pytest.mark.parametrize("sport", sorted(player_leagues()))
def test_a_player_never_seen_has_a_forecast_and_a_known_one_has_his_rate(sport: str) -> None:
    league = player_leagues()[sport]
    names = players.feature_names(league)
    model = load(players_document(league, names), names)
    unknown = [float("nan")] * len(names)
    exposure = "minutes" if league.timed else "exposure"
    known = list(unknown)
    for name, value in ((f"mean_6.{exposure}", 30.0), *((f"rate.{each}", 0.5) for each in league.tracked)):
        known[names.index(name)] = value
    [first, second] = model.forecast([unknown, known])
    assert set(first) == set(league.forecast) == set(second)
    for name, distribution in second.items():
        figures = statistic_figures(distribution)
        expected = 30.0 if name == "minutes" else 15.05
        assert figures["mean"] == pytest.approx(expected, rel=0.02)
        quantiles = list(figures["quantiles"].values())
        assert quantiles == sorted(quantiles)
        assert quantiles[-1] - quantiles[0] > 0.4 * expected
