"""Runs a function of the wing `predictions` in a process of its own: `… train|predict <database> <time> <bucket>`.

The process is kept on one core. Artefacts are files of a folder in place of S3. It prints its processor seconds, its
peak resident memory in MB, which includes what only the benchmark loads, and what the function returned.
"""

import gzip
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from pickvs.core import clock, database, storage
from pickvs.core.alarm_clock import EVENT
from tests.support.database_roles import SECRET, secrets_of
from tests.support.functions import load
from tests.support.training import Context

NBA = "basketball_nba"


class Bucket:
    """What of S3 the functions need: objects that are written once, and read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep_new(self, bucket: str, key: str, body: bytes, *, content_type: str) -> bool:
        """Store a body, unless there is one."""
        file = self._folder / bucket / key
        if file.exists():
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(body, 6, mtime=0))
        return True

    def read(self, bucket: str, key: str, *, chunk_bytes: int) -> Iterator[bytes]:
        """Yield what is stored."""
        del chunk_bytes
        yield (self._folder / bucket / key).read_bytes()


def main(function: str, url: str, at: datetime, folder: Path) -> None:
    """Run the function, and print what it took."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ |= {
        "MODELS_BUCKET": "models",
        "PREDICTED_SPORTS": NBA,
        "MAX_ODDS_AGE_HOURS": "24",
        "LOCK_MARGIN_SECONDS": "0",
        "DATABASE_SECRET_ARN": SECRET,
        "DATABASE_TLS": "off",
        "FUNCTIONS_TO_WAKE": "{}",
    }
    known, bucket = secrets_of(url), Bucket(folder)
    replaced: list[tuple[ModuleType, str, Any]] = [
        (storage, "keep_new", bucket.keep_new),
        (storage, "read", bucket.read),
        (database, "get_secret", lambda name: known[name]),
    ]
    for module, name, act in replaced:
        setattr(module, name, act)
    began = time.process_time()
    handler = load(f"{function}/handler").handler
    with clock.held_at(at):
        report = handler(dict(EVENT) if function == "train" else {}, Context())
    taken = time.process_time() - began
    # Not getrusage: its maximum starts at the parent's value.
    peak = next(row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM"))
    print(json.dumps({"cpu": taken, "mb": int(peak.split()[1]) / 1024, "report": report}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3]), Path(sys.argv[4]))
