"""The SQL of the board."""

from datetime import date

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_SCORES = """
    SELECT score.contestant, score.game_id AS game, game.local_date, prediction.home_win, score.home_won,
           score.log_loss, score.brier, score.margin_crps, score.total_crps, score.inside_80, score.close_home_win,
           score.close_log_loss, score.bet, score.bet_price
    FROM prediction_scores score
    JOIN games game ON game.id = score.game_id AND game.result_id = score.result_id
    JOIN game_predictions prediction ON prediction.id = score.prediction_id
    WHERE game.sport = %(sport)s AND game.merged_into IS NULL
      AND (%(contestant)s::text IS NULL OR score.contestant = %(contestant)s)
      AND game.local_date BETWEEN %(first)s AND %(last)s
    ORDER BY score.contestant, game.commence_time, game.id
"""

_LAST_DAY = """
    SELECT game.local_date FROM games game
    WHERE game.sport = %(sport)s AND game.merged_into IS NULL
      AND (%(since)s::date IS NULL OR game.local_date >= %(since)s)
      AND (%(until)s::date IS NULL OR game.local_date < %(until)s)
      AND EXISTS (
        SELECT FROM prediction_scores score
        WHERE score.game_id = game.id AND score.result_id = game.result_id
          AND (%(contestant)s::text IS NULL OR score.contestant = %(contestant)s)
      )
    ORDER BY game.local_date DESC LIMIT 1
"""


class BoardScore(TableRow, frozen=True):
    """A score against the result in force."""

    contestant: str
    game: int
    local_date: date
    home_win: float
    home_won: bool | None
    log_loss: float | None
    brier: float | None
    margin_crps: float
    total_crps: float
    inside_80: float
    close_home_win: float | None
    close_log_loss: float | None
    bet: str | None
    bet_price: int | None


def scores(connection: Connection, sport: str, *, contestant: str | None, first: date, last: date) -> list[BoardScore]:
    """Return the scores in force of a sport's games from the first to the last day, by contestant and tip-off."""
    parameters = {"sport": sport, "contestant": contestant, "first": first, "last": last}
    with connection.cursor(row_factory=row_of(BoardScore)) as cursor:
        return cursor.execute(_SCORES, parameters).fetchall()


def last_day(
    connection: Connection, sport: str, *, contestant: str | None, since: date | None, until: date | None
) -> date | None:
    """Return the day of the latest game that was scored, from `since` on and before `until`. None if there is none."""
    parameters = {"sport": sport, "contestant": contestant, "since": since, "until": until}
    row = connection.execute(_LAST_DAY, parameters).fetchone()
    return None if row is None else row["local_date"]
