"""Request bodies of webhooks."""

from typing import Annotated

from pydantic import Field

from pickvs.core.outgoing_http import URL_MAX
from pickvs.core.requests import RequestBody


class WantedWebhook(RequestBody):
    """The webhook to make."""

    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=URL_MAX,
            description="Where notices are sent by POST: https, port 443, a public host.",
            examples=["https://example.com/pickvs"],
        ),
    ]
