"""GET /admin/attention costs the server what is in trouble, and not what is stored."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.agenda.reading import undone_work
from pickvs.jobs.reading import bad_runs
from pickvs.markets.scores.reading import overdue_games
from pickvs.notices.delivery.queries import MOST_READ
from pickvs.notices.delivery.reading import given_up
from pickvs.operations.administration.attention.rules import MOST_ENTRIES, MOST_EVENTS, UNREADABLE_PERCENT, WINDOW
from pickvs.operations.administration.reviews.queries import longest_waiting
from tests.support.contest import TIP_OFF
from tests.support.databases import Databases
from tests.support.evening import fill
from tests.support.plans import Recording, Rows, blocks, rows_read

# One process fills the database, once.
pytestmark = pytest.mark.xdist_group("cost of attention")

NOW = TIP_OFF + timedelta(hours=12)
SPORTS = ("basketball_nba", "icehockey_nhl")
JOBS = ("fetch_odds", "process_results")

QUESTIONS: dict[str, tuple[Callable[[Rows], list[object]], int]] = {
    "runs": (
        lambda made: bad_runs(made, JOBS, SPORTS, since=NOW - WINDOW, at=NOW, unreadable_percent=UNREADABLE_PERCENT),
        200,
    ),
    "unsettled games": (lambda made: overdue_games(made, NOW, MOST_ENTRIES), 20),
    "games in review": (lambda made: longest_waiting(made, "game", limit=MOST_ENTRIES), 60),
    "events": (lambda made: longest_waiting(made, "event", seen_since=NOW - WINDOW, limit=MOST_EVENTS), 20),
    "work": (lambda made: undone_work(made, NOW, MOST_ENTRIES), 30),
    "mails": (lambda made: given_up(made, "email", NOW - WINDOW, MOST_ENTRIES), 10),
    "calls of webhooks": (lambda made: given_up(made, "webhook", NOW - WINDOW, MOST_ENTRIES), 10),
}
"""The readings, each with the most blocks that it may read when there is nothing in trouble."""


@pytest.fixture(scope="module")
def connection(databases: Databases) -> Iterator[Rows]:
    """A stage in its second season: 2,500 games, 20,000 runs, 40,000 deliveries, and 300 games to come."""
    with databases.fresh() as url:
        fill(url, games=1, users=20, picks=0, tip_off=NOW)
        with psycopg.connect(url, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as made:
            made.execute(
                """
                WITH game AS (
                  INSERT INTO games (sport, home_team, away_team, local_date, commence_time, status, created_at,
                                     updated_at)
                  SELECT 'basketball_nba', 'One ' || n, 'Another ' || n, (%(at)s - n * interval '2 hours')::date,
                         %(at)s - n * interval '2 hours',
                         CASE WHEN n < 0 THEN 'scheduled' ELSE 'postponed' END::game_status, %(at)s, %(at)s
                  FROM generate_series(-300, 2200) n
                )
                INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at, counts)
                SELECT (ARRAY['fetch_odds', 'process_results'])[1 + n %% 2], 'basketball_nba', 'succeeded',
                       %(at)s - n * interval '15 minutes', %(at)s - n * interval '15 minutes', '{"skipped_percent": 0}'
                FROM generate_series(1, 20000) n
                """,
                {"at": NOW},
            )
            made.execute(
                """
                WITH notice AS (
                  INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at)
                  SELECT (SELECT min(id) FROM users), 'pick.settled', n::text, '{}', true,
                         %(at)s - n * interval '10 seconds'
                  FROM generate_series(40000, 1, -1) n
                  RETURNING id, told_at
                )
                INSERT INTO deliveries (notice_id, state, queued_at, next_at, ended_at)
                SELECT id, 'sent', told_at, told_at, told_at FROM notice ORDER BY told_at
                """,
                {"at": NOW},
            )
            made.execute(
                """
                INSERT INTO agenda (function, key, due_at, payload, next_at)
                SELECT function, 'game/' || n, %(at)s + n * interval '1 hour', '{}', %(at)s + n * interval '1 hour'
                FROM generate_series(1, 300) n, unnest(ARRAY['fetch_odds', 'process_results']) function
                """,
                {"at": NOW},
            )
            made.execute("VACUUM ANALYZE")
            yield made


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_well_is_not_read(connection: Rows, question: str) -> None:
    ask, most = QUESTIONS[question]
    assert ask(connection) == []
    assert blocks(connection) < most


def test_what_was_given_up_is_found_behind_any_number_of_deliveries(connection: Rows) -> None:
    """Deliveries are the one table that grows with users: of those that failed, what is read of a week has a limit."""
    fail = "UPDATE deliveries SET state = 'failed', last_error = 'MessageRejected' WHERE id IN ("
    with connection.transaction(force_rollback=True):
        connection.execute(f"{fail}SELECT id FROM deliveries ORDER BY ended_at LIMIT 1)")
        [found] = given_up(connection, "email", NOW - WINDOW, MOST_ENTRIES)
        assert (found.deliveries, found.error) == (1, "MessageRejected")
        assert rows_read(connection, "deliveries") == 1
        connection.execute(f"{fail}SELECT id FROM deliveries)")
        [found] = given_up(connection, "email", NOW - WINDOW, MOST_ENTRIES)
        assert found.deliveries == MOST_READ < 40_000
