"""An export that is incomplete or does not fit this database is refused with the reason. None of it is loaded."""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pickvs.core import storage
from pickvs.core.errors import StorageUnavailable
from pickvs.operations.recovery import queries
from pickvs.operations.recovery.restoring import RestoreRefused
from pickvs.operations.recovery.rules import REFERENCE_TABLES, Table
from pickvs.operations.recovery.service import USAGE, ExportFailed
from tests.support.contest import Contest
from tests.support.databases import Databases
from tests.support.exports import BUCKET, Bucket, elsewhere
from tests.support.functions import load
from tests.support.schema import NEWEST
from tests.support.snapshot import everything
from tools.recovery.__main__ import main

type Damage = Callable[[Bucket, str], object]


def reference_data(url: str) -> dict[str, list[tuple[Any, ...]]]:
    return {table: stored for table, stored in everything(url).items() if table in REFERENCE_TABLES}


@pytest.fixture
def empty(export: str, databases: Databases) -> Iterator[str]:
    """Another database, in use. It must still be empty at the end."""
    with elsewhere(databases) as other:
        before = reference_data(other)
        yield other
        left = {table for table, stored in everything(other).items() if stored}
        assert left == {"alembic_version", *REFERENCE_TABLES}
        assert reference_data(other) == before


def change(key: str, edit: Callable[[bytes], bytes]) -> Damage:
    """Return a function that damages an object."""
    return lambda bucket, folder: bucket.write(f"{folder}/{key}", edit(bucket.read(f"{folder}/{key}")))


def _flip(body: bytes) -> bytes:
    return body[:40] + bytes([body[40] ^ 1]) + body[41:]


DAMAGED = [
    pytest.param(change("picks.copy.gz", _flip), "{place}/picks.copy.gz is damaged: its", id="a bit"),
    pytest.param(
        change("users.copy.gz", lambda body: body[:-1]), "{place}/users.copy.gz is damaged: its", id="cut off"
    ),
    pytest.param(
        change("users.copy.gz", lambda body: body + b"\0"), "{place}/users.copy.gz is damaged: its", id="longer"
    ),
    pytest.param(
        # Valid in itself, with one user missing.
        change("users.copy.gz", lambda body: gzip.compress(gzip.decompress(body).split(b"\n", 1)[1])),
        "{place}/users.copy.gz is damaged: its",
        id="a row less",
    ),
    pytest.param(
        lambda bucket, folder: bucket.write(f"{folder}/picks.copy.gz", bucket.read(f"{folder}/quotes.copy.gz")),
        "{place}/picks.copy.gz is damaged: its",
        id="another table's",
    ),
    pytest.param(
        lambda bucket, folder: bucket.delete(f"{folder}/quotes.copy.gz"),
        "the export at {place} is incomplete: quotes.copy.gz is missing",
        id="an object is missing",
    ),
    pytest.param(
        lambda bucket, folder: bucket.delete(f"{folder}/manifest.json.gz"),
        "there is no complete export at {place}: it has no manifest.json.gz",
        id="the manifest is missing",
    ),
    pytest.param(
        change("manifest.json.gz", lambda body: body[:-9]), "{place}/manifest.json.gz is damaged", id="half a manifest"
    ),
    pytest.param(change("manifest.json.gz", _flip), "{place}/manifest.json.gz is damaged", id="a bit of the manifest"),
    pytest.param(
        change("manifest.json.gz", lambda _: gzip.compress(b"[]")),
        "{place}/manifest.json.gz is not a manifest of this version",
        id="something else",
    ),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGED)
def test_what_is_damaged(export: str, bucket: Bucket, empty: str, damage: Damage, reason: str) -> None:
    damage(bucket, f"exports/{export}")
    with pytest.raises(RestoreRefused, match="^" + re.escape(reason.format(place=f"s3://{BUCKET}/exports/{export}"))):
        bucket.restore(export)


