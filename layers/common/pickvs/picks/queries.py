"""The SQL of making and listing picks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg.rows import class_row, scalar_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import row_of
from pickvs.markets.game_clock.rules import AwaitedGame
from pickvs.markets.values import Market
from pickvs.picks.columns import ENTRY_IN_FORCE, PICK_COLUMNS, PickRow
from pickvs.picks.rules import PickStatus, Side

_NEWEST = 2**63 - 1  # as a position: before every pick

_PICKED_MARKETS = SQL("SELECT game_id, market FROM picks WHERE user_id = %s AND game_id = ANY(%s)")

# Takes line and price from the quotes table, not from the client. The fixed order prevents deadlocks between two
# submissions that share some picks.
_INSERT = SQL("""
    INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, draw_offered, stake_units, placed_at)
    SELECT %(user)s, quote.game_id, quote.market, quote.selection, quote.id, quote.line, quote.price,
           CASE quote.market WHEN 'moneyline' THEN EXISTS (
             SELECT FROM quotes
             WHERE game_id = quote.game_id AND selection = 'draw' AND superseded_at IS NULL
           ) END,
           wanted.stake_units, %(at)s
    FROM unnest(%(quotes)s::bigint[], %(stakes)s::numeric[]) AS wanted (quote_id, stake_units)
    JOIN quotes quote ON quote.id = wanted.quote_id
    ORDER BY quote.game_id, quote.market
    ON CONFLICT (user_id, game_id, market) DO NOTHING
    RETURNING id, game_id, market, selection
""")

_PICKS = SQL("""
    SELECT {pick}
    FROM picks pick
    JOIN games game ON game.id = pick.game_id
    LEFT JOIN {entry}
""").format(pick=PICK_COLUMNS, entry=ENTRY_IN_FORCE)

_PICKS_OF_USER = SQL("""
    {picks}
    WHERE pick.user_id = %(user)s AND pick.id < %(before)s
      AND (%(status)s::text IS NULL OR coalesce(entry.result::text, 'pending') = %(status)s)
      AND (%(sport)s::text IS NULL OR game.sport = %(sport)s)
      AND (%(market)s::market IS NULL OR pick.market = %(market)s)
      AND (%(since)s::timestamptz IS NULL OR game.commence_time >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR game.commence_time < %(until)s)
    ORDER BY pick.id DESC
    LIMIT %(limit)s
""").format(picks=_PICKS)

# Picks on a game that another has absorbed are graded by the other's results.
_GAMES_WITH_PICKS = SQL("""
    SELECT coalesce(game.merged_into, game.id) AS id
    FROM games game
    WHERE (game.id = ANY(%(games)s) OR game.merged_into = ANY(%(games)s))
      AND EXISTS (SELECT FROM picks WHERE game_id = game.id)
""")

_GAMES_PICKED_BETWEEN = SQL("""
    SELECT wanted.game_id
    FROM unnest(%(games)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[])
         AS wanted (game_id, since, until)
    WHERE EXISTS (
      SELECT FROM games game
      JOIN picks pick ON pick.game_id = game.id
      WHERE (game.id = wanted.game_id OR game.merged_into = wanted.game_id)
        AND pick.placed_at >= wanted.since AND pick.placed_at < wanted.until
    )
""")

# Picks on a game that another has absorbed are picks on that one.
_PICKED_GAMES = SQL("""
    SELECT DISTINCT coalesce(merged_into, id) AS id
    FROM games
    WHERE commence_time >= %s AND commence_time < %s AND EXISTS (SELECT FROM picks WHERE game_id = games.id)
""")


# A game that another has absorbed gets the other's result, so its picks wait for the other.
_AWAITED = SQL("""
    SELECT game.id, game.sport, game.commence_time AS tip_off, game.status, game.odds_seen_at
    FROM games game
    WHERE game.status IN ('scheduled', 'live') AND game.merged_into IS NULL AND game.commence_time > %(after)s
      AND (
        EXISTS (SELECT FROM picks WHERE game_id = game.id)
        OR EXISTS (SELECT FROM games absorbed JOIN picks ON game_id = absorbed.id WHERE merged_into = game.id)
      )
    ORDER BY game.id
""")


@dataclass(frozen=True, slots=True)
class PickFilter:
    """Criteria for a user's picks. None means no restriction."""

    status: PickStatus | None = None
    sport: str | None = None
    market: Market | None = None
    since: datetime | None = None
    """Earliest tip-off, inclusive."""
    until: datetime | None = None
    """Latest tip-off, exclusive."""


def picked_markets(connection: Connection, user_id: int, games: Collection[int]) -> set[tuple[int, Market]]:
    """Return the markets of these games, as (game id, market), that the user has already picked."""
    rows = connection.execute(_PICKED_MARKETS, (user_id, list(games)))
    return {(row["game_id"], row["market"]) for row in rows}


def awaited_games(connection: Connection, tipped_off_after: datetime) -> list[AwaitedGame]:
    """Return the scheduled and live games that picks wait for, if they tip off later than `tipped_off_after`."""
    with connection.cursor(row_factory=class_row(AwaitedGame)) as cursor:
        return cursor.execute(_AWAITED, {"after": tipped_off_after}).fetchall()


def insert_picks(
    connection: Connection, user_id: int, wanted: Sequence[tuple[int, Decimal]], at: datetime
) -> dict[Side, int]:
    """Insert a pick for each (quote id, stake), and return the new ids by side.

    If the user has already picked a market, even in a concurrent transaction, that side is not stored and is left out.
    Waits for such a transaction to end.
    """
    parameters = {
        "user": user_id,
        "quotes": [quote_id for quote_id, _ in wanted],
        "stakes": [stake for _, stake in wanted],
        "at": at,
    }
    rows = connection.execute(_INSERT, parameters)
    return {(row["game_id"], row["market"], row["selection"]): row["id"] for row in rows}


def picks_of_user(
    connection: Connection, user_id: int, chosen: PickFilter, *, before: int | None, limit: int
) -> list[PickRow]:
    """Return up to `limit` picks of a user, newest first. before: id of the previous page's last pick."""
    parameters = {
        "user": user_id,
        "before": _NEWEST if before is None else before,
        "status": chosen.status,
        "sport": chosen.sport,
        "market": chosen.market,
        "since": chosen.since,
        "until": chosen.until,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(PickRow)) as cursor:
        return cursor.execute(_PICKS_OF_USER, parameters).fetchall()


def games_with_picks(connection: Connection, games: Collection[int]) -> set[int]:
    """Return those of the games on which somebody has picked, or on one that they have absorbed."""
    return {row["id"] for row in connection.execute(_GAMES_WITH_PICKS, {"games": list(games)})}


def games_picked_between(connection: Connection, spans: Collection[tuple[int, datetime, datetime]]) -> set[int]:
    """Return the games with a pick in their span: game id, since (inclusive), until (exclusive)."""
    games, since, until = (list(column) for column in zip(*spans, strict=True)) if spans else ([], [], [])
    rows = connection.execute(_GAMES_PICKED_BETWEEN, {"games": games, "since": since, "until": until})
    return {row["game_id"] for row in rows}


def picked_games(connection: Connection, since: datetime, until: datetime) -> frozenset[int]:
    """Return the ids of the games with picks that tip off from `since` until before `until`."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return frozenset(cursor.execute(_PICKED_GAMES, (since, until)))
