"""What is wrong or odd in a season of box scores. Pure.

Most rules compare facts that must agree: players with their team, a game with its schedule, a box score with others.
Two look for values that are far from what they usually are, by the median and the median absolute deviation (MAD),
which a few wrong values do not move (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import Any, Literal

from pickvs.predictions.statistics.boxes.rules import SCHEMAS, BoxSchema, Sides, faults_of

type Severity = Literal["notice", "warning", "error"]

FAR = 12.0
"""Robust z-score from which on a player's value is odd. Counts have long tails: records are at 8 to 10."""
LEAGUE_FAR = 8.0
"""Robust z-score from which on the league's mean of a day is odd."""
_MAD_TO_SD = 1.4826
"""The standard deviation of a normal distribution over its MAD."""
_LEAST_GAMES = 15
"""Games of a player from which on his median says something."""
_LEAST_DAYS = 20
_LEAST_LINES = 60
"""Lines of a day from which on its mean is compared: three games."""
GAP_DAYS = 21
"""Days without a game of a team, while others play, that are a gap. The longest break of a season is shorter."""
_LEAST_SEEN = 3
"""Games of a player from which on it is known for whom he plays."""
_MANY = 2 / 3
"""Share of a side's players who usually play for the other side, from which on the sides are swapped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A player's line in a game."""

    player: int
    name: str
    is_home: bool
    seconds: int
    statistics: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedGame:
    """A settled game with its box score. settled: its score, home first. points: the teams' points by the box score.

    stated_day: the league-local day that the source of the box score states; None if it does not. has_box: whether it
    has a final box score; without one, points and lines are empty.
    """

    id: int
    day: date
    home: int
    away: int
    settled: Sides[int]
    points: Sides[int]
    lines: tuple[Line, ...]
    stated_day: date | None = None
    number: int = 1
    has_box: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong (error), odd (warning), or worth a look (notice). subject: unique with the rule."""

    rule: str
    subject: str
    severity: Severity
    game: int | None = None
    player: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def check_season(sport: str, games: Sequence[PlayedGame]) -> list[Finding]:
    """Return what is wrong or odd in the games of a season, in any order. Raises KeyError for an unknown sport."""
    schema = SCHEMAS[sport]
    with_box = [game for game in games if game.has_box]
    found = [
        *(finding for game in with_box for finding in _of_game(schema, game)),
        *(_missing(game) for game in games if not game.has_box),
        *_doubled(with_box),
        *_dates(games),
        *_gaps(games),
        *_swapped(with_box),
        *_far_values(schema, with_box),
        *_far_days(schema, with_box),
    ]
    return list({(finding.rule, finding.subject): finding for finding in found}.values())


def _of_game(schema: BoxSchema, game: PlayedGame) -> Iterator[Finding]:
    yield from _of_side(schema, game, "home", 0)
    yield from _of_side(schema, game, "away", 1)
    if game.stated_day is not None and game.stated_day != game.day:
        yield _game(game, "wrong_date", "", {"stated": game.stated_day.isoformat(), "day": game.day.isoformat()})
    for line in game.lines:
        faults = list(faults_of(schema, line.seconds, line.statistics))
        if faults:
            yield _line(game, line, "schema", {"faults": faults})
    for player, times in Counter(line.player for line in game.lines).items():
        if times > 1:
            yield Finding(
                rule="doubled_player",
                subject=f"game {game.id} player {player}",
                severity="error",
                game=game.id,
                player=player,
                details={"lines": times},
            )


def _of_side(schema: BoxSchema, game: PlayedGame, side: str, place: int) -> Iterator[Finding]:
    lines = [line for line in game.lines if line.is_home == (side == "home")]
    stated, settled = game.points[place], game.settled[place]
    if stated != settled:
        yield _game(game, "settled_score", side, {"box_score": stated, "settled": settled})
    if schema.points is not None:
        made = sum(line.statistics.get(schema.points, 0) for line in lines)
        if made != stated:
            yield _game(game, "sum", side, {"players": made, "team": stated})
    if not schema.least_players <= len(lines) <= schema.most_players:
        yield _game(game, "players", side, {"players": len(lines)})
    if schema.timed and (apart := _time_apart(schema, lines)) > 0:
        yield _game(game, "time", side, {"seconds_apart": apart})


def _time_apart(schema: BoxSchema, lines: Sequence[Line]) -> int:
    """Return by how many seconds a side's playing time misses every possible length, beyond rounding to minutes."""
    total = sum(line.seconds for line in lines)
    lengths = (schema.on_field * (schema.regulation_seconds + each * schema.overtime_seconds) for each in range(8))
    # Rounding errors of up to half a minute each, independent: four standard deviations of their sum.
    spread = int(4 * sqrt(len(lines) / 12) * 60)
    return max(0, min(abs(total - each) for each in lengths) - spread)


def _missing(game: PlayedGame) -> Finding:
    return _game(game, "no_box_score", "", {"day": game.day.isoformat()}, severity="warning")


def _doubled(games: Sequence[PlayedGame]) -> Iterator[Finding]:
    """Find box scores that are another one's. Which of the two is right, a person says."""
    seen: dict[tuple[Any, ...], PlayedGame] = {}
    for game in sorted(games, key=lambda each: (each.day, each.id)):
        content = tuple(
            sorted((line.player, line.seconds, tuple(sorted(line.statistics.items()))) for line in game.lines)
        )
        other = seen.setdefault(content, game)
        if content and other is not game:
            yield _game(game, "doubled_box_score", "", {"of": other.id})
            yield _game(other, "doubled_box_score", "", {"of": game.id})


