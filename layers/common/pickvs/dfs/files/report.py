"""What was found wrong with an uploaded file: each fault with its line, column, value, code and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Code = Literal[
    "HEADER_NOT_FOUND",
    "COLUMN_MISSING",
    "TOO_LARGE",
    "TOO_MANY_ROWS",
    "WRONG_SLATE",
    "UNCLOSED_QUOTE",
    "NOT_A_NUMBER",
    "NOT_A_GAME",
    "OUT_OF_RANGE",
    "UNKNOWN_PLAYER",
    "AMBIGUOUS_PLAYER",
    "DUPLICATE_ROW",
    "DUPLICATE_PLAYER",
    "TEAM_MISMATCH",
    "SALARY_MISMATCH",
    "UNKNOWN_SLOT",
    "UNKNOWN_ENTRY_CONTEST",
    "LOCK_DISAGREES",
]
"""What may be wrong. The first five refuse a whole file; the others are of one row."""

Severity = Literal["error", "warning"]
"""A row with an error is left out. One with a warning is taken."""

SHOWN = 200
"""How many problems a report holds."""
_VALUE_LENGTH = 80
_MESSAGE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. line: physical line of the file, from 1. column: title as the file has it; empty for a whole line.

    value: the cell, shortened to 80 characters. message: what is expected. suggestions: players that may be meant;
    none is ever applied.
    """

    line: int
    column: str
    value: str
    code: Code
    severity: Severity
    message: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file. rows: data rows read; each was accepted or rejected.

    problems: the first 200. truncated: whether there were more.
    """

    kind: str
    encoding: str
    bom: bool
    line_end: str
    rows: int
    accepted: int
    rejected: int
    problems: tuple[Problem, ...]
    truncated: bool


class FileRefused(ValueError):
    """A whole file cannot be read. code: why. line: where, if at a certain line."""

    def __init__(self, code: Code, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line


@dataclass(slots=True)
class Findings:
    """Collects the problems of one file.

    errors, warnings: how many there were, also those that are not kept. unread: rows that could not be split into
    cells.
    """

    problems: list[Problem] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0
    unread: int = 0

    def error(
        self, line: int, column: str, value: str, code: Code, message: str, suggestions: Sequence[str] = ()
    ) -> None:
        """Note a fault because of which a row is left out."""
        self.errors += 1
        self._keep(line, column, value, code, "error", message, suggestions)

    def warning(
        self, line: int, column: str, value: str, code: Code, message: str, suggestions: Sequence[str] = ()
    ) -> None:
        """Note a fault in spite of which a row is taken."""
        self.warnings += 1
        self._keep(line, column, value, code, "warning", message, suggestions)

    @property
    def full(self) -> bool:
        """Whether no further problem is kept."""
        return len(self.problems) >= SHOWN

    @property
    def truncated(self) -> bool:
        """Whether there were more problems than are kept."""
        return self.errors + self.warnings > len(self.problems)

    def _keep(
        self,
        line: int,
        column: str,
        value: str,
        code: Code,
        severity: Severity,
        message: str,
        suggestions: Sequence[str],
    ) -> None:
        if not self.full:
            said = printable(message, _MESSAGE_LENGTH)  # it may repeat a name or a title of the file
            near = tuple(printable(each) for each in suggestions)
            self.problems.append(Problem(line, printable(column), printable(value), code, severity, said, near))


def printable(value: str, most: int = _VALUE_LENGTH) -> str:
    """Return a text as it may be shown and stored: without control characters, and cut to a length."""
    shown = "".join(mark if mark.isprintable() else "\ufffd" for mark in value[: most + 1])
    return shown if len(shown) <= most else shown[: most - 1] + "…"
