"""The baseline for settlement: one UPDATE … FROM that grades all picks in place, without a ledger.

The table has the columns and indexes of picks and columns for the result, but no foreign keys and no triggers. The
UPDATE computes the same values by the same rules: result, units, stake, closing quote and closing line value.
"""

from typing import Any

import psycopg
from psycopg.rows import tuple_row

TABLE = "bare_picks"

CREATE = f"""
    CREATE TABLE {TABLE} (LIKE picks INCLUDING ALL);
    ALTER TABLE {TABLE} ADD result pick_result, ADD units numeric(9, 4), ADD wagered numeric(3, 1),
      ADD closing_line numeric(5, 1), ADD closing_price integer, ADD clv_percent numeric(9, 4),
      ADD settled_at timestamptz;
    INSERT INTO {TABLE} OVERRIDING SYSTEM VALUE SELECT * FROM picks;
"""

_PROFIT = "CASE WHEN pick.price > 0 THEN pick.price / 100.0 ELSE 100.0 / -pick.price END"
_AHEAD = """sign(CASE pick.selection
      WHEN 'home' THEN home_lead + coalesce(pick.line, 0) WHEN 'away' THEN coalesce(pick.line, 0) - home_lead
      WHEN 'over' THEN points - pick.line WHEN 'under' THEN pick.line - points END)"""
_VOID = "pick.market = 'moneyline' AND home_lead = 0"

UPDATE = f"""
    UPDATE {TABLE} pick SET
      result = CASE WHEN {_VOID} THEN 'void'
                    ELSE CASE {_AHEAD} WHEN 1 THEN 'win' WHEN 0 THEN 'push' ELSE 'loss' END END::pick_result,
      units = CASE {_AHEAD} WHEN 1 THEN round(stake_units * {_PROFIT}, 4) WHEN 0 THEN 0 ELSE -stake_units END,
      wagered = CASE WHEN {_VOID} THEN 0 ELSE stake_units END,
      closing_line = close.line,
      closing_price = close.price,
      clv_percent = CASE WHEN close.line IS NOT DISTINCT FROM pick.line
                         THEN round(100 * (close.probability * (1 + {_PROFIT}) - 1), 4) END,
      settled_at = %(at)s
    FROM (
      SELECT game_id, home_score - away_score AS home_lead, home_score + away_score AS points
      FROM game_results WHERE outcome = 'final'
    ) final, (
      SELECT DISTINCT ON (quotes.game_id, market, selection)
             quotes.game_id, market, selection, line, price, probability
      FROM quotes JOIN games ON games.id = quotes.game_id
      WHERE made_at <= commence_time AND captured_at >= commence_time - interval '30 minutes'
      ORDER BY quotes.game_id, market, selection, made_at DESC, quotes.id DESC
    ) close
    WHERE final.game_id = pick.game_id
      AND close.game_id = pick.game_id AND close.market = pick.market AND close.selection = pick.selection
"""
"""The statement under test. `WHEN 0` also covers the void of a drawn moneyline. In the benchmark's data every side has
a closing quote."""

_DIFFERENT = f"""
    SELECT count(*) FROM {TABLE} bare FULL JOIN settlement_ledger entry ON entry.pick_id = bare.id
    WHERE (bare.result, bare.units, bare.wagered, bare.closing_line, bare.closing_price, bare.clv_percent)
          IS DISTINCT FROM (entry.result, entry.units, entry.wagered, entry.closing_line, entry.closing_price,
                            entry.clv_percent)
"""


def check_equal(connection: psycopg.Connection[Any]) -> None:
    """Assert that the UPDATE and the ledger agree exactly on every pick."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        assert cursor.execute(_DIFFERENT.encode()).fetchone() == (0,)
