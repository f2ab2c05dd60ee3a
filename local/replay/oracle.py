"""What a pick should have come to, computed a second time from the season alone.

This is the rules of the game in plain Python, written from the documentation: which quote the offers of the bookmakers
make, how a pick on it is graded, and what it was worth at the close. It shares no code with the platform, and exact
fractions decide everything.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from local.replay.bots import Placed
from local.replay.provider import Capture
from local.replay.season import Fixture, Offer, Season

CLOSE_AGE = timedelta(minutes=30)
LEAST_BOOKS = 2
PLACES = Decimal("0.0001")
_KEYS = {"h2h": "moneyline", "spreads": "spread", "totals": "total"}

type GameKey = tuple[str, str, date]
"""Home team, away team, and the date where the game is played."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One side of a consensus. chance: its probability without the bookmakers' margin; margin: that of the market."""

    line: Decimal | None
    price: int
    chance: Fraction
    margin: Fraction


@dataclass(frozen=True, slots=True)
class Expected:
    """What a pick should show. result: None while it waits for a final, or for a decision on its game."""

    result: str | None
    units: Decimal | None
    clv_percent: Fraction | None
    clv_points: Decimal | None
    has_close: bool
    loses_margin: Fraction
    """CLV in percent that a pick at this quote has if the close does not differ: the margin, as a loss."""
    offered: Quote | None
    """The quote in force when the pick was made."""


def decimal_odds(price: int) -> Fraction:
    """Return what a winning stake of 1 returns, itself included."""
    return 1 + (Fraction(price, 100) if price > 0 else Fraction(100, -price))


def grade(selection: str, market: str, line: Decimal | None, score: tuple[int, int]) -> str:
    """Return the result of a pick on a game that ended `score`, home first."""
    home, away = score
    if market == "total":
        ahead = (Decimal(home + away) - (line or 0)) * (1 if selection == "over" else -1)
    else:
        own, other = (home, away) if selection == "home" else (away, home)
        ahead = own + (line or Decimal(0)) - other
        if market == "moneyline" and ahead == 0:
            return "void"
    return "push" if ahead == 0 else "win" if ahead > 0 else "loss"


def units_of(result: str, price: int, stake: Decimal) -> Decimal:
    """Return the units of a graded pick, 4 places, half up."""
    if result == "loss":
        return -stake
    if result != "win":
        return Decimal(0)
    profit = decimal_odds(price) - 1
    return (stake * profit.numerator / profit.denominator).quantize(PLACES, ROUND_HALF_UP)


