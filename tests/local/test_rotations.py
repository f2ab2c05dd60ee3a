"""Secrets are rotated on demand: four steps in order, resumed after a failure, and the new value is kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.aws import AwsServices
from local.blueprint import read_blueprint
from local.environments import Failure
from local.rotations import STEPS, Rotations
from tests.local.assemblies import AssemblyWriter, allow, arn
from tests.local.conftest import StartFunctions

pytestmark = pytest.mark.xdist_group("local aws")

ROTATES = """
    import json, os, pathlib, urllib.request

    def ask(action, **body):
        credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/us-east-1/secretsmanager/aws4_request"
        request = urllib.request.Request(
            os.environ["AWS_ENDPOINT_URL"],
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
                "X-Amz-Target": f"secretsmanager.{action}",
                "Content-Type": "application/x-amz-json-1.1",
            },
        )
        return json.load(urllib.request.urlopen(request, timeout=5))

    def handler(event, context):
        folder = pathlib.Path(os.environ["FOLDER"])
        with (folder / "events").open("a") as events:
            events.write(json.dumps(event) + "\\n")
        if (folder / event["Step"]).exists():
            raise RuntimeError("not now")
        secret, version = event["SecretId"], event["ClientRequestToken"]
        labels = ask("DescribeSecret", SecretId=secret)["VersionIdsToStages"]
        if event["Step"] == "createSecret" and labels[version] == ["AWSPENDING"]:
            ask(
                "PutSecretValue",
                SecretId=secret,
                ClientRequestToken=version,
                SecretString=f"made by {version}",
                VersionStages=["AWSPENDING"],
            )
        if event["Step"] == "finishSecret":
            (current,) = (each for each, its in labels.items() if "AWSCURRENT" in its)
            ask(
                "UpdateSecretVersionStage",
                SecretId=secret,
                VersionStage="AWSCURRENT",
                MoveToVersionId=version,
                RemoveFromVersionId=current,
            )
        return ask("GetSecretValue", SecretId=secret)["SecretString"]
"""


class Stage:
    """A secret, its rotation, and the results."""

    def __init__(self, rotations: Rotations, services: AwsServices, folder: Path, kept: dict[str, str]) -> None:
        self.rotations = rotations
        self.services = services
        self.folder = folder
        self.kept = kept

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "events").read_text().splitlines()]

    def value(self) -> str:
        return str(self.services.client("secretsmanager").get_secret_value(SecretId="test/keys")["SecretString"])


@pytest.fixture
def stage(assembly: AssemblyWriter, start_functions: StartFunctions, tmp_path: Path) -> Iterator[Stage]:
    keys = assembly.secret("Keys", "test/keys")
    assembly.secret("Other", "test/other")
    actions = ["GetSecretValue", "DescribeSecret", "PutSecretValue", "UpdateSecretVersionStage"]
    assembly.function(
        "Rotate",
        ROTATES,
        statements=[allow(f"secretsmanager:{action}", keys) for action in actions],
        environment={"FOLDER": str(tmp_path)},
    )
    assembly.api["Schedule"] = {
        "Type": "AWS::SecretsManager::RotationSchedule",
        "Properties": {"SecretId": keys, "RotationLambdaARN": arn("Rotate")},
    }
    blueprint = read_blueprint(assembly.deployment())
    services = AwsServices(blueprint)
    services.start()
    forget(services)  # all tests of a process share moto, and others create secrets with these names
    services.provision({"test/keys": "the first", "test/other": "x"})
    (function,) = blueprint.functions
    credentials = services.credentials(function).environment()
    functions = start_functions(assembly, endpoint_url=services.url, credentials=credentials)
    kept: dict[str, str] = {}
    yield Stage(Rotations(blueprint.rotations, functions, keep=kept.__setitem__), services, tmp_path, kept)
    forget(services)
    services.stop()


def forget(services: AwsServices) -> None:
    for secret in ("test/keys", "test/other"):
        services.client("secretsmanager").delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)


def test_the_steps_come_in_order_and_the_new_value_is_kept(stage: Stage) -> None:
    outcome = stage.rotations.rotate("keys")
    assert outcome is not None
    assert outcome.failure is None, outcome.payload
    events = stage.events()
    (version,) = {event["ClientRequestToken"] for event in events}
    assert [event["Step"] for event in events] == list(STEPS)
    assert {event["SecretId"].rpartition("-")[0] for event in events} == {
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:test/keys"
    }
    assert stage.value() == f"made by {version}"
    assert stage.kept == {"test/keys": f"made by {version}"}


def test_a_rotation_that_failed_goes_on_with_the_same_version(stage: Stage) -> None:
    (stage.folder / "testSecret").touch()
    outcome = stage.rotations.rotate("test/keys")
    assert outcome is not None
    assert outcome.failure is Failure.FUNCTION_ERROR
    assert [event["Step"] for event in stage.events()] == list(STEPS[:3])
    assert (stage.value(), stage.kept) == ("the first", {})

    (stage.folder / "testSecret").unlink()
    outcome = stage.rotations.rotate("test/keys")
    assert outcome is not None
    assert outcome.failure is None, outcome.payload
    (version,) = {event["ClientRequestToken"] for event in stage.events()}
    assert stage.value() == f"made by {version}"


def test_the_next_rotation_makes_another_version(stage: Stage) -> None:
    for _ in range(2):
        outcome = stage.rotations.rotate("keys")
        assert outcome is not None
        assert outcome.failure is None, outcome.payload
    first, second = dict.fromkeys(event["ClientRequestToken"] for event in stage.events())
    assert first != second
    assert stage.value() == f"made by {second}"


@pytest.mark.parametrize("name", ["other", "test/other", "eys", "", "test"])
def test_a_secret_without_a_rotation_is_not_rotated(stage: Stage, name: str) -> None:
    assert stage.rotations.rotate(name) is None
    assert stage.rotations.names == ["test/keys"]
    assert stage.value() == "the first"
