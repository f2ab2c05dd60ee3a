"""Opaque cursors: positions in a list, encoded for clients."""

import base64
import json
from typing import Any

from .problems import Problem


def write(*position: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")


def read(cursor: str, *types: type[str | int]) -> list[Any]:
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        position = None
    if not isinstance(position, list) or [type(part) for part in position] != list(types):
        raise Problem(422, "INVALID_CURSOR", "The cursor is not valid.")
    return position
