"""What the model of games remembers: only what it was given, through JSON to the last bit, in any league."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.predictions.facts.rules import Day, Fixture, Line
from pickvs.predictions.games.rules import (
    State,
    advance,
    features,
    market_margin,
    moneyline_margin,
    start,
    state_from_json,
    state_to_json,
)
from pickvs.predictions.leagues.games import game_league
from tests.support.small_league import small_league

NBA = game_league("basketball_nba")
DAYS = small_league(days=12)
CUTS = st.integers(1, len(DAYS) - 1)


def after(days: Iterable[Day], state: State | None = None) -> State:
    state = start(NBA) if state is None else state
    for day in days:
        state = advance(state, day)
    return state


def known(state: State, day: Day) -> str:
    return json.dumps([features(state, result.fixture) for result in day.results])


def with_scores_of_others(day: Day, points: Callable[[int], int]) -> Day:
    results = tuple(replace(each, home_points=points(each.away_points), away_points=77) for each in day.results)
    return replace(day, results=results, closing_lines={})


TAMPERED: dict[str, Callable[[list[Day], int], list[Day]]] = {
    "scores exchanged": lambda days, cut: [
        *days[:cut],
        *(with_scores_of_others(day, lambda points: points + 1) for day in days[cut:]),
    ],
    "999 points": lambda days, cut: [*days[:cut], *(with_scores_of_others(day, lambda _: 999) for day in days[cut:])],
    "cut off": lambda days, cut: days[:cut],
    "lines of that day gone": lambda days, cut: [
        *days[:cut],
        replace(days[cut], closing_lines={}),
        *days[cut + 1 :],
    ],
}


@pytest.mark.parametrize("how", TAMPERED)
@settings(max_examples=8)
@given(CUTS)
def test_what_comes_later_moves_nothing_up_to_and_on_its_day(how: str, cut: int) -> None:
    tampered = TAMPERED[how](DAYS, cut)
    state, other = start(NBA), start(NBA)
    for index in range(cut + 1):
        assert known(other, DAYS[index]) == known(state, DAYS[index])
        state = advance(state, DAYS[index])
        if index < len(tampered):
            other = advance(other, tampered[index])
    if how != "cut off" and cut + 1 < len(DAYS):
        assert known(other, DAYS[cut + 1]) != known(state, DAYS[cut + 1]), "the tampering is not seen at all"


@settings(max_examples=8)
@given(CUTS)
def test_a_state_survives_json_to_the_last_bit(cut: int) -> None:
    state = after(DAYS[:cut])
    read = state_from_json(json.loads(json.dumps(state_to_json(state))))
    assert read == state
    assert known(read, DAYS[cut]) == known(state, DAYS[cut])
    rest = DAYS[cut : cut + 2]
    assert state_to_json(after(rest, read)) == state_to_json(after(rest, state))


def test_a_state_is_never_changed_in_place() -> None:
    state = after(DAYS[:5])
    before = json.dumps(state_to_json(state))
    advance(state, DAYS[5])
    assert json.dumps(state_to_json(state)) == before


def test_the_features_say_what_was_played() -> None:
    fixture = DAYS[3].results[0].fixture
    state = after(DAYS[:3])
    found = features(state, fixture)
    assert found["home_rest"] == (fixture.day - DAYS[2].day).days
    assert found["season_progress"] == pytest.approx(3 / NBA.season_games)
    unplayed = features(start(NBA), fixture)
    assert (unplayed["home_rest"], unplayed["season_progress"]) == (NBA.rest_days, 0)
    assert unplayed["margin_rating"] == NBA.filters["margin"].level
    neutral = features(state, replace(fixture, is_neutral=True))
    assert neutral["margin_rating"] == pytest.approx(found["margin_rating"] - state.ratings["margin"].means[0])
    assert found["elo_margin"] - neutral["elo_margin"] == pytest.approx(NBA.elo.home / NBA.elo.per_point)
    tomorrow = features(state, replace(fixture, day=DAYS[2].day + timedelta(days=1)))
    assert (tomorrow["home_back_to_back"], tomorrow["away_back_to_back"]) == (1, 1)
    newcomer = features(state, replace(fixture, home="expansion"))
    assert newcomer["margin_rating_sd"] > found["margin_rating_sd"]
    assert newcomer.keys() == found.keys() == unplayed.keys()


def test_ratings_find_the_strong_team() -> None:
    """Teams meet at random, so a team's mean margin says what its rating should."""
    days = small_league(seasons=1, days=60, seed=3)
    state = after(days)
    margins: dict[str, list[int]] = {}
    for day in days:
        for result in day.results:
            margins.setdefault(result.fixture.home, []).append(result.margin)
            margins.setdefault(result.fixture.away, []).append(-result.margin)
    means = {team: sum(each) / len(each) for team, each in margins.items()}
    by_rating = sorted(means, key=lambda team: state.ratings["margin"].means[state.ratings["margin"].teams[team]])
    by_lines = sorted(
        means, key=lambda team: state.ratings["line_margin"].means[state.ratings["line_margin"].teams[team]]
    )
    by_mean, by_elo = sorted(means, key=means.__getitem__), sorted(means, key=state.elo.__getitem__)
    for order in (by_rating, by_lines, by_elo):
        assert order.index(by_mean[-1]) >= 5
        assert order.index(by_mean[0]) <= 2


