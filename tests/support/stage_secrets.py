"""A stage before its first deployment: an empty database of an ordinary owner, and the secrets of all roles."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import psycopg
import pytest
from psycopg import conninfo, sql

from local.assembly import REGION
from local.rotations import STEPS, stage_version
from pickvs.core import database as core_database
from pickvs.core import redaction
from pickvs.operations.database_roles.rules import ROLES, Role
from tests.support.databases import Databases
from tests.support.functions import load
from tests.support.secrets_manager import in_memory

_OWNER_PASSWORD = "0wner-of-the-stage"


class StageSecrets:
    """The secrets of a stage, and its database at `admin` (as the server's superuser).

    As at Neon and in Aurora, the owner of the database is no superuser, but may create roles.
    """

    def __init__(self, admin: str) -> None:
        self.admin = admin
        self.client = boto3.client("secretsmanager")
        known = conninfo.conninfo_to_dict(admin)
        self.dbname = str(known["dbname"])
        self.owner = f"owner_{self.dbname}"
        self.address = {"host": str(known["host"]), "port": str(known["port"]), "dbname": self.dbname}
        self.run(f"CREATE ROLE {self.owner} LOGIN CREATEROLE PASSWORD '{_OWNER_PASSWORD}'")
        self.run(f"ALTER DATABASE {self.dbname} OWNER TO {self.owner}")
        self.owner_url = conninfo.make_conninfo(admin, user=self.owner, password=_OWNER_PASSWORD)
        self.arns = {
            "direct": self._create("direct", {"url": self.owner_url}),
            "pooled": self._create("pooled", {"url": self.owner_url}),
            **{role: self._create(role, {"username": self.user(role), "password": f"first-{role}"}) for role in ROLES},
        }

    def _create(self, name: str, value: dict[str, str]) -> str:
        return str(self.client.create_secret(Name=f"test/{name}", SecretString=json.dumps(value))["ARN"])

    def user(self, role: Role) -> str:
        return f"{self.dbname}_{role}"

    def value(self, name: str) -> dict[str, Any]:
        text = self.client.get_secret_value(SecretId=self.arns[name], VersionStage="AWSCURRENT")["SecretString"]
        return dict(json.loads(text))

    def put(self, name: str, value: dict[str, Any]) -> None:
        self.client.put_secret_value(SecretId=self.arns[name], SecretString=json.dumps(value))

    def versions(self) -> dict[str, Any]:
        return {
            name: self.client.describe_secret(SecretId=arn)["VersionIdsToStages"] for name, arn in self.arns.items()
        }

    def migrate(self) -> dict[str, Any]:
        """Run the migrate function as the deployment does."""
        return dict(load("migrate/handler").handler({}, None))

    def step(self, role: Role, step: str, version: str) -> None:
        """Run one step of the rotation of a role's password, as the function that may read its secret only."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATABASE_SECRET_ARN", self.arns[role])
            event = {"Step": step, "SecretId": self.arns[role], "ClientRequestToken": version}
            load("rotate_database_password/handler").handler(event, None)

    def rotate(self, role: Role, *, until: str = STEPS[-1]) -> str:
        version = stage_version(f"test/{role}")
        for step in STEPS[: STEPS.index(until) + 1]:
            self.step(role, step, version)
        return version

    def as_role(self, role: Role) -> psycopg.Connection[Any]:
        """Log in with what is in the role's secret, and nothing else."""
        value = self.value(role)
        found = {"user": value["username"], **{name: value[name] for name in ("host", "port", "dbname", "password")}}
        return psycopg.connect(**found, autocommit=True)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def remove(self) -> None:
        """Drop the roles, which the server would keep."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for role in (*(self.user(role) for role in ROLES), self.owner):
                if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).rowcount:
                    name = sql.Identifier(role)
                    connection.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(name))
                    connection.execute(sql.SQL("DROP OWNED BY {}").format(name))
                    connection.execute(sql.SQL("DROP ROLE {}").format(name))


@contextmanager
def stage(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[StageSecrets]:
    """Yield a stage whose migrate function has what its stack gives it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("SECRETS_CACHE_SECONDS", "300")
    monkeypatch.setenv("DATABASE_TLS", "off")
    monkeypatch.setattr(redaction, "_hidden", set())
    monkeypatch.setattr(core_database, "_known", None)
    core_database.close()
    with in_memory(monkeypatch), databases.fresh(migrated=False) as url:
        made = StageSecrets(url)
        try:
            for name, arn in made.arns.items():
                variable = "DATABASE_SECRET_ARN" if name == "direct" else f"DATABASE_{name.upper()}_SECRET_ARN"
                monkeypatch.setenv(variable, arn)
            yield made
        finally:
            core_database.close()
            made.remove()
