"""What daily fantasy has recorded stays as it was recorded until its user goes."""

from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.support.contest import TIP_OFF, Contest
from tests.support.dfs_rows import FACTS, GO_FORWARD, fill_dfs, fill_weather


@pytest.fixture
def filled(contest: Contest) -> psycopg.Connection[Any]:
    fill_dfs(contest.connection, TIP_OFF, user=contest.user(), text="a text")
    fill_weather(contest.connection, TIP_OFF, text="a stadium")
    return contest.connection


def columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND attidentity = ''",
        (table,),
    )
    return [row["attname"] for row in found.fetchall()]


def refused(connection: psycopg.Connection[Any], table: str, change: str, column: str = "id") -> None:
    statement = sql.SQL(change).format(sql.Identifier(table), column=sql.Identifier(column))
    with pytest.raises(psycopg.errors.RestrictViolation, match=f"on {table} is refused"):
        connection.execute(statement)


def test_no_column_of_a_fact_is_updated_and_no_table_is_emptied(filled: psycopg.Connection[Any]) -> None:
    for table in FACTS:
        for column in columns(filled, table):
            refused(filled, table, "UPDATE {} SET {column} = {column}", column)
        refused(filled, table, "TRUNCATE {} CASCADE")
    refused(filled, "weather_readings", "DELETE FROM {}")


def test_what_goes_forward_keeps_its_id(filled: psycopg.Connection[Any]) -> None:
    for table in GO_FORWARD:
        refused(filled, table, "UPDATE {} SET id = DEFAULT")
        refused(filled, table, "TRUNCATE {} CASCADE")
