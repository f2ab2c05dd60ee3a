"""Parses answers of The Odds API v4 into our values, by name and never by position.

The order of outcomes and scores has no meaning. A malformed part is skipped with a reason, and everything around it is
kept. What could not be read is told apart from what is not offered: a market under an unknown key counts as unreadable,
because a renamed market must not look like a withdrawn one. Only the lay sides of exchanges (`h2h_lay`), which the
provider adds unasked, are ignored.

The share that could not be read is that of the level which lost most: of events, bookmakers or markets; for scores, of
events or scores. An unreadable part takes those in it along, uncounted. So the share is 1 exactly if nothing of use can
be read: no event, or no bookmaker in the readable events, or no market of the readable bookmakers, or no score although
there are scores.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers.reading import (
    Unreadable,
    json_of,
    readable_id,
    readable_moment,
    readable_name,
    readable_points,
)
from pickvs.markets.values import (
    NOT_OF_EACH_TEAM,
    BookMarket,
    Fixture,
    GameOdds,
    GameScore,
    Market,
    Offer,
    Selection,
    Unread,
)
from pickvs.sports.teams.rules import normalised

MARKETS: Mapping[str, Market] = MappingProxyType({"h2h": "moneyline", "spreads": "spread", "totals": "total"})
"""The provider's markets that we request, and our names for them."""

_LAY = "_lay"
"""End of the keys of lay markets, which exchanges offer beside the requested ones."""
_BOOKMAKER = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_TEAMS = 2
_MINIMUM_PRICE = 100
_MAXIMUM_PRICE = 100_000
_MAXIMUM_LINE = 1_000
_QUARTER = Decimal("0.25")
_NUMBERS = frozenset({int, Decimal})
"""Types of parsed numbers. Excludes bool."""

type _Level = Literal["events", "bookmakers", "markets", "scores"]
"""Kinds of parts that are counted separately."""

type _Selections = Mapping[Market, Mapping[str, Selection]]
"""The selection that each outcome name stands for, by market, for one event."""


@dataclass(frozen=True, slots=True)
class SkippedOdds(Skipped):
    """A skipped part of an odds answer, with the bookmaker and market it belongs to."""

    bookmaker: str | None = None
    market: str | None = None


def read_odds(body: bytes, sport: str) -> Capture[GameOdds]:
    """Parse the answer of `/odds` for `sport`. The items include games in play and games without bookmakers.

    Raises BadAnswer if the body is not a JSON list.
    """
    return _read(body, sport, _game_odds)


def read_scores(body: bytes, sport: str) -> Capture[GameScore]:
    """Parse the answer of `/scores` for `sport`. Raises BadAnswer if the body is not a JSON list."""
    return _read(body, sport, _game_score)


class _Parts:
    """The parts of an answer: how many of each level were read, and those that could not be."""

    def __init__(self) -> None:
        self.skipped: list[Skipped] = []
        self._read: Counter[_Level] = Counter()
        self._unread: Counter[_Level] = Counter()

    def read(self, level: _Level) -> None:
        """Count a part that was read."""
        self._read[level] += 1

    def skip(self, level: _Level, part: Skipped) -> None:
        """Count and list a part that could not be read."""
        self._unread[level] += 1
        self.skipped.append(part)

    def lost(self) -> Fraction:
        """Return the share that could not be read, of the level that lost most."""
        return max(
            (Fraction(unread, unread + self._read[level]) for level, unread in self._unread.items()),
            default=Fraction(0),
        )


class _UnreadableScore(Unreadable):
    """The score of an event is malformed."""


def _read[Item](body: bytes, sport: str, read: Callable[[Any, Fixture, _Parts], Item]) -> Capture[Item]:
    parts = _Parts()
    return Capture(tuple(_each(body, sport, read, parts)), tuple(parts.skipped), parts.lost())


def _each[Item](body: bytes, sport: str, read: Callable[[Any, Fixture, _Parts], Item], parts: _Parts) -> Iterator[Item]:
    """Yield the result of `read` for each event, once per id."""
    seen: set[str] = set()
    for event in json_of(body, list):
        try:
            fixture = _fixture(event, sport)
            _refuse_repeated(fixture.provider_id, seen, "the id occurs twice in one answer")
            item = read(event, fixture, parts)
        except Unreadable as problem:
            level: _Level = "scores" if isinstance(problem, _UnreadableScore) else "events"
            parts.skip(level, Skipped(str(problem), provider_id=_readable_id(event)))
        else:
            parts.read("events")
            seen.add(fixture.provider_id)
            yield item


