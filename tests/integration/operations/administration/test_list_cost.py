"""The cost of a page of the audit log and of the runs does not depend on how many rows there are or on its depth."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.operations.administration.audit import queries as audit
from pickvs.operations.administration.audit.queries import EntryFilter
from pickvs.operations.administration.runs import queries as runs
from pickvs.operations.administration.runs.queries import RunFilter
from tests.support.contest import TIP_OFF
from tests.support.evening import fill, finish
from tests.support.plans import Recording, Rows, blocks

LIMIT = 51
ROWS = 20_000
DEEPEST = TIP_OFF + timedelta(minutes=LIMIT * 25)
"""A position among rows one minute apart, near the last page of every filter that matches each 20th row."""


@pytest.fixture
def connection(database: str) -> Iterator[Rows]:
    """20,000 audit log entries by 20 users on 20 games, and as many runs, one a minute."""
    fill(database, games=20, users=20, picks=0, tip_off=TIP_OFF)
    finish(database, at=TIP_OFF)
    with psycopg.connect(database, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as made:
        made.execute(
            """
            INSERT INTO audit_log (at, actor_id, action, game_id, result_id, reason, before, after)
            SELECT %(at)s + n * interval '1 minute', owner.id,
                   (ARRAY['set_result', 'void_game', 'reopen_game', 'regrade_game'])[1 + n %% 4], game.id,
                   game.result_id, 'because', '{}', '{}'
            FROM generate_series(1, %(rows)s) n
            JOIN users owner ON owner.username = 'user-' || 1 + n %% 20
            JOIN games game ON game.home_team = 'Home ' || 1 + n * 7 %% 20
            """,
            {"at": TIP_OFF, "rows": ROWS},
        )
        made.execute(
            """
            INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at, error_code)
            SELECT (ARRAY['fetch_odds', 'process_results'])[1 + n %% 2], 'sport_' || n %% 5,
                   CASE WHEN n %% 20 = 0 THEN 'failed' ELSE 'succeeded' END::run_status,
                   %(at)s + n * interval '1 minute', %(at)s + n * interval '1 minute',
                   CASE WHEN n %% 20 = 0 THEN 'UNEXPECTED' END
            FROM generate_series(1, %(rows)s) n
            """,
            {"at": TIP_OFF, "rows": ROWS},
        )
        made.execute("VACUUM ANALYZE")
        yield made


def of_entries(connection: Rows, chosen: EntryFilter, after: datetime | None) -> int:
    found = audit.entries(connection, chosen, after=(after, 0) if after else None, limit=LIMIT)
    assert len(found) == LIMIT
    return blocks(connection)


def of_runs(connection: Rows, chosen: RunFilter, after: datetime | None) -> int:
    found = runs.runs(connection, chosen, after=(after, 0) if after else None, limit=LIMIT)
    assert len(found) == LIMIT
    return blocks(connection)


@pytest.mark.parametrize(
    "chosen",
    [
        EntryFilter(),
        EntryFilter(actor="USER-7"),
        EntryFilter(action="void_game"),
        EntryFilter(game_id=11),
        EntryFilter(until=TIP_OFF + timedelta(days=12)),
        EntryFilter(actor="user-7", since=TIP_OFF),
    ],
    ids=repr,
)
def test_a_deep_page_of_the_audit_log_costs_what_the_first_one_costs(connection: Rows, chosen: EntryFilter) -> None:
    first = of_entries(connection, chosen, None)
    assert of_entries(connection, chosen, DEEPEST) <= 1.5 * first
    assert first < 10 * LIMIT


@pytest.mark.parametrize(
    "chosen",
    [
        RunFilter(),
        RunFilter(job="fetch_odds"),
        RunFilter(sport="sport_3"),
        RunFilter(status="failed"),
        RunFilter(job="process_results", status="succeeded"),
        RunFilter(since=TIP_OFF),
    ],
    ids=repr,
)
def test_a_deep_page_of_the_runs_costs_what_the_first_one_costs(connection: Rows, chosen: RunFilter) -> None:
    first = of_runs(connection, chosen, None)
    assert of_runs(connection, chosen, DEEPEST) <= 1.5 * first
    assert first < 10 * LIMIT
