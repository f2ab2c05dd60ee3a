"""What is drawn has the means, deviations, correlations and probabilities that were asked for."""

import csv
import gzip
from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.simulation.calibration import beliefs
from pickvs.dfs.simulation.judging import covers
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.rules import BLOCK, OUT_CHANCE, Model, SimulatedPlayer, model_of
from tests.support.simulated_slates import slate

NBA = model_of("draftkings", "nba")
CLASSIC = FORMATS["dk_nba_classic"]
LOGS = Path(__file__).parents[5] / "shared/data/nba/player_logs_2023_24.csv.gz"


def player(number: int, points: float, **more: object) -> SimulatedPlayer:
    values = {"id": number, "team": "A", "game": "G", "positions": frozenset({"C"}), "salary": 5_000, "points": points}
    return SimulatedPlayer(**{**values, **more})  # type: ignore[arg-type]


def drawn(outcomes: Outcomes, blocks: int) -> np.ndarray:
    return np.concatenate([outcomes.draw(block) for block in range(blocks)]).astype(float) * outcomes.unit


def test_the_projection_is_the_mean_of_who_plays_and_the_least_deviation_holds() -> None:
    players = [player(n, points, deviation=1.0) for n, points in enumerate((0.0, 2.0, 10.0, 25.0, 45.0, 60.0))]
    outcomes = Outcomes(players, replace(NBA, out_chance=0.0), seed=1, trust=1)
    points = drawn(outcomes, 200)
    assert points[:, 0].max() == 0
    assert points.mean(axis=0) == pytest.approx([0, 2, 10, 25, 45, 60], abs=0.25)
    # The floor at 0 hardly touches these: their deviation is 7.7 + 0.105 x projection, above the one that they state.
    assert points[:, 3:].std(axis=0) == pytest.approx([10.325, 12.425, 14.0], rel=0.02)
    assert (points >= 0).all()
    assert (points % outcomes.unit == 0).all()


def test_a_status_says_how_often_a_player_is_missing() -> None:
    statuses = sorted(OUT_CHANCE)
    players = [player(n, 40.0, out_chance=OUT_CHANCE[status]) for n, status in enumerate(statuses)]
    points = drawn(Outcomes([*players, player(99, 40.0)], NBA, seed=2), 80)
    missing = [*(OUT_CHANCE[status] for status in statuses), NBA.out_chance]
    assert (points == 0).mean(axis=0) == pytest.approx(missing, abs=0.012)


@pytest.mark.parametrize(("game", "team"), [(NBA.game, NBA.team), (0.10, 0.25), (0.0, 0.4)])
def test_points_correlate_as_asked(game: float, team: float) -> None:
    """Also where skewness and the floor at 0 weaken what the normals underneath have."""
    model = replace(NBA, game=game, team=team, out_chance=0.0)
    players = slate(CLASSIC, games=5, a_side=8, seed=3)
    points = drawn(Outcomes(players, model, seed=4), 160)
    together = np.corrcoef(points.T)
    found = defaultdict(list)
    for one, other in combinations(range(len(players)), 2):
        same = (players[one].game == players[other].game) + (players[one].team == players[other].team)
        found[same].append(together[one, other])
    means = [float(np.mean(found[same])) for same in range(3)]
    assert means == pytest.approx([0, game, game + team], abs=0.01)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**63), st.integers(0, 80), st.sampled_from(sorted(FORMATS)))
def test_a_block_has_the_same_digits_whatever_else_was_drawn(seed: int, block: int, name: str) -> None:
    form = FORMATS[name]
    model = model_of(form.site, form.sport)
    one, other = (Outcomes(slate(form), model, seed=seed) for _ in range(2))
    other.draw(block + 1)
    assert one.draw(block).shape == (BLOCK, len(one.players))
    assert one.draw(block).tobytes() == other.draw(block).tobytes()
    assert one.draw(block).tobytes() != one.draw(block + 1).tobytes()


def test_probabilities_and_quantiles_are_those_of_the_draws() -> None:
    players = slate(CLASSIC, games=2)
    outcomes = Outcomes(players, NBA, seed=5)
    points = drawn(outcomes, 160)
    for probability in (0.05, 0.25, 0.5, 0.9):
        at = outcomes.quantiles([probability])[0]
        stated = outcomes.at_most(at)
        assert stated == pytest.approx(np.maximum(stated, probability)), "a quantile reaches its probability"
        # Draws are whole steps: half a step more holds those that were rounded down to it.
        assert (points <= at + outcomes.unit / 2).mean(axis=0) == pytest.approx(
            outcomes.at_most(at + outcomes.unit / 2), abs=0.012
        )


def test_trust_moves_the_mean_from_the_fields_projection_to_the_own() -> None:
    players = [player(1, 30.0, field_points=40.0), player(2, 0.0, field_points=40.0), player(3, 20.0)]
    means = [Outcomes(players, NBA, seed=1, trust=trust).means.tolist() for trust in (0, 0.25, 1)]
    assert means == [[40, 0, 20], [37.5, 0, 20], [30, 0, 20]]
    with pytest.raises(ValueError, match="trust is between 0 and 1"):
        Outcomes(players, NBA, seed=1, trust=1.5)


@pytest.mark.parametrize("sport", ["nfl", "mlb", "nhl", "f1"])
def test_a_sport_that_is_not_measured_says_so(sport: str) -> None:
    model = model_of("draftkings", sport)
    assert not model.measured
    assert "not measured" in model.source


def test_intervals_hold_a_season() -> None:
    """Each player's running mean as his projection, NBA 2023-24."""
    if not LOGS.exists():
        pytest.skip("no recordings")
    model: Model = replace(NBA, out_chance=0.0)
    players, real = running_means()
    believed = beliefs(Outcomes(players[::10], model, seed=1))
    for cover in covers((belief, real[player]) for player, belief in believed.items()):
        assert cover.inside == pytest.approx(cover.probability, abs=0.03)


def running_means(least: int = 10, weight: float = 0.1) -> tuple[list[SimulatedPlayer], dict[int, float]]:
    with gzip.open(LOGS, "rt") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["GAME_DATE"], row["GAME_ID"]))
    means: dict[str, tuple[float, int]] = {}
    players: list[SimulatedPlayer] = []
    real: dict[int, float] = {}
    for number, row in enumerate(rows):
        points = scored(row)
        mean, games = means.get(row["PLAYER_ID"], (0.0, 0))
        if games >= least:
            players.append(player(number, mean))
            real[number] = points
        means[row["PLAYER_ID"]] = (mean + max(weight, 1 / (games + 1)) * (points - mean), games + 1)
    return players, real


def scored(row: dict[str, str]) -> float:
    """DraftKings' points of a box score."""
    points, rebounds, assists, steals, blocks, threes, turnovers = (
        float(row[name] or 0) for name in ("PTS", "REB", "AST", "STL", "BLK", "FG3M", "TOV")
    )
    doubles = sum(each >= 10 for each in (points, rebounds, assists, steals, blocks))
    bonus = 1.5 * (doubles >= 2) + 3 * (doubles >= 3)
    return points + 0.5 * threes + 1.25 * rebounds + 1.5 * assists + 2 * (steals + blocks) - 0.5 * turnovers + bonus
