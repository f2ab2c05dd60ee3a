"""The players of a slate as the optimizer takes them, and a lineup as it gives it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pickvs.dfs.formats.rules import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A player of a slate with a projection.

    id: the slate's own number of the player. team, game: names; an opponent is another team of the same game. slots:
    names of the slots the player may fill. salary: whole dollars in a slot of factor 1; captain_salary: in a slot with
    a factor; None if the format has none or the site prices the player by the factor. points: projection in a slot of
    factor 1. deviation, floor, ceiling, ownership (0 to 1): None if the projection does not say.
    """

    id: int
    name: str
    team: str
    game: str
    slots: frozenset[str]
    positions: frozenset[str]
    salary: int
    points: Decimal
    captain_salary: int | None = None
    deviation: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    ownership: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """All players that a build may use, in an order that decides ties: the same pool gives the same lineups."""

    format: Format
    players: tuple[Player, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineup:
    """One lineup.

    players: ids in the order of the format's slots. points: sum of the projections with the slots' factors, from the
    stored decimals. salary: whole dollars.
    """

    players: tuple[int, ...]
    points: Decimal
    salary: int


def by_id(players: Sequence[Player]) -> dict[int, Player]:
    """Return the players by their ids."""
    return {player.id: player for player in players}
