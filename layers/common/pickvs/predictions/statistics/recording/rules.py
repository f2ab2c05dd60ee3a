"""Which game a source means, and what becomes of what the sources say of it. Pure."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pickvs.predictions.statistics.boxes.rules import (
    BoxScore,
    Phase,
    ScheduledGame,
    Sides,
    differences,
    reasons_against,
)
from pickvs.predictions.statistics.preference.rules import counts_over
from pickvs.sports.rules import local_date

KNOWN_IN_THE_MORNING = time(9)
"""When a past game's facts would have been known: the next morning, in the league's time zone."""

_NEAREST = timedelta(hours=12)
"""Time between two statements of one start on different league-local days. A day game after a night game is later."""

_MOST_DIFFERENCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGame:
    """A game that we know. id: negative for a past game. settled: its score, home first; None before it is settled."""

    id: int
    teams: Sides[int]
    local_date: date
    starts_at: datetime
    season: int
    number: int
    settled: Sides[int] | None

    @property
    def is_past(self) -> bool:
        """Whether it was over before the platform knew of it."""
        return self.id < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A box score of a source, with our teams at its sides."""

    source: str
    box: BoxScore
    teams: Sides[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a game's box scores. said: the one that counts. reasons: why it is in review."""

    state: Literal["final", "review"]
    said: Said
    confirmed_by: tuple[str, ...]
    reasons: tuple[str, ...]


def match_game(
    game: ScheduledGame, teams: Sides[int], known: Iterable[KnownGame], others: Iterable[datetime] = ()
) -> KnownGame | None:
    """Return the game that a source means: of the same teams, by its number in the day, else the nearest in time.

    It is of the same league-local day, or starts at most 12 hours away. None if there is none, or if another game of
    the source is nearer to it. others: starts of the source's other games of the same teams.
    """
    pair = set(teams)
    day = local_date(game.sport, game.starts_at)
    near = [
        each
        for each in known
        if set(each.teams) == pair and (each.local_date == day or abs(each.starts_at - game.starts_at) <= _NEAREST)
    ]
    if not near:
        return None
    numbered = [each for each in near if game.number is not None and each.number == game.number]
    same_day = {each.local_date for each in near}
    if len(near) > 1 and len(numbered) == 1 and len(same_day) == 1:
        return numbered[0]
    found = min(near, key=lambda each: (abs(each.starts_at - game.starts_at), each.id))
    mine = abs(found.starts_at - game.starts_at)
    if any(abs(found.starts_at - other) <= mine for other in others):
        return None
    return found


@dataclass(frozen=True, slots=True)
class Stated:
    """Kind and place of a game, each with the source that told it. None where no source has told."""

    phase: Phase | None = None
    phase_source: str | None = None
    is_neutral: bool | None = None
    neutral_source: str | None = None


def stated_with(known: Stated, said: ScheduledGame, source: str) -> tuple[Stated, tuple[str, ...]]:
    """Return what is known of a game's kind and place after a source has spoken, and what of its word does not count.

    What a source does not know changes nothing. Where two sources contradict each other the preferred one counts,
    whoever spoke last; a source may correct itself.
    """
    apart = []
    stated = known
    if said.phase is not None:
        if counts_over(source, known.phase_source):
            stated = replace(stated, phase=said.phase, phase_source=source)
        elif said.phase != known.phase:
            apart.append(f"phase: {known.phase_source} has {known.phase}, {source} {said.phase}")
    if said.is_neutral is not None:
        if counts_over(source, known.neutral_source):
            stated = replace(stated, is_neutral=said.is_neutral, neutral_source=source)
        elif said.is_neutral != known.is_neutral:
            apart.append(f"is_neutral: {known.neutral_source} has {known.is_neutral}, {source} {said.is_neutral}")
    return stated, tuple(apart)


def judge(said: Sequence[Said], game: KnownGame, settled: Sides[int], same_name: Callable[[str], str]) -> Verdict:
    """Return what becomes of the box scores of a settled game. said: at least one, the preferred source first.

    A box score is final only if nothing speaks against it, and no other source that has answered differs.
    """
    first, *others = said
    reasons = _against(first, game, settled)
    for other in others:
        if other.teams != first.teams:
            reasons.append(f"disagree: {other.source} has the teams the other way round")
            continue
        apart = differences(first.box, other.box, same_name)
        reasons += [f"disagree: {other.source}: {each}" for each in apart[:_MOST_DIFFERENCES]]
    return Verdict(
        state="review" if reasons else "final",
        said=first,
        confirmed_by=() if reasons else tuple(other.source for other in others),
        reasons=tuple(reasons),
    )


def _against(said: Said, game: KnownGame, settled: Sides[int]) -> list[str]:
    if said.teams == game.teams:
        return reasons_against(said.box, settled)
    if said.teams == game.teams[::-1]:
        return ["sides: the source has the teams the other way round"]
    return ["teams: the box score is of another game"]


def next_morning(day: date, zone: ZoneInfo) -> datetime:
    """Return when the facts of a past day would have been known."""
    return datetime.combine(day + timedelta(days=1), KNOWN_IN_THE_MORNING, zone)


def content_of(said: Iterable[Said]) -> dict[str, Any]:
    """Return what sources say as JSON values, for a person to look at and to tell whether anything has changed."""
    return {
        each.source: {
            side: {
                "team": entry.team,
                "points": entry.points,
                "players": [
                    {
                        "id": player.provider_id,
                        "name": player.name,
                        "seconds": player.seconds,
                        "stats": dict(sorted(player.statistics.items())),
                    }
                    for player in sorted(entry.players, key=lambda one: one.provider_id)
                ],
            }
            for side, entry in zip(("home", "away"), each.box.sides, strict=True)
        }
        for each in said
    }


def checksum(verdict: Verdict, content: Mapping[str, Any]) -> bytes:
    """Return a digest of a verdict and of what it is about. The same answers have the same."""
    told = [verdict.state, list(verdict.reasons), content]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).digest()


def sums(lines: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of each statistic over the players of a team."""
    found: dict[str, int] = {}
    for line in lines:
        for name, value in line.items():
            found[name] = found.get(name, 0) + value
    return dict(sorted(found.items()))
