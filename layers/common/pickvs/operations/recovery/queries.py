"""The SQL of exports and restores. Names of tables and columns come from the catalogue and are quoted."""

from collections.abc import Iterable, Iterator, Sequence

from psycopg import sql

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.operations.recovery.rules import Table


class ForeignKey(TableRow, frozen=True):
    """A foreign key with its name and definition, from which it can be recreated."""

    table: str
    name: str
    definition: str


class Numbers(TableRow, frozen=True):
    """An identity column and the last number it assigned."""

    table: str
    column: str
    last_value: int


def hold_schema(connection: Connection) -> bool:
    """Block migrations until the transaction ends. Return False if a migration is running or has just ended.

    A migration that rewrites a table leaves it empty for older snapshots, and the export would not notice. The check
    compares each table's storage: pg_class is read as of the snapshot, pg_relation_filenode is not.
    """
    row = connection.execute("SELECT pg_try_advisory_xact_lock_shared(hashtext('pickvs-migrate')) AS held").fetchone()
    if row is None or not row["held"]:
        return False
    moved = connection.execute(
        """
        SELECT FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
          AND relfilenode IS DISTINCT FROM pg_relation_filenode(oid)
        """
    )
    return moved.fetchone() is None


def write_plainly(connection: Connection) -> None:
    """Set this transaction's output formats so that COPY writes values that any server reads, whatever its settings."""
    connection.execute(
        """
        SELECT set_config('DateStyle', 'ISO, YMD', true), set_config('TimeZone', 'UTC', true),
               set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '3', true)
        """
    )


def schema_version(connection: Connection) -> str | None:
    """Return the version of the database schema. None if there is none."""
    row = connection.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL AS migrated").fetchone()
    if row is None or not row["migrated"]:
        return None
    version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if version is None else str(version["version_num"])


def tables(connection: Connection) -> list[Table]:
    """Return all tables except the one that holds the schema version."""
    rows = connection.execute(
        """
        SELECT relname AS name,
               ARRAY(SELECT attname::text FROM pg_attribute
                     WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                     ORDER BY attnum) AS columns,
               -- 4 is the bit of INSERT in a trigger's type (src/include/catalog/pg_trigger.h)
               EXISTS (SELECT FROM pg_trigger
                       WHERE tgrelid = pg_class.oid AND NOT tgisinternal AND tgtype & 4 <> 0) AS checks_new_rows,
               EXISTS (SELECT FROM pg_trigger
                       WHERE tgrelid = pg_class.oid AND NOT tgisinternal AND tgtype & 4 <> 0
                         AND tgnewtable IS NOT NULL) AS checks_references
        FROM pg_class
        -- A partition's rows are those of its table.
        WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
          AND relname <> 'alembic_version'
        ORDER BY relname
        """
    )
    return [Table(row["name"], tuple(row["columns"]), row["checks_new_rows"], row["checks_references"]) for row in rows]


def sequences(connection: Connection) -> list[Numbers]:
    """Return the identity columns that have assigned numbers."""
    with connection.cursor(row_factory=row_of(Numbers)) as cursor:
        return cursor.execute(
            """
            SELECT owner.relname AS table, attname AS column, last_value
            FROM pg_attribute
            JOIN pg_class owner ON owner.oid = attrelid
            JOIN pg_class sequence
              ON sequence.oid = pg_get_serial_sequence(attrelid::regclass::text, attname)::regclass
            JOIN pg_sequences ON schemaname = 'public' AND sequencename = sequence.relname
            WHERE owner.relnamespace = 'public'::regnamespace AND attidentity <> '' AND last_value IS NOT NULL
            ORDER BY owner.relname, attname
            """
        ).fetchall()


def copy_out(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield the table's rows in PostgreSQL's text format: one line per row, in UTF-8."""
    # A query, because COPY of a table with partitions has no rows.
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (ENCODING 'UTF8')").format(
        sql.SQL(", ").join(map(sql.Identifier, table.columns)), _name(table.name)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            yield bytes(block)


def copy_in(connection: Connection, table: str, columns: Sequence[str], blocks: Iterable[bytes]) -> int:
    """Insert rows written by `copy_out`, including identities, and return their number."""
    statement = sql.SQL("COPY {} FROM STDIN (ENCODING 'UTF8')").format(_with_columns(table, columns))
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in blocks:
                copy.write(block)
        return cursor.rowcount


def lock(connection: Connection, names: Iterable[str]) -> None:
    """Lock the tables exclusively until the transaction ends."""
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(", ").join(map(_name, names))))


def filled(connection: Connection, names: Iterable[str]) -> list[str]:
    """Return the tables that have rows."""
    each = [
        sql.SQL("SELECT {} AS name WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), _name(name))
        for name in names
    ]
    return [row["name"] for row in connection.execute(sql.SQL(" UNION ALL ").join(each))] if each else []


def empty(connection: Connection, names: Iterable[str]) -> None:
    """Remove all rows of the tables. No foreign key may refer to them."""
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(_name, sorted(names)))))


def foreign_keys(connection: Connection) -> list[ForeignKey]:
    """Return every foreign key. Those of partitions come and go with the keys of their tables."""
    with connection.cursor(row_factory=row_of(ForeignKey)) as cursor:
        return cursor.execute(
            """
            SELECT relname AS table, conname AS name, pg_get_constraintdef(pg_constraint.oid) AS definition
            FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
            WHERE contype = 'f' AND conparentid = 0 AND relnamespace = 'public'::regnamespace
            ORDER BY relname, conname
            """
        ).fetchall()


def drop_foreign_key(connection: Connection, key: ForeignKey) -> None:
    """Drop a foreign key."""
    connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(_name(key.table), sql.Identifier(key.name)))


def add_foreign_key(connection: Connection, key: ForeignKey) -> None:
    """Recreate a foreign key. PostgreSQL checks all existing rows."""
    connection.execute(
        sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
            _name(key.table),
            sql.Identifier(key.name),
            sql.SQL(key.definition),  # from pg_get_constraintdef
        )
    )


def continue_after(connection: Connection, table: str, column: str, last_value: int) -> None:
    """Make an identity column continue after `last_value`."""
    connection.execute(
        "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
        (_name(table).as_string(connection), column, last_value),
    )


def gather_statistics(connection: Connection, names: Iterable[str]) -> None:
    """Update the planner's statistics of the tables."""
    connection.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(map(_name, names))))


def _name(table: str) -> sql.Identifier:
    return sql.Identifier("public", table)


def _with_columns(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("{} ({})").format(_name(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
