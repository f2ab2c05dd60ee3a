"""SQL for leagues and their log.

Whoever changes a league, its members, constructors or invitations locks the league's row first, and before it the
accounts of those whom the change concerns.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any, Literal

from psycopg.errors import UniqueViolation
from psycopg.rows import scalar_row
from psycopg.sql import SQL, Identifier, Placeholder
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.leagues.rules import (
    AmendUntil,
    AtLock,
    LockBy,
    Method,
    OnExpiry,
    OrderBy,
    QuietHours,
    Replacement,
    Settings,
    Shortened,
    State,
    Visibility,
    WeeklyTime,
)

type LeagueRole = Literal["commissioner", "co_commissioner", "member"]
"""What a member may do: everything; all but roles, hand-over and deletion; or play and look."""

VISIBLE = SQL("""
    league.state <> 'cancelled'
    AND (league.visibility = 'public' OR EXISTS (
      SELECT FROM league_members own WHERE own.league_id = league.id AND own.user_id = %(user)s))
""")
"""Condition on `leagues league` for who may see one, as `access.look` says. user: None for who is not signed in."""

LEAGUES = SQL("""
    SELECT league.id, league.sport, league.season, league.name, league.description, league.visibility,
           league.max_constructors, league.rounds, league.order_by, league.method, league.timezone,
           league.opens_weekday, league.opens_time, league.lock_by, league.clock_seconds, league.quiet_begin,
           league.quiet_end, league.on_expiry, league.at_lock, league.auto_after_misses, league.replacement,
           league.free_swaps, league.table_id, league.amend_until, league.shortened, league.state, league.seed_sha256,
           league.shown_seed, league.version, league.board_version, league.created_at, league.started_at,
           league.finished_at,
           coalesce(scored.name || '@' || scored.version, scored.id::text) AS scoring_table,
           (SELECT count(*) FROM constructors WHERE league_id = league.id AND retired_at IS NULL) AS constructors
    FROM leagues league
    JOIN scoring_tables scored ON scored.id = league.table_id
    WHERE {which}
    ORDER BY league.id DESC
    LIMIT %(limit)s
""")
"""Leagues, the newest first. which: a condition on `leagues league`. Up to %(limit)s rows, each a LeagueRow."""
_FIND = LEAGUES.format(which=SQL("league.id = %(league)s AND league.state <> 'cancelled'")).as_bytes()
_OF_USER = LEAGUES.format(
    which=SQL("""
      league.state <> 'cancelled'
      AND league.id IN (SELECT league_id FROM league_members WHERE user_id = %(user)s)
    """)
).as_bytes()

_LOCK = "SELECT state, seed, version FROM leagues WHERE id = %s AND state <> 'cancelled' FOR UPDATE"

_INSERT = SQL("INSERT INTO leagues ({columns}) VALUES ({values}) RETURNING id")
_UPDATE = SQL("UPDATE leagues SET {changes} WHERE id = %(league)s")

_LIVING = "SELECT id FROM leagues WHERE state IN ('forming', 'running') ORDER BY id"
_TO_ARCHIVE = "SELECT id FROM leagues WHERE state = 'finished' AND finished_at <= %s ORDER BY id"
_OF_EVENTS = """
    SELECT DISTINCT league.id
    FROM events event
    JOIN leagues league
      ON league.sport = event.sport AND league.season = event.season AND league.state IN ('forming', 'running')
    WHERE event.id = ANY(%s)
    ORDER BY league.id
"""

_LOG = """
    WITH league AS (UPDATE leagues SET version = version + 1 WHERE id = %(league)s RETURNING version)
    INSERT INTO league_log (league_id, seq, at, user_id, kind, subject_id, payload)
    SELECT %(league)s, league.version,
           greatest(%(at)s, (SELECT max(at) FROM league_log WHERE league_id = %(league)s)),
           %(user)s, %(kind)s, %(subject)s, %(payload)s
    FROM league
    RETURNING seq
"""
_NAME = "INSERT INTO constructor_names (league_id, seq, constructor_id, team_name) VALUES (%s, %s, %s, %s)"

_LINES = """
    SELECT line.seq, line.at, line.kind, actor.username AS by, subject.username AS subject,
           named.constructor_id, named.team_name, line.payload
    FROM league_log line
    LEFT JOIN users actor ON actor.id = line.user_id
    LEFT JOIN users subject ON subject.id = line.subject_id
    LEFT JOIN constructor_names named ON named.league_id = line.league_id AND named.seq = line.seq
    WHERE line.league_id = %(league)s AND line.seq < %(before)s
    ORDER BY line.seq DESC
    LIMIT %(limit)s
