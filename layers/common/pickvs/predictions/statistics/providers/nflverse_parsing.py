"""Parses nflverse's CSV files: a season's games, and what players did in each week of it. Columns are found by name."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from pickvs.jobs.errors import BadAnswer
from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers.reading import Unreadable, readable_name
from pickvs.predictions.statistics.boxes.rules import (
    BoxScore,
    Phase,
    PlayerEntry,
    ScheduledGame,
    TeamEntry,
)
from pickvs.predictions.statistics.providers.counts import count, person_id, short

_EASTERN = ZoneInfo("America/New_York")
"""The zone of `gameday` and `gametime`, wherever the game is played."""
_NOON = time(13)
"""Start of the games of which no time is known: most began at one."""
_GAMES = frozenset({"game_id", "season", "game_type", "gameday", "gametime", "away_team", "away_score", "home_team",
                    "home_score", "location"})  # fmt: skip
_PHASES: Mapping[str, Phase] = MappingProxyType(
    {"REG": "regular", **dict.fromkeys(("WC", "DIV", "CON", "SB"), "playoffs"), "PRE": "preseason"}
)
_NEUTRAL: Mapping[str, bool] = MappingProxyType({"Home": False, "Neutral": True})
_COUNTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "passing_attempts": ("attempts",),
        "passing_completions": ("completions",),
        "passing_yards": ("passing_yards",),
        "passing_touchdowns": ("passing_tds",),
        "interceptions_thrown": ("passing_interceptions", "interceptions"),
        "rushing_attempts": ("carries",),
        "rushing_yards": ("rushing_yards",),
        "rushing_touchdowns": ("rushing_tds",),
        "targets": ("targets",),
        "receptions": ("receptions",),
        "receiving_yards": ("receiving_yards",),
        "receiving_touchdowns": ("receiving_tds",),
    }
)
"""The columns of each statistic: a name of today, then those of earlier files."""


def read_schedule(body: bytes, day: date) -> Capture[ScheduledGame]:
    """Parse the games of a league-local day from the file of all games. Raises BadAnswer if it is not that file."""
    items, skipped = [], []
    for row in _rows(body, _GAMES):
        if row["gameday"] != day.isoformat():
            continue
        try:
            items.append(_scheduled(row, day))
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), short(row["game_id"], 40)))
    return Capture(tuple(items), tuple(skipped))


def _scheduled(row: Mapping[str, str], day: date) -> ScheduledGame:
    phase, home, away = _PHASES.get(row["game_type"]), readable_name(row["home_team"]), readable_name(row["away_team"])
    if phase is None or home is None or away is None or home == away:
        raise Unreadable("the game has no kind that is known, or not two teams")
    try:
        clock = time.fromisoformat(row["gametime"]) if row["gametime"] else _NOON
    except ValueError:
        raise Unreadable("gametime is not a time") from None
    scores = row["home_score"], row["away_score"]
    is_over = all(scores)
    return ScheduledGame(
        provider_id=person_id(row["game_id"]),
        sport="americanfootball_nfl",
        home=home,
        away=away,
        starts_at=datetime.combine(day, clock, _EASTERN).astimezone(UTC),
        state="final" if is_over else "scheduled",
        points=(count(scores[0], "home_score"), count(scores[1], "away_score")) if is_over else None,
        phase=phase,
        is_neutral=_NEUTRAL.get(row["location"]),
        season=count(row["season"], "season"),
    )


def by_week(games: Iterable[ScheduledGame]) -> dict[str, ScheduledGame]:
    """Return games by `<season>_<week>_<team>`, once for each of their teams. The week is in the id of a game."""
    found = {}
    for game in games:
        season, week, *_ = [*game.provider_id.split("_"), "", ""]
        for team in (game.home, game.away):
            found[f"{season}_{week.lstrip('0')}_{team}"] = game
    return found


def read_box_scores(body: bytes, games: Mapping[str, ScheduledGame]) -> Capture[BoxScore]:
    """Parse the lines of players in `games`, which are by season, week and team: see by_week.

    The file knows neither the score nor whether a game is over: both are taken from the schedule. Raises BadAnswer if
    it is not the file of players' weeks.
    """
    lines: dict[str, list[PlayerEntry]] = {}
    skipped = []
    for row in _rows(body, frozenset({"player_id", "season", "week", "team"})):
        key = f"{row['season']}_{row['week']}_{row['team']}"
        if key not in games:
            continue
        try:
            if (entry := _player(row)) is not None:
                lines.setdefault(key, []).append(entry)
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), short(row["player_id"], 40)))
            lines.setdefault(key, []).append(_UNREADABLE)
    return Capture(tuple(_boxes(lines, games)), tuple(skipped))


_UNREADABLE = PlayerEntry(provider_id="", name="", seconds=0, statistics={})
"""Stands for a line that could not be read: its game is left out."""


def _boxes(lines: Mapping[str, list[PlayerEntry]], games: Mapping[str, ScheduledGame]) -> Iterator[BoxScore]:
    teams = {(game.provider_id, key.rpartition("_")[2]): key for key, game in games.items()}
    for game in {game.provider_id: game for game in games.values()}.values():
        home, away = (lines.get(teams.get((game.provider_id, team), ""), []) for team in (game.home, game.away))
        if game.points is None or not home or not away or _UNREADABLE in home or _UNREADABLE in away:
            continue
        yield BoxScore(
            provider_id=game.provider_id,
            sport=game.sport,
            home=TeamEntry(team=game.home, points=game.points[0], players=tuple(home)),
            away=TeamEntry(team=game.away, points=game.points[1], players=tuple(away)),
            starts_at=game.starts_at,
            is_over=game.state == "final",
        )


def _player(row: Mapping[str, str]) -> PlayerEntry | None:
    """Return a player's line; None if he has none of the statistics, such as a player of the defence."""
    counts = {}
    for ours, columns in _COUNTS.items():
        column = next((each for each in columns if each in row), None)
        if column is None:
            raise Unreadable(f"the column {columns[0]} is missing")
        # Whole numbers were written "3.0" in some years; an empty field is none.
        counts[ours] = count((row[column] or "0").removesuffix(".0"), column)
    if not any(counts.values()):
        return None
    name = readable_name(row.get("player_display_name") or row.get("player_name"))
    if name is None:
        raise Unreadable("a player has no readable name")
    return PlayerEntry(
        provider_id=person_id(row["player_id"]),
        name=name,
        seconds=0,
        statistics=counts,
        position=short(row.get("position"), 20),
    )


def _rows(body: bytes, wanted: frozenset[str]) -> Iterator[dict[str, str]]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadAnswer(f"the answer is no text ({len(body)} bytes)") from None
    reader = csv.DictReader(io.StringIO(text), restval="", strict=True)
    names = reader.fieldnames or []
    if missing := sorted(wanted - set(names)):
        raise BadAnswer(f"the answer is not the file that was asked for: no column {missing[0]}")
    if len(set(names)) < len(names):
        raise BadAnswer("the answer has two columns of one name")
    try:
        for row in reader:
            if None in row:
                raise BadAnswer("a line has more fields than the header")
            yield row
    except csv.Error:
        raise BadAnswer("the answer is not complete CSV") from None
