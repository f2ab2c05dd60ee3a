"""Requests: resolutions of findings, and orders of past days."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pickvs.core.requests import Key, RequestBody
from pickvs.core.wording import DAY
from pickvs.operations.administration.requests import Reason

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _text(value: Any) -> Any:
    """Reject numbers, which pydantic would interpret as seconds since 1970, and moments."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError(DAY)


SentDay = Annotated[date, Field(strict=False), BeforeValidator(_text)]
"""A date as YYYY-MM-DD."""


class ResolutionOrder(RequestBody):
    """What a person says of a finding."""

    resolution: Annotated[
        Literal["accepted", "corrected"],
        Field(description="`accepted`: it is right as it is. `corrected`: what was wrong has been put right."),
    ]
    reason: Reason


class BackfillOrder(RequestBody):
    """Past days of a sport. Both ends are included, in the league's time zone."""

    sport: Annotated[Key, Field(examples=["basketball_nba"])]
    first: Annotated[SentDay, Field(alias="from", description="The first day.")]
    last: Annotated[SentDay, Field(alias="to", description="The last day, before today.")]
    reason: Reason
