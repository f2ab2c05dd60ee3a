"""Box scores: their values, and the rule by which one is final. Pure: the table in `sports.json` is read once.

A box score is final only if nothing speaks against it (`reasons_against`): the game is over, the score is the settled
one, and the sums show that no player is missing. Everything else is in review, and no model sees it: a wrong row cannot
be taken back from what was learnt by it, a missing one can be added.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

type Phase = Literal["preseason", "regular", "cup_final", "play_in", "playoffs", "all_star"]
type State = Literal["scheduled", "under_way", "final", "postponed", "cancelled", "other"]
type Sides[Each] = tuple[Each, Each]
"""Home and away."""

SECONDS_APART = 60
"""How far two sources' playing times may be apart: one of them rounds to minutes."""

_FILE = f"{__file__.rpartition('/')[0]}/sports.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSchema:
    """What a sport's box scores hold.

    points: the statistic whose sum over a team's players is its score; None if they do not add up to it. timed: whether
    playing time is counted. on_field: players of a team who play at once. regulation_seconds, overtime_seconds: length
    of a game, and of each overtime. most_seconds: longest possible playing time. statistics: least and greatest
    possible value of each, by name. not_more: pairs of which the first is never above the second. points_of: what the
    points of a player are made of, as weights; empty if they are not.

    The sums over a team's players tell whether all of them are there, whatever the score. least_sums: the least that
    a whole team has in any game. balanced: pairs that are equal, such as passes completed and caught. mirrored: pairs
    of which the first is equal to the second of the opponent, such as hits and hits allowed.
    """

    points: str | None
    least_players: int
    most_players: int
    timed: bool
    on_field: int
    regulation_seconds: int
    overtime_seconds: int
    most_seconds: int
    statistics: Mapping[str, tuple[int, int]]
    not_more: tuple[tuple[str, str], ...]
    points_of: Mapping[str, int]
    least_sums: Mapping[str, int]
    balanced: tuple[tuple[str, str], ...]
    mirrored: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledGame:
    """A game in a provider's schedule. home, away: as the provider writes them. number: within the day; None: untold.

    phase, is_neutral: None if the provider does not say. season: the year in which it starts; None likewise.
    """

    provider_id: str
    sport: str
    home: str
    away: str
    starts_at: datetime
    state: State
    points: Sides[int] | None
    phase: Phase | None
    is_neutral: bool | None
    season: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerEntry:
    """A player's line, as a provider states it. seconds: 0 in a sport that does not count time."""

    provider_id: str
    name: str
    seconds: int
    statistics: Mapping[str, int]
    position: str | None = None
    jersey: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEntry:
    """One side of a box score. team: as the provider writes it. points: as the provider states the team's score.

    players: who played. Those who did not are left out.
    """

    team: str
    points: int
    players: tuple[PlayerEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxScore:
    """What one provider says of one game."""

    provider_id: str
    sport: str
    home: TeamEntry
    away: TeamEntry
    starts_at: datetime | None
    is_over: bool

    @property
    def sides(self) -> Sides[TeamEntry]:
        """Home and away."""
        return self.home, self.away


@dataclass(frozen=True, slots=True, kw_only=True)
class Injury:
    """What a provider says of a player's health. provider_id: None if it gives only the name."""

    provider_id: str | None
    name: str
    team: str
    status: Literal["available", "probable", "questionable", "doubtful", "out"]
    reason: str | None
    reported_at: datetime


def _schema(row: dict[str, Any]) -> BoxSchema:
    statistics = {name: (least, most) for name, (least, most) in row.pop("statistics").items()}
    not_more, balanced, mirrored = (
        tuple((first, second) for first, second in row.pop(name)) for name in ("not_more", "balanced", "mirrored")
    )
    return BoxSchema(
        statistics=MappingProxyType(statistics), not_more=not_more, balanced=balanced, mirrored=mirrored, **row
    )


def _read() -> dict[str, BoxSchema]:
    with open(_FILE, "rb") as file:  # noqa: PTH123 - some endpoints do not import pathlib
        return {sport: _schema(row) for sport, row in json.load(file).items()}


SCHEMAS: Mapping[str, BoxSchema] = MappingProxyType(_read())
"""What the box scores of each sport with statistics hold, by sport."""


def reasons_against(box: BoxScore, settled: Sides[int]) -> list[str]:
    """Return why a box score is not final, each in one word and details. Empty if nothing speaks against it.

    settled: the game's score, home first. Raises KeyError for a sport without statistics.
    """
    schema = SCHEMAS[box.sport]
    reasons = [] if box.is_over else ["not_over: the source does not say that the game is over"]
    for side, entry, points in zip(("home", "away"), box.sides, settled, strict=True):
        reasons += [f"{why} ({side})" for why in _against_side(schema, entry, points)]
    reasons += _uneven(schema, box.sides)
    twice = _twice([player.provider_id for entry in box.sides for player in entry.players])
    reasons += [f"player_twice: {', '.join(twice)}"] if twice else []
    return reasons


def _against_side(schema: BoxSchema, entry: TeamEntry, settled: int) -> Iterator[str]:
    if entry.points != settled:
        yield f"settled_score: {entry.points} points, settled with {settled}"
    if not schema.least_players <= len(entry.players) <= schema.most_players:
        yield f"players: {len(entry.players)}, not {schema.least_players} to {schema.most_players}"
    if schema.points is not None:
        total = sum(player.statistics.get(schema.points, 0) for player in entry.players)
        if total != entry.points:
            yield f"sum: the players have {total} points, the team {entry.points}"
    if schema.timed and not any(_fits(schema, entry, overtimes) for overtimes in range(8)):
        yield f"time: the players have {sum(player.seconds for player in entry.players)} seconds together"
    for player in entry.players:
        for why in faults_of(schema, player.seconds, player.statistics):
            yield f"{why} of {player.name}"


def _uneven(schema: BoxSchema, sides: Sides[TeamEntry]) -> Iterator[str]:
    """Yield which sums show that players are missing, or that their numbers are not yet the last."""
    sums = [_sums(schema, entry) for entry in sides]
    for side, mine, theirs in (("home", sums[0], sums[1]), ("away", sums[1], sums[0])):
        for name, least in schema.least_sums.items():
            if mine[name] < least:
                yield f"incomplete: {mine[name]} {name}, not at least {least} ({side})"
        for first, second in schema.balanced:
            if mine[first] != mine[second]:
                yield f"incomplete: {mine[first]} {first}, {mine[second]} {second} ({side})"
        for first, second in schema.mirrored:
            if mine[first] != theirs[second]:
                yield f"incomplete: {mine[first]} {first}, the opponent's {second} are {theirs[second]} ({side})"


def _sums(schema: BoxSchema, entry: TeamEntry) -> dict[str, int]:
    return {name: sum(player.statistics.get(name, 0) for player in entry.players) for name in schema.statistics}


def _fits(schema: BoxSchema, entry: TeamEntry, overtimes: int) -> bool:
    wanted = schema.on_field * (schema.regulation_seconds + overtimes * schema.overtime_seconds)
    # Each time may be rounded to a minute.
    return abs(sum(player.seconds for player in entry.players) - wanted) <= SECONDS_APART * len(entry.players) / 2


def faults_of(schema: BoxSchema, seconds: int, statistics: Mapping[str, int]) -> Iterator[str]:
    """Yield what cannot be true of a player's line: a statistic missing, unknown, out of bounds, or contradicted."""
    if missing := sorted(schema.statistics.keys() - statistics.keys()):
        yield f"missing: {', '.join(missing)}"
    if unknown := sorted(statistics.keys() - schema.statistics.keys()):
        yield f"unknown: {', '.join(unknown)}"
    if not 0 <= seconds <= schema.most_seconds:
        yield f"impossible: {seconds} seconds"
    for name, (least, most) in schema.statistics.items():
        if not least <= statistics.get(name, least) <= most:
            yield f"impossible: {statistics[name]} {name}"
    if not missing:
        yield from _contradictions(schema, statistics)


def _contradictions(schema: BoxSchema, statistics: Mapping[str, int]) -> Iterator[str]:
    for first, second in schema.not_more:
        if statistics[first] > statistics[second]:
            yield f"contradiction: {statistics[first]} {first} of {statistics[second]} {second}"
    if schema.points_of and schema.points is not None:
        made = sum(weight * statistics[name] for name, weight in schema.points_of.items())
        if made != statistics[schema.points]:
            yield f"contradiction: {statistics[schema.points]} points, made of {made}"


def differences(one: BoxScore, other: BoxScore, same_name: Callable[[str], str]) -> list[str]:
    """Return where two providers' box scores of one game differ. Both have the same side at home.

    Players are compared by name within their side, as `same_name` folds it, because providers have ids of their own.
    Compared is what both state. A player whom only one has counts as a difference if he did anything.
    """
    found = []
    for side, (mine, yours) in zip(("home", "away"), zip(one.sides, other.sides, strict=True), strict=True):
        if mine.points != yours.points:
            found.append(f"points: {mine.points} or {yours.points} ({side})")
        first, second = ({same_name(each.name): each for each in entry.players} for entry in (mine, yours))
        if len(first) < len(mine.players) or len(second) < len(yours.players):
            found.append(f"names: two players have the same ({side})")
        for name in sorted(first.keys() | second.keys()):
            a, b = first.get(name), second.get(name)
            if a is None or b is None:
                alone = a or b
                if alone is not None and (alone.seconds or any(alone.statistics.values())):
                    found.append(f"only one has {alone.name} ({side})")
                continue
            found += [f"{what} of {a.name} ({side})" for what in _apart(a, b)]
    return found


def _apart(one: PlayerEntry, other: PlayerEntry) -> Iterator[str]:
    if abs(one.seconds - other.seconds) > SECONDS_APART:
        yield f"seconds: {one.seconds} or {other.seconds}"
    for name in sorted(one.statistics.keys() & other.statistics.keys()):
        if one.statistics[name] != other.statistics[name]:
            yield f"{name}: {one.statistics[name]} or {other.statistics[name]}"


def _twice(values: Sequence[str]) -> list[str]:
    return sorted(value for value, times in Counter(values).items() if times > 1)
