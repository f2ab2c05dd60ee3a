"""Request bodies of the league endpoints."""

from dataclasses import fields, replace
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import Field

from pickvs.core.errors import FieldError, Invalid
from pickvs.core.requests import Key, RequestBody, Worded
from pickvs.fantasy.leagues.names import BadName, league_name
from pickvs.fantasy.leagues.rules import (
    CLOCK_SECONDS,
    CONSTRUCTORS,
    DESCRIPTION_MAX,
    FREE_SWAPS,
    MISSES,
    ROUNDS,
    WEEKDAYS,
    AmendUntil,
    AtLock,
    LockBy,
    Method,
    OnExpiry,
    OrderBy,
    QuietHours,
    Replacement,
    Settings,
    Shortened,
    Visibility,
    Weekday,
    WeeklyTime,
    faults,
)

_CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


WallTime = Annotated[
    str,
    Field(pattern=_CLOCK_PATTERN, examples=["08:00"], description="On the wall clock of the league's time zone."),
    Worded("must be a time of the day, such as 08:00"),
]
TeamName = Annotated[
    str, Field(max_length=200, examples=["Late Brakers"], description="3 to 40 characters, unique in the league.")
]
Reason = Annotated[
    str,
    Field(
        min_length=3, max_length=300, examples=["Ada is on a plane"], description="Shown to all members of the league."
    ),
]


class WantedOpening(RequestBody):
    """When drafts open, in the week of their lock."""

    weekday: Weekday
    at: WallTime


class WantedQuiet(RequestBody):
    """The hours of a day in which no pick clock runs. They may contain midnight."""

    begin: WallTime
    end: WallTime


class WantedSettings(RequestBody):
    """Settings of a league. What is left out has its default, or stays as it is."""

    name: Annotated[str, Field(max_length=300, examples=["Sunday drivers"], description="3 to 60 characters.")] = ""
    description: Annotated[str, Field(max_length=DESCRIPTION_MAX)] = ""
    visibility: Visibility = "private"
    max_constructors: Annotated[int, Field(ge=CONSTRUCTORS.start, lt=CONSTRUCTORS.stop)] = 10
    rounds: Annotated[int, Field(ge=ROUNDS.start, lt=ROUNDS.stop)] = 2
    order: OrderBy = "rotation"
    method: Method = "snake"
    timezone: Annotated[str, Field(max_length=64, examples=["Europe/Vienna"])] = "America/New_York"
    opens: WantedOpening = WantedOpening(weekday="monday", at="08:00")
    lock: LockBy = "first_competitive"
    clock_seconds: Annotated[int | None, Field(ge=CLOCK_SECONDS.start, lt=CLOCK_SECONDS.stop)] = 7200
    quiet: WantedQuiet | None = WantedQuiet(begin="23:00", end="08:00")
    on_expiry: OnExpiry = "autopick"
    at_lock: AtLock = "autopick"
    auto_after_misses: Annotated[int | None, Field(ge=MISSES.start, lt=MISSES.stop)] = 2
    replacement: Replacement = "inherit"
    free_swaps: Annotated[int, Field(ge=FREE_SWAPS.start, lt=FREE_SWAPS.stop)] = 0
    table: Annotated[
        str, Field(max_length=60, examples=["weekend@1"], description="Name and version, or id, of a scoring table.")
    ] = "weekend@1"
    amend_until: AmendUntil = "season_end"
    shortened: Shortened = "full"

    def settings(self, known: Settings | None = None) -> Settings:
        """Return the settings that the request asks for.

        known: the league's own, of which those that the request does not name stay. None for a new league. Raises
        Invalid (INVALID_VALUE) with what is wrong with each.
        """
        values = self._values(self.model_fields_set if known is not None else set(type(self).model_fields))
        errors = {}
        if "name" in values:
            try:
                values["name"] = league_name(values["name"])
            except BadName as error:
                errors["name"] = str(error)
        settings = Settings(**values) if known is None else replace(known, **values)
        errors = faults(settings) | errors
        if errors:
            said = tuple(FieldError(name, message) for name, message in sorted(errors.items()))
            raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", said)
        return settings

    def _values(self, named: set[str]) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in named & {each.name for each in fields(Settings)}}
        if "opens" in values:
            values["opens"] = WeeklyTime(WEEKDAYS.index(self.opens.weekday), time.fromisoformat(self.opens.at))
        if "quiet" in values and self.quiet is not None:
            values["quiet"] = QuietHours(time.fromisoformat(self.quiet.begin), time.fromisoformat(self.quiet.end))
        return values


class WantedLeague(WantedSettings):
    """A league, and the constructor of who founds it."""

    sport: Key = "formula_one"
    season: Annotated[int, Field(ge=1900, le=2200, examples=[2026])]
    name: Annotated[str, Field(max_length=300, examples=["Sunday drivers"], description="3 to 60 characters.")]
    team_name: TeamName


class WantedConstructor(RequestBody):
    """A constructor's name."""

    team_name: TeamName


class WantedRole(RequestBody):
    """A member's new role."""

    role: Literal["co_commissioner", "member"]
