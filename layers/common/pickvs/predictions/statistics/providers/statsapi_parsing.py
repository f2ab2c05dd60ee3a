"""Parses the schedule and the box scores of MLB's statsapi.

Who did not bat has `batting: {}`. `officialDate` is the local date, `gameDate` the start in UTC. The games of a
doubleheader differ by `gameNumber`. A postponed game keeps its id and appears under both dates.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers.reading import Unreadable, json_of, readable_moment, readable_name
from pickvs.predictions.statistics.boxes.rules import BoxScore, Phase, PlayerEntry, ScheduledGame, State, TeamEntry
from pickvs.predictions.statistics.providers.counts import count, inside, person_id, short

_PHASES: Mapping[str, Phase] = MappingProxyType(
    {
        "S": "preseason",
        "E": "preseason",
        "R": "regular",
        "A": "all_star",
        **dict.fromkeys("FDLW", "playoffs"),
    }
)
"""The kind of game: S and E spring training and exhibitions, F to W the rounds of the play-offs."""
_STATES: Mapping[str, State] = MappingProxyType(
    {
        "S": "scheduled",
        "P": "scheduled",
        "I": "under_way",
        "F": "final",
        "O": "final",
        "D": "postponed",
        "C": "cancelled",
    }
)
_BATTING: Mapping[str, str] = MappingProxyType(
    {
        "atBats": "at_bats",
        "hits": "hits",
        "doubles": "doubles",
        "triples": "triples",
        "homeRuns": "home_runs",
        "runs": "runs",
        "rbi": "runs_batted_in",
        "baseOnBalls": "walks",
        "strikeOuts": "strikeouts",
        "stolenBases": "stolen_bases",
    }
)
_PITCHING: Mapping[str, str] = MappingProxyType(
    {
        "outs": "outs_pitched",
        "strikeOuts": "pitching_strikeouts",
        "baseOnBalls": "pitching_walks",
        "hits": "hits_allowed",
        "earnedRuns": "earned_runs",
    }
)


def read_schedule(body: bytes, sport: str) -> Capture[ScheduledGame]:
    """Parse the schedule of a day. Without dates it is a day without games. Raises BadAnswer if it is no object."""
    dates = json_of(body, dict).get("dates")
    if not isinstance(dates, list):
        return Capture((), (Skipped("dates is missing or not a list"),))
    items: dict[str, ScheduledGame] = {}
    skipped = []
    for game in _games(dates):
        try:
            read = _scheduled(game, sport)
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), short(inside(game, "gamePk"), 20)))
            continue
        # Of a postponed game, the row with a later start is the one that is played.
        if read.provider_id not in items or items[read.provider_id].starts_at < read.starts_at:
            items[read.provider_id] = read
    return Capture(tuple(items.values()), tuple(skipped))


def _games(dates: list[Any]) -> Iterator[Any]:
    for each in dates:
        games = inside(each, "games")
        yield from games if isinstance(games, list) else [None]


def _scheduled(game: Any, sport: str) -> ScheduledGame:
    names = {side: readable_name(inside(game, "teams", side, "team", "name")) for side in ("home", "away")}
    starts_at = readable_moment(inside(game, "gameDate"))
    phase = _PHASES.get(str(inside(game, "gameType")))
    home, away = names["home"], names["away"]
    if home is None or away is None or home == away:
        raise Unreadable("the game has not two teams")
    if starts_at is None or phase is None:
        raise Unreadable("the game has no readable start, or no kind that is known")
    state = _STATES.get(str(inside(game, "status", "codedGameState")), "other")
    points = None
    if state == "final":
        points = tuple(count(inside(game, "teams", side, "score"), "score") for side in ("home", "away"))
        if points[0] == points[1]:
            raise Unreadable("the final is a tie, which the sport does not have")
    number = inside(game, "gameNumber")
    return ScheduledGame(
        provider_id=person_id(inside(game, "gamePk")),
        sport=sport,
        home=home,
        away=away,
        starts_at=starts_at,
        state=state,
        points=None if points is None else (points[0], points[1]),
        phase=phase,
        is_neutral=None,  # the schedule names the venue, and not whose it is
        season=count(inside(game, "season"), "season"),
        number=count(number, "gameNumber") if number is not None else None,
    )


def read_box_score(body: bytes, sport: str, game: str) -> Capture[BoxScore]:
    """Parse the box score of a game, which does not name it. game: the id by which it was asked.

    Raises BadAnswer if the body is no object. It does not say whether the game is over: only a pitcher's outs do.
    """
    answer = json_of(body, dict)
    try:
        home, away = (_team(inside(answer, "teams", side)) for side in ("home", "away"))
    except Unreadable as problem:
        return Capture((), (Skipped(str(problem), game),))
    over = home.team != away.team and home.points != away.points
    return Capture((BoxScore(provider_id=game, sport=sport, home=home, away=away, starts_at=None, is_over=over),), ())


def _team(side: Any) -> TeamEntry:
    name, players = readable_name(inside(side, "team", "name")), inside(side, "players")
    if name is None or not isinstance(players, dict):
        raise Unreadable("a team has no name or no players")
    entries = [entry for key, player in players.items() if (entry := _player(key, player)) is not None]
    return TeamEntry(
        team=name, points=count(inside(side, "teamStats", "batting", "runs"), "runs"), players=tuple(entries)
    )


def _player(key: str, player: Any) -> PlayerEntry | None:
    """Return a player's line; None if he did not play."""
    batting, pitching = inside(player, "stats", "batting"), inside(player, "stats", "pitching")
    if not isinstance(batting, dict) or not isinstance(pitching, dict):
        raise Unreadable("a player has no statistics")
    if not batting and not pitching:
        return None
    who, name = person_id(inside(player, "person", "id")), readable_name(inside(player, "person", "fullName"))
    if key != f"ID{who}" or name is None:
        raise Unreadable("a player's key is not his id, or he has no name")
    counts = {ours: count(batting.get(theirs), theirs) if batting else 0 for theirs, ours in _BATTING.items()}
    counts |= {ours: count(pitching.get(theirs), theirs) if pitching else 0 for theirs, ours in _PITCHING.items()}
    return PlayerEntry(
        provider_id=who,
        name=name,
        seconds=0,
        statistics=counts,
        position=short(inside(player, "position", "abbreviation"), 20),
        jersey=short(inside(player, "jerseyNumber"), 5),
    )
