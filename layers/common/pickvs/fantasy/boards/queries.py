"""SQL that brings boards up to date. A few statements, however many leagues play."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from psycopg.sql import SQL, Identifier

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

# Whoever changes a league locks its row. In ascending order, as an erasure locks those of a user.
_HOLD = """
    SELECT FROM leagues
    WHERE id IN (SELECT league_id FROM drafts WHERE event_id = ANY(%s))
    ORDER BY id FOR NO KEY UPDATE
"""
_HOLD_THESE = "SELECT FROM leagues WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('pickvs-boards', 0))"

# Tables by which a league scores that has held a draft of the event.
_TABLES = """
    SELECT DISTINCT league.table_id
    FROM drafts draft JOIN leagues league ON league.id = draft.league_id
    WHERE draft.event_id = %s AND draft.phase = 'locked'
"""

# A league takes the first version of a result whenever it comes. A later one it takes until its next draft is locked,
# or until the end of the season, as its settings say.
_COUNT = """
    WITH told AS (
      SELECT * FROM unnest(%(sessions)s::text[], %(versions)s::bigint[]) AS said (session, version)
    ), held AS (
      SELECT DISTINCT league.id, league.amend_until <> 'next_lock' OR NOT EXISTS (
               SELECT FROM drafts later
               WHERE later.league_id = league.id AND later.lock_at > draft.lock_at AND later.lock_at <= %(at)s
                 AND later.phase IN ('open', 'locked')
             ) AS takes_amendments
      FROM drafts draft JOIN leagues league ON league.id = draft.league_id
      WHERE draft.event_id = %(event)s AND draft.phase = 'locked' AND league.state = 'running'
    ), gone AS (
      DELETE FROM league_results counted
      USING leagues league
      WHERE counted.event_id = %(event)s AND league.id = counted.league_id AND league.state = 'running'
        AND (counted.session <> ALL(%(sessions)s) OR NOT EXISTS (SELECT FROM held WHERE held.id = league.id))
      RETURNING counted.league_id
    ), counted AS (
      INSERT INTO league_results (league_id, event_id, session, version)
      SELECT held.id, %(event)s, told.session, told.version FROM held CROSS JOIN told
      WHERE held.takes_amendments
         OR NOT EXISTS (SELECT FROM league_results known
                        WHERE known.league_id = held.id AND known.event_id = %(event)s
                          AND known.session = told.session)
      ON CONFLICT (league_id, event_id, session) DO UPDATE SET version = excluded.version
      WHERE league_results.version <> excluded.version
      RETURNING league_id
    )
    SELECT league_id, max(is_gone::integer) = 1 AS is_gone
    FROM (SELECT league_id, true AS is_gone FROM gone UNION ALL SELECT league_id, false FROM counted) told
    GROUP BY league_id
"""

# The points of each contestant are summed once for each table and set of versions, and not for each league. A
# constructor has at most three picks: the second best of three is what the best and the last leave.
_PICKS = """
    league AS MATERIALIZED (
      SELECT league.id, league.table_id, league.shortened, league.replacement,
             array_agg(counted.session || ':' || counted.version ORDER BY counted.session) AS results
      FROM leagues league JOIN league_results counted ON counted.league_id = league.id
      WHERE league.id = ANY(%(leagues)s) AND counted.event_id = %(event)s
      GROUP BY league.id
    ), worth AS MATERIALIZED (
      SELECT played.table_id, played.shortened, played.results, line.contestant_id, sum(line.points) AS points
      FROM (SELECT DISTINCT table_id, shortened, results FROM league) played
      CROSS JOIN LATERAL unnest(played.results) AS result
      JOIN score_lines line
        ON line.event_id = %(event)s AND line.table_id = played.table_id
       AND line.session = split_part(result, ':', 1) AND line.version = split_part(result, ':', 2)::bigint
      WHERE line.rule <> 'shortened' OR played.shortened = 'official_factor'
      GROUP BY played.table_id, played.shortened, played.results, line.contestant_id
    ), pick AS (
      SELECT league.id AS league_id, team.constructor_id,
             CASE WHEN picked.id IS NOT NULL THEN coalesce(worth.points, 0) END AS points
      FROM league
      JOIN drafts draft ON draft.league_id = league.id
      JOIN draft_teams team ON team.draft_id = draft.id
      LEFT JOIN draft_picks picked
             ON picked.draft_id = draft.id AND picked.constructor_id = team.constructor_id
            AND picked.voided_seq IS NULL
      LEFT JOIN substitutions replaced
             ON replaced.event_id = draft.event_id AND replaced.drafted = picked.contestant_id
      LEFT JOIN worth
             ON worth.table_id = league.table_id AND worth.shortened = league.shortened
            AND worth.results = league.results
            AND worth.contestant_id = CASE
                  WHEN replaced.drafted IS NULL THEN picked.contestant_id
                  WHEN league.replacement = 'inherit' THEN replaced.scores_as END
      WHERE draft.event_id = %(event)s AND draft.phase = 'locked'
    ), summed AS (
      SELECT league_id, constructor_id, coalesce(sum(points), 0) AS points, max(points) AS best,
             CASE count(points) WHEN 2 THEN min(points)
                                WHEN 3 THEN sum(points) - max(points) - min(points) END AS second
      FROM pick GROUP BY league_id, constructor_id
    ), ranked AS (
      SELECT *, rank() OVER standing AS rank, count(*) OVER (standing RANGE CURRENT ROW) > 1 AS is_tied
      FROM summed
      WINDOW standing AS (PARTITION BY league_id ORDER BY points DESC, best DESC NULLS LAST, second DESC NULLS LAST)
    )
