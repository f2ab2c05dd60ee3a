"""The field's lineups keep the rules of every format, and its players are as owned as was said."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.simulation.field import Field, NoField, estimated_ownership, make_field
from pickvs.dfs.simulation.rules import SimulatedPlayer
from tests.support.simulated_slates import slate

CLASSIC = FORMATS["dk_nba_classic"]


def broken(form: Format, lineup: list[SimulatedPlayer]) -> set[str]:
    """The rules that a lineup breaks."""
    slots = list(zip(form.slots, lineup, strict=True))
    limited = Counter(player.team for player in lineup if not player.positions & form.max_per_team_except)
    kept = {
        "no player twice": len({player.id for player in lineup}) == form.size,
        "slots": all(slot.positions & player.positions for slot, player in slots),
        "salary": sum(player.salary * slot.factor for slot, player in slots) <= form.cap,
        "games": len({player.game for player in lineup}) >= form.min_games,
        "teams": len({p.team for p in lineup if not p.positions & form.min_teams_except}) >= form.min_teams,
        "players of a team": form.max_per_team is None or max(limited.values()) <= form.max_per_team,
    }
    return {rule for rule, is_kept in kept.items() if not is_kept}


def shares(field: Field, count: int) -> np.ndarray:
    return np.bincount(field.lineups.ravel(), minlength=count) / len(field.lineups)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_lineup_keeps_the_rules(name: str) -> None:
    form = FORMATS[name]
    players = slate(form, a_side=max(12, form.size + 3))
    field = make_field(form, players, count=500, seed=1)
    assert len(field.lineups) == 500
    lineups = [[players[place] for place in row] for row in field.lineups.tolist()]
    assert set().union(*(broken(form, lineup) for lineup in lineups)) == set()
    salaries = [sum(p.salary * s.factor for s, p in zip(form.slots, lineup, strict=True)) for lineup in lineups]
    assert min(salaries) >= field.least_salary >= form.cap / 2


def test_players_are_as_owned_as_was_said() -> None:
    """Ownership that a field can have: that of lineups which were made from something else."""
    players = slate(CLASSIC, games=6, a_side=10, seed=4)
    other = [replace(player, ownership=None) for player in players]
    stated = shares(make_field(CLASSIC, other, count=4_000, seed=9), len(players))
    owned = [replace(player, ownership=float(share)) for player, share in zip(players, stated, strict=True)]
    made = make_field(CLASSIC, owned, count=4_000, seed=2)
    assert not made.estimated
    error = np.abs(shares(made, len(players)) - stated)
    assert error[stated > 0.01].mean() < 0.01
    assert error.max() < 0.05


def test_the_same_seed_makes_the_same_field() -> None:
    players = slate(CLASSIC)
    one, again, other = (make_field(CLASSIC, players, count=300, seed=seed).lineups.tolist() for seed in (3, 3, 4))
    assert one == again != other


def test_who_does_not_play_is_in_no_lineup() -> None:
    players = slate(CLASSIC)
    most = sorted(players, key=lambda player: -(player.ownership or 0))[:3]
    gone = [
        replace(player, out_chance=1.0)
        if player is most[0]
        else replace(player, points=0.0)
        if player in most
        else player
        for player in players
    ]
    owned = shares(make_field(CLASSIC, gone, count=300, seed=1), len(players))
    assert [owned[players.index(player)] for player in most] == [0, 0, 0]


def test_a_slate_too_cheap_for_the_window_gets_a_wider_one() -> None:
    players = [replace(player, salary=4_000) for player in slate(CLASSIC)]
    field = make_field(CLASSIC, players, count=50, seed=1)
    assert field.least_salary <= 32_000
    assert len(field.lineups) == 50


def test_players_who_fill_no_lineup_are_refused() -> None:
    guards = [player for player in slate(CLASSIC) if not player.positions & {"C"}]
    with pytest.raises(NoField, match="no lineup of dk_nba_classic"):
        make_field(CLASSIC, guards, count=10, seed=1)


def test_ownership_that_nobody_stated_is_estimated_and_said_to_be() -> None:
    players = slate(CLASSIC, ownership=False)
    estimate = estimated_ownership(players, CLASSIC.size)
    assert estimate.sum() == pytest.approx(CLASSIC.size)
    assert 0 < estimate.min() <= estimate.max() <= 1
    assert make_field(CLASSIC, players, count=100, seed=1).estimated