def _refuse_repeated(key: str, seen: set[str], reason: str) -> None:
    if key in seen:
        raise Unreadable(reason)


def _fixture(event: Any, sport: str) -> Fixture:
    if not isinstance(event, dict):
        raise Unreadable("the event is not an object")
    provider_id = readable_id(event.get("id"))
    if provider_id is None:
        raise Unreadable("the event has no readable id")
    if event.get("sport_key") != sport:
        raise Unreadable("the event is of another sport")
    home, away = _team(event, "home_team"), _team(event, "away_team")
    if home == away:
        raise Unreadable("home_team and away_team are the same")
    commence_time = readable_moment(event.get("commence_time"))
    if commence_time is None:
        raise Unreadable("commence_time is missing or not an ISO 8601 time with a zone")
    return Fixture(provider_id, sport, home, away, commence_time)


def _team(event: dict[str, Any], field: str) -> str:
    name = readable_name(event.get(field))
    if name is None:
        raise Unreadable(f"{field} is missing or not a valid name")
    return name


def _game_odds(event: dict[str, Any], fixture: Fixture, parts: _Parts) -> GameOdds:
    books = event.get("bookmakers")
    if not isinstance(books, list):
        raise Unreadable("bookmakers is not a list")
    markets: list[BookMarket] = []
    unread: set[Unread] = set()
    seen: set[str] = set()
    selections = _selections(fixture)
    for book in books:
        key = book.get("key") if isinstance(book, dict) else None
        if not isinstance(key, str) or not _BOOKMAKER.fullmatch(key):
            unread |= _all_markets(None)
            parts.skip("bookmakers", SkippedOdds("the bookmaker has no readable key", fixture.provider_id))
        elif key in seen:
            unread |= _all_markets(key)
            parts.skip("bookmakers", SkippedOdds("the bookmaker occurs twice in one event", fixture.provider_id, key))
        else:
            seen.add(key)
            markets += _book_markets(book, key, fixture, selections, parts, unread)
    return GameOdds(fixture, tuple(markets), frozenset(unread))


@lru_cache(maxsize=1_000)
def _all_markets(bookmaker: str | None) -> frozenset[Unread]:
    return frozenset((bookmaker, market) for market in MARKETS.values())


def _book_markets(
    book: dict[str, Any],
    bookmaker: str,
    fixture: Fixture,
    selections: _Selections,
    parts: _Parts,
    unread: set[Unread],
) -> Iterator[BookMarket]:
    """Yield the bookmaker's readable markets. Adds those that it may offer beside them to `unread`."""
    listed = book.get("markets")
    if not isinstance(listed, list):
        unread |= _all_markets(bookmaker)
        parts.skip("bookmakers", SkippedOdds("markets is not a list", fixture.provider_id, bookmaker))
        return
    parts.read("bookmakers")
    seen: set[str] = set()
    for market in listed:
        key = market.get("key") if isinstance(market, dict) else None
        if not isinstance(key, str):
            unread |= _all_markets(bookmaker)
            parts.skip("markets", SkippedOdds("the market has no key", fixture.provider_id, bookmaker))
        elif key.endswith(_LAY):
            continue
        elif (kind := MARKETS.get(key)) is None:
            unread |= _all_markets(bookmaker)
            parts.skip("markets", SkippedOdds("the market is none of the requested", fixture.provider_id, bookmaker))
        elif key in seen:
            unread |= _all_markets(bookmaker)  # it may be any other one, under a wrong key
            reason = "the market occurs twice at one bookmaker"
            parts.skip("markets", SkippedOdds(reason, fixture.provider_id, bookmaker, kind))
        else:
            seen.add(key)
            try:
                offers = _offers(market, kind, selections[kind])
                # For information only, so an unreadable time counts as a missing one.
                updated_at = readable_moment(market.get("last_update", book.get("last_update")))
            except Unreadable as problem:
                unread.add((bookmaker, kind))
                parts.skip("markets", SkippedOdds(str(problem), fixture.provider_id, bookmaker, kind))
            else:
                parts.read("markets")
                yield BookMarket(bookmaker, kind, offers, updated_at)


