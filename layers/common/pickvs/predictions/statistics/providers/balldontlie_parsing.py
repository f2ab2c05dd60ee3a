"""Parses balldontlie's games, box scores of a day, and injuries of the NBA. Who did not play has `min` "" or null."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers.reading import Unreadable, json_of, readable_moment, readable_name
from pickvs.predictions.statistics.boxes.rules import BoxScore, PlayerEntry, ScheduledGame, TeamEntry
from pickvs.predictions.statistics.providers.counts import count, inside, person_id, seconds, short

_COUNTS: Mapping[str, str] = MappingProxyType(
    {
        "pts": "points",
        "reb": "rebounds",
        "oreb": "offensive_rebounds",
        "ast": "assists",
        "stl": "steals",
        "blk": "blocks",
        "turnover": "turnovers",
        "pf": "fouls",
        "fgm": "field_goals_made",
        "fga": "field_goals_attempted",
        "fg3m": "threes_made",
        "fg3a": "threes_attempted",
        "ftm": "free_throws_made",
        "fta": "free_throws_attempted",
    }
)
_SIDES = ("home", "visitor")
_PLAYED = frozenset({"", "0", "00", "0:00", "00:00"})
"""What `min` is on a player who did not play. A player with 0 minutes who did something is kept."""


def read_schedule(body: bytes, sport: str) -> Capture[ScheduledGame]:
    """Parse the games of a day. An empty list is a day without games. Raises BadAnswer if it is no object."""
    items, skipped = [], []
    for game in _data(body):
        try:
            items.append(_scheduled(game, sport))
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), short(inside(game, "id"), 20)))
    return Capture(tuple(items), tuple(skipped))


def read_box_scores(body: bytes, sport: str) -> Capture[BoxScore]:
    """Parse the box scores of a day. Raises BadAnswer if the body is no object."""
    items, skipped = [], []
    for game in _data(body):
        try:
            items.append(_box(game, sport))
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), short(inside(game, "id"), 20)))
    return Capture(tuple(items), tuple(skipped))


def _data(body: bytes) -> list[Any]:
    data = json_of(body, dict).get("data")
    return data if isinstance(data, list) else [None]


def _names(game: Any) -> tuple[str, str]:
    home, away = (readable_name(inside(game, f"{side}_team", "full_name")) for side in _SIDES)
    if home is None or away is None or home == away:
        raise Unreadable("the game has not two teams")
    return home, away


def _starts_at(game: Any) -> datetime | None:
    """Return the start in UTC. `date` is the league's date, and no time."""
    moment = readable_moment(inside(game, "datetime"))
    return moment.astimezone(UTC) if moment is not None else None


def _scheduled(game: Any, sport: str) -> ScheduledGame:
    home, away = _names(game)
    starts_at = _starts_at(game)
    if starts_at is None:
        raise Unreadable("the game has no readable start")
    over = inside(game, "status") == "Final"
    points = tuple(count(inside(game, f"{side}_team_score"), "score") for side in _SIDES) if over else None
    if points is not None and points[0] == points[1]:
        raise Unreadable("the final is a tie, which the sport does not have")
    return ScheduledGame(
        provider_id=person_id(inside(game, "id")),
        sport=sport,
        home=home,
        away=away,
        starts_at=starts_at,
        state="final" if over else "other",
        points=None if points is None else (points[0], points[1]),
        # `postseason` false is also an exhibition, or the final of the cup. The site is not told.
        phase="playoffs" if inside(game, "postseason") is True else None,
        is_neutral=None,
        season=count(inside(game, "season"), "season"),
    )


def _box(game: Any, sport: str) -> BoxScore:
    home, away = _names(game)
    sides = [
        TeamEntry(
            team=name,
            points=count(inside(game, f"{side}_team_score"), "score"),
            players=tuple(_players(inside(game, f"{side}_team", "players"))),
        )
        for side, name in zip(_SIDES, (home, away), strict=True)
    ]
    day = short(inside(game, "date"), 10)
    number = inside(game, "id")
    return BoxScore(
        provider_id=person_id(number) if number is not None else f"{day}-{home.replace(' ', '_')[:30]}",
        sport=sport,
        home=sides[0],
        away=sides[1],
        starts_at=_starts_at(game),
        is_over=inside(game, "status") == "Final",
    )


def _players(lines: Any) -> Iterator[PlayerEntry]:
    if not isinstance(lines, list):
        raise Unreadable("a team has no list of players")
    for line in lines:
        played = inside(line, "min")
        if played is None or played in _PLAYED:
            if any(inside(line, theirs) for theirs in _COUNTS):
                raise Unreadable("a player who did not play has statistics")
            continue
        parts = [inside(line, "player", part) for part in ("first_name", "last_name")]
        name = readable_name(" ".join(part for part in parts if isinstance(part, str)))
        if name is None:
            raise Unreadable("a player has no readable name")
        yield PlayerEntry(
            provider_id=person_id(inside(line, "player", "id")),
            name=name,
            seconds=seconds(played, "min"),
            statistics={ours: count(inside(line, theirs), theirs) for theirs, ours in _COUNTS.items()},
            position=short(inside(line, "player", "position"), 20),
            jersey=short(inside(line, "player", "jersey_number"), 5),
        )
