"""Fresh databases within the time of a file copy, and connecting the business code to one of them."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from local.postgres import Postgres
from pickvs.core import database
from pickvs.core.config import settings
from pickvs.operations.database_roles import privileges
from tests.support.database_roles import PASSWORD, SECRET, USERS, close_all, secrets_of, settle
from tests.support.functions import FUNCTIONS, load

_MIGRATE = FUNCTIONS / "migrate"


class Databases:
    """Hands out databases on one server.

    cheap_logins: whether a login takes one hash instead of 4096, on either side. Each test logs in several times, and
    this would be half of what its connections cost. Not where logins are measured.
    """

    def __init__(self, server: Postgres, *, cheap_logins: bool = False) -> None:
        self._cheap_logins = cheap_logins
        self._server = server
        self._numbers = count(1)

    @cached_property
    def _admin(self) -> psycopg.Connection:
        """The superuser's connection. It stays open: opening one costs as much as what a test asks of it."""
        return psycopg.connect(self._server.url("postgres"), autocommit=True)

    def close(self) -> None:
        """Close the superuser's connection, if there is one."""
        if "_admin" in self.__dict__:
            self._admin.close()
            del self._admin

    @cached_property
    def _template(self) -> str:
        """The name of a migrated database. It is made again when a migration is another."""
        files = [path for path in sorted(_MIGRATE.rglob("*.*")) if path.suffix in {".py", ".sql", ".csv"}]
        files.append(Path(privileges.__file__))
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in files))
        name, half = f"template_{digest.hexdigest()[:16]}", f"half_{os.getpid()}"
        if not self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            self._server.ensure_database(half)
            migrate(self._server.url(half))
            if self._cheap_logins:
                self._make_logins_cheap()
            self._admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (half, name))))
        return name

    def _make_logins_cheap(self) -> None:
        logins = dict.fromkeys(USERS.values(), PASSWORD)
        superuser = urlsplit(self._server.url("postgres"))
        logins[str(superuser.username)] = str(superuser.password)
        with self._admin.transaction():
            self._admin.execute("SET LOCAL scram_iterations = 1")
            for user, password in logins.items():
                change = sql.SQL("ALTER ROLE {} PASSWORD {}")
                self._admin.execute(change.format(sql.Identifier(user), sql.Literal(password)))

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """Yield the URL of a new database, which is dropped afterwards."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        template = self._template if migrated else "template0"
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        if migrated:
            # A copy has the template's privileges, except those on the database itself.
            self._admin.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        try:
            yield self._server.url(name)
        finally:
            self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def in_use(self, url: str) -> Iterator[None]:
        """Make `pickvs.core.database` connect to `url` inside the block."""
        with pytest.MonkeyPatch.context() as patch, self.use(url, patch):
            yield

    @contextmanager
    def use(self, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Make `pickvs.core.database` connect to `url` until `monkeypatch` undoes its changes.

        It logs in as the writer, except inside the functions, which have roles of their own.

        A test that changes the same attributes must pass its own `monkeypatch`. Otherwise the changes are undone in the
        wrong order and leak out of the test.
        """
        known = secrets_of(url)
        close_all()
        monkeypatch.setenv("DATABASE_SECRET_ARN", SECRET)
        monkeypatch.setenv("DATABASE_TLS", "off")
        monkeypatch.setattr(database, "get_secret", lambda name: known[name])
        monkeypatch.setattr(database, "_known", None)
        settings.cache_clear()
        try:
            yield
        finally:
            close_all()
            settings.cache_clear()


def migrate(url: str) -> tuple[str | None, str]:
    """Migrate the database at `url` to the newest version, and settle the roles, as the migrate function does."""
    module = load("migrate/handler")
    with psycopg.connect(url) as connection:
        before, after = module.migrate(connection)
    if after == module.newest_version():
        settle(url)
    return before, after


def secret_values(monkeypatch: pytest.MonkeyPatch, module: object, values: dict[str, dict[str, str]]) -> None:
    """Answer `get_secret` in `module` from `values`; an unknown name raises KeyError."""
    assert hasattr(module, "get_secret"), f"{module} does not read secrets"
    monkeypatch.setattr(module, "get_secret", lambda name: values[name])
