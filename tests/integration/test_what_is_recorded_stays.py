"""What is recorded stays as it was recorded, whichever verb is tried on whichever column.

The columns come from the database, so that a new one is tried from its first day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.support import dfs_rows, forecasts, league_rows, race_rows, recorded_statistics
from tests.support.contest import TIP_OFF, Contest
from tests.support.databases import Databases
from tests.support.registry import fill_registry

FACTS = (
    *("picks", "settlement_ledger", "game_results", "bookmaker_odds", "audit_log", "game_merges"),
    *("promotions", "rating_states"),
)
"""Append-only tables: nothing of a row ever changes."""
MOVING = {
    "quotes": {"captured_at", "superseded_at"},
    "games": None,
    "ingestion_runs": None,
}
"""Tables whose rows stay, and the columns that may change; None for all but the id."""
TABLES = (*FACTS, *MOVING)

TOGETHER = {
    ("picks", "market"): "market = 'total', selection = 'over'",
    ("picks", "selection"): "selection = 'away'",
    ("picks", "draw_offered"): "market = 'moneyline', line = NULL, draw_offered = true",
    ("quotes", "market"): "market = 'total', selection = 'over'",
    ("quotes", "selection"): "selection = 'away'",
    ("quotes", "probability"): "probability = 1 - probability / 2",
    ("quotes", "made_at"): "made_at = made_at - interval '1 second'",
    ("bookmaker_odds", "market"): "market = 'total', selection = 'over'",
    ("bookmaker_odds", "selection"): "selection = 'away'",
    ("settlement_ledger", "result"): "result = 'push', units = 0",
    ("settlement_ledger", "sign"): "sign = -1",
    ("settlement_ledger", "void_reason"): "result = 'void', units = 0, wagered = 0, void_reason = 'tie'",
    ("settlement_ledger", "clv_reason"): "clv_reason = 'no_close'",
    ("game_results", "outcome"): "outcome = 'void', home_score = NULL, away_score = NULL, reason = 'rain'",
    ("game_results", "home_score"): "home_score = home_score + 1",
    ("game_results", "away_score"): "away_score = away_score + 1",
    ("audit_log", "action"): "action = 'void_game'",
    ("audit_log", "game_id"): "game_id = game_id + 1000, result_id = result_id + 1000",
    ("audit_log", "result_id"): "result_id = result_id + 1000",
    ("audit_log", "subject_id"): "action = 'grant_role', subject_id = actor_id, game_id = NULL, result_id = NULL",
    ("audit_log", "team_id"): "action = 'add_team_alias', team_id = 1, game_id = NULL, result_id = NULL",
    ("game_merges", "absorbed_id"): "absorbed_id = absorbed_id + 1000",
    ("game_merges", "status_before"): "status_before = 'live'",
    ("promotions", "act"): "act = 'gate'",
    ("promotions", "undoes"): "undoes = 1, act = 'rollback', actor_id = 1, previous_id = version_id + 1",
    ("promotions", "actor_id"): "actor_id = 1, act = 'forced'",
    ("rating_states", "day"): "day = day + 1",
    ("rating_states", "facts_sha256"): "facts_sha256 = repeat('a', 64)",
    ("rating_states", "artefact_sha256"): "artefact_sha256 = repeat('a', 64)",
}
"""A legal change of a column whose value goes with another's."""

CHANGES = {
    "B": "NOT {0}",  # the categories of PostgreSQL's types
    "D": "{0} + interval '1 second'",
    "N": "{0} + 1",
    "S": "{0} || 'x'",
}


@dataclass(frozen=True)
class Column:
    """A column, and how it could be changed if nothing refused it."""

    table: str
    name: str
    change: str


