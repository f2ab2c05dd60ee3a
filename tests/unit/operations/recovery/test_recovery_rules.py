"""The name of an export, the order in which tables are loaded, and which databases can receive it."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.operations.recovery.rules import Table, export_name, loading_order, misfit, object_name
from pickvs.operations.recovery.schemas import RestoreOrder

USERS = Table("users", ("id", "username"), checks_new_rows=False)
PICKS = Table("picks", ("id", "user_id"), checks_new_rows=False)
LEDGER = Table("ledger", ("pick_id", "sign"), checks_new_rows=True, checks_references=True)
NAMED = Table("named", ("name",), checks_new_rows=True)
TABLES = [USERS, PICKS, LEDGER]
EXPORTED = {table.name: table.columns for table in TABLES}


def test_names_sort_by_time_and_can_be_ordered() -> None:
    moments = [
        datetime(2026, 11, 20, 23, 59, 59, 999_999, tzinfo=UTC) + timedelta(hours=9 * step) for step in range(99)
    ]
    names = [export_name(moment) for moment in moments]
    assert names[0] == "2026-11-20T23-59-59Z"
    assert sorted(names) == names
    assert len(set(names)) == len(names)
    assert RestoreOrder(export=names[0]).export == names[0]


def test_a_table_has_an_object_of_its_name() -> None:
    assert object_name("users") == "users.copy.gz"


def test_what_checks_new_rows_is_filled_when_the_others_are() -> None:
    tables = [*TABLES, NAMED]
    assert loading_order(tables) == loading_order(reversed(tables)) == [PICKS, USERS, NAMED, LEDGER]


def test_a_database_that_fits() -> None:
    assert misfit(exported_version="0008", exported=EXPORTED, version="0008", tables=TABLES, filled=[]) is None


@pytest.mark.parametrize(
    ("exported", "tables", "different"),
    [
        (EXPORTED, TABLES[1:], "users"),
        (EXPORTED, [], "ledger, picks, users"),
        ({}, [PICKS], "picks"),
        ({**EXPORTED, "users": ("username", "id")}, TABLES, "users"),
        ({**EXPORTED, "users": ("id",)}, TABLES, "users"),
        ({**EXPORTED, "picks": ["id", "user_id"]}, TABLES, None),
    ],
)
def test_other_tables_or_columns(
    exported: dict[str, tuple[str, ...]], tables: list[Table], different: str | None
) -> None:
    reason = misfit(exported_version="0008", exported=exported, version="0008", tables=tables, filled=[])
    wanted = None if different is None else f"export and database do not have the same tables and columns: {different}"
    assert reason == wanted


@pytest.mark.parametrize(
    ("version", "filled", "reason"),
    [
        (None, [], "the database has no schema; run the function migrate first"),
        (
            "0009",
            [],
            (
                "the export is of schema version 0008 and the database of 0009; "
                "deploy the release that has the export's version, restore, then migrate"
            ),
        ),
        ("0008", ["picks", "users"], "the database is not empty: there are rows in picks, users"),
    ],
)
def test_a_database_that_does_not_fit(version: str | None, filled: list[str], reason: str) -> None:
    assert misfit(exported_version="0008", exported=EXPORTED, version=version, tables=TABLES, filled=filled) == reason
