"""The SQL of slates."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.rows import scalar_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.dfs.slates.rules import GameFacts, PlayerFacts, SlateFacts, SlateGameState, normal_name

_SLATE_COLUMNS = SQL("""
    slate.id, slate.user_id, slate.site, slate.sport, slate.format, slate.external_id, slate.name, slate.source,
    slate.starts_at, slate.created_at, slate.updated_at,
    (SELECT count(*) FROM slate_players player WHERE player.slate_id = slate.id AND NOT player.is_disabled) AS players,
    (SELECT count(*) FROM slate_games game WHERE game.slate_id = slate.id) AS games
""")

_FIND = SQL("""
    SELECT {columns} FROM slates slate
    WHERE slate.id = %(slate)s AND (slate.user_id IS NULL OR slate.user_id = %(user)s)
""").format(columns=_SLATE_COLUMNS)

_IN_ORDER = SQL("""
    SELECT {columns} FROM slates slate
    WHERE (slate.user_id IS NULL OR slate.user_id = %(user)s)
      AND (%(site)s::text IS NULL OR slate.site = %(site)s)
      AND (%(sport)s::text IS NULL OR slate.sport = %(sport)s)
      AND (%(since)s::timestamptz IS NULL OR slate.starts_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR slate.starts_at < %(until)s)
      AND (slate.starts_at, slate.id) < (%(before_start)s, %(before_id)s)
    ORDER BY slate.starts_at DESC, slate.id DESC
    LIMIT %(limit)s
""").format(columns=_SLATE_COLUMNS)

_GAMES = SQL("""
    SELECT id, slate_id, key, away, home, starts_at, state, game_id, venue_id FROM slate_games
    WHERE slate_id = ANY(%s) ORDER BY slate_id, starts_at, key
""")

_PLAYERS = SQL("""
    SELECT player.id, player.site_player_id, player.captain_site_id, player.player_id, player.name, player.normal,
           player.team, game.key AS game, game.state AS game_state, game.starts_at,
           CASE player.team WHEN game.away THEN game.home WHEN game.home THEN game.away END AS opponent,
           player.positions, player.slots, player.salary, player.captain_salary, player.average_points, player.status,
           player.is_disabled
    FROM slate_players player
    JOIN slate_games game ON game.id = player.slate_game_id
    WHERE player.slate_id = %(slate)s
      AND (%(position)s::text IS NULL OR %(position)s = ANY (player.positions))
      AND (%(team)s::text IS NULL OR player.team = %(team)s)
      AND (%(status)s::text IS NULL OR player.status = %(status)s)
      AND (-player.salary, player.id) > (%(after_salary)s, %(after_id)s)
    ORDER BY player.salary DESC, player.id
    LIMIT %(limit)s
""")

# One at a time for each user and site, so that a file that is uploaded twice at once makes one slate.
_TAKE_TURN = SQL("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-slates:' || %s || ':' || %s, 0))")

_WITH_PLAYERS = SQL("""
    SELECT DISTINCT slate.id
    FROM slate_players player
    JOIN slates slate ON slate.id = player.slate_id
    WHERE slate.site = %(site)s AND slate.user_id IS NOT DISTINCT FROM %(user)s AND slate.format = %(format)s
      AND (player.site_player_id = ANY(%(ids)s))
    ORDER BY slate.id
""")

_EXTERNAL = SQL("""
    SELECT id FROM slates
    WHERE site = %(site)s AND external_id = %(external_id)s AND user_id IS NOT DISTINCT FROM %(user)s
""")

_INSERT = SQL("""
    INSERT INTO slates (user_id, site, sport, format, external_id, name, source, starts_at, created_at, updated_at)
    VALUES (%(user)s, %(site)s, %(sport)s, %(format)s, %(external_id)s, %(name)s, %(source)s, %(starts_at)s, %(at)s,
            %(at)s)
    RETURNING id
""")

_UPDATE = SQL("""
    UPDATE slates SET name = %(name)s, source = %(source)s, updated_at = greatest(updated_at, %(at)s),
                      external_id = coalesce(%(external_id)s, external_id)
    WHERE id = %(slate)s
""")

_PUBLIC_STARTS = SQL("""
    SELECT DISTINCT starts_at FROM slates
    WHERE user_id IS NULL AND source = %(source)s AND starts_at > %(after)s AND starts_at <= %(until)s
    ORDER BY starts_at
