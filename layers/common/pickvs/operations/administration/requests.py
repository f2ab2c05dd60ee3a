"""Fields shared by the requests of administrators."""

from typing import Annotated

from pydantic import Field

from pickvs.core.requests import Worded

Reason = Annotated[
    str,
    Field(
        min_length=3,
        max_length=500,
        # No control characters and no space at either end: lists and tables show the reason.
        pattern="^[^\\s\\ufeff\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]*[^\\s\\ufeff\\x00-\\x1f\\x7f-\\x9f]$",
        description="The reason, 3 to 500 printable characters, stored permanently. Do not include names of persons.",
        examples=["The league corrected the score after a scorer's error."],
    ),
    Worded("must be one line without control characters, and have no space at either end"),
]
"""The reason for a change."""
