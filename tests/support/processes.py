"""Processes that share nothing with the test but what they are told, as the containers of Lambda functions do."""

import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext

from pickvs.core.config import settings

_IMPORTED = ("tests.support.in_step", "tests.support.migrating", "tests.support.rivals", "tests.support.gateway")
"""Everything that the processes need. A test process has one server, so that there is one list for all of them."""


def context() -> ForkServerContext:
    """Return how to start processes: forked from one that has imported everything and has no thread and no connection.

    A new interpreter for each would import for two seconds what takes it some milliseconds to do.
    """
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(list(_IMPORTED))
    return made


def pool[**P](
    processes: int, method: ForkServerContext, join: Callable[P, None], *arguments: P.args, **_: P.kwargs
) -> ProcessPoolExecutor:
    """Return an executor of so many processes. Each has the environment of this moment, and first calls `join`.

    method: what `context` returned, with which the barriers among the arguments were made.
    """
    return ProcessPoolExecutor(
        processes, mp_context=method, initializer=_begin, initargs=(dict(os.environ), join, arguments)
    )


def _begin(environment: Mapping[str, str], join: Callable[..., None], arguments: tuple[object, ...]) -> None:
    # The server keeps the environment of the test that was the first to need it.
    os.environ.clear()
    os.environ.update(environment)
    settings.cache_clear()
    join(*arguments)