"""

# A difference to a constructor's event is one to its season. Who loses its best event gets the best of the others. The
# ranks of the season are of all constructors of a league, whether their own points have changed or not.
_SCORE = """
    WITH {picks}, moved AS (
      UPDATE board_rows board SET
        points = ranked.points, best = ranked.best, second = ranked.second, rank = ranked.rank,
        is_tied = ranked.is_tied, points_before = board.points, rank_before = board.rank, changed_at = %(at)s
      FROM ranked
      WHERE board.league_id = ranked.league_id AND board.event_id = %(event)s
        AND board.constructor_id = ranked.constructor_id
        AND (board.points, board.best, board.second, board.rank, board.is_tied)
          IS DISTINCT FROM (ranked.points, ranked.best, ranked.second, ranked.rank, ranked.is_tied)
      RETURNING board.*
    ), entered AS (
      INSERT INTO board_rows (league_id, event_id, constructor_id, points, best, second, rank, is_tied, changed_at)
      SELECT league_id, %(event)s, constructor_id, points, best, second, rank, is_tied, %(at)s FROM ranked
      WHERE NOT EXISTS (SELECT FROM board_rows known
                        WHERE known.league_id = ranked.league_id AND known.event_id = %(event)s
                          AND known.constructor_id = ranked.constructor_id)
      RETURNING *
    ), changed AS (
      TABLE moved UNION ALL TABLE entered
    ), season AS (
      SELECT total.league_id, total.constructor_id,
             total.points + coalesce(changed.points - coalesce(changed.points_before, 0), 0) AS points,
             CASE WHEN changed.rank IS NULL OR changed.rank = changed.rank_before THEN total.countback
                  ELSE left_over[:changed.rank - 1] || (left_over[changed.rank] + 1) || left_over[changed.rank + 1:]
             END AS countback,
             CASE WHEN changed.points IS NULL THEN total.best
                  WHEN total.best IS NULL OR changed.points >= total.best THEN changed.points
                  WHEN changed.points_before IS NULL OR changed.points_before < total.best THEN total.best
                  ELSE greatest(changed.points, (
                    SELECT max(other.points) FROM board_rows other
                    WHERE other.league_id = total.league_id AND other.constructor_id = total.constructor_id
                      AND other.event_id <> %(event)s)) END AS best
      FROM league_totals total
      LEFT JOIN changed ON changed.league_id = total.league_id AND changed.constructor_id = total.constructor_id
      CROSS JOIN LATERAL (
        SELECT CASE WHEN changed.rank_before IS NULL OR changed.rank = changed.rank_before THEN total.countback
               ELSE total.countback[:changed.rank_before - 1] || (total.countback[changed.rank_before] - 1)
                    || total.countback[changed.rank_before + 1:] END AS left_over
      ) without
      WHERE total.league_id = ANY(%(leagues)s)
    ), placed AS (
      SELECT *, rank() OVER standing AS rank, count(*) OVER (standing RANGE CURRENT ROW) > 1 AS is_tied
      FROM season
      WINDOW standing AS (PARTITION BY league_id ORDER BY points DESC, countback DESC, best DESC NULLS LAST)
    ), written AS (
      UPDATE league_totals total SET
        points = placed.points, countback = placed.countback, best = placed.best, rank = placed.rank,
        is_tied = placed.is_tied
      FROM placed
      WHERE total.league_id = placed.league_id AND total.constructor_id = placed.constructor_id
        AND (total.points, total.countback, total.best, total.rank, total.is_tied)
          IS DISTINCT FROM (placed.points, placed.countback, placed.best, placed.rank, placed.is_tied)
    )
    SELECT DISTINCT league_id FROM changed