@pytest.fixture(scope="module")
def recorded(databases: Databases) -> Iterator[psycopg.Connection[Any]]:
    """A database with at least one row in each table. What a test changes is rolled back."""
    with databases.fresh() as url:
        contest = Contest(url)
        user, game = contest.user(), contest.game()
        quote = contest.quote(game, "spread", "home", Decimal(3), -110)
        pick = contest.pick(user, quote)
        result = contest.final(game, 100, 90)
        contest.connection.execute(
            "INSERT INTO settlement_ledger (pick_id, result_id, sign, result, units, wagered, settled_at)"
            " VALUES (%s, %s, 1, 'win', 1, 1, %s)",
            (pick, result, TIP_OFF),
        )
        contest.connection.execute(
            "INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at)"
            " VALUES ('fetch_odds', 'basketball_nba', 'succeeded', %s, %s)",
            (TIP_OFF, TIP_OFF),
        )
        contest.connection.execute(
            "INSERT INTO bookmaker_odds (game_id, bookmaker, market, selection, captured_at, line, price)"
            " VALUES (%s, 'book', 'spread', 'home', %s, 3, 110)",
            (game, TIP_OFF),
        )
        contest.connection.execute(
            "INSERT INTO audit_log (at, actor_id, action, game_id, result_id, reason, before, after)"
            " VALUES (%s, %s, 'set_result', %s, %s, 'a typing error', '{}', '{}')",
            (TIP_OFF, user, game, result),
        )
        contest.connection.execute(
            "INSERT INTO game_merges"
            " (absorbed_id, survivor_id, swapped, status_before, commence_time_before, actor_id, reason, at)"
            " VALUES (%s, %s, false, 'scheduled', %s, %s, 'one game under two names', %s)",
            (game, contest.game(), TIP_OFF, user, TIP_OFF),
        )
        fill_registry(contest.connection, TIP_OFF, user=user)
        contest.close()
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


def columns(connection: psycopg.Connection[Any], table: str) -> list[Column]:
    """Return the columns that are written, each with a change of it that is legal for the row that is there."""
    rows = connection.execute(
        """
        SELECT attname, typcategory, format_type(atttypid, NULL), attidentity <> ''
        FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        ORDER BY attnum
        """,
        (table,),
    ).fetchall()
    found = []
    for name, category, kind, identity in rows:
        if identity:
            change = f"{name} = DEFAULT"
        elif kind in {"jsonb", "bytea"}:
            change = f"{name} = " + ("'{\"x\": 1}'" if kind == "jsonb" else "decode(repeat('07', 32), 'hex')")
        else:
            change = f"{name} = coalesce({CHANGES.get(category, '{0}').format(name)}, {some(category, kind)})"
        found.append(Column(table, name, TOGETHER.get((table, name), change)))
    return found


def some(category: str, kind: str) -> str:
    """Return a value for a column that is null."""
    value = {"D": "'2024-02-02T00:00Z'", "N": "100", "S": "'x'", "B": "true"}.get(category, "NULL")
    return f"{value}::{kind}"


def protected(connection: psycopg.Connection[Any], table: str) -> list[Column]:
    """Return the columns of a table that never change."""
    moving = MOVING.get(table, set())
    every = columns(connection, table)
    return (
        [each for each in every if each.name == "id"] if moving is None else [c for c in every if c.name not in moving]
    )


def rows_of(connection: psycopg.Connection[Any], table: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        sql.SQL("SELECT to_jsonb(t) FROM {} t ORDER BY 1").format(sql.Identifier(table))
    ).fetchall()


def refused(connection: psycopg.Connection[Any], table: str, statement: str) -> None:
    """Assert that the statement is refused by the table's own guard, and changes nothing."""
    before = rows_of(connection, table)
    assert before, f"no row of {table} is there to be changed"
    said = None
    with connection.transaction(force_rollback=True):
        try:
            with connection.transaction():
                connection.execute(statement.encode())
        except psycopg.errors.RestrictViolation as error:
            said = error.diag.message_primary
    assert said is not None, f"not refused: {statement}"
    assert f"on {table} is refused" in said
    assert rows_of(connection, table) == before


