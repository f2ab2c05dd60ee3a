"""The SQL of teams and their names."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.sports.teams.rules import ListedName, ListedTeam, normalised


class TeamRow(TableRow, frozen=True):
    """A team. time_zone: None for the league's."""

    id: int
    sport: str
    name: str
    time_zone: str | None


class SpelledRow(TeamRow, frozen=True):
    """A team, and the normalised spelling by which it was found."""

    spelling: str


class FullTeamRow(TeamRow, frozen=True):
    """A team with all its columns."""

    key: str | None
    short_name: str | None
    abbreviation: str | None
    city: str | None
    listed: bool


class NameRow(TableRow, frozen=True):
    """A spelling of a team's name, as written and as compared."""

    team_id: int
    provider: str
    name: str
    normal: str


_FULL = SQL("SELECT id, sport, name, time_zone, key, short_name, abbreviation, city, listed FROM teams ")

_IN_ORDER = _FULL + SQL("""
    WHERE sport = ANY(%(sports)s) AND (sport, name) > (%(after_sport)s, %(after_name)s)
    ORDER BY sport, name
    LIMIT %(limit)s
""")

_FULL_BY_ID = _FULL + SQL("WHERE id = %s")

_NAMES = SQL("""
    SELECT team_id, provider, name, normal FROM team_names WHERE team_id = ANY(%s) ORDER BY team_id, provider, normal
""")

_INSERT_ALIAS = SQL("""
    INSERT INTO team_names (sport, provider, normal, name, team_id, origin, added_at)
    VALUES (%(sport)s, %(provider)s, %(normal)s, %(name)s, %(team)s, 'administrator', %(at)s)
    ON CONFLICT DO NOTHING
""")

_SPELLED = SQL("""
    SELECT team.id, team.sport, team.name, team.time_zone, wanted.normal AS spelling
    FROM unnest(%(normals)s::text[]) AS wanted (normal)
    LEFT JOIN teams canonical ON canonical.sport = %(sport)s AND canonical.normal = wanted.normal
    LEFT JOIN team_names own
      ON own.sport = %(sport)s AND own.provider = %(provider)s AND own.normal = wanted.normal
    LEFT JOIN team_names common
      ON common.sport = %(sport)s AND common.provider = 'any' AND common.normal = wanted.normal
    JOIN teams team ON team.id = coalesce(canonical.id, own.team_id, common.team_id)
""")

_BY_ID = SQL("SELECT id, sport, name, time_zone FROM teams WHERE id = ANY(%s)")

# A statement sees no rows of its own, so the names are joined to the teams that it made.
_REGISTER = SQL("""
    WITH made AS (
      INSERT INTO teams (sport, name, normal, listed, created_at)
      SELECT %(sport)s, wanted.name, wanted.normal, false, %(at)s
      FROM unnest(%(names)s::text[], %(normals)s::text[]) AS wanted (name, normal)
      ORDER BY wanted.normal
      ON CONFLICT DO NOTHING
      RETURNING id, sport, name, normal
    )
    INSERT INTO team_names (sport, provider, normal, name, team_id, origin, added_at)
    SELECT sport, %(provider)s, normal, name, id, 'provider', %(at)s
    FROM made
    ORDER BY normal
    ON CONFLICT DO NOTHING
""")

_LISTED = SQL("""
    WITH listed AS (
      SELECT *
      FROM unnest(%(sports)s::text[], %(keys)s::text[], %(names)s::text[], %(normals)s::text[], %(short_names)s::text[],
                  %(abbreviations)s::text[], %(cities)s::text[], %(time_zones)s::text[], %(listed)s::boolean[])
           AS listed (sport, key, name, normal, short_name, abbreviation, city, time_zone, listed)
    )
""")

# A team that a provider named first gets its key, and stays the same team.
_ADOPT = SQL("""
    {listed}
    UPDATE teams SET key = listed.key
    FROM listed
    WHERE teams.key IS NULL AND teams.sport = listed.sport AND teams.normal = listed.normal
      AND NOT EXISTS (SELECT FROM teams other WHERE other.sport = listed.sport AND other.key = listed.key)
""").format(listed=_LISTED)

_UPSERT_TEAMS = SQL("""
    {listed}
    INSERT INTO teams (sport, key, name, normal, short_name, abbreviation, city, time_zone, listed, created_at)
    SELECT sport, key, name, normal, short_name, abbreviation, city, time_zone, listed, %(at)s
    FROM listed
    ORDER BY sport, key
    ON CONFLICT (sport, key) DO UPDATE SET
      name = excluded.name, normal = excluded.normal, short_name = excluded.short_name,
      abbreviation = excluded.abbreviation, city = excluded.city, time_zone = excluded.time_zone,
      listed = excluded.listed
    WHERE (teams.name, teams.normal, teams.short_name, teams.abbreviation, teams.city, teams.time_zone, teams.listed)
      IS DISTINCT FROM (excluded.name, excluded.normal, excluded.short_name, excluded.abbreviation, excluded.city,
                        excluded.time_zone, excluded.listed)
""").format(listed=_LISTED)

