"""A season of tables as a replay plays it: fixtures, and what bookmakers offer on each game."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from local.errors import LaptopError
from local.replay.generated import bookmaker
from local.replay.oracle import consensus
from local.replay.recorded import read_recorded
from local.replay.season import Announced, Bookmakers, Final, Fixture, Offer, Rename
from local.replay.tables import LEAGUE_ZONE, TableGame, TableLine
from local.slate import HOME_ADVANTAGE

LASTS = timedelta(minutes=138)
"""How long games last: less than the time after which the platform first asks for a result."""
LISTED_BEFORE = timedelta(hours=30)
"""Time before tip-off from which bookmakers list a game: before its odds are fetched."""
BOOKS = ("firstbook", "secondbook")
"""Names of the bookmakers that offer the line of a table. The platform quotes what at least two offer."""
MOST_BOOKS = 5
"""Bookmakers of a recording whose offers are played, if these agree on every market that all of them agree on."""
BEFORE_START = timedelta(minutes=1)
USUAL_TOTAL, LEARNS, LEARNS_TOTAL = 225.0, 0.08, 0.02
"""Of the stand-in bookmaker: points of the first game, and how much of a surprise moves its rating and its total."""
_SUFFIX = "_odds.jsonl"


@dataclass(frozen=True, slots=True)
class Lines:
    """What bookmakers offer on each game, by the table's id, and how many games have their offer from where."""

    bookmakers: Mapping[str, Bookmakers]
    sources: Mapping[str, int]


class TableSeason:
    """A `Season` of the games of tables, which all begin on time and never move."""

    sport = "basketball_nba"
    sport_title = "NBA"
    renames: Sequence[Rename] = ()

    def __init__(self, name: str, games: Sequence[TableGame], recordings: Iterable[Path]) -> None:
        self.name = name
        self.games = {identity_of(game): game for game in games}
        self.begins = games[0].tip_off - LISTED_BEFORE
        self.fixtures = {identity: _fixture(identity, game, self.begins) for identity, game in self.games.items()}
        self.ends = max(fixture.finals[-1].at for fixture in self.fixtures.values())
        self.lines = _lines(games, self.fixtures, recordings)
        self._by_day: dict[date, list[Fixture]] = defaultdict(list)
        for identity, game in self.games.items():
            self._by_day[game.day].append(self.fixtures[identity])

    def offers(self, at: datetime) -> list[Offer]:
        """Return what is listed at `at`: games to come and games in play, soonest first."""
        today = at.astimezone(LEAGUE_ZONE).date()
        return [
            Offer(fixture, self.lines.bookmakers[self.games[fixture.id].id] if fixture.tip_off(at) > at else [])
            for number in (-1, 0, 1, 2)
            for fixture in self._by_day.get(today + timedelta(days=number), ())
            if fixture.tip_off(at) - LISTED_BEFORE <= at and fixture.final(at) is None
        ]

    def slates(self) -> list[tuple[date, list[Fixture]]]:
        """Return the days with their games, in order."""
        return sorted(self._by_day.items())


def identity_of(game: TableGame) -> str:
    """Return the id that the provider of odds has for a game."""
    return hashlib.sha256(f"table {game.day} {game.id}".encode()).hexdigest()[:32]


def recordings_near(tables: Path) -> list[Path]:
    """Return the recorded odds in the folder of the tables, and in the folder `odds_api` beside it."""
    found = []
    for folder in (tables, tables.parent / "odds_api"):
        if folder.is_dir():
            found += [folder / file.name.partition(_SUFFIX)[0] for file in sorted(folder.glob(f"*{_SUFFIX}*"))]
    return found


def _fixture(identity: str, game: TableGame, known_from: datetime) -> Fixture:
    return Fixture(
        id=identity,
        home=game.teams[0],
        away=game.teams[1],
        announced=(Announced(known_from, game.tip_off),),
        starts=game.tip_off,
        finals=(Final(game.tip_off + LASTS, *game.points),),
    )


