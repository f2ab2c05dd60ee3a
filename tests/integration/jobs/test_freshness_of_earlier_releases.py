"""The migration to known freshness: what earlier releases imported is as old as their last run that succeeded."""

from datetime import UTC, datetime, timedelta

import psycopg

from tests.support.databases import Databases, migrate
from tests.support.migrating import watched

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
RUNS = [
    ("fetch_odds", "basketball_nba", "succeeded", 50),
    ("fetch_odds", "basketball_nba", "partial", 30),
    ("fetch_odds", "basketball_nba", "failed", 6),
    ("fetch_odds", "icehockey_nhl", "failed", 6),
    ("process_results", "basketball_nba", "succeeded", 3),
    ("process_results", "icehockey_nhl", "succeeded", 27),
]
"""Job, sport, status and age in hours."""


def test_it_is_the_time_of_the_last_success(databases: Databases) -> None:
    with databases.fresh(migrated=False) as url, watched(url, at="0016"), psycopg.connect(url) as connection:
        for job, sport, status, hours in RUNS:
            at = NOW - timedelta(hours=hours)
            connection.execute(
                """
                INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at, error_code)
                VALUES (%s, %s, %s, %s, %s, %s)
                """,
                (job, sport, status, at, at, "PROVIDER_DOWN" if status == "failed" else None),
            )
        connection.commit()
        migrate(url)
        found = connection.execute("SELECT job, subject, part, last_good_at FROM freshness").fetchall()
    assert {(job, sport, part): (NOW - at) / timedelta(hours=1) for job, sport, part, at in found} == {
        ("fetch_odds", "basketball_nba", "moneyline"): 30,
        ("fetch_odds", "basketball_nba", "spread"): 30,
        ("fetch_odds", "basketball_nba", "total"): 30,
        ("process_results", "basketball_nba", "all"): 3,
        ("process_results", "icehockey_nhl", "all"): 27,
    }
