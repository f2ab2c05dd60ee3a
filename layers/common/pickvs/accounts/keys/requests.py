"""Request bodies of the API key endpoints."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from pickvs.accounts.keys.rules import LIFE_DEFAULT, LIFE_MAX, NAME_MAX, NAME_PATTERN, NAME_WORDS, SCOPES, KeyScope
from pickvs.accounts.rules import PASSWORD_MAX
from pickvs.core.dates import DATE, end_of_day
from pickvs.core.requests import RequestBody, SentMoment, Worded


def _in_order(scopes: list[KeyScope]) -> list[KeyScope]:
    if len(set(scopes)) < len(scopes):
        raise ValueError("must be unique; name each scope once")
    return sorted(scopes, key=SCOPES.index)


def _end_of_day(value: object) -> object:
    """Return the end of a day that is sent as a date, and anything else as it is."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return value
    try:
        return end_of_day(value)
    except ValueError:  # February 30
        return value


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
            description=f"When the key expires: in the future, at most {LIFE_MAX.days} days ahead. A date, such as "
            f"2026-03-14, stands for the end of that day in UTC. Without it: after {LIFE_DEFAULT.days} days.",
            examples=[None],
        ),
        BeforeValidator(_end_of_day),
    ] = None
    password: Annotated[
        str | None,
        Field(
            max_length=PASSWORD_MAX,
            repr=False,
            description="The password of the caller's account. Without it, the answer is PASSWORD_REQUIRED.",
            examples=["nine purple teapots"],
        ),
    ] = None
