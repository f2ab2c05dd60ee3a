"""What a lineup of a contest consists of: slots, who may fill them, salaries, games."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place in a lineup.

    name: as the site writes it, such as UTIL; two slots may share a name. positions: positions of the players who may
    fill it. factor: what a player's salary and points are multiplied by in it: 1.5 for a captain.
    """

    name: str
    positions: frozenset[str]
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Rules of one kind of contest.

    id: such as dk_nba_classic. slots: in the order of the site's upload file. cap: whole dollars. grid: salaries are
    multiples of it, in dollars. min_games, min_teams: over how many of them the players of a lineup are spread at
    least. max_per_team: at most so many players of one team; None if the site has no such rule. max_per_team_except,
    min_teams_except: positions whose players that rule does not count, such as pitchers.
    """

    id: str
    site: str
    sport: str
    style: str
    slots: tuple[Slot, ...]
    cap: int
    grid: int = 100
    min_games: int = 1
    min_teams: int = 1
    max_per_team: int | None = None
    max_per_team_except: frozenset[str] = frozenset()
    min_teams_except: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many players a lineup has."""
        return len(self.slots)

    def slots_for(self, positions: frozenset[str]) -> frozenset[str]:
        """Return the names of the slots that a player of `positions` may fill."""
        return frozenset(slot.name for slot in self.slots if slot.positions & positions)
