"""Minutes are shared among who plays, statistics become points, and a line moves a team's scoring."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.dfs.projections.simulating.rules import MOST_MINUTES, Expected, line_factor, projected, shared_minutes
from pickvs.dfs.projections.simulating.scoring import SCORINGS, at_least, fantasy_points
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.rules import SimulatedPlayer, model_of, spread

NBA = model_of("draftkings", "nba")
DRAFTKINGS = SCORINGS["draftkings", "basketball_nba"]
MEANS = {
    "points": 20.0, "threes_made": 2.0, "rebounds": 8.0, "assists": 6.0, "steals": 1.0, "blocks": 0.5, "turnovers": 3.0
}  # fmt: skip
DISPERSIONS = dict.fromkeys(MEANS, 1.5)


def expected(player: int, minutes: float) -> Expected:
    return Expected(
        player=player,
        team="BOS",
        was_counted=True,
        plays=1.0,
        minutes=minutes,
        means={name: mean * minutes / 32 for name, mean in MEANS.items()},
        dispersions=DISPERSIONS,
    )


TEAM = [expected(number, minutes) for number, minutes in enumerate((35, 33, 30, 28, 25, 22, 20, 18, 15, 14), 1)]


@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=10, max_size=10),
    st.lists(st.booleans(), min_size=10, max_size=10),
)
def test_expected_minutes_are_kept_within_the_bounds_of_each_player(plays: list[float], counted: list[bool]) -> None:
    team = [replace(each, plays=p, was_counted=c) for each, p, c in zip(TEAM, plays, counted, strict=True)]
    minutes = shared_minutes(team)
    for each in team:
        assert (
            0.6 * each.minutes - 1e-9
            <= minutes[each.player]
            <= max(min(1.6 * each.minutes, MOST_MINUTES), each.minutes)
        )
    before = sum(each.minutes * each.was_counted for each in team)
    after = sum(each.plays * minutes[each.player] for each in team)
    inside = [each for each in team if each.plays and 0.61 * each.minutes < minutes[each.player] < 1.55 * each.minutes]
    if any(minutes[each.player] < MOST_MINUTES - 1e-6 for each in inside):
        assert after == pytest.approx(before), "somebody could have taken what is left"


def test_who_was_out_when_teammates_were_forecast_leaves_them_nothing_more() -> None:
    team = [replace(TEAM[0], plays=0.0, was_counted=False), *TEAM[1:]]
    assert shared_minutes(team) == {each.player: each.minutes for each in TEAM}


def test_a_star_who_is_ruled_out_is_projected_at_0_and_his_teammates_higher() -> None:
    healthy = projected(TEAM, {}, DRAFTKINGS, NBA)
    hurt = projected([replace(TEAM[0], plays=0.0), *TEAM[1:]], {}, DRAFTKINGS, NBA)
    assert (hurt[0].points, hurt[0].minutes) == (0, 0)
    for before, after in zip(healthy[1:], hurt[1:], strict=True):
        assert before.minutes is not None
        assert after.minutes is not None
        assert float(after.points / before.points) == pytest.approx(float(after.minutes / before.minutes), rel=0.05)
        assert after.points > before.points


def test_points_are_those_of_the_site() -> None:
    box = {"points": 31, "threes_made": 4, "rebounds": 9, "assists": 7, "steals": 2, "blocks": 1, "turnovers": 5}
    certain = dict.fromkeys(box, 1e-9)
    plain = 31 + 2 + 11.25 + 10.5 + 4 + 2 - 2.5
    assert fantasy_points(DRAFTKINGS, box, certain) == pytest.approx(plain)
    assert fantasy_points(DRAFTKINGS, {**box, "rebounds": 10}, certain) == pytest.approx(plain + 1.25 + 1.5)
    triple = fantasy_points(DRAFTKINGS, {**box, "rebounds": 10, "assists": 10}, certain)
    assert triple == pytest.approx(plain + 1.25 + 4.5 + 1.5 + 3)
    fanduel = SCORINGS["fanduel", "basketball_nba"]
    assert fantasy_points(fanduel, box, certain) == pytest.approx(31 + 10.8 + 10.5 + 6 + 3 - 5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.integers(0, 5))
def test_at_least_so_many_events_happen(chances: list[float], count: int) -> None:
    chance = random.Random(1)  # noqa: S311
    exact = at_least(count, chances)
    drawn = sum(sum(chance.random() < each for each in chances) >= count for _ in range(2_000)) / 2_000
    assert exact == pytest.approx(drawn, abs=0.06)


def test_a_line_moves_what_a_team_scores_and_not_without_bounds() -> None:
    assert line_factor(-4.5, 224.5, 114.5) == pytest.approx(1)
    assert line_factor(4.5, 224.5, 114.5) == pytest.approx(110 / 114.5)
    assert line_factor(0, 100, 114.5) == 0.85
    one, other = (projected(TEAM, factors, DRAFTKINGS, NBA)[0] for factors in ({}, {"BOS": 1.1}))
    scored = 20 + 0.5 * 2 + 1.5 * 6
    assert float(other.points - one.points) == pytest.approx(0.1 * scored * 35 / 32, abs=0.5)


@pytest.mark.parametrize("points", [0.5, 5.0, 20.0, 45.0])
def test_floor_and_ceiling_are_the_tenths_of_the_simulation(points: float) -> None:
    deviation, low, high = spread(NBA, points)
    player = SimulatedPlayer(id=1, team="A", game="G", positions=frozenset({"C"}), salary=1, points=points)
    outcomes = Outcomes([player], replace(NBA, out_chance=0.0), seed=1)
    tenth, ninety = outcomes.quantiles([0.1, 0.9])[:, 0].tolist()
    assert deviation == outcomes.deviations[0]
    assert (low, high) == pytest.approx((tenth, ninety))
