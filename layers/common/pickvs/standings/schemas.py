"""What the boards show."""

from pydantic import Field

from pickvs.core.types import Moment, Number, ResponseBody


class Standing(ResponseBody):
    """One contestant on a board. Units and stakes in units; roi, win_rate and clv_percent in percent."""

    rank: int = Field(description="Equal values share a rank: 1, 2, 2, 4.")
    username: str
    total_units: Number
    total_wagered: Number
    roi: Number | None = Field(description="100 x units / wagered, 2 decimals; null where nothing was wagered.")
    wins: int
    losses: int
    pushes: int
    picks: int = Field(description="Graded picks: wins, losses and pushes. A void never happened.")
    win_rate: Number | None = Field(description="100 x wins / (wins + losses), 2 decimals; null for 0/0.")
    clv_percent: Number | None = Field(description="Mean closing line value of the picks that have one.")


class Leaderboard(ResponseBody):
    """A page of a board."""

    leaderboard: list[Standing]
    as_of: Moment | None = Field(description="When the standings last changed; null while nothing was ever graded.")
    next_cursor: str | None
