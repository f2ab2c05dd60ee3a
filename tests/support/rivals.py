"""Concurrent requests of one user, each from its own process with its own connection, as on Lambda."""

from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.synchronize import Barrier
from uuid import UUID

import pytest

from pickvs.accounts import service as accounts
from pickvs.accounts.keys import service as api_keys
from pickvs.accounts.keys.requests import WantedKey
from pickvs.accounts.requests import Renewal
from pickvs.core import clock, database
from pickvs.core.errors import PickvsError, RequestError
from pickvs.picks import service
from pickvs.picks.requests import Submission
from tests.support.accounts import use_signing_keys
from tests.support.database_roles import SECRET, secrets_of
from tests.support.picking import set_pick_rules
from tests.support.processes import context, pool

_TOGETHER_SECONDS = 60


def submit_at_once(
    url: str, user: int, submissions: Sequence[Submission], *, at: datetime, processes: int, key: str | None = None
) -> list[str]:
    """Send all submissions from `processes` processes. Return `made` or the error's name for each.

    `key` is the Idempotency-Key of all submissions.
    """
    return _at_once(url, _submit, [(user, submission, key) for submission in submissions], at=at, processes=processes)


def refresh_at_once(url: str, refresh_tokens: Sequence[str], *, at: datetime, processes: int) -> list[str]:
    """Send all refresh tokens from `processes` processes. Return the successor or the error's name for each."""
    return _at_once(url, _refresh, [(token,) for token in refresh_tokens], at=at, processes=processes)


def make_keys_at_once(
    url: str, user: int, session: str, keys: Sequence[WantedKey], *, at: datetime, processes: int
) -> list[str]:
    """Request all keys from `processes` processes. Return `made` or the error's name for each."""
    return _at_once(url, _make_key, [(user, UUID(session), key) for key in keys], at=at, processes=processes)


def all_at_once(
    url: str,
    works: Sequence[Callable[[], object]],
    *,
    at: datetime,
    processes: int,
    seconds: float = _TOGETHER_SECONDS,
) -> list[str]:
    """Run all works, which must be picklable, in `processes` processes. Return `made` or the error's name for each.

    seconds: time in which each must be done.
    """
    return _at_once(url, _do, [(work,) for work in works], at=at, processes=processes, seconds=seconds)


def _at_once(
    url: str,
    work: Callable[..., str],
    requests: Sequence[tuple[object, ...]],
    *,
    at: datetime,
    processes: int,
    seconds: float = _TOGETHER_SECONDS,
) -> list[str]:
    method = context()
    with pool(processes, method, _join, url, method.Barrier(processes)) as rivals:
        waiting = [rivals.submit(work, at, *request) for request in requests]
        return [outcome.result(timeout=seconds) for outcome in waiting]


def _join(url: str, ready: Barrier) -> None:
    patch = pytest.MonkeyPatch()  # for the life of the process
    set_pick_rules(patch)
    use_signing_keys(patch, accounts)
    patch.setenv("DATABASE_SECRET_ARN", SECRET)
    patch.setenv("DATABASE_TLS", "off")
    patch.setattr(database, "get_secret", secrets_of(url).__getitem__)
    with database.transaction():
        ready.wait(timeout=_TOGETHER_SECONDS)


def _submit(at: datetime, user: int, submission: Submission, key: str | None) -> str:
    return _outcome(at, lambda: service.submit(user, submission, key=key) and "made")


def _refresh(at: datetime, refresh_token: str) -> str:
    return _outcome(at, lambda: accounts.refresh(Renewal(refresh_token=refresh_token)).refresh_token)


def _make_key(at: datetime, user: int, session: UUID, wanted: WantedKey) -> str:
    return _outcome(at, lambda: api_keys.make_key(user, session, wanted) and "made")


def _do(at: datetime, work: Callable[[], object]) -> str:
    return _outcome(at, lambda: "made" if work() else "nothing")


def _outcome(at: datetime, work: Callable[[], str]) -> str:
    try:
        with clock.held_at(at):
            return work()
    except RequestError as error:
        return error.code
    except PickvsError as error:
        return type(error).__name__
