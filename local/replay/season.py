"""What a season is to a replay: fixtures with their true course, and what bookmakers offered at each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

type Bookmakers = list[dict[str, Any]]
"""Bookmakers as the provider writes them: American prices, and any `last_update`, which the provider overwrites."""


@dataclass(frozen=True, slots=True)
class Final:
    """A final score, and from when on the provider reports it."""

    at: datetime
    home: int
    away: int


@dataclass(frozen=True, slots=True)
class Announced:
    """A tip-off, and from when on it is announced."""

    since: datetime
    tip_off: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """One id of the provider. home, away: the names by which the platform knows the teams."""

    id: str
    home: str
    away: str
    announced: tuple[Announced, ...]
    """In order; the first is known from the beginning."""
    starts: datetime | None
    """When the game really begins; None for an id under which nothing is ever played."""
    finals: tuple[Final, ...] = ()
    """The final score and its corrections, in order. Empty without a start."""

    def tip_off(self, at: datetime) -> datetime:
        """Return the tip-off that the provider states at `at`: the announced one, from the start on the real one."""
        if self.starts is not None and at >= self.starts:
            return self.starts
        stated = self.announced[0].tip_off
        for each in self.announced:
            if each.since <= at:
                stated = each.tip_off
        return stated

    def final(self, at: datetime) -> Final | None:
        """Return the final score that the provider reports at `at`; None before the end."""
        return next((final for final in reversed(self.finals) if final.at <= at), None)

    def live_score(self, at: datetime) -> tuple[int, int] | None:
        """Return the score that the provider reports at `at`; None before the start.

        During the game it grows evenly: a season has the final score only.
        """
        if self.starts is None or at < self.starts:
            return None
        final = self.final(at)
        if final is not None:
            return final.home, final.away
        first = self.finals[0]
        played = (at - self.starts) / (first.at - self.starts)
        return int(first.home * played), int(first.away * played)


@dataclass(frozen=True, slots=True)
class Rename:
    """From `since` on the provider writes `new` where the platform knows a team as `old`."""

    since: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A fixture that bookmakers list, and their offers. Empty where they have withdrawn them."""

    fixture: Fixture
    bookmakers: Bookmakers = field(default_factory=list)


class Season(Protocol):
    """A season to play."""

    @property
    def name(self) -> str:
        """The name for titles and files."""

    @property
    def sport(self) -> str:
        """The provider's key of the sport."""

    @property
    def sport_title(self) -> str:
        """The provider's title of the sport."""

    @property
    def begins(self) -> datetime:
        """When the first odds are there."""

    @property
    def ends(self) -> datetime:
        """When the provider reports the last final or correction."""

    @property
    def fixtures(self) -> Mapping[str, Fixture]:
        """All fixtures, by id."""

    @property
    def renames(self) -> Sequence[Rename]:
        """The teams that the provider writes otherwise from some time on."""

    def offers(self, at: datetime) -> list[Offer]:
        """Return what is listed at `at`: games to come and games in play, soonest first."""


def written(name: str, renames: Sequence[Rename], at: datetime) -> str:
    """Return how the provider writes a team's name at `at`."""
    for rename in renames:
        if rename.old == name and rename.since <= at:
            return rename.new
    return name