"""

_DROP = """
    WITH dropped AS (
      DELETE FROM board_rows gone
      WHERE gone.event_id = %(event)s AND gone.league_id = ANY(%(leagues)s)
        AND NOT EXISTS (
          SELECT FROM drafts draft JOIN draft_teams team ON team.draft_id = draft.id
          WHERE draft.league_id = gone.league_id AND draft.event_id = gone.event_id AND draft.phase = 'locked'
            AND team.constructor_id = gone.constructor_id
            AND EXISTS (SELECT FROM league_results counted
                        WHERE counted.league_id = gone.league_id AND counted.event_id = gone.event_id))
      RETURNING *
    )
    UPDATE league_totals total SET
      points = total.points - dropped.points,
      countback[dropped.rank] = total.countback[dropped.rank] - 1,
      best = (SELECT max(other.points) FROM board_rows other
              WHERE other.league_id = total.league_id AND other.constructor_id = total.constructor_id
                AND other.event_id <> %(event)s)
    FROM dropped
    WHERE total.league_id = dropped.league_id AND total.constructor_id = dropped.constructor_id
"""

_CHANGES = SQL("""
    SELECT board.league_id, league.name AS league, board.event_id, board.constructor_id, constructor.team_name,
           board.points_before, board.points, board.rank_before, board.rank
    FROM board_rows board
    JOIN leagues league ON league.id = board.league_id
    JOIN constructors constructor ON constructor.id = board.constructor_id
    WHERE board.event_id = ANY(%(events)s) AND board.league_id = ANY(%(leagues)s) AND board.changed_at = %(at)s
    ORDER BY board.league_id, board.event_id, board.rank, board.constructor_id
    LIMIT %(limit)s
""")

_LACKING = """
    SELECT DISTINCT draft.event_id
    FROM drafts draft
    JOIN leagues league ON league.id = draft.league_id
    JOIN session_results result ON result.event_id = draft.event_id
    WHERE draft.sport = %(sport)s AND draft.season = %(season)s AND draft.phase = 'locked' AND league.state = 'running'
      AND result.version IS NOT NULL AND NOT result.is_void
      AND NOT EXISTS (SELECT FROM league_results counted
                      WHERE counted.league_id = league.id AND counted.event_id = draft.event_id
                        AND counted.session = result.session)
    ORDER BY draft.event_id
"""

_TO_FINISH = SQL("""
    SELECT league.id, coalesce(max(total.points), 0) AS points,
           coalesce(array_agg(constructor.team_name ORDER BY constructor.id) FILTER (WHERE constructor.id IS NOT NULL),
                    '{}') AS champions
    FROM leagues league
    LEFT JOIN league_totals total
           ON total.league_id = league.id AND total.rank = 1
          AND EXISTS (SELECT FROM league_results counted WHERE counted.league_id = league.id)
    LEFT JOIN constructors constructor ON constructor.id = total.constructor_id
    WHERE league.sport = %s AND league.season = %s AND league.state = 'running'
    GROUP BY league.id
    ORDER BY league.id
""")

_FORGET = "DELETE FROM {table} WHERE league_id = ANY(%(leagues)s)"
_SCORED_EVENTS = """
    SELECT DISTINCT event_id FROM league_results WHERE league_id = ANY(%(leagues)s) ORDER BY event_id
"""
_KEPT = """
    SELECT 'event' AS board, league_id, event_id, constructor_id, points, best, second, rank, is_tied, NULL AS countback
    FROM board_rows WHERE league_id = ANY(%(leagues)s)
    UNION ALL
    SELECT 'season', league_id, NULL, constructor_id, points, best, NULL, rank, is_tied, countback
    FROM league_totals WHERE league_id = ANY(%(leagues)s)
