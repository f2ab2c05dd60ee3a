"""The secrets client: its requests, its retries, and how it interprets answers. These tests use no network."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.retries import standard

from pickvs.core import database, secrets_client
from pickvs.core.bounded_http import AnswerTooLong
from pickvs.core.config import Credentials
from pickvs.core.errors import ConfigurationError
from pickvs.core.secrets_client import Caller, SecretMissing, SecretValue, endpoint, get_secret_value

VALUE = "0123456789abcdef0123456789abcdef"
TOKEN = "session-token-0123456789"
CALLER = Caller(Credentials("AKID", "secret-key-0123456789", TOKEN), "eu-central-1")
FOUND = (200, json.dumps({"Name": "n", "VersionId": "v1", "SecretString": VALUE, "CreatedDate": 1.5}).encode())


class World:
    """A Secrets Manager with scripted answers, and a clock that advances meanwhile."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[dict[str, Any]] = []
        self.paused: list[float] = []
        self.now = 100.0
        self.takes = 0.0
        self.chance = 1.0

    def post(self, url: str, headers: dict[str, str], body: bytes, **limits: float) -> tuple[int, bytes]:
        self.asked.append({"url": url, "headers": headers, "body": json.loads(body), **limits})
        self.now += self.takes
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, tuple)
        return answer

    def sleep(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now += seconds


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(secrets_client, "post", made.post)
    monkeypatch.setattr(secrets_client, "_chance", lambda: made.chance)
    monkeypatch.setattr(secrets_client, "time", SimpleNamespace(monotonic=lambda: made.now, sleep=made.sleep))
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"):
        monkeypatch.delenv(name, raising=False)
    return made


def refusal(status: int, code: str | None = None, message: str = "told so") -> tuple[int, bytes]:
    return status, json.dumps({"message": message} | ({} if code is None else {"__type": code})).encode()


def read(**version: str) -> SecretValue:
    return get_secret_value("the/name", CALLER, **version)


def test_what_is_asked_and_what_comes_back(world: World) -> None:
    world.answers = [FOUND]
    assert read(VersionStage="AWSPENDING", VersionId="v1") == SecretValue("v1", VALUE)
    (asked,) = world.asked
    assert asked["url"] == "https://secretsmanager.eu-central-1.amazonaws.com"
    assert asked["body"] == {"SecretId": "the/name", "VersionStage": "AWSPENDING", "VersionId": "v1"}
    headers = asked["headers"]
    assert headers["Host"] == "secretsmanager.eu-central-1.amazonaws.com"
    assert headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    assert headers["X-Amz-Security-Token"] == TOKEN
    assert "/eu-central-1/secretsmanager/aws4_request" in headers["Authorization"]
    assert (asked["connect_seconds"], asked["answer_seconds"]) == (2, 3)
    assert asked["by"] == 100 + secrets_client.QUESTION_SECONDS


def test_a_secret_of_bytes_has_no_text(world: World) -> None:
    world.answers = [(200, b'{"VersionId": "v1", "SecretBinary": "MDEy"}')]
    assert read() == SecretValue("v1", "")


@pytest.mark.parametrize(
    "failure",
    [
        refusal(500, "InternalServiceError"),
        (502, b"<html>Bad Gateway</html>"),
        (503, b""),
        (599, b""),
        refusal(400, "RequestTimeout"),
        TimeoutError("timed out"),
        ConnectionRefusedError(111, "Connection refused"),
        OSError("some other reason"),
    ],
)
def test_what_may_pass_is_asked_again_after_a_short_pause(world: World, failure: Any) -> None:
    world.answers = [failure, failure, FOUND]
    assert read().text == VALUE
    assert world.paused == [0.05, 0.1]
    world.answers = [failure]
    with pytest.raises(ConfigurationError, match=r"^the secret the/name cannot be read: "):
        read()
    assert len(world.asked) == 3 + 3, "three attempts are all"


@pytest.mark.parametrize("failure", [refusal(400, "ThrottlingException"), refusal(429), refusal(429, "Whatever")])
def test_who_is_throttled_waits_longer(world: World, failure: Any) -> None:
    world.answers = [failure, failure, FOUND]
    world.chance = 0.25
    assert read().text == VALUE
    assert world.paused == [0.25, 0.5]


def test_what_is_asked_again_is_what_botocore_asks_again() -> None:
    assert set(standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES) == secrets_client._THROTTLED
    transient = set(standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES)
    assert transient - secrets_client._THROTTLED == secrets_client._TRANSIENT
    backoff = standard.ExponentialBackoff._DEFAULT_BACKOFF_CONFIG
    assert backoff["throttling_base_scale"] == secrets_client._PAUSE_SECONDS_IF_THROTTLED
    assert backoff["non_throttling_base_scale"] == secrets_client._PAUSE_SECONDS


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (refusal(400, "AccessDeniedException"), "AccessDeniedException: told so"),
        (refusal(400, "com.amazonaws.secretsmanager#DecryptionFailure", ""), "DecryptionFailure"),
        (refusal(403), "HTTP 403: told so"),
        (refusal(400, "a code: with words"), "HTTP 400: told so"),
        ((301, b""), "HTTP 301"),
        ((307, b"{}"), "HTTP 307"),
        ((404, b"<html>"), "HTTP 404"),
        ((400, b'["message"]'), "HTTP 400"),
        ((400, b"\xff"), "HTTP 400"),
        ((400, b"[" * 100_000), "HTTP 400"),
        ((200, b"<html>"), "the answer is not one of Secrets Manager"),
        ((200, b""), "the answer is not one of Secrets Manager"),
        ((200, b'{"SecretString": "' + VALUE.encode() + b'"'), "the answer is not one of Secrets Manager"),
        ((200, b'{"SecretString": "' + VALUE.encode() + b'"}'), "the answer is not one of Secrets Manager"),
        ((200, b'{"VersionId": "v1", "SecretString": 12}'), "the answer is not one of Secrets Manager"),
        (AnswerTooLong(), "AnswerTooLong"),
    ],
)
def test_what_will_not_pass_is_asked_once(world: World, failure: Any, said: str) -> None:
    world.answers = [failure]
    with pytest.raises(ConfigurationError) as refused:
        read()
    assert str(refused.value) == f"the secret the/name cannot be read: {said}"
    assert refused.value.__suppress_context__
    assert not isinstance(refused.value, SecretMissing)
    assert len(world.asked) == 1


