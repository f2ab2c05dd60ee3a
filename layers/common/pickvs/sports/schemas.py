"""Responses: sports."""

from typing import Annotated

from pickvs.core.types import JsonSchema, ResponseBody, doc
from pickvs.sports.rules import SPORTS

SportKey = Annotated[str, JsonSchema({"type": "string", "enum": sorted(SPORTS)})]
"""The key of a covered sport. `service.refuse_unknown_sport` refuses others."""


class SportListing(ResponseBody):
    """A covered sport."""

    key: Annotated[str, doc("The value of `sport` in games and in list filters.")]
    title: str
    time_zone: Annotated[str, doc("IANA time zone of the league's game dates.")]


class Sports(ResponseBody):
    """All covered sports, by key."""

    sports: list[SportListing]
