"""Work that waits for a lock, in a thread beside the test."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from tests.support.contest import Contest


def blocked[Result](
    thread: ThreadPoolExecutor, contest: Contest, work: Callable[[], Result], *, seconds: float = 10
) -> Future[Result]:
    """Start `work` in the thread, and return when it waits for another session's lock, after at most `seconds`."""
    started = thread.submit(work)
    deadline = time.monotonic() + seconds
    while not waits_for_a_lock(contest):
        assert not started.done(), started.result()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return started


def waits_for_a_lock(contest: Contest) -> bool:
    return contest.connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone() is not None