def _lines(games: Sequence[TableGame], fixtures: Mapping[str, Fixture], recordings: Iterable[Path]) -> Lines:
    """Return each game's offers: by its table, else by a recording, else by the stand-in bookmaker."""
    sources = {"the table of games": 0, "recorded odds": 0, "a stand-in bookmaker": 0}
    recorded = dict(_recorded(games, fixtures, recordings)) if any(game.line is None for game in games) else {}
    found: dict[str, Bookmakers] = {}
    for game, (margin, total) in zip(games, _expected(games), strict=True):
        fixture = fixtures[identity_of(game)]
        if game.line is not None and game.line.spread is not None and game.line.total is not None:
            sources["the table of games"] += 1
            found[game.id] = _offered(fixture, game.line, -game.line.spread, game.line.total)
        elif game.id in recorded:
            sources["recorded odds"] += 1
            found[game.id] = recorded[game.id]
        else:
            sources["a stand-in bookmaker"] += 1
            found[game.id] = _offered(fixture, None, margin, total)
    return Lines(found, {source: number for source, number in sources.items() if number})


def _offered(fixture: Fixture, line: TableLine | None, margin: float, total: float) -> Bookmakers:
    books = [bookmaker(fixture, book, margin, total, 0.0) for book in BOOKS]
    if line is not None and line.moneylines is not None:
        for book in books:
            for outcome, price in zip(book["markets"][0]["outcomes"], line.moneylines, strict=True):
                outcome["price"] = price
    return books


def _expected(games: Sequence[TableGame]) -> Iterator[tuple[float, float]]:
    """Yield the margin and total that earlier days' results let expect of each game. games: in the order of days."""
    ratings: defaultdict[str, float] = defaultdict(float)
    total = USUAL_TOTAL
    waiting: list[tuple[TableGame, float]] = []
    for game in games:
        while waiting and waiting[0][0].day < game.day:
            known, expected = waiting.pop(0)
            move = LEARNS * (known.points[0] - known.points[1] - expected)
            ratings[known.teams[0]] += move
            ratings[known.teams[1]] -= move
            total += LEARNS_TOTAL * (sum(known.points) - total)
        margin = HOME_ADVANTAGE + ratings[game.teams[0]] - ratings[game.teams[1]]
        waiting.append((game, margin))
        yield margin, total


def _recorded(
    games: Sequence[TableGame], fixtures: Mapping[str, Fixture], recordings: Iterable[Path]
) -> Iterator[tuple[str, Bookmakers]]:
    """Yield the games that a recording has, with its last offers before the start, under the tables' names of teams.

    A game is found by its day, its score and one of its teams: recordings and tables write some teams differently.
    """
    wanted: defaultdict[tuple[date, frozenset[int]], list[TableGame]] = defaultdict(list)
    for game in games:
        if game.line is None:
            wanted[game.day, frozenset(game.points)].append(game)
    for path in recordings:
        season = read_recorded(path, lambda at: at)
        for other in season.fixtures.values():
            if other.starts is None or not other.finals:
                continue
            final = other.finals[-1]
            key = (other.starts.astimezone(LEAGUE_ZONE).date(), frozenset((final.home, final.away)))
            named = {other.home: final.home, other.away: final.away}
            for game in wanted.get(key, ()):
                points = dict(zip(game.teams, game.points, strict=True))
                if any(named.get(team) == scored for team, scored in points.items()):
                    at = min(other.starts, other.tip_off(other.starts)) - BEFORE_START
                    offers = [offer for offer in season.offers(at) if offer.fixture.id == other.id]
                    if offers and offers[0].bookmakers:
                        yield game.id, _renamed(offers[0], fixtures[identity_of(game)], game, points)


def _renamed(offer: Offer, fixture: Fixture, game: TableGame, points: Mapping[str, int]) -> Bookmakers:
    """Return the offers with the names of the table: each side is the one with its score."""
    final = offer.fixture.finals[-1]
    by_points = {scored: team for team, scored in points.items()}
    names = {offer.fixture.home: by_points[final.home], offer.fixture.away: by_points[final.away]}
    if set(names.values()) != set(game.teams):
        raise LaptopError(f"the recorded odds of {offer.fixture.away} at {offer.fixture.home} are of another game")
    renamed: Bookmakers = [
        {
            **book,
            "markets": [
                {
                    **market,
                    "outcomes": [
                        {**outcome, "name": names.get(outcome["name"], outcome["name"])}
                        for outcome in market["outcomes"]
                    ],
                }
                for market in book["markets"]
            ],
        }
        for book in sorted(offer.bookmakers, key=lambda book: (-len(book["markets"]), book["key"]))
    ]
    some = renamed[:MOST_BOOKS]
    return some if consensus(Offer(fixture, some)).keys() == consensus(Offer(fixture, renamed)).keys() else renamed
