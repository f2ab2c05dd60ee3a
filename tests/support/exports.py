"""Exports in an in-memory bucket, and databases to restore them into."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pickvs.core import clock, storage
from pickvs.core.config import settings
from tests.support.databases import Databases
from tests.support.functions import load
from tests.support.ledger import SETTLED_AT

BUCKET = "exports"


class Bucket:
    """The bucket for exports, and the deployed functions that write and read it."""

    def __init__(self) -> None:
        self.client = boto3.client("s3")
        self.client.create_bucket(Bucket=BUCKET)

    def back_up(self) -> dict[str, Any]:
        with clock.held_at(SETTLED_AT):
            return dict(load("back_up/handler").handler({}, None))

    def restore(self, export: str) -> dict[str, Any]:
        return dict(load("restore/handler").handler({"export": export}, None))

    def names(self) -> list[str]:
        return [entry["Key"] for entry in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def read(self, key: str) -> bytes:
        return bytes(self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def write(self, key: str, body: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=body)

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=BUCKET, Key=key)

    def manifest(self, export: str) -> dict[str, Any]:
        return dict(json.loads(gzip.decompress(self.read(f"exports/{export}/manifest.json.gz"))))

    def forge(self, export: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Replace the manifest by a changed one."""
        manifest = self.manifest(export)
        change(manifest)
        self.write(f"exports/{export}/manifest.json.gz", gzip.compress(json.dumps(manifest).encode()))


@contextmanager
def exporting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Make the functions back_up and restore use an in-memory bucket."""
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("EXPORTS_BUCKET", BUCKET)
        settings.cache_clear()
        storage._client.cache_clear()
        yield Bucket()
        storage._client.cache_clear()


@contextmanager
def elsewhere(databases: Databases) -> Iterator[str]:
    """Yield another empty, migrated database, which is the one in use inside the block."""
    with databases.fresh() as url, databases.in_use(url):
        yield url
