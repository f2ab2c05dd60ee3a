"""Totals, ranks and boards: the only SQL of the standings."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection, Row

# The signed sum of ledger entries, for whatever set of them the caller names.
_TOTALS = SQL("""
    coalesce(sum(entry.sign) FILTER (WHERE entry.result = 'win'), 0)::integer AS wins,
    coalesce(sum(entry.sign) FILTER (WHERE entry.result = 'loss'), 0)::integer AS losses,
    coalesce(sum(entry.sign) FILTER (WHERE entry.result = 'push'), 0)::integer AS pushes,
    sum(entry.sign * entry.units) AS total_units,
    sum(entry.sign * entry.wagered) AS total_wagered,
    coalesce(sum(entry.sign * entry.clv_percent) FILTER (WHERE entry.result <> 'void'), 0) AS clv_sum,
    coalesce(sum(entry.sign) FILTER (WHERE entry.result <> 'void' AND entry.clv_percent IS NOT NULL), 0)::integer
      AS clv_picks
""")

_ADD_SETTLED = SQL("""
    WITH change AS MATERIALIZED (
      SELECT pick.user_id, {totals}
      FROM picks pick
      JOIN settlement_ledger entry ON entry.pick_id = pick.id AND entry.result_id = ANY(%(results)s)
      WHERE pick.game_id = ANY(%(games)s)
      GROUP BY pick.user_id
    ), newcomers AS (
      INSERT INTO standings (user_id, wins, losses, pushes, total_units, total_wagered, clv_sum, clv_picks, updated_at)
      SELECT user_id, wins, losses, pushes, total_units, total_wagered, clv_sum, clv_picks, %(at)s
      FROM change
      WHERE NOT EXISTS (SELECT FROM standings WHERE standings.user_id = change.user_id)
    ), known AS (
      -- Not ON CONFLICT: the change of a correction may be negative, which no row proposed for insertion may be.
      UPDATE standings SET
        wins = standings.wins + change.wins,
        losses = standings.losses + change.losses,
        pushes = standings.pushes + change.pushes,
        total_units = standings.total_units + change.total_units,
        total_wagered = standings.total_wagered + change.total_wagered,
        clv_sum = standings.clv_sum + change.clv_sum,
        clv_picks = standings.clv_picks + change.clv_picks,
        updated_at = %(at)s
      FROM change
      WHERE standings.user_id = change.user_id
    )
    SELECT count(*) AS users FROM change
""").format(totals=_TOTALS)

_CLEAR = SQL("DELETE FROM standings")
_REBUILD = SQL("""
    INSERT INTO standings (user_id, wins, losses, pushes, total_units, total_wagered, clv_sum, clv_picks, updated_at)
    SELECT pick.user_id, {totals}, max(entry.settled_at)
    FROM picks pick
    JOIN settlement_ledger entry ON entry.pick_id = pick.id
    GROUP BY pick.user_id
""").format(totals=_TOTALS)

_REFRESH_RANKS = SQL("""
    UPDATE standings SET rank = fresh.rank
    FROM (
      SELECT user_id,
             CASE WHEN picks > 0 THEN rank() OVER (PARTITION BY picks > 0 ORDER BY total_units DESC) END AS rank
      FROM standings
    ) fresh
    WHERE standings.user_id = fresh.user_id AND standings.rank IS DISTINCT FROM fresh.rank
""")

_SORT_VALUE = {
    "units": SQL("total_units"),
    "roi": SQL("roi"),
    "clv": SQL("round(clv_sum / nullif(clv_picks, 0), 2)"),
}

# The whole ledger's totals are kept; a part of it is summed when somebody asks.
_KEPT = SQL("SELECT * FROM standings")
_SUMMED = SQL("""
    SELECT *, wins + losses + pushes AS picks,
           round(100 * total_units / nullif(total_wagered, 0), 2) AS roi
    FROM (
      SELECT pick.user_id, {totals}
      FROM settlement_ledger entry
      JOIN picks pick ON pick.id = entry.pick_id
      JOIN games game ON game.id = pick.game_id
      WHERE (%(sport)s::text IS NULL OR game.sport = %(sport)s)
        AND (%(market)s::market IS NULL OR pick.market = %(market)s)
        AND (%(since)s::jsonb IS NULL OR game.commence_time >= (%(since)s::jsonb ->> game.sport)::timestamptz)
      GROUP BY pick.user_id
    ) sums
