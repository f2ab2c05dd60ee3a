"""Time on the processor: what a piece of work takes, whatever else the machine is doing meanwhile.

The client's thread and the server's process of its connection take turns: their times add up to what a clock shows on
a machine that is doing nothing else and reads and writes in memory.
"""

import time
from pathlib import Path
from typing import Any

import psycopg


def on_processor(connection: psycopg.Connection[Any]) -> float:
    """Return the seconds that this thread and the server's process of `connection` have run so far."""
    # In nanoseconds; `stat` beside it counts ticks of 10 ms.
    server = Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text("ascii")
    return time.thread_time() + int(server.split()[0]) / 1e9
