"""The AWS services that the functions call: moto behind the permission gate, with the resources of the template."""

import secrets
import string
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from local.assembly import ACCOUNT, REGION
from local.blueprint import Blueprint, FunctionSpec
from local.gate import SERVICE, PermissionGate, Principal
from local.http_server import HttpServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from botocore.client import BaseClient

_SECRETS_MANAGER_TAG = "_custom_id_"
"""Name of the tag that makes moto use a fixed suffix in a secret's ARN; without it the suffix is random."""


class Credentials:
    """Temporary credentials of one caller."""

    def __init__(self) -> None:
        self.access_key_id = "ASIA" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(16))
        self.secret_access_key = secrets.token_urlsafe(30)
        self.session_token = secrets.token_urlsafe(60)

    def environment(self) -> dict[str, str]:
        """Return the environment variables that the AWS SDKs read."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
        }


def _moto() -> "WSGIApplication":
    # Imported here because moto takes a second to import and nothing else needs it.
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    class Dispatcher(DomainDispatcherApplication):
        """Remembers which service a host is, for which moto looks through its own folders at each request."""

        get_backend_for_host = cache(DomainDispatcherApplication.get_backend_for_host)

    application: WSGIApplication = Dispatcher(create_backend_app)
    return application


class AwsServices:
    """A server on loopback. moto plays the services, in memory, except those that `play` names.

    `provision` creates the template's resources.
    """

    def __init__(self, blueprint: Blueprint) -> None:
        self._blueprint = blueprint
        self._deployer = Credentials()
        self._callers = {function.arn: Credentials() for function in blueprint.functions}
        self._moto = _moto()
        self._own: dict[str, WSGIApplication] = {}
        gate = PermissionGate(
            self._application,
            deployer=self._deployer.access_key_id,
            principals={
                self._callers[function.arn].access_key_id: _principal(function) for function in blueprint.functions
            },
            secret_arns={secret.name: secret.arn for secret in blueprint.secrets},
        )
        self._server = HttpServer(gate)

    @property
    def url(self) -> str:
        """The address of the permission gate, for AWS_ENDPOINT_URL."""
        return self._server.url

    def credentials(self, function: FunctionSpec) -> Credentials:
        """Return the credentials that identify `function` to the permission gate."""
        return self._callers[function.arn]

    def play(self, service: str, application: "WSGIApplication") -> None:
        """Have `application` answer the permitted requests to a service, instead of moto."""
        self._own[service] = application

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop the server and discard its resources."""
        self._server.stop()

    def provision(self, values: Mapping[str, str]) -> None:
        """Create the template's secrets, buckets and queues. `values` are the secrets' values by name."""
        manager = self.client("secretsmanager")
        for secret in self._blueprint.secrets:
            manager.create_secret(
                Name=secret.name,
                SecretString=values[secret.name],
                Tags=[{"Key": _SECRETS_MANAGER_TAG, "Value": secret.arn_suffix}],
            )
        storage = self.client("s3")
        for bucket in self._blueprint.buckets:
            storage.create_bucket(Bucket=bucket)
            if bucket in self._blueprint.versioned_buckets:
                storage.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        if self._blueprint.queues:
            queues = self.client("sqs")
            for queue in self._blueprint.queues:
                queues.create_queue(QueueName=queue)

    def send_message(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None:
        """Send a message to the queue `queue_arn`."""
        queues: Any = self.client("sqs")
        queues.send_message(
            QueueUrl=f"{self.url}/{ACCOUNT}/{queue_arn.rpartition(':')[2]}",
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )

    def client(self, service: str) -> Any:
        """Return a boto3 client with the deployer's credentials, which the gate never refuses."""
        import boto3
        from botocore.config import Config

        client: BaseClient = boto3.session.Session(
            aws_access_key_id=self._deployer.access_key_id,
            aws_secret_access_key=self._deployer.secret_access_key,
            region_name=REGION,
        ).client(
            service,  # type: ignore[call-overload]  # one of the names that boto3's stubs enumerate
            endpoint_url=self.url,
            config=Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 3, "mode": "standard"}),
        )
        return client

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a permitted request."""
        return self._own.get(environ.get(SERVICE, ""), self._moto)(environ, start_response)


def _principal(function: FunctionSpec) -> Principal:
    return Principal(
        arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/{function.role}/{function.full_name}",
        statements=function.statements,
    )
