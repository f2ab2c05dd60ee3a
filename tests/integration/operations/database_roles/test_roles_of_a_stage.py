"""The migrate function and the roles: from an empty database, again and again, and with what others did to them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from pickvs.core import database as core_database
from pickvs.core.errors import ConfigurationError, PasswordRefused
from pickvs.operations.database_password import queries as password_queries
from pickvs.operations.database_roles.rules import ROLES, Role
from tests.support.functions import load
from tests.support.schema import NEWEST
from tests.support.secrets_manager import forget
from tests.support.stage_secrets import StageSecrets

PRIVILEGES = """
    SELECT relname, relacl::text, attname, attacl::text
    FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attacl IS NOT NULL
    WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 3
"""


def test_the_first_deployment_needs_the_owners_secrets_alone(deployment: StageSecrets) -> None:
    assert deployment.migrate() == {"from": None, "to": NEWEST}
    for role in ROLES:
        assert deployment.value(role) == {
            "username": deployment.user(role),
            "password": f"first-{role}",
            **deployment.address,
        }
        with deployment.as_role(role) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == (deployment.user(role),)
    with deployment.as_role("writer") as writer:
        writer.execute("INSERT INTO limits VALUES (sha256('a'), now())")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            writer.execute("DELETE FROM picks")


def test_a_function_logs_in_with_its_secret_alone(deployment: StageSecrets, monkeypatch: pytest.MonkeyPatch) -> None:
    deployment.migrate()
    monkeypatch.setenv("DATABASE_SECRET_ARN", deployment.arns["reader"])
    with core_database.transaction(snapshot=True) as connection:
        assert connection.execute("SELECT count(*) AS games FROM games").fetchone() == {"games": 0}


def test_before_the_first_deployment_a_roles_secret_leads_nowhere(
    deployment: StageSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_SECRET_ARN", deployment.arns["reader"])
    with pytest.raises(ConfigurationError, match="lacks host, dbname"), core_database.transaction():
        pass


def test_a_second_deployment_changes_nothing(deployment: StageSecrets) -> None:
    deployment.migrate()
    before = deployment.run(PRIVILEGES), deployment.versions()
    assert deployment.migrate() == {"from": NEWEST, "to": NEWEST}
    assert (deployment.run(PRIVILEGES), deployment.versions()) == before


@pytest.mark.parametrize(
    "done",
    [
        "GRANT UPDATE, DELETE ON picks TO {writer}",
        "GRANT SELECT ON users TO {reader}",
        "GRANT SELECT (password_hash) ON users TO {reader}",
        "GRANT SELECT ON picks TO {reader} WITH GRANT OPTION",
        "GRANT ALL ON users TO PUBLIC",
        "REVOKE ALL ON games FROM {reader}; REVOKE ALL ON games FROM {writer}",
        "REVOKE SELECT ON SEQUENCE picks_id_seq FROM {writer}",
    ],
)
def test_what_somebody_granted_or_revoked_by_hand_is_put_right(deployment: StageSecrets, done: str) -> None:
    deployment.migrate()
    before = deployment.run(PRIVILEGES)
    deployment.run(f"SET ROLE {deployment.owner}; " + done.format(**{role: deployment.user(role) for role in ROLES}))
    assert deployment.run(PRIVILEGES) != before
    deployment.migrate()
    assert set(_acl(deployment)) == set(_acl_of(before))


def _acl(deployment: StageSecrets) -> Iterator[tuple[object, ...]]:
    yield from _acl_of(deployment.run(PRIVILEGES))


def _acl_of(rows: list[tuple[Any, ...]]) -> Iterator[tuple[object, ...]]:
    """Yield each entry of an access control list, whose order says nothing."""
    for relation, table_acl, column, column_acl in rows:
        for name, acl in ((None, table_acl), (column, column_acl)):
            yield from ((relation, name, entry) for entry in (acl or "{}")[1:-1].split(","))


def test_a_role_that_somebody_kept_from_logging_in_logs_in_again(deployment: StageSecrets) -> None:
    deployment.migrate()
    deployment.run(f"ALTER ROLE {deployment.user('reader')} NOLOGIN")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        deployment.as_role("reader")
    deployment.migrate()
    deployment.as_role("reader").close()


def test_everybody_is_shut_out(deployment: StageSecrets) -> None:
    deployment.run("GRANT CREATE ON SCHEMA public TO PUBLIC; CREATE ROLE passer_by LOGIN PASSWORD 'passing'")
    try:
        deployment.migrate()
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(conninfo.make_conninfo(deployment.admin, user="passer_by", password="passing"))
        for role in ROLES:
            with deployment.as_role(role) as connection:
                for statement in (b"CREATE TEMP TABLE picks (id bigint)", b"CREATE TABLE mine (id bigint)"):
                    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                        connection.execute(statement)
    finally:
        deployment.run("DROP ROLE passer_by")


def test_a_password_that_somebody_changed_in_the_database_is_set_again(deployment: StageSecrets) -> None:
    deployment.migrate()
    deployment.run(f"ALTER ROLE {deployment.user('reader')} PASSWORD 'forgotten'")
    deployment.migrate()
    deployment.as_role("reader").close()


def test_a_new_value_of_a_secret_takes_effect_with_the_next_deployment(deployment: StageSecrets) -> None:
    deployment.migrate()
    deployment.put("writer", {**deployment.value("writer"), "password": "by-hand"})
    deployment.migrate()
    deployment.as_role("writer").close()


def test_a_new_address_is_passed_on_at_once(deployment: StageSecrets) -> None:
    deployment.migrate()
    deployment.put("pooled", {"url": conninfo.make_conninfo(deployment.owner_url, host="localhost")})
    deployment.migrate()
    assert {deployment.value(role)["host"] for role in ROLES} == {"localhost"}


@pytest.mark.parametrize("until", ["createSecret", "setSecret", "testSecret"])
def test_a_deployment_leaves_a_rotation_in_progress_alone(deployment: StageSecrets, until: str) -> None:
    deployment.migrate()
    version = deployment.rotate("writer", until=until)
    deployment.migrate()
    for step in ("setSecret", "testSecret", "finishSecret"):
        deployment.step("writer", step, version)
    assert deployment.value("writer")["password"] != "first-writer"
    deployment.as_role("writer").close()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_changes_its_own_password_and_no_other(deployment: StageSecrets, role: Role) -> None:
    deployment.migrate()
    others = [other for other in ROLES if other != role]
    before = {other: deployment.value(other) for other in others}
    first = deployment.value(role)
    deployment.rotate(role)
    assert {**deployment.value(role), "password": ""} == {**first, "password": ""}
    deployment.as_role(role).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(conninfo.make_conninfo(deployment.admin, user=deployment.user(role), password=f"first-{role}"))
    with deployment.as_role(role) as connection:
        for other in (*map(deployment.user, others), deployment.owner):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                connection.execute(f"ALTER ROLE {other} PASSWORD 'mine'".encode())
    assert {other: deployment.value(other) for other in others} == before


@pytest.mark.parametrize(
    ("rights", "named"),
    [
        ("CREATEROLE CREATEDB", "may create roles, may create databases"),
        ("SUPERUSER", "superuser"),
        ("BYPASSRLS", "bypasses row security"),
        ("IN ROLE pg_write_all_data", "member of pg_write_all_data"),
    ],
)
def test_a_role_that_somebody_made_with_more_rights_is_refused(
    deployment: StageSecrets, rights: str, named: str
) -> None:
    """As Neon's console does: its roles may read and write everything."""
    deployment.run(f"CREATE ROLE {deployment.user('writer')} LOGIN {rights}")
    with pytest.raises(ConfigurationError, match=f"{deployment.user('writer')} has rights .*{named}.* DROP ROLE"):
        deployment.migrate()


