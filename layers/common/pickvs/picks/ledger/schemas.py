"""Picks as everybody may read them, and what explains them."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.picks.rules import PickResult
from pickvs.picks.schemas import Pick

type LedgerFormat = Literal["json", "csv"]


class SignedPick(Pick):
    """A pick with the name of who made it."""

    username: str


class PublicPicks(ResponseBody):
    """A page of the settled ledger, latest games first."""

    picks: list[SignedPick]
    next_cursor: str | None


class Cause(ResponseBody):
    """The result of the game that made the ledger book."""

    outcome: Literal["final", "void", "reopened"]
    home_score: int | None
    away_score: int | None
    source: Annotated[str, doc("Who said so: a provider's name, or `admin`.")]
    reason: str | None
    recorded_at: Moment


class Reckoning(ResponseBody):
    """How a booked result follows from its cause, reckoned anew."""

    comparison: Annotated[str, doc("Such as: home 110 + line -4.5 = 105.5 against away 105: ahead by 0.5 -> win")]
    payment: Annotated[str, doc("Such as: 1 x 100 / 110 = 0.9091")]
    result: PickResult
    units: Number
    agrees: Annotated[bool, doc("Whether the ledger booked exactly this.")]


class Entry(ResponseBody):
    """An entry of the settlement ledger; entries are never changed, only taken back by another one."""

    kind: Literal["booked", "taken_back"]
    result: PickResult
    units: Annotated[Number, doc("What the entry adds to the total; a win that is taken back adds less than 0.")]
    wagered: Annotated[Number, doc("What the entry adds to the units wagered.")]
    closing_line: Number | None
    closing_price: int | None
    clv_percent: Number | None
    settled_at: Moment
    cause: Cause
    reckoning: Annotated[Reckoning | None, doc("null for an entry that takes another one back.")]


class Explanation(ResponseBody):
    """The sum that gave a pick its result. Without entries it has none yet."""

    pick: SignedPick
    rule: Annotated[str, doc("The rule of the pick's market, in words.")]
    entries: Annotated[list[Entry], doc("In the order in which they were booked, every regrade among them.")]
