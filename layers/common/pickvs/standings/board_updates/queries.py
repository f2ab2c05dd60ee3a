"""Maintains a board for every period, sport and market: the only SQL that writes standings.

A row holds the signed sums of a user's ledger entries on the games of its board. A settlement's entries are added to
the existing boards. A missing board is filled from the whole ledger. Both ways produce the same rows.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.standings.rules import Span

_WANTED = SQL("""
    wanted AS MATERIALIZED (
      SELECT period, string_to_array(sports, ',') AS sports, starts_on, number
      FROM unnest(%(periods)s::board_period[], %(sports)s::text[], %(starts)s::date[])
           WITH ORDINALITY AS span (period, sports, starts_on, number)
    )
""")

# Drops all boards if the previous release, which goes by days in UTC, has written one (dated_changes, migration 0015).
# NOT IN is answered by a hash table. Nothing in it is null: of all time the first date is -infinity.
_DROP_OVER = SQL("""
    WITH {wanted}, over AS (
      DELETE FROM boards
      WHERE (period, sports, coalesce(starts_on, '-infinity')) NOT IN (
        SELECT period, sports, coalesce(starts_on, '-infinity') FROM wanted
      ) OR EXISTS (SELECT FROM boards other WHERE other.dated_changes IS DISTINCT FROM other.changes)
      RETURNING id
    )
    DELETE FROM standings WHERE board_id = ANY(ARRAY(SELECT id FROM over))
""").format(wanted=_WANTED)

_MAKE_MISSING = SQL("""
    WITH {wanted}
    INSERT INTO boards (period, sports, market, starts_on, starts_at, dated_changes, updated_at)
    SELECT period, sports, market, starts_on, starts_on::timestamp AT TIME ZONE 'UTC', 0, %(at)s
    FROM wanted, (SELECT unnest(enum_range(NULL::market)) AS market UNION ALL SELECT NULL) markets
    WHERE NOT EXISTS (
      SELECT FROM boards
      WHERE boards.period = wanted.period AND boards.sports = wanted.sports
        AND boards.market IS NOT DISTINCT FROM markets.market
    )
    ORDER BY period, sports, market
    RETURNING id
""").format(wanted=_WANTED)

# Sums every entry once. Games that count on the same boards form a tier. Entries are summed by tier, user and market;
# then these few sums are added up per board.
_CHANGE = SQL("""
    {wanted}, counted AS (
      SELECT wanted.period, wanted.sports, sport, coalesce(first_day, '-infinity') AS first_day,
             coalesce(last_day, 'infinity') AS last_day
      FROM unnest(%(numbers)s::bigint[], %(each)s::text[], %(first_days)s::date[], %(last_days)s::date[])
           AS days (number, sport, first_day, last_day)
      JOIN wanted USING (number)
    ), falls AS MATERIALIZED (
      SELECT game.id AS game_id, game.settled_result_id, array_agg(board.id ORDER BY board.id) AS boards
      FROM games game
      JOIN counted ON counted.sport = game.sport AND game.local_date BETWEEN counted.first_day AND counted.last_day
      JOIN boards board ON board.period = counted.period AND board.sports = counted.sports
      WHERE board.id = ANY(%(boards)s) AND {games}
      GROUP BY game.id
    ), tiered AS MATERIALIZED (
      SELECT game_id, settled_result_id, boards, dense_rank() OVER (ORDER BY boards)::integer AS tier FROM falls
    ), tiers AS MATERIALIZED (
      SELECT DISTINCT tiered.tier, board.id AS board_id, board.market
      FROM tiered
      JOIN boards board ON board.id = ANY(tiered.boards)
    ), leaf AS MATERIALIZED (
      SELECT tiered.tier, pick.user_id, pick.market,
             sum(entry.sign) FILTER (WHERE entry.result = 'win') AS wins,
             sum(entry.sign) FILTER (WHERE entry.result = 'loss') AS losses,
             sum(entry.sign) FILTER (WHERE entry.result = 'push') AS pushes,
             sum(entry.sign) FILTER (WHERE entry.clv_percent IS NOT NULL) AS clv_picks,
             sum(entry.sign * entry.units) AS total_units,
             sum(entry.sign * entry.wagered) AS total_wagered,
             sum(entry.sign * round(entry.wagered * entry.wagered
                 * CASE WHEN pick.price > 0 THEN pick.price / 100.0 ELSE 100.0 / -pick.price END, 4)) AS risk,
             sum(entry.sign * entry.clv_percent) AS clv_sum
      FROM tiered
      JOIN picks pick ON pick.game_id = tiered.game_id
      {entries}
      WHERE entry.result <> 'void'
      GROUP BY tiered.tier, pick.user_id, GROUPING SETS (pick.market, ())
    ), change AS MATERIALIZED (
      SELECT tiers.board_id, leaf.user_id,
             coalesce(sum(leaf.wins), 0)::integer AS wins,
             coalesce(sum(leaf.losses), 0)::integer AS losses,
             coalesce(sum(leaf.pushes), 0)::integer AS pushes,
             coalesce(sum(leaf.clv_picks), 0)::integer AS clv_picks,
             sum(leaf.total_units) AS total_units,
             sum(leaf.total_wagered) AS total_wagered,
             sum(leaf.risk) AS risk,
             coalesce(sum(leaf.clv_sum), 0) AS clv_sum
      FROM leaf
      JOIN tiers ON tiers.tier = leaf.tier AND tiers.market IS NOT DISTINCT FROM leaf.market
      GROUP BY tiers.board_id, leaf.user_id
    )