"""

_TABLE_ID = """
    SELECT id FROM scoring_tables
    WHERE sport = %(sport)s AND coalesce(name || '@' || version, id::text) = %(table)s
"""


class LeagueRow(TableRow, frozen=True):
    """A league. scoring_table: name and version of a table, or its id. constructors: without the retired."""

    id: int
    sport: str
    season: int
    name: str
    description: str
    visibility: Visibility
    max_constructors: int
    rounds: int
    order_by: OrderBy
    method: Method
    timezone: str
    opens_weekday: int
    opens_time: time
    lock_by: LockBy
    clock_seconds: int | None
    quiet_begin: time | None
    quiet_end: time | None
    on_expiry: OnExpiry
    at_lock: AtLock
    auto_after_misses: int | None
    replacement: Replacement
    free_swaps: int
    table_id: int
    amend_until: AmendUntil
    shortened: Shortened
    state: State
    seed_sha256: str
    shown_seed: bytes | None
    version: int
    board_version: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    scoring_table: str
    constructors: int

    @property
    def settings(self) -> Settings:
        """The settings, as the rules know them."""
        quiet = None if self.quiet_begin is None or self.quiet_end is None else (self.quiet_begin, self.quiet_end)
        return Settings(
            name=self.name,
            description=self.description,
            visibility=self.visibility,
            max_constructors=self.max_constructors,
            rounds=self.rounds,
            order=self.order_by,
            method=self.method,
            timezone=self.timezone,
            opens=WeeklyTime(self.opens_weekday, self.opens_time),
            lock=self.lock_by,
            clock_seconds=self.clock_seconds,
            quiet=None if quiet is None else QuietHours(*quiet),
            on_expiry=self.on_expiry,
            at_lock=self.at_lock,
            auto_after_misses=self.auto_after_misses,
            replacement=self.replacement,
            free_swaps=self.free_swaps,
            table=self.scoring_table,
            amend_until=self.amend_until,
            shortened=self.shortened,
        )


class LockedLeague(TableRow, frozen=True):
    """What the transaction that has locked a league knows beside its row."""

    state: State
    seed: bytes
    version: int


class LineRow(TableRow, frozen=True):
    """A line of a league's log. by, subject: usernames. team_name: what a constructor is called from this line on."""

    seq: int
    at: datetime
    kind: str
    by: str | None
    subject: str | None
    constructor_id: int | None
    team_name: str | None
    payload: dict[str, Any]


def find_league(connection: Connection, league_id: int) -> LeagueRow | None:
    """Return a league. None if there is none, or it was cancelled."""
    with connection.cursor(row_factory=row_of(LeagueRow)) as cursor:
        return cursor.execute(_FIND, {"league": league_id, "limit": 1}).fetchone()


def leagues_of(connection: Connection, user_id: int, limit: int) -> list[LeagueRow]:
    """Return up to `limit` leagues that the user is a member of, the newest first."""
    with connection.cursor(row_factory=row_of(LeagueRow)) as cursor:
        return cursor.execute(_OF_USER, {"user": user_id, "limit": limit}).fetchall()


def living_leagues(connection: Connection) -> list[int]:
    """Return the ids of all leagues that form or run, in ascending order."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return [int(league_id) for league_id in cursor.execute(_LIVING).fetchall()]


def leagues_to_archive(connection: Connection, finished_by: datetime) -> list[int]:
    """Return the ids of the leagues that were finished by a time and are not archived, in ascending order."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return [int(league_id) for league_id in cursor.execute(_TO_ARCHIVE, (finished_by,)).fetchall()]


def leagues_of_events(connection: Connection, event_ids: Collection[int]) -> list[int]:
    """Return the ids of the leagues that form or run in the seasons of these events, in ascending order."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return [int(league_id) for league_id in cursor.execute(_OF_EVENTS, (list(event_ids),)).fetchall()]


def lock_league(connection: Connection, league_id: int) -> LockedLeague | None:
    """Lock a league's row until the transaction ends. None if there is none, or it was cancelled."""
    with connection.cursor(row_factory=row_of(LockedLeague)) as cursor:
        return cursor.execute(_LOCK, (league_id,)).fetchone()


