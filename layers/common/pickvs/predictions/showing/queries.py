"""The SQL of forecasts that are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.values import GameStatus

_GAME = SQL("game.id, sport, home_team, away_team, commence_time, status, home_score, away_score, merged_into")

_GAME_BY_ID = SQL("SELECT {game} FROM games game WHERE id = %s").format(game=_GAME)

_UPCOMING = SQL("""
    SELECT {game} FROM games game
    WHERE status = 'scheduled' AND merged_into IS NULL AND commence_time > %(at)s
      AND (%(sport)s::text IS NULL OR sport = %(sport)s)
      AND EXISTS (
        SELECT FROM game_predictions
        WHERE game_id = game.id AND (%(contestant)s::text IS NULL OR contestant = %(contestant)s)
      )
      AND (%(after_time)s::timestamptz IS NULL OR (commence_time, game.id) > (%(after_time)s, %(after_id)s::bigint))
    ORDER BY commence_time, game.id
    LIMIT %(limit)s
""").format(game=_GAME)

_FORECAST = SQL("""prediction.id, prediction.game_id, prediction.contestant, model.name AS model,
    version.number AS version, version.recipe, prediction.as_of, prediction.published_at, prediction.figures,
    prediction.line, prediction.contributions, prediction.features_sha256""")
_VERSIONED = SQL("""LEFT JOIN model_versions version ON version.id = prediction.version_id
    LEFT JOIN models model ON model.id = version.model_id""")

_LATEST = SQL("""
    SELECT {forecast}, prediction.distribution
    FROM (
      SELECT DISTINCT ON (game_id, contestant) * FROM game_predictions
      WHERE game_id = ANY(%(games)s) AND (%(contestant)s::text IS NULL OR contestant = %(contestant)s)
        AND (%(before)s::timestamptz IS NULL OR published_at < %(before)s)
      ORDER BY game_id, contestant, published_at DESC, id DESC
    ) prediction
    {versioned}
    ORDER BY prediction.game_id, prediction.contestant
""").format(forecast=_FORECAST, versioned=_VERSIONED)

# A forecast counts if no later one of its contestant came before the game began.
_HISTORY = SQL("""
    SELECT {forecast}, counts.counts, score.log_loss, score.brier, score.margin_crps, score.total_crps,
           score.close_log_loss, score.close_margin_crps
    FROM game_predictions prediction
    {versioned}
    JOIN games game ON game.id = prediction.game_id
    LEFT JOIN game_results result ON result.id = game.result_id
    CROSS JOIN LATERAL (
      SELECT prediction.published_at < coalesce(result.began_at, game.commence_time) AND NOT EXISTS (
        SELECT FROM game_predictions later
        WHERE later.game_id = prediction.game_id AND later.contestant = prediction.contestant
          AND (later.published_at, later.id) > (prediction.published_at, prediction.id)
          AND later.published_at < coalesce(result.began_at, game.commence_time)
      ) AS counts
    ) counts
    LEFT JOIN prediction_scores score ON score.prediction_id = prediction.id AND score.result_id = game.result_id
                                     AND result.outcome = 'final'
    WHERE prediction.game_id = %(game)s
      AND (%(after_time)s::timestamptz IS NULL
           OR (prediction.published_at, prediction.id) > (%(after_time)s, %(after_id)s::bigint))
    ORDER BY prediction.published_at, prediction.id
    LIMIT %(limit)s
""").format(forecast=_FORECAST, versioned=_VERSIONED)

_BEGAN = """
    SELECT coalesce(result.began_at, game.commence_time) AS began_at
    FROM games game LEFT JOIN game_results result ON result.id = game.result_id WHERE game.id = %s
"""


class GameRow(TableRow, frozen=True):
    """A game."""

    id: int
    sport: str
    home_team: str
    away_team: str
    commence_time: datetime
    status: GameStatus
    home_score: int | None
    away_score: int | None
    merged_into: int | None


class ForecastRow(TableRow, frozen=True):
    """A forecast of a game, and the version that made it."""

    id: int
    game_id: int
    contestant: str
    model: str | None
    version: int | None
    recipe: str | None
    as_of: datetime
    published_at: datetime
    figures: dict[str, Any]
    line: dict[str, Any] | None
    contributions: list[dict[str, Any]]
    features_sha256: str


class LatestRow(ForecastRow, frozen=True):
    """A contestant's latest forecast, with its distribution."""

    distribution: dict[str, Any]


class HistoryRow(ForecastRow, frozen=True):
    """A forecast, whether it counts, and what it scored against the result in force."""

    counts: bool
    log_loss: float | None
    brier: float | None
    margin_crps: float | None
    total_crps: float | None
    close_log_loss: float | None
    close_margin_crps: float | None


def game_by_id(connection: Connection, game_id: int) -> GameRow | None:
    """Return the game with this id, or None."""
    with connection.cursor(row_factory=row_of(GameRow)) as cursor:
        return cursor.execute(_GAME_BY_ID, (game_id,)).fetchone()


def began_at(connection: Connection, game_id: int) -> datetime | None:
    """Return when a game began: as a source has stated, otherwise as announced. None if there is no such game."""
    row = connection.execute(_BEGAN, (game_id,)).fetchone()
    return None if row is None else row["began_at"]


def upcoming(
    connection: Connection,
    *,
    at: datetime,
    sport: str | None,
    contestant: str | None,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[GameRow]:
    """Return up to `limit` games that begin after `at` and are forecast, by tip-off and id."""
    after_time, after_id = after or (None, None)
    parameters = {
        "at": at,
        "sport": sport,
        "contestant": contestant,
        "after_time": after_time,
        "after_id": after_id,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(GameRow)) as cursor:
        return cursor.execute(_UPCOMING, parameters).fetchall()


def latest(
    connection: Connection, games: Sequence[int], *, contestant: str | None = None, before: datetime | None = None
) -> list[LatestRow]:
    """Return each contestant's latest forecast of the games, published before a time, by game and contestant."""
    parameters = {"games": list(games), "contestant": contestant, "before": before}
    with connection.cursor(row_factory=row_of(LatestRow)) as cursor:
        return cursor.execute(_LATEST, parameters).fetchall()


def history(
    connection: Connection, game_id: int, *, after: tuple[datetime, int] | None, limit: int
) -> list[HistoryRow]:
    """Return up to `limit` forecasts of a game in the order in which they were published."""
    after_time, after_id = after or (None, None)
    parameters = {"game": game_id, "after_time": after_time, "after_id": after_id, "limit": limit}
    with connection.cursor(row_factory=row_of(HistoryRow)) as cursor:
        return cursor.execute(_HISTORY, parameters).fetchall()
