"""The database password rotation, called as Secrets Manager calls it, on a real server with a real user."""

import io
import string
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore
import psycopg
import pytest

from local.postgres import Postgres
from local.rotations import STEPS
from pickvs.core.database import Connection
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable, PasswordRefused
from pickvs.core.logging import logger
from pickvs.core.rotation import RotationRefused
from pickvs.operations.database_password import queries
from tests.support.aws_calls import before
from tests.support.functions import load
from tests.support.logs import written
from tests.support.password_rotation import FIRST_PASSWORD, NAME, Environment, PasswordRotation


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with written() as stream:
        yield stream


def test_a_rotation_gives_the_user_another_password(rotation: PasswordRotation) -> None:
    version = rotation.rotate()
    made = rotation.in_force()
    password = made["password"]
    assert made == {**rotation.first, "password": password}
    assert rotation.labels(version) >= {"AWSCURRENT"}
    assert len(password) == 40
    assert set(password) <= set(string.ascii_letters + string.digits)
    assert rotation.lets_in(made)
    assert not rotation.lets_in(rotation.first)


def test_each_rotation_makes_another(rotation: PasswordRotation) -> None:
    made = []
    for _ in range(3):
        rotation.rotate()
        made.append(rotation.in_force()["password"])
        assert rotation.lets_in(rotation.in_force())
    assert len({FIRST_PASSWORD, *made}) == 4


@pytest.mark.parametrize("step", STEPS)
def test_after_every_step_everybody_gets_in(rotation: PasswordRotation, step: str) -> None:
    at_work, without_connection, idle = Environment(), Environment(), Environment()
    connection = at_work.serve()
    for environment in (without_connection, idle):
        environment.serve()
    without_connection.lose_connection()
    version = rotation.begin()
    for taken in STEPS[: STEPS.index(step) + 1]:
        rotation.step(taken, version)
    assert at_work.serve() == connection, "a connection that is open goes on"
    without_connection.serve()
    rotation.run(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = {password}", rotation.user
    )
    idle.serve()
    Environment().serve()


