"""What an endpoint answers when it is more than a body: a status, a content type and headers of its own."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pickvs.core.encoding import as_json

JSON = "application/json"


class Answer[Body]:
    """An answer. A body that is a text goes out as it is, whatever the content type; anything else as JSON."""

    def __init__(
        self, status: int, content_type: str, body: Body | str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = int(status)
        self.content_type = content_type
        self.body = body
        self.headers = dict(headers or {})

    def to_proxy(self) -> dict[str, Any]:
        """Return the answer as API Gateway wants it. Raises TypeError for a body that has no form in JSON."""
        headers = {"Content-Type": [self.content_type]} | {name: [value] for name, value in self.headers.items()}
        body = self.body if isinstance(self.body, str) else as_json(self.body)
        if self.status == HTTPStatus.NO_CONTENT:  # has none (RFC 9110, 15.3.5)
            body = ""
            del headers["Content-Type"]
        return {"statusCode": self.status, "multiValueHeaders": headers, "body": body, "isBase64Encoded": False}