""").format(totals=_TOTALS)

_RATIOS = SQL("""
    round(100.0 * wins / nullif(wins + losses, 0), 2) AS win_rate,
    round(clv_sum / nullif(clv_picks, 0), 2) AS clv_percent
""")

_AFTER = SQL("(value, roi, picks, -user_id) < (%(value)s, %(roi)s, %(picks)s, -%(user)s)")
_BOARD = SQL("""
    WITH totals AS ({totals}),
    ranked AS (
      SELECT *, {value} AS value, {rank} AS place
      FROM totals
      WHERE picks >= %(minimum)s AND {value} IS NOT NULL
    ),
    page AS (
      SELECT * FROM ranked
      WHERE {after}
      ORDER BY value DESC, roi DESC, picks DESC, (-user_id) DESC
      LIMIT %(limit)s
    )
    SELECT page.*, users.username, {ratios}
    FROM page
    JOIN users ON users.id = page.user_id
    ORDER BY value DESC, roi DESC, picks DESC, (-user_id) DESC
""")

_TOTALS_OF_USER = SQL("""
    SELECT rank, total_units, total_wagered, roi, wins, losses, pushes, picks, {ratios}
    FROM standings
    WHERE user_id = %s
""").format(ratios=_RATIOS)

_AS_OF = SQL("SELECT max(updated_at) AS as_of FROM standings")


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which part of the ledger a board is made of; None is all of it."""

    sport: str | None = None
    market: str | None = None
    since: dict[str, datetime] | None = None
    """For each covered sport, from when on its games count."""


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a row in its board's order: every part descending."""

    value: Decimal
    roi: Decimal
    picks: int
    user_id: int


def add_settled(connection: Connection, games: tuple[int, ...], results: tuple[int, ...], at: datetime) -> int:
    """Add the entries that `results` booked on picks of `games` to their users' totals; return how many users."""
    row = connection.execute(_ADD_SETTLED, {"games": list(games), "results": list(results), "at": at}).fetchone()
    return int(row["users"]) if row else 0


def refresh_ranks(connection: Connection) -> None:
    """Bring the kept ranks, by units, up to date: equal units share a rank, the next one is skipped (1, 2, 2, 4)."""
    connection.execute(_REFRESH_RANKS)


def rebuild(connection: Connection) -> int:
    """Throw the kept totals away and sum the whole ledger anew; return how many users have one."""
    connection.execute(_CLEAR)
    return connection.execute(_REBUILD).rowcount


def board(
    connection: Connection, chosen: BoardFilter, sort: str, minimum: int, after: Position | None, limit: int
) -> list[Row]:
    """Return up to `limit` rows of a board behind `after`, of contestants with at least `minimum` graded picks.

    Rows carry place, username, the totals, and user_id, value, roi and picks, which make the next Position.
    """
    kept = chosen == BoardFilter()
    query = _BOARD.format(
        totals=_KEPT if kept else _SUMMED,
        value=_SORT_VALUE[sort],
        rank=SQL("rank")
        if kept and sort == "units"
        else SQL("rank() OVER (ORDER BY {} DESC)").format(_SORT_VALUE[sort]),
        after=_AFTER if after else SQL("true"),
        ratios=_RATIOS,
    )
    parameters: dict[str, Any] = {
        "sport": chosen.sport,
        "market": chosen.market,
        "since": chosen.since and Jsonb({sport: start.isoformat() for sport, start in chosen.since.items()}),
        "minimum": minimum,
        "limit": limit,
    }
    if after:
        parameters |= {"value": after.value, "roi": after.roi, "picks": after.picks, "user": after.user_id}
    return connection.execute(query, parameters).fetchall()


def totals_of(connection: Connection, user_id: int) -> Row | None:
    """Return the user's totals and rank by units; None before the first of their picks was graded."""
    return connection.execute(_TOTALS_OF_USER, (user_id,)).fetchone()


def as_of(connection: Connection) -> datetime | None:
    """Return when the standings last changed; None while nothing was ever graded."""
    row = connection.execute(_AS_OF).fetchone()
    return row["as_of"] if row else None
