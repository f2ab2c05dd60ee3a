"""`make bench`: measures on this machine, now, and prints one table. Exits 1 if a limit is broken."""

import os
import sys
import tempfile
from pathlib import Path

from bench import boards, ingestion, lists, round_trips, settlement
from bench.table import render
from local.postgres import Postgres
from tests.support.databases import Databases


def main() -> int:
    os.environ["POWERTOOLS_LOG_LEVEL"] = "ERROR"  # what the functions note would stand between the lines of the table
    with (
        tempfile.TemporaryDirectory(prefix="pickvs-bench-") as folder,
        Postgres(Path(folder), durable=False) as server,
    ):
        databases = Databases(server)
        parts = (settlement, boards, lists, ingestion)
        lines = [line for part in parts for line in part.measure(databases)]
    lines += round_trips.measure()
    print(render(lines))
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
