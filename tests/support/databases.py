"""Fresh databases in the time of a file copy, and the business code pointed at one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count

import psycopg
import pytest
from psycopg import sql

from local.postgres import Postgres
from pickvs.core import database
from pickvs.core.config import settings
from tests.support.functions import load

_TEMPLATE = "template_migrated"


class Databases:
    """Hands out databases on one server."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._numbers = count(1)

    @cached_property
    def _template(self) -> str:
        self._server.ensure_database(_TEMPLATE)
        load("migrate/handler").migrate(self._server.url(_TEMPLATE))
        return _TEMPLATE

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """Yield the URL of a database of its own, dropped afterwards."""
        name = f"test_{next(self._numbers)}"
        template = self._template if migrated else "template0"
        with psycopg.connect(self._server.url("postgres"), autocommit=True) as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        try:
            yield self._server.url(name)
        finally:
            with psycopg.connect(self._server.url("postgres"), autocommit=True) as admin:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def in_use(self, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Let `pickvs.core.database` connect to `url`."""
        database.close()
        monkeypatch.setenv("DATABASE_SECRET_ARN", "test/database")
        with monkeypatch.context() as patch:
            known = {"test/database": {"url": url}}
            patch.setattr(database, "get_secret", lambda name: known[name])
            settings.cache_clear()
            yield
        database.close()
        settings.cache_clear()


def secret_values(monkeypatch: pytest.MonkeyPatch, module: object, values: dict[str, dict[str, str]]) -> None:
    """Answer `get_secret` in `module` from `values`; an unknown name raises KeyError."""
    assert hasattr(module, "get_secret"), f"{module} does not read secrets"
    monkeypatch.setattr(module, "get_secret", lambda name: values[name])
