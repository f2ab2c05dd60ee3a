"""What a function asks of AWS, seen just before it goes out: to count it, to delay it, or to let it fail."""

from collections.abc import Callable
from typing import Any

import botocore
import pytest

type Hook = Callable[[dict[str, Any]], None]


def before(monkeypatch: pytest.MonkeyPatch, operation: str, hook: Hook) -> None:
    """Let `hook` see the parameters of each call of `operation`; `*` is every operation."""
    make_call = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(self: Any, name: str, parameters: dict[str, Any]) -> Any:
        if operation in ("*", name):
            hook(parameters)
        return make_call(self, name, parameters)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
