"""What a projection is, and what an edit makes of a set. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

type SetKind = Literal["upload", "simulated", "edited"]
"""How a set came to be."""

MOST_SETS = 200
"""Sets of a user for one slate. A further one is refused, so that nobody fills the database by editing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What a player is expected to score, in a slot that does not multiply.

    player: id of the slate's player. points: mean, two decimals. deviation: standard deviation. floor, ceiling: as the
    source means them. ownership: expected share of a contest's lineups, 0 to 1. minutes: played. field_points:
    mean that the field expects. None: not said.
    """

    player: int
    points: Decimal
    deviation: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    ownership: Decimal | None = None
    minutes: Decimal | None = None
    field_points: Decimal | None = None


def edited(projections: Sequence[Projection], changes: Mapping[int, Mapping[str, Decimal | None]]) -> list[Projection]:
    """Return the projections with changes, by player. A player without a projection gets one if points are given.

    changes: the changed values by field, for each player. Raises KeyError with the player if a new projection has no
    points, and ValueError with the player's id if a floor is above its ceiling.
    """
    by_player = {each.player: each for each in projections}
    for player, values in changes.items():
        before = by_player.get(player)
        if before is None:
            points = values.get("points")
            if points is None:
                raise KeyError(player)
            before = Projection(player=player, points=points)
        after = _changed(before, values)
        if after.floor is not None and after.ceiling is not None and after.floor > after.ceiling:
            raise ValueError(player)
        by_player[player] = after
    return list(by_player.values())


def _changed(before: Projection, values: Mapping[str, Decimal | None]) -> Projection:
    points = values.get("points")
    return Projection(
        player=before.player,
        points=points if points is not None else before.points,
        deviation=values.get("deviation", before.deviation),
        floor=values.get("floor", before.floor),
        ceiling=values.get("ceiling", before.ceiling),
        ownership=values.get("ownership", before.ownership),
        minutes=values.get("minutes", before.minutes),
        field_points=values.get("field_points", before.field_points),
    )
