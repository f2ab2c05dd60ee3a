"""Responses: sports."""

from typing import Annotated, Literal

from pickvs.core.types import JsonSchema, ResponseBody, doc
from pickvs.sports.rules import SPORTS, MoneylineKind, SportMarket

SportKey = Annotated[str, JsonSchema({"type": "string", "enum": sorted(SPORTS)})]
"""The key of a covered sport. `service.refuse_unknown_sport` refuses others."""

type Tie = Literal["impossible", "void", "draw_wins"]


class SportListing(ResponseBody):
    """A sport whose odds and scores are fetched."""

    key: Annotated[str, doc("The value of `sport` in games and in list filters.")]
    title: str
    time_zone: Annotated[str, doc("IANA time zone of the league. A team with a zone of its own plays in that.")]
    group: Annotated[str, doc("The kind of game.", examples=["Basketball"])]
    markets: Annotated[list[SportMarket], doc("The markets that can be picked.")]
    moneyline: Annotated[
        MoneylineKind,
        doc("`three_way` has the selection `draw`. The official score decides, whatever a book settles by."),
    ]
    tie: Annotated[
        Tie, doc("What a tied official score does to a moneyline pick: void it, or let `draw` win.", examples=["void"])
    ]
    overtime_counts: Annotated[bool, doc("Whether the official score includes overtime, for all markets.")]


class Sports(ResponseBody):
    """The sports that are fetched, by key."""

    sports: list[SportListing]