def test_an_earlier_release_leaves_the_roles_of_a_later_one_alone(deployment: StageSecrets) -> None:
    deployment.migrate()
    deployment.run("CREATE TABLE later (id bigint); UPDATE alembic_version SET version_num = '0999'")
    deployment.run(f"GRANT SELECT ON later TO {deployment.user('reader')}")
    before = deployment.run(PRIVILEGES)
    assert deployment.migrate() == {"from": "0999", "to": "0999"}
    assert deployment.run(PRIVILEGES) == before


@contextmanager
def neon(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse verifiers, as Neon does when the transaction ends. Yields the passwords that were accepted."""
    accepted, alter = [], password_queries._alter

    def refuse_verifiers(connection: Any, role: str, password: str) -> None:
        if password.startswith("SCRAM-SHA-256$"):
            raise psycopg.errors.InternalError_(
                'Received HTTP code 400 from control plane: {"error":"Neon only supports being given plaintext '
                'passwords"}'
            )
        alter(connection, role, password)
        accepted.append(password)

    with monkeypatch.context() as patch:
        patch.setattr(password_queries, "_alter", refuse_verifiers)
        yield accepted


def test_a_server_that_takes_no_verifier_gets_the_password(
    deployment: StageSecrets, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with neon(monkeypatch) as accepted, caplog.at_level(logging.DEBUG):
        deployment.migrate()
        deployment.rotate("reader")
    assert accepted == [*(f"first-{role}" for role in ROLES), deployment.value("reader")["password"]]
    for role in ROLES:
        deployment.as_role(role).close()


def test_elsewhere_a_password_is_never_sent(deployment: StageSecrets, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    alter = password_queries._alter

    def note(connection: Any, role: str, password: str) -> None:
        sent.append(password)
        alter(connection, role, password)

    monkeypatch.setattr(password_queries, "_alter", note)
    deployment.migrate()
    deployment.rotate("writer")
    assert len(sent) == len(ROLES) + 1
    assert all(each.startswith("SCRAM-SHA-256$") for each in sent)


def test_a_secret_without_a_password_is_named(deployment: StageSecrets) -> None:
    deployment.put("reader", {"username": deployment.user("reader")})
    with pytest.raises(ConfigurationError, match=f"{deployment.arns['reader']} has no username and password"):
        deployment.migrate()


def test_the_owner_logs_in_no_more_after_its_password_is_changed_but_the_roles_do(
    deployment: StageSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.migrate()
    deployment.run(f"ALTER ROLE {deployment.owner} PASSWORD 'elsewhere'")
    forget()
    with pytest.raises(PasswordRefused):
        load("migrate/handler").handler({}, None)
    deployment.as_role("writer").close()
