"""The permission gate refuses what a role does not grant, with the error of the called service."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.aws import AwsServices
from local.blueprint import read_blueprint
from local.policies import Decision, decide, read_statements
from tests.local.assemblies import AssemblyWriter, allow, arn
from tests.local.conftest import StartFunctions

pytestmark = pytest.mark.xdist_group("local aws")

VALUE = '{"key": "a value that must not get out"}'

READS_ANY_SECRET = """
    import json, os, urllib.error, urllib.request

    def handler(event, context):
        # Without boto3, which a layer would bring: the gate looks at the key id and not at the signature.
        credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/us-east-1/secretsmanager/aws4_request"
        request = urllib.request.Request(
            os.environ["AWS_ENDPOINT_URL"],
            data=json.dumps({"SecretId": event["secret"]}).encode(),
            headers={
                "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
                "X-Amz-Target": "secretsmanager.GetSecretValue",
                "Content-Type": "application/x-amz-json-1.1",
            },
        )
        try:
            return json.load(urllib.request.urlopen(request, timeout=5))
        except urllib.error.HTTPError as error:
            return json.load(error)
"""


@pytest.mark.parametrize(
    ("statement", "action", "resource", "expected"),
    [
        (allow("s3:PutObject", "arn:aws:s3:::b/*"), "s3:PutObject", "arn:aws:s3:::b/a/b", Decision.ALLOWED),
        (allow("s3:PutObject", "arn:aws:s3:::b/*"), "s3:PutObject", "arn:aws:s3:::b", Decision.NOT_MENTIONED),
        (allow("s3:putobject", "*"), "s3:PutObject", "x", Decision.ALLOWED),
        (allow("s3:Put", "*"), "s3:PutObject", "x", Decision.NOT_MENTIONED),
        (allow("s3:PutObject", "x"), "s3:PutObject", "x1", Decision.NOT_MENTIONED),
        (allow("s3:Put*", ["y", "x?"]), "s3:PutObject", "x1", Decision.ALLOWED),
        (allow("s3:Put*", "X1"), "s3:PutObject", "x1", Decision.NOT_MENTIONED),
        (allow("s3:Get*", "*"), "s3:PutObject", "x", Decision.NOT_MENTIONED),
        (allow("s3:[GP]*", "*"), "s3:GetObject", "x", Decision.NOT_MENTIONED),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, "s3:PutObject", "x", Decision.DENIED),
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, "s3:PutObject", "x", Decision.NOT_MENTIONED),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "s3:PutObject", "x", Decision.ALLOWED),
        ({"Effect": "Allow", "Action": "*", "NotResource": "x"}, "s3:PutObject", "x", Decision.NOT_MENTIONED),
        ({**allow("*", "*"), "Condition": {"Bool": {}}}, "s3:PutObject", "x", Decision.NOT_MENTIONED),
    ],
)
def test_policies(statement: dict[str, Any], action: str, resource: str, expected: Decision) -> None:
    assert decide(read_statements({"Statement": statement}), action, resource) is expected


def test_one_denial_outweighs_every_permission() -> None:
    statements = read_statements(
        {"Statement": [{"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}, allow("*", "*")]}
    )

    assert decide(statements, "s3:DeleteObject", "x") is Decision.DENIED
    assert decide(statements, "s3:GetObject", "x") is Decision.ALLOWED


@pytest.fixture(scope="module")
def written(module_assembly: AssemblyWriter) -> AssemblyWriter:
    own = module_assembly.secret("Own", "test/own")
    module_assembly.secret("Other", "test/other")
    bucket = module_assembly.bucket("Raw")
    module_assembly.api["Queue"] = {"Type": "AWS::SQS::Queue"}
    under_prefix = {"Fn::Join": ["", ["arn:aws:s3:::", bucket, "/odds/*"]]}
    module_assembly.function(
        "Reader",
        READS_ANY_SECRET,
        statements=[
            allow("secretsmanager:GetSecretValue", own),
            allow("s3:PutObject", under_prefix),
            allow("sqs:SendMessage", arn("Queue")),
        ],
    )
    return module_assembly


@pytest.fixture(scope="module")
def services(written: AssemblyWriter) -> Iterator[AwsServices]:
    running = AwsServices(read_blueprint(written.deployment()))
    running.start()
    running.provision({"test/own": VALUE, "test/other": VALUE})
    yield running
    running.stop()


def client(services: AwsServices, written: AssemblyWriter, service: str) -> Any:
    (function,) = read_blueprint(written.deployment()).functions
    credentials = services.credentials(function)
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name="us-east-1",
        endpoint_url=services.url,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
    )


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert VALUE not in str(caught.value)
    return str(caught.value.response["Error"]["Code"])


def test_a_secret_is_read_by_name_and_by_arn(services: AwsServices, written: AssemblyWriter) -> None:
    secrets = {secret.name: secret for secret in read_blueprint(written.deployment()).secrets}
    manager = client(services, written, "secretsmanager")

    by_name = manager.get_secret_value(SecretId="test/own")
    by_arn = manager.get_secret_value(SecretId=secrets["test/own"].arn)

    assert by_name["SecretString"] == by_arn["SecretString"] == VALUE
    assert by_name["ARN"] == secrets["test/own"].arn, "the template's ARN is the real one"


def test_a_secret_that_the_role_does_not_grant_is_refused(services: AwsServices, written: AssemblyWriter) -> None:
    other = next(secret for secret in read_blueprint(written.deployment()).secrets if secret.name == "test/other")
    manager = client(services, written, "secretsmanager")

    for identifier in (other.name, other.arn, other.arn[:-7], "test/unknown"):
        assert refused(manager.get_secret_value, SecretId=identifier) == "AccessDeniedException"
    assert refused(manager.batch_get_secret_value, SecretIdList=["test/own", "test/other"]) == "AccessDeniedException"
    assert refused(manager.put_secret_value, SecretId="test/own", SecretString="x") == "AccessDeniedException"
    assert refused(manager.list_secrets) == "AccessDeniedException"


def test_objects_are_put_under_the_granted_prefix_only(services: AwsServices, written: AssemblyWriter) -> None:
    (bucket,) = read_blueprint(written.deployment()).buckets
    storage = client(services, written, "s3")

    storage.put_object(Bucket=bucket, Key="odds/a b+c/ü.json", Body=b"raw")

    assert refused(storage.put_object, Bucket=bucket, Key="scores/1", Body=b"") == "AccessDenied"
    assert refused(storage.get_object, Bucket=bucket, Key="odds/a b+c/ü.json") == "AccessDenied"
    assert refused(storage.list_objects_v2, Bucket=bucket) == "AccessDenied"
    assert refused(storage.delete_object, Bucket=bucket, Key="odds/a b+c/ü.json") == "AccessDenied"
    assert refused(storage.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={}) == "AccessDenied"
    source = {"Bucket": bucket, "Key": "scores/1"}
    assert refused(storage.copy_object, Bucket=bucket, Key="odds/2", CopySource=source) == "AccessDenied"
    kept = services.client("s3").get_object(Bucket=bucket, Key="odds/a b+c/ü.json")
    assert kept["Body"].read() == b"raw"
    assert kept["VersionId"] not in (None, "null"), "the template asks for versions"


def test_other_services_are_refused_unless_known_and_granted(services: AwsServices, written: AssemblyWriter) -> None:
    queue = f"{services.url}/123456789012/test-api-Queue"
    client(services, written, "sqs").send_message(QueueUrl=queue, MessageBody="hello")

    assert refused(client(services, written, "sqs").receive_message, QueueUrl=queue).startswith("AccessDenied")
    assert refused(client(services, written, "dynamodb").list_tables) == "AccessDeniedException"
    assert client(services, written, "sts").get_caller_identity()["Account"] == "123456789012"


def test_a_stranger_gets_nothing(services: AwsServices) -> None:
    stranger = {"region_name": "us-east-1", "aws_access_key_id": "AKIASTRANGER", "aws_secret_access_key": "x"}
    manager = boto3.client("secretsmanager", endpoint_url=services.url, **stranger)  # type: ignore[call-overload]
    storage = boto3.client("s3", endpoint_url=services.url, **stranger)  # type: ignore[call-overload]

    assert refused(manager.get_secret_value, SecretId="test/own") == "UnrecognizedClientException"
    assert refused(storage.list_buckets) == "InvalidAccessKeyId"


def test_a_function_is_held_to_its_role(
    services: AwsServices, written: AssemblyWriter, start_functions: StartFunctions
) -> None:
    (spec,) = read_blueprint(written.deployment()).functions
    reader = start_functions(
        written, endpoint_url=services.url, credentials=services.credentials(spec).environment()
    ).by_arn(spec.arn)

    granted = reader.invoke(b'{"secret": "test/own"}')
    other = reader.invoke(b'{"secret": "test/other"}')

    assert json.loads(granted.payload)["SecretString"] == VALUE
    assert json.loads(other.payload)["__type"] == "AccessDeniedException"
    assert "is not authorized to perform: secretsmanager:GetSecretValue" in json.loads(other.payload)["message"]
