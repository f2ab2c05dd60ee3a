"""Responses: boards and totals."""

from datetime import date
from typing import Annotated, Literal

from pickvs.core.types import Moment, Number, ResponseBody, doc

PERIOD = (
    "Counts picks by the date of their game where it is played. The current date of a sport changes at noon in its "
    "`time_zone`, so that a night is one day; that of all sports when the last one with a settled game has changed."
)
AS_OF = "When this board last changed; null before the first settlement of its period."
STARTS_ON = "First date of the period, the earliest where several sports' seasons differ; null for all time."
ENDS_ON = "Last date of the period; null for all time."


class Totals(ResponseBody):
    """Totals of graded picks. Units and stakes in units; roi, win_rate and clv_percent in percent."""

    total_units: Number
    total_wagered: Number
    roi: Annotated[Number | None, doc("100 x units / wagered, 2 decimals; null if nothing was wagered.")]
    wins: int
    losses: int
    pushes: int
    picks: Annotated[int, doc("Graded picks: wins, losses and pushes. Voids do not count.")]
    win_rate: Annotated[Number | None, doc("100 x wins / (wins + losses), 2 decimals; null for 0/0.")]
    clv_percent: Annotated[Number | None, doc("Mean closing line value of the picks that have one.")]


class Contestant(Totals):
    """One contestant on a board. Skill is in percent, like roi."""

    username: str
    skill: Annotated[
        Number | None,
        doc("ROI shrunk towards 0, as far as chance can explain it; null if nothing was wagered."),
    ]
    skill_low: Annotated[Number | None, doc("Lower bound of the 95 % interval; skill_high is the upper bound.")]
    skill_high: Number | None


class Standing(Contestant):
    """One ranked contestant."""

    rank: Annotated[int, doc("Equal values share a rank: 1, 2, 2, 4.")]


class OwnStanding(Contestant):
    """The caller's own row, ranked or not."""

    rank: Annotated[int | None, doc("null while not ranked.")]


class MyTotals(Totals):
    """A user's overall totals and rank."""

    rank: Annotated[int | None, doc("By units, over all time; null while no pick is graded.")]


class Me(ResponseBody):
    """The caller's account, visible only to them."""

    id: int
    username: str
    email: str
    email_confirmed_at: Annotated[Moment | None, doc("null until the address is confirmed.")]
    role: Literal["user", "admin"]
    created_at: Moment
    totals: MyTotals


class Leaderboard(ResponseBody):
    """A page of a board."""

    leaderboard: list[Standing]
    starts_on: Annotated[date | None, doc(STARTS_ON)]
    ends_on: Annotated[date | None, doc(ENDS_ON)]
    as_of: Annotated[Moment | None, doc(AS_OF)]
    next_cursor: str | None


class MyStanding(ResponseBody):
    """The caller's place on a board.

    above, below: contestants directly ahead and directly behind, in the board's order.
    """

    standing: OwnStanding
    above: list[Standing]
    below: list[Standing]
    picks_missing: Annotated[
        int,
        doc(
            "Graded picks still needed to be ranked. The closing line value order also needs one pick with "
            "such a value."
        ),
    ]
    starts_on: Annotated[date | None, doc(STARTS_ON)]
    ends_on: Annotated[date | None, doc(ENDS_ON)]
    as_of: Annotated[Moment | None, doc(AS_OF)]
