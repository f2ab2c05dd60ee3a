"""Responses about uploads."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.dfs.uploads.rules import UploadKind


class UploadFault(ResponseBody):
    """One fault of a file."""

    line: Annotated[int, doc("Physical line of the file, from 1.", examples=[14])]
    column: Annotated[str, doc("Title of the column; empty for a whole line.", examples=["Salary"])]
    value: Annotated[str, doc("The cell, at most 80 characters of it.", examples=["5,4oo"])]
    code: Annotated[str, doc("Stable identifier of the kind of fault.", examples=["NOT_A_NUMBER"])]
    severity: Annotated[
        Literal["error", "warning"], doc("A row with an error is left out, one with a warning is taken.")
    ]
    message: Annotated[str, doc("What is expected.", examples=["Salary must be whole dollars, such as 5400."])]
    suggestions: Annotated[
        list[str], doc("Players who may be meant. None is ever applied.", examples=[["Bub Carrington (WAS)"]])
    ]


class UploadReport(ResponseBody):
    """A file that was uploaded, and what became of it."""

    upload_id: int
    kind: UploadKind
    slate_id: Annotated[int | None, doc("The slate that the file is of. null if nothing of it was taken.")]
    projection_set_id: Annotated[int | None, doc("The set of projections that was made of it.")]
    entry_file_id: Annotated[int | None, doc("The file of entries that was made of it.")]
    sha256: Annotated[str, doc("Of the file, in hexadecimal.", examples=["0" * 64])]
    bytes: Annotated[int, doc("Size of the file.", examples=[22_641])]
    uploaded_at: Moment
    is_strict: Annotated[bool, doc("Whether one wrong row leaves out all.")]
    encoding: Annotated[str, doc("How its characters are written.", examples=["utf-8"])]
    bom: Annotated[bool, doc("Whether it begins with a byte order mark.")]
    line_end: Annotated[Literal["lf", "crlf", "cr", "mixed", "none"], doc("How its lines end.")]
    rows: Annotated[int, doc("Data rows.", examples=[209])]
    accepted: Annotated[int, doc("Rows that were taken.", examples=[207])]
    rejected: Annotated[int, doc("Rows that were left out.", examples=[2])]
    problems: Annotated[list[UploadFault], doc("The first 200.")]
    truncated: Annotated[bool, doc("Whether there were more.")]


class UploadAddress(ResponseBody):
    """Where a client sends a file, with PUT and the Content-Type text/csv."""

    url: Annotated[
        str,
        doc("Whoever has it can send the file. It is valid for 15 minutes.", examples=["https://uploads.example/x"]),
    ]
    key: Annotated[str, doc("Names the file in POST /dfs/uploads, once it is sent.", examples=["0" * 64])]
    expires_at: Moment


class Alias(ResponseBody):
    """How your files write the name of a player. It holds for all slates of the sport."""

    sport: Annotated[str, doc("Sport of the slate.", examples=["basketball_nba"])]
    team: Annotated[str, doc("As the site writes it.", examples=["WAS"])]
    alias: Annotated[str, doc("As it was saved.", examples=["Alex Sarr"])]
    name: Annotated[str, doc("Whom it means, as the site writes it.", examples=["Alexandre Sarr"])]
