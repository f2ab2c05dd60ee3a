"""Hooks into a function's calls to AWS, just before they are sent: to count them, delay them, or make them fail."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import botocore
import pytest

from pickvs.core import secrets_client

type Hook = Callable[[dict[str, Any]], None]


def before(monkeypatch: pytest.MonkeyPatch, operation: str, hook: Hook) -> None:
    """Call `hook` with the parameters of each call of `operation`; `*` stands for all operations.

    For GetSecretValue, each attempt counts as a call.
    """
    make_call = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]
    post = secrets_client.post

    def call(self: Any, name: str, parameters: dict[str, Any]) -> Any:
        if operation in ("*", name):
            hook(parameters)
        return make_call(self, name, parameters)

    def send(url: str, headers: Mapping[str, str], body: bytes, **limits: Any) -> tuple[int, bytes]:
        if operation in ("*", headers["X-Amz-Target"].rpartition(".")[2]):
            hook(json.loads(body))
        return post(url, headers, body, **limits)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
    monkeypatch.setattr(secrets_client, "post", send)
