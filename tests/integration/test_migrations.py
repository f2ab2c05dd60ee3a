"""The schema, migrated by the function that the deployment runs."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from alembic.util import CommandError

from tests.support.databases import Databases, migrate
from tests.support.functions import load
from tests.support.migrating import Deployments, watched
from tests.support.schema import NEWEST

OLDER = "0005"
"""The version of a database that was deployed some time ago."""


def test_an_empty_database_is_migrated_and_a_second_run_changes_nothing(databases: Databases) -> None:
    with databases.fresh(migrated=False) as url:
        assert migrate(url) == (None, NEWEST)
        assert migrate(url) == (NEWEST, NEWEST)


def test_an_earlier_release_leaves_a_later_schema_alone(databases: Databases) -> None:
    with databases.fresh(migrated=False) as url:
        assert migrate(url) == (None, NEWEST)
        with psycopg.connect(url, autocommit=True) as later:
            later.execute("ALTER TABLE users ADD COLUMN shoe_size integer")
            later.execute("UPDATE alembic_version SET version_num = '0999'")
            assert migrate(url) == ("0999", "0999")
            assert later.execute("SELECT version_num FROM alembic_version").fetchall() == [("0999",)]
            later.execute("SELECT shoe_size FROM users")


def test_a_version_that_nobody_made_is_an_error(databases: Databases) -> None:
    with databases.fresh(migrated=False) as url:
        migrate(url)
        with psycopg.connect(url, autocommit=True) as stranger:
            stranger.execute("UPDATE alembic_version SET version_num = '0003b'")
        with pytest.raises(CommandError, match="0003b"):
            migrate(url)


def alone(databases: Databases, at: str | None) -> list[tuple[str, str]]:
    """Return what a migration from the version `at` changes in the schema when it runs alone."""
    with databases.fresh(migrated=False) as url, watched(url, at=at) as schema:
        assert migrate(url) == (at, NEWEST)
        return schema.done()


@pytest.mark.parametrize("at", [None, OLDER])
def test_two_deployments_at_once_migrate_once(databases: Databases, at: str | None) -> None:
    with (
        databases.fresh(migrated=False) as url,
        watched(url, at=at) as schema,
        Deployments(url, together=2) as deployments,
    ):
        with schema.gate():
            both = [deployments.begin() for _ in range(2)]
            schema.wait_for(at_the_gate=1, before_the_lock=1)
        answers = [each.result(timeout=60) for each in both]
        assert sorted(answers, key=lambda answer: answer["from"] == NEWEST) == [
            {"from": at, "to": NEWEST},
            {"from": NEWEST, "to": NEWEST},
        ]
        assert schema.done() == alone(databases, at)


@pytest.mark.parametrize("at", [None, OLDER])
def test_when_one_dies_in_the_middle_the_one_that_waits_does_it_all(databases: Databases, at: str | None) -> None:
    with (
        databases.fresh(migrated=False) as url,
        watched(url, at=at) as schema,
        Deployments(url, together=1) as deployments,
    ):
        with schema.gate():
            first = deployments.begin()
            [held_up] = schema.wait_for(at_the_gate=1, before_the_lock=0)
            second = deployments.begin()
            schema.wait_for(at_the_gate=1, before_the_lock=1)
            schema.end(held_up)
            assert first.result(timeout=60) == {"error": "OperationalError"}
            [goes_on] = schema.wait_for(at_the_gate=1, before_the_lock=0)
            assert goes_on != held_up
        assert second.result(timeout=60) == {"from": at, "to": NEWEST}
        assert schema.done() == alone(databases, at)


def test_ledgers_refuse_to_be_edited(database: str) -> None:
    tables = ("picks", "settlement_ledger", "bookmaker_odds", "game_results")
    with psycopg.connect(database, autocommit=True) as connection:
        for table in tables:
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
                with pytest.raises(psycopg.errors.RestrictViolation, match="never change"):
                    connection.execute(statement)
        for statement in ("UPDATE quotes SET price = -110", "UPDATE quotes SET line = 3", "DELETE FROM quotes"):
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute(statement)
        connection.execute("UPDATE quotes SET captured_at = captured_at, superseded_at = NULL")


def test_what_odds_refer_to_stays(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        for table in ("games", "ingestion_runs"):
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE", f"UPDATE {table} SET id = DEFAULT"):
                with pytest.raises(psycopg.errors.RestrictViolation, match=f"on {table} is refused"):
                    connection.execute(statement.encode())
        connection.execute("UPDATE games SET updated_at = created_at")
        connection.execute("UPDATE ingestion_runs SET attempt = attempt + 1")


@pytest.mark.parametrize("error", [psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable])
def test_what_others_hold_for_a_while_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, error: type[psycopg.Error]
) -> None:
    tried = at_work(monkeypatch, [error("others are at work")] * 2)
    assert load("migrate/handler").handler({}, None) == {"from": "0001", "to": "0002"}
    assert len(tried) == len(set(tried)) == 3, "each on a connection of its own"


def test_what_others_do_not_give_up_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = at_work(monkeypatch, [psycopg.errors.LockNotAvailable("others are at work")] * 9)
    with pytest.raises(psycopg.errors.LockNotAvailable):
        load("migrate/handler").handler({}, None)
    assert len(tried) == 5


def at_work(monkeypatch: pytest.MonkeyPatch, errors: list[psycopg.Error]) -> list[object]:
    """Make migrations fail with these errors in turn, then succeed. Returns the connections they receive."""
    module, tried = load("migrate/handler"), []

    @contextmanager
    def connected() -> Iterator[object]:
        yield object()

    def migrate(connection: object) -> tuple[str, str]:
        tried.append(connection)
        if errors:
            raise errors.pop()
        return "0001", "0002"

    monkeypatch.setattr(module, "connected", connected)
    monkeypatch.setattr(module, "migrate", migrate)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0)
    return tried


def test_no_temporary_table_stands_in_for_what_odds_refer_to(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE games (id bigint)")
        connection.execute("INSERT INTO games VALUES (999999)")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute(
                "INSERT INTO bookmaker_odds (game_id, bookmaker, market, selection, captured_at, price)"
                " VALUES (999999, 'a', 'moneyline', 'home', now(), -110)"
            )
