"""What the boards show."""

from typing import Literal

from pydantic import Field

from pickvs.core.types import Moment, Number, ResponseBody


class Totals(ResponseBody):
    """How graded picks did. Units and stakes in units; roi, win_rate and clv_percent in percent."""

    total_units: Number
    total_wagered: Number
    roi: Number | None = Field(description="100 x units / wagered, 2 decimals; null where nothing was wagered.")
    wins: int
    losses: int
    pushes: int
    picks: int = Field(description="Graded picks: wins, losses and pushes. A void never happened.")
    win_rate: Number | None = Field(description="100 x wins / (wins + losses), 2 decimals; null for 0/0.")
    clv_percent: Number | None = Field(description="Mean closing line value of the picks that have one.")


class Standing(Totals):
    """One contestant on a board."""

    rank: int = Field(description="Equal values share a rank: 1, 2, 2, 4.")
    username: str


class MyTotals(Totals):
    """The totals of a user over everything, and where these put them."""

    rank: int | None = Field(description="By units, over all time; null while no pick is graded.")


class Me(ResponseBody):
    """A user, as shown to themselves alone."""

    id: int
    username: str
    email: str
    role: Literal["user", "admin"]
    created_at: Moment
    totals: MyTotals


class Leaderboard(ResponseBody):
    """A page of a board."""

    leaderboard: list[Standing]
    as_of: Moment | None = Field(description="When the standings last changed; null while nothing was ever graded.")
    next_cursor: str | None
