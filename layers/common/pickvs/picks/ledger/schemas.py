"""Responses: public picks and their explanations."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.picks.rules import ClvReason, PickResult, VoidReason
from pickvs.picks.schemas import Pick

type LedgerFormat = Literal["json", "csv"]


class SignedPick(Pick):
    """A pick with its owner's username."""

    username: str


class PublicPicks(ResponseBody):
    """A page of the settled ledger, latest games first."""

    picks: list[SignedPick]
    next_cursor: str | None


class Cause(ResponseBody):
    """The game result that caused a ledger entry."""

    outcome: Literal["final", "void", "reopened"]
    home_score: int | None
    away_score: int | None
    began_at: Annotated[
        Moment | None, doc("The start of the game. Picks placed at it or later are void. null if it is not known.")
    ]
    source: Annotated[str, doc("Origin of the result: a provider's name, or `admin`.")]
    reason: str | None
    recorded_at: Moment


class Reckoning(ResponseBody):
    """A booked result recomputed from its cause."""

    comparison: Annotated[str, doc("Example: home 110 + line -4.5 = 105.5 against away 105: ahead by 0.5 -> win")]
    payment: Annotated[str, doc("Example: 1 x 100 / 110 = 0.9091")]
    result: PickResult
    units: Number
    agrees: Annotated[bool, doc("Whether the ledger has the same result and units.")]


class Entry(ResponseBody):
    """An entry of the settlement ledger. Entries never change; a later entry can reverse one."""

    kind: Literal["booked", "taken_back"]
    result: PickResult
    void_reason: Annotated[VoidReason | None, doc("As on the pick.")]
    units: Annotated[Number, doc("Change of the owner's total units. Negative if a win is reversed.")]
    wagered: Annotated[Number, doc("Change of the owner's units wagered.")]
    closing_line: Number | None
    closing_price: int | None
    clv_percent: Number | None
    clv_reason: Annotated[ClvReason | None, doc("As on the pick.")]
    clv_points: Annotated[Number | None, doc("As on the pick.")]
    settled_at: Moment
    cause: Cause
    reckoning: Annotated[Reckoning | None, doc("null if the entry reverses another one.")]


class Explanation(ResponseBody):
    """How a pick got its result. `entries` is empty while the pick is pending."""

    pick: SignedPick
    rule: Annotated[str, doc("The grading rule of the pick's market, in words.")]
    entries: Annotated[list[Entry], doc("In booking order, including regrades.")]
