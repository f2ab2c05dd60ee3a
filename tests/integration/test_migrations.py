"""The schema, brought up by the function that the deployment runs."""

import psycopg
import pytest

from tests.support.databases import Databases
from tests.support.functions import load
from tests.support.schema import NEWEST


def test_an_empty_database_is_migrated_and_a_second_run_changes_nothing(databases: Databases) -> None:
    migrate = load("migrate/handler").migrate
    with databases.fresh(migrated=False) as url:
        assert migrate(url) == (None, NEWEST)
        assert migrate(url) == (NEWEST, NEWEST)


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
