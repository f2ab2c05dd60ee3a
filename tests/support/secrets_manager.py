"""An in-memory Secrets Manager for both of its clients, boto3 and our own, without network access."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from moto import mock_aws

from pickvs.core import secrets, secrets_client


@contextmanager
def in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start an empty Secrets Manager, and clear the caches of this process.

    Pass the test's own `monkeypatch`, so that all changes are undone in the right order.
    """
    monkeypatch.setattr(secrets_client, "post", _post)
    forget()
    with mock_aws():
        yield
    forget()


def forget() -> None:
    """Clear this process's caches of AWS clients and secrets."""
    secrets._kept.clear()
    for kept in (secrets._client, secrets._session):
        kept.cache_clear()


def _post(url: str, headers: Mapping[str, str], body: bytes, **_: Any) -> tuple[int, bytes]:
    # moto intercepts `requests` and botocore only.
    answer = requests.post(url, body, headers=headers, timeout=5)
    return answer.status_code, answer.content
