"""API keys as they are asked for and shown."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from pickvs.accounts.keys.rules import NAME_MAX, NAME_PATTERN, PREFIX_LENGTH, SCOPES, KeyScope
from pickvs.core.types import Moment, RequestBody, ResponseBody


def _in_order(scopes: list[KeyScope]) -> list[KeyScope]:
    if len(set(scopes)) < len(scopes):
        raise ValueError("a scope stands twice")
    return sorted(scopes, key=SCOPES.index)


def _text(value: Any) -> Any:
    """Refuse numbers, which pydantic would read as seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("not a date and time as RFC 3339 writes them")
    return value


class WantedKey(RequestBody):
    """A key as its user asks for it."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=NAME_MAX,
            pattern=NAME_PATTERN,
            description="What the key is for, in the user's own words.",
            examples=["model on my server"],
        ),
    ]
    scopes: Annotated[
        list[KeyScope],
        Field(
            min_length=1,
            max_length=len(SCOPES),
            description="What the key may be used for; each scope once.",
            json_schema_extra={"uniqueItems": True},
            examples=[["picks:read", "picks:write"]],
        ),
        AfterValidator(_in_order),
    ]
    expires_at: Annotated[
        Moment | None,
        Field(
            strict=False,
            description="When the key ends by itself: in the future, at most 365 days ahead. Without it, the key is "
            "good until it is revoked.",
            examples=[None],
        ),
        BeforeValidator(_text),
    ] = None


class ApiKey(ResponseBody):
    """A key without what it is made of."""

    id: int
    name: str
    prefix: Annotated[str, Field(description=f"The key's first {PREFIX_LENGTH} characters.", examples=["pvk_9f3Kx2Qa"])]
    scopes: list[KeyScope]
    created_at: Moment
    last_used_at: Annotated[
        Moment | None, Field(description="To a few minutes: not every use is written down. null for a key never used.")
    ]
    expires_at: Moment | None
    revoked_at: Moment | None


class NewApiKey(ApiKey):
    """A key that was just made. `key` is shown here and never again."""

    key: Annotated[
        str, Field(repr=False, description="Send it as Authorization: Bearer <key>. Keep it: it is not stored.")
    ]


class ApiKeys(ResponseBody):
    """A page of a user's keys, newest first, those that are revoked or expired among them."""

    api_keys: list[ApiKey]
    next_cursor: str | None
