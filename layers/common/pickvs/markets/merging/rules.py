"""When two games may be merged, and what becomes of the absorbed one.

Two listings of one real game are merged when identification failed: a name was unknown, or a second id was taken for a
second game. One game, the survivor, goes on. The other is absorbed: its picks, quotes and results stay where they were
recorded, but from now on it gets every result of the survivor, with home and away swapped if it lists them the other
way round. Its provider ids lead to the survivor. It never accepts picks again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pickvs.markets.fixtures.rules import Outcome, Pair
from pickvs.markets.values import GameStatus

type RefusalCode = Literal[
    "SAME_GAME", "GAME_MERGED", "OTHER_SPORT", "SIDES_UNKNOWN", "SIDES_DIFFER", "NOT_THE_SURVIVOR", "NOT_MERGED"
]

type Sides = Literal["same", "swapped"]
"""Whether the absorbed game's home team is the survivor's home team or its away team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A game that may be merged.

    outcome, began_at: of its result in force; None before the first. under_way_at, start_decided_at: when it was first
    seen under way, and the start that an administrator has set; the games that it has absorbed count too. has_begun:
    whether it may have begun, by any source, by a contradiction between them, or by the clock.
    """

    id: int
    sport: str
    home_team_id: int | None
    away_team_id: int | None
    commence_time: datetime
    status: GameStatus
    outcome: Outcome | None
    began_at: datetime | None
    result_id: int | None
    under_way_at: datetime | None
    start_decided_at: datetime | None
    has_begun: bool
    merged_into: int | None
    has_absorbed: bool

    @property
    def pair(self) -> Pair:
        """The two teams, as far as they are known."""
        return frozenset(team for team in (self.home_team_id, self.away_team_id) if team is not None)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why games cannot be merged or separated."""

    code: RefusalCode
    detail: str


NOT_MERGED = Refusal("NOT_MERGED", "The game has not been merged into another one.")
_SAME_GAME = Refusal("SAME_GAME", "A game cannot be merged into itself. Name two games.")
_OTHER_SPORT = Refusal("OTHER_SPORT", "The games are of different sports, so they are not one game.")
_SIDES_UNKNOWN = Refusal(
    "SIDES_UNKNOWN",
    "The games are of different teams. If a team has two records, send sides: `same` if both games have the same home "
    "team, `swapped` if not.",
)
_SIDES_DIFFER = Refusal("SIDES_DIFFER", "The sides do not match the teams of the games. Leave `sides` out.")


def may_merge(absorbed: Candidate, survivor: Candidate, sides: Sides | None) -> Sides | Refusal:
    """Return how the games' sides relate if one may absorb the other, or the refusal.

    sides: stated by the administrator; required if the games are of different teams.
    """
    refusal = _refusal(absorbed, survivor)
    if refusal is not None:
        return refusal
    found = _sides(absorbed, survivor)
    if found is None:
        return sides or _SIDES_UNKNOWN
    return found if sides in (None, found) else _SIDES_DIFFER


def _refusal(absorbed: Candidate, survivor: Candidate) -> Refusal | None:
    if absorbed.id == survivor.id:
        return _SAME_GAME
    for game in (absorbed, survivor):
        if game.merged_into is not None:
            return Refusal("GAME_MERGED", f"Game {game.id} is merged into game {game.merged_into}. Undo that first.")
    if absorbed.has_absorbed:
        return Refusal("GAME_MERGED", f"Game {absorbed.id} has absorbed another game. Undo that first.")
    if absorbed.sport != survivor.sport:
        return _OTHER_SPORT
    if absorbed.has_begun and not survivor.has_begun:
        return Refusal(
            "NOT_THE_SURVIVOR",
            f"Game {absorbed.id} may have begun and game {survivor.id} has not, so it would still accept picks. "
            f"Merge game {survivor.id} into game {absorbed.id}.",
        )
    return None


def _sides(absorbed: Candidate, survivor: Candidate) -> Sides | None:
    if not absorbed.pair or absorbed.pair != survivor.pair:
        return None
    return "same" if absorbed.home_team_id == survivor.home_team_id else "swapped"


def status_when_separated(before: GameStatus, commence_time: datetime, at: datetime, *, has_begun: bool) -> GameStatus:
    """Return the status of a game after its merge has been undone.

    before: its status before the merge. has_begun: whether it or the game that had absorbed it has begun. A game that
    may have begun is never scheduled again.
    """
    if before not in ("scheduled", "live"):
        return before
    if has_begun or commence_time <= at:
        return "review"
    return "scheduled"


def start_when_merged(absorbed: Candidate, survivor: Candidate) -> datetime | None:
    """Return the start of the survivor's final in force after the merge. None if it has no start.

    What is known of the absorbed game's start counts: the games are one.
    """
    # Results of the previous release have no start, and picks are not void by one.
    if survivor.outcome != "final" or survivor.began_at is None or survivor.start_decided_at is not None:
        return survivor.began_at
    return absorbed.start_decided_at or _earlier(survivor.began_at, absorbed.under_way_at)


def start_when_separated(absorbed: Candidate, survivor: Candidate, stated: datetime | None) -> datetime | None:
    """Return the start of the survivor's final in force after the separation. None if it has no start.

    survivor: as it is without the absorbed game. stated: the start in its result before the merge. If there was none,
    a start that followed from the absorbed game gives way to the latest known tip-off, until the source states another.
    """
    followed = survivor.began_at in (absorbed.start_decided_at, absorbed.under_way_at)
    if survivor.outcome != "final" or survivor.began_at is None or not followed:
        return survivor.began_at
    return survivor.start_decided_at or _earlier(stated or survivor.commence_time, survivor.under_way_at)


def _earlier(moment: datetime, other: datetime | None) -> datetime:
    return moment if other is None else min(moment, other)
