"""Sends requests simultaneously, in steps, each to the real handler in its own process, as on Lambda."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

from pickvs.accounts import service as accounts
from pickvs.core import clock, database, storage
from tests.support.accounts import make_hashing_cheap, use_signing_keys
from tests.support.database_roles import SECRET, acting_as, role_of, secrets_of
from tests.support.functions import load
from tests.support.gateway import Answer, send
from tests.support.picking import set_pick_rules
from tests.support.processes import context, pool

_TOGETHER_SECONDS = 60
_in_step: list[Barrier] = []


@dataclass(frozen=True)
class Request:
    """A request to functions/api/<wing>/<operation>.py, and the moment at which it is answered."""

    operation: str
    method: str
    path: str
    at: datetime
    more: dict[str, Any] = field(default_factory=dict)


type SendInStep = Callable[[Sequence[Request]], list[Answer]]
"""Sends as many requests as there are processes at the same time, then the next ones. Returns the answers in order."""


@contextmanager
def in_step(url: str, *, processes: int) -> Iterator[SendInStep]:
    """Yield what sends requests from so many processes, which share one database and nothing else.

    Password hashing is cheap in them, because it is not under test.
    """
    method = context()
    with pool(processes, method, _join, url, method.Barrier(processes)) as crowd:

        def send_all(requests: Sequence[Request]) -> list[Answer]:
            assert len(requests) % processes == 0, "a step that is not full would wait for ever"
            waiting = [crowd.submit(_send, request) for request in requests]
            return [answer.result(timeout=_TOGETHER_SECONDS) for answer in waiting]

        yield send_all


def send_in_step(url: str, requests: Sequence[Request], *, processes: int) -> list[Answer]:
    """Send the requests from processes that are there for them alone. See in_step."""
    with in_step(url, processes=processes) as send_all:
        return send_all(requests)


def _join(url: str, barrier: Barrier) -> None:
    patch = pytest.MonkeyPatch()  # for the life of the process
    set_pick_rules(patch)
    use_signing_keys(patch, accounts)
    patch.setenv("GROUP_JOINS_PER_USER", "100000/60")
    patch.setenv("UPLOADS_BUCKET", "uploads")  # of whoever goes
    patch.setattr(storage, "delete", lambda *_: None)
    patch.setenv("DATABASE_SECRET_ARN", SECRET)
    patch.setenv("DATABASE_TLS", "off")
    patch.setattr(database, "get_secret", secrets_of(url).__getitem__)
    make_hashing_cheap(patch)
    with database.transaction():
        _in_step.append(barrier)


def _send(request: Request) -> Answer:
    _in_step[0].wait(timeout=_TOGETHER_SECONDS)
    with clock.held_at(request.at), acting_as(role_of(request.operation)):
        return send(load(f"api/{request.operation}").app, request.method, request.path, **request.more)
