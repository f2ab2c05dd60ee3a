"""Measures the memory of settlement: `python -m bench.settling_process <database> <time>`.

Like the function, the process loads the modules of process_results and creates an S3 client first. It prints its peak
resident memory in MB and the number of picks that it graded.
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
    """Settle all due picks in a transaction that is rolled back, and print the result."""
    load("process_results/handler")
    from pickvs.ingestion.settling import settle

    boto3.client("s3", region_name="us-east-1")
    with psycopg.connect(url, row_factory=dict_row, prepare_threshold=None) as connection:
        done = settle(connection, at)
        connection.rollback()
    # Not getrusage: its maximum starts at the parent's value.
    peak = next(row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM"))
    print(json.dumps({"mb": int(peak.split()[1]) / 1024, **done}))


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
