"""The functions of the laptop cloud log in to the database as their roles, also after a rotation."""

import json

import psycopg
import pytest
from psycopg import conninfo

from tests.e2e.client import PASSWORD, Client
from tests.support.laptop import Laptop

pytestmark = pytest.mark.xdist_group("e2e")

ROLES = {"reader", "writer", "authorizer"}


def users(laptop: Laptop) -> set[str]:
    """Return the users as which functions are connected, directly or through the pooler."""
    with psycopg.connect(laptop.database_url) as owner:
        found = owner.execute("SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'pickvs'")
        return {name for (name,) in found}


def test_functions_are_connected_as_roles_that_own_nothing(laptop: Laptop, api: Client) -> None:
    user = api.register("a-mere-reader")
    made = user.post("/api-keys", {"name": "reads", "scopes": ["picks:read"], "password": PASSWORD})
    assert made.status == 201, made.body
    assert Client(api.base, made.body["key"]).get("/picks/me").status == 200
    assert user.get("/users/me").status == 200
    found = users(laptop)
    assert {f"pickvs_local_{role}" for role in ROLES} <= found
    with psycopg.connect(laptop.database_url) as owner:
        assert owner.execute("SELECT current_user").fetchone() == ("pickvs",)
        owned = owner.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert owned == [("pickvs",)]
    assert found <= {f"pickvs_local_{role}" for role in ROLES} | {"pickvs"}  # migrate's, until its process ends


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_rotated_password_is_used_at_once(laptop: Laptop, api: Client, role: str) -> None:
    user = api.register(f"rotated-{role}")
    name, before = laptop.login(role)
    done = laptop.rotate(f"database/{role}")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["step"] == "finishSecret"
    assert laptop.login(role)[0] == name
    assert laptop.login(role)[1] != before
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(conninfo.make_conninfo(laptop.database_url, user=name, password=before))
    with psycopg.connect(laptop.database_url) as owner:
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (name,))
    assert user.get("/users/me").status == 200
    made = user.post("/api-keys", {"name": "reads", "scopes": ["picks:read"], "password": PASSWORD})
    assert made.status == 201, made.body
    assert Client(api.base, made.body["key"]).get("/picks/me").status == 200
