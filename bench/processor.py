"""Measures processor time, which does not depend on other load on the machine.

The client's thread and the server process of its connection run in turn, never at the same time. On an idle machine
without disk I/O, the sum of their processor times equals the wall-clock time.
"""

import time
from pathlib import Path
from typing import Any

import psycopg


def on_processor(connection: psycopg.Connection[Any]) -> float:
    """Return the processor seconds that this thread and the server process of `connection` have used so far."""
    # schedstat counts nanoseconds; stat counts ticks of 10 ms.
    server = Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text("ascii")
    return time.thread_time() + int(server.split()[0]) / 1e9
