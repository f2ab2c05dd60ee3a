"""The permission gate reads every resource of a request, and lets nothing through that it cannot read."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from local.assembly import ACCOUNT, REGION
from local.gate import PermissionGate, Principal
from local.policies import read_statements
from tests.local.assemblies import allow

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "AKIAFUNCTION"
ARNS = {name: f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-AbCdEf" for name in ("own", "other")}
STATEMENTS = [
    allow("secretsmanager:*", ARNS["own"]),
    allow("s3:*", "arn:aws:s3:::bucket/own/*"),
    allow("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:own"),
    allow("ses:SendEmail", f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/own.example"),
    allow("ses:SendEmail", f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/own"),
]


@pytest.fixture
def client() -> Client:
    """A client of a gate in front of services that answer whatever reaches them."""

    def services(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return Response("reached")(environ, start_response)

    principal = Principal("arn:aws:sts::role/function", read_statements({"Statement": STATEMENTS}))
    return Client(PermissionGate(services, deployer="AKIADEPLOYER", principals={KEY: principal}, secret_arns=ARNS))


def signed(service: str, target: str = "", **more: str) -> dict[str, str]:
    credential = f"{KEY}/20260101/{REGION}/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, Signature=0", "X-Amz-Target": target, **more}


def asked(client: Client, service: str, action: str, body: dict[str, Any]) -> bool:
    """Return whether a request in an AWS JSON protocol reaches the service."""
    headers = signed(service, f"{service}.{action}")
    return client.post("/", data=json.dumps(body), headers=headers).get_data() == b"reached"


def sent(client: Client, method: str, path: str, **headers: str) -> bool:
    """Return whether a request to S3 reaches it."""
    return client.open(path, method=method, headers=signed("s3", **headers)).get_data() == b"reached"


@pytest.mark.parametrize(
    ("body", "reaches"),
    [
        ({"SecretIdList": ["own"]}, True),
        ({"SecretIdList": ["own", ARNS["own"]]}, True),
        ({"SecretIdList": ["own", "other"]}, False),
        ({"SecretIdList": ["other", "own"]}, False),
        ({"SecretId": "own"}, True),
        ({"SecretId": ARNS["own"][:-7]}, True),
        ({"SecretId": "other"}, False),
        ({}, False),
    ],
)
def test_every_secret_of_a_request_must_be_granted(client: Client, body: dict[str, Any], *, reaches: bool) -> None:
    assert asked(client, "secretsmanager", "BatchGetSecretValue", body) is reaches


@pytest.mark.parametrize(
    ("method", "path", "reaches"),
    [
        ("PUT", "/bucket/own/1", True),
        ("GET", "/bucket/own/1", True),
        ("GET", "/bucket/own/1?versionId=2", True),
        ("GET", "/bucket/other/1", False),
        ("PUT", "/bucket/own/1?acl", False),
        ("PUT", "/bucket/own/1?tagging", False),
        ("GET", "/bucket/own/1?acl&versionId=2", False),
        ("POST", "/bucket/own/1?restore", False),
        ("GET", "/bucket?list-type=2", False),
        ("GET", "/bucket?policy", False),
        ("GET", "/", False),
    ],
)
def test_an_object_is_granted_and_what_is_said_about_it_is_not(
    client: Client, method: str, path: str, *, reaches: bool
) -> None:
    assert sent(client, method, path) is reaches


def test_an_object_is_not_copied_from_elsewhere(client: Client) -> None:
    assert not sent(client, "PUT", "/bucket/own/1", **{"X-Amz-Copy-Source": "/bucket/other/1"})


def test_a_queue_is_the_one_of_the_address(client: Client) -> None:
    assert asked(client, "sqs", "SendMessage", {"QueueUrl": f"http://localhost/{ACCOUNT}/own"})
    assert not asked(client, "sqs", "SendMessage", {"QueueUrl": f"http://localhost/{ACCOUNT}/other"})
    assert not asked(client, "sqs", "ReceiveMessage", {"QueueUrl": f"http://localhost/{ACCOUNT}/own"})


def test_a_request_without_a_signature_or_a_form_goes_nowhere(client: Client) -> None:
    assert client.post("/").status_code == 400
    assert client.post("/", data="[]", headers=signed("secretsmanager", "secretsmanager.X")).status_code == 400
    assert client.post("/", data="{", headers=signed("secretsmanager", "secretsmanager.X")).status_code == 400
    assert client.post("/", data="{}", headers=signed("iam", "iam.CreateUser")).status_code == 400


@pytest.mark.parametrize(
    ("sender", "more", "reaches"),
    [
        ("Own <notices@own.example>", {"ConfigurationSetName": "own"}, True),
        ("notices@own.example", {}, True),
        ("notices@own.example", {"ConfigurationSetName": "other"}, False),
        ("notices@other.example", {"ConfigurationSetName": "own"}, False),
        ("notices@sub.own.example", {}, False),
        ("notices@own.example <eve@other.example>", {}, False),
    ],
)
def test_a_mail_is_of_its_sender_s_domain_and_its_configuration_set(
    client: Client, sender: str, more: dict[str, str], reaches: bool
) -> None:
    body = json.dumps({"FromEmailAddress": sender, **more})
    path = "/v2/email/outbound-emails"
    assert (client.post(path, data=body, headers=signed("ses")).get_data() == b"reached") == reaches
    assert client.post("/v2/email/identities", data=body, headers=signed("ses")).get_data() != b"reached"
    assert client.post(path, data="[]", headers=signed("ses")).get_data() != b"reached"


@pytest.mark.parametrize(("path", "reaches"), [("/bucket/own/1", True), ("/bucket/other/1", False)])
def test_a_signed_address_gives_what_its_signer_may(client: Client, path: str, *, reaches: bool) -> None:
    credential = f"{KEY}%2F20260101%2F{REGION}%2Fs3%2Faws4_request"
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Expires=900&X-Amz-Signature=0"
    assert (client.put(f"{path}?{query}", data=b"x").get_data() == b"reached") is reaches
    assert client.put(f"{path}?acl&{query}", data=b"x").status_code == 403
