"""Reads a season that was recorded from The Odds API.

A recording is a pair of files, packed by gzip or plain, one JSON document a line:

- `<name>_odds.jsonl[.gz]`: answers of /odds, each in the envelope of the provider's historical odds: `timestamp` (when
  it was recorded) and `data` (the events, with American prices);
- `<name>_scores.jsonl[.gz]`: the final events of /scores, one an id, as they were after the season.
"""

import gzip
import json
import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.errors import LaptopError
from local.replay.season import Announced, Bookmakers, Final, Fixture, Offer, Rename

SHORTEST, VARIES_BY = timedelta(minutes=130), timedelta(minutes=35)
"""How long games last. A recording does not say; the id decides, so that two replays are the same."""
GIVEN_UP_AFTER = timedelta(hours=6)
"""Time after tip-off at which a listed game without a result disappears."""

KEPT_FOR = timedelta(hours=12)
"""Time after tip-off for which a game that is no longer listed is remembered. By then it is over or given up."""
EVENING_BEFORE = timedelta(hours=12)
"""Time from the evening on which the games of the next day are listed to the daily rule that asks for them."""
ONE_GAME = timedelta(hours=12)
"""Least time between the starts of two games of the same teams. Ids that are nearer stand for one game."""

TWO_GAMES = timedelta(hours=2)
"""Least time between the starts of two games of the same teams in a doubleheader."""

_ODDS, _SCORES = "_odds.jsonl", "_scores.jsonl"
_FILE = re.compile(r"(\w[\w. -]*)_(odds|scores)\.jsonl(?:\.gz)?")
"""The name of a season, which becomes a folder that the replay empties first, and what the file has."""
_UNREADABLE = (
    OSError,
    EOFError,
    zlib.error,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)
"""What reading a file that is no recording, or half of one, may raise."""
_SHOWN = 200
"""Longest part of an error that is shown."""

