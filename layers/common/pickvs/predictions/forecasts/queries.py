"""The SQL of publishing: champions, states that were kept, and forecasts, which are only added."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.predictions.explaining.rules import in_words
from pickvs.predictions.forecasts.players.rules import MadeOfPlayer
from pickvs.predictions.forecasts.rules import Made, TeamRating, figures, line_to_json

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('forecasts of ' || %s, 0))"

_HOLD = "SELECT game_id, commence_time FROM hold_games_to_come(%s)"

# What is equal to the last word of the same contestant is said already. A second delivery adds nothing. Nor does a run
# that was overtaken by one that knew more: the last word is the one that counts.
_PUBLISH_GAMES = """
    INSERT INTO game_predictions (game_id, contestant, version_id, as_of, published_at, starts_at, distribution,
                                  figures, home_win, line, contributions, features_sha256)
    SELECT said.game_id, said.contestant, said.version_id, %(as_of)s, %(at)s, said.starts_at, said.distribution,
           said.figures, said.home_win, said.line, said.contributions, said.features
    FROM unnest(%(games)s::bigint[], %(contestants)s::text[], %(versions)s::bigint[], %(starts)s::timestamptz[],
                %(distributions)s::jsonb[], %(figures)s::jsonb[], %(home_wins)s::float8[], %(lines)s::jsonb[],
                %(contributions)s::jsonb[], %(features)s::text[])
         AS said (game_id, contestant, version_id, starts_at, distribution, figures, home_win, line, contributions,
                  features)
    LEFT JOIN LATERAL (
      SELECT version_id, features_sha256, line, as_of FROM game_predictions earlier
      WHERE earlier.game_id = said.game_id AND earlier.contestant = said.contestant
      ORDER BY published_at DESC, id DESC LIMIT 1
    ) last ON true
    WHERE ((last.version_id, last.features_sha256) IS DISTINCT FROM (said.version_id, said.features)
           OR last.line IS DISTINCT FROM said.line)
      AND (last.as_of IS NULL OR last.as_of <= %(as_of)s)
    ORDER BY said.game_id, said.contestant
    ON CONFLICT DO NOTHING
"""

_PUBLISH_PLAYERS = """
    INSERT INTO player_predictions (game_id, player_id, team, version_id, as_of, published_at, starts_at, statistics,
                                    to_play, features_sha256)
    SELECT said.game_id, said.player_id, said.team, %(version)s, %(as_of)s, %(at)s, said.starts_at, said.statistics,
           said.to_play, said.features
    FROM ROWS FROM (
      unnest(%(games)s::bigint[], %(players)s::bigint[], %(teams)s::text[], %(starts)s::timestamptz[],
             %(to_play)s::float8[], %(features)s::text[]),
      jsonb_array_elements(%(statistics)s)
    ) AS said (game_id, player_id, team, starts_at, to_play, features, statistics)
    LEFT JOIN LATERAL (
      SELECT version_id, features_sha256, as_of FROM player_predictions earlier
      WHERE earlier.player_id = said.player_id AND earlier.game_id = said.game_id
      ORDER BY published_at DESC, id DESC LIMIT 1
    ) last ON true
    WHERE (last.version_id, last.features_sha256) IS DISTINCT FROM (%(version)s, said.features)
      AND (last.as_of IS NULL OR last.as_of <= %(as_of)s)
    ORDER BY said.game_id, said.player_id
    ON CONFLICT DO NOTHING
"""

# The first run of a day has the word; later ones of the day know no more results.
_NOTE_RATINGS = """
    INSERT INTO team_ratings (sport, day, team, version_id, as_of, rating, rating_sd, line_rating, line_rating_sd, elo,
                              games)
    SELECT %(sport)s, %(day)s, team, %(version)s, %(as_of)s, rating, rating_sd, line_rating, line_rating_sd, elo, games
    FROM unnest(%(teams)s::text[], %(ratings)s::float8[], %(rating_sds)s::float8[], %(line_ratings)s::float8[],
                %(line_rating_sds)s::float8[], %(elos)s::float8[], %(games)s::bigint[])
         AS said (team, rating, rating_sd, line_rating, line_rating_sd, elo, games)
    WHERE NOT EXISTS (SELECT FROM team_ratings noted WHERE noted.sport = %(sport)s AND noted.day = %(day)s)
    ORDER BY team
    ON CONFLICT DO NOTHING
