"""The whole database as a value, to be compared with itself later."""

from collections.abc import Collection
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row


def everything(url: str, *, but: Collection[str] = ("ingestion_runs",)) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, sorted, except those of the tables in `but`: a run leaves its own row each time."""
    with psycopg.connect(url) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            )
            if name not in but
        ]
        return {
            table: connection.execute(
                sql.SQL("SELECT * FROM {table} ORDER BY {table}").format(table=sql.Identifier(table))
            ).fetchall()
            for table in tables
        }


def rows(url: str, query: LiteralString, *values: object) -> list[dict[str, Any]]:
    """What a query answers, on a connection of its own."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query, values).fetchall()


def row(url: str, query: LiteralString, *values: object) -> dict[str, Any]:
    """The one row that a query answers."""
    (only,) = rows(url, query, *values)
    return only
