"""Reading secrets over HTTP, as a function does, from moto's server and from servers that misbehave."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import auth, awsrequest
from botocore import credentials as sdk
from moto.server import ThreadedMotoServer

from local.assembly import REGION
from pickvs.core import secrets_client
from pickvs.core.errors import ConfigurationError
from pickvs.core.logging import logger
from pickvs.core.secrets import SecretVersions, get_secret, get_secret_anew
from tests.support.logs import written
from tests.support.scripted_server import ScriptedServer, answers, says, scripted
from tests.support.secrets_manager import forget

NAME = "pickvs/test/odds-api"
VALUE = "0123456789abcdef0123456789abcdef"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret/key", "AWS_SESSION_TOKEN": "the+token=="}
FOUND = answers(200, json.dumps({"VersionId": "v1", "SecretString": json.dumps({"api_key": VALUE})}).encode())


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment variables that Lambda sets, with nothing cached in this process."""
    for name, value in (KEYS | {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SECRETS_CACHE_SECONDS", "300")
    monkeypatch.setattr("pickvs.core.redaction._hidden", set())
    monkeypatch.delenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", raising=False)
    forget()
    yield
    forget()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with scripted(FOUND) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        yield running


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    yield boto3.client("secretsmanager")
    running.stop()


def test_it_is_read_from_a_real_server(moto: Any) -> None:
    text = json.dumps({"api_key": 'ein "Schlüssel" \u2028 \U0001f511', "port": 5432})
    arn = moto.create_secret(Name=NAME, SecretString=text)["ARN"]
    expected = {"api_key": 'ein "Schlüssel" \u2028 \U0001f511', "port": "5432"}
    assert get_secret(NAME) == get_secret(arn) == expected
    moto.put_secret_value(SecretId=NAME, SecretString='{"api_key": "to come"}', VersionStages=["AWSPENDING"])
    assert get_secret_anew(NAME) == [expected, {"api_key": "to come"}]
    assert SecretVersions(arn).current().fields == expected
    with pytest.raises(ConfigurationError, match="the secret pickvs/none cannot be read: ResourceNotFoundException: "):
        get_secret("pickvs/none")
    assert SecretVersions("pickvs/none").latest_pending() is None


def test_the_address_of_the_service_goes_before_that_of_all(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted(FOUND) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", service.url + "/")
        get_secret(NAME)
        assert (service.connections, server.connections) == (1, 0)


def test_what_arrives_is_what_was_signed(server: ScriptedServer) -> None:
    get_secret(NAME)
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    names = headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    assert names == ["content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target"]
    arrived = awsrequest.AWSRequest("POST", server.url + "/", data=body)
    for name, value in headers.items():
        if name.lower() in names:
            arrived.headers[name] = value
    arrived.context["timestamp"] = headers["X-Amz-Date"]
    signer = auth.SigV4Auth(sdk.Credentials(*KEYS.values()), "secretsmanager", REGION)
    signature = signer.signature(signer.string_to_sign(arrived, signer.canonical_request(arrived)), arrived)
    assert headers["Authorization"].endswith(f"Signature={signature}")
    assert headers["X-Amz-Security-Token"] == KEYS["AWS_SESSION_TOKEN"]


def test_what_passes_is_asked_again_and_signed_anew(server: ScriptedServer) -> None:
    throttled = answers(400, b'{"__type": "ThrottlingException", "message": "Rate exceeded"}')
    for first in (says(b""), answers(503, b"away"), throttled, says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")):
        forget()
        server.script(first, FOUND)
        assert get_secret(NAME) == {"api_key": VALUE}
        assert server.connections == 2


def test_what_does_not_pass_is_asked_three_times_and_not_kept(server: ScriptedServer) -> None:
    server.script(answers(500, b'{"__type": "InternalServiceError"}'))
    with pytest.raises(ConfigurationError, match=f"the secret {NAME} cannot be read: InternalServiceError"):
        get_secret(NAME)
    assert server.connections == 3
    server.script(FOUND)
    assert get_secret(NAME) == {"api_key": VALUE}


def test_who_is_refused_or_sent_elsewhere_is_not_asked_again(server: ScriptedServer) -> None:
    with scripted(FOUND) as elsewhere:
        refused = answers(400, b'{"__type": "AccessDeniedException", "Message": "User: a is not authorized"}')
        for answer, said in (
            (refused, "AccessDeniedException: User: a is not authorized"),
            (answers(307, b"", f"Location: {elsewhere.url}/"), "HTTP 307"),
        ):
            server.script(answer)
            with pytest.raises(ConfigurationError) as failed:
                get_secret(NAME)
            assert str(failed.value) == f"the secret {NAME} cannot be read: {said}"
            assert server.connections == 1
        assert elsewhere.connections == 0


@pytest.mark.parametrize(
    "answer",
    [
        f'{{"VersionId": "v1", "SecretString": "{VALUE}"}}{{}}'.encode(),
        f'{{"VersionId": "v1", "SecretString": "{VALUE}"}}'.encode(),
        f'{{"SecretString": "{{\\"api_key\\": \\"{VALUE}\\"}}"}}'.encode(),
        f'"{VALUE}"'.encode(),
        VALUE.encode(),
        json.dumps({"VersionId": "v1", "SecretString": f'["{VALUE}"]'}).encode(),
        json.dumps({"VersionId": "v1", "SecretString": f'{{"api_key": "{VALUE}"'}).encode(),
    ],
    ids=["more than JSON", "a text", "no version", "no object", "no JSON", "a list", "half an object"],
)
@pytest.mark.parametrize("whole", [True, False])
def test_no_error_and_no_log_line_has_the_value(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, answer: bytes, *, whole: bool
) -> None:
    sent = answers(200, answer) if whole else says(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + answer)
    server.script(sent)
    monkeypatch.setattr(secrets_client, "_PAUSE_SECONDS", 0.0)
    with written() as lines:
        try:
            get_secret(NAME)
        except ConfigurationError as error:
            chain = shown(error)
            logger().exception("refused")
        else:
            pytest.fail("it was read")
    assert VALUE not in chain + lines.getvalue()
    assert "refused" in lines.getvalue()


def shown(error: BaseException | None) -> str:
    """Return everything about an error that a logger could show."""
    text = io.StringIO()
    while error is not None:
        text.write(f"{error!r} {error.args} {vars(error)}\n")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return text.getvalue()


def test_without_keys_in_the_environment_the_sdk_finds_them(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a Lambda environment restored from a snapshot.
    for name in KEYS:
        monkeypatch.delenv(name)
    found = {
        "AccessKeyId": "ASIAOFTHEROLE",
        "SecretAccessKey": "s",
        "Token": "of-the-role",
        "Expiration": "2999-01-01T00:00:00Z",
    }
    with scripted(answers(200, json.dumps(found).encode())) as container:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{container.url}/role")
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "of-the-environment")
        assert get_secret(NAME) == {"api_key": VALUE}
        assert get_secret_anew(NAME)
        assert container.connections == 1, "what does not end is asked for once"
        assert b"Authorization: of-the-environment" in container.requests[0]
    assert b"Credential=ASIAOFTHEROLE/" in server.requests[0]
    assert b"X-Amz-Security-Token: of-the-role" in server.requests[0]


def test_where_there_are_no_keys_at_all_is_said(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ConfigurationError, match="there are no AWS credentials here, or no region"):
        get_secret(NAME)
    forget()
    monkeypatch.setenv("AWS_PROFILE", "nobody-s")
    with pytest.raises(ConfigurationError, match="the AWS credentials cannot be found: ProfileNotFound"):
        get_secret(NAME)
    assert server.connections == 0