"""


class ChangeRow(TableRow, frozen=True):
    """What has become of a constructor's event."""

    league_id: int
    league: str
    event_id: int
    constructor_id: int
    team_name: str
    points_before: Decimal | None
    points: Decimal
    rank_before: int | None
    rank: int


class FinishedRow(TableRow, frozen=True):
    """A league whose season is over. champions: names of the constructors that are first."""

    id: int
    points: Decimal
    champions: list[str]


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction changes boards."""
    connection.execute(_TAKE_TURN)


def hold_leagues(connection: Connection, events: Collection[int]) -> None:
    """Lock the leagues that draft for these events, against other changes of them."""
    connection.execute(_HOLD, (list(events),))


def hold(connection: Connection, leagues: Collection[int]) -> None:
    """Lock leagues against other changes of them."""
    connection.execute(_HOLD_THESE, (list(leagues),))


def tables(connection: Connection, event_id: int) -> list[int]:
    """Return the scoring tables of the leagues that have held a draft of an event."""
    return [row["table_id"] for row in connection.execute(_TABLES, (event_id,))]


def count(connection: Connection, event_id: int, versions: Mapping[str, int], at: datetime) -> dict[int, bool]:
    """Let these versions count in the leagues that take them.

    Returns the leagues in which others counted before, and whether a session has none there any more.
    """
    values = {"event": event_id, "sessions": list(versions), "versions": list(versions.values()), "at": at}
    return {row["league_id"]: row["is_gone"] for row in connection.execute(_COUNT, values)}


def leagues_of(connection: Connection, event_id: int) -> list[int]:
    """Return the leagues in which results of an event count."""
    rows = connection.execute("SELECT DISTINCT league_id FROM league_results WHERE event_id = %s", (event_id,))
    return [row["league_id"] for row in rows]


def score(connection: Connection, event_id: int, leagues: Collection[int], at: datetime) -> set[int]:
    """Bring an event's boards, and the seasons of their constructors, up to date in some leagues.

    Returns the leagues in which a row has changed.
    """
    values = {"event": event_id, "leagues": list(leagues), "at": at}
    return {row["league_id"] for row in connection.execute(SQL(_SCORE).format(picks=SQL(_PICKS)), values)}


def drop(connection: Connection, event_id: int, leagues: Collection[int]) -> None:
    """Take an event off the boards of those of the leagues in which it does not count any more."""
    connection.execute(_DROP, {"event": event_id, "leagues": list(leagues)})


def changes(
    connection: Connection, events: Collection[int], leagues: Collection[int], at: datetime, limit: int
) -> list[ChangeRow]:
    """Return the rows that were changed at a time, by league and event."""
    values = {"events": list(events), "leagues": list(leagues), "at": at, "limit": limit}
    with connection.cursor(row_factory=row_of(ChangeRow)) as cursor:
        return cursor.execute(_CHANGES, values).fetchall()


def lacking(connection: Connection, sport: str, season: int) -> list[int]:
    """Return the events with a result that does not count yet in a league that has held a draft of them."""
    return [row["event_id"] for row in connection.execute(_LACKING, {"sport": sport, "season": season})]


def leagues_to_finish(connection: Connection, sport: str, season: int) -> list[FinishedRow]:
    """Return the running leagues of a season, with their champions."""
    with connection.cursor(row_factory=row_of(FinishedRow)) as cursor:
        return cursor.execute(_TO_FINISH, (sport, season)).fetchall()


def scored_events(connection: Connection, leagues: Collection[int]) -> list[int]:
    """Return the events of which results count in some leagues."""
    return [row["event_id"] for row in connection.execute(_SCORED_EVENTS, {"leagues": list(leagues)})]


def forget(connection: Connection, leagues: Collection[int]) -> None:
    """Delete the boards of leagues. Which results count stays."""
    for table in ("board_rows", "league_totals"):
        connection.execute(SQL(_FORGET).format(table=Identifier(table)), {"leagues": list(leagues)})


def kept(connection: Connection, leagues: Collection[int]) -> set[tuple[object, ...]]:
    """Return the boards of leagues, as values that can be compared."""
    rows = connection.execute(_KEPT, {"leagues": list(leagues)})
    return {tuple(tuple(each) if isinstance(each, list) else each for each in row.values()) for row in rows}
