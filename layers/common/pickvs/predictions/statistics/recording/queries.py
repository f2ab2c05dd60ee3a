"""The SQL of recording box scores, past games and kinds of games."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.predictions.statistics.recording.rules import Stated

# A result in force that is final, of a game that is over. In review, or reopened, it has none.
_GAMES = """
    SELECT game.id, game.home_team_id, game.away_team_id, game.local_date,
           coalesce(result.began_at, game.commence_time) AS starts_at, game.day_number AS number,
           result.home_score AS home_points, result.away_score AS away_points, NULL::bigint AS season
    FROM games game
    LEFT JOIN game_results result
      ON result.id = game.result_id AND result.outcome = 'final' AND game.status = 'finished'
    WHERE game.sport = %(sport)s AND game.local_date BETWEEN %(first)s AND %(last)s AND game.merged_into IS NULL
      AND game.home_team_id IS NOT NULL
    UNION ALL
    SELECT past.id, past.home_team_id, past.away_team_id, past.local_date, past.starts_at, past.day_number,
           result.home_points, result.away_points, past.season
    FROM past_games past
    LEFT JOIN LATERAL (
      SELECT home_points, away_points FROM past_results WHERE game_id = past.id ORDER BY version DESC LIMIT 1
    ) result ON true
    WHERE past.sport = %(sport)s AND past.local_date BETWEEN %(first)s AND %(last)s
    ORDER BY id
"""

_PHASES = """
    SELECT DISTINCT ON (game_id) game_id, phase, phase_source, is_neutral, neutral_source FROM game_phases
    WHERE game_id = ANY(%s)
    ORDER BY game_id, version DESC
"""

_PHASE = """
    INSERT INTO game_phases (game_id, version, phase, phase_source, is_neutral, neutral_source, known_at)
    SELECT %(game)s, coalesce(max(version), 0) + 1, %(phase)s, %(phase_source)s, %(is_neutral)s, %(neutral_source)s,
           %(at)s
    FROM game_phases
    WHERE game_id = %(game)s
"""

_PAST_GAME = """
    INSERT INTO past_games (sport, season, local_date, day_number, home_team_id, away_team_id, starts_at, phase,
                            is_neutral, recorded_at)
    VALUES (%(sport)s, %(season)s, %(local_date)s, %(number)s, %(home)s, %(away)s, %(starts_at)s, %(phase)s,
            %(is_neutral)s, %(at)s)
    RETURNING id
"""

# A correction of the score says nothing of the line at which the market closed: that stays.
_PAST_RESULT = """
    INSERT INTO past_results (game_id, version, home_points, away_points, spread, total, home_moneyline, away_moneyline,
                              source, known_at, recorded_at, run_id)
    SELECT %(game)s, coalesce(latest.version, 0) + 1, %(home)s, %(away)s, latest.spread, latest.total,
           latest.home_moneyline, latest.away_moneyline, %(source)s,
           CASE WHEN latest.version IS NULL THEN %(known_at)s ELSE %(at)s END, %(at)s, %(run)s
    FROM (VALUES (0)) AS one
    LEFT JOIN LATERAL (
      SELECT * FROM past_results WHERE game_id = %(game)s ORDER BY version DESC LIMIT 1
    ) latest ON true
    WHERE (latest.home_points, latest.away_points) IS DISTINCT FROM (%(home)s, %(away)s)
"""

_BOX = """
    INSERT INTO box_scores (game_id, version, sport, season, state, reasons, source, confirmed_by, home_points,
                            away_points, proposal, checksum, event_time, known_at, recorded_at, run_id)
    VALUES (%(game)s, %(version)s, %(sport)s, %(season)s, %(state)s, %(reasons)s, %(source)s, %(confirmed_by)s,
            %(home_points)s, %(away_points)s, %(proposal)s, %(checksum)s, %(event_time)s, %(known_at)s, %(at)s, %(run)s)
    RETURNING id
"""

_TEAM_LINE = """
    INSERT INTO team_games (box_id, game_id, season, version, team_id, opponent_id, is_home, points, stats, source,
                            known_at)
    VALUES (%(box)s, %(game)s, %(season)s, %(version)s, %(team)s, %(opponent)s, %(is_home)s, %(points)s, %(stats)s,
            %(source)s, %(known_at)s)
"""

_PLAYER_LINES = """
    INSERT INTO player_games (box_id, game_id, season, version, player_id, team_id, opponent_id, is_home, seconds,
                              stats, source, known_at)
    SELECT %(box)s, %(game)s, %(season)s, %(version)s, line.player, line.team, line.opponent, line.is_home,
           line.seconds, line.stats, %(source)s, %(known_at)s
    FROM unnest(%(players)s::bigint[], %(teams)s::bigint[], %(opponents)s::bigint[], %(are_home)s::boolean[],
                %(all_seconds)s::bigint[], %(all_stats)s::jsonb[])
         AS line (player, team, opponent, is_home, seconds, stats)
    ORDER BY line.player
