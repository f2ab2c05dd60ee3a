"""Responses of the league endpoints."""

from typing import Annotated, Any

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.fantasy.leagues.queries import LeagueRole
from pickvs.fantasy.leagues.rules import (
    AmendUntil,
    AtLock,
    LockBy,
    Method,
    OnExpiry,
    OrderBy,
    Replacement,
    Shortened,
    State,
    Visibility,
    Weekday,
)

WallTime = Annotated[str, doc("On the wall clock of the league's time zone.", examples=["08:00"])]


class Opening(ResponseBody):
    """When drafts open, in the week of their lock."""

    weekday: Weekday
    at: WallTime


class Quiet(ResponseBody):
    """The hours of a day in which no pick clock runs."""

    begin: WallTime
    end: WallTime


class LeagueSettings(ResponseBody):
    """Settings of a league. All but visibility are frozen when it starts."""

    visibility: Annotated[Visibility, doc("`private`: it does not exist for who is not in it.")]
    max_constructors: Annotated[int, doc("2 to 50. More than a draft holds are split into groups at the start.")]
    rounds: Annotated[int, doc("Picks of each constructor for an event, 1 to 3.")]
    order: Annotated[OrderBy, doc("How the order of a draft follows from what was before.")]
    method: Annotated[Method, doc("`snake`: every second round runs backward.")]
    timezone: Annotated[str, doc("Time zone of opening and quiet hours.", examples=["America/New_York"])]
    opens: Opening
    lock: Annotated[LockBy, doc("The session at whose start a draft is locked.")]
    clock_seconds: Annotated[
        int | None, doc("Time for a pick, outside quiet hours. Null: a turn lasts until the lock.")
    ]
    quiet: Quiet | None
    on_expiry: Annotated[OnExpiry, doc("What becomes of a turn whose clock has run out.")]
    at_lock: Annotated[AtLock, doc("What becomes of slots that are open at the lock.")]
    auto_after_misses: Annotated[int | None, doc("Expired turns in a row after which autopick is put on. Null: never.")]
    replacement: Annotated[Replacement, doc("What becomes of a pick whose contestant is not entered.")]
    free_swaps: Annotated[int, doc("Picks that may be exchanged before the lock of an event, 0 to 2.")]
    table: Annotated[str, doc("Name and version, or id, of the scoring table.", examples=["weekend@1"])]
    amend_until: Annotated[AmendUntil, doc("Until when a changed result changes points.")]
    shortened: Annotated[Shortened, doc("How an event that was cut short scores.")]


class League(ResponseBody):
    """A league, as the caller sees it."""

    id: int
    sport: Annotated[str, doc("Key of the sport.", examples=["formula_one"])]
    season: Annotated[int, doc("The year.", examples=[2026])]
    name: str
    description: str
    state: State
    constructors: Annotated[int, doc("Number of constructors that play.")]
    role: Annotated[LeagueRole | None, doc("The caller's role. Null for a spectator of a public league.")]
    settings: LeagueSettings
    seed_commitment: Annotated[
        str, doc("SHA-256 of the seed that decides the order of chance, in hex. Shown before anybody knows the seed.")
    ]
    seed: Annotated[str | None, doc("The seed in hex. Null before the league's start.")]
    version: Annotated[int, doc("Number of lines in the league's log.")]
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class Leagues(ResponseBody):
    """A page of leagues, the newest first."""

    leagues: list[League]
    next_cursor: str | None


class Constructor(ResponseBody):
    """A member's team in a league."""

    id: int
    league_id: int
    team_name: str
    username: Annotated[str, doc("The owner's.")]
    group: Annotated[int | None, doc("The group whose drafts it is in. Null before the league's start.")]
    joined_at: Moment
    retired_at: Annotated[Moment | None, doc("When it left the running league. It keeps its points.")]


class Constructors(ResponseBody):
    """The constructors of a league, in the order of joining."""

    constructors: list[Constructor]


class LeagueMember(ResponseBody):
    """A member of a league."""

    username: str
    role: LeagueRole
    constructor_id: Annotated[int | None, doc("Null for a member without a constructor that plays.")]
    team_name: str | None
    joined_at: Moment


class LeagueMembers(ResponseBody):
    """The members of a league, in the order of joining."""

    members: list[LeagueMember]


class LeagueGroup(ResponseBody):
    """A group of a league, which has drafts of its own."""

    number: int
    base_order: Annotated[list[int], doc("Ids of constructors, in the order that the seed has drawn.")]


class StartedLeague(ResponseBody):
    """A league that has started: the seed that was committed to, and what follows from it."""

    league: League
    groups: list[LeagueGroup]


class LogLine(ResponseBody):
    """What happened in a league."""

    seq: int
    at: Moment
    kind: str
    by: Annotated[str | None, doc("Username of who did it. Null: the league did it by itself.")]
    subject: Annotated[str | None, doc("Username of the member whom it concerns, if that is somebody else.")]
    constructor_id: int | None
    team_name: Annotated[str | None, doc("What the constructor is called from then on.")]
    details: Annotated[dict[str, Any], doc("Facts of the act, by its kind.")]


class Log(ResponseBody):
    """A page of a league's log, the newest line first."""

    lines: list[LogLine]
    next_cursor: str | None
