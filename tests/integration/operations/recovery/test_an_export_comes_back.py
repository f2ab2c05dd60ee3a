"""An export restored into another database: every row of every table is there, and the database works on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pickvs.core import database as core_database
from pickvs.core import storage
from pickvs.core.database import transaction
from pickvs.operations.recovery import queries
from pickvs.operations.recovery.rules import REFERENCE_TABLES, Table
from pickvs.operations.recovery.service import ExportFailed
from tests.support.boards import kept
from tests.support.contest import TIP_OFF, Contest
from tests.support.databases import Databases
from tests.support.exports import Bucket, elsewhere
from tests.support.ledger import moneyline, settle_now
from tests.support.measured import measured, measuring, values
from tests.support.schema import NEWEST
from tests.support.snapshot import everything, row, rows
from tools.recovery.__main__ import main

CATALOGUE = """
    SELECT relname AS owner, conname AS name, pg_get_constraintdef(pg_constraint.oid) AS definition, convalidated
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT relname, tgname, pg_get_triggerdef(pg_trigger.oid), tgenabled = 'O'
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal
    ORDER BY 1, 2
"""


def sequences(url: str) -> list[dict[str, Any]]:
    return rows(url, "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")


def test_every_row_of_every_table(full: Contest, database: str, bucket: Bucket, databases: Databases) -> None:
    before = everything(database, but=())
    assert [table for table, stored in before.items() if not stored] == [], "the test must store something everywhere"
    report = bucket.back_up()
    with elsewhere(databases) as other:
        restored = bucket.restore(report["export"])
        assert everything(other, but=()) == before
        assert sequences(other) == sequences(database)
        assert rows(other, CATALOGUE) == rows(database, CATALOGUE)
    count = sum(len(stored) for table, stored in before.items() if table != "alembic_version")
    assert (report["rows"], restored["rows"]) == (count, count)
    assert (report["tables"], restored["tables"]) == (len(before) - 1, len(before) - 1)
    assert report["schema_version"] == restored["schema_version"] == NEWEST


def test_an_export_is_measured_when_it_is_complete(
    contest: Contest, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moneyline(contest, contest.user())
    printed = measuring(monkeypatch, capsys)
    report = bucket.back_up()
    text = printed()
    assert values(text) == {"Exports": 1, "ExportedBytes": report["bytes"]}
    assert {each.unit for each in measured(text) if each.metric.name == "ExportedBytes"} == {"Bytes"}
    contest.connection.execute("DELETE FROM alembic_version")
    with pytest.raises(ExportFailed):
        bucket.back_up()
    assert measured(printed()) == []


def test_an_untouched_database_too(database: str, bucket: Bucket, databases: Databases) -> None:
    reference = sum(len(everything(database)[table]) for table in REFERENCE_TABLES)
    assert bucket.back_up()["rows"] == reference > 1_000
    export = bucket.back_up()["export"]
    with elsewhere(databases) as other:
        bucket.restore(export)
        assert everything(other, but=()) == everything(database, but=())
        assert sequences(other) == sequences(database)


def test_whatever_the_servers_settings_are(full: Contest, database: str, bucket: Bucket, databases: Databases) -> None:
    before = everything(database, but=())
    name = sql.Identifier(row(database, "SELECT current_database() AS name")["name"])
    for setting in ("DateStyle TO 'SQL, DMY'", "TimeZone TO 'Asia/Kathmandu'", "client_encoding TO 'LATIN1'"):
        full.connection.execute(sql.SQL("ALTER DATABASE {} SET " + setting).format(name))
    core_database.close()
    export = bucket.back_up()["export"]
    with elsewhere(databases) as other:
        bucket.restore(export)
        assert everything(other, but=()) == before


def test_what_is_restored_goes_on(full: Contest, bucket: Bucket, databases: Databases) -> None:
    """New rows get new ids, facts cannot be changed, references are checked, and picks are graded."""
    last = full.pick(full.user(), full.quote(full.game(), "moneyline", "away", None, 120))
    export = bucket.back_up()["export"]
    with elsewhere(databases) as other:
        bucket.restore(export)
        going_on = Contest(other)
        game = going_on.game(TIP_OFF - timedelta(days=1))
        pick = moneyline(going_on, going_on.user("newcomer"), game)
        assert pick == last + 1
        going_on.final(game, 100, 90)
        settle_now()
        assert [result for _, result, *_ in going_on.ledger(pick)] == ["win"]
        for statement, refusal in (
            ("DELETE FROM picks", psycopg.errors.RestrictViolation),
            ("UPDATE game_results SET reason = 'x'", psycopg.errors.RestrictViolation),
            ("INSERT INTO game_provider_ids VALUES ('p', 'x', 99, '2024-01-01')", psycopg.errors.ForeignKeyViolation),
            (
                "INSERT INTO bookmaker_odds VALUES (99, 'b', 'moneyline', 'home', now())",
                psycopg.errors.ForeignKeyViolation,
            ),
        ):
            with pytest.raises(refusal):
                going_on.connection.execute(statement)
        going_on.close()
        assert any(kept(other).values())


def test_what_is_written_meanwhile_is_in_none_of_the_tables(
    full: Contest, database: str, bucket: Bucket, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(database, but=())
    copied: list[str] = []
    copy_out = queries.copy_out

    def interrupted(connection: Any, table: Table) -> Iterator[bytes]:
        # Insert a game, a quote, a pick and a result between any two tables: some are exported already, some not yet.
        game = full.game()
        moneyline(full, full.user(), game)
        full.final(game, 90, 100)
        copied.append(table.name)
        return copy_out(connection, table)

    monkeypatch.setattr(queries, "copy_out", interrupted)
    export = bucket.back_up()["export"]
    assert len(copied) == len(before) - 1
    assert everything(database, but=()) != before
    with elsewhere(databases) as other:
        bucket.restore(export)
        assert everything(other, but=()) == before


def test_a_migration_waits_for_an_export_and_an_export_does_not_begin_during_one(
    full: Contest, database: str, bucket: Bucket
) -> None:
    migrating = "SELECT pg_try_advisory_xact_lock(hashtext('pickvs-migrate')) AS got"
    with transaction(snapshot=True) as connection:
        assert queries.hold_schema(connection)
        assert row(database, migrating) == {"got": False}
    with psycopg.connect(database) as migration:
        migration.execute("SELECT pg_advisory_xact_lock(hashtext('pickvs-migrate'))")
        with pytest.raises(ExportFailed, match=r"^the schema is being migrated$"):
            bucket.back_up()
    assert bucket.names() == []
    assert row(database, migrating) == {"got": True}


def test_a_migration_that_ended_after_the_snapshot_is_noticed(database: str) -> None:
    with transaction(snapshot=True) as connection:
        connection.execute("SELECT FROM users")
        with psycopg.connect(database) as migration:
            migration.execute("ALTER TABLE ingestion_runs ALTER COLUMN attempt TYPE bigint")
        assert not queries.hold_schema(connection)
    with transaction(snapshot=True) as connection:
        assert queries.hold_schema(connection)


def test_objects_larger_than_a_part_are_put_together(
    full: Contest, database: str, bucket: Bucket, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Text that barely compresses: three parts of the smallest size that S3 accepts.
    monkeypatch.setattr(storage, "PART_BYTES", 5 * 1024 * 1024)
    full.connection.execute(
        """
        INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at, error)
        SELECT 'fetch_odds', 'basketball_nba', 'succeeded', '2024-01-01', '2024-01-01',
               string_agg(md5(series || '.' || part), '')
        FROM generate_series(1, 200) series, generate_series(1, 3200) part GROUP BY series
        """
    )
    export = bucket.back_up()["export"]
    (object_,) = (table for table in bucket.manifest(export)["tables"] if table["table"] == "ingestion_runs")
    assert object_["size"] > 2 * storage.PART_BYTES
    with elsewhere(databases) as other:
        bucket.restore(export)
        assert everything(other, but=()) == everything(database, but=())


def test_an_owner_without_further_rights_can_restore(
    full: Contest, database: str, bucket: Bucket, databases: Databases, tmp_path: Path
) -> None:
    """As on Neon and Aurora, where no role is a superuser. Restores from a folder, with the command."""
    bucket.back_up()
    for key in bucket.names():
        (tmp_path / key.rpartition("/")[2]).write_bytes(bucket.read(key))
    with databases.fresh() as other:
        with psycopg.connect(other, autocommit=True) as admin:
            admin.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
            for table in everything(other, but=()):
                admin.execute(f"ALTER TABLE {table} OWNER TO plain")
        try:
            server = other.partition("@")[2]
            assert main([str(tmp_path)], f"postgresql://plain:plain@{server}") == 0
            assert everything(other, but=()) == everything(database, but=())
        finally:
            with psycopg.connect(other, autocommit=True) as admin:
                admin.execute("REASSIGN OWNED BY plain TO CURRENT_USER")
                admin.execute("DROP OWNED BY plain")
                admin.execute("DROP ROLE plain")
