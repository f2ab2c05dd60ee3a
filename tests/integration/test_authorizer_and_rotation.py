"""The authorizer during a rotation of the signing keys, with an in-memory Secrets Manager."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import jwt
import pytest

from local.assembly import REGION
from local.rotations import STEPS, stage_version
from pickvs.accounts import tokens
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock, redaction
from tests.support.aws_calls import before
from tests.support.functions import load
from tests.support.secrets_manager import in_memory

NAME = "pickvs/test/signing-keys"
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FIRST = {"current_kid": "1", "current_key": "k" * 64, "previous_kid": "", "previous_key": ""}
ADA = Subject(41, "Ada", "user")


class Manager:
    """The secret, and the number of times it was read."""

    def __init__(self) -> None:
        self.reads = 0
        self.client = boto3.client("secretsmanager")
        self.arn = self.client.create_secret(Name=NAME, SecretString=json.dumps(FIRST))["ARN"]

    def rotate(self) -> None:
        version = stage_version(NAME)
        for step in STEPS:
            event = {"Step": step, "SecretId": self.arn, "ClientRequestToken": version}
            load("rotate_signing_keys/handler").handler(event, None)

    def keys(self) -> SigningKeys:
        """Return the keys held by a function that has just read the secret."""
        answer = self.client.get_secret_value(SecretId=NAME, VersionStage="AWSCURRENT")
        return SigningKeys.from_secret(json.loads(answer["SecretString"]))


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("SECRETS_CACHE_SECONDS", "300")
    monkeypatch.setenv("SIGNING_KEYS_DELAY_SECONDS", "3600")
    monkeypatch.setattr(redaction, "_hidden", set())
    with in_memory(monkeypatch), clock.held_at(NOW):
        manager = Manager()
        monkeypatch.setenv("SIGNING_KEYS_SECRET_ARN", manager.arn)

        def count(_: dict[str, Any]) -> None:
            manager.reads += 1

        before(monkeypatch, "GetSecretValue", count)
        yield manager


def ask(token: str) -> str:
    event = {
        "methodArn": "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/api/GET/picks/me",
        "headers": {"Authorization": f"Bearer {token}"},
        "requestContext": {"requestId": "request-1"},
    }
    return str(load("authorizer/handler").handler(event, None)["principalId"])


def refused(token: str) -> bool:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(token)
    return True


def stranger(kid: str) -> str:
    return tokens.issue(ADA, SigningKeys(kid, {kid: b"s" * 40}), at=clock.now())


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_keys_of_nobody_cost_no_look_at_the_secret(manager: Manager) -> None:
    for number in range(200):
        assert refused(stranger(f"kid-{number}"))
    assert manager.reads == 1


def test_keys_of_nobody_cost_no_look_at_the_secret_after_a_rotation_either(manager: Manager) -> None:
    assert ask(tokens.issue(ADA, manager.keys(), at=NOW)) == "41"
    manager.rotate()
    before = manager.reads
    for number in range(200):
        assert refused(stranger(f"kid-{number}"))
    assert manager.reads == before


def test_who_has_not_read_the_new_key_meets_none_of_its_tokens(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = tokens.issue(ADA, manager.keys(), at=NOW)
    with monkeypatch.context() as later_than_it_should:
        later_than_it_should.setenv("SECRETS_CACHE_SECONDS", "3600")
        assert ask(earlier) == "41"
    manager.rotate()
    new = manager.keys()
    assert new.current not in ("1", None)
    for minutes in (0, 20, 59):
        with clock.held_at(NOW + timedelta(minutes=minutes)):
            token = tokens.issue(ADA, new, at=clock.now())
            assert kid_of(token) == "1"
            assert ask(token) == "41", "the authorizer still has the keys of before"
    with clock.held_at(NOW + timedelta(minutes=29, seconds=59)):
        assert ask(earlier) == "41"


def test_the_new_key_is_read_in_time_and_the_old_one_s_tokens_live_on(manager: Manager) -> None:
    assert ask(tokens.issue(ADA, manager.keys(), at=NOW)) == "41"
    manager.rotate()
    new = manager.keys()
    with clock.held_at(NOW + timedelta(minutes=59, seconds=59)):
        last_of_old = tokens.issue(ADA, new, at=clock.now())
        assert kid_of(last_of_old) == "1"
    with clock.held_at(NOW + timedelta(hours=1)):
        first_of_new = tokens.issue(ADA, new, at=clock.now())
        assert kid_of(first_of_new) == new.current
        assert ask(first_of_new) == ask(last_of_old) == "41"
        assert refused(stranger("1"))
        assert refused(stranger(new.current))
        assert refused(stranger("0"))
    with clock.held_at(NOW + timedelta(minutes=89, seconds=58)):
        assert ask(last_of_old) == "41"
    with clock.held_at(NOW + timedelta(minutes=90)):
        assert refused(last_of_old)
