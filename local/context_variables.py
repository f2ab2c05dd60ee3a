"""`$context` variables in the gateway's templates."""

import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r"\$context\.([A-Za-z0-9_.]+)")


def substitute(template: str, context: Mapping[str, Any]) -> str:
    """Return `template` with each `$context.a.b` replaced by its value, or by `-` if it has none, as on AWS."""
    return _VARIABLE.sub(lambda match: _text(lookup(context, match[1])), template)


def lookup(context: Mapping[str, Any], path: str) -> Any:
    """Return the value at the dotted `path`, or None."""
    value: Any = context
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    return "-" if value is None else str(value)
