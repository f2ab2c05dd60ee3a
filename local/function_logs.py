"""The functions' log files: the output of a function, and Lambda's own lines about each invocation."""

import logging
import logging.handlers
from datetime import UTC, datetime
from pathlib import Path

MAX_BYTES = 5_000_000
KEPT_FILES = 2
"""Number of rotated files that are kept in addition to the current one."""


class LogFile:
    """A log file that is rotated when it is full."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", errors="replace", delay=True
        )
        self._handler.setFormatter(logging.Formatter("%(message)s"))

    def write(self, source: str, text: str) -> None:
        """Append `text`. Each line is prefixed with the time in UTC and `source`."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for line in text.splitlines():
            if line.strip():
                self._handler.handle(
                    logging.LogRecord(__name__, logging.INFO, "", 0, f"{now} {source} {line.rstrip()}", None, None)
                )

    def close(self) -> None:
        """Close the file."""
        self._handler.close()
