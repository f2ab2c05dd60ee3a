"""Restores an export into an empty database of the same schema version, completely or not at all."""

import gzip
import hashlib
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from pydantic import ValidationError

from pickvs.core.database import Connection
from pickvs.core.errors import ObjectMissing, PickvsError
from pickvs.core.logging import logger
from pickvs.operations.recovery import queries
from pickvs.operations.recovery.archives import Archive
from pickvs.operations.recovery.rules import GZIP, MANIFEST, REFERENCE_TABLES, loading_order, misfit
from pickvs.operations.recovery.schemas import ExportedTable, Manifest

type Transactions = Callable[[], AbstractContextManager[Connection]]
"""Opens a transaction on the target database, as the owner of its tables."""


class RestoreRefused(PickvsError):
    """The export cannot be restored; the message says why. The database is unchanged."""


def restore(archive: Archive, transactions: Transactions) -> dict[str, Any]:
    """Load an export into an empty, migrated database, and return a report.

    Verifies the checksum of every object before the first row is loaded, and again while loading. Drops the foreign
    keys first, because games and results reference each other, and recreates them afterwards, which checks all rows.
    Other triggers stay active. Needs no more rights than ownership of the tables. Raises RestoreRefused.
    """
    manifest = read_manifest(archive)
    with transactions() as connection:
        _check(connection, manifest)
    for table in manifest.tables:
        deque(_checked(archive, table), maxlen=0)
    try:
        with transactions() as connection:
            names = [table.table for table in manifest.tables]
            queries.lock(connection, names)
            _check(connection, manifest)
            _load(connection, archive, manifest)
            queries.gather_statistics(connection, names)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        # Not the driver's message, which repeats the row.
        where = error.diag.constraint_name or error.diag.table_name or "a table"
        raise RestoreRefused(f"the database refuses rows of {archive.place} ({where}: {error.sqlstate})") from None
    report = {
        "taken_at": manifest.taken_at.isoformat(),
        "schema_version": manifest.schema_version,
        "tables": len(manifest.tables),
        "rows": sum(table.rows for table in manifest.tables),
    }
    logger().info("database restored", extra={"report": report})
    return report


def read_manifest(archive: Archive) -> Manifest:
    """Return the export's manifest. Raises RestoreRefused if it is missing, damaged or not a manifest."""
    try:
        text = gzip.decompress(b"".join(archive.read(MANIFEST)))
        return Manifest.model_validate_json(text)
    except ObjectMissing:
        raise RestoreRefused(f"there is no complete export at {archive.place}: it has no {MANIFEST}") from None
    except (EOFError, OSError, zlib.error):
        raise RestoreRefused(f"{archive.place}/{MANIFEST} is damaged") from None
    except ValidationError as error:
        wrong = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise RestoreRefused(f"{archive.place}/{MANIFEST} is not a manifest of this version ({wrong})") from None


def _check(connection: Connection, manifest: Manifest) -> None:
    tables = queries.tables(connection)
    reason = misfit(
        exported_version=manifest.schema_version,
        exported={table.table: table.columns for table in manifest.tables},
        version=queries.schema_version(connection),
        tables=tables,
        filled=queries.filled(connection, [table.name for table in tables if table.name not in REFERENCE_TABLES]),
    )
    if reason is not None:
        raise RestoreRefused(reason)


def _load(connection: Connection, archive: Archive, manifest: Manifest) -> None:
    exported = {table.table: table for table in manifest.tables}
    foreign_keys = queries.foreign_keys(connection)
    for key in foreign_keys:
        queries.drop_foreign_key(connection, key)
    queries.empty(connection, REFERENCE_TABLES)
    for table in loading_order(queries.tables(connection)):
        part = exported[table.name]
        rows = queries.copy_in(connection, table.name, part.columns, _unpacked(_checked(archive, part)))
        if rows != part.rows:
            raise RestoreRefused(f"{archive.place}/{part.object} has {rows} rows instead of {part.rows}")
    for key in foreign_keys:
        queries.add_foreign_key(connection, key)
    for sequence in manifest.sequences:
        queries.continue_after(connection, sequence.table, sequence.column, sequence.last_value)


def _checked(archive: Archive, table: ExportedTable) -> Iterator[bytes]:
    """Yield the table's unmodified object. Raises RestoreRefused at its end if the checksum does not match."""
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in archive.read(table.object):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
    except ObjectMissing:
        raise RestoreRefused(f"the export at {archive.place} is incomplete: {table.object} is missing") from None
    if (size, digest.hexdigest()) != (table.size, table.sha256):
        raise RestoreRefused(
            f"{archive.place}/{table.object} is damaged: its {size} bytes are not the {table.size} that were exported"
        )


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    inflating = zlib.decompressobj(GZIP)
    for chunk in chunks:
        yield inflating.decompress(chunk)
