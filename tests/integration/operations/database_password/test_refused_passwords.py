"""When the database refuses a password, the function rereads the secret and tries new values. Attempts are limited."""

import time
from collections import Counter
from typing import Any

import pytest
from psycopg import conninfo

from pickvs.core import database
from pickvs.core.errors import DatabaseUnavailable, LoginRefused
from tests.support.aws_calls import before
from tests.support.functions import load
from tests.support.password_rotation import Environment, PasswordRotation

NEW = "another-password-of-the-user"


def change(rotation: PasswordRotation, password: str) -> None:
    rotation.run("ALTER ROLE {user} PASSWORD {password}", password)


@pytest.fixture
def reads(rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the reads of each version of the secret, by its label."""
    counted: Counter[str] = Counter()

    def count(parameters: dict[str, Any]) -> None:
        counted[parameters["VersionStage"]] += 1

    before(monkeypatch, "GetSecretValue", count)
    return counted


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the passwords that were tried."""
    tried: list[str] = []
    connect = database._connected

    def note(secret: Any, *limits: Any) -> Any:
        tried.append(conninfo.conninfo_to_dict(secret["url"])["password"] if "url" in secret else secret["password"])
        return connect(secret, *limits)

    monkeypatch.setattr(database, "_connected", note)
    return tried


@pytest.mark.parametrize("shape", ["url", "parts"])
def test_a_password_that_was_reset_is_found_at_once(rotation: PasswordRotation, shape: str) -> None:
    def value(password: str) -> dict[str, Any]:
        if shape == "parts":
            return {**rotation.first, "password": password}
        address = conninfo.make_conninfo(rotation.admin, user=rotation.user, password=password)
        return {"url": address}

    rotation.put(value(rotation.first["password"]))
    environment = Environment()
    environment.serve()
    environment.lose_connection()
    change(rotation, NEW)
    rotation.put(value(NEW))
    environment.serve()
    environment.lose_connection()
    environment.serve()


def test_what_is_read_again_is_kept(rotation: PasswordRotation, reads: Counter[str], attempts: list[str]) -> None:
    environment = Environment()
    environment.serve()
    change(rotation, NEW)
    rotation.put({**rotation.first, "password": NEW})
    for _ in range(3):
        environment.lose_connection()
        environment.serve()
    assert attempts == [rotation.first["password"], rotation.first["password"], NEW, NEW, NEW]
    assert reads == {"AWSCURRENT": 2, "AWSPENDING": 1}


def test_a_wrong_password_is_one_error_and_few_questions(
    rotation: PasswordRotation, reads: Counter[str], attempts: list[str]
) -> None:
    change(rotation, NEW)
    environment = Environment()
    for _ in range(10):
        with pytest.raises(DatabaseUnavailable) as refused:
            environment.serve()
        assert isinstance(refused.value, LoginRefused)
        assert str(refused.value) == "the database refused the login with the password in its secret"
        assert rotation.first["password"] not in f"{refused.value!r} {refused.value.__cause__!r}"
    assert reads == {"AWSCURRENT": 2, "AWSPENDING": 1}
    assert len(attempts) == 10, "nothing is tried twice"


def test_after_a_while_the_secret_is_read_again(
    rotation: PasswordRotation, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 1 <= database._READ_ANEW_SECONDS <= 10
    change(rotation, NEW)
    environment = Environment()
    with pytest.raises(LoginRefused):
        environment.serve()
    rotation.put({**rotation.first, "password": NEW})
    with pytest.raises(LoginRefused):
        environment.serve()
    monkeypatch.setattr(database, "_READ_ANEW_SECONDS", 0.0)
    environment.serve()
    assert reads == {"AWSCURRENT": 3, "AWSPENDING": 2}


def test_a_pending_password_is_tried_last(rotation: PasswordRotation, attempts: list[str]) -> None:
    version = rotation.begin()
    rotation.step("createSecret", version)
    pending = rotation.value(version)["password"]
    change(rotation, pending)
    Environment().serve()
    assert attempts == [rotation.first["password"], pending]


def test_a_pending_password_that_is_wrong_does_no_harm(rotation: PasswordRotation, attempts: list[str]) -> None:
    version = rotation.begin()
    rotation.step("createSecret", version)
    change(rotation, NEW)
    with pytest.raises(LoginRefused):
        Environment().serve()
    assert attempts == [rotation.first["password"], rotation.value(version)["password"]]


def test_no_further_attempt_begins_late(
    rotation: PasswordRotation, attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment()
    environment.serve()
    environment.lose_connection()
    change(rotation, NEW)
    rotation.put({**rotation.first, "password": NEW})
    with monkeypatch.context() as patch:
        patch.setattr(database, "_BEGIN_SECONDS", database._LEAST_SECONDS + 0.95)
        patch.setattr(database, "_READING_SECONDS", 0.0)
        before(patch, "GetSecretValue", lambda _: time.sleep(0.6))
        with pytest.raises(LoginRefused):
            environment.serve()
    assert NEW not in attempts
    environment.serve()
    assert attempts[-1] == NEW


def test_a_server_that_is_away_is_no_reason_to_read_the_secret(rotation: PasswordRotation, reads: Counter[str]) -> None:
    rotation.put({**rotation.first, "port": 9})
    with pytest.raises(DatabaseUnavailable) as away:
        Environment().serve()
    assert not isinstance(away.value, LoginRefused)
    assert reads == {"AWSCURRENT": 1}


def test_a_secret_that_cannot_be_read_again_is_said(
    rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment()
    environment.serve()
    environment.lose_connection()
    change(rotation, NEW)
    rotation.client.put_secret_value(SecretId=rotation.arn, SecretString="not an object")
    with pytest.raises(LoginRefused, match=r"password in its secret; the secret .* is not a JSON object"):
        environment.serve()


def test_a_secrets_manager_that_is_away_is_asked_no_more_often(
    rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment()
    environment.serve()
    environment.lose_connection()
    change(rotation, NEW)
    rotation.put({**rotation.first, "password": NEW})
    questions = 0

    def fail(_: dict[str, Any]) -> None:
        nonlocal questions
        questions += 1
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        before(away, "GetSecretValue", fail)
        with pytest.raises(LoginRefused, match=r"password in its secret; the secret .* cannot be read: ConnectionR"):
            environment.serve()
        for _ in range(3):
            with pytest.raises(LoginRefused, match=r"with the password in its secret$"):
                environment.serve()
        assert questions == 3, "one question, and each attempt at it"
    monkeypatch.setattr(database, "_READ_ANEW_SECONDS", 0.0)
    environment.serve()


@pytest.mark.parametrize(
    ("statement", "value", "said"),
    [
        ("ALTER ROLE {user} CONNECTION LIMIT 0", {}, "the database has no free connections"),
        ("SELECT 1", {"dbname": "nowhere"}, "the server has no database with the name in the database secret"),
    ],
)
def test_what_the_password_has_no_part_in_is_no_reason_to_read_the_secret(
    rotation: PasswordRotation, reads: Counter[str], statement: str, value: dict[str, str], said: str
) -> None:
    rotation.run(statement)
    rotation.put({**rotation.first, **value})
    environment = Environment()
    with pytest.raises(DatabaseUnavailable, match=f"^{said}$") as refused:
        environment.serve()
    assert not isinstance(refused.value, LoginRefused)
    with environment.awake(), pytest.raises(DatabaseUnavailable, match=f"^{said}$"):
        load("migrate/handler").handler({}, None)
    assert reads == {"AWSCURRENT": 1}


def test_the_migration_finds_a_password_that_was_reset_too(
    rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotation.run("ALTER ROLE {user} SUPERUSER")
    module = load("migrate/handler")
    monkeypatch.setattr(module.roles, "settle", lambda: None)  # reads secrets that this test does not have
    migrate = module.handler
    environment = Environment()
    with environment.awake():
        before = migrate({}, None)
    change(rotation, NEW)
    rotation.put({**rotation.first, "password": NEW})
    with environment.awake():
        assert migrate({}, None) == {"from": before["to"], "to": before["to"]}
