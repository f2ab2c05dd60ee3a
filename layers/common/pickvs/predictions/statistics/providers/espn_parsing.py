"""Parses ESPN's schedules, box scores and injuries, by key and never by position.

The columns of a box score change their order from month to month. `keys` names them, or `labels` where a key is not
known. `reason` is "COACH'S DECISION" on players who played, and `active` says nothing: who has no `stats` and
`didNotPlay` did not play, and nothing else tells.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers import espn_parsing as scores
from pickvs.markets.providers.reading import Unreadable, json_of, readable_id, readable_moment, readable_name
from pickvs.markets.values import PlayStatement
from pickvs.predictions.statistics.boxes.rules import (
    SCHEMAS,
    BoxScore,
    Injury,
    Phase,
    PlayerEntry,
    ScheduledGame,
    State,
    TeamEntry,
)
from pickvs.predictions.statistics.providers.counts import count, inside, outs, pair, person_id, seconds, short

type _Read = Callable[[Any, str], object]
type _Column = tuple[tuple[str, ...], _Read]
"""The statistics that a column holds, and how it is read. The playing time is `seconds`."""

_BASKETBALL: Mapping[str, _Column] = {
    "minutes": (("seconds",), seconds),
    "points": (("points",), count),
    "fieldGoalsMade-fieldGoalsAttempted": (("field_goals_made", "field_goals_attempted"), pair),
    "threePointFieldGoalsMade-threePointFieldGoalsAttempted": (("threes_made", "threes_attempted"), pair),
    "freeThrowsMade-freeThrowsAttempted": (("free_throws_made", "free_throws_attempted"), pair),
    "rebounds": (("rebounds",), count),
    "offensiveRebounds": (("offensive_rebounds",), count),
    "assists": (("assists",), count),
    "steals": (("steals",), count),
    "blocks": (("blocks",), count),
    "turnovers": (("turnovers",), count),
    "fouls": (("fouls",), count),
}
_FOOTBALL: Mapping[str, Mapping[str, _Column]] = {
    "passing": {
        "completions/passingAttempts": (("passing_completions", "passing_attempts"), pair),
        "passingYards": (("passing_yards",), count),
        "passingTouchdowns": (("passing_touchdowns",), count),
        "interceptions": (("interceptions_thrown",), count),
    },
    "rushing": {
        "rushingAttempts": (("rushing_attempts",), count),
        "rushingYards": (("rushing_yards",), count),
        "rushingTouchdowns": (("rushing_touchdowns",), count),
    },
    "receiving": {
        "receptions": (("receptions",), count),
        "receivingYards": (("receiving_yards",), count),
        "receivingTouchdowns": (("receiving_touchdowns",), count),
        "receivingTargets": (("targets",), count),
    },
}
_BASEBALL: Mapping[str, Mapping[str, _Column]] = {
    "batting": {
        "atBats": (("at_bats",), count),
        "runs": (("runs",), count),
        "hits": (("hits",), count),
        "RBIs": (("runs_batted_in",), count),
        "homeRuns": (("home_runs",), count),
        "walks": (("walks",), count),
        "strikeouts": (("strikeouts",), count),
    },
    "pitching": {
        "fullInnings.partInnings": (("outs_pitched",), outs),
        "hits": (("hits_allowed",), count),
        "earnedRuns": (("earned_runs",), count),
        "walks": (("pitching_walks",), count),
        "strikeouts": (("pitching_strikeouts",), count),
    },
}
_COLUMNS: Mapping[str, Mapping[str, Mapping[str, _Column]]] = MappingProxyType(
    {
        "basketball_nba": {"": _BASKETBALL},
        "basketball_wnba": {"": _BASKETBALL},
        "americanfootball_nfl": _FOOTBALL,
        "baseball_mlb": _BASEBALL,
    }
)
"""The columns that are read, by sport, table and key. Basketball has one table, without a name."""

_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "PTS": "points",
        "FG": "fieldGoalsMade-fieldGoalsAttempted",
        "3PT": "threePointFieldGoalsMade-threePointFieldGoalsAttempted",
        "FT": "freeThrowsMade-freeThrowsAttempted",
        "REB": "rebounds",
        "AST": "assists",
        "TO": "turnovers",
        "STL": "steals",
        "BLK": "blocks",
        "OREB": "offensiveRebounds",
        "PF": "fouls",
        "MIN": "minutes",
    }
)
"""The key of each label of basketball, for an answer without keys."""

_NEVER = frozenset({"americanfootball_nfl"})
"""Sports whose tables leave out players with nothing to count there: what a table does not have is zero."""

_PHASES: Mapping[str, Phase] = MappingProxyType({"1": "preseason", "2": "regular", "3": "playoffs", "5": "play_in"})
_NAMED_AFTER_THE_END = frozenset({"basketball_nba"})
"""Sports whose seasons have the name of the year in which they end."""
_STATES: Mapping[str, State] = MappingProxyType(
    {
        "scheduled": "scheduled",
        "under_way": "under_way",
        "final": "final",
        "postponed": "postponed",
        "cancelled": "cancelled",
    }
)
_HEALTH: Mapping[str, str] = MappingProxyType(
    {
        "INJURY_STATUS_OUT": "out",
        "INJURY_STATUS_IR": "out",
        "INJURY_STATUS_SUSPENSION": "out",
        "INJURY_STATUS_DOUBTFUL": "doubtful",
        "INJURY_STATUS_QUESTIONABLE": "questionable",
        "INJURY_STATUS_DAYTODAY": "questionable",
        "INJURY_STATUS_PROBABLE": "probable",
        "INJURY_STATUS_ACTIVE": "available",
    }
)
_PLAYER_LINK = re.compile(r"/player/_/id/([0-9]{1,12})(?:/|$)")
_REASON_LENGTH = 300


def read_schedule(body: bytes, sport: str) -> Capture[ScheduledGame]:
    """Parse the scoreboard of a day. An empty list is a day without games. Raises BadAnswer if it is no object."""
    told = scores.read_scoreboard(body, sport)
    events = json_of(body, dict).get("events")
    by_id = {readable_id(inside(event, "id")): event for event in _list(events)}
    items, skipped = [], list(told.skipped)
    for statement in told.items:
        try:
            items.append(_scheduled(statement, by_id[statement.fixture.provider_id], sport))
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), statement.fixture.provider_id))
    return Capture(tuple(items), tuple(skipped))


def _scheduled(statement: PlayStatement, event: Any, sport: str) -> ScheduledGame:
    competition = event["competitions"][0]
    phase = _PHASES.get(str(inside(event, "season", "type")))
    if phase is None:
        raise Unreadable("the kind of season is not known")
    home, away = statement.home_score, statement.away_score
    neutral = competition.get("neutralSite")
    return ScheduledGame(
        provider_id=statement.fixture.provider_id,
        sport=sport,
        home=statement.fixture.home_team,
        away=statement.fixture.away_team,
        starts_at=statement.fixture.commence_time,
        state=_STATES.get(statement.state, "other"),
        points=(home, away) if statement.state == "final" and home is not None and away is not None else None,
        phase=_phase(phase, competition),
        is_neutral=neutral if isinstance(neutral, bool) else None,
        season=_season(inside(event, "season", "year"), sport),
    )


def _season(year: Any, sport: str) -> int:
    """Return the year in which the season starts."""
    return count(year, "season") - (1 if sport in _NAMED_AFTER_THE_END else 0)


def _phase(phase: Phase, competition: Mapping[str, Any]) -> Phase:
    """Return the phase, which is another one for an all-star game: that is played within the season."""
    return "all_star" if inside(competition, "type", "abbreviation") == "ALLSTAR" else phase


def read_box_score(body: bytes, sport: str) -> Capture[BoxScore]:
    """Parse the summary of one game. Raises BadAnswer if the body is no object."""
    answer = json_of(body, dict)
    header = answer.get("header")
    told = scores.read_summary(body, sport)
    if not told.items:
        return Capture((), told.skipped)
    [statement] = told.items
    if statement.home_score is None or statement.away_score is None:
        return Capture((), (Skipped("the game has no score", statement.fixture.provider_id),))
    points = {"home": statement.home_score, "away": statement.away_score}
    try:
        sides = _sides(answer.get("boxscore"), header, sport)
    except Unreadable as problem:
        return Capture((), (Skipped(str(problem), statement.fixture.provider_id),))
    home, away = (TeamEntry(team=sides[side][0], points=points[side], players=sides[side][1]) for side in points)
    box = BoxScore(
        provider_id=statement.fixture.provider_id,
        sport=sport,
        home=home,
        away=away,
        starts_at=statement.fixture.commence_time,
        is_over=statement.state == "final",
    )
    return Capture((box,), ())


def _sides(boxscore: Any, header: Any, sport: str) -> dict[str, tuple[str, tuple[PlayerEntry, ...]]]:
    """Return team and players of each side. Which team is at home is what the header says, by the team's id."""
    competitions = inside(header, "competitions")
    competitors = inside(competitions[0], "competitors") if isinstance(competitions, list) and competitions else None
    tables = inside(boxscore, "players")
    if not isinstance(competitors, list) or not isinstance(tables, list):
        raise Unreadable("the box score is missing")
    at = {readable_id(inside(each, "team", "id")): each for each in competitors}
    found: dict[str, tuple[str, tuple[PlayerEntry, ...]]] = {}
    for table in tables:
        competitor = at.get(readable_id(inside(table, "team", "id")))
        side, name = inside(competitor, "homeAway"), readable_name(inside(competitor, "team", "displayName"))
        if side not in ("home", "away") or name is None or side in found:
            raise Unreadable("the box score is not of the two teams of the game")
        found[side] = (name, tuple(_players(inside(table, "statistics"), sport)))
    if len(found) != len(("home", "away")):
        raise Unreadable("the box score has not two teams")
    return found