type Sides = tuple[str, str]
"""The names of a game's home and away team."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """One answer of /odds. at: when it was recorded. since: from when on it is played."""

    at: datetime
    since: datetime
    events: tuple[dict[str, Any], ...]


class RecordedSeason:
    """A season from a recording.

    asked_before: returns when the platform last asked for odds by its daily rule, up to a given time. A recording may
    have one answer a morning, while the platform asks at other times. So an answer that is the first one since the
    daily rule is played from the evening before that rule, when bookmakers list the games of the next day. Of each game
    the latest line that is played counts until its tip-off.
    """

    def __init__(
        self,
        name: str,
        answers: Sequence[Mapping[str, Any]],
        scores: Sequence[Mapping[str, Any]],
        asked_before: Callable[[datetime], datetime],
    ) -> None:
        self.name = name
        listed = _played(answers, asked_before)
        self._since = [answer.since for answer in listed]
        self.fixtures: dict[str, Fixture] = _fixtures(listed, scores)
        self.renames: Sequence[Rename] = _renames(listed)
        if not self.fixtures:
            raise LaptopError(f"the recording {name} has no game")
        first = next(event for answer in listed for event in answer.events)
        self.sport = str(first["sport_key"])
        if others := {event["sport_key"] for answer in listed for event in answer.events} - {self.sport}:
            raise LaptopError(f"the recording {name} has several sports: {self.sport} and {', '.join(sorted(others))}")
        self.sport_title = str(first.get("sport_title", self.sport))
        self.begins = self._since[0]
        self.ends = max(
            [*self._since, *(final.at for fixture in self.fixtures.values() for final in fixture.finals)],
        )
        self._boards = list(self._boards_of(listed))

    def offers(self, at: datetime) -> list[Offer]:
        """Return what is listed at `at`: games to come and games in play, soonest first."""
        place = bisect_right(self._since, at) - 1
        offers: list[Offer] = []
        for identity, bookmakers in self._boards[place].items() if place >= 0 else ():
            fixture = self.fixtures[identity]
            tip_off = fixture.tip_off(at)
            if fixture.final(at) is None and not (fixture.starts is None and at > tip_off + GIVEN_UP_AFTER):
                offers.append(Offer(fixture, bookmakers if tip_off > at else []))
        return sorted(offers, key=lambda offer: (offer.fixture.tip_off(at), offer.fixture.id))

    def _boards_of(self, listed: Sequence[_Listed]) -> Iterator[dict[str, Bookmakers]]:
        """Yield what is listed after each answer: bookmakers by id.

        An id that an answer does not name was withdrawn if its game was still to come when the answer was recorded.
        """
        board: dict[str, Bookmakers] = {}
        for answer in listed:
            kept = {
                identity: bookmakers
                for identity, bookmakers in board.items()
                if answer.since - KEPT_FOR < self.fixtures[identity].tip_off(answer.since) <= answer.at
            }
            board = kept | {event["id"]: _bookmakers(event) for event in answer.events}
            yield board


def read_recorded(path: Path, asked_before: Callable[[datetime], datetime]) -> RecordedSeason:
    """Read the recording at `path`: a folder with one pair of files, one of the two, or what their names begin with.

    Raises LaptopError if there is no such pair, or several, or if it cannot be read.
    """
    try:
        odds, scores, name = _pair(path.expanduser())
    except (OSError, ValueError, RuntimeError) as error:  # too long a name, a folder of others, an unknown user's home
        raise LaptopError(f"the season {_short(str(path))} cannot be looked for: {_short(error)}") from None
    try:
        return RecordedSeason(name, list(_lines(odds)), list(_lines(scores)), asked_before)
    except _UNREADABLE as error:
        raise LaptopError(f"the recording {odds} cannot be read: {_short(error)}") from None


def _short(shown: object) -> str:
    return repr(shown)[:_SHOWN]


def _pair(path: Path) -> tuple[Path, Path, str]:
    folder, begins = (path, "") if path.is_dir() else (path.parent, path.name)
    if parts := _FILE.fullmatch(begins):
        begins = parts[1]
    files: dict[str, dict[str, Path]] = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.name.startswith(begins) and (parts := _FILE.fullmatch(file.name)):
            files.setdefault(parts[1], {})[parts[2]] = file
    pairs = {name: pair for name, pair in files.items() if len(pair) == 2}  # noqa: PLR2004 - odds and scores
    if begins in pairs:  # another season's name may begin with this one
        pairs = {begins: pairs[begins]}
    if len(pairs) != 1:
        found = ", ".join(pairs) or "none"
        raise LaptopError(
            f"{_short(str(path))} must name one season, {_ODDS}[.gz] and {_SCORES}[.gz] beside it; found: {found}"
        )
    [(name, pair)] = pairs.items()
    return pair["odds"], pair["scores"], name


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _played(answers: Sequence[Mapping[str, Any]], asked_before: Callable[[datetime], datetime]) -> list[_Listed]:
    recorded = sorted(((_moment(answer["timestamp"]), tuple(answer["data"])) for answer in _keyed(answers)), key=_time)
    listed: list[_Listed] = []
    before: datetime | None = None
    for at, events in recorded:
        asked = asked_before(at)
        evening = asked - EVENING_BEFORE
        since = at if before is not None and before >= asked else evening if before is None else max(before, evening)
        listed.append(_Listed(at, since, events))
        before = at
    return listed


def _time(recorded: tuple[datetime, object]) -> datetime:
    return recorded[0]


def _keyed(answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the answers without those that repeat the time of another one."""
    return list({answer["timestamp"]: answer for answer in answers}.values())


