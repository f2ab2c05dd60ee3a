"""The SQL of uploads and of the spellings that users save."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.dfs.uploads.rules import UploadKind

_UPLOAD = SQL("""
    SELECT upload.id, upload.slate_id, upload.kind, upload.sha256, upload.bytes, upload.is_strict, upload.report,
           upload.uploaded_at,
           (SELECT min(made.id) FROM projection_sets made WHERE made.upload_id = upload.id) AS projection_set_id,
           (SELECT min(file.id) FROM dfs_entry_files file WHERE file.upload_id = upload.id) AS entry_file_id
    FROM dfs_uploads upload
    WHERE upload.user_id = %(user)s
""")

_FIND = SQL("{} AND upload.id = %(upload)s").format(_UPLOAD)

_LATEST_OF = SQL("""
    {} AND upload.kind = %(kind)s AND upload.sha256 = %(sha256)s AND upload.is_strict = %(is_strict)s
    ORDER BY upload.id DESC LIMIT 1
""").format(_UPLOAD)

# One at a time for each user, so that a file that is sent twice at once is one upload.
_TAKE_TURN = SQL("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-uploads:' || %s, 0))")

_DIGESTS = SQL("SELECT DISTINCT sha256 FROM dfs_uploads WHERE user_id = %s ORDER BY sha256")

_COUNT = SQL("SELECT count(*) FROM dfs_uploads WHERE user_id = %s")

_INSERT = SQL("""
    INSERT INTO dfs_uploads (user_id, slate_id, kind, sha256, bytes, is_strict, report, uploaded_at)
    VALUES (%(user)s, %(slate)s, %(kind)s, %(sha256)s, %(bytes)s, %(is_strict)s, %(report)s, %(at)s)
    RETURNING id
""")

_ALIASES = SQL("SELECT team, alias, name FROM dfs_aliases WHERE user_id = %s AND sport = %s")

_PUT_ALIAS = SQL("""
    INSERT INTO dfs_aliases AS known (user_id, sport, team, alias, name, added_at)
    VALUES (%(user)s, %(sport)s, %(team)s, %(alias)s, %(name)s, %(at)s)
    ON CONFLICT (user_id, sport, team, alias) DO UPDATE SET name = excluded.name, added_at = excluded.added_at
    WHERE known.name <> excluded.name
""")


class UploadRow(TableRow, frozen=True):
    """An upload. report: as rules.Report, with a digest of what was taken."""

    id: int
    slate_id: int | None
    kind: UploadKind
    sha256: str
    bytes: int
    is_strict: bool
    report: dict[str, Any]
    uploaded_at: datetime
    projection_set_id: int | None
    entry_file_id: int | None


class AliasRow(TableRow, frozen=True):
    """A spelling. alias: as names are compared. name: as the site writes it."""

    team: str
    alias: str
    name: str


def find(connection: Connection, upload_id: int, user_id: int) -> UploadRow | None:
    """Return an upload of the user. None if there is none."""
    with connection.cursor(row_factory=row_of(UploadRow)) as cursor:
        return cursor.execute(_FIND, {"user": user_id, "upload": upload_id}).fetchone()


def latest_of(
    connection: Connection, user_id: int, *, kind: UploadKind, sha256: str, is_strict: bool
) -> UploadRow | None:
    """Return the user's last upload of these bytes as this kind. None if there is none."""
    values = {"user": user_id, "kind": kind, "sha256": sha256, "is_strict": is_strict}
    with connection.cursor(row_factory=row_of(UploadRow)) as cursor:
        return cursor.execute(_LATEST_OF, values).fetchone()


def take_turn(connection: Connection, user_id: int) -> None:
    """Wait until no other transaction stores an upload of the user. Held until the transaction ends."""
    connection.execute(_TAKE_TURN, (str(user_id),))


def count(connection: Connection, user_id: int) -> int:
    """Return how many uploads the user has."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [found] = cursor.execute(_COUNT, (user_id,)).fetchall()
    return int(found)


def digests(connection: Connection, user_id: int) -> list[str]:
    """Return the SHA-256 of all files of the user."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_DIGESTS, (user_id,)).fetchall()


def insert(
    connection: Connection,
    *,
    user_id: int,
    slate_id: int | None,
    kind: UploadKind,
    sha256: str,
    size: int,
    is_strict: bool,
    report: Mapping[str, Any],
    at: datetime,
) -> int:
    """Insert an upload, and return its id."""
    values = {
        "user": user_id,
        "slate": slate_id,
        "kind": kind,
        "sha256": sha256,
        "bytes": size,
        "is_strict": is_strict,
        "report": Jsonb(dict(report)),
        "at": at,
    }
    with connection.cursor(row_factory=scalar_row) as cursor:
        [upload_id] = cursor.execute(_INSERT, values).fetchall()
    return int(upload_id)


def aliases(connection: Connection, user_id: int, sport: str) -> list[AliasRow]:
    """Return the spellings that the user has saved for a sport."""
    with connection.cursor(row_factory=row_of(AliasRow)) as cursor:
        return cursor.execute(_ALIASES, (user_id, sport)).fetchall()


def put_alias(
    connection: Connection, user_id: int, *, sport: str, team: str, alias: str, name: str, at: datetime
) -> None:
    """Save a spelling, or change whom it means."""
    values = {"user": user_id, "sport": sport, "team": team, "alias": alias, "name": name, "at": at}
    connection.execute(_PUT_ALIAS, values)