def _players(tables: Any, sport: str) -> Iterator[PlayerEntry]:
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise Unreadable("the players' statistics are missing")
    columns = _COLUMNS[sport]
    lines: dict[str, tuple[Mapping[str, Any], dict[str, int]]] = {}
    read: set[str] = set()
    for table in tables:
        name = "" if "" in columns else str(table.get("name") or table.get("type"))
        wanted = columns.get(name)
        if wanted is None:
            continue
        if name in read:
            raise Unreadable(f"the table {name} occurs twice")
        read.add(name)
        for athlete, values in _lines(table, wanted):
            who = person_id(inside(athlete, "athlete", "id"))
            if name == "" and who in lines:
                raise Unreadable("a player occurs twice")
            lines.setdefault(who, (athlete, {}))[1].update(values)
    if not read:
        raise Unreadable("no table of the box score is known")
    yield from (_entry(who, athlete, values, sport) for who, (athlete, values) in lines.items())


def _entry(who: str, athlete: Mapping[str, Any], values: dict[str, int], sport: str) -> PlayerEntry:
    name = readable_name(inside(athlete, "athlete", "displayName"))
    if name is None:
        raise Unreadable("a player has no readable name")
    played = values.pop("seconds", 0)
    zeros = dict.fromkeys(SCHEMAS[sport].statistics, 0) if sport in _NEVER else _other_half(values, sport)
    return PlayerEntry(
        provider_id=who,
        name=name,
        seconds=played,
        statistics={**zeros, **values},
        position=short(inside(athlete, "athlete", "position", "abbreviation"), 20),
        jersey=short(inside(athlete, "athlete", "jersey"), 5),
    )