""")

_SET_START = SQL("UPDATE slates SET starts_at = %(starts_at)s WHERE id = %(slate)s AND starts_at <> %(starts_at)s")

_PUT_GAMES = SQL("""
    INSERT INTO slate_games AS known (slate_id, key, away, home, starts_at, state)
    SELECT %(slate)s, key, away, home, starts_at, coalesce(state, 'scheduled')
    FROM unnest(%(keys)s::text[], %(aways)s::text[], %(homes)s::text[], %(starts)s::timestamptz[], %(states)s::text[])
         AS said (key, away, home, starts_at, state)
    ORDER BY key
    ON CONFLICT (slate_id, key) DO UPDATE
    SET away = coalesce(excluded.away, known.away), home = coalesce(excluded.home, known.home),
        starts_at = excluded.starts_at,
        state = CASE WHEN excluded.key = ANY (%(stated)s::text[]) THEN excluded.state ELSE known.state END
""")

_WITHDRAW_GAMES = SQL("""
    UPDATE slate_games SET state = 'cancelled'
    WHERE slate_id = %(slate)s AND key <> ALL (%(keys)s) AND state IN ('scheduled', 'postponed') AND starts_at > %(at)s
""")

_PUT_PLAYERS = SQL("""
    INSERT INTO slate_players AS known
      (slate_id, slate_game_id, site_player_id, captain_site_id, name, normal, team, positions, slots, salary,
       captain_salary, average_points, status)
    SELECT %(slate)s, game.id, said.id, said.captain, said.name, said.normal, said.team,
           string_to_array(said.positions, '/'), string_to_array(said.slots, '/'), said.salary, said.captain_salary,
           said.average, said.status
    FROM unnest(%(ids)s::text[], %(captains)s::text[], %(names)s::text[], %(normals)s::text[], %(teams)s::text[],
                %(games)s::text[], %(positions)s::text[], %(slots)s::text[], %(salaries)s::bigint[],
                %(captain_salaries)s::bigint[], %(averages)s::numeric[], %(statuses)s::text[])
         WITH ORDINALITY
         AS said (id, captain, name, normal, team, game, positions, slots, salary, captain_salary, average, status,
                  place)
    JOIN slate_games game ON game.slate_id = %(slate)s AND game.key = said.game
    ORDER BY said.place
    ON CONFLICT (slate_id, site_player_id) DO UPDATE
    SET slate_game_id = excluded.slate_game_id, captain_site_id = excluded.captain_site_id, name = excluded.name,
        normal = excluded.normal, team = excluded.team, positions = excluded.positions, slots = excluded.slots,
        salary = excluded.salary, captain_salary = excluded.captain_salary,
        status = CASE WHEN excluded.site_player_id = ANY (%(silent)s::text[]) THEN known.status
                      ELSE excluded.status END,
        average_points = coalesce(excluded.average_points, known.average_points), is_disabled = false
""")

_DISABLE = SQL("""
    UPDATE slate_players SET is_disabled = true
    WHERE slate_id = %(slate)s AND NOT is_disabled AND site_player_id <> ALL (%(ids)s)
""")


class SlateRow(TableRow, frozen=True):
    """A slate. user_id: who has uploaded it, None for a public one. players: those who are not disabled."""

    id: int
    user_id: int | None
    site: str
    sport: str
    format: str
    external_id: str | None
    name: str
    source: str
    starts_at: datetime
    created_at: datetime
    updated_at: datetime
    players: int
    games: int


class GameRow(TableRow, frozen=True):
    """A game of a slate."""

    id: int
    slate_id: int
    key: str
    away: str | None
    home: str | None
    starts_at: datetime
    state: SlateGameState
    game_id: int | None
    venue_id: int | None


class PlayerRow(TableRow, frozen=True):
    """A player of a slate, with his game. Salaries in whole dollars."""

    id: int
    site_player_id: str
    captain_site_id: str | None
    player_id: int | None
    name: str
    normal: str
    team: str
    game: str
    game_state: SlateGameState
    starts_at: datetime
    opponent: str | None
    positions: list[str]
    slots: list[str]
    salary: int
    captain_salary: int | None
    average_points: Decimal | None
    status: str
    is_disabled: bool


def find(connection: Connection, slate_id: int, user_id: int) -> SlateRow | None:
    """Return a slate that the user may see. None if there is none."""
    with connection.cursor(row_factory=row_of(SlateRow)) as cursor:
        return cursor.execute(_FIND, {"slate": slate_id, "user": user_id}).fetchone()


def in_order(
    connection: Connection,
    user_id: int,
    *,
    site: str | None,
    sport: str | None,
    since: datetime | None,
    until: datetime | None,
    before: tuple[datetime, int],
    limit: int,
) -> list[SlateRow]:
    """Return up to `limit` slates that the user may see, latest start first, after the position `before`."""
    values = {
        "user": user_id,
        "site": site,
        "sport": sport,
        "since": since,
        "until": until,
        "before_start": before[0],
        "before_id": before[1],
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(SlateRow)) as cursor:
        return cursor.execute(_IN_ORDER, values).fetchall()


def games_of(connection: Connection, slates: Collection[int]) -> list[GameRow]:
    """Return the games of slates, by slate and start."""
    with connection.cursor(row_factory=row_of(GameRow)) as cursor:
        return cursor.execute(_GAMES, (list(slates),)).fetchall()


def players_of(
    connection: Connection,
    slate_id: int,
    *,
    position: str | None = None,
    team: str | None = None,
    status: str | None = None,
    after: tuple[int, int] = (-(2**62), 0),
    limit: int | None = None,
) -> list[PlayerRow]:
    """Return players of a slate, dearest first. after: negative salary and id of the last one of the page before."""
    values = {
        "slate": slate_id,
        "position": position,
        "team": team,
        "status": status,
        "after_salary": after[0],
        "after_id": after[1],
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(PlayerRow)) as cursor:
        return cursor.execute(_PLAYERS, values).fetchall()


def take_turn(connection: Connection, site: str, user_id: int | None) -> None:
    """Wait until no other transaction stores slates of the user and the site. Held until the transaction ends."""
    connection.execute(_TAKE_TURN, (site, str(user_id)))


def slates_with(
    connection: Connection, *, site: str, format_id: str, user_id: int | None, ids: Collection[str]
) -> list[int]:
    """Return the user's slates, or the public ones, that have one of these players."""
    values = {"site": site, "user": user_id, "ids": list(ids), "format": format_id}
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_WITH_PLAYERS, values).fetchall()


