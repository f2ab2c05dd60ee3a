"""The functions' log files: what a function prints, and Lambda's own lines about each invocation."""

import logging
import logging.handlers
from datetime import UTC, datetime
from pathlib import Path

MAX_BYTES = 5_000_000
KEPT_FILES = 2
"""How many full files are kept beside the one that is written."""


class LogFile:
    """A file that lines are added to; when it is full it is put aside, and the oldest one goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", errors="replace", delay=True
        )
        self._handler.setFormatter(logging.Formatter("%(message)s"))

    def write(self, source: str, text: str) -> None:
        """Add `text`, each of its lines with the time in UTC and `source` in front."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for line in text.splitlines():
            if line.strip():
                self._handler.handle(
                    logging.LogRecord(__name__, logging.INFO, "", 0, f"{now} {source} {line.rstrip()}", None, None)
                )

    def close(self) -> None:
        """Write no more."""
        self._handler.close()