def tables(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {table["table"]: table for table in manifest["tables"]}


FOREIGN = [
    pytest.param(
        lambda manifest: manifest.update(schema_version="0001"),
        rf"^the export is of schema version 0001 and the database of {NEWEST}; deploy the release that has",
        id="an older schema",
    ),
    pytest.param(
        lambda manifest: manifest.update(format=2),
        r"is not a manifest of this version \(format\)$",
        id="a later format",
    ),
    pytest.param(
        lambda manifest: manifest["tables"].remove(tables(manifest)["limits"]),
        r"^export and database do not have the same tables and columns: limits$",
        id="a table less",
    ),
    pytest.param(
        lambda manifest: tables(manifest)["users"]["columns"].append("shoe_size"),
        r"^export and database do not have the same tables and columns: users$",
        id="a column more",
    ),
    pytest.param(
        lambda manifest: tables(manifest)["users"].update(object="../users.copy.gz"),
        r"is not a manifest of this version \(tables\.\d+\.object\)$",
        id="a way out of the folder",
    ),
    pytest.param(
        lambda manifest: tables(manifest)["picks"].update(rows=1),
        r"/picks\.copy\.gz has \d+ rows instead of 1$",
        id="rows",
    ),
]


@pytest.mark.parametrize(("lie", "reason"), FOREIGN)
def test_what_is_of_another_database(
    export: str, bucket: Bucket, empty: str, lie: Callable[[dict[str, Any]], object], reason: str
) -> None:
    bucket.forge(export, lie)
    with pytest.raises(RestoreRefused, match=reason):
        bucket.restore(export)


def test_an_export_that_is_not_there(bucket: Bucket, empty: str) -> None:
    with pytest.raises(
        RestoreRefused, match=r"^there is no complete export at s3://exports/exports/2020-01-01T00-00-00Z"
    ):
        bucket.restore("2020-01-01T00-00-00Z")


@pytest.mark.parametrize("event", [{}, {"export": "../x"}, {"export": "a/b"}, {"export": 5}, {"export": "a", "b": 1}])
def test_an_event_that_names_no_export(bucket: Bucket, database: str, event: dict[str, Any]) -> None:
    with pytest.raises(RestoreRefused, match=re.escape(USAGE)):
        load("restore/handler").handler(event, None)


def test_into_a_database_with_a_single_row(export: str, full: Contest, bucket: Bucket, database: str) -> None:
    """The target is the database that was exported, the most harmful mistake."""
    before = everything(database, but=())
    with pytest.raises(
        RestoreRefused,
        match=r"^the database is not empty: there are rows in account_tokens, agenda, api_keys, audit_log, .*webhooks$",
    ):
        bucket.restore(export)
    assert everything(database, but=()) == before


def test_into_a_database_without_a_schema(export: str, bucket: Bucket, databases: Databases) -> None:
    with databases.fresh(migrated=False) as bare, databases.in_use(bare):
        with pytest.raises(RestoreRefused, match=r"^the database has no schema; run the function migrate first$"):
            bucket.restore(export)
        with pytest.raises(ExportFailed, match=r"^the database has no schema$"):
            bucket.back_up()


@pytest.mark.parametrize(
    ("missing", "where"), [("users", "notices"), ("games", "bookmaker_odds"), ("ingestion_runs", "bookmaker_odds")]
)
def test_rows_that_contradict_each_other(export: str, bucket: Bucket, empty: str, missing: str, where: str) -> None:
    """The checksums match. The database's constraints detect that the rows contradict each other."""
    nothing = gzip.compress(b"", mtime=0)
    bucket.write(f"exports/{export}/{missing}.copy.gz", nothing)
    of_nothing = {"size": len(nothing), "sha256": hashlib.sha256(nothing).hexdigest(), "rows": 0}
    bucket.forge(export, lambda manifest: tables(manifest)[missing].update(of_nothing))
    with pytest.raises(RestoreRefused, match=rf"^the database refuses rows of s3://.* \({where}: 23503\)$"):
        bucket.restore(export)


def test_what_changes_between_the_check_and_the_load(
    export: str, bucket: Bucket, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = queries.lock

    def meddle(*arguments: Any) -> None:
        fewer = change("api_keys.copy.gz", lambda body: gzip.compress(gzip.decompress(body).split(b"\n", 1)[1]))
        fewer(bucket, f"exports/{export}")
        lock(*arguments)

    monkeypatch.setattr(queries, "lock", meddle)
    with pytest.raises(RestoreRefused, match=r"api_keys\.copy\.gz is damaged"):
        bucket.restore(export)


def test_the_command_says_why_and_what_to_send(
    export: str, empty: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)], empty) == 1
    assert capsys.readouterr().err == f"there is no complete export at {tmp_path}: it has no manifest.json.gz\n"
    assert main([f"s3://{BUCKET}/exports/{export}/"], empty.replace("/test_", "/gone_")) == 1
    assert re.match(r"^the database cannot be used: .*does not exist$", capsys.readouterr().err)
    for arguments, url in (([], empty), ([""], empty), (["a", "b"], empty), ([str(tmp_path)], "")):
        assert main(arguments, url) == 2
        assert capsys.readouterr().err.startswith("usage: DATABASE_URL=")


def test_an_export_that_broke_off_does_not_count(
    full: Contest, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_out = queries.copy_out

    def break_off(connection: Any, table: Table) -> Iterator[bytes]:
        if table.name == "picks":
            monkeypatch.setattr(storage, "PART_BYTES", 1)
            yield b"1\n" * 100_000
            raise StorageUnavailable("the bucket is on fire")
        yield from copy_out(connection, table)

    monkeypatch.setattr(queries, "copy_out", break_off)
    with pytest.raises(StorageUnavailable, match="on fire"):
        bucket.back_up()
    assert {name.rpartition("/")[2] for name in bucket.names()} & {"manifest.json.gz", "picks.copy.gz"} == set()
    assert len(bucket.names()) > 3
    assert "Uploads" not in bucket.client.list_multipart_uploads(Bucket=BUCKET), "an upload is left open"
