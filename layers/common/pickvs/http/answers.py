"""Responses with their own status, content type and headers, for endpoints that return more than a body."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pickvs.core.encoding import as_json

JSON = "application/json"


class Answer[Body]:
    """A response. A text body is sent unchanged, whatever the content type; any other body is encoded as JSON."""

    def __init__(
        self,
        status: int,
        content_type: str,
        body: Body | str,
        headers: Mapping[str, str] | None = None,
        *,
        max_age: int | None = None,
    ) -> None:
        """Take what is sent. max_age: seconds for which caches may keep it; None for the endpoint's usual time."""
        self.status = int(status)
        self.content_type = content_type
        self.body = body
        self.headers = dict(headers or {})
        self.max_age = max_age

    def to_proxy(self) -> dict[str, Any]:
        """Return the response in API Gateway's proxy format. Raises TypeError if JSON cannot represent the body."""
        headers = {"Content-Type": [self.content_type]} | {name: [value] for name, value in self.headers.items()}
        body = self.body if isinstance(self.body, str) else as_json(self.body)
        if self.status == HTTPStatus.NO_CONTENT:  # no body and no content type (RFC 9110, 15.3.5)
            body = ""
            del headers["Content-Type"]
        return {"statusCode": self.status, "multiValueHeaders": headers, "body": body, "isBase64Encoded": False}