def _other_half(values: Mapping[str, int], sport: str) -> dict[str, int]:
    """Return zeros for what a player of baseball has not done at all: a pitcher who did not bat, and the reverse."""
    if sport != "baseball_mlb":
        return {}
    halves = [[name for names, _ in table.values() for name in names] for table in _BASEBALL.values()]
    zeros = {name: 0 for half in halves if not values.keys() & set(half) for name in half}
    if "at_bats" not in values:
        zeros |= dict.fromkeys(("doubles", "triples", "stolen_bases"), 0)
    return zeros


def _lines(
    table: Mapping[str, Any], wanted: Mapping[str, _Column]
) -> Iterator[tuple[Mapping[str, Any], dict[str, int]]]:
    keys = table.get("keys")
    if not isinstance(keys, list):
        labels = table.get("labels")
        keys = [_LABELS.get(label, label) if isinstance(label, str) else None for label in _list(labels)]
    known = [(key, place) for place, key in enumerate(keys) if isinstance(key, str) and key in wanted]
    places = dict(known)
    if len(known) != len(places):
        raise Unreadable("a column occurs twice")
    if missing := sorted(wanted.keys() - places.keys()):
        raise Unreadable(f"a column is missing: {missing[0]}")
    athletes = table.get("athletes")
    if not isinstance(athletes, list):
        raise Unreadable("the players are missing")
    for athlete in athletes:
        stats = inside(athlete, "stats")
        if not isinstance(stats, list):
            raise Unreadable("a player has no list of statistics")
        if not stats:
            continue
        if athlete.get("didNotPlay") is True or len(stats) != len(keys):
            raise Unreadable("a player's statistics do not fit the columns")
        yield (
            athlete,
            {name: value for key, place in places.items() for name, value in _values(wanted[key], stats[place], key)},
        )


