"""The players of a slate as a simulation takes them."""

from collections.abc import Iterable, Mapping, Sequence

from pickvs.dfs.projections.rules import Projection
from pickvs.dfs.simulation.rules import OUT_CHANCE, SimulatedPlayer, out_chance
from pickvs.dfs.slates.queries import PlayerRow

AVAILABLE = "available"
"""The word on whoever is no longer on a list of who is hurt. It is old, and says no more than silence."""


def simulated_players(
    players: Iterable[PlayerRow], projections: Sequence[Projection], statuses: Mapping[int, str]
) -> list[SimulatedPlayer]:
    """Return the players of a slate who have a projection, by id.

    A projection below 0 counts as 0: who is expected to lose points is in nobody's lineup. statuses: the last word on
    the health of players of the statistics, by their number. The worse word counts: the site's, or a report's. Without
    any, who is projected above 0 misses the game with the probability of the sport's model.
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
            out_chance=_out_chance(player, statuses),
        )
        for player in sorted(players, key=lambda player: player.id)
        if (said := of_player.get(player.id)) is not None
    ]


def _out_chance(player: PlayerRow, statuses: Mapping[int, str]) -> float | None:
    if player.is_disabled:
        return 1.0
    status = AVAILABLE if player.player_id is None else statuses.get(player.player_id, AVAILABLE)
    reported = None if status == AVAILABLE else OUT_CHANCE[status]
    return max((each for each in (out_chance(player.status), reported) if each is not None), default=None)