@pytest.mark.parametrize("table", TABLES)
def test_each_change_is_one_that_would_be_possible_without_the_guard(
    recorded: psycopg.Connection[Any], table: str
) -> None:
    """Otherwise the tests below prove nothing: something else might refuse what they try."""
    for column in protected(recorded, table):
        before = rows_of(recorded, table)
        with recorded.transaction(force_rollback=True):
            recorded.execute("SET LOCAL session_replication_role TO replica")  # triggers and foreign keys are off
            recorded.execute(f"UPDATE {table} SET {column.change}".encode())
            assert rows_of(recorded, table) != before, f"{column.change!r} changes nothing: say in TOGETHER what does"


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_updated(recorded: psycopg.Connection[Any], table: str) -> None:
    assert protected(recorded, table)
    for column in protected(recorded, table):
        refused(recorded, table, f"UPDATE {table} SET {column.change}")


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_updated_by_an_insert(recorded: psycopg.Connection[Any], table: str) -> None:
    """`ON CONFLICT DO UPDATE` is an update under another name."""
    written = ", ".join(column.name for column in columns(recorded, table))
    for column in protected(recorded, table):
        refused(
            recorded,
            table,
            f"INSERT INTO {table} ({written}) OVERRIDING SYSTEM VALUE SELECT {written} FROM {table} ON CONFLICT"
            f" ({key_of(recorded, table)}) DO UPDATE SET {column.name} = "
            + ("DEFAULT" if column.change.endswith("DEFAULT") else f"excluded.{column.name}"),
        )


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_updated_by_a_merge(recorded: psycopg.Connection[Any], table: str) -> None:
    for column in protected(recorded, table):
        refused(
            recorded, table, f"MERGE INTO {table} USING (SELECT 1) ON true WHEN MATCHED THEN UPDATE SET {column.change}"
        )


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "MERGE INTO {} USING (SELECT 1) ON true WHEN MATCHED THEN DELETE",
        "WITH gone AS (DELETE FROM {} RETURNING 1) SELECT count(*) FROM gone",
    ],
)
def test_no_row_is_removed(recorded: psycopg.Connection[Any], table: str, statement: str) -> None:
    refused(recorded, table, statement.format(table))


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_not_emptied_by_itself(recorded: psycopg.Connection[Any], table: str) -> None:
    """Where others refer to the table, PostgreSQL itself refuses before any trigger does."""
    before = rows_of(recorded, table)
    with pytest.raises((psycopg.errors.RestrictViolation, psycopg.errors.FeatureNotSupported)):
        recorded.execute(f"TRUNCATE {table}".encode())
    assert rows_of(recorded, table) == before


@pytest.mark.parametrize("table", [table for table, moving in MOVING.items() if moving])
def test_what_may_move_moves(recorded: psycopg.Connection[Any], table: str) -> None:
    for column in columns(recorded, table):
        if column.name in (MOVING[table] or ()):
            with recorded.transaction(force_rollback=True):
                recorded.execute(f"UPDATE {table} SET {column.name} = {column.name}".encode())


def test_every_table_with_such_a_guard_is_tried(recorded: psycopg.Connection[Any]) -> None:
    guarded = recorded.execute(
        """
        SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
        WHERE tgfoid IN ('refuse_change'::regproc, 'refuse_renumbering'::regproc)
        """
    ).fetchall()
    elsewhere = {
        *(*forecasts.FACTS, *recorded_statistics.FACTS, *race_rows.FACTS, *league_rows.GUARDED),
        *(*dfs_rows.FACTS, *dfs_rows.GO_FORWARD),
    }
    assert {table for (table,) in guarded} == {*TABLES, *elsewhere}


def key_of(connection: psycopg.Connection[Any], table: str) -> str:
    row = connection.execute(
        """
        SELECT string_agg(attname, ', ') FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = %s::regclass AND indisprimary
        """,
        (table,),
    ).fetchone()
    assert row is not None
    return str(row[0])