""")

# OFFSET 0 forces a lookup per pick. New rows have no statistics yet, and the planner might read the whole ledger
# instead. This way the cost depends on the number of settled picks only.
_OF_LAST_SETTLEMENT = SQL("""
      CROSS JOIN LATERAL (
        SELECT * FROM settlement_ledger
        WHERE pick_id = pick.id AND result_id = tiered.settled_result_id
        OFFSET 0
      ) entry
""")

_FILL = SQL("""
    WITH {change}, filled AS (
      INSERT INTO standings (board_id, user_id, wins, losses, pushes, clv_picks, total_units, total_wagered, risk,
                             clv_sum)
      SELECT board_id, user_id, wins, losses, pushes, clv_picks, total_units, total_wagered, risk, clv_sum
      FROM change
      WHERE wins + losses + pushes > 0
      ORDER BY board_id, user_id
    )
    SELECT count(DISTINCT user_id) AS users FROM change
""").format(
    change=_CHANGE.format(
        wanted=_WANTED,
        games=SQL("game.settled_result_id IS NOT NULL"),
        entries=SQL("JOIN settlement_ledger entry ON entry.pick_id = pick.id"),
    )
)

_ADD_SETTLED = SQL("""
    WITH {change}, added AS (
      MERGE INTO standings
      USING change ON standings.board_id = change.board_id AND standings.user_id = change.user_id
      WHEN MATCHED AND standings.picks + change.wins + change.losses + change.pushes = 0 THEN DELETE
      WHEN MATCHED THEN UPDATE SET
        wins = standings.wins + change.wins,
        losses = standings.losses + change.losses,
        pushes = standings.pushes + change.pushes,
        clv_picks = standings.clv_picks + change.clv_picks,
        total_units = standings.total_units + change.total_units,
        total_wagered = standings.total_wagered + change.total_wagered,
        risk = standings.risk + change.risk,
        clv_sum = standings.clv_sum + change.clv_sum
      WHEN NOT MATCHED AND change.wins + change.losses + change.pushes > 0 THEN
        INSERT (board_id, user_id, wins, losses, pushes, clv_picks, total_units, total_wagered, risk, clv_sum)
        VALUES (change.board_id, change.user_id, change.wins, change.losses, change.pushes, change.clv_picks,
                change.total_units, change.total_wagered, change.risk, change.clv_sum)
    ), marked AS (
      UPDATE boards SET changes = changes + 1, dated_changes = changes + 1, updated_at = %(at)s
      WHERE id IN (SELECT DISTINCT board_id FROM change)
    )
    SELECT count(DISTINCT user_id) AS users FROM change