def _fixtures(listed: Sequence[_Listed], scores: Sequence[Mapping[str, Any]]) -> dict[str, Fixture]:
    announced: dict[str, list[Announced]] = {}
    teams: dict[str, Sides] = {}
    met: dict[frozenset[str], list[tuple[datetime, Sides]]] = {}
    for answer in listed:
        for event in answer.events:
            tip_off = _moment(event["commence_time"])
            stated = announced.setdefault(event["id"], [])
            if not stated or stated[-1].tip_off != tip_off:
                stated.append(Announced(answer.since, tip_off))
            if event["id"] not in teams:
                teams[event["id"]] = _sides(event, tip_off, met)
    over = {event["id"]: event for event in scores if event.get("completed") and event.get("scores")}
    fixtures: dict[str, Fixture] = {}
    courses: dict[tuple[str, str], list[tuple[datetime, tuple[Final, ...]]]] = {}
    # Of several ids of a game the provider maintains the one that it listed last: that one tells how the game went.
    for identity, stated in sorted(announced.items(), key=lambda item: item[1][0].since, reverse=True):
        home, away = teams[identity]
        starts, finals = _course(over.get(identity), home, away)
        if starts is not None:
            of_pair = courses.setdefault((home, away), [])
            known = next((course for course in of_pair if abs(course[0] - starts) < ONE_GAME), None)
            if known is None:
                of_pair.append((starts, finals))
            elif abs(known[0] - starts) >= TWO_GAMES and _score(known[1]) != _score(finals):
                raise ValueError(
                    f"{away} at {home} is played twice within {ONE_GAME}: the oracle knows no doubleheader"
                )
            else:
                starts, finals = known
        fixtures[identity] = Fixture(
            id=identity, home=home, away=away, announced=tuple(stated), starts=starts, finals=finals
        )
    return fixtures


def _sides(
    event: Mapping[str, Any], tip_off: datetime, met: dict[frozenset[str], list[tuple[datetime, Sides]]]
) -> Sides:
    """Return home and away of a new id: as another id of the game had them, which was listed earlier.

    The platform keeps the sides of a game for all its ids, and the oracle knows a game by its sides.
    """
    own = str(event["home_team"]), str(event["away_team"])
    games = met.setdefault(frozenset(own), [])
    known = next((sides for begins, sides in games if abs(begins - tip_off) < ONE_GAME), None)
    if known is None:
        games.append((tip_off, own))
    return known or own


def _renames(listed: Sequence[_Listed]) -> list[Rename]:
    """Return the names that changed under an id, each with the first answer that has the new one.

    A name that an earlier answer has is another team's: the id has swapped its sides, or stands for another game.
    """
    known: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], Rename] = {}
    names: set[str] = set()
    for answer in listed:
        for event in answer.events:
            for side in ("home_team", "away_team"):
                old = known.setdefault((event["id"], side), event[side])
                if old != event[side] and event[side] not in names:
                    found.setdefault((old, event[side]), Rename(answer.since, old, event[side]))
        names |= {event[side] for event in answer.events for side in ("home_team", "away_team")}
    return list(found.values())


def _score(finals: Sequence[Final]) -> tuple[int, int]:
    return finals[-1].home, finals[-1].away


def _bookmakers(event: Mapping[str, Any]) -> Bookmakers:
    """Return the offers of an event. Raises ValueError or what _UNREADABLE has if they are none."""
    for book in event["bookmakers"]:
        if not isinstance(book["key"], str) or not isinstance(book["title"], str):
            raise TypeError("a bookmaker has no name")
        for market in book["markets"]:
            for outcome in market["outcomes"]:
                price, point = outcome["price"], outcome.get("point", 0)
                if type(price) is not int or not isinstance(point, int | float) or not isinstance(outcome["name"], str):
                    raise ValueError(f"{market['key']!r} has an outcome without a name, an American price or a point")
    bookmakers: Bookmakers = event["bookmakers"]
    return bookmakers


def _course(event: Mapping[str, Any] | None, home: str, away: str) -> tuple[datetime | None, tuple[Final, ...]]:
    """Return when a game began and its final score, with the sides as the odds have them."""
    if event is None:
        return None, ()
    starts = _moment(event["commence_time"])
    points = {side["name"]: int(side["score"]) for side in event["scores"]}
    lasts = SHORTEST + VARIES_BY * (int(event["id"][:8], 16) % 1000) / 1000
    turned = event["home_team"] == away or event["away_team"] == home
    first, second = (event["away_team"], event["home_team"]) if turned else (event["home_team"], event["away_team"])
    return starts, (Final((starts + lasts).replace(microsecond=0), points[first], points[second]),)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
