"""The SQL of making and listing picks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.picks.rules import PickResult, PickStatus, Side

_NEWEST = 2**63 - 1  # as a position: in front of every pick

_PICKED_MARKETS = SQL("SELECT game_id, market FROM picks WHERE user_id = %s AND game_id = ANY(%s)")

# Line and price come from the quotes table itself. In one order for everybody, so that two submissions that share some
# picks cannot wait for each other.
_INSERT = SQL("""
    INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at)
    SELECT %(user)s, quote.game_id, quote.market, quote.selection, quote.id, quote.line, quote.price,
           wanted.stake_units, %(at)s
    FROM unnest(%(quotes)s::bigint[], %(stakes)s::numeric[]) AS wanted (quote_id, stake_units)
    JOIN quotes quote ON quote.id = wanted.quote_id
    ORDER BY quote.game_id, quote.market
    ON CONFLICT (user_id, game_id, market) DO NOTHING
    RETURNING id, game_id, market, selection
""")

PICK_COLUMNS = SQL("""
    pick.id, pick.game_id, pick.market, pick.selection, pick.line, pick.price, pick.stake_units, pick.placed_at,
    game.home_team, game.away_team, game.commence_time, game.status AS game_status, game.home_score, game.away_score,
    entry.result, entry.units AS result_units, entry.settled_at AS graded_at,
    entry.closing_line, entry.closing_price, entry.clv_percent
""")
"""A PickRow, of the tables picks `pick` and games `game` and of ENTRY_IN_FORCE."""

# The entry in force is the last one; where that takes an earlier one back, the pick is pending again.
ENTRY_IN_FORCE = SQL("""
    LATERAL (
      SELECT * FROM settlement_ledger
      WHERE pick_id = pick.id
      ORDER BY result_id DESC, sign DESC
      LIMIT 1
    ) entry ON entry.sign = 1
""")
"""What to join to `pick`: the ledger's entry that says what became of it; none while it is pending."""

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


class PickRow(TableRow, frozen=True):
    """A pick with its game and, unless it is pending, the ledger's entry in force."""

    id: int
    game_id: int
    market: Market
    selection: Selection
    line: Decimal | None
    price: int
    stake_units: Decimal
    placed_at: datetime
    home_team: str
    away_team: str
    commence_time: datetime
    game_status: GameStatus
    home_score: int | None
    away_score: int | None
    result: PickResult | None
    result_units: Decimal | None
    graded_at: datetime | None
    closing_line: Decimal | None
    closing_price: int | None
    clv_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class PickFilter:
    """Which of a user's picks are wanted; None does not restrict."""

    status: PickStatus | None = None
    sport: str | None = None
    market: Market | None = None
    since: datetime | None = None
    """The game's tip-off is at this moment or later."""
    until: datetime | None = None
    """The game's tip-off is before this moment."""


def picked_markets(connection: Connection, user_id: int, games: Collection[int]) -> set[tuple[int, Market]]:
    """Return the markets of these games, as (game id, market), that the user has picked."""
    rows = connection.execute(_PICKED_MARKETS, (user_id, list(games)))
    return {(row["game_id"], row["market"]) for row in rows}


def insert_picks(
    connection: Connection, user_id: int, wanted: Sequence[tuple[int, Decimal]], at: datetime
) -> dict[Side, int]:
    """Store a pick for each (quote id, stake) and return the new ids by side.

    Where the user has picked the market already, in a transaction that was not visible before perhaps, nothing is
    stored and the side is left out; waits for such a transaction to end.
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
    """Return up to `limit` picks of a user, newest first. before: the id of the last pick of the page before."""
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
