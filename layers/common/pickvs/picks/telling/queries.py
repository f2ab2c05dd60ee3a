"""SQL of what users are told of their picks: queries whose rows are notices, for `notices.service.tell_all`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pickvs.core.database import Connection
from pickvs.markets.values import Move
from pickvs.notices.news import News

# The entry in force of each pick, and the one before it if its game was settled before. A pick whose result has not
# changed is not told again, however often it was graded.
_SETTLED = """
    SELECT pick.user_id,
           CASE WHEN before.result IS NOT NULL THEN 'pick.regraded'
                WHEN entry.result = 'void' THEN 'pick.voided' ELSE 'pick.settled' END AS kind,
           'pick:' || pick.id || ':' || entry.result_id AS cause,
           jsonb_build_object(
             'pick_id', pick.id, 'game_id', game.id, 'home_team', game.home_team, 'away_team', game.away_team,
             'market', pick.market, 'selection', pick.selection, 'line', pick.line, 'price', pick.price,
             'stake_units', pick.stake_units, 'result', entry.result, 'units', entry.units,
             'void_reason', entry.void_reason
           ) || CASE WHEN before.result IS NOT NULL THEN jsonb_build_object(
             'before', jsonb_build_object('result', before.result, 'units', before.units)
           ) ELSE '{}' END AS data
    FROM games game
    JOIN picks pick ON pick.game_id = game.id
    JOIN settlement_ledger entry ON entry.pick_id = pick.id AND entry.result_id = game.result_id AND entry.sign = 1
    JOIN users owner ON owner.id = pick.user_id AND owner.erased_at IS NULL
    LEFT JOIN LATERAL (
      SELECT result, units FROM settlement_ledger
      WHERE game.id = ANY(%(corrected)s) AND pick_id = pick.id AND sign = 1 AND result_id < entry.result_id
      ORDER BY result_id DESC
      LIMIT 1
    ) before ON true
    WHERE game.id = ANY(%(games)s) AND (entry.result, entry.units) IS DISTINCT FROM (before.result, before.units)
    ORDER BY pick.id
"""

# Small changes add up: the start that is known stays until the game is far enough from it to be told.
_NOTE_MOVES = """
    UPDATE games
    SET untold_start = CASE WHEN noted.distance > interval '0' AND noted.distance < %(least)s THEN noted.known END
    FROM (
      SELECT game.id, known,
             greatest(game.commence_time - known, known - game.commence_time) AS distance
      FROM unnest(%(games)s::bigint[], %(starts)s::timestamptz[]) AS moved (game_id, started_at)
      JOIN games game ON game.id = moved.game_id
      CROSS JOIN LATERAL coalesce(game.untold_start, moved.started_at) known
      ORDER BY game.id
      FOR NO KEY UPDATE OF game
    ) noted
    WHERE games.id = noted.id
    RETURNING games.id, noted.known, noted.distance >= %(least)s AS is_far
"""

# A user with several picks on the game is told once. Who reads that a game has begun late is not told any more.
_MOVED = """
    SELECT DISTINCT pick.user_id, 'game.moved' AS kind,
           'game:' || game.id || ':' || extract(epoch FROM %(at)s::timestamptz) AS cause,
           jsonb_build_object(
             'game_id', game.id, 'home_team', game.home_team, 'away_team', game.away_team,
             'started_at', moved.started_at, 'starts_at', game.commence_time
           ) AS data
    FROM unnest(%(games)s::bigint[], %(starts)s::timestamptz[]) AS moved (game_id, started_at)
    JOIN games game ON game.id = moved.game_id
    JOIN picks pick ON pick.game_id = game.id
    JOIN users owner ON owner.id = pick.user_id AND owner.erased_at IS NULL
    LEFT JOIN LATERAL (
      SELECT sign FROM settlement_ledger WHERE pick_id = pick.id ORDER BY result_id DESC, sign DESC LIMIT 1
    ) last ON true
    WHERE last.sign IS DISTINCT FROM 1 AND game.status = 'scheduled' AND game.commence_time > %(at)s
    ORDER BY pick.user_id, cause
"""


def note_moves(connection: Connection, moves: Sequence[Move], least: timedelta) -> list[tuple[int, datetime]]:
    """Note that games have moved, and return those that are to be told, each with the start that users know.

    least: smallest distance from that start at which a game is told.
    """
    values = {"games": [move.game_id for move in moves], "starts": [move.before for move in moves], "least": least}
    rows = connection.execute(_NOTE_MOVES, values).fetchall()
    return sorted((row["id"], row["known"]) for row in rows if row["is_far"])


def settled_picks(games: Sequence[int], corrected: Sequence[int]) -> News:
    """Return what the owners of the picks on settled games are told.

    corrected: those of the games that had been settled by an earlier result.
    """
    return News(_SETTLED, {"games": list(games), "corrected": list(corrected)})


def moved_games(moved: Sequence[tuple[int, datetime]], at: datetime) -> News:
    """Return what users with open picks on moved games are told.

    moved: games, each with its start before the move. at: when the moves were seen.
    """
    return News(_MOVED, {"games": [game for game, _ in moved], "starts": [start for _, start in moved], "at": at})
