"""The SQL of grading all picks of a set of games at once, and of the ledger entries."""

from datetime import datetime, timedelta

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.picks.columns import DRAW_OFFERED

CLOSE_WINDOW = timedelta(minutes=30)
"""Maximum age of a closing quote at tip-off (rules.md, "Closing line value")."""

_ONE_AT_A_TIME = SQL("SELECT pg_advisory_xact_lock(hashtext('pickvs-settlement'))")

_DUE = SQL("""
    SELECT id, settled_result_id IS NOT NULL AS settled_before
    FROM games
    WHERE result_id IS NOT NULL AND settled_result_id IS DISTINCT FROM result_id
    ORDER BY id
    FOR UPDATE
""")

_TAKE_BACK = SQL("""
    INSERT INTO settlement_ledger (pick_id, result_id, sign, result, void_reason, units, wagered,
                                   closing_line, closing_price, clv_percent, clv_reason, clv_points, settled_at)
    SELECT last.pick_id, game.result_id, -1, last.result, last.void_reason, last.units, last.wagered,
           last.closing_line, last.closing_price, last.clv_percent, last.clv_reason, last.clv_points, %(at)s
    FROM games game
    JOIN picks pick ON pick.game_id = game.id
    CROSS JOIN LATERAL (
      SELECT * FROM settlement_ledger entry
      WHERE entry.pick_id = pick.id
      ORDER BY entry.result_id DESC, entry.sign DESC
      LIMIT 1
    ) last
    WHERE game.id = ANY(%(games)s) AND last.sign = 1
""")

# rules.md, "Grading". Reads what the pick froze and what the result states, score and start, and nothing else that can
# change after the pick (ADR 17). A tie matters only on a moneyline: if the draw was on offer, both teams lose;
# otherwise picks are void. Of a user's picks on the same market of merged games, the first counts.
_GRADE = SQL("""
    INSERT INTO settlement_ledger (pick_id, result_id, sign, result, void_reason, units, wagered,
                                   closing_line, closing_price, clv_percent, clv_reason, clv_points, settled_at)
    WITH final AS MATERIALIZED (
      SELECT game.id AS game_id, result.id AS result_id, result.outcome, result.began_at,
             coalesce(result.began_at, game.commence_time) AS tip_off,
             result.home_score - result.away_score AS home_lead,
             result.home_score + result.away_score AS points,
             coalesce(game.merged_into, game.id) AS root,
             game.merged_into IS NOT NULL OR EXISTS (SELECT FROM games WHERE merged_into = game.id) AS is_merged
      FROM games game
      JOIN game_results result ON result.id = game.result_id
      WHERE game.id = ANY(%(games)s) AND result.outcome IN ('final', 'void')
    ), closing AS MATERIALIZED (
      SELECT DISTINCT ON (quote.game_id, quote.market, quote.selection)
             quote.game_id, quote.market, quote.selection, quote.line, quote.price, quote.probability
      FROM final
      JOIN quotes quote ON quote.game_id = final.game_id
      WHERE quote.made_at <= final.tip_off
        AND quote.captured_at >= final.tip_off - %(close_window)s
      ORDER BY quote.game_id, quote.market, quote.selection, quote.made_at DESC, quote.id DESC
    ), judged AS (
      SELECT pick.id, final.result_id, pick.selection, pick.stake_units, pick.price, pick.line,
             final.home_lead, final.points,
             closing.line AS closing_line, closing.price AS closing_price, closing.probability,
             CASE WHEN pick.price > 0 THEN pick.price / 100.0 ELSE 100.0 / -pick.price END AS profit,
             CASE
               WHEN final.outcome = 'void' THEN 'game_void'
               WHEN pick.placed_at >= final.began_at THEN 'after_start'
               WHEN final.is_merged AND EXISTS (
                 SELECT FROM games sibling
                 JOIN picks earlier ON earlier.game_id = sibling.id
                 WHERE (sibling.id = final.root OR sibling.merged_into = final.root) AND sibling.id <> pick.game_id
                   AND earlier.user_id = pick.user_id AND earlier.market = pick.market
                   AND (earlier.placed_at, earlier.id) < (pick.placed_at, pick.id)
               ) THEN 'duplicate'
               WHEN pick.market = 'moneyline' AND home_lead = 0 AND pick.selection <> 'draw'
                 AND NOT {draw_offered} THEN 'tie'
             END AS void_reason
      FROM final
      JOIN picks pick ON pick.game_id = final.game_id
      LEFT JOIN closing ON closing.game_id = pick.game_id
                       AND closing.market = pick.market AND closing.selection = pick.selection
    ), graded AS (
      SELECT *,
             CASE WHEN void_reason IS NOT NULL THEN 'void'
                  -- A moneyline has no line: a tie is no lead, so it loses where it is not void.
                  WHEN line IS NULL AND home_lead = 0 THEN CASE selection WHEN 'draw' THEN 'win' ELSE 'loss' END
                  ELSE CASE sign(CASE selection
                         WHEN 'home'  THEN home_lead + coalesce(line, 0)
                         WHEN 'away'  THEN coalesce(line, 0) - home_lead
                         WHEN 'over'  THEN points - line
                         WHEN 'under' THEN line - points
                         WHEN 'draw'  THEN -1
                       END)
                       WHEN 1 THEN 'win' WHEN 0 THEN 'push' ELSE 'loss' END
             END::pick_result AS result,
             closing_line IS NOT DISTINCT FROM line AS same_line
      FROM judged
    )
    SELECT id, result_id, 1, result, void_reason,
           CASE result WHEN 'win' THEN round(stake_units * profit, 4) WHEN 'loss' THEN -stake_units ELSE 0 END,
           CASE result WHEN 'void' THEN 0 ELSE stake_units END,
           closing_line, closing_price,
           CASE WHEN same_line THEN round(100 * (probability * (1 + profit) - 1), 4) END,
           CASE WHEN probability IS NULL THEN 'no_close' WHEN NOT same_line THEN 'other_line' END,
           CASE WHEN NOT same_line
                THEN CASE selection WHEN 'over' THEN closing_line - line ELSE line - closing_line END END,
           %(at)s
    FROM graded
""").format(draw_offered=DRAW_OFFERED)

_MARK_SETTLED = SQL("UPDATE games SET settled_result_id = result_id WHERE id = ANY(%(games)s)")


def take_turn(connection: Connection) -> None:
    """Acquire the settlement lock, waiting for a concurrent settlement. Held until the transaction ends."""
    connection.execute(_ONE_AT_A_TIME)


def lock_due_games(connection: Connection) -> list[tuple[int, bool]]:
    """Lock and return the games whose picks are not settled by the result in force.

    Each item is (game id, whether an earlier result was settled). Waits for a concurrent settlement; games that it
    settles are no longer due.
    """
    take_turn(connection)
    return [(row["id"], row["settled_before"]) for row in connection.execute(_DUE)]


def take_back(connection: Connection, games: list[int], at: datetime) -> int:
    """Reverse the entry in force of every settled pick of `games`, and return their number.

    The new results are recorded as the cause of the reversals.
    """
    return connection.execute(_TAKE_BACK, {"games": games, "at": at}).rowcount


def grade(connection: Connection, games: list[int], at: datetime) -> int:
    """Book the result of every pick of `games` by the results in force; return their number. Skips reopened games."""
    return connection.execute(_GRADE, {"games": games, "at": at, "close_window": CLOSE_WINDOW}).rowcount


def mark_settled(connection: Connection, games: list[int]) -> None:
    """Record that the picks of `games` are settled by the results in force."""
    connection.execute(_MARK_SETTLED, {"games": games})