def table_id(connection: Connection, sport: str, table: str) -> int | None:
    """Return the id of a scoring table of a sport, by its name and version or by its id. None if there is none."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: int | None = cursor.execute(_TABLE_ID, {"sport": sport, "table": table}).fetchone()
    return found


def insert_league(
    connection: Connection,
    sport: str,
    season: int,
    columns: Mapping[str, object],
    *,
    seed: bytes,
    seed_sha256: str,
    at: datetime,
) -> int | None:
    """Insert a league that forms, and return its id. None if another league of the season has the name.

    columns: see `columns_of`.
    """
    values = {
        **columns,
        "sport": sport,
        "season": season,
        "seed": seed,
        "seed_sha256": seed_sha256,
        "created_at": at,
    }
    query = _INSERT.format(
        columns=SQL(", ").join(map(Identifier, values)), values=SQL(", ").join(map(Placeholder, values))
    )
    try:
        with connection.transaction(), connection.cursor(row_factory=scalar_row) as cursor:
            [league_id] = cursor.execute(query, values).fetchall()
    except UniqueViolation:
        return None
    return int(league_id)


def columns_of(settings: Settings, name_key: str, table: int) -> dict[str, object]:
    """Return settings as columns. table: the id of the scoring table."""
    quiet = settings.quiet
    return {
        "name": settings.name,
        "name_key": name_key,
        "description": settings.description,
        "visibility": settings.visibility,
        "max_constructors": settings.max_constructors,
        "rounds": settings.rounds,
        "order_by": settings.order,
        "method": settings.method,
        "timezone": settings.timezone,
        "opens_weekday": settings.opens.weekday,
        "opens_time": settings.opens.at,
        "lock_by": settings.lock,
        "clock_seconds": settings.clock_seconds,
        "quiet_begin": None if quiet is None else quiet.begin,
        "quiet_end": None if quiet is None else quiet.end,
        "on_expiry": settings.on_expiry,
        "at_lock": settings.at_lock,
        "auto_after_misses": settings.auto_after_misses,
        "replacement": settings.replacement,
        "free_swaps": settings.free_swaps,
        "table_id": table,
        "amend_until": settings.amend_until,
        "shortened": settings.shortened,
    }


def update_league(connection: Connection, league_id: int, columns: Mapping[str, object]) -> bool:
    """Change columns of a league. False, and nothing is changed, if another league of the season has the name."""
    changes = SQL(", ").join(SQL("{} = {}").format(Identifier(name), Placeholder(name)) for name in columns)
    try:
        with connection.transaction():
            connection.execute(_UPDATE.format(changes=changes), {**columns, "league": league_id})
    except UniqueViolation:
        return False
    return True


def start_league(connection: Connection, league_id: int, at: datetime) -> None:
    """Make a league run, and show its seed."""
    query = (
        "UPDATE leagues SET state = 'running', started_at = greatest(%s, created_at), shown_seed = seed WHERE id = %s"
    )
    connection.execute(query, (at, league_id))


def finish_league(connection: Connection, league_id: int, at: datetime) -> None:
    """Finish a running league."""
    query = "UPDATE leagues SET state = 'finished', finished_at = greatest(%s, started_at) WHERE id = %s"
    connection.execute(query, (at, league_id))


def set_state(connection: Connection, league_id: int, state: Literal["archived", "cancelled"]) -> None:
    """End a finished or a forming league."""
    connection.execute("UPDATE leagues SET state = %s WHERE id = %s", (state, league_id))


def append(
    connection: Connection,
    league_id: int,
    at: datetime,
    kind: str,
    *,
    user_id: int | None = None,
    subject_id: int | None = None,
    **payload: Any,
) -> int:
    """Append a line to the log of a league that the transaction has locked, and return its number.

    user_id: who did it; None for the league itself. subject_id: whom it concerns. payload: facts without names.
    """
    values = {
        "league": league_id,
        "at": at,
        "kind": kind,
        "user": user_id,
        "subject": subject_id,
        "payload": Jsonb(payload),
    }
    with connection.cursor(row_factory=scalar_row) as cursor:
        [seq] = cursor.execute(_LOG, values).fetchall()
    return int(seq)


def append_name(connection: Connection, league_id: int, seq: int, constructor_id: int, team_name: str) -> None:
    """Note what a constructor is called from a line of the log on."""
    connection.execute(_NAME, (league_id, seq, constructor_id, team_name))


def lines_of(connection: Connection, league_id: int, *, before: int, limit: int) -> list[LineRow]:
    """Return up to `limit` lines of a league's log with numbers below `before`, the newest first."""
    with connection.cursor(row_factory=row_of(LineRow)) as cursor:
        return cursor.execute(_LINES, {"league": league_id, "before": before, "limit": limit}).fetchall()
