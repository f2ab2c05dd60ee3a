"""The bucket of users' files in memory, and uploads by the real handlers."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pickvs.core import clock, storage
from tests.support import contract
from tests.support.database_roles import acting_as, role_of
from tests.support.functions import load
from tests.support.gateway import Answer, LambdaContext, call, proxy_event

BUCKET = "uploads"


@contextmanager
def users_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Keep uploads in an in-memory bucket. Yields a client of S3."""
    with mock_aws():
        monkeypatch.setenv("UPLOADS_BUCKET", BUCKET)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        for client in (storage._client, storage._signer):
            client.cache_clear()
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        yield s3
        for client in (storage._client, storage._signer):
            client.cache_clear()


def send_file(
    user: tuple[int, str], content: bytes, at: datetime, *, media_type: str = "text/csv", **query: object
) -> Answer:
    """Upload a file as API Gateway passes it on: its bytes in Base64."""
    event = proxy_event(
        "POST",
        "/dfs/uploads",
        user=user,
        query={name: str(value) for name, value in query.items()},
        headers={"Content-Type": media_type},
    )
    event |= {"body": base64.b64encode(content).decode() or None, "isBase64Encoded": bool(content)}
    import json

    with clock.held_at(at), acting_as(role_of("create_upload")):
        found = load("api/create_upload").app(event, LambdaContext())
    headers = {name.lower(): values[0] for name, values in found["multiValueHeaders"].items()}
    answer = Answer(found["statusCode"], headers, json.loads(found["body"]))
    contract.keeps("create_upload", answer.status, answer.headers, answer.body)
    return answer


def export(user: tuple[int, str], build: int, at: datetime, **query: str) -> Answer:
    """Export a build's lineups."""
    with clock.held_at(at):
        return call("export_build", "GET", f"/dfs/builds/{build}/export", user=user, query=query or None)
