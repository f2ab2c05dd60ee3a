"""What the boards show."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, Number, ResponseBody, doc

AS_OF = "When this board last changed; null before the first settlement of its period."


class Totals(ResponseBody):
    """How graded picks did. Units and stakes in units; roi, win_rate and clv_percent in percent."""

    total_units: Number
    total_wagered: Number
    roi: Annotated[Number | None, doc("100 x units / wagered, 2 decimals; null where nothing was wagered.")]
    wins: int
    losses: int
    pushes: int
    picks: Annotated[int, doc("Graded picks: wins, losses and pushes. A void never happened.")]
    win_rate: Annotated[Number | None, doc("100 x wins / (wins + losses), 2 decimals; null for 0/0.")]
    clv_percent: Annotated[Number | None, doc("Mean closing line value of the picks that have one.")]


class Contestant(Totals):
    """One contestant on a board. Skill in percent, as roi is."""

    username: str
    skill: Annotated[
        Number | None,
        doc("ROI shrunk towards 0, as far as chance can explain it; null where nothing was wagered."),
    ]
    skill_low: Annotated[Number | None, doc("Skill is above it, and below skill_high, with a probability of 95 %.")]
    skill_high: Number | None


class Standing(Contestant):
    """One contestant who is ranked."""

    rank: Annotated[int, doc("Equal values share a rank: 1, 2, 2, 4.")]


class OwnStanding(Contestant):
    """Who asks, ranked or not."""

    rank: Annotated[int | None, doc("Null while not ranked.")]


class MyTotals(Totals):
    """The totals of a user over everything, and where these put them."""

    rank: Annotated[int | None, doc("By units, over all time; null while no pick is graded.")]


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
    as_of: Annotated[Moment | None, doc(AS_OF)]
    next_cursor: str | None


class MyStanding(ResponseBody):
    """A user's place on a board. above, below: who stands right ahead and right behind, in the board's order."""

    standing: OwnStanding
    above: list[Standing]
    below: list[Standing]
    picks_missing: Annotated[
        int,
        doc(
            "Graded picks that are missing to be ranked. By closing line value, one with such a value is "
            "needed as well."
        ),
    ]
    as_of: Annotated[Moment | None, doc(AS_OF)]
