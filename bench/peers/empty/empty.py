"""The least that a function can be: what the Runtime Interface Client costs by itself."""

from typing import Any


def app(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Answer nothing."""
    return {"statusCode": 200, "multiValueHeaders": {}, "body": "{}", "isBase64Encoded": False}
