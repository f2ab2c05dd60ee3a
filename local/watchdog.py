"""Sees to it that nothing of a laptop cloud outlives it, however it ends.

A small process waits at a pipe whose other end the laptop cloud holds. When that closes without a word, be it by
SIGKILL, it signals what was registered. Process groups and signals that follow the parent's death by themselves exist
on Linux only, and there they follow the death of the thread that started the child.

Runs as a script, with nothing but the standard library.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import IO


class Watchdog:
    """Registers processes that must not outlive this one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def add(self, pid: int, *, gently: bool = False) -> None:
        """Register the leader `pid` of a process group, which is killed; or, `gently`, one that SIGINT shuts down."""
        self._tell(f"{'gently' if gently else 'kill'} {pid}\n")

    def remove(self, pid: int) -> None:
        """Take back the registration of `pid`, whose process has ended."""
        self._tell(f"forget {pid}\n")

    def stop(self) -> None:
        """End the watch; what is registered still is signalled."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(10)

    def _tell(self, line: str) -> None:
        if self._process.stdin is None:
            raise TypeError("the watchdog was started without a pipe")
        with self._lock, contextlib.suppress(BrokenPipeError, ValueError):
            # Whoever killed the watchdog, or stopped it, wants no more watch.
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()


def watch(orders: IO[str]) -> None:
    """Follow `orders` until they end, then signal what is registered."""
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
