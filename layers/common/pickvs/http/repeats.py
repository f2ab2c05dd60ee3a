"""The header `Idempotency-Key`: a repeat of the same request gets the first response."""

from typing import Annotated

from pickvs.http.parameters import Header

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x20-\x7e]{1,255}$",
        words="must be 1 to 255 characters of printable ASCII",
        description="Makes the request idempotent: for 24 hours, a repeat with the same body returns the first "
        "response. Printable ASCII.",
    ),
]
"""Parameter type for endpoints whose effect must not be doubled. Its default is None."""
