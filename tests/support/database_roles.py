"""The roles as which functions log in to the test server, and switching between them as the functions do.

Each function runs as the role that its row or its stack states. A statement for which the role lacks a privilege fails
in the test as it would fail in production.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import database
from pickvs.core.config import settings
from pickvs.operations.database_roles.rules import ROLES, Role

type Identity = str
"""The name of a role, or `owner`."""

SECRET = "test/logins"
"""Secret in use, by default that of the writer. A test that sets another one chooses its login itself."""

ROLE_OF_JOB: Mapping[str, Identity] = {
    "authorizer": "authorizer",
    "back_up": "writer",
    "build_lineups": "writer",
    "canary": "none",
    "collect_f1": "writer",
    "deliver_notices": "writer",
    "export_registry": "reader",
    "fetch_odds": "writer",
    "housekeeping": "writer",
    "ingest_injuries": "writer",
    "ingest_stats": "writer",
    "measure": "reader",
    "migrate": "owner",
    "note_mail_feedback": "writer",
    "operator": "writer",
    "predict": "forecaster",
    "process_results": "writer",
    "restore": "owner",
    "simulate_contest": "writer",
    "tick_drafts": "writer",
    "train": "forecaster",
}
"""Role of each function that is not an endpoint. tests/infra/test_routes.py compares it with the templates."""

USERS: Mapping[Role, str] = {role: f"pickvs_test_{role}" for role in ROLES}
PASSWORD = "of-the-tests"

_asleep: dict[Identity, Any] = {}
"""Open connections of the roles that do not run at the moment."""


@cache
def role_of(operation: str) -> Identity:
    """Return the role in an endpoint's row."""
    from cdk.routes import ENDPOINTS  # slow, and most of the processes that import this module need neither

    return next(endpoint.database.value for endpoint in ENDPOINTS if endpoint.name == operation)


def settle(url: str) -> None:
    """Create the roles, with the privileges that `migrate` gives them in the database at `url`."""
    from pickvs.operations.database_roles.service import Login, settle_password, settle_privileges

    with pytest.MonkeyPatch.context() as patch, psycopg.connect(url, autocommit=True, row_factory=dict_row) as owner:
        patch.setenv("DATABASE_TLS", "off")
        settle_privileges(owner, USERS)
        for role, user in USERS.items():
            settle_password(owner, Login(role, user, (PASSWORD,)))


def url_of(url: str, role: Role) -> str:
    """Return the connection string of the database at `url` for a role."""
    server = urlsplit(url)
    return f"postgresql://{USERS[role]}:{PASSWORD}@{server.hostname}:{server.port}{server.path}"


def secrets_of(url: str) -> dict[str, dict[str, str]]:
    """Return the secrets of the database at `url`, by name."""
    logins = {f"{SECRET}/{role}": {"url": url_of(url, role)} for role in ROLES}
    return {SECRET: logins[f"{SECRET}/writer"], f"{SECRET}/owner": {"url": url}, f"{SECRET}/none": {}, **logins}


@contextmanager
def acting_as(identity: Identity) -> Iterator[None]:
    """Make `pickvs.core.database` log in as `identity` inside the block, if SECRET is in use.

    Each identity keeps its connection, as each function keeps its own.
    """
    if not (settings().optional("DATABASE_SECRET_ARN") or "").startswith(SECRET):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_SECRET_ARN", f"{SECRET}/{identity}")
        patch.setattr(database, "_open", _asleep.pop(identity, None))
        patch.setattr(database, "_known", None)
        try:
            yield
        finally:
            if database._open is not None:
                _asleep[identity] = database._open


def close_all() -> None:
    """Close all connections."""
    database.close()
    while _asleep:
        _asleep.popitem()[1].close()


def acting_by_name(name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return the handler of a function that runs as its own role."""

    @wraps(handler)
    def run(*arguments: Any) -> Any:
        with acting_as(ROLE_OF_JOB[name]):
            return handler(*arguments)

    return run
