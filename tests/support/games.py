"""What has become of games in the database of the test."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

from tests.support.snapshot import row, rows


def game(url: str, game_id: int) -> dict[str, Any]:
    return row(url, "SELECT * FROM games WHERE id = %s", game_id)


def score(url: str, game_id: int) -> tuple[str, int | None, int | None]:
    """Status and points, home first."""
    now = game(url, game_id)
    return now["status"], now["home_score"], now["away_score"]


def ids(url: str) -> dict[str, int]:
    """What every provider id stands for."""
    return {one["provider_id"]: one["game_id"] for one in rows(url, "SELECT * FROM game_provider_ids")}


def reasons(url: str, game_id: int) -> list[tuple[str, str | None]]:
    """The outcomes that a game has had, each with its reason."""
    found = rows(url, "SELECT outcome, reason FROM game_results WHERE game_id = %s ORDER BY id", game_id)
    return [(one["outcome"], one["reason"]) for one in found]


def results(url: str) -> list[tuple[str, int | None, int | None]]:
    """All results of all games, in the order of recording."""
    found = rows(url, "SELECT * FROM game_results ORDER BY id")
    return [(one["outcome"], one["home_score"], one["away_score"]) for one in found]


def counted(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts that are not 0, without the number of games named."""
    return {name: number for name, number in counts.items() if number and name != "games"}


def decide(url: str, outcome: str, home: int | None, away: int | None, *, status: str, at: datetime) -> None:
    """Leave in the database what an administrator's decision on its only game leaves there."""
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            WITH said AS (
              INSERT INTO game_results (game_id, outcome, home_score, away_score, source, reason, recorded_at)
              SELECT id, %(outcome)s, %(home)s, %(away)s, 'admin:ann', 'the league said so', %(at)s FROM games
              RETURNING id
            )
            UPDATE games SET status = %(status)s, home_score = %(home)s, away_score = %(away)s, result_id = said.id
            FROM said
            """,
            {"outcome": outcome, "home": home, "away": away, "status": status, "at": at},
        )
