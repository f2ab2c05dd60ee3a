"""The SQL of merged games."""

from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.sql import SQL

from pickvs.core.database import Connection, Row
from pickvs.markets.merging.rules import Candidate
from pickvs.markets.values import GameStatus

# In the order of the ids, like all statements that lock games. The clock says nothing about a postponed game, which is
# not played on its date.
_LOCK = SQL("""
    SELECT game.id, game.sport, game.home_team_id, game.away_team_id, game.commence_time, game.status, result.outcome,
           result.began_at, game.result_id, game.merged_into,
           least(game.under_way_at, absorbed.under_way_at) AS under_way_at,
           coalesce(game.start_decided_at, absorbed.start_decided_at) AS start_decided_at,
           game.status IN ('live', 'finished') OR game.home_score IS NOT NULL
             OR (game.commence_time <= %(at)s AND game.status <> 'postponed')
             OR coalesce(game.under_way_at, absorbed.under_way_at) IS NOT NULL
             OR coalesce(game.contradicted_at, absorbed.contradicted_at) IS NOT NULL
             OR EXISTS (SELECT FROM game_results WHERE game_id = game.id AND outcome = 'final') AS has_begun,
           absorbed.number > 0 AS has_absorbed
    FROM games game
    CROSS JOIN LATERAL (
      SELECT count(*) AS number, min(under_way_at) AS under_way_at, min(start_decided_at) AS start_decided_at,
             min(contradicted_at) AS contradicted_at
      FROM games WHERE merged_into = game.id
    ) absorbed
    LEFT JOIN game_results result ON result.id = game.result_id
    WHERE game.id = ANY(%(ids)s)
    ORDER BY game.id
    FOR NO KEY UPDATE OF game
""")

_ADD_MERGE = SQL("""
    INSERT INTO game_merges
      (absorbed_id, survivor_id, swapped, status_before, commence_time_before, result_id_before,
       survivor_result_id_before, undoes, actor_id, reason, at)
    VALUES (%(absorbed)s, %(survivor)s, %(swapped)s, %(status)s, %(commence_time)s, %(result)s,
            %(survivor_result)s, %(undoes)s, %(actor)s, %(reason)s, %(at)s)
""")

_LAST_MERGE = SQL("""
    SELECT merge.id, survivor_id, swapped, status_before, commence_time_before, result_id_before,
           earlier.began_at AS survivor_began_at_before
    FROM game_merges merge
    LEFT JOIN game_results earlier ON earlier.id = merge.survivor_result_id_before
    WHERE absorbed_id = %s AND undoes IS NULL
      AND NOT EXISTS (SELECT FROM game_merges WHERE undoes = merge.id)
    ORDER BY merge.id DESC
    LIMIT 1
""")

_ABSORB = SQL("""
    UPDATE games SET merged_into = %(survivor)s, status = 'review', review_reason = %(reason)s, home_score = NULL,
                     away_score = NULL, updated_at = %(at)s
    WHERE id = %(absorbed)s
""")

_SEPARATE = SQL("""
    UPDATE games SET merged_into = NULL, status = %(status)s::game_status, review_reason = %(reason)s,
      contradicted_at = CASE %(status)s::game_status WHEN 'review' THEN coalesce(contradicted_at, %(at)s)
                                                     ELSE contradicted_at END,
      updated_at = %(at)s,
      home_score = CASE WHEN %(status)s::game_status = 'finished' THEN home_score END,
      away_score = CASE WHEN %(status)s::game_status = 'finished' THEN away_score END
    WHERE id = %(absorbed)s
""")

# Boards have counted the picks by the tip-off that the game has now, until the final is taken back.
_RESTORE_TIP_OFF = SQL("""
    UPDATE games SET commence_time = %(commence_time)s, updated_at = %(at)s
    WHERE id = %(game)s AND commence_time <> %(commence_time)s
      AND NOT EXISTS (SELECT FROM game_results WHERE id = settled_result_id AND outcome = 'final')
""")

# A result in force that is recorded again makes the game due for settlement. It says the same, except for its start if
# that follows from the other game.
_REPEAT = SQL("""
    WITH said AS (
      INSERT INTO game_results (game_id, outcome, home_score, away_score, began_at, mirror_of, source, provider_id,
                                reason, run_id, recorded_at)
      SELECT game_id, outcome, home_score, away_score, coalesce(%(began_at)s, began_at), mirror_of, source, provider_id,
             CASE WHEN reason IS NULL THEN %(reason)s ELSE %(reason)s || ': ' || reason END, run_id, %(at)s
      FROM game_results WHERE id = %(result)s
      RETURNING id, game_id, outcome, home_score, away_score
    )
    UPDATE games SET result_id = said.id, updated_at = %(at)s,
      home_score = CASE said.outcome WHEN 'final' THEN said.home_score ELSE games.home_score END,
      away_score = CASE said.outcome WHEN 'final' THEN said.away_score ELSE games.away_score END
    FROM said WHERE games.id = said.game_id
""")

_TAKE_BACK = SQL("""
    WITH said AS (
      INSERT INTO game_results (game_id, outcome, source, reason, recorded_at)
      VALUES (%(game)s, 'reopened', %(source)s, %(reason)s, %(at)s)
      RETURNING id, game_id
    )
    UPDATE games SET result_id = said.id FROM said WHERE games.id = said.game_id
""")

