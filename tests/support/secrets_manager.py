"""A Secrets Manager in memory for both who ask it, boto3 and our own client; no network is touched."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from moto import mock_aws

from pickvs.core import secrets, secrets_client


@contextmanager
def in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold an empty Secrets Manager, and a process that has read nothing yet.

    monkeypatch: the test's own, which takes back in the right order what the test lays over it.
    """
    monkeypatch.setattr(secrets_client, "post", _post)
    forget()
    with mock_aws():
        yield
    forget()


def forget() -> None:
    """Let this process know nothing of AWS any more."""
    secrets._kept.clear()
    for kept in (secrets._client, secrets._session):
        kept.cache_clear()


def _post(url: str, headers: Mapping[str, str], body: bytes, **_: Any) -> tuple[int, bytes]:
    # moto answers who asks through `requests` or botocore.
    answer = requests.post(url, body, headers=headers, timeout=5)
    return answer.status_code, answer.content
