"""Read-only transactions see the database as of a single moment."""

import pytest
from psycopg.errors import ReadOnlySqlTransaction

from pickvs.core.database import Connection, transaction
from pickvs.core.errors import DatabaseUnavailable
from tests.support.contest import Contest


def users(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) AS users FROM users").fetchone()
    assert row is not None
    return int(row["users"])


def test_a_snapshot_does_not_see_what_comes_after_its_first_statement(contest: Contest) -> None:
    with transaction(snapshot=True) as connection:
        assert users(connection) == 0
        contest.user()
        assert users(connection) == 0
    with transaction() as connection:
        assert users(connection) == 1
        contest.user()
        assert users(connection) == 2


def test_a_snapshot_writes_nothing_and_the_next_transaction_does(contest: Contest) -> None:
    contest.user()
    with pytest.raises(ReadOnlySqlTransaction), transaction(snapshot=True) as connection:
        connection.execute("UPDATE users SET username = 'somebody'")
    with transaction() as connection:
        connection.execute("UPDATE users SET username = 'somebody'")
        assert users(connection) == 1


def test_a_snapshot_keeps_its_time_outs(contest: Contest) -> None:
    assert contest
    with pytest.raises(DatabaseUnavailable), transaction(snapshot=True, statement_timeout_ms=50) as connection:
        connection.execute("SELECT pg_sleep(10)")
