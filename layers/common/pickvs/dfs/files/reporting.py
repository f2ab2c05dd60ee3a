"""Sums up what was found in a file."""

from pickvs.dfs.files.report import Findings, Report
from pickvs.dfs.files.text import Text


def reported(kind: str, text: Text, rows: int, rejected: int, findings: Findings, *, strict: bool) -> Report:
    """Return the report of a file. rows, rejected: without those that could not be split into cells.

    strict: if a row is rejected, all are.
    """
    rows, rejected = rows + findings.unread, rejected + findings.unread
    left_out = rows if strict and rejected else rejected
    return Report(
        kind=kind,
        encoding=text.encoding,
        bom=text.bom,
        line_end=text.line_end,
        rows=rows,
        accepted=rows - left_out,
        rejected=left_out,
        problems=tuple(findings.problems),
        truncated=findings.truncated,
    )
