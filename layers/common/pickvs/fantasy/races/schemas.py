"""Responses: races, their results and points, and drivers."""

from datetime import date
from typing import Annotated, Any, ClassVar

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.fantasy.races.rules import RaceState, ResultStanding, ResultState

_A_RACE: dict[str, Any] = {
    "id": 128,
    "season": 2024,
    "name": "Chinese Grand Prix",
    "day": "2024-04-21",
    "state": "official",
    "is_held": False,
    "locks": {
        "first_competitive": "2024-04-19T07:30:00Z",
        "qualifying": "2024-04-20T07:00:00Z",
        "race": "2024-04-21T07:00:00Z",
    },
    "sessions": [
        {"session": "sprint", "starts_at": "2024-04-20T03:00:00Z", "scores": True, "state": "official", "version": 1},
        {"session": "race", "starts_at": "2024-04-21T07:00:00Z", "scores": True, "state": "official", "version": 2},
    ],
}
_WHO: dict[str, Any] = {"driver_id": 830, "name": "Max Verstappen", "code": "VER"}
_HEAD: dict[str, Any] = {"race_id": 128, "name": "Chinese Grand Prix", "season": 2024, "state": "official"}
_AN_ENTRY: dict[str, Any] = {**_WHO, "number": 1, "place": 1, "points": 77, "is_withdrawn": False}
_A_ROW: dict[str, Any] = {"status": "classified", "position": 1, "grid": 1, "flags": [], "official_points": 25}
_A_VERSION: dict[str, Any] = {
    "version": 2,
    "standing": "official",
    "is_applied": True,
    "source": "jolpica",
    "share": "1",
    "known_at": "2024-04-21T10:15:00Z",
    "is_by_hand": False,
    "reason": None,
}
_A_RESULT: dict[str, Any] = {
    "session": "race",
    "state": "official",
    "official_at": "2024-04-22T06:15:00Z",
    "shown_version": 2,
    "rows": [{**_WHO, **_A_ROW}],
    "versions": [_A_VERSION],
}
_A_LINE: dict[str, Any] = {"session": "race", "rule": "race_position", "detail": "P1", "points": 25}
_A_DRIVER: dict[str, Any] = {"id": 830, "name": "Max Verstappen", "code": "VER"}
_A_DAY: dict[str, Any] = {
    "race_id": 128,
    "race": "Chinese Grand Prix",
    "day": "2024-04-21",
    "session": "race",
    "version": 2,
}


class RaceSession(ResponseBody):
    """A session of a race weekend."""

    session: Annotated[str, doc("Such as `practice_1`, `qualifying`, `sprint` or `race`.")]
    starts_at: Annotated[Moment | None, doc("null: not announced yet.")]
    scores: Annotated[bool, doc("Whether it has a result that gives points.")]
    state: Annotated[ResultState | None, doc("Of its result. null for a session without one.")]
    version: Annotated[int | None, doc("Number of the version of its result that counts. null while there is none.")]


class RaceLocks(ResponseBody):
    """When drafts are locked, by the setting of their league. null while the schedule does not say."""

    first_competitive: Moment | None
    qualifying: Moment | None
    race: Moment | None


class Race(ResponseBody):
    """A race weekend. Its id never changes; rounds do, when a race is cancelled."""

    id: int
    season: int
    name: str
    day: Annotated[date, doc("Day of the race in UTC.")]
    state: RaceState
    is_held: Annotated[bool, doc("Whether its schedule is under review: no draft opens until that is decided.")]
    locks: RaceLocks
    sessions: Annotated[list[RaceSession], doc("In the order of time; those without one come last.")]


class Races(ResponseBody):
    """A page of a season's races, by day."""

    EXAMPLES: ClassVar = ({"season": 2024, "races": [_A_RACE], "next_cursor": None},)

    season: Annotated[int | None, doc("null if no season is known.")]
    races: list[Race]
    next_cursor: str | None


class RaceEntry(ResponseBody):
    """A driver who is entered in a race, or was."""

    driver_id: int
    name: str
    code: str | None
    number: Annotated[int, doc("Of the car.")]
    place: Annotated[int, doc("Place in the order of the automatic picks: by the standings before the race.")]
    points: Annotated[Number | None, doc("Official points before the race. null without a place in the standings.")]
    is_withdrawn: bool


class RaceDetails(Race):
    """A race weekend with the drivers who can be drafted."""

    EXAMPLES: ClassVar = ({**_A_RACE, "entries": [_AN_ENTRY]},)

    entries: Annotated[list[RaceEntry], doc("The best ranked first.")]


