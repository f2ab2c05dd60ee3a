"""Writes everything that is in the database, as of one moment, into the bucket; and orders one of those back."""

import zlib
from functools import partial
from typing import Any

from pydantic import ValidationError

from pickvs.core import clock, metrics, storage
from pickvs.core.config import settings
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import PickvsError
from pickvs.core.logging import logger
from pickvs.core.metrics import Metric
from pickvs.recovery import queries
from pickvs.recovery.archives import BucketArchive
from pickvs.recovery.restoring import RestoreRefused, restore
from pickvs.recovery.rules import FORMAT, GZIP, MANIFEST, Table, export_name, object_name
from pickvs.recovery.schemas import ExportedSequence, ExportedTable, Manifest, RestoreOrder

_TABLE_MS = 600_000
"""How long one table may take."""

_RESTORE_MS = 900_000
"""How long one statement of a restore may take: as long as Lambda allows all of it."""

USAGE = 'Send {"export": "2026-11-20T23-15-00Z"}: the name of an export in the bucket.'


class ExportFailed(PickvsError):
    """No export was made; a later attempt may make one."""


def back_up() -> dict[str, Any]:
    """Export the database into the configured bucket, and return what the export is called and how large it is.

    Everything is read from one snapshot, so that what is written meanwhile is in none of the tables. The manifest is
    written last: an export that broke off has none, and does not count. Raises ExportFailed while the schema is being
    migrated, StorageUnavailable and DatabaseUnavailable.
    """
    taken_at = clock.now()
    archive = BucketArchive(settings().exports_bucket, export_name(taken_at))
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
    metrics.emit({Metric.EXPORTS: 1, Metric.EXPORTED_BYTES: size})
    return report


def restore_ordered(event: object) -> dict[str, Any]:
    """Restore the export that an event names, from the configured bucket. Raises RestoreRefused."""
    try:
        order = RestoreOrder.model_validate(event)
    except ValidationError:
        raise RestoreRefused(USAGE) from None
    archive = BucketArchive(settings().exports_bucket, order.export)
    return restore(archive, partial(transaction, statement_timeout_ms=_RESTORE_MS))


def _export(connection: Connection, table: Table, archive: BucketArchive) -> ExportedTable:
    """Write one table's object, row by row: neither the table nor the object is ever in memory as a whole."""
    name = object_name(table.name)
    rows = 0
    packing = zlib.compressobj(wbits=GZIP)
    with storage.uploading(archive.bucket, archive.key(name), content_type="application/gzip") as upload:
        for block in queries.copy_out(connection, table):
            # In this format a line's end inside a value is written as two other characters.
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
