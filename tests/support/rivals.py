"""Many submissions of one user at once, from processes of their own: as many connections, as Lambda would have it."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing.synchronize import Barrier

import pytest

from pickvs.core import clock, database
from pickvs.core.errors import PickvsError, RequestError
from pickvs.picks import service
from pickvs.picks.schemas import Submission
from tests.support.picking import set_pick_rules

_TOGETHER_SECONDS = 60


def submit_at_once(
    url: str, user: int, submissions: Sequence[Submission], *, at: datetime, processes: int
) -> list[str]:
    """Send all submissions from `processes` processes; return of each `made` or what its error is called."""
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(processes)
    with ProcessPoolExecutor(processes, mp_context=spawn, initializer=_join, initargs=(url, ready)) as rivals:
        waiting = [rivals.submit(_submit, user, submission, at) for submission in submissions]
        return [outcome.result(timeout=_TOGETHER_SECONDS) for outcome in waiting]


def _join(url: str, ready: Barrier) -> None:
    patch = pytest.MonkeyPatch()  # for the life of the process
    set_pick_rules(patch)
    patch.setenv("DATABASE_SECRET_ARN", "test/database")
    patch.setattr(database, "get_secret", lambda _: {"url": url})
    with database.transaction():
        ready.wait(timeout=_TOGETHER_SECONDS)


def _submit(user: int, submission: Submission, at: datetime) -> str:
    try:
        with clock.held_at(at):
            service.submit(user, submission)
    except RequestError as error:
        return error.code
    except PickvsError as error:
        return type(error).__name__
    return "made"
