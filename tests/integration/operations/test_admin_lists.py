"""GET /admin/audit-log and GET /admin/ingestion-runs through the deployed files: filters, order, pages, access."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from pickvs.core import clock
from pickvs.operations.administration.operator_commands.service import carry_out
from tests.support.administration import OVER, act, audit_log, ingestion_runs, make_admin
from tests.support.contest import Contest
from tests.support.gateway import Answer

type List = Callable[..., Answer]

HOUR = timedelta(hours=1)


@pytest.fixture
def admin(contest: Contest, database: str) -> int:
    return make_admin(contest, database)


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def pages(listing: List, admin: int, member: str, **query: str) -> Iterator[list[dict[str, Any]]]:
    cursor: dict[str, str] = {}
    while True:
        answer = listing(admin, **query, **cursor)
        assert answer.status == 200, answer.body
        yield answer.body[member]
        if answer.body["next_cursor"] is None:
            return
        cursor = {"cursor": answer.body["next_cursor"]}


@pytest.mark.parametrize("listing", [audit_log, ingestion_runs])
class TestAccess:
    def test_is_for_administrators(self, contest: Contest, listing: List) -> None:
        user = contest.user()
        for role in ("user", "admin"):
            listing(user, role=role).problem(403, "ROLE_REQUIRED")
        listing(99).problem(401, "UNAUTHENTICATED")

    def test_wrong_values(self, admin: int, listing: List) -> None:
        for query in ({"from": "2024-01-02T00:00:00Z", "to": "2024-01-01T00:00:00Z"}, {"limit": "0"}, {"nothing": "1"}):
            listing(admin, **query).problem(422, "INVALID_VALUE")
        for cursor in ("nonsense", "WzFd"):
            listing(admin, cursor=cursor).problem(422, "INVALID_CURSOR")


class TestAuditLog:
    @pytest.fixture
    def games(self, contest: Contest, database: str, admin: int) -> list[int]:
        """Six acts by two administrators on two games, one an hour, then a role granted by the operator."""
        other = make_admin(contest, database, "Another")
        games = [contest.game(), contest.game()]
        for turn in range(3):
            act(admin, "result", games[0], (turn, 9), at=OVER + 2 * turn * HOUR)
            act(other, "result", games[1], (turn, 9), at=OVER + (2 * turn + 1) * HOUR)
        contest.user("Ada")
        with clock.held_at(OVER + 6 * HOUR):
            carry_out({"command": "grant_role", "username": "ada", "role": "admin", "reason": "she is one of us"})
        return games

    def test_is_shown_from_the_newest_back(self, admin: int, games: list[int]) -> None:
        entries = audit_log(admin).body["entries"]
        assert [entry["at"] for entry in entries] == [stamp(OVER + hours * HOUR) for hours in range(6, -1, -1)]
        assert {name: entries[0][name] for name in ("actor", "action", "game_id", "subject", "reason")} == {
            "actor": None,
            "action": "grant_role",
            "game_id": None,
            "subject": "Ada",
            "reason": "she is one of us",
        }
        assert (entries[0]["before"], entries[0]["after"]) == ({"role": "user"}, {"role": "admin"})
        assert [entry["actor"] for entry in entries[1:]] == ["Another", "the-admin"] * 3

    def test_filters(self, admin: int, games: list[int]) -> None:
        def hours(**query: str) -> list[int]:
            entries = audit_log(admin, **query).body["entries"]
            return [(datetime.fromisoformat(entry["at"]) - OVER) // HOUR for entry in entries]

        assert hours(actor="aNOTHER") == [5, 3, 1]
        assert hours(actor="nobody-of-that-name") == []
        assert hours(action="grant_role") == hours(subject="ADA") == [6]
        assert hours(game_id=str(games[0])) == [4, 2, 0]
        assert hours(game_id=str(games[0]), actor="another") == []
        assert hours(**{"from": stamp(OVER + HOUR), "to": stamp(OVER + 4 * HOUR)}) == [3, 2, 1]
        assert hours(action="set_result", **{"from": stamp(OVER + 5 * HOUR)}) == [5]

    def test_pages(self, admin: int, games: list[int]) -> None:
        for query in ({}, {"actor": "the-admin"}, {"action": "set_result"}):
            whole = audit_log(admin, **query).body["entries"]
            paged = list(pages(audit_log, admin, "entries", limit="2", **query))
            assert [entry for page in paged for entry in page] == whole
            assert all(len(page) == 2 for page in paged[:-1])

    def test_entries_of_one_moment_are_told_apart(self, contest: Contest, admin: int) -> None:
        game = contest.game()
        for home in range(5):
            act(admin, "result", game, (home, 9))
        found = [
            entry["after"]["home_score"] for page in pages(audit_log, admin, "entries", limit="2") for entry in page
        ]
        assert found == [4, 3, 2, 1, 0]

    def test_wrong_filters(self, admin: int) -> None:
        for query in ({"actor": "x"}, {"action": "delete"}, {"game_id": "0"}, {"subject": "a b c"}):
            audit_log(admin, **query).problem(422, "INVALID_VALUE")


class TestIngestionRuns:
    @pytest.fixture
    def made(self, database: str) -> None:
        """Eight runs, two an hour: both jobs, two sports, every status."""
        states = ("succeeded", "partial", "failed", "running")
        with psycopg.connect(database) as connection:
            for number in range(8):
                status, at = states[number // 2], OVER + number // 2 * HOUR
                connection.execute(
                    """
                    INSERT INTO ingestion_runs (job, sport, trigger_id, status, attempt, started_at, finished_at,
                                                request, http_status, credits_used, credits_remaining, credits_last,
                                                raw_object, counts, skipped, error_code, error)
                    VALUES (%s, %s, %s, %s, 2, %s, %s, %s, 200, 10, -1, 3, 'odds_api/1.json.gz', %s, %s, %s, %s)
                    """,
                    (
                        ("fetch_odds", "process_results")[number % 2],
                        "basketball_nba",
                        f"event-{number}",
                        status,
                        at,
                        None if status == "running" else at + timedelta(seconds=3),
                        Jsonb({"path": "/v4/x", "parameters": {"regions": "us"}}),
                        Jsonb({"games": 4, "skipped": 1}),
                        Jsonb([{"why": "unreadable", "provider_id": None}]),
                        "RATE_LIMITED" if status == "failed" else None,
                        "slow down" if status == "failed" else None,
                    ),
                )

    def test_everything_is_shown(self, admin: int, made: None) -> None:
        [run] = ingestion_runs(admin, status="failed", job="fetch_odds").body["runs"]
        assert run.pop("id") > 0
        assert run == {
            "job": "fetch_odds",
            "sport": "basketball_nba",
            "trigger_id": "event-4",
            "status": "failed",
            "attempt": 2,
            "started_at": stamp(OVER + 2 * HOUR),
            "finished_at": stamp(OVER + 2 * HOUR + timedelta(seconds=3)),
            "request": {"path": "/v4/x", "parameters": {"regions": "us"}},
            "http_status": 200,
            "credits_used": 10,
            "credits_remaining": -1,
            "credits_last": 3,
            "raw_object": "odds_api/1.json.gz",
            "counts": {"games": 4, "skipped": 1},
            "skipped": [{"why": "unreadable", "provider_id": None}],
            "error_code": "RATE_LIMITED",
            "error": "slow down",
        }

    def test_order_and_filters(self, admin: int, made: None) -> None:
        def triggers(**query: str) -> list[int]:
            return [int(run["trigger_id"][-1]) for run in ingestion_runs(admin, **query).body["runs"]]

        assert triggers() == triggers(sport="basketball_nba") == [7, 6, 5, 4, 3, 2, 1, 0]
        assert triggers(job="process_results") == [7, 5, 3, 1]
        assert triggers(status="running") == [7, 6]
        assert triggers(**{"from": stamp(OVER + HOUR), "to": stamp(OVER + 3 * HOUR)}) == [5, 4, 3, 2]
        assert triggers(job="fetch_odds", to=stamp(OVER + HOUR)) == [0]
        assert [run["finished_at"] for run in ingestion_runs(admin, status="running").body["runs"]] == [None, None]

    def test_pages(self, admin: int, made: None) -> None:
        whole = ingestion_runs(admin).body["runs"]
        paged = list(pages(ingestion_runs, admin, "runs", limit="3"))
        assert [run for page in paged for run in page] == whole
        assert [len(page) for page in paged] == [3, 3, 2]

    def test_wrong_filters(self, admin: int) -> None:
        for query in ({"job": "migrate"}, {"status": "done"}, {"sport": "chess"}, {"from": "yesterday"}):
            ingestion_runs(admin, **query).problem(422, "INVALID_VALUE")
