"""The SQL of players, their aliases, and their teams."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.sports.players.rules import Spell

_LISTED = """
    SELECT player.id, player.sport, player.name, player.normal, player.position, player.jersey, player.height_cm,
           player.weight_kg, player.birth_date, player.team_id
    FROM players player
"""
_ONE = _LISTED + "WHERE player.id = %s"
_IN_ORDER = (
    _LISTED
    + """
    WHERE (%(sport)s::text IS NULL OR player.sport = %(sport)s)
      AND (%(team)s::bigint IS NULL OR player.team_id = %(team)s)
      AND (%(search)s::text IS NULL OR strpos(player.normal, %(search)s) > 0)
      AND (player.normal, player.id) > (%(after_name)s, %(after_id)s)
    ORDER BY player.normal, player.id
    LIMIT %(limit)s
"""
)

_NAMESAKES = """
    SELECT player.id, player.normal,
           coalesce(array_agg(DISTINCT spell.team_id) FILTER (WHERE spell.team_id IS NOT NULL), '{}') AS teams
    FROM players player
    LEFT JOIN player_teams spell ON spell.player_id = player.id
    WHERE player.sport = %(sport)s AND player.normal = ANY(%(normals)s)
      AND NOT EXISTS (
        SELECT FROM player_aliases alias WHERE alias.player_id = player.id AND alias.provider = %(provider)s
      )
    GROUP BY player.id
"""

_INSERT = """
    INSERT INTO players (sport, name, normal, position, jersey, created_at, updated_at)
    SELECT %(sport)s, name, normal, position, jersey, %(at)s, %(at)s
    FROM unnest(%(names)s::text[], %(normals)s::text[], %(positions)s::text[], %(jerseys)s::text[])
         WITH ORDINALITY AS made (name, normal, position, jersey, place)
    ORDER BY place
    RETURNING id
"""

_UPDATE = """
    UPDATE players SET position = coalesce(stated.position, players.position),
                       jersey = coalesce(stated.jersey, players.jersey), updated_at = %(at)s
    FROM unnest(%(ids)s::bigint[], %(positions)s::text[], %(jerseys)s::text[]) AS stated (id, position, jersey)
    WHERE players.id = stated.id AND players.updated_at <= %(at)s
      AND (coalesce(stated.position, players.position), coalesce(stated.jersey, players.jersey))
          IS DISTINCT FROM (players.position, players.jersey)
"""

_PUT_SPELLS = """
    INSERT INTO player_teams (player_id, sport, team_id, from_day, to_day)
    SELECT player, %(sport)s, team, first, last
    FROM unnest(%(players)s::bigint[], %(teams)s::bigint[], %(firsts)s::date[], %(lasts)s::date[])
         AS seen (player, team, first, last)
    ON CONFLICT (player_id, from_day) DO UPDATE SET team_id = excluded.team_id, to_day = excluded.to_day
"""

_SET_TEAMS = """
    UPDATE players SET team_id = seen.team
    FROM unnest(%(players)s::bigint[], %(teams)s::bigint[]) AS seen (player, team)
    WHERE players.id = seen.player AND players.team_id IS DISTINCT FROM seen.team
"""


class ListedRow(TableRow, frozen=True):
    """A player. team_id: with whom he was last seen. normal: the name as names are compared. In cm and kg."""

    id: int
    sport: str
    name: str
    normal: str
    position: str | None
    jersey: str | None
    height_cm: int | None
    weight_kg: int | None
    birth_date: date | None
    team_id: int | None


class NamesakeRow(TableRow, frozen=True):
    """A player without an id at a provider. teams: all that he has played for."""

    id: int
    normal: str
    teams: list[int]


_ON_TEAMS = """
    SELECT id, normal, team_id FROM players WHERE sport = %s AND normal = ANY(%s) AND team_id IS NOT NULL
"""


class OnTeamRow(TableRow, frozen=True):
    """A player who plays for a team now."""

    id: int
    normal: str
    team_id: int


def take_turn(connection: Connection, sport: str) -> None:
    """Wait until no other transaction registers players of the sport. Held until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-players:' || %s, 0))", (sport,))