"""

_LACKING = """
    SELECT game.id
    FROM games game
    JOIN game_results result ON result.id = game.result_id AND result.outcome = 'final'
    WHERE game.id = ANY(%s) AND game.status = 'finished'
      AND NOT EXISTS (SELECT FROM box_scores_current box WHERE box.game_id = game.id)
    UNION ALL
    SELECT past.id
    FROM past_games past
    WHERE past.id = ANY(%s) AND NOT EXISTS (SELECT FROM box_scores_current box WHERE box.game_id = past.id)
"""


class GameRow(TableRow, frozen=True):
    """A game with its result in force. season: None where the day tells it. Points: None without a final."""

    id: int
    home_team_id: int
    away_team_id: int
    local_date: date
    starts_at: datetime
    number: int
    home_points: int | None
    away_points: int | None
    season: int | None


class VersionRow(TableRow, frozen=True):
    """The latest version of a game's box score."""

    version: int
    state: str
    source: str
    home_points: int
    away_points: int
    checksum: bytes


def take_turn(connection: Connection, sport: str) -> None:
    """Wait until no other transaction records statistics of the sport. Held until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-statistics:' || %s, 0))", (sport,))


def games_between(connection: Connection, sport: str, first: date, last: date) -> list[GameRow]:
    """Return the games of these league-local days, past ones among them, by id."""
    with connection.cursor(row_factory=row_of(GameRow)) as cursor:
        return cursor.execute(_GAMES, {"sport": sport, "first": first, "last": last}).fetchall()


def first_day(connection: Connection, sport: str) -> date | None:
    """Return the day of the first game that the platform knew beforehand. None if there is none."""
    row = connection.execute(
        "SELECT min(local_date) AS day FROM games WHERE sport = %s AND home_team_id IS NOT NULL", (sport,)
    ).fetchone()
    return None if row is None else row["day"]


def ensure_season(connection: Connection, sport: str, season: int, days: tuple[date, date], at: datetime) -> None:
    """Insert a season that is not there."""
    connection.execute(
        "INSERT INTO seasons (sport, season, starts_on, ends_on, recorded_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (sport, season, *days, at),
    )


def phases(connection: Connection, games: Collection[int]) -> dict[int, Stated]:
    """Return kind and place of games, by game. Games of which nothing is told are left out."""
    rows = connection.execute(_PHASES, (list(games),)).fetchall()
    return {
        row["game_id"]: Stated(row["phase"], row["phase_source"], row["is_neutral"], row["neutral_source"])
        for row in rows
    }


def note_phase(connection: Connection, game: int, stated: Stated, at: datetime) -> None:
    """Record kind and place of a game, which are not what is known."""
    values = {
        "game": game,
        "phase": stated.phase,
        "phase_source": stated.phase_source,
        "is_neutral": stated.is_neutral,
        "neutral_source": stated.neutral_source,
        "at": at,
    }
    connection.execute(_PHASE, values)


def insert_past_game(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a past game, and return its id."""
    row = connection.execute(_PAST_GAME, values).fetchone()
    assert row is not None  # noqa: S101 - RETURNING always yields the inserted row
    return int(row["id"])


def note_past_result(connection: Connection, values: dict[str, Any]) -> int:
    """Record a past game's result, if it is not what is known. Return the number of rows written."""
    return connection.execute(_PAST_RESULT, values).rowcount


def past_score_source(connection: Connection, game: int) -> str | None:
    """Return which source told the score of a past game that is in force. None if there is none."""
    row = connection.execute(
        "SELECT source FROM past_results WHERE game_id = %s ORDER BY version DESC LIMIT 1", (game,)
    ).fetchone()
    return None if row is None else str(row["source"])


def latest_version(connection: Connection, game: int) -> VersionRow | None:
    """Return the latest version of a game's box score. None if there is none."""
    with connection.cursor(row_factory=row_of(VersionRow)) as cursor:
        return cursor.execute(
            "SELECT version, state, source, home_points, away_points, checksum FROM box_scores"
            " WHERE game_id = %s ORDER BY version DESC LIMIT 1",
            (game,),
        ).fetchone()


def insert_box(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a version of a box score, and return its id."""
    proposal = values["proposal"]
    row = connection.execute(_BOX, {**values, "proposal": None if proposal is None else Jsonb(proposal)}).fetchone()
    assert row is not None  # noqa: S101 - RETURNING always yields the inserted row
    return int(row["id"])


def insert_team_line(connection: Connection, values: dict[str, Any]) -> None:
    """Insert a team's line."""
    connection.execute(_TEAM_LINE, {**values, "stats": Jsonb(values["stats"])})


def insert_player_lines(connection: Connection, values: dict[str, Any], lines: Sequence[dict[str, Any]]) -> None:
    """Insert the lines of players. lines: player, team, opponent, is_home, seconds and stats of each."""
    arrays = {
        "players": [line["player"] for line in lines],
        "teams": [line["team"] for line in lines],
        "opponents": [line["opponent"] for line in lines],
        "are_home": [line["is_home"] for line in lines],
        "all_seconds": [line["seconds"] for line in lines],
        "all_stats": [Jsonb(line["stats"]) for line in lines],
    }
    connection.execute(_PLAYER_LINES, {**values, **arrays})


def lacking(connection: Connection, games: Collection[int]) -> set[int]:
    """Return those of the settled games whose latest box score is not final, or not of the score in force."""
    return {row["id"] for row in connection.execute(_LACKING, (list(games), list(games)))}
