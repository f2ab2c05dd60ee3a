"""Ends the child processes of a laptop cloud when it ends, even by SIGKILL.

The watchdog is a small process that reads from a pipe whose other end the laptop cloud holds. When the pipe closes, the
watchdog signals the processes that are still registered. Linux's parent-death signal is no alternative: it follows the
death of the thread that started the child, and other systems do not have it.

This file runs as a script, so it may import the standard library only.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import IO


class Watchdog:
    """The registry of processes that must not outlive this one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def add(self, pid: int, *, gently: bool = False) -> None:
        """Register the process group of its leader `pid` to be killed; with `gently`, only `pid` receives SIGINT."""
        self._tell(f"{'gently' if gently else 'kill'} {pid}\n")

    def remove(self, pid: int) -> None:
        """Unregister `pid`, whose process has ended."""
        self._tell(f"forget {pid}\n")

    def stop(self) -> None:
        """Stop the watchdog, which signals the processes that are still registered."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(10)

    def _tell(self, line: str) -> None:
        if self._process.stdin is None:
            raise TypeError("the watchdog was started without a pipe")
        with self._lock, contextlib.suppress(BrokenPipeError, ValueError):
            # The watchdog was killed or stopped: there is nothing left to tell.
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()


def watch(orders: IO[str]) -> None:
    """Read `orders` to their end, then signal the registered processes."""
    registered: dict[int, str] = {}
    for line in orders:
        order, _, pid = line.strip().partition(" ")
        registered[int(pid)] = order
    for leader, order in registered.items():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if order == "gently":
                os.kill(leader, signal.SIGINT)
            elif order == "kill":
                os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    watch(sys.stdin)
