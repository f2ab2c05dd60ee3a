"""Request bodies of the API key endpoints."""

from typing import Annotated

from pydantic import AfterValidator, Field

from pickvs.accounts.keys.rules import NAME_MAX, NAME_PATTERN, NAME_WORDS, SCOPES, KeyScope
from pickvs.core.requests import RequestBody, SentMoment, Worded


def _in_order(scopes: list[KeyScope]) -> list[KeyScope]:
    if len(set(scopes)) < len(scopes):
        raise ValueError("must be unique; name each scope once")
    return sorted(scopes, key=SCOPES.index)


class WantedKey(RequestBody):
    """The API key to create."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=NAME_MAX,
            pattern=NAME_PATTERN,
            description="What the key is for, in the user's own words.",
            examples=["model on my server"],
        ),
        Worded(NAME_WORDS),
    ]
    scopes: Annotated[
        list[KeyScope],
        Field(
            min_length=1,
            max_length=len(SCOPES),
            description="What the key may be used for. Scopes must be unique.",
            json_schema_extra={"uniqueItems": True},
            examples=[["picks:read", "picks:write"]],
        ),
        AfterValidator(_in_order),
    ]
    expires_at: Annotated[
        SentMoment | None,
        Field(
            description="When the key expires: in the future, at most 365 days ahead. Without it, the key is valid "
            "until it is revoked.",
            examples=[None],
        ),
    ] = None
