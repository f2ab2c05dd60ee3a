"""The manifest of an export, and the order to restore one."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from pickvs.core.requests import RequestBody, Worded

type Count = Annotated[int, Field(ge=0)]


class ExportedTable(RequestBody):
    """One table, and the object that holds its rows."""

    table: str
    columns: list[str]
    rows: Count
    object: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.copy\.gz$"), Worded("must be the name of an object")]
    size: Count
    """Size of the object, in bytes."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), Worded("must be a SHA-256 in hexadecimal digits")]
    """Checksum of the object as stored (compressed)."""


class ExportedSequence(RequestBody):
    """The last number that an identity column assigned. It is not assigned again."""

    table: str
    column: str
    last_value: int


class Manifest(RequestBody):
    """The contents of an export."""

    format: Literal[1]
    schema_version: str
    taken_at: AwareDatetime
    """Everything committed before this time is in the export."""
    tables: list[ExportedTable]
    sequences: list[ExportedSequence]


class RestoreOrder(RequestBody):
    """The export to restore."""

    export: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,60}$"), Worded("must be the name of an export")]
