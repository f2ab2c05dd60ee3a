"""What a request asks of a slate: the pool, the rules of lineups and of the portfolio, and what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pickvs.core.errors import FieldError
from pickvs.dfs.builds.errors import impossible_build, invalid_build
from pickvs.dfs.builds.rules import MOST_LINEUPS, MOST_RULES, ShareOfPlayer, exposures_of, impossible, trusted
from pickvs.dfs.entries.rules import Entry
from pickvs.dfs.formats.rules import Format
from pickvs.dfs.optimizer.pool import Player, Pool, by_id
from pickvs.dfs.optimizer.rules import (
    Comparison,
    Exposure,
    Group,
    LineupRules,
    OpposingPositions,
    PortfolioRules,
    Randomness,
    Stack,
)
from pickvs.dfs.projections.rules import Projection
from pickvs.dfs.slates.queries import PlayerRow
from pickvs.dfs.slates.rules import has_begun

if TYPE_CHECKING:
    from pickvs.dfs.builds.requests import WantedBuild


@dataclass(frozen=True, slots=True)
class Asked:
    """A build in the optimizer's terms. starts: when each player's game starts, by the slate's player.

    entries: what a late swap is for; None for a build of new lineups. begun: players whose game has begun.
    """

    pool: Pool
    lineups: LineupRules
    exposures: Mapping[int, Exposure]
    starts: Mapping[int, datetime]
    entries: Sequence[Entry] | None
    begun: frozenset[int]

    def portfolio(self, wanted: "WantedBuild", *, seed: int, taken: Iterable[frozenset[int]]) -> PortfolioRules:
        """Return the rules of all lineups together. taken: lineups that are not built again."""
        return PortfolioRules(
            count=wanted.count,
            exposures=self.exposures,
            max_repeating=wanted.max_repeating,
            taken=tuple(taken),
            randomness=_randomness(wanted),
            seed=seed,
        )


def ask(
    wanted: "WantedBuild",
    game: Format,
    players: Sequence[PlayerRow],
    projections: Sequence[Projection],
    *,
    entries: Sequence[Entry] | None,
    at: datetime,
) -> Asked:
    """Return what the request asks of the slate's players, of whom those with a projection above 0 are used.

    A player who is locked is used whatever the projection, and in a late swap so is who plays already: nobody gets him,
    and who has him keeps him. entries: of a late swap alone. at: the time at which games have begun.

    Raises Invalid (INVALID_VALUE) if the request names what is not there, and Invalid (INFEASIBLE) if arithmetic shows
    that no lineups can be built.
    """
    projected = {each.player: each for each in projections}
    begun = frozenset(row.id for row in players if has_begun(row.game_state, row.starts_at, at))

    def is_used(row: PlayerRow) -> bool:
        if entries is not None and row.id in begun:
            return True
        projection = projected.get(row.id)
        return not row.is_disabled and projection is not None and (projection.points > 0 or row.id in wanted.locks)

    pool = Pool(
        format=game, players=tuple(_player(row, projected.get(row.id), wanted.trust) for row in players if is_used(row))
    )
    problems = list(_problems(wanted, game, players, by_id(pool.players), projections))
    if entries is not None:
        problems += _problems_of_swaps(wanted, game, entries)
    if problems:
        raise invalid_build(problems)
    rules = _lineup_rules(wanted)
    exposures = exposures_of(
        [ShareOfPlayer(player=each.player_id, least=each.min, most=each.max) for each in wanted.exposures],
        most=wanted.max_exposure,
        players=[player.id for player in pool.players if player.id not in rules.excludes],
        locks=rules.locks,
        count=wanted.count,
    )
    if entries is None:
        usable = {player.id: player for player in pool.players if player.id not in rules.excludes}
        reasons = impossible(game, usable, rules, exposures, wanted.count)
        if reasons:
            raise impossible_build(reasons)
    return Asked(
        pool=pool,
        lineups=rules,
        exposures=exposures,
        starts={row.id: row.starts_at for row in players},
        entries=entries,
        begun=begun,
    )


def _player(row: PlayerRow, known: Projection | None, trust: Decimal | None) -> Player:
    projection = known if known is not None else Projection(player=row.id, points=Decimal(0))
    return Player(
        id=row.id,
        name=row.name,
        team=row.team,
        game=row.game,
        slots=frozenset(row.slots),
        positions=frozenset(row.positions),
        salary=row.salary,
        captain_salary=row.captain_salary,
        points=trusted(projection, trust),
        deviation=projection.deviation,
        floor=projection.floor,
        ceiling=projection.ceiling,
        ownership=projection.ownership,
    )


def _lineup_rules(wanted: "WantedBuild") -> LineupRules:
    return LineupRules(
        locks=frozenset(wanted.locks),
        excludes=frozenset(wanted.excludes),
        groups=tuple(
            Group(
                players=frozenset(each.players),
                comparison=Comparison(each.comparison),
                count=each.count,
                if_player=each.if_player,
            )
            for each in wanted.groups
        ),
        stacks=tuple(
            Stack(
                count=each.count,
                opponents=each.opponents,
                teams=frozenset(each.teams),
                positions=frozenset(each.positions),
            )
            for each in wanted.stacks
        ),
        opposing=tuple(
            OpposingPositions(positions=frozenset(each.positions), against=frozenset(each.against))
            for each in wanted.opposing
        ),
        team_most={each.team: each.max for each in wanted.team_limits if each.max is not None},
        team_least={each.team: each.min for each in wanted.team_limits if each.min is not None},
        min_salary=wanted.min_salary,
        max_ownership=wanted.max_ownership,
        min_points=wanted.min_points,
    )


def _randomness(wanted: "WantedBuild") -> Randomness | None:
    if wanted.randomness is None:
        return None
    return Randomness(deviation=wanted.randomness.deviation if wanted.randomness.kind == "deviation" else None)


def _problems(
    wanted: "WantedBuild",
    game: Format,
    players: Sequence[PlayerRow],
    usable: Mapping[int, Player],
    projections: Sequence[Projection],
) -> Iterator[FieldError]:
    """Yield what the request says of players, teams and positions that are not there, and what contradicts itself."""
    known = {row.id for row in players}
    for field, player in _named(wanted):
        if player not in known:
            yield FieldError(field, "not a player of the slate")
    for index, player in enumerate(wanted.locks):
        if player in known and player not in usable:
            yield FieldError(f"locks[{index}]", "has no projection, or is off the slate")
    rules = len(wanted.groups) + len(wanted.stacks) + len(wanted.opposing) + len(wanted.team_limits)
    if rules > MOST_RULES:
        yield FieldError("team_limits", f"make {rules} rules with groups, stacks and opposing; at most {MOST_RULES}")
    yield from _problems_of_teams(wanted, {row.team for row in players})
    yield from _problems_of_positions(wanted, {each for row in players for each in row.positions})
    yield from _problems_of_numbers(wanted, game, usable.values(), projections)


def _named(wanted: "WantedBuild") -> Iterator[tuple[str, int]]:
    """Yield each player that the request names, with the field."""
    for field, players in (("locks", wanted.locks), ("excludes", wanted.excludes)):
        yield from ((f"{field}[{index}]", player) for index, player in enumerate(players))
    for index, group in enumerate(wanted.groups):
        yield from ((f"groups[{index}].players[{place}]", player) for place, player in enumerate(group.players))
        if group.if_player is not None:
            yield f"groups[{index}].if_player", group.if_player
    for index, exposure in enumerate(wanted.exposures):
        yield f"exposures[{index}].player_id", exposure.player_id


def _problems_of_teams(wanted: "WantedBuild", teams: set[str]) -> Iterator[FieldError]:
    listed = ", ".join(sorted(teams))
    for index, stack in enumerate(wanted.stacks):
        for place, team in enumerate(stack.teams):
            if team not in teams:
                yield FieldError(f"stacks[{index}].teams[{place}]", f"not a team of the slate: {listed}")
    seen: set[str] = set()
    for index, limit in enumerate(wanted.team_limits):
        field = f"team_limits[{index}]"
        if limit.team not in teams:
            yield FieldError(f"{field}.team", f"not a team of the slate: {listed}")
        elif limit.team in seen:
            yield FieldError(f"{field}.team", "there twice; limit a team once")
        elif limit.min is not None and limit.max is not None and limit.min > limit.max:
            yield FieldError(f"{field}.min", "must not be above max")
        seen.add(limit.team)


def _problems_of_positions(wanted: "WantedBuild", positions: set[str]) -> Iterator[FieldError]:
    listed = ", ".join(sorted(positions))
    named = [(f"stacks[{index}].positions", each.positions) for index, each in enumerate(wanted.stacks)]
    named += [(f"opposing[{index}].positions", each.positions) for index, each in enumerate(wanted.opposing)]
    named += [(f"opposing[{index}].against", each.against) for index, each in enumerate(wanted.opposing)]
    for field, said in named:
        for place, position in enumerate(said):
            if position not in positions:
                yield FieldError(f"{field}[{place}]", f"not a position of the slate: {listed}")


def _problems_of_numbers(
    wanted: "WantedBuild", game: Format, usable: Iterable[Player], projections: Iterable[Projection]
) -> Iterator[FieldError]:
    seen: set[int] = set()
    for index, exposure in enumerate(wanted.exposures):
        if exposure.player_id in seen:
            yield FieldError(f"exposures[{index}].player_id", "there twice; limit a player once")
        if exposure.min is None and exposure.max is None:
            yield FieldError(f"exposures[{index}]", "must have min, max or both")
        seen.add(exposure.player_id)
    for index, stack in enumerate(wanted.stacks):
        if stack.count + stack.opponents > game.size:
            yield FieldError(f"stacks[{index}].count", f"a lineup has {game.size} players")
    if wanted.max_repeating is not None and wanted.max_repeating >= game.size:
        yield FieldError("max_repeating", f"must be below {game.size}, the players of a lineup; lineups differ anyway")
    if wanted.trust is not None and not any(each.field_points is not None for each in projections):
        yield FieldError("trust", "the set of projections does not say what the field expects")
    if wanted.max_ownership is not None and all(player.ownership is None for player in usable):
        yield FieldError("max_ownership", "the set of projections says nothing of ownership")
    if wanted.randomness is not None:
        yield from _problems_of_randomness(wanted, usable)


def _problems_of_swaps(wanted: "WantedBuild", game: Format, entries: Sequence[Entry]) -> Iterator[FieldError]:
    """Yield what is for new lineups alone, and what is wrong with the file of entries."""
    for field in ("max_exposure", "exposures", "max_repeating", "randomness", "exclude_builds"):
        if getattr(wanted, field):
            yield FieldError(field, "is not for late swaps: each entry is swapped by itself; leave it out")
    if not 1 <= len(entries) <= MOST_LINEUPS:
        said = f"has {len(entries)} entries; 1 to {MOST_LINEUPS} are swapped at once"
        yield FieldError("late_swap_file_id", said)
    if any(len(entry.players) != game.size for entry in entries):
        yield FieldError("late_swap_file_id", f"has entries without the {game.size} slots of the slate's format")


def _problems_of_randomness(wanted: "WantedBuild", usable: Iterable[Player]) -> Iterator[FieldError]:
    asked = wanted.randomness
    if asked is None:
        return
    if asked.kind == "deviation" and not (asked.deviation and Decimal(0) < asked.deviation < 1):
        yield FieldError("randomness.deviation", "must be above 0 and below 1, such as 0.12")
    if asked.kind == "range" and asked.deviation is not None:
        yield FieldError("randomness.deviation", "is of deviation alone; leave it out")
    if asked.kind == "range" and all(player.floor is None or player.ceiling is None for player in usable):
        yield FieldError("randomness.kind", "the set of projections has no floors and ceilings")