def test_a_day_that_does_not_follow_is_refused() -> None:
    state = after(DAYS[:3])
    first = DAYS[3].results[0]
    with pytest.raises(ValueError, match="not after"):
        advance(state, DAYS[2])
    with pytest.raises(ValueError, match="not after"):
        features(state, DAYS[2].results[0].fixture)
    with pytest.raises(ValueError, match="none of this"):
        advance(state, replace(DAYS[3], day=DAYS[4].day))
    another = replace(first, fixture=replace(first.fixture, season=2011))
    with pytest.raises(ValueError, match="seasons"):
        advance(state, replace(DAYS[3], results=(*DAYS[3].results, another)))
    with pytest.raises(ValueError, match="is of"):
        features(state, replace(first.fixture, sport="baseball_mlb"))
    assert advance(state, Day(day=DAYS[3].day)) is state
    for faulty in ({}, {**state_to_json(state), "elo": None}, {**state_to_json(state), "ratings": {}}):
        with pytest.raises(ValueError, match=r"state|parameters"):
            state_from_json(faulty)


@pytest.mark.parametrize(
    ("home", "away", "margin"),
    [
        (-110, -110, 0.0),
        (-200, 180, NBA.moneyline_points * 0.6190),  # log((2/3) / (100/280))
        (None, -110, None),
        (-110, None, None),
        (110, 120, None),  # no share for the bookmaker
        (-300, -300, None),  # too much of it
        (50, -110, None),  # American odds begin at 100
    ],
)
def test_moneylines_state_a_margin(home: int | None, away: int | None, margin: float | None) -> None:
    found = moneyline_margin(NBA, Line(home_moneyline=home, away_moneyline=away))
    assert found == (None if margin is None else pytest.approx(margin, abs=0.05))


def test_a_league_with_one_run_line_reads_the_moneylines() -> None:
    line = Line(spread=-1.5, total=8.5, home_moneyline=-150, away_moneyline=130)
    baseball = game_league("baseball_mlb")
    assert market_margin(baseball, line) == moneyline_margin(baseball, line)
    assert market_margin(NBA, line) == 1.5
    assert market_margin(NBA, Line()) is None


def test_a_doubleheader_is_two_games_of_one_day() -> None:
    fixture = Fixture(game=1, sport="baseball_mlb", season=2020, day=DAYS[0].day, home="a", away="b")
    first = DAYS[0].results[0]
    twice = tuple(
        replace(first, fixture=replace(fixture, game=game), home_points=5, away_points=game) for game in (1, 2)
    )
    state = advance(start(game_league("baseball_mlb")), Day(day=fixture.day, results=twice))
    found = features(state, replace(fixture, day=fixture.day + timedelta(days=1)))
    assert found["season_progress"] == pytest.approx(2 / 162)
    assert (found["home_back_to_back"], found["home_dense"]) == (1, 1)
