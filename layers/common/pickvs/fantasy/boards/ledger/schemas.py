"""Response with a constructor's points."""

from datetime import date
from typing import Annotated

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.fantasy.drafts.state import MadeBy


class PointLine(ResponseBody):
    """Why a driver has these points."""

    session: Annotated[str, doc("Kind of the session.", examples=["race"])]
    version: Annotated[int, doc("Version of the session's result that gives them.")]
    rule: Annotated[str, doc("Id of the scoring table's rule.", examples=["race_position"])]
    detail: Annotated[str, doc("What the rule was applied to.", examples=["P2"])]
    points: Number
    text: Annotated[str, doc("The line in words.", examples=["race position P2 18"])]


class ScoredDriver(ResponseBody):
    """A driver."""

    id: int
    name: str
    code: Annotated[str | None, doc("Three letters.", examples=["NOR"])]


class PickPoints(ResponseBody):
    """A pick and its points."""

    pick_id: int
    slot: int
    made_by: Annotated[MadeBy, doc("Who made the pick: the owner, a commissioner, the queue, or autopick.")]
    driver: ScoredDriver
    replaced: Annotated[bool, doc("Whether the driver was not entered, so that somebody else scores, or nobody.")]
    scores_as: Annotated[ScoredDriver | None, doc("Whose points count. Null: nobody's.")]
    replaced_because: str | None
    points: Number
    lines: list[PointLine]
    points_before: Annotated[Number | None, doc("By the versions before those that count. Null if there are none.")]
    lines_before: Annotated[list[PointLine], doc("Of the sessions that have a version before the one that counts.")]


class CountedResult(ResponseBody):
    """The result of a session as it counts in the league."""

    session: Annotated[str, doc("Kind of the session.", examples=["race"])]
    version: int
    state: Annotated[str, doc("`provisional`, `official` or `amended`.")]
    source: Annotated[str, doc("Who reported it.", examples=["jolpica"])]
    reason: Annotated[str | None, doc("An administrator's.")]
    known_at: Moment
    previous: Annotated[int | None, doc("The version that counted before.")]
    after_cut_off: Annotated[int | None, doc("A later version that came too late to count in this league.")]


class ConstructorRacePoints(ResponseBody):
    """A constructor's points of a race."""

    race_id: int
    race: Annotated[str, doc("Its name.", examples=["São Paulo Grand Prix"])]
    day: Annotated[date, doc("Of its last session, in UTC.")]
    points: Number
    rank: int
    tied: bool
    results: list[CountedResult]
    picks: list[PickPoints]


class ConstructorPoints(ResponseBody):
    """A constructor's points by race, the latest first. The points of a race are the sum of its lines."""

    constructor_id: int
    league_id: int
    table: Annotated[str, doc("Name and version, or id, of the scoring table.", examples=["weekend@1"])]
    races: list[ConstructorRacePoints]
