"""Requests: aliases of teams."""

from typing import Annotated

from pydantic import AfterValidator, Field

from pickvs.core.requests import Key, RequestBody, Worded
from pickvs.operations.administration.requests import Reason
from pickvs.sports.teams.rules import ANY, normalised


def _is_comparable(name: str) -> str:
    if not normalised(name):
        raise ValueError("needs a letter or a digit, by which names are compared")
    return name


class AliasOrder(RequestBody):
    """A spelling that names the team from now on."""

    provider: Annotated[
        Key,
        Field(description=f"The provider that writes it, such as the_odds_api; `{ANY}` for all.", examples=[ANY]),
    ] = ANY
    alias: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            # No control characters and no space at either end: lists and tables show the name.
            pattern="^[^\\s\\ufeff\\x00-\\x1f\\x7f-\\x9f]([^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]*[^\\s\\ufeff\\x00-\\x1f\\x7f-\\x9f])?$",
            description="The spelling. Case, accents, punctuation and white space do not count.",
            examples=["LA Clippers"],
        ),
        Worded("must be 1 to 100 characters on one line, without a space at either end"),
        AfterValidator(_is_comparable),
    ]
    reason: Reason
