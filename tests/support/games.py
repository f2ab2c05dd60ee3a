"""The state of games in the test's database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

from tests.support.snapshot import row, rows


def game(url: str, game_id: int) -> dict[str, Any]:
    return row(url, "SELECT * FROM games WHERE id = %s", game_id)


def score(url: str, game_id: int) -> tuple[str, int | None, int | None]:
    """Return status and points, home side first."""
    now = game(url, game_id)
    return now["status"], now["home_score"], now["away_score"]


def ids(url: str) -> dict[str, int]:
    """Return the game of every provider id."""
    return {one["provider_id"]: one["game_id"] for one in rows(url, "SELECT * FROM game_provider_ids")}


def reasons(url: str, game_id: int) -> list[tuple[str, str | None]]:
    """Return all outcomes of a game, each with its reason."""
    found = rows(url, "SELECT outcome, reason FROM game_results WHERE game_id = %s ORDER BY id", game_id)
    return [(one["outcome"], one["reason"]) for one in found]


def results(url: str) -> list[tuple[str, int | None, int | None]]:
    """Return all results of all games, in order of recording."""
    found = rows(url, "SELECT * FROM game_results ORDER BY id")
    return [(one["outcome"], one["home_score"], one["away_score"]) for one in found]


def counted(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts that are not 0, without the number of games."""
    return {name: number for name, number in counts.items() if number and name != "games"}


def decide(url: str, outcome: str, home: int | None, away: int | None, *, status: str, at: datetime) -> None:
    """Write the rows that an administrator's decision on the only game would write."""
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
