"""The players of a slate as a simulation takes them."""

from collections.abc import Iterable, Sequence

from pickvs.dfs.projections.rules import Projection
from pickvs.dfs.simulation.rules import SimulatedPlayer, out_chance
from pickvs.dfs.slates.queries import PlayerRow


def simulated_players(players: Iterable[PlayerRow], projections: Sequence[Projection]) -> list[SimulatedPlayer]:
    """Return the players of a slate who have a projection, by id.

    A projection below 0 counts as 0: who is expected to lose points is in nobody's lineup. Without a word on a player's
    health, who is projected above 0 misses the game with the probability of the sport's model.
    """
    of_player = {each.player: each for each in projections}
    return [
        SimulatedPlayer(
            id=player.id,
            team=player.team,
            game=player.game,
            positions=frozenset(player.positions),
            salary=player.salary,
            captain_salary=player.captain_salary,
            points=max(float(said.points), 0.0),
            field_points=None if said.field_points is None else max(float(said.field_points), 0.0),
            deviation=None if said.deviation is None else float(said.deviation),
            ownership=None if said.ownership is None else float(said.ownership),
            out_chance=1.0 if player.is_disabled else out_chance(player.status),
        )
        for player in sorted(players, key=lambda player: player.id)
        if (said := of_player.get(player.id)) is not None
    ]
