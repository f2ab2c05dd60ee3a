"""Shows builds and their lineups."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from pickvs.core.csv_text import write_csv
from pickvs.core.database import Connection, transaction
from pickvs.core.paging import NEWEST, read_cursor, write_cursor
from pickvs.dfs.builds import queries
from pickvs.dfs.builds.errors import unknown_build
from pickvs.dfs.builds.queries import BuildRow, LineupRow
from pickvs.dfs.builds.schemas import (
    Build,
    BuildDetails,
    Builds,
    ConflictingRule,
    Lineup,
    LineupPlayer,
    Lineups,
    PlayerExposure,
    RelaxedRule,
)
from pickvs.dfs.formats.rules import Format, Slot
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.projections import reading as projections
from pickvs.dfs.slates import reading as slates
from pickvs.dfs.slates.queries import PlayerRow

if TYPE_CHECKING:
    from pickvs.dfs.optimizer.rules import Exposure


def list_builds(user_id: int, *, slate_id: int | None, limit: int, cursor: str | None) -> Builds:
    """Return a page of the user's builds, newest first. Raises Invalid if the cursor belongs to another list."""
    before = read_cursor(cursor, int)[0] if cursor is not None else NEWEST
    with transaction() as connection:
        rows = queries.in_order(connection, user_id, slate_id=slate_id, before=before, limit=limit + 1)
    page = rows[:limit]
    return Builds(
        builds=[build_of(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def get_build(user_id: int, build_id: int) -> BuildDetails:
    """Return a build with the exposures of its players, as counts of lineups. Raises NotFound (BUILD_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        row = _own(connection, build_id, user_id)
        players = slates.players_of(connection, row.slate_id)
        asked = _asked_exposures(connection, row, players, user_id)
        counts = queries.exposures_of(connection, build_id)
    names = {player.id: player.name for player in players}
    shown = [
        PlayerExposure(
            player_id=player,
            name=names[player],
            least=asked[player].least if player in asked else 0,
            most=asked[player].most if player in asked else row.wanted,
            lineups=counts.get(player, 0),
        )
        for player in sorted(asked.keys() | counts.keys(), key=lambda player: (-counts.get(player, 0), player))
    ]
    return BuildDetails(**msgspec.structs.asdict(build_of(row)), exposures=shown)


def list_lineups(user_id: int, build_id: int, *, limit: int, cursor: str | None) -> Lineups:
    """Return a page of a build's lineups, by number, also while it is being built.

    Raises NotFound (BUILD_NOT_FOUND), and Invalid if the cursor belongs to another list.
    """
    after = read_cursor(cursor, int)[0] if cursor is not None else 0
    with transaction(snapshot=True) as connection:
        build = _own(connection, build_id, user_id)
        slate = slates.slate(connection, build.slate_id, user_id)
        players = {player.id: player for player in slates.players_of(connection, build.slate_id)}
        rows = queries.lineups_of(connection, build_id, after=after, limit=limit + 1)
    page = rows[:limit]
    game = FORMATS[slate.format]
    return Lineups(
        build_id=build_id,
        lineups=[_lineup(row, game, players) for row in page],
        next_cursor=write_cursor(page[-1].lineup_no) if len(rows) > limit else None,
    )


def lineups_as_csv(page: Lineups) -> str:
    """Return a page of lineups as CSV for people: number, points, salary, and the players' names by slot."""
    slots = [player.slot for player in page.lineups[0].players] if page.lineups else []
    return write_csv(
        ["number", "points", "salary", *slots],
        [[each.number, each.points, each.salary, *(player.name for player in each.players)] for each in page.lineups],
    )


def build_of(row: BuildRow) -> Build:
    """Return a build as it is shown."""
    return Build.of(
        row,
        late_swap_file_id=row.entry_file_id,
        dry_run=row.is_dry_run,
        is_being_cancelled=row.cancel_requested and row.ended_at is None,
        conflict=None if row.conflict is None else [ConflictingRule(**each) for each in row.conflict],
        relaxation=None if row.relaxation is None else [_relaxed(each) for each in row.relaxation],
    )


def salary_in(slot: Slot, player: PlayerRow) -> int:
    """Return what a player costs in a slot, in whole dollars."""
    if slot.factor == 1:
        return player.salary
    return player.captain_salary if player.captain_salary is not None else int(player.salary * slot.factor)


def _own(connection: Connection, build_id: int, user_id: int) -> BuildRow:
    found = queries.find(connection, build_id, user_id)
    if found is None:
        raise unknown_build()
    return found


def _asked_exposures(
    connection: Connection, row: BuildRow, players: Sequence[PlayerRow], user_id: int
) -> "Mapping[int, Exposure]":
    """Return the limits of players, as counts of lineups, as the build has them."""
    from pickvs.dfs.builds.rules import ShareOfPlayer, exposures_of

    settings = row.settings
    shares = [
        ShareOfPlayer(player=each["player_id"], least=_decimal(each["min"]), most=_decimal(each["max"]))
        for each in settings["exposures"]
    ]
    if not shares and settings["max_exposure"] is None:
        return {}
    projected = {each.player for each in projections.projections_of(connection, row.projection_set_id)}
    excluded = set(settings["excludes"])
    return exposures_of(
        shares,
        most=_decimal(settings["max_exposure"]),
        players=[player.id for player in players if player.id in projected - excluded and not player.is_disabled],
        locks=settings["locks"],
        count=row.wanted,
    )


def _lineup(row: LineupRow, game: Format, players: Mapping[int, PlayerRow]) -> Lineup:
    return Lineup(
        number=row.lineup_no,
        points=row.points,
        salary=row.salary,
        entry_line=row.entry_line,
        kept_because=row.kept_because,
        players=[
            _in_slot(slot, None if player is None else players[player])
            for slot, player in zip(game.slots, row.players, strict=True)
        ],
    )


def _in_slot(slot: Slot, player: PlayerRow | None) -> LineupPlayer:
    if player is None:
        return LineupPlayer(slot=slot.name, player_id=None, site_player_id=None, name=None, team=None, salary=None)
    site_id = player.captain_site_id if slot.factor != 1 and player.captain_site_id else player.site_player_id
    return LineupPlayer(
        slot=slot.name,
        player_id=player.id,
        site_player_id=site_id,
        name=player.name,
        team=player.team,
        salary=salary_in(slot, player),
    )


def _relaxed(stored: Mapping[str, Any]) -> RelaxedRule:
    return RelaxedRule(**{**stored, "value": _decimal(stored["value"])})


def _decimal(value: str | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