def test_what_is_not_there_is_another_error(world: World) -> None:
    world.answers = [refusal(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")]
    with pytest.raises(SecretMissing, match="ResourceNotFoundException: Secrets Manager can't find"):
        read()
    assert len(world.asked) == 1


def test_a_signature_that_is_refused_does_not_give_away_the_token(world: World) -> None:
    told = (
        "The request signature we calculated does not match the signature you provided.\n\n"
        f"The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:{TOKEN}\n"
    )
    world.answers = [refusal(403, "InvalidSignatureException", told)]
    with pytest.raises(ConfigurationError) as refused:
        read()
    assert str(refused.value).endswith("does not match the signature you provided.")
    world.answers = [refusal(400, "ValidationException", "x" * 10_000)]
    with pytest.raises(ConfigurationError) as refused:
        read()
    assert len(str(refused.value)) < 500


def test_a_question_ends_whatever_happens(world: World) -> None:
    world.answers = [TimeoutError()]
    world.takes = 4.5
    with pytest.raises(ConfigurationError, match="TimeoutError"):
        read()
    assert len(world.asked) == 2
    assert {asked["by"] for asked in world.asked} == {100 + secrets_client.QUESTION_SECONDS}
    assert world.now <= 100 + secrets_client.QUESTION_SECONDS + 0.1


def test_the_database_knows_how_long_two_questions_take() -> None:
    assert 2 * secrets_client.QUESTION_SECONDS <= database._READING_SECONDS


def test_a_value_is_in_no_text() -> None:
    assert VALUE not in repr(SecretValue("v1", VALUE))
    assert not {TOKEN, "secret-key-0123456789"} & set(repr(CALLER).split("'"))


def test_the_chance_of_a_pause_is_a_part_of_it() -> None:
    drawn = {secrets_client._chance() for _ in range(100)}
    assert len(drawn) > 90
    assert all(0 <= each < 1 for each in drawn)


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"])
def test_secrets_manager_is_where_botocore_finds_it(world: World, region: str) -> None:
    client = boto3.client("secretsmanager", region_name=region, aws_access_key_id="k", aws_secret_access_key="s")
    assert endpoint(region) == client.meta.endpoint_url


def test_every_partition_has_its_suffix(world: World) -> None:
    suffixes = {
        region: partition["dnsSuffix"]
        for partition in botocore.session.get_session().get_data("endpoints")["partitions"]
        for region in partition["regions"]
        if not region.endswith("-global")
    }
    assert len(set(suffixes.values())) >= 5
    for region, suffix in suffixes.items():
        assert endpoint(region) == f"https://secretsmanager.{region}.{suffix}"


@pytest.mark.parametrize("region", ["", "us-east-1.evil.example/", "us east 1", "US-EAST-1", "us-east-1@evil.example"])
def test_what_is_no_region_is_no_address(world: World, region: str) -> None:
    with pytest.raises(ConfigurationError, match="is not the name of an AWS region"):
        endpoint(region)
