"""A database with one user, as RDS creates it, its secret, and functions that use the secret."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import psycopg
import pytest
from psycopg import conninfo, sql

from local.rotations import STEPS, stage_version
from pickvs.core import database, secrets
from tests.support.functions import load

NAME = "pickvs/test/database"
FIRST_PASSWORD = "f1rst/p@ss'word-of-the-user"


class PasswordRotation:
    """One database user, whose password is in a secret."""

    def __init__(self, url: str) -> None:
        self.admin = url
        self.client = boto3.client("secretsmanager")
        known = conninfo.conninfo_to_dict(url)
        self.user = f"owner_of_{known['dbname']}"
        self.run("CREATE ROLE {user} LOGIN PASSWORD {password}", FIRST_PASSWORD)
        self.first: dict[str, Any] = {
            "engine": "postgres",
            "host": known["host"],
            "port": int(str(known["port"])),
            "username": self.user,
            "password": FIRST_PASSWORD,
            "dbname": known["dbname"],
            "dbClusterIdentifier": "pickvs-test",
        }
        self.arn = self.client.create_secret(Name=NAME, SecretString=json.dumps(self.first))["ARN"]

    def run(self, statement: str, password: str = "") -> None:
        """Run a statement as the server's administrator."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            filled = sql.SQL(statement).format(user=sql.Identifier(self.user), password=sql.Literal(password))
            connection.execute(filled)

    def remove(self) -> None:
        self.run("DROP ROLE {user}")

    def put(self, value: dict[str, Any]) -> None:
        self.client.put_secret_value(SecretId=NAME, SecretString=json.dumps(value))

    def in_force(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(
            self.client.get_secret_value(SecretId=NAME, VersionStage="AWSCURRENT")["SecretString"]
        )
        return value

    def value(self, version: str) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(
            self.client.get_secret_value(SecretId=NAME, VersionId=version)["SecretString"]
        )
        return value

    def labels(self, version: str) -> set[str]:
        return set(self.client.describe_secret(SecretId=NAME)["VersionIdsToStages"].get(version, []))

    def begin(self) -> str:
        return stage_version(NAME)

    def step(self, step: str, version: str) -> Any:
        event = {"Step": step, "SecretId": self.arn, "ClientRequestToken": version, "RotationToken": "AWS's own"}
        return load("rotate_database_password/handler").handler(event, None)

    def rotate(self) -> str:
        version = self.begin()
        for step in STEPS:
            assert self.step(step, version) == {"step": step, "version": version}
        return version

    def lets_in(self, value: dict[str, Any]) -> bool:
        """Return whether the server accepts the password in a value."""
        url = conninfo.make_conninfo(self.admin, user=value["username"], password=value["password"])
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return False
        return True


class Environment:
    """An execution environment, with its own cache of the secret and its own database connection."""

    def __init__(self) -> None:
        self.read: dict[str, Any] = {}
        """Values of the secrets that it has read, by name."""
        self._open: database.Connection | None = None
        self._known: Any = None

    def remembers(self, read: dict[str, Any]) -> None:
        """Replace its cache by these values of the secret."""
        self.read = dict(read)
        self._known = None

    @contextmanager
    def awake(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(secrets, "_kept", self.read)
            patch.setattr(database, "_open", self._open)
            patch.setattr(database, "_known", self._known)
            try:
                yield
            finally:
                self._open, self._known = database._open, database._known

    def serve(self) -> int:
        """Use the database as an endpoint does, and return the pid of the server process."""
        with self.awake(), database.transaction() as connection:
            row = connection.execute("SELECT pg_backend_pid() AS pid").fetchone()
        assert row is not None
        return int(row["pid"])

    def lose_connection(self) -> None:
        with self.awake():
            database.close()