def test_there_is_no_moment_at_which_somebody_is_refused(
    rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two steps of a rotation, three functions connect: one that starts, and two with cached passwords."""
    starts, knows, asked_just_now = Environment(), Environment(), Environment()
    knows.serve()
    asked_just_now.serve()
    first_read = dict(knows.read)
    assert first_read
    moments: list[str] = []
    serving = False

    def serve(moment: str) -> None:
        nonlocal serving
        if serving:
            return
        serving = True
        starts.remembers({})
        knows.remembers(first_read)
        for environment in (starts, knows, asked_just_now):
            environment.lose_connection()
            environment.serve()
        moments.append(moment)
        serving = False

    change = queries.change_password

    def changed(connection: Connection, role: str, password: str) -> None:
        serve("before the change")
        change(connection, role, password)
        serve("after the change")

    monkeypatch.setattr(queries, "change_password", changed)
    before(monkeypatch, "*", lambda parameters: serve("call"))
    rotation.rotate()
    serve("end")
    assert moments.count("call") >= 12
    assert {"before the change", "after the change", "end"} <= set(moments)


@pytest.mark.parametrize("last", STEPS[:-1])
def test_a_rotation_that_broke_off_goes_on_with_the_same_password(rotation: PasswordRotation, last: str) -> None:
    version = rotation.begin()
    for step in STEPS[: STEPS.index(last) + 1]:
        rotation.step(step, version)
    password = rotation.value(version)["password"]
    assert rotation.begin() == version, "Secrets Manager takes it up again"
    assert rotation.rotate() == version
    assert rotation.in_force()["password"] == password
    assert rotation.lets_in(rotation.in_force())


def test_one_that_broke_off_right_after_the_change_goes_on(
    rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = queries.change_password

    def change_and_fail(connection: Connection, role: str, password: str) -> None:
        change(connection, role, password)
        raise MemoryError

    version = rotation.begin()
    rotation.step("createSecret", version)
    with monkeypatch.context() as patch:
        patch.setattr(queries, "change_password", change_and_fail)
        with pytest.raises(MemoryError):
            rotation.step("setSecret", version)
    assert not rotation.lets_in(rotation.first)
    Environment().serve()
    assert rotation.rotate() == version
    assert rotation.lets_in(rotation.in_force())


def test_each_step_may_come_again(rotation: PasswordRotation) -> None:
    version = rotation.begin()
    rotation.step("createSecret", version)
    made = rotation.value(version)
    for step in STEPS:
        for _ in range(3):
            rotation.step(step, version)
            assert rotation.value(version) == made
    for step in STEPS:
        rotation.step(step, version)
    assert rotation.in_force() == made
    assert rotation.lets_in(made)


@pytest.mark.parametrize("step", STEPS)
def test_two_who_take_the_same_step_at_once_make_one_password(
    rotation: PasswordRotation, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = rotation.begin()
    for earlier in STEPS[: STEPS.index(step)]:
        rotation.step(earlier, version)
    # Both have read before either writes.
    together = threading.Barrier(2)
    change = queries.change_password

    def change_together(connection: Connection, role: str, password: str) -> None:
        together.wait(10)
        change(connection, role, password)

    with monkeypatch.context() as patch:
        patch.setattr(queries, "change_password", change_together)
        for operation in ("PutSecretValue", "UpdateSecretVersionStage"):
            before(patch, operation, lambda _: together.wait(10))
        with ThreadPoolExecutor(2) as pool:
            taken = list(pool.map(lambda _: rotation.step(step, version), range(2)))
    assert taken == [{"step": step, "version": version}] * 2
    for later in STEPS[STEPS.index(step) :]:
        rotation.step(later, version)
    assert rotation.lets_in(rotation.in_force())
    assert len(rotation.client.describe_secret(SecretId=NAME)["VersionIdsToStages"]) == 2


@pytest.mark.parametrize("step", STEPS)
def test_a_version_that_no_rotation_makes_is_refused(rotation: PasswordRotation, step: str) -> None:
    rotation.rotate()
    in_force = rotation.in_force()
    version = str(uuid.uuid4())
    with pytest.raises(RotationRefused, match=f"no rotation is making the version {version}"):
        rotation.step(step, version)
    assert rotation.in_force() == in_force
    assert rotation.lets_in(in_force)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Step": "dropSecret"}, "Step: "),
        ({"ClientRequestToken": "short"}, "ClientRequestToken: "),
        ({"SecretId": None}, "SecretId: "),
        (
            {"SecretId": "arn:aws:secretsmanager:us-east-1:123456789012:secret:other"},
            "a secret other than the database",
        ),
    ],
)
def test_any_other_event_is_refused(rotation: PasswordRotation, change: dict[str, Any], reason: str) -> None:
    event = {"Step": "createSecret", "SecretId": rotation.arn, "ClientRequestToken": rotation.begin(), **change}
    for wrong, why in ((event, reason), ([], "must be an object")):
        with pytest.raises(RotationRefused, match=why):
            load("rotate_database_password/handler").handler(wrong, None)
    assert rotation.in_force() == rotation.first


@pytest.mark.parametrize(("step", "needs"), [(step, "createSecret") for step in STEPS[1:]])
def test_a_step_before_its_turn_is_refused(rotation: PasswordRotation, step: str, needs: str) -> None:
    version = rotation.begin()
    with pytest.raises(RotationRefused, match=f"{needs} comes first"):
        rotation.step(step, version)
    assert rotation.rotate() == version


@pytest.mark.parametrize("step", ["testSecret", "finishSecret"])
def test_nothing_comes_into_force_that_the_database_refuses(rotation: PasswordRotation, step: str) -> None:
    version = rotation.begin()
    rotation.step("createSecret", version)
    with pytest.raises(RotationRefused, match="refuses the new password: setSecret comes first"):
        rotation.step(step, version)
    assert rotation.in_force() == rotation.first
    assert rotation.lets_in(rotation.first)


@pytest.mark.parametrize("value", [{"url": "postgresql://db/pickvs"}, {"host": "db", "username": "pickvs"}])
def test_a_secret_without_a_password_of_its_own_is_not_rotated(
    rotation: PasswordRotation, value: dict[str, Any]
) -> None:
    rotation.put(value)
    with pytest.raises(RotationRefused, match="no field 'password'"):
        rotation.step("createSecret", rotation.begin())
    assert rotation.in_force() == value


def test_a_password_that_is_wrong_already_is_not_replaced(rotation: PasswordRotation) -> None:
    rotation.put({**rotation.first, "password": "not the user's"})
    version = rotation.begin()
    rotation.step("createSecret", version)
    with pytest.raises(RotationRefused, match="refuses the password in force and the new one; put the right one"):
        rotation.step("setSecret", version)
    rotation.put(rotation.first)
    assert rotation.rotate() == version
    assert rotation.lets_in(rotation.in_force())


@pytest.mark.parametrize("step", ["setSecret", "testSecret", "finishSecret"])
def test_a_value_that_was_put_by_hand_meanwhile_is_kept(rotation: PasswordRotation, step: str) -> None:
    version = rotation.begin()
    rotation.step("createSecret", version)
    by_hand = {**rotation.first, "dbClusterIdentifier": "another"}
    rotation.put(by_hand)
    with pytest.raises(RotationRefused, match="given up: another value was put in force since; rotate again"):
        rotation.step(step, version)
    assert rotation.in_force() == by_hand
    assert rotation.labels(version) == set()
    assert rotation.rotate() != version
    assert rotation.lets_in(rotation.in_force())


@pytest.mark.parametrize("step", ["setSecret", "testSecret", "finishSecret"])
def test_a_password_that_the_database_has_is_never_given_up(rotation: PasswordRotation, step: str) -> None:
    version = rotation.begin()
    for taken in ("createSecret", "setSecret"):
        rotation.step(taken, version)
    rotation.put({**rotation.first, "dbClusterIdentifier": "another"})
    with pytest.raises(RotationRefused, match="which the database has by now: put it in force by hand"):
        rotation.step(step, version)
    assert rotation.labels(version) == {"AWSPENDING"}
    Environment().serve()


@pytest.mark.parametrize("step", ["setSecret", "testSecret", "finishSecret"])
@pytest.mark.parametrize("closed", ["CONNECTION LIMIT 0", "NOLOGIN"])
@pytest.mark.parametrize("edited", [False, True])
def test_a_database_that_is_closed_to_everybody_says_nothing_about_a_password(
    rotation: PasswordRotation, step: str, closed: str, edited: bool
) -> None:
    version = rotation.begin()
    for taken in ("createSecret", "setSecret"):
        rotation.step(taken, version)
    if edited:
        rotation.put({**rotation.first, "dbClusterIdentifier": "another"})
    rotation.run(f"ALTER ROLE {{user}} {closed}")
    with pytest.raises(DatabaseUnavailable) as away:
        rotation.step(step, version)
    assert not isinstance(away.value, PasswordRefused)
    assert rotation.labels(version) == {"AWSPENDING"}
    rotation.run("ALTER ROLE {user} LOGIN CONNECTION LIMIT -1")
    Environment().serve()


def test_a_value_put_by_hand_at_the_last_moment_is_kept(
    rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = rotation.begin()
    for step in STEPS[:-1]:
        rotation.step(step, version)
    by_hand = {**rotation.value(version), "dbClusterIdentifier": "another"}
    with monkeypatch.context() as patch:
        before(patch, "UpdateSecretVersionStage", lambda _: rotation.put(by_hand))
        with pytest.raises(ConfigurationError, match="cannot be put in force: InvalidParameter"):
            rotation.step("finishSecret", version)
    assert rotation.in_force() == by_hand


def test_a_secrets_manager_out_of_reach_changes_nothing(
    rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: dict[str, Any]) -> None:
        raise botocore.exceptions.EndpointConnectionError(endpoint_url="https://nowhere")

    version = rotation.begin()
    with monkeypatch.context() as patch:
        before(patch, "PutSecretValue", fail)
        with pytest.raises(ConfigurationError, match="cannot be written: EndpointConnectionError"):
            rotation.step("createSecret", version)
    assert rotation.rotate() == version


def test_a_server_that_does_not_change_it_is_an_error_without_its_words(
    rotation: PasswordRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = rotation.begin()
    rotation.step("createSecret", version)

    def refuse(connection: Connection, role: str, password: str) -> None:
        connection.execute("SET TRANSACTION READ ONLY; ALTER ROLE nobody_of_this_name PASSWORD 'hunter2'")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "change_password", refuse)
        with pytest.raises(DatabaseUnavailable, match=r"could not be changed: \w{5}$") as refused:
            rotation.step("setSecret", version)
    assert refused.value.__suppress_context__
    assert rotation.rotate() == version


def test_no_log_has_a_password(rotation: PasswordRotation, lines: io.StringIO, postgres: Postgres) -> None:
    rotation.run("ALTER ROLE {user} SET log_statement = 'all'")
    version = rotation.rotate()
    password = rotation.in_force()["password"]
    logger().info(f"careless {password} and {FIRST_PASSWORD}")
    written = lines.getvalue()
    assert written.count("rotation step taken") == len(STEPS)
    assert version in written
    served = postgres._log.read_text(encoding="utf-8")
    assert f'ALTER ROLE "{rotation.user}" PASSWORD \'SCRAM-SHA-256$' in served
    for secret in (password, FIRST_PASSWORD):
        assert secret not in written
    assert password not in served


def test_the_password_is_kept_as_a_scram_verifier(rotation: PasswordRotation) -> None:
    rotation.run("ALTER ROLE {user} SET password_encryption = 'md5'")
    rotation.rotate()
    with psycopg.connect(rotation.admin) as admin:
        kept = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (rotation.user,)).fetchone()
    assert kept is not None
    assert kept[0].startswith("SCRAM-SHA-256$4096:")
