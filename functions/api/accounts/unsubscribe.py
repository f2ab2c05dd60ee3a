"""POST /notices/unsubscribe: turn off mails of a kind, with the link in one of them."""

from typing import Annotated

from pickvs.accounts.limits import service as limits
from pickvs.http.address import source_address
from pickvs.http.app import create_app
from pickvs.http.parameters import Query
from pickvs.notices.preferences import service

app = create_app(
    problems={404: ["UNSUBSCRIBE_TOKEN_UNKNOWN"], 429: ["TOO_MANY_REQUESTS"]},
    admit=lambda event: limits.admit_address("unsubscribe", source_address(event)),
)


@app.post("/notices/unsubscribe", status_code=204)
def unsubscribe(
    token: Annotated[str, Query(min_length=1, max_length=200, description="From the header List-Unsubscribe.")],
) -> None:
    """Turn off the mails of one kind. Mail programs call this for their unsubscribe button (RFC 8058).

    The link names no other method, because scanners of mail open links by GET.
    """
    service.unsubscribe(token)
