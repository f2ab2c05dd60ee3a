"""A stand-in for The Odds API that plays a season by the held clock."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.odds_api_door import Event, OddsApiDoor, WantedOdds, WantedScores, refreshed_at
from local.prices import decimal_price
from local.replay.season import Bookmakers, Fixture, Offer, Season, written

SCORES_OF_ONE_DAY = timedelta(days=1)
MOST_WRITTEN = 256
"""Offers whose outcomes are kept as the provider writes them."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What an answer of /odds offered, kept for the check at the end."""

    at: datetime
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    """Offers as read from the season, and the outcomes of each bookmaker's markets as the provider writes them."""

    bookmakers: Bookmakers
    outcomes: list[list[list[dict[str, Any]]]]


class SeasonProvider(OddsApiDoor):
    """Answers as the provider would have done at the clock's time.

    Games to come have the offers of that time; games in play have none. Live scores grow evenly to the final one.
    """

    def __init__(self, season: Season, *, monthly_credits: int | None, now: Callable[[], datetime]) -> None:
        super().__init__(season.sport, monthly_credits=monthly_credits, now=now)
        self._season = season
        self._played = sorted(
            (fixture for fixture in season.fixtures.values() if fixture.starts is not None), key=_start
        )
        self._starts = [_start(fixture) for fixture in self._played]
        self._written: dict[tuple[int, str, str, bool], _Written] = {}
        self.captures: list[Capture] = []
        self.score_answers = 0

    def odds(self, wanted: WantedOdds, now: datetime) -> list[Event]:
        """Return the events of /odds."""
        offers = self._season.offers(now)
        self.captures.append(Capture(now, tuple(offers)))
        events: list[Event] = []
        for offer in offers:
            fixture = offer.fixture
            event = self._event(fixture, wanted.date(fixture.tip_off(now)), now)
            events.append({**event, "bookmakers": self._bookmakers(offer, event, wanted, now)})
        return events

    def scores(self, wanted: WantedScores, now: datetime) -> list[Event]:
        """Return the events of /scores."""
        self.score_answers += 1
        since = now - (wanted.days or 0) * SCORES_OF_ONE_DAY
        first, end = bisect_left(self._starts, since), bisect_right(self._starts, now)
        # A game lasts less than a day, so one that is not over began after `since` minus a day.
        live = bisect_left(self._starts, now - SCORES_OF_ONE_DAY)
        begun = [
            fixture
            for place, fixture in enumerate(self._played[min(first, live) : end], start=min(first, live))
            if place >= first or fixture.final(now) is None
        ]
        to_come = [offer.fixture for offer in self._season.offers(now) if offer.fixture.tip_off(now) > now]
        return [self._score(fixture, wanted, now) for fixture in (*begun, *to_come)]

    def _bookmakers(self, offer: Offer, event: Event, wanted: WantedOdds, now: datetime) -> list[dict[str, Any]]:
        """Return the offers as the provider writes them.

        Bookmakers confirm their offers all the time, so an offer that stands has a recent time.
        """
        home, away, updated = event["home_team"], event["away_team"], wanted.date(refreshed_at(now))
        # An offer that stands is asked for many times. Keeping it here keeps its identity.
        key = (id(offer.bookmakers), home, away, wanted.american)
        known = self._written.get(key)
        if known is None:
            names = {offer.fixture.home: home, offer.fixture.away: away}
            outcomes = [
                [_outcomes(market, names, american=wanted.american) for market in book["markets"]]
                for book in offer.bookmakers
            ]
            if len(self._written) >= MOST_WRITTEN:
                self._written.clear()
            known = self._written[key] = _Written(offer.bookmakers, outcomes)
        return [
            {
                "key": book["key"],
                "title": book["title"],
                "last_update": updated,
                "markets": [
                    {"key": market["key"], "last_update": updated, "outcomes": outcomes}
                    for market, outcomes in zip(book["markets"], of_book, strict=True)
                    if market["key"] in wanted.markets
                ],
            }
            for book, of_book in zip(known.bookmakers, known.outcomes, strict=True)
        ]

    def _score(self, fixture: Fixture, wanted: WantedScores, now: datetime) -> Event:
        event = self._event(fixture, wanted.date(fixture.tip_off(now)), now)
        score = fixture.live_score(now)
        points = [] if score is None else [(event["home_team"], score[0]), (event["away_team"], score[1])]
        # The provider's order is not fixed: here the side that comes first in the alphabet is first.
        return {
            **event,
            "completed": fixture.final(now) is not None,
            "scores": [{"name": name, "score": str(score)} for name, score in sorted(points)] or None,
            "last_update": None if score is None else wanted.date(refreshed_at(now)),
        }

    def _event(self, fixture: Fixture, tip_off: str | int, now: datetime) -> dict[str, Any]:
        renames = self._season.renames
        return {
            "id": fixture.id,
            "sport_key": self._season.sport,
            "sport_title": self._season.sport_title,
            "commence_time": tip_off,
            "home_team": written(fixture.home, renames, now),
            "away_team": written(fixture.away, renames, now),
        }


def _start(fixture: Fixture) -> datetime:
    if fixture.starts is None:
        raise ValueError(f"{fixture.id} is never played")
    return fixture.starts


def _outcomes(market: dict[str, Any], names: Mapping[str, str], *, american: bool) -> list[dict[str, Any]]:
    # The provider sorts outcomes by name; the home side is not always first.
    return sorted(
        (
            {
                **outcome,
                "name": names.get(outcome["name"], outcome["name"]),
                "price": outcome["price"] if american else decimal_price(outcome["price"]),
            }
            for outcome in market["outcomes"]
        ),
        key=lambda outcome: str(outcome["name"]),
    )