# The absorbed game has the survivor's status, except that it is never scheduled.
_MIRROR = SQL("""
    WITH due AS (
      SELECT absorbed.id, absorbed.merged_into, result.*, survivor.status,
             (SELECT merge.swapped FROM game_merges merge
              WHERE merge.absorbed_id = absorbed.id AND merge.undoes IS NULL ORDER BY merge.id DESC LIMIT 1) AS swapped
      FROM games absorbed
      JOIN games survivor ON survivor.id = absorbed.merged_into
      JOIN LATERAL (
        SELECT id AS result_id, outcome, home_score, away_score, began_at, source, run_id
        FROM game_results WHERE id = survivor.result_id
      ) result ON true
      LEFT JOIN game_results own ON own.id = absorbed.result_id
      WHERE absorbed.merged_into IS NOT NULL AND own.mirror_of IS DISTINCT FROM survivor.result_id
      ORDER BY absorbed.id
      FOR NO KEY UPDATE OF absorbed
    ), said AS (
      INSERT INTO game_results
        (game_id, outcome, home_score, away_score, began_at, mirror_of, source, reason, run_id, recorded_at)
      SELECT id, outcome, CASE WHEN swapped THEN away_score ELSE home_score END,
             CASE WHEN swapped THEN home_score ELSE away_score END, began_at, result_id, source,
             'the result of game ' || merged_into || ', into which this one is merged', run_id, %(at)s
      FROM due
      RETURNING id, game_id, outcome, home_score, away_score
    )
    UPDATE games SET
      result_id = said.id,
      status = (CASE WHEN due.status = 'scheduled' THEN 'review' ELSE due.status END),
      home_score = CASE said.outcome WHEN 'final' THEN said.home_score END,
      away_score = CASE said.outcome WHEN 'final' THEN said.away_score END,
      updated_at = %(at)s
    FROM said JOIN due ON due.id = said.game_id
    WHERE games.id = said.game_id
""")

# While the survivor accepts picks, those on the absorbed game stay sealed: they are read by its tip-off.
_FOLLOW_TIP_OFF = SQL("""
    UPDATE games absorbed SET commence_time = survivor.commence_time, updated_at = %(at)s
    FROM games survivor
    WHERE survivor.id = absorbed.merged_into AND absorbed.status = 'review'
      AND absorbed.commence_time <> survivor.commence_time
      AND NOT EXISTS (SELECT FROM game_results WHERE id = absorbed.settled_result_id AND outcome = 'final')
""")


def lock_games(connection: Connection, ids: tuple[int, ...], at: datetime) -> dict[int, Candidate]:
    """Return these games as they are at `at`, by id, and lock their rows. Unknown ids are left out."""
    with connection.cursor(row_factory=class_row(Candidate)) as cursor:
        return {game.id: game for game in cursor.execute(_LOCK, {"ids": list(ids), "at": at})}


def add_merge(
    connection: Connection,
    *,
    absorbed: Candidate,
    survivor: Candidate,
    swapped: bool,
    undoes: int | None,
    actor_id: int,
    reason: str,
    at: datetime,
) -> None:
    """Record a merge, or the undoing of the merge `undoes`, with the state of the games before it."""
    parameters: dict[str, Any] = {
        "absorbed": absorbed.id,
        "survivor": survivor.id,
        "swapped": swapped,
        "status": absorbed.status,
        "commence_time": absorbed.commence_time,
        "result": absorbed.result_id,
        "survivor_result": survivor.result_id,
        "undoes": undoes,
        "actor": actor_id,
        "reason": reason,
        "at": at,
    }
    connection.execute(_ADD_MERGE, parameters)


def last_merge(connection: Connection, absorbed: int) -> Row | None:
    """Return the merge that has absorbed a game. None if there is none, or if it was undone."""
    return connection.execute(_LAST_MERGE, [absorbed]).fetchone()


def absorb(connection: Connection, *, absorbed: int, survivor: int, reason: str, at: datetime) -> None:
    """Mark a game as absorbed. It accepts no picks, and waits in review for the survivor's results."""
    connection.execute(_ABSORB, {"absorbed": absorbed, "survivor": survivor, "reason": reason, "at": at})


def separate(connection: Connection, *, absorbed: int, status: GameStatus, reason: str | None, at: datetime) -> None:
    """Mark a game as its own again. reason: for review, if the status is review."""
    connection.execute(_SEPARATE, {"absorbed": absorbed, "status": status, "reason": reason, "at": at})


def restore_tip_off(connection: Connection, game_id: int, commence_time: datetime, at: datetime) -> None:
    """Set the tip-off of a game, unless its picks are settled by a final."""
    connection.execute(_RESTORE_TIP_OFF, {"game": game_id, "commence_time": commence_time, "at": at})


def repeat_result(
    connection: Connection, result_id: int, *, began_at: datetime | None, reason: str, at: datetime
) -> None:
    """Record a result of a game again and make it the one in force, so that its picks are graded again.

    began_at: its start; None leaves it as it is.
    """
    connection.execute(_REPEAT, {"result": result_id, "began_at": began_at, "reason": reason, "at": at})


def take_back_result(connection: Connection, game_id: int, *, source: str, reason: str, at: datetime) -> None:
    """Record that a game has no result any more."""
    connection.execute(_TAKE_BACK, {"game": game_id, "source": source, "reason": reason, "at": at})


def mirror_results(connection: Connection, at: datetime) -> int:
    """Give every absorbed game the current result of its survivor; return the number of games that got one."""
    connection.execute(_FOLLOW_TIP_OFF, {"at": at})
    return connection.execute(_MIRROR, {"at": at}).rowcount
