"""A simulation that is right is found to be right, and one that is not is found out."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.simulation import coverage
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.simulation.calibration import beliefs, field_quantiles
from pickvs.dfs.simulation.field import make_field
from pickvs.dfs.simulation.judging import INTERVALS, QUANTILES, Belief, covers, judged, real_results
from pickvs.dfs.simulation.lineups import columns
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.payouts import Payout, contest
from pickvs.dfs.simulation.rules import DEFAULT_TRUST, model_of
from pickvs.dfs.simulation.trust import PRIOR_DEVIATION, Evidence, PlayedPlayer
from tests.support.simulated_slates import slate

CLASSIC = FORMATS["dk_nba_classic"]
NBA = model_of("draftkings", "nba")
SLATE = Path(__file__).parents[5] / "shared/data/dfs/slate_2024-12-13"


def test_contests_from_the_simulation_itself_are_calibrated() -> None:
    """Each of 200 other draws as what really happened: PITs are uniform, intervals hold what they say."""
    players = slate(CLASSIC, games=6)
    lineups = make_field(CLASSIC, players, count=400, seed=1).lineups
    simulated = field_quantiles(Outcomes(players, NBA, seed=1), CLASSIC, lineups, 1_000)
    assert [each.total() for each in simulated] == [1_000] * len(QUANTILES)
    truth = Outcomes(players, NBA, seed=2)
    points = truth.draw(0)[:200]
    scores = (points @ columns(lineups, CLASSIC, len(players))) * truth.unit
    results = [judged(simulated, row) for row in scores.tolist()]
    for place in range(len(QUANTILES)):
        assert np.mean([each[place].pit for each in results]) == pytest.approx(0.5, abs=0.07)
        assert np.mean([each[place].inside(0.8) for each in results]) == pytest.approx(0.8, abs=0.08)
    believed = beliefs(truth)
    places = {player.id: place for place, player in enumerate(players)}
    found = np.mean(
        [[e.inside for e in covers((b, row[places[p]] * truth.unit) for p, b in believed.items())] for row in points],
        axis=0,
    )
    assert found.tolist() == pytest.approx(INTERVALS, abs=0.015)


def test_only_players_with_a_projection_are_believed_in_and_zeros_count_with_their_share() -> None:
    players = [replace(player, points=0.0) if player.id < 1_010 else player for player in slate(CLASSIC)]
    assert min(beliefs(Outcomes(players, NBA, seed=1))) == 1_010
    assert covers([]) == []
    believed = Belief(mean=9, deviation=8, zero=0.2, intervals=((2, 14), (0, 20), (0, 24)))
    assert [each.inside for each in covers([(believed, 0.0)])] == pytest.approx([0, 0.5, 0.75])
    assert [each.inside for each in covers([(believed, 15.0)])] == [0, 1, 1]


@given(st.lists(st.integers(0, 20), min_size=10, max_size=10), st.lists(st.integers(0, 20), min_size=1))
def test_a_lineup_gets_what_its_place_in_the_real_contest_pays(entries: list[int], own: list[int]) -> None:
    prizes = [900, 400, 400, 100, 0, 0, 0, 0, 0, 0]
    of = contest(
        10,
        100,
        [Payout(first=1, last=1, cents=900), Payout(first=2, last=3, cents=400), Payout(first=4, last=4, cents=100)],
    )
    for score, result in zip(own, real_results(of, entries, own), strict=True):
        above, tied = sum(each > score for each in entries), max(entries.count(score), 1)
        shared = [*prizes, 0][above : above + tied]
        assert (result.place, result.prize_cents) == (above + 1, pytest.approx(sum(shared) / tied))


@pytest.mark.parametrize("weight", [0.0, 0.35, 1.0])
def test_the_trust_is_found_from_many_slates_and_stays_at_the_prior_without_any(weight: float) -> None:
    chance = random.Random(1)  # noqa: S311
    evidence = Evidence()
    assert evidence.trust() == (DEFAULT_TRUST, PRIOR_DEVIATION)
    for _ in range(60):
        played = []
        for _ in range(120):
            field = chance.uniform(10, 50)
            own = field + chance.gauss(0, 4)
            real = field + weight * (own - field) + chance.gauss(0, 11)
            played.append(PlayedPlayer(own=own, field=field, real=real, deviation=11))
        evidence += Evidence.of(played)
    fitted, error = evidence.trust()
    assert evidence.players == 7_200
    assert error < 0.05
    assert fitted == pytest.approx(weight, abs=3 * error)


@pytest.mark.skipif(not SLATE.exists(), reason="no recordings")
def test_a_recorded_contest_is_not_beyond_the_simulation() -> None:
    """One contest cannot say that a simulation is calibrated; it can say that it is far off."""
    found = coverage(SLATE)
    assert found is not None
    assert found.entries > 15_000
    assert [each.quantile for each in found.quantiles if not each.inside(0.95)] == []
    assert [each.inside for each in found.players] == pytest.approx(INTERVALS, abs=0.1)
