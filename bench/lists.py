"""Benchmarks the last page of each list and board against its first, with a recorded season in the database."""

import statistics
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from bench.table import Line
from pickvs.core import clock
from pickvs.ingestion.settling import settle
from pickvs.markets.providers import odds_api
from tests.support.databases import Databases
from tests.support.evening import PASSWORD_HASH
from tests.support.gateway import Answer, call
from tests.support.ingestion import ingesting
from tests.support.season import SCORES_AFTER, Playback, parse, read_season

SEASON = Path(__file__).parents[2] / "shared" / "data"
USERS, PICKS_OF_EACH, PAGE, ROUNDS = 2_000, 75, 50, 31
LIMIT = 1.5
_FEW = 10  # page size for lists that stay short in one season

_PICKS = """
    INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at)
    SELECT users.id, quote.game_id, quote.market, quote.selection, quote.id, quote.line, quote.price,
           0.5 + 0.5 * ((users.id + quote.game_id) %% 10), quote.captured_at
    FROM users
    CROSS JOIN LATERAL (
      -- Of each game the user's turn comes round to, the quotes of the side that is theirs.
      SELECT DISTINCT ON (quote.game_id, quote.market) quote.*
      FROM games game
      JOIN quotes quote ON quote.game_id = game.id AND quote.captured_at < game.commence_time
      WHERE (game.id * 7919 + users.id * 104729) %% %(games)s < %(turns)s
        AND (quote.selection IN ('home', 'over')) = ((users.id + game.id) %% 2 = 0)
      ORDER BY quote.game_id, quote.market, quote.captured_at DESC
    ) quote
"""


@dataclass
class Listing:
    """A list, and how to request it."""

    what: str
    operation: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    user: tuple[int, str] | None = None
    role: str = "user"
    page: int = PAGE

    def ask(self, cursor: str | None = None) -> Answer:
        query = self.query | {"limit": str(self.page)} | ({"cursor": cursor} if cursor else {})
        answer = call(self.operation, "GET", self.path, query=query, user=self.user, role=self.role)
        assert answer.status == 200, answer.body
        return answer

    def last_full_page(self) -> tuple[str, int]:
        """Read all pages. Return the cursor of the last full page, and its number."""
        cursor, pages = self.ask().body["next_cursor"], 1
        assert cursor, f"{self.what}: there is but one page"
        while True:
            following = self.ask(cursor).body["next_cursor"]
            pages += 1
            if following is None or self.ask(following).body["next_cursor"] is None:
                return cursor, pages
            cursor = following

    def measure(self) -> list[Line]:
        """Time the first and the last full page in turn and report the medians."""
        cursor, pages = self.last_full_page()
        times: dict[str | None, list[float]] = {None: [], cursor: []}
        for _ in range(ROUNDS):
            for place, taken in times.items():
                started = time.perf_counter()
                self.ask(place)
                taken.append(time.perf_counter() - started)
        first, last = statistics.median(times[None]), statistics.median(times[cursor])
        return [
            Line(f"{self.what}: first page of {self.page}", first),
            Line(f"{self.what}: page {pages:,}", last, ratio=last / first, limit=LIMIT),
        ]


def measure(databases: Databases) -> list[Line]:
    """Play the season without picks, then place and settle all picks at once, then time the lists."""
    if not SEASON.is_dir():
        return []
    season = read_season(SEASON)
    fullest, _ = max(season.mornings, key=lambda morning: sum(bool(event["bookmakers"]) for event in morning[1]))
    end = season.mornings[-1][0] + SCORES_AFTER
    lines: list[Line] = []
    patience = odds_api.PATIENCE
    with (
        pytest.MonkeyPatch.context() as patch,
        databases.fresh() as url,
        databases.in_use(url),
        ingesting(url, patch) as surroundings,
    ):
        patch.setattr(odds_api, "PATIENCE", patience)
        patch.setenv("LOCK_MARGIN_SECONDS", "0")
        patch.setenv("MAX_ODDS_AGE_HOURS", "26")
        for morning in Playback(season, surroundings.server).mornings():
            if morning == fullest:
                with clock.held_at(morning):
                    upcoming = Listing(
                        "GET /games/upcoming", "list_upcoming_games", "/games/upcoming", user=(1, "bench"), page=_FEW
                    )
                    lines += upcoming.measure()
        user = _place_and_settle(url, end)
        with clock.held_at(end):
            for listing in _lists(url, user):
                lines += listing.measure()
    return lines


def _place_and_settle(url: str, at: datetime) -> tuple[int, str]:
    """Place and settle every user's picks, and return the user with the most picks."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute(
            """
            INSERT INTO users (username, email, password_hash, created_at)
            SELECT 'user-' || n, 'user-' || n || '@example.com', %s, %s FROM generate_series(1, %s) n
            """,
            (PASSWORD_HASH, parse("2023-10-01T00:00:00+00:00"), USERS),
        )
        games = _value(connection, "SELECT count(*) FROM games")
        connection.execute(_PICKS, {"games": games, "turns": PICKS_OF_EACH // 3})
        connection.execute("UPDATE games SET settled_result_id = NULL")
        with clock.held_at(at):
            settle(connection, at)
        busiest = connection.execute(
            "SELECT id, username FROM users ORDER BY (SELECT count(*) FROM picks WHERE user_id = users.id) DESC LIMIT 1"
        ).fetchone()
        assert busiest is not None
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return busiest["id"], busiest["username"]


def _lists(url: str, user: tuple[int, str]) -> list[Listing]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        game = _value(
            connection, "SELECT game_id AS count FROM bookmaker_odds GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        connection.execute("UPDATE users SET role = 'admin' WHERE id = %s", (user[0],))
        connection.execute(
            """
            INSERT INTO audit_log (at, actor_id, action, game_id, result_id, reason, before, after)
            SELECT recorded_at, %s, 'set_result', game_id, id, 'bench', '{}', '{}' FROM game_results
            """,
            (user[0],),
        )
    found = [
        Listing("GET /games", "list_games", "/games"),
        Listing("GET /games?sort=-commence_time", "list_games", "/games", {"sort": "-commence_time"}),
        Listing("GET /games/{id}/odds", "get_line_history", f"/games/{game}/odds"),
        Listing("GET /picks/me", "list_my_picks", "/picks/me", user=user, page=_FEW),
        Listing("GET /picks/public", "list_public_picks", "/picks/public"),
        Listing("GET /picks/public?market=total", "list_public_picks", "/picks/public", {"market": "total"}),
        Listing("GET /users/me/export", "export_me", "/users/me/export", user=user, page=_FEW),
        Listing("GET /admin/ingestion-runs", "list_ingestion_runs", "/admin/ingestion-runs", user=user, role="admin"),
        Listing("GET /admin/audit-log", "list_audit_log", "/admin/audit-log", user=user, role="admin"),
    ]
    for period in ("all", "season"):
        # Without `clv`: the recordings end hours before tip-off, so no pick has a closing line.
        for sort in ("units", "roi", "skill"):
            query = {"period": period, "sort": sort}
            found.append(
                Listing(f"GET /leaderboard?period={period}&sort={sort}", "get_leaderboard", "/leaderboard", query)
            )
    return found


def _value(connection: psycopg.Connection[dict[str, Any]], query: Any) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row["count"])
