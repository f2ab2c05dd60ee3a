"""The manifest of an export, and the order to restore one."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from pickvs.core.requests import RequestBody

type Count = Annotated[int, Field(ge=0)]


class ExportedTable(RequestBody):
    """One table, and the object that its rows are in."""

    table: str
    columns: list[str]
    rows: Count
    object: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.copy\.gz$")]
    size: Count
    """The object's, in bytes."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """The object's, as it lies there."""


class ExportedSequence(RequestBody):
    """How far the numbers of an identity column have got; a number that was given is not given again."""

    table: str
    column: str
    last_value: int


class Manifest(RequestBody):
    """What an export consists of."""

    format: Literal[1]
    schema_version: str
    taken_at: AwareDatetime
    """Everything that was committed before this moment is in the export."""
    tables: list[ExportedTable]
    sequences: list[ExportedSequence]


class RestoreOrder(RequestBody):
    """Which export to restore."""

    export: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,60}$")]
