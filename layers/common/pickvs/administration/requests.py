"""What all acts of administration have in common."""

from typing import Annotated

from pydantic import Field

Reason = Annotated[
    str,
    Field(
        min_length=3,
        max_length=500,
        # No control characters, and no space at either end: a reason is read in lists and in tables.
        pattern="^[^\\s\\ufeff\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]*[^\\s\\ufeff\\x00-\\x1f\\x7f-\\x9f]$",
        description="Why; 3 to 500 printable characters, kept for good. Leave names of persons out.",
        examples=["The league corrected the score after a scorer's error."],
    ),
]
"""The reason of a change."""
