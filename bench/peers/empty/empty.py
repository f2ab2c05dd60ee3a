"""The smallest possible function, which measures the cost of the Runtime Interface Client alone."""

from typing import Any


def app(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Return an empty response."""
    return {"statusCode": 200, "multiValueHeaders": {}, "body": "{}", "isBase64Encoded": False}
