"""The SQL of scores: what is to be scored, what was, and the days that are made of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.predictions.scoring.daily.rules import Daily
from pickvs.predictions.scoring.rules import Score

# The forecast that counts is the last one before the game began: at the tip-off that a source has stated, otherwise at
# the announced one. The line at the close is at most 30 minutes old then.
_UNSCORED = """
    SELECT prediction.id AS prediction_id, game.id AS game_id, game.sport, game.local_date, result.id AS result_id,
           result.home_score AS home_points, result.away_score AS away_points, prediction.contestant,
           prediction.home_win, prediction.distribution, closing.spread, closing.total, closing.home_moneyline,
           closing.away_moneyline
    FROM game_results result
    JOIN games game ON game.id = result.game_id AND game.result_id = result.id
    CROSS JOIN LATERAL (
      SELECT DISTINCT ON (contestant) id, contestant, home_win, distribution FROM game_predictions
      WHERE game_id = game.id AND published_at < coalesce(result.began_at, game.commence_time)
      ORDER BY contestant, published_at DESC, id DESC
    ) prediction
    LEFT JOIN LATERAL (
      SELECT max(line) FILTER (WHERE market = 'spread' AND selection = 'home') AS spread,
             max(line) FILTER (WHERE market = 'total' AND selection = 'over') AS total,
             max(price) FILTER (WHERE market = 'moneyline' AND selection = 'home') AS home_moneyline,
             max(price) FILTER (WHERE market = 'moneyline' AND selection = 'away') AS away_moneyline
      FROM (
        SELECT DISTINCT ON (market, selection) market, selection, line, price FROM quotes
        WHERE quotes.game_id = game.id AND made_at <= coalesce(result.began_at, game.commence_time)
          AND captured_at >= coalesce(result.began_at, game.commence_time) - interval '30 minutes'
        ORDER BY market, selection, made_at DESC, quotes.id DESC
      ) last
    ) closing ON true
    WHERE result.outcome = 'final' AND game.merged_into IS NULL
      AND (%(since)s::timestamptz IS NULL OR result.recorded_at >= %(since)s)
      AND NOT EXISTS (
        SELECT FROM prediction_scores scored
        WHERE scored.game_id = game.id AND scored.result_id = result.id
          AND scored.contestant = prediction.contestant
      )
    ORDER BY game.id, prediction.contestant
    LIMIT %(limit)s
"""

_ADD_SCORE = """
    INSERT INTO prediction_scores (prediction_id, result_id, game_id, contestant, scored_at, home_won, log_loss, brier,
                                   margin_log, margin_crps, total_crps, inside_80, line_distance, close_home_win,
                                   close_log_loss, close_brier, close_margin_crps, bet, bet_price, units)
    VALUES (%(prediction)s, %(result)s, %(game)s, %(contestant)s, %(at)s, %(home_won)s, %(log_loss)s, %(brier)s,
            %(margin_log)s, %(margin_crps)s, %(total_crps)s, %(inside_80)s, %(line_distance)s, %(close_home_win)s,
            %(close_log_loss)s, %(close_brier)s, %(close_margin_crps)s, %(bet)s, %(bet_price)s, %(units)s)
    ON CONFLICT DO NOTHING
"""

# The score against the result that is in force. One whose result was corrected away counts no more.
_IN_FORCE = """
    SELECT score.contestant, game.local_date, prediction.home_win, score.home_won, score.log_loss, score.brier,
           score.close_log_loss, score.line_distance
    FROM prediction_scores score
    JOIN games game ON game.id = score.game_id AND game.result_id = score.result_id
    JOIN game_predictions prediction ON prediction.id = score.prediction_id
    WHERE game.sport = %(sport)s AND game.merged_into IS NULL AND game.local_date >= %(since)s
    ORDER BY score.contestant, game.local_date, game.commence_time, game.id
"""

# Days that were made before a game of theirs lost or changed its result.
_STALE = """
    SELECT game.sport, min(game.local_date) AS first
    FROM game_results result
    JOIN games game ON game.id = result.game_id
    JOIN model_daily daily ON daily.sport = game.sport AND daily.day = game.local_date
                          AND daily.updated_at < result.recorded_at
    WHERE (%(since)s::timestamptz IS NULL OR result.recorded_at >= %(since)s)
      AND EXISTS (SELECT FROM prediction_scores score WHERE score.game_id = game.id)
    GROUP BY game.sport
"""

_FORGET_DAYS = "DELETE FROM model_daily WHERE sport = %s AND day >= %s"

_ADD_DAY = """
    INSERT INTO model_daily (sport, contestant, day, games, log_loss, brier, paired_games, gap, ece, line_distance,
                             distance_shift, psi, cusum, updated_at)
    VALUES (%(sport)s, %(contestant)s, %(day)s, %(games)s, %(log_loss)s, %(brier)s, %(paired_games)s, %(gap)s, %(ece)s,
            %(line_distance)s, %(distance_shift)s, %(psi)s, %(cusum)s, %(at)s)
"""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('scores of ' || %s, 0))"

# Of each player the last forecast before the start, against the box score that counts, if there is one. Who has a line
# without time has not played, except where no time is counted.
_PLAYERS_UNSCORED = """
    SELECT prediction.id AS prediction_id, line.box_id, game.id AS game_id, game.sport, line.player_id, line.seconds,
           line.stats, prediction.statistics
    FROM player_games_current line
    JOIN games game ON game.id = line.game_id
    JOIN game_results result ON result.id = game.result_id
    CROSS JOIN LATERAL (
      SELECT id, statistics FROM player_predictions
      WHERE player_id = line.player_id AND game_id = game.id
        AND published_at < coalesce(result.began_at, game.commence_time)
      ORDER BY published_at DESC, id DESC LIMIT 1
    ) prediction
    WHERE line.known_at >= %(since)s AND game.merged_into IS NULL
      AND (line.seconds > 0 OR game.sport = ANY(%(untimed)s))
      AND NOT EXISTS (
        SELECT FROM player_prediction_scores scored
        WHERE scored.box_id = line.box_id AND scored.player_id = line.player_id
      )
    ORDER BY game.id, line.player_id
    LIMIT %(limit)s
