"""A process that settles what is due and says how much memory it took: `python -m bench.settling_process <database>`.

It has loaded what process_results loads, and made a client of its bucket, as the function has by then. Prints the peak
of its resident memory in MB, and how many picks it graded.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import boto3
import psycopg
from psycopg.rows import dict_row

from tests.support.functions import load


def main(url: str, at: datetime) -> None:
    """Settle in a transaction that is taken back."""
    load("process_results/handler")
    from pickvs.ingestion.settling import settle

    boto3.client("s3", region_name="us-east-1")
    with psycopg.connect(url, row_factory=dict_row, prepare_threshold=None) as connection:
        done = settle(connection, at)
        connection.rollback()
    # Not getrusage: a child's maximum there begins with its parent's.
    peak = next(row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM"))
    print(json.dumps({"mb": int(peak.split()[1]) / 1024, **done}))


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
