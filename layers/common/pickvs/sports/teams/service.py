"""Lists teams, and adds spellings of their names."""

from collections.abc import Sequence
from datetime import datetime

from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict, NotFound
from pickvs.core.paging import read_cursor, write_cursor
from pickvs.sports.rules import SPORTS
from pickvs.sports.service import refuse_unknown_sport
from pickvs.sports.teams import queries
from pickvs.sports.teams.queries import FullTeamRow
from pickvs.sports.teams.reading import teams_named
from pickvs.sports.teams.rules import Team, normalised
from pickvs.sports.teams.schemas import TeamAlias, TeamListing, Teams


def list_teams(*, sport: str | None, limit: int, cursor: str | None) -> Teams:
    """Return a page of the teams of a covered sport, or of all, by sport and name.

    Raises Invalid if the sport is not covered or the cursor belongs to another list.
    """
    refuse_unknown_sport(sport)
    after_sport, after_name = read_cursor(cursor, str, str) if cursor is not None else ("", "")
    sports = sorted(SPORTS) if sport is None else [sport]
    with transaction() as connection:
        rows = queries.teams_in_order(connection, sports, after=(after_sport, after_name), limit=limit + 1)
        page = rows[:limit]
        listed = _listings(connection, page)
    return Teams(
        teams=listed,
        next_cursor=write_cursor(page[-1].sport, page[-1].name) if len(rows) > limit else None,
    )


def show_team(team_id: int) -> TeamListing:
    """Return one team. Raises NotFound (TEAM_NOT_FOUND) if there is none, or its sport is not covered."""
    with transaction() as connection:
        return team_listing(connection, team_id)


def team_listing(connection: Connection, team_id: int) -> TeamListing:
    """Return one team, in the caller's transaction. Raises the error of `show_team`."""
    row = queries.full_team(connection, team_id)
    if row is None or row.sport not in SPORTS:
        raise NotFound("TEAM_NOT_FOUND", "There is no such team.")
    return _listings(connection, [row])[0]


def add_alias(connection: Connection, team: TeamListing, provider: str, name: str, at: datetime) -> Team | None:
    """Make `name` a spelling of the team for `provider` (`any` for all), in the caller's transaction.

    Returns the team itself if the name named it already in another way, otherwise None. Raises Conflict: ALIAS_TAKEN
    if the name means another team of the sport to this provider, ALIAS_EXISTS if it is the team's name or an alias.
    """
    known = _named(connection, team, provider, name)
    if normalised(name) == normalised(team.name) or not queries.insert_alias(
        connection, team.id, team.sport, provider, name, at
    ):
        _named(connection, team, provider, name)  # another administrator may have added it for another team
        raise Conflict("ALIAS_EXISTS", "The team has this name already.")
    return known


def _named(connection: Connection, team: TeamListing, provider: str, name: str) -> Team | None:
    known = teams_named(connection, team.sport, provider, [name]).get(name)
    if known is not None and known.id != team.id:
        raise Conflict("ALIAS_TAKEN", f"To this provider the name means {known.name}, team {known.id}.")
    return known


def _listings(connection: Connection, rows: Sequence[FullTeamRow]) -> list[TeamListing]:
    aliases: dict[int, list[TeamAlias]] = {row.id: [] for row in rows}
    canonical = {row.id: normalised(row.name) for row in rows}
    for alias in queries.names_of(connection, list(aliases)):
        if alias.normal != canonical[alias.team_id]:
            aliases[alias.team_id].append(TeamAlias(provider=alias.provider, name=alias.name))
    return [
        TeamListing.of(row, time_zone=row.time_zone or SPORTS[row.sport].zone, aliases=aliases[row.id]) for row in rows
    ]
