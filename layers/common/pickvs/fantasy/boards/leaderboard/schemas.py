"""Response of a league's leaderboard."""

from typing import Annotated

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.fantasy.boards.leaderboard.rules import BoardState


class LeaguePlace(ResponseBody):
    """A constructor's place on a league's board."""

    rank: Annotated[int, doc("Competition rank: 1, 1, 3.")]
    tied: Annotated[bool, doc("Whether another constructor has the same rank.")]
    change: Annotated[int | None, doc("Places gained in the season by its last race. Null on the board of a race.")]
    constructor_id: int
    team_name: str
    username: Annotated[str, doc("The owner's.")]
    retired: Annotated[bool, doc("Whether the constructor has left the league. It keeps its points.")]
    points: Number
    wins: Annotated[int | None, doc("Races in which it was first of the league. Null on the board of a race.")]
    podiums: Annotated[int | None, doc("Races in which it was among the first three. Null on the board of a race.")]
    best: Annotated[Number | None, doc("Points of its best race; on the board of a race, of its best driver.")]


class LeagueBoard(ResponseBody):
    """The board of a league."""

    league_id: int
    race_id: Annotated[int | None, doc("Null: the board of the season.")]
    state: Annotated[BoardState, doc("How final it is. `frozen`: no result changes it any more.")]
    as_of: Annotated[Moment | None, doc("When the latest result on it became known.")]
    version: Annotated[int, doc("Number of times that the league's boards have changed.")]
    places: list[LeaguePlace]