class ResultVersion(ResponseBody):
    """A version of a session's result. Nothing is overwritten: every change is another version."""

    version: int
    standing: Annotated[ResultStanding, doc("What it was when it was recorded.")]
    is_applied: Annotated[bool, doc("false: it came after the results were frozen, and gives no points.")]
    source: str
    share: Annotated[str, doc("Of its points that the session gives officially, such as `1/2` if it was cut short.")]
    known_at: Moment
    is_by_hand: Annotated[bool, doc("Whether an administrator decided it.")]
    reason: Annotated[str | None, doc("The administrator's.")]


class ResultRow(ResponseBody):
    """What a driver did in a session."""

    driver_id: int
    name: str
    code: str | None
    status: Annotated[str, doc("`classified`, `dnf`, `nc`, `dsq` or `dns`.")]
    position: Annotated[int | None, doc("Only of the classified.")]
    grid: Annotated[int | None, doc("Place at the start, from 1. null where there was none, or it does not count.")]
    flags: Annotated[list[str], doc("What is true of the driver, such as `fastest_lap` or `no_time`.")]
    official_points: Annotated[Number | None, doc("By the sport's own table. null where it gives none.")]


class SessionResult(ResponseBody):
    """The result of a session, and all of its versions."""

    session: str
    state: ResultState
    official_at: Annotated[Moment | None, doc("When the version in force became official.")]
    shown_version: Annotated[int | None, doc("The version of `rows`. null while there is none.")]
    rows: Annotated[list[ResultRow], doc("The classified by position, then the others by name.")]
    versions: list[ResultVersion]


class RaceResults(ResponseBody):
    """The results of a race's sessions."""

    EXAMPLES: ClassVar = ({**_HEAD, "sessions": [_A_RESULT]},)

    race_id: int
    name: str
    season: int
    state: RaceState
    sessions: list[SessionResult]


class PointsLine(ResponseBody):
    """Why a driver has points: a rule of the table, and what it was applied to."""

    session: str
    rule: str
    detail: Annotated[str, doc("Such as `P2`, or `6 -> 2` for places gained.")]
    points: Number


class DriverPoints(ResponseBody):
    """The points of a driver in a race."""

    driver_id: int
    name: str
    code: str | None
    rank: int
    points: Number
    lines: list[PointsLine]


class RacePoints(ResponseBody):
    """What a scoring table gives for a race, by the versions in force."""

    EXAMPLES: ClassVar = (
        {**_HEAD, "table": "weekend@1", "drivers": [{**_WHO, "rank": 1, "points": 25, "lines": [_A_LINE]}]},
    )

    race_id: int
    name: str
    season: int
    state: RaceState
    table: Annotated[str, doc("Name and version of the table, or its id.")]
    drivers: Annotated[list[DriverPoints], doc("Everybody who has a result, the most points first.")]


class Driver(ResponseBody):
    """A driver."""

    id: int
    name: str
    code: Annotated[str | None, doc("Three letters.")]
    number: Annotated[int, doc("Of the car, in the latest race of the season.")]


class Drivers(ResponseBody):
    """A page of the drivers of a season, by family name."""

    EXAMPLES: ClassVar = ({"season": 2024, "drivers": [{**_A_DRIVER, "number": 1}], "next_cursor": None},)

    season: Annotated[int | None, doc("null if no season is known.")]
    drivers: list[Driver]
    next_cursor: str | None


class DriverResult(ResponseBody):
    """What a driver did in a session, by the version in force."""

    race_id: int
    race: str
    day: date
    session: str
    version: int
    status: str
    position: int | None
    grid: int | None
    flags: list[str]
    official_points: Number | None


class DriverDetails(ResponseBody):
    """A driver with the results of a season."""

    EXAMPLES: ClassVar = ({**_A_DRIVER, "seasons": [2023, 2024], "season": 2024, "results": [{**_A_DAY, **_A_ROW}]},)

    id: int
    name: str
    code: str | None
    seasons: Annotated[list[int], doc("All in which the driver is entered.")]
    season: int
    results: list[DriverResult]


class DriverRank(ResponseBody):
    """A driver's place in a season by a scoring table."""

    rank: int
    is_tied: bool
    driver_id: int
    name: str
    code: str | None
    points: Number


class DriverRankings(ResponseBody):
    """The drivers of a season by what a scoring table gives them, the most points first."""

    EXAMPLES: ClassVar = (
        {"season": 2024, "table": "weekend@1", "drivers": [{**_WHO, "rank": 1, "is_tied": False, "points": 671}]},
    )

    season: Annotated[int | None, doc("null if no season has a result.")]
    table: str
    drivers: list[DriverRank]
