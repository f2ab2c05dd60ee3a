"""A pick as a row: the SQL fragments that all queries of picks share, and the row type."""

from datetime import datetime
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.rows import TableRow
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.picks.rules import ClvReason, PickResult, VoidReason

PICK_COLUMNS = SQL("""
    pick.id, pick.game_id, pick.market, pick.selection, pick.line, pick.price, pick.stake_units, pick.placed_at,
    game.home_team, game.away_team, game.commence_time, game.status AS game_status, game.home_score, game.away_score,
    entry.result, entry.units AS result_units, entry.settled_at AS graded_at,
    entry.void_reason, entry.closing_line, entry.closing_price, entry.clv_percent, entry.clv_reason, entry.clv_points
""")
"""Columns of a PickRow. Needs the tables picks `pick` and games `game`, and ENTRY_IN_FORCE."""

DRAW_OFFERED = SQL("""
    coalesce(pick.draw_offered, EXISTS (
      SELECT FROM quotes WHERE game_id = pick.game_id AND selection = 'draw' AND made_at <= pick.placed_at
    ))
""")
"""Whether the moneyline had a third side when `pick` was made.

Picks of the previous release did not freeze it. The quotes that had been made by then never change.
"""

# The entry in force is the last one. If that reverses an earlier entry, the pick is pending again.
ENTRY_IN_FORCE = SQL("""
    LATERAL (
      SELECT * FROM settlement_ledger
      WHERE pick_id = pick.id
      ORDER BY result_id DESC, sign DESC
      LIMIT 1
    ) entry ON entry.sign = 1
""")
"""Joins the settlement ledger entry in force to `pick`. A pending pick has none."""


class PickRow(TableRow, frozen=True):
    """A pick with its game and its ledger entry in force, if any."""

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
    void_reason: VoidReason | None
    closing_line: Decimal | None
    closing_price: int | None
    clv_percent: Decimal | None
    clv_reason: ClvReason | None
    clv_points: Decimal | None