""").format(change=_CHANGE.format(wanted=_WANTED, games=SQL("game.id = ANY(%(games)s)"), entries=_OF_LAST_SETTLEMENT))

# A loose index scan: jumps from sport to sport in the index of games by sport, so it reads a few blocks for each sport.
_SETTLED_SPORTS = """
    WITH RECURSIVE settled (sport) AS (
      SELECT min(sport) FROM games WHERE settled_result_id IS NOT NULL
      UNION ALL
      SELECT (SELECT min(sport) FROM games WHERE sport > settled.sport AND settled_result_id IS NOT NULL)
      FROM settled
      WHERE settled.sport IS NOT NULL
    )
    SELECT sport FROM settled WHERE sport IS NOT NULL
"""

# A loose index scan: jumps from sport to sport in the index of games by sport, so it reads a few blocks for each sport.
_SETTLED_SPORTS = """
    WITH RECURSIVE settled (sport) AS (
      SELECT min(sport) FROM games WHERE settled_result_id IS NOT NULL
      UNION ALL
      SELECT (SELECT min(sport) FROM games WHERE sport > settled.sport AND settled_result_id IS NOT NULL)
      FROM settled
      WHERE settled.sport IS NOT NULL
    )
    SELECT sport FROM settled WHERE sport IS NOT NULL
"""

_ALL_BOARDS = SQL("UPDATE boards SET changes = changes + 1, dated_changes = changes + 1, updated_at = %s RETURNING id")
_CLEAR = SQL("DELETE FROM standings")


def last_change(connection: Connection) -> datetime | None:
    """Return when the boards were last written. None if there are no boards."""
    row = connection.execute("SELECT max(updated_at) AS at FROM boards").fetchone()
    return row["at"] if row else None


def settled_sports(connection: Connection) -> list[str]:
    """Return the sports with a settled game, in alphabetical order."""
    return [row["sport"] for row in connection.execute(_SETTLED_SPORTS)]


def drop_over(connection: Connection, current: Sequence[Span]) -> None:
    """Delete boards of periods that are not in `current`, with their rows; all of them if another release wrote one."""
    connection.execute(_DROP_OVER, _wanted(current))


def make_missing(connection: Connection, current: Sequence[Span], at: datetime) -> list[int]:
    """Create the missing boards of `current` periods, one per market and one for all; return the new boards' ids."""
    return [row["id"] for row in connection.execute(_MAKE_MISSING, {**_wanted(current), "at": at})]


def other_boards(connection: Connection, ids: Collection[int]) -> list[int]:
    """Return the ids of all boards except these."""
    return [row["id"] for row in connection.execute("SELECT id FROM boards WHERE id <> ALL(%s)", (list(ids),))]


def empty(connection: Connection, at: datetime) -> list[int]:
    """Delete all rows of all boards, and return the boards' ids."""
    connection.execute(_CLEAR)
    return [row["id"] for row in connection.execute(_ALL_BOARDS, (at,))]


def fill(connection: Connection, boards: Collection[int], current: Sequence[Span]) -> int:
    """Fill empty boards of `current` periods from the whole ledger, and return the number of users on them."""
    return _users(connection, _FILL, {"boards": list(boards), **_counted(current)})


def add_settled(
    connection: Connection,
    boards: Collection[int],
    current: Sequence[Span],
    *,
    games: Collection[int],
    at: datetime,
) -> int:
    """Add the entries of the last settlement of `games` to the rows of `boards`; return the number of users affected.

    Deletes a row that has no graded picks left. current: the periods of the boards.
    """
    parameters = {"boards": list(boards), "games": list(games), "at": at, **_counted(current)}
    return _users(connection, _ADD_SETTLED, parameters)


def _users(connection: Connection, statement: Any, parameters: dict[str, Any]) -> int:
    row = connection.execute(statement, parameters).fetchone()
    return int(row["users"]) if row else 0


def _wanted(current: Sequence[Span]) -> dict[str, Any]:
    return {
        "periods": [span.period for span in current],
        "sports": [",".join(span.sports) for span in current],
        "starts": [span.starts_on for span in current],
    }


def _counted(current: Sequence[Span]) -> dict[str, Any]:
    each = [
        (number, sport, days)
        for number, span in enumerate(current, start=1)
        for sport, days in zip(span.sports, span.days, strict=True)
    ]
    return {
        **_wanted(current),
        "numbers": [number for number, _, _ in each],
        "each": [sport for _, sport, _ in each],
        "first_days": [days.first for _, _, days in each],
        "last_days": [days.last for _, _, days in each],
    }