def _offers(market: dict[str, Any], kind: Market, names: Mapping[str, Selection]) -> tuple[Offer, ...]:
    outcomes = market.get("outcomes")
    if not isinstance(outcomes, list) or not outcomes:
        raise Unreadable("outcomes is missing or empty")
    offers: dict[Selection, Offer] = {}
    for outcome in outcomes:
        if not isinstance(outcome, dict):
            raise Unreadable("an outcome is not an object")
        name = outcome.get("name")
        selection = (names.get(name) or names.get(_plain(name))) if isinstance(name, str) else None
        if selection is None:
            raise Unreadable("an outcome's name is not one of the event's sides")
        if selection in offers:
            raise Unreadable("a side occurs twice in one market")
        line = None if kind == "moneyline" else _line(outcome.get("point"), kind)
        offers[selection] = _offer(selection, line, _price(outcome.get("price")))
    read = tuple(offers.values())
    if kind != "moneyline":
        _refuse_contradiction(kind, read)
    return read


@lru_cache(maxsize=10_000)  # equal offers of many bookmakers share one object
def _offer(selection: Selection, line: Decimal | None, price: int) -> Offer:
    return Offer(selection, line, price)


def _selections(fixture: Fixture) -> _Selections:
    teams: dict[str, Selection] = {fixture.home_team: "home", fixture.away_team: "away"}
    home, away = _plain(fixture.home_team), _plain(fixture.away_team)
    if home != away:
        teams = {home: "home", away: "away", **teams}
    return {"moneyline": {"Draw": "draw", **teams}, "spread": teams, "total": {"Over": "over", "Under": "under"}}


@lru_cache(maxsize=1_000)  # all bookmakers of an event repeat its two names
def _plain(name: str) -> str:
    """Return a name as names are compared. The provider may spell one team in two ways in one event."""
    return normalised(name) or name


def _price(raw: Any) -> int:
    # American prices are whole numbers in every recording. A fraction means that the answer has decimal odds.
    if type(raw) is not int or not _MINIMUM_PRICE <= abs(raw) <= _MAXIMUM_PRICE:
        raise Unreadable("a price is missing or not an American price")
    return raw


def _line(raw: Any, kind: Market) -> Decimal:
    line = _whole_quarters(raw) if type(raw) in _NUMBERS else None
    if line is None or (kind == "total" and line <= 0):
        raise Unreadable("a point is missing or not a valid line")
    return line


@lru_cache(maxsize=1_000)
def _whole_quarters(raw: int | Decimal) -> Decimal | None:
    line = Decimal(raw)
    within = -_MAXIMUM_LINE < line < _MAXIMUM_LINE
    return line + 0 if within and not line % _QUARTER else None  # -0 is 0


def _refuse_contradiction(kind: Market, offers: Sequence[Offer]) -> None:
    """Raise Unreadable if the two sides have different lines, which makes them sides of different bets."""
    first, last = offers[0].line, offers[-1].line
    if first is None or last is None or len(offers) == 1:
        return
    if kind == "spread" and first != -last:
        raise Unreadable("the points of the two sides do not add up to 0")
    if kind == "total" and first != last:
        raise Unreadable("over and under have different points")


def _game_score(event: dict[str, Any], fixture: Fixture, parts: _Parts) -> GameScore:
    completed = event.get("completed")
    if not isinstance(completed, bool):
        raise _UnreadableScore("completed is missing or not a boolean")
    listed = event.get("scores")
    if listed is None:
        if completed:
            raise _UnreadableScore("the game is completed but has no scores")
        return GameScore(fixture, completed=False, home_score=None, away_score=None)
    scores = _scores(listed)
    parts.read("scores")
    plain = {_plain(name): score for name, score in scores.items()}
    home, away = (plain.get(_plain(name)) for name in (fixture.home_team, fixture.away_team))
    if home is not None and away is not None:
        return GameScore(fixture, completed, home, away)
    return GameScore(fixture, completed, home_score=None, away_score=None, by_name=tuple(scores.items()))


def _scores(listed: Any) -> dict[str, int]:
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise _UnreadableScore("scores is not a list of objects")
    scores: dict[str, int] = {}
    for entry in listed:
        name, score = entry.get("name"), readable_points(entry.get("score"))
        if not isinstance(name, str) or name in scores:
            raise _UnreadableScore(NOT_OF_EACH_TEAM)
        if score is None:
            raise _UnreadableScore("a score is missing or not a whole number")
        scores[name] = score
    if not len({_plain(name) for name in scores}) == len(listed) == _TEAMS:
        raise _UnreadableScore(NOT_OF_EACH_TEAM)
    return scores


def _readable_id(event: Any) -> str | None:
    return readable_id(event.get("id")) if isinstance(event, dict) else None