_UNLIST = SQL("""
    {listed}
    UPDATE teams SET listed = false
    WHERE teams.listed
      AND NOT EXISTS (SELECT FROM listed WHERE listed.sport = teams.sport AND listed.key = teams.key)
""").format(listed=_LISTED)

_UPSERT_NAMES = SQL("""
    INSERT INTO team_names (sport, provider, normal, name, team_id, origin, added_at)
    SELECT listed.sport, listed.provider, listed.normal, listed.name, teams.id, 'reference', %(at)s
    FROM unnest(%(sports)s::text[], %(keys)s::text[], %(providers)s::text[], %(names)s::text[], %(normals)s::text[])
         AS listed (sport, key, provider, name, normal)
    JOIN teams ON teams.sport = listed.sport AND teams.key = listed.key
    ORDER BY listed.sport, listed.provider, listed.normal
    ON CONFLICT (sport, provider, normal) DO UPDATE SET
      name = excluded.name, team_id = excluded.team_id, origin = excluded.origin, added_at = excluded.added_at
    WHERE team_names.origin <> 'administrator'
      AND (team_names.name, team_names.team_id, team_names.origin)
        IS DISTINCT FROM (excluded.name, excluded.team_id, excluded.origin)
""")


def teams_spelled(connection: Connection, sport: str, provider: str, normals: Sequence[str]) -> dict[str, SpelledRow]:
    """Return the teams that these normalised names mean, by the names. Canonical names first, then the provider's."""
    parameters = {"sport": sport, "provider": provider, "normals": list(normals)}
    with connection.cursor(row_factory=row_of(SpelledRow)) as cursor:
        return {row.spelling: row for row in cursor.execute(_SPELLED, parameters)}


def teams_by_id(connection: Connection, ids: Sequence[int]) -> list[TeamRow]:
    """Return the teams with these ids."""
    with connection.cursor(row_factory=row_of(TeamRow)) as cursor:
        return cursor.execute(_BY_ID, (list(ids),)).fetchall()


def teams_in_order(
    connection: Connection, sports: Sequence[str], *, after: tuple[str, str], limit: int
) -> list[FullTeamRow]:
    """Return up to `limit` teams of `sports`, by sport and name. after: sport and name of the previous page's last."""
    parameters = {"sports": list(sports), "after_sport": after[0], "after_name": after[1], "limit": limit}
    with connection.cursor(row_factory=row_of(FullTeamRow)) as cursor:
        return cursor.execute(_IN_ORDER, parameters).fetchall()


def full_team(connection: Connection, team_id: int) -> FullTeamRow | None:
    """Return one team with all its columns. None if there is none."""
    with connection.cursor(row_factory=row_of(FullTeamRow)) as cursor:
        return cursor.execute(_FULL_BY_ID, (team_id,)).fetchone()


def names_of(connection: Connection, ids: Sequence[int]) -> list[NameRow]:
    """Return every spelling of the teams' names, by team, provider and spelling."""
    with connection.cursor(row_factory=row_of(NameRow)) as cursor:
        return cursor.execute(_NAMES, (list(ids),)).fetchall()


def insert_alias(connection: Connection, team_id: int, sport: str, provider: str, name: str, at: datetime) -> bool:
    """Add a spelling as an administrator's. Return False if the sport has it for this provider."""
    parameters = {
        "sport": sport,
        "provider": provider,
        "normal": normalised(name),
        "name": name,
        "team": team_id,
        "at": at,
    }
    return connection.execute(_INSERT_ALIAS, parameters).rowcount == 1


def register(connection: Connection, sport: str, provider: str, names: Mapping[str, str], at: datetime) -> None:
    """Make a team of each name, by normalised name, unless another transaction has made it."""
    parameters = {
        "sport": sport,
        "provider": provider,
        "normals": list(names),
        "names": list(names.values()),
        "at": at,
    }
    connection.execute(_REGISTER, parameters)


def load_teams(connection: psycopg.Connection[Any], teams: Sequence[ListedTeam], at: datetime) -> None:
    """Make the listed teams those of the reference data. Teams that are no longer among them stay, unlisted."""
    parameters = {
        "sports": [team.sport for team in teams],
        "keys": [team.key for team in teams],
        "names": [team.name for team in teams],
        "normals": [normalised(team.name) for team in teams],
        "short_names": [team.short_name for team in teams],
        "abbreviations": [team.abbreviation for team in teams],
        "cities": [team.city for team in teams],
        "time_zones": [team.time_zone for team in teams],
        "listed": [team.listed for team in teams],
        "at": at,
    }
    for statement in (_ADOPT, _UPSERT_TEAMS, _UNLIST):
        connection.execute(statement, parameters)


def load_names(connection: psycopg.Connection[Any], names: Sequence[ListedName], at: datetime) -> None:
    """Add the spellings of the reference data. Those that an administrator added stay, and so do former ones."""
    parameters = {
        "sports": [name.sport for name in names],
        "keys": [name.key for name in names],
        "providers": [name.provider for name in names],
        "names": [name.name for name in names],
        "normals": [name.spelling[2] for name in names],
        "at": at,
    }
    connection.execute(_UPSERT_NAMES, parameters)