def consensus(offer: Offer) -> dict[tuple[str, str], Quote]:
    """Return the quotes of a fixture's offers, by market and selection."""
    offered: dict[str, list[tuple[Decimal | None, dict[str, int]]]] = defaultdict(list)
    for book in offer.bookmakers:
        for market in book["markets"]:
            read = _read(offer.fixture, market["outcomes"]) if market["key"] in _KEYS else None
            if read is not None:
                offered[_KEYS[market["key"]]].append(read)
    quotes: dict[tuple[str, str], Quote] = {}
    for market, books in offered.items():
        line, prices = _agreed(books)
        if len(prices) < LEAST_BOOKS or (line is not None and line * 2 % 1 != 0):
            continue
        sides = {
            selection: sorted((each[selection] for each in prices), key=decimal_odds)[(len(prices) - 1) // 2]
            for selection in prices[0]
        }
        total = sum((1 / decimal_odds(price) for price in sides.values()), Fraction(0))
        for selection, price in sides.items():
            own = -line if line is not None and selection == "away" else line
            quotes[market, selection] = Quote(own, price, 1 / decimal_odds(price) / total, total - 1)
    return quotes


def _read(fixture: Fixture, outcomes: Sequence[Mapping[str, object]]) -> tuple[Decimal | None, dict[str, int]] | None:
    """Return a bookmaker's line from the home side's view, and its prices; None if a side is missing."""
    names = {fixture.home: "home", fixture.away: "away", "Over": "over", "Under": "under"}
    prices = {names[str(each["name"])]: int(str(each["price"])) for each in outcomes if each["name"] in names}
    points = {names[str(each["name"])]: Decimal(str(each["point"])) for each in outcomes if "point" in each}
    if len(prices) != len(outcomes) or set(prices) not in ({"home", "away"}, {"over", "under"}):
        return None
    if not points:
        return None, prices
    line = points.get("home", points.get("over"))
    other = points.get("away", points.get("under"))
    if line is None or other != (-line if "home" in points else line):
        return None
    return line, prices


def _agreed(
    books: Sequence[tuple[Decimal | None, dict[str, int]]],
) -> tuple[Decimal | None, list[dict[str, int]]]:
    """Return the line that most bookmakers offer, and their prices at it."""
    by_line: dict[Decimal | None, list[dict[str, int]]] = defaultdict(list)
    for line, prices in books:
        by_line[line].append(prices)

    def rank(item: tuple[Decimal | None, list[dict[str, int]]]) -> tuple[int, Fraction, Decimal, Decimal]:
        line, some = item
        distances = [abs(decimal_odds(price) - 2) for prices in some for price in prices.values()]
        points = line or Decimal(0)
        return -len(some), sum(distances, Fraction(0)) / len(distances), abs(points), points

    return min(by_line.items(), key=rank)


class Oracle:
    """Knows how every pick of a season should end. zones: the teams' time zones, by their names.

    captures: what the provider's answers offered. at: the end of the replay. aliases: other spellings, each with the
    team's name. A game with a name that no team has is none: nobody can pick it.
    """

    def __init__(
        self,
        season: Season,
        captures: Iterable[Capture],
        zones: Mapping[str, ZoneInfo],
        at: datetime,
        aliases: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._zones = zones
        self._at = at
        self._aliases = aliases
        self._of_pair: dict[tuple[str, str], list[Fixture]] = defaultdict(list)
        for fixture in season.fixtures.values():
            self._of_pair[self._names(fixture)].append(fixture)
        self._seen: dict[GameKey, list[tuple[datetime, Offer]]] = defaultdict(list)
        for capture in captures:
            self._note(capture)
        self._quotes = cache(lambda key, place: consensus(self._seen[key][place][1]))

    def expect(self, pick: Placed) -> Expected:
        """Return what the platform should show of a pick."""
        key = self._key(pick.home, pick.away, pick.commence_time)
        offered = self._last(key, (pick.market, pick.selection), None, pick.at)
        played = [
            fixture
            for fixture in self._of_pair[pick.home, pick.away]
            if fixture.starts is not None and self._key(pick.home, pick.away, fixture.starts) == key
        ]
        finals = [final for fixture in played if (final := fixture.final(self._at)) is not None]
        result: str | None = None
        if finals:
            result = grade(pick.selection, pick.market, pick.line, (finals[0].home, finals[0].away))
        elif self._was_moved(key):
            result = "void"
        starts = min((each.starts for each in played if each.starts is not None), default=pick.commence_time)
        close = None
        if result is not None:
            close = self._last(key, (pick.market, pick.selection), starts - CLOSE_AGE, starts)
        same = close is not None and close.line == pick.line
        return Expected(
            result=result,
            units=None if result is None else units_of(result, pick.price, pick.stake),
            clv_percent=100 * (close.chance * decimal_odds(pick.price) - 1) if close is not None and same else None,
            clv_points=_points(pick, close.line) if close is not None and not same else None,
            has_close=close is not None,
            loses_margin=Fraction(0) if offered is None else 100 * (1 / (1 + offered.margin) - 1),
            offered=offered,
        )

    def _note(self, capture: Capture) -> None:
        """Remember the offers of a capture by game. Of several ids of a game the one with most bookmakers speaks."""
        speaking: dict[GameKey, Offer] = {}
        for offer in capture.offers:
            tip_off = offer.fixture.tip_off(capture.at)
            home, away = self._names(offer.fixture)
            if home not in self._zones or away not in self._zones:
                continue
            key = self._key(home, away, tip_off)
            other = speaking.get(key)
            if other is None or _weight(offer) < _weight(other):
                speaking[key] = offer
        for key, offer in speaking.items():
            if offer.fixture.tip_off(capture.at) > capture.at:
                self._seen[key].append((capture.at, offer))

    def _last(self, key: GameKey, side: tuple[str, str], since: datetime | None, until: datetime) -> Quote | None:
        """Return the last quote of a side that was captured from `since` to `until`."""
        seen = self._seen.get(key, [])
        for place in range(bisect_right(seen, until, key=lambda each: each[0]) - 1, -1, -1):
            if since is not None and seen[place][0] < since:
                return None
            quote = self._quotes(key, place).get(side)
            if quote is not None:
                return quote
        return None

    def _was_moved(self, key: GameKey) -> bool:
        """Whether every id that was announced for the game's date has been announced for another one since."""
        home, away, _ = key
        left = []
        for fixture in self._of_pair[home, away]:
            dates = [self._key(home, away, each.tip_off) for each in fixture.announced if each.since <= self._at]
            if key in dates:
                left.append(dates[-1] != key)
        return bool(left) and all(left)

    def _names(self, fixture: Fixture) -> tuple[str, str]:
        """Return the names of home and away by which the platform knows the teams."""
        return self._aliases.get(fixture.home, fixture.home), self._aliases.get(fixture.away, fixture.away)

    def _key(self, home: str, away: str, tip_off: datetime) -> GameKey:
        return home, away, tip_off.astimezone(self._zones[home]).date()


def _weight(offer: Offer) -> tuple[int, str]:
    return -len({book["key"] for book in offer.bookmakers if book["markets"]}), offer.fixture.id


def _points(pick: Placed, closing_line: Decimal | None) -> Decimal | None:
    """Return by how many points the pick's line is better than the closing one."""
    if pick.line is None or closing_line is None:
        return None
    return closing_line - pick.line if pick.selection == "over" else pick.line - closing_line