def external(connection: Connection, *, site: str, external_id: str, user_id: int | None) -> list[int]:
    """Return the user's slates, or the public one, with the site's number."""
    values = {"site": site, "external_id": external_id, "user": user_id}
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_EXTERNAL, values).fetchall()


def public_starts(connection: Connection, source: str, after: datetime, until: datetime) -> list[datetime]:
    """Return the starts of a source's public slates that are after `after`, and not after `until`."""
    values = {"source": source, "after": after, "until": until}
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_PUBLIC_STARTS, values).fetchall()


def insert(connection: Connection, facts: SlateFacts, user_id: int | None, starts_at: datetime, at: datetime) -> int:
    """Insert a slate without games and players, and return its id."""
    values = _slate_values(facts, at) | {"user": user_id, "starts_at": starts_at}
    with connection.cursor(row_factory=scalar_row) as cursor:
        [slate_id] = cursor.execute(_INSERT, values).fetchall()
    return int(slate_id)


def update(connection: Connection, slate_id: int, facts: SlateFacts, at: datetime) -> None:
    """Set what a slate is called and where it comes from."""
    connection.execute(_UPDATE, _slate_values(facts, at) | {"slate": slate_id})


def set_start(connection: Connection, slate_id: int, starts_at: datetime) -> None:
    """Set when a slate's first game starts."""
    connection.execute(_SET_START, {"slate": slate_id, "starts_at": starts_at})


def put_games(connection: Connection, slate_id: int, games: Sequence[GameFacts]) -> None:
    """Insert or change games of a slate. One whose state is not stated keeps it."""
    values = {
        "slate": slate_id,
        "keys": [game.key for game in games],
        "aways": [game.away for game in games],
        "homes": [game.home for game in games],
        "starts": [game.starts_at for game in games],
        "states": [game.state for game in games],
        "stated": [game.key for game in games if game.state is not None],
    }
    connection.execute(_PUT_GAMES, values)


def withdraw_games(connection: Connection, slate_id: int, keys: Collection[str], at: datetime) -> None:
    """Cancel the games of a slate that are still to begin at `at`, except those with these keys."""
    connection.execute(_WITHDRAW_GAMES, {"slate": slate_id, "keys": list(keys), "at": at})


def put_players(connection: Connection, slate_id: int, players: Sequence[PlayerFacts]) -> None:
    """Insert or change players of a slate, and disable those who are not named. Whose status is not stated keeps it."""
    values = {
        "slate": slate_id,
        "ids": [player.site_player_id for player in players],
        "captains": [player.captain_site_id for player in players],
        "names": [player.name for player in players],
        "normals": [normal_name(player.name) or player.name for player in players],
        "teams": [player.team for player in players],
        "games": [player.game for player in players],
        "positions": ["/".join(player.positions) for player in players],
        "slots": ["/".join(player.slots) for player in players],
        "salaries": [player.salary for player in players],
        "captain_salaries": [player.captain_salary for player in players],
        "averages": [player.average_points for player in players],
        "statuses": [player.status or "" for player in players],
        "silent": [player.site_player_id for player in players if player.status is None],
    }
    connection.execute(_PUT_PLAYERS, values)
    connection.execute(_DISABLE, values)


def _slate_values(facts: SlateFacts, at: datetime) -> dict[str, Any]:
    return {
        "site": facts.site,
        "sport": facts.sport,
        "format": facts.format,
        "external_id": facts.external_id,
        "name": facts.name,
        "source": facts.source,
        "at": at,
    }