"""

_FORECAST = """
    SELECT DISTINCT game_id FROM game_predictions WHERE game_id = ANY(%s) AND contestant = %s
"""


class Held(TableRow, frozen=True):
    """A game to come, whose row is locked."""

    game_id: int
    commence_time: datetime


def take_turn(connection: Connection, sport: str) -> None:
    """Wait until no other transaction publishes forecasts of the sport."""
    connection.execute(_LOCK, (sport,))


def hold_games_to_come(connection: Connection, ids: Collection[int]) -> list[Held]:
    """Lock the games until the transaction ends, and return those that have not begun, by id."""
    with connection.cursor(row_factory=row_of(Held)) as cursor:
        return cursor.execute(_HOLD, [sorted(ids)]).fetchall()


def publish_games(
    connection: Connection, made: Sequence[Made], starts: dict[int, datetime], as_of: datetime, at: datetime
) -> int:
    """Insert forecasts that say something else than the contestant's last, and return their number."""
    parameters: dict[str, Any] = {
        "as_of": as_of,
        "at": at,
        "games": [each.game for each in made],
        "contestants": [each.contestant for each in made],
        "versions": [each.version for each in made],
        "starts": [starts[each.game] for each in made],
        "distributions": [Jsonb(each.joint.to_json()) for each in made],
        "figures": [Jsonb(figures(each.joint, each.home_win)) for each in made],
        "home_wins": [each.home_win for each in made],
        "lines": [None if each.line is None else Jsonb(line_to_json(each.line)) for each in made],
        "contributions": [Jsonb(_contributions(each)) for each in made],
        "features": [each.features_sha256 for each in made],
    }
    return connection.execute(_PUBLISH_GAMES, parameters).rowcount


def publish_players(
    connection: Connection,
    version: int,
    made: Sequence[MadeOfPlayer],
    starts: dict[int, datetime],
    as_of: datetime,
    at: datetime,
) -> int:
    """Insert forecasts of players that say something else than the last, and return their number."""
    parameters: dict[str, Any] = {
        "version": version,
        "as_of": as_of,
        "at": at,
        "games": [each.game for each in made],
        "players": [each.player for each in made],
        "teams": [each.team for each in made],
        "starts": [starts[each.game] for each in made],
        "statistics": Jsonb([dict(each.statistics) for each in made]),
        "to_play": [each.to_play for each in made],
        "features": [each.features_sha256 for each in made],
    }
    return connection.execute(_PUBLISH_PLAYERS, parameters).rowcount


def note_ratings(
    connection: Connection, sport: str, day: date, version: int, ratings: Sequence[TeamRating], as_of: datetime
) -> None:
    """Insert the teams' ratings before a day, unless the day has some."""
    parameters: dict[str, Any] = {
        "sport": sport,
        "day": day,
        "version": version,
        "as_of": as_of,
        "teams": [each.team for each in ratings],
        "ratings": [each.rating for each in ratings],
        "rating_sds": [each.rating_sd for each in ratings],
        "line_ratings": [each.line_rating for each in ratings],
        "line_rating_sds": [each.line_rating_sd for each in ratings],
        "elos": [each.elo for each in ratings],
        "games": [each.games for each in ratings],
    }
    connection.execute(_NOTE_RATINGS, parameters)


def games_with_forecasts(connection: Connection, games: Collection[int], contestant: str) -> set[int]:
    """Return which of the games a contestant has forecast."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return set(cursor.execute(_FORECAST, [list(games), contestant]).fetchall())


def _contributions(made: Made) -> list[dict[str, Any]]:
    return [
        {
            "feature": each.feature,
            "value": round(each.value, 4),
            "points": round(each.points, 2),
            "words": in_words(each.feature, each.value, each.points),
        }
        for each in made.contributions
    ]