def _dates(games: Sequence[PlayedGame]) -> Iterator[Finding]:
    """Find teams and players that play twice a day, but for doubleheaders, which are the same two teams."""
    by_team: defaultdict[tuple[int, date], list[PlayedGame]] = defaultdict(list)
    for game in games:
        for team in (game.home, game.away):
            by_team[team, game.day].append(game)
    for (team, day), played in by_team.items():
        numbers = {(frozenset((game.home, game.away)), game.number) for game in played}
        pairs = {pair for pair, _ in numbers}
        if len(pairs) > 1 or len(numbers) < len(played):
            for game in played:
                yield _game(game, "two_games_a_day", "", {"team": team, "day": day.isoformat()})


def _gaps(games: Sequence[PlayedGame]) -> Iterator[Finding]:
    """Find teams that do not play for long while others do, and play again."""
    days = sorted({game.day for game in games})
    by_team: defaultdict[int, set[date]] = defaultdict(set)
    for game in games:
        for team in (game.home, game.away):
            by_team[team].add(game.day)
    for team, played in sorted(by_team.items()):
        for before, after in pairwise(sorted(played)):
            others = sum(before < day < after for day in days)
            if after - before > timedelta(days=GAP_DAYS) and others > GAP_DAYS / 2:
                yield Finding(
                    rule="gap",
                    subject=f"team {team} after {before.isoformat()}",
                    severity="notice",
                    details={"team": team, "from": before.isoformat(), "to": after.isoformat()},
                )


def _swapped(games: Sequence[PlayedGame]) -> Iterator[Finding]:
    """Find games in which most players of a side otherwise play for the other side."""
    teams: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for game in games:
        for line in game.lines:
            teams[line.player][game.home if line.is_home else game.away] += 1
    for game in games:
        for team, opponent, is_home in ((game.home, game.away, True), (game.away, game.home, False)):
            lines = [line for line in game.lines if line.is_home == is_home]
            known = [line for line in lines if teams[line.player].total() >= _LEAST_SEEN]
            strangers = [line for line in known if teams[line.player][opponent] > teams[line.player][team]]
            if known and len(strangers) > _MANY * len(known):
                yield _game(game, "swapped_teams", "home" if is_home else "away", {"players": len(strangers)})


def _far_values(schema: BoxSchema, games: Sequence[PlayedGame]) -> Iterator[Finding]:
    """Find values of players that are far from their median."""
    by_player: defaultdict[int, list[tuple[PlayedGame, Line]]] = defaultdict(list)
    for game in games:
        for line in game.lines:
            by_player[line.player].append((game, line))
    for played in by_player.values():
        if len(played) < _LEAST_GAMES:
            continue
        for name in schema.statistics:
            values = [line.statistics.get(name, 0) for _, line in played]
            middle, scale = _middle(values, at_least=_count_sd(values))
            for (game, line), value in zip(played, values, strict=True):
                if (far := abs(value - middle) / scale) >= FAR:
                    yield _line(game, line, "far_value", {name: value, "median": middle, "z": round(far, 1)}, "warning")


def _count_sd(values: Sequence[int]) -> float:
    """Return the least standard deviation of counts around their mean: that of a Poisson distribution, at least 1."""
    return sqrt(max(1.0, abs(sum(values)) / len(values)))


def _far_days(schema: BoxSchema, games: Sequence[PlayedGame]) -> Iterator[Finding]:
    """Find days on which the league's mean of a statistic is far from what it is on other days."""
    by_day: defaultdict[date, list[Line]] = defaultdict(list)
    for game in games:
        by_day[game.day] += game.lines
    days = {day: lines for day, lines in sorted(by_day.items()) if len(lines) >= _LEAST_LINES}
    if len(days) < _LEAST_DAYS:
        return
    for name in schema.statistics:
        means = [sum(line.statistics.get(name, 0) for line in lines) / len(lines) for lines in days.values()]
        middle, scale = _middle(means, at_least=max(abs(median(means)), 0.1) / 20)
        for day, mean in zip(days, means, strict=True):
            if (far := abs(mean - middle) / scale) >= LEAGUE_FAR:
                yield Finding(
                    rule="far_day",
                    subject=f"{day.isoformat()} {name}",
                    severity="warning",
                    details={"mean": round(mean, 2), "median": round(middle, 2), "z": round(far, 1)},
                )


def _middle(values: Sequence[float], *, at_least: float) -> tuple[float, float]:
    """Return the median of values, and the standard deviation that their MAD stands for."""
    middle = median(values)
    return middle, max(at_least, _MAD_TO_SD * median(abs(value - middle) for value in values))


def _game(game: PlayedGame, rule: str, side: str, details: Mapping[str, Any], severity: Severity = "error") -> Finding:
    subject = f"game {game.id} {side}".strip()
    return Finding(rule=rule, subject=subject, severity=severity, game=game.id, details=details)


def _line(game: PlayedGame, line: Line, rule: str, details: Mapping[str, Any], severity: Severity = "error") -> Finding:
    return Finding(
        rule=rule,
        subject=f"game {game.id} player {line.player}",
        severity=severity,
        game=game.id,
        player=line.player,
        details={"name": line.name, **details},
    )


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are certainly wrong."""
    return [finding for finding in findings if finding.severity == "error"]
