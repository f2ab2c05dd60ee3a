"""The signing key rotation function, called as Secrets Manager calls it, with an in-memory Secrets Manager."""

import io
import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore
import pytest

from local.assembly import REGION
from local.rotations import STEPS, stage_version
from pickvs.accounts import tokens
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock, redaction
from pickvs.core.errors import ConfigurationError
from pickvs.core.logging import logger
from pickvs.core.rotation import RotationRefused
from tests.support.aws_calls import before
from tests.support.functions import load
from tests.support.logs import written
from tests.support.secrets_manager import in_memory

NAME = "pickvs/test/signing-keys"
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = {"current_kid": "1", "current_key": "k" * 64, "previous_kid": "", "previous_key": ""}
ADA = Subject(41, "Ada", "user")


class Keys:
    """The secret that holds the signing keys, and its rotation."""

    def __init__(self) -> None:
        self.client = boto3.client("secretsmanager")
        self.arn = self.client.create_secret(Name=NAME, SecretString=json.dumps(FIRST))["ARN"]

    def begin(self) -> str:
        return stage_version(NAME)

    def step(self, step: str, version: str) -> Any:
        event = {"Step": step, "SecretId": self.arn, "ClientRequestToken": version, "RotationToken": "AWS's own"}
        return load("rotate_signing_keys/handler").handler(event, None)

    def rotate(self) -> str:
        version = self.begin()
        for step in STEPS:
            assert self.step(step, version) == {"step": step, "kid": version}
        return version

    def in_force(self) -> dict[str, str]:
        value: dict[str, str] = json.loads(
            self.client.get_secret_value(SecretId=NAME, VersionStage="AWSCURRENT")["SecretString"]
        )
        return value

    def pending(self, version: str) -> dict[str, str]:
        value: dict[str, str] = json.loads(
            self.client.get_secret_value(SecretId=NAME, VersionId=version)["SecretString"]
        )
        return value

    def labels(self, version: str) -> set[str]:
        return set(self.client.describe_secret(SecretId=NAME)["VersionIdsToStages"].get(version, []))

    def put(self, value: dict[str, str]) -> None:
        self.client.put_secret_value(SecretId=NAME, SecretString=json.dumps(value))


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keys]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("SECRETS_CACHE_SECONDS", "300")
    monkeypatch.setenv("SIGNING_KEYS_DELAY_SECONDS", "3600")
    monkeypatch.setattr(redaction, "_hidden", set())
    with in_memory(monkeypatch), clock.held_at(NOW):
        made = Keys()
        monkeypatch.setenv("SIGNING_KEYS_SECRET_ARN", made.arn)
        yield made


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with written() as stream:
        yield stream


def test_a_rotation_makes_a_key_that_signs_after_an_hour(keys: Keys) -> None:
    version = keys.rotate()
    made = keys.in_force()
    assert made.pop("current_key") != FIRST["current_key"]
    assert made == {
        "current_kid": version,
        "current_from": "2026-11-20T09:00:00+00:00",
        "previous_kid": "1",
        "previous_key": FIRST["current_key"],
    }
    read = SigningKeys.from_secret(keys.in_force())
    assert len(read.keys[version]) == 64
    assert [read.signing_kid(NOW + delay) for delay in (timedelta(0), HOUR)] == ["1", version]


def test_who_holds_the_old_keys_and_who_holds_the_new_ones_read_each_other(keys: Keys) -> None:
    old = SigningKeys.from_secret(keys.in_force())
    keys.rotate()
    new = SigningKeys.from_secret(keys.in_force())
    for issuer, reader in ((old, new), (new, old), (new, new)):
        assert tokens.verify(tokens.issue(ADA, issuer, at=NOW), reader).subject == ADA
    with clock.held_at(NOW + HOUR):
        assert tokens.verify(tokens.issue(ADA, new, at=clock.now()), new).subject == ADA
        last_of_old = tokens.issue(ADA, old, at=clock.now())
    with clock.held_at(NOW + HOUR + timedelta(minutes=29)):
        assert tokens.verify(last_of_old, new).subject == ADA


def test_nothing_is_in_force_before_the_last_step(keys: Keys) -> None:
    version = keys.begin()
    for step in STEPS[:-1]:
        keys.step(step, version)
        assert keys.in_force() == FIRST
        assert keys.labels(version) == {"AWSPENDING"}


def test_each_step_may_come_again(keys: Keys) -> None:
    version = keys.begin()
    keys.step("createSecret", version)
    made = keys.pending(version)
    for step in STEPS:
        for _ in range(3):
            keys.step(step, version)
            assert keys.pending(version) == made
    for step in STEPS:
        keys.step(step, version)
    assert keys.in_force() == made
    assert "AWSCURRENT" in keys.labels(version)


def test_a_rotation_that_broke_off_goes_on(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: dict[str, Any]) -> None:
        raise botocore.exceptions.EndpointConnectionError(endpoint_url="https://nowhere")

    version = keys.begin()
    with monkeypatch.context() as patch:
        before(patch, "PutSecretValue", fail)
        with pytest.raises(ConfigurationError, match="cannot be written: EndpointConnectionError"):
            keys.step("createSecret", version)
    assert keys.begin() == version, "Secrets Manager takes it up again"
    assert keys.rotate() == version
    assert keys.in_force()["current_kid"] == version


