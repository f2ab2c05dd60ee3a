"""What may be asked of a build, and what it means for the optimizer. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.optimizer.pool import Player
from pickvs.dfs.optimizer.rules import Exposure, LineupRules, least_of, most_of
from pickvs.dfs.projections.rules import Projection

type BuildState = Literal["queued", "running", "done", "partial", "failed", "cancelled"]
"""How far a build is. partial: it has lineups, but fewer than wanted, and says why. The last four are final."""

FUNCTION = "build_lineups"
"""The function that builds."""

MOST_RUNNING = 2
"""Builds of a user that are queued or running at once."""

MOST_LINEUPS = 500
"""Lineups of a build. DraftKings takes as many in one file."""

MOST_RULES = 50
"""Groups, stacks, opposing positions and limits of teams of a build, together."""

MOST_EXCLUDED = 5_000
"""Lineups of earlier builds that are not built again."""

CLAIM = timedelta(seconds=90)
"""Time for which a worker has a build to itself after each sign of life. A batch takes less than a second."""

MOST_ATTEMPTS = 5
"""Workers that begin a build. When the last one has been stopped as well, the build ends with what is found."""

LOST_AFTER = timedelta(hours=30)
"""Age at which a build that has not ended never will: the agenda has given it up."""

_HUNDREDTH = Decimal("0.01")
_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOfPlayer:
    """In which share of the lineups a player is, from 0 to 1. None: no limit of his own."""

    player: int
    least: Decimal | None = None
    most: Decimal | None = None


def exposures_of(
    shares: Iterable[ShareOfPlayer],
    *,
    most: Decimal | None,
    players: Collection[int],
    locks: Collection[int],
    count: int,
) -> dict[int, Exposure]:
    """Return in how many lineups each player is at least and at most. Players without any limit are left out.

    most: of every player, as a share; a player's own share replaces it, and a locked player has none. count: lineups.
    """
    own = {each.player: each for each in shares}
    found = {}
    for player in players:
        share = own.get(player, ShareOfPlayer(player=player))
        upper = share.most if share.most is not None else None if player in locks else most
        if share.least is None and upper is None:
            continue
        found[player] = Exposure(
            least=least_of(share.least, count) if share.least is not None else 0,
            most=most_of(upper, count) if upper is not None and upper > 0 else 0 if upper is not None else count,
        )
    return found


def impossible(
    game: Format, players: Mapping[int, Player], rules: LineupRules, exposures: Mapping[int, Exposure], count: int
) -> list[str]:
    """Return what arithmetic shows to be impossible, each in one sentence. Deeper conflicts the optimizer finds."""
    found = []
    both = sorted(rules.locks & rules.excludes)
    found += [f"{_name(players, player)} is locked and excluded." for player in both]
    if len(rules.locks) > game.size:
        found.append(f"{len(rules.locks)} players are locked, and a lineup has {game.size}.")
    locked = sum(players[player].salary for player in rules.locks if player in players)
    if locked > game.cap and all(slot.factor == 1 for slot in game.slots):
        found.append(f"The locked players cost ${locked:,}, and the cap is ${game.cap:,}.")
    if rules.min_salary is not None and rules.min_salary > game.cap:
        found.append(f"The least salary is ${rules.min_salary:,}, and the cap is ${game.cap:,}.")
    found += [
        f"{_name(players, player)} would be in at least {each.least} and at most {each.most} of {count} lineups."
        for player, each in exposures.items()
        if each.least > each.most
    ]
    found += [
        f"{_name(players, player)} is locked, so in all {count} lineups, and not in at most {exposures[player].most}."
        for player in sorted(rules.locks)
        if player in exposures and exposures[player].most < count
    ]
    wanted = sum(each.least for each in exposures.values())
    if wanted > count * game.size:
        found.append(f"The least exposures need {wanted} places, and {count} lineups have {count * game.size}.")
    usable = sum(exposures[player].most if player in exposures else count for player in players)
    if usable < count * game.size:
        found.append(
            f"{count} lineups have {count * game.size} places, and the most exposures of the {len(players)} players "
            f"fill {usable}. Raise them, or build fewer lineups."
        )
    return found


def trusted(projection: Projection, trust: Decimal | None) -> Decimal:
    """Return the points that a build counts for a player: `trust` parts own projection, the rest the field's.

    trust: from 0 to 1; None: the own projection alone, which also counts where the field's is not known.
    """
    if trust is None or projection.field_points is None:
        return projection.points
    return (trust * projection.points + (1 - trust) * projection.field_points).quantize(_HUNDREDTH)


def fingerprint(game: Format, players: Sequence[int | None]) -> str:
    """Return a text that two lineups share if a contest takes them for the same one.

    players: in the order of the format's slots; None: nobody. Who is in which of the slots with one factor makes no
    difference.
    """
    by_factor: dict[Decimal, list[int]] = {}
    for slot, player in zip(game.slots, players, strict=True):
        by_factor.setdefault(slot.factor, []).append(player or 0)
    return ";".join(",".join(map(str, sorted(by_factor[factor]))) for factor in sorted(by_factor, reverse=True))


def gap_of(points: Decimal, bound: Decimal | None) -> Decimal | None:
    """Return the share of the bound that the lineups may have missed, from 0. None without a bound above 0."""
    if bound is None or bound <= 0:
        return None
    return max(Decimal(0), (bound - points) / bound).quantize(_MILLIONTH)


def _name(players: Mapping[int, Player], player: int) -> str:
    return players[player].name if player in players else f"Player {player}"
