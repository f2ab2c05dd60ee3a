"""Exports the database, as of one moment, to the bucket, and restores exports from there."""

import zlib
from functools import partial
from typing import Any

from pydantic import ValidationError

from pickvs.core import clock, metrics, storage
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import PickvsError
from pickvs.core.logging import logger
from pickvs.operations.recovery import queries
from pickvs.operations.recovery.archives import BucketArchive
from pickvs.operations.recovery.config import exports_bucket
from pickvs.operations.recovery.metrics import EXPORTED_BYTES, EXPORTS
from pickvs.operations.recovery.restoring import RestoreRefused, restore
from pickvs.operations.recovery.rules import FORMAT, GZIP, MANIFEST, Table, export_name, object_name
from pickvs.operations.recovery.schemas import ExportedSequence, ExportedTable, Manifest, RestoreOrder

_TABLE_MS = 600_000
"""Statement timeout for exporting one table, in milliseconds."""

_RESTORE_MS = 900_000
"""Statement timeout of a restore, in milliseconds: Lambda's maximum for the whole function."""

USAGE = 'Send {"export": "2026-11-20T23-15-00Z"}: the name of an export in the bucket.'


class ExportFailed(PickvsError):
    """No export was made. A later attempt may succeed."""


def back_up() -> dict[str, Any]:
    """Export the database to the configured bucket, and return the export's name and size.

    All tables are read from one snapshot, so concurrent writes appear in none of them. The manifest is written last: an
    interrupted export has none and does not count. Raises ExportFailed if the schema is being migrated,
    StorageUnavailable and DatabaseUnavailable.
    """
    taken_at = clock.now()
    archive = BucketArchive(exports_bucket(), export_name(taken_at))
    with transaction(snapshot=True, statement_timeout_ms=_TABLE_MS) as connection:
        if not queries.hold_schema(connection):
            raise ExportFailed("the schema is being migrated")
        queries.write_plainly(connection)
        version = queries.schema_version(connection)
        if version is None:
            raise ExportFailed("the database has no schema")
        manifest = Manifest(
            format=FORMAT,
            schema_version=version,
            taken_at=taken_at,
            tables=[_export(connection, table, archive) for table in queries.tables(connection)],
            sequences=[
                ExportedSequence(table=numbers.table, column=numbers.column, last_value=numbers.last_value)
                for numbers in queries.sequences(connection)
            ],
        )
    storage.keep(
        archive.bucket, archive.key(MANIFEST), manifest.model_dump_json().encode(), content_type="application/json"
    )
    size = sum(table.size for table in manifest.tables)
    report = {
        "export": archive.export,
        "schema_version": version,
        "tables": len(manifest.tables),
        "rows": sum(table.rows for table in manifest.tables),
        "bytes": size,
    }
    logger().info("database exported", extra={"report": report})
    metrics.emit({EXPORTS: 1, EXPORTED_BYTES: size})
    return report


def restore_ordered(event: object) -> dict[str, Any]:
    """Restore the export that an event names, from the configured bucket. Raises RestoreRefused."""
    try:
        order = RestoreOrder.model_validate(event)
    except ValidationError:
        raise RestoreRefused(USAGE) from None
    archive = BucketArchive(exports_bucket(), order.export)
    return restore(archive, partial(transaction, statement_timeout_ms=_RESTORE_MS))


def _export(connection: Connection, table: Table, archive: BucketArchive) -> ExportedTable:
    """Stream one table to its object. Neither the table nor the object is ever in memory as a whole."""
    name = object_name(table.name)
    rows = 0
    packing = zlib.compressobj(wbits=GZIP)
    with storage.uploading(archive.bucket, archive.key(name), content_type="application/gzip") as upload:
        for block in queries.copy_out(connection, table):
            # The format escapes line ends inside values, so each newline ends a row.
            rows += block.count(b"\n")
            upload.write(packing.compress(block))
        upload.write(packing.flush())
    return ExportedTable(
        table=table.name,
        columns=list(table.columns),
        rows=rows,
        object=name,
        size=upload.size,
        sha256=upload.sha256,
    )