@pytest.mark.parametrize("step", STEPS)
def test_two_who_take_the_same_step_at_once_make_one_key(
    keys: Keys, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = keys.begin()
    for earlier in STEPS[: STEPS.index(step)]:
        keys.step(earlier, version)
    # Both have read before either writes.
    together = threading.Barrier(2)

    def take(_: int) -> Any:
        with clock.held_at(NOW):
            return keys.step(step, version)

    with monkeypatch.context() as patch:
        for operation in ("PutSecretValue", "UpdateSecretVersionStage"):
            before(patch, operation, lambda _: together.wait(10))
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(take, range(2))) == [{"step": step, "kid": version}] * 2
    for later in STEPS[STEPS.index(step) :]:
        keys.step(later, version)
    assert keys.in_force()["current_kid"] == version
    assert len(keys.client.describe_secret(SecretId=NAME)["VersionIdsToStages"]) == 2


@pytest.mark.parametrize("step", STEPS)
def test_a_version_that_no_rotation_makes_is_refused(keys: Keys, step: str) -> None:
    keys.rotate()
    (former,) = (
        each
        for each, labels in keys.client.describe_secret(SecretId=NAME)["VersionIdsToStages"].items()
        if "AWSPREVIOUS" in labels
    )
    in_force = keys.in_force()
    for version in (str(uuid.uuid4()), former):
        with pytest.raises(RotationRefused, match=f"no rotation is making the version {version}"):
            keys.step(step, version)
    assert keys.in_force() == in_force


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Step": "dropSecret"}, "Step: "),
        ({"Step": None}, "Step: "),
        ({"ClientRequestToken": "short"}, "ClientRequestToken: "),
        ({"ClientRequestToken": "a" * 31 + "\n"}, "ClientRequestToken: "),
        ({"SecretId": 7}, "SecretId: "),
        ({"SecretId": "arn:aws:secretsmanager:us-east-1:123456789012:secret:other"}, "a secret other than"),
    ],
)
def test_any_other_event_is_refused(keys: Keys, change: dict[str, Any], reason: str) -> None:
    event = {"Step": "createSecret", "SecretId": keys.arn, "ClientRequestToken": keys.begin(), **change}
    with pytest.raises(RotationRefused, match=reason):
        load("rotate_signing_keys/handler").handler(event, None)
    with pytest.raises(RotationRefused, match="not a rotation event"):
        load("rotate_signing_keys/handler").handler([], None)


@pytest.mark.parametrize("step", ["testSecret", "finishSecret"])
def test_a_step_before_its_turn_is_refused(keys: Keys, step: str) -> None:
    version = keys.begin()
    with pytest.raises(RotationRefused, match="createSecret comes first"):
        keys.step(step, version)
    assert keys.labels(version) == {"AWSPENDING"}
    assert keys.rotate() == version


def test_a_second_rotation_waits_for_the_tokens_of_the_key_that_goes(keys: Keys) -> None:
    first = keys.rotate()
    version = keys.begin()
    with (
        clock.held_at(NOW + timedelta(minutes=94, seconds=59)),
        pytest.raises(RotationRefused, match="in use until 2026-11-20T09:35:00"),
    ):
        keys.step("createSecret", version)
    with clock.held_at(NOW + timedelta(minutes=95)):
        assert keys.rotate() == version
    assert (keys.in_force()["current_kid"], keys.in_force()["previous_kid"]) == (version, first)


@pytest.mark.parametrize("step", ["createSecret", "testSecret", "finishSecret"])
def test_a_key_that_came_too_late_is_given_up(keys: Keys, step: str) -> None:
    version = keys.begin()
    keys.step("createSecret", version)
    with clock.held_at(NOW + timedelta(minutes=50)):
        keys.step("testSecret", version)
    with (
        clock.held_at(NOW + timedelta(minutes=50, seconds=1)),
        pytest.raises(RotationRefused, match="it would sign before every function has read it; rotate again"),
    ):
        keys.step(step, version)
    assert keys.in_force() == FIRST
    assert keys.labels(version) == set()
    with clock.held_at(NOW + HOUR):
        assert keys.rotate() != version


@pytest.mark.parametrize("step", ["createSecret", "testSecret", "finishSecret"])
def test_a_value_put_by_hand_meanwhile_is_kept(keys: Keys, step: str) -> None:
    version = keys.begin()
    keys.step("createSecret", version)
    by_hand = {**FIRST, "current_kid": "by-hand", "current_key": "h" * 40}
    keys.put(by_hand)
    with pytest.raises(RotationRefused, match="another value was put in force since it was made"):
        keys.step(step, version)
    assert keys.in_force() == by_hand
    keys.rotate()
    assert keys.in_force()["previous_kid"] == "by-hand"


def test_a_value_put_by_hand_at_the_last_moment_is_kept(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    version = keys.begin()
    for step in STEPS[:-1]:
        keys.step(step, version)
    by_hand = {**FIRST, "current_kid": "by-hand", "current_key": "h" * 40}
    with monkeypatch.context() as patch:
        before(patch, "UpdateSecretVersionStage", lambda _: keys.put(by_hand))
        with pytest.raises(ConfigurationError, match="cannot be put in force: InvalidParameter"):
            keys.step("finishSecret", version)
    assert keys.in_force() == by_hand


def test_keys_that_cannot_be_used_are_not_rotated(keys: Keys) -> None:
    keys.put({"current_kid": "1", "current_key": "short"})
    version = keys.begin()
    with pytest.raises(ConfigurationError, match="shorter than 32 bytes"):
        keys.step("createSecret", version)
    assert keys.labels(version) == {"AWSPENDING"}


def test_no_key_is_logged(keys: Keys, lines: io.StringIO) -> None:
    version = keys.begin()
    for step in STEPS:
        keys.step(step, version)
    key = keys.in_force()["current_key"]
    logger().info(f"careless {key} and {FIRST['current_key']}")
    written = lines.getvalue()
    assert written.count("rotation step taken") == len(STEPS)
    assert version in written
    assert key not in written
    assert FIRST["current_key"] not in written