"""

_ADD_PLAYER_SCORE = """
    INSERT INTO player_prediction_scores (prediction_id, box_id, game_id, player_id, scored_at, scores)
    VALUES (%(prediction)s, %(box)s, %(game)s, %(player)s, %(at)s, %(scores)s)
    ON CONFLICT DO NOTHING
"""

# Against the box scores that count. One that was corrected, or is in review again, counts no more.
_LAST_PLAYER_SCORES = """
    SELECT score.scores FROM player_prediction_scores score
    JOIN games game ON game.id = score.game_id
    JOIN box_scores_current box ON box.id = score.box_id
    WHERE game.sport = %s AND game.merged_into IS NULL
    ORDER BY score.prediction_id DESC LIMIT %s
"""


class Unscored(TableRow, frozen=True):
    """A forecast that counts, with the result and the close that it is scored against."""

    prediction_id: int
    game_id: int
    sport: str
    local_date: date
    result_id: int
    home_points: int
    away_points: int
    contestant: str
    home_win: float
    distribution: dict[str, Any]
    spread: Decimal | None
    total: Decimal | None
    home_moneyline: int | None
    away_moneyline: int | None


class ScoreRow(TableRow, frozen=True):
    """A score in force."""

    contestant: str
    local_date: date
    home_win: float
    home_won: bool | None
    log_loss: float | None
    brier: float | None
    close_log_loss: float | None
    line_distance: float | None


class UnscoredPlayer(TableRow, frozen=True):
    """A player's forecast that counts, with his line in the box score."""

    prediction_id: int
    box_id: int
    game_id: int
    sport: str
    player_id: int
    seconds: int
    stats: dict[str, int]
    statistics: dict[str, Any]


def take_turn(connection: Connection, sport: str) -> None:
    """Wait until no other transaction writes the days of the sport."""
    connection.execute(_LOCK, (sport,))


def unscored(connection: Connection, since: datetime | None, limit: int) -> list[Unscored]:
    """Return up to `limit` forecasts that count and lack a score against the result in force, by game and contestant.

    since: results recorded earlier are left out.
    """
    with connection.cursor(row_factory=row_of(Unscored)) as cursor:
        return cursor.execute(_UNSCORED, {"since": since, "limit": limit}).fetchall()


def add_score(connection: Connection, row: Unscored, score: Score, at: datetime) -> bool:
    """Insert a score. False if there is one."""
    parameters = {
        "prediction": row.prediction_id,
        "result": row.result_id,
        "game": row.game_id,
        "contestant": row.contestant,
        "at": at,
        **asdict(score),
    }
    return connection.execute(_ADD_SCORE, parameters).rowcount == 1


def stale_days(connection: Connection, since: datetime | None) -> dict[str, date]:
    """Return by sport the first day that was made before one of its games got another result."""
    return {row["sport"]: row["first"] for row in connection.execute(_STALE, {"since": since})}


def in_force(connection: Connection, sport: str, since: date) -> list[ScoreRow]:
    """Return the scores against results in force, by contestant, day and game."""
    with connection.cursor(row_factory=row_of(ScoreRow)) as cursor:
        return cursor.execute(_IN_FORCE, {"sport": sport, "since": since}).fetchall()


def replace_days(
    connection: Connection, sport: str, since: date, days: Sequence[tuple[str, Daily]], at: datetime
) -> None:
    """Replace the days of a sport from `since` on."""
    connection.execute(_FORGET_DAYS, (sport, since))
    with connection.cursor() as cursor:
        cursor.executemany(
            _ADD_DAY,
            [{"sport": sport, "contestant": contestant, "at": at, **asdict(daily)} for contestant, daily in days],
        )


def unscored_players(
    connection: Connection, since: datetime, untimed: Collection[str], limit: int
) -> list[UnscoredPlayer]:
    """Return up to `limit` players' forecasts that count and lack a score against their box score.

    since: box scores that became known earlier are left out. untimed: sports whose box scores state no time played.
    """
    parameters = {"since": since, "untimed": list(untimed), "limit": limit}
    with connection.cursor(row_factory=row_of(UnscoredPlayer)) as cursor:
        return cursor.execute(_PLAYERS_UNSCORED, parameters).fetchall()


def add_player_scores(
    connection: Connection, scored: Sequence[tuple[UnscoredPlayer, dict[str, Any]]], at: datetime
) -> None:
    """Insert players' scores. Those that are there stay."""
    with connection.cursor() as cursor:
        cursor.executemany(
            _ADD_PLAYER_SCORE,
            [
                {
                    "prediction": row.prediction_id,
                    "box": row.box_id,
                    "game": row.game_id,
                    "player": row.player_id,
                    "at": at,
                    "scores": Jsonb(scores),
                }
                for row, scores in scored
            ],
        )


def last_player_scores(connection: Connection, sport: str, limit: int) -> Iterator[dict[str, Any]]:
    """Yield the scores of the latest forecasts of players against the box scores that count, the latest first."""
    for row in connection.execute(_LAST_PLAYER_SCORES, (sport, limit)):
        yield row["scores"]