def _values(column: _Column, raw: Any, key: str) -> list[tuple[str, int]]:
    names, read = column
    value = read(raw, key)
    return list(zip(names, value if isinstance(value, tuple) else (value,), strict=True))


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def read_injuries(body: bytes, sport: str) -> Capture[Injury]:
    """Parse the injuries of a league. Raises BadAnswer if the body is no object."""
    teams = json_of(body, dict).get("injuries")
    if not isinstance(teams, list):
        return Capture((), (Skipped("injuries is missing or not a list"),))
    items, skipped = [], []
    for team in teams:
        listed = inside(team, "injuries")
        for each in listed if isinstance(listed, list) else [None]:
            try:
                items.append(_injury(team, each))
            except Unreadable as problem:
                skipped.append(Skipped(str(problem), readable_id(inside(each, "id"))))
    return Capture(tuple(items), tuple(skipped))


def _injury(team: Any, injury: Any) -> Injury:
    name = readable_name(inside(injury, "athlete", "displayName"))
    of_team = readable_name(inside(team, "displayName")) or readable_name(inside(team, "team", "displayName"))
    status = _HEALTH.get(str(inside(injury, "type", "name")))
    reported_at = readable_moment(inside(injury, "date"))
    if name is None or of_team is None:
        raise Unreadable("an injury names no player or no team")
    if status is None:
        raise Unreadable(f"the injury status {str(inside(injury, 'type', 'name'))[:60]} is not known")
    if reported_at is None:
        raise Unreadable("an injury has no readable date")
    told = [inside(injury, "details", part) for part in ("type", "detail")]
    reason = ", ".join(text for part in told if (text := short(part, 100)) is not None and text != "Not Specified")
    return Injury(
        provider_id=_athlete_id(injury),
        name=name,
        team=of_team,
        status=status,  # type: ignore[arg-type]
        reason=reason[:_REASON_LENGTH] or None,
        reported_at=reported_at,
    )


def _athlete_id(injury: Any) -> str | None:
    """Return the player's id: given in a summary, and only within a link in the league's list."""
    if (own := readable_id(inside(injury, "athlete", "id"))) is not None:
        return own
    links = inside(injury, "athlete", "links")
    for link in _list(links):
        href = inside(link, "href")
        if isinstance(href, str) and (found := _PLAYER_LINK.search(href)):
            return found[1]
    return None