def aliased(connection: Connection, sport: str, provider: str, ids: Collection[str]) -> dict[str, int]:
    """Return the players of a provider's ids."""
    rows = connection.execute(
        "SELECT provider_id, player_id FROM player_aliases"
        " WHERE sport = %s AND provider = %s AND provider_id = ANY(%s)",
        (sport, provider, list(ids)),
    )
    return {row["provider_id"]: row["player_id"] for row in rows}


def namesakes(connection: Connection, sport: str, provider: str, normals: Collection[str]) -> list[NamesakeRow]:
    """Return the players with one of these names who have no id at the provider."""
    values = {"sport": sport, "provider": provider, "normals": list(normals)}
    with connection.cursor(row_factory=row_of(NamesakeRow)) as cursor:
        return cursor.execute(_NAMESAKES, values).fetchall()


def insert(
    connection: Connection,
    sport: str,
    rows: Sequence[tuple[str, str, str | None, str | None]],
    at: datetime,
) -> list[int]:
    """Insert players by name, normalised name, position and jersey, and return their ids in the same order."""
    names, normals, positions, jerseys = ([row[place] for row in rows] for place in range(4))
    values = {"names": names, "normals": normals, "positions": positions, "jerseys": jerseys, "sport": sport, "at": at}
    return [row["id"] for row in connection.execute(_INSERT, values)]


def update(connection: Connection, rows: Sequence[tuple[int, str | None, str | None]], at: datetime) -> None:
    """Set position and jersey of players to what was stated at `at`, unless later words are there."""
    ids, positions, jerseys = ([row[place] for row in rows] for place in range(3))
    connection.execute(_UPDATE, {"ids": ids, "positions": positions, "jerseys": jerseys, "at": at})


def insert_aliases(
    connection: Connection, sport: str, provider: str, rows: Iterable[tuple[str, int, str]], at: datetime
) -> None:
    """Insert a provider's ids: id, player and name."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO player_aliases (sport, provider, provider_id, player_id, name, added_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(sport, provider, provider_id, player, name, at) for provider_id, player, name in rows],
        )


def spells(connection: Connection, players: Collection[int]) -> dict[int, list[Spell]]:
    """Return the times with teams of players, in order."""
    found: dict[int, list[Spell]] = {player: [] for player in players}
    for row in connection.execute(
        "SELECT player_id, team_id, from_day, to_day FROM player_teams WHERE player_id = ANY(%s)"
        " ORDER BY player_id, from_day",
        (list(players),),
    ):
        found[row["player_id"]].append(Spell(row["team_id"], row["from_day"], row["to_day"]))
    return found


def set_teams(connection: Connection, teams: Mapping[int, int]) -> None:
    """Set with whom players were last seen. teams: by player."""
    connection.execute(_SET_TEAMS, {"players": list(teams), "teams": list(teams.values())})


def move_start(connection: Connection, player: int, before: date, after: date) -> None:
    """Let a player's time with a team begin on another day."""
    connection.execute(
        "UPDATE player_teams SET from_day = %s WHERE player_id = %s AND from_day = %s", (after, player, before)
    )


def put_spells(connection: Connection, sport: str, rows: Sequence[tuple[int, Spell]]) -> None:
    """Insert players' times with teams, or replace those that begin on the same day. rows: player and time."""
    values = {
        "sport": sport,
        "players": [player for player, _ in rows],
        "teams": [spell.team_id for _, spell in rows],
        "firsts": [spell.from_day for _, spell in rows],
        "lasts": [spell.to_day for _, spell in rows],
    }
    connection.execute(_PUT_SPELLS, values)


def find(connection: Connection, player_id: int) -> ListedRow | None:
    """Return a player. None if there is none."""
    with connection.cursor(row_factory=row_of(ListedRow)) as cursor:
        return cursor.execute(_ONE, (player_id,)).fetchone()


def listed(connection: Connection, values: dict[str, Any]) -> list[ListedRow]:
    """Return players in the order of their names. values: sport, team, search, after_name, after_id, limit."""
    with connection.cursor(row_factory=row_of(ListedRow)) as cursor:
        return cursor.execute(_IN_ORDER, values).fetchall()


def on_teams(connection: Connection, sport: str, normals: Collection[str]) -> list[OnTeamRow]:
    """Return the players of names who play for a team now."""
    with connection.cursor(row_factory=row_of(OnTeamRow)) as cursor:
        return cursor.execute(_ON_TEAMS, (sport, list(normals))).fetchall()
