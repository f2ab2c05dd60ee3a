"""What a provider said, in our words: the values that pass from an answer to the database."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

type Market = Literal["moneyline", "spread", "total"]
type Selection = Literal["home", "away", "draw", "over", "under"]
type GameStatus = Literal["scheduled", "live", "finished", "postponed", "cancelled", "review"]


@dataclass(frozen=True, slots=True)
class Offer:
    """One side of a market at one bookmaker.

    line: in points from the side's own view (home -2.5 is away +2.5; a total's line is the same for both); None on a
    moneyline. price: American odds, |price| >= 100.
    """

    selection: Selection
    line: Decimal | None
    price: int


@dataclass(frozen=True, slots=True)
class BookMarket:
    """One market of one bookmaker: all the sides it offers."""

    bookmaker: str
    market: Market
    offers: tuple[Offer, ...]
    updated_at: datetime | None
    """When the bookmaker last moved it, where the provider says so."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """A meeting of two teams as a provider names it; one real game can come under several provider ids."""

    provider_id: str
    sport: str
    home_team: str
    away_team: str
    commence_time: datetime
    """The latest known tip-off, in UTC."""


@dataclass(frozen=True, slots=True)
class GameOdds:
    """Everything offered on one fixture in one capture.

    incomplete: bookmakers some of whose answer could not be read; that they lack a market here means nothing.
    """

    fixture: Fixture
    markets: tuple[BookMarket, ...]
    incomplete: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GameScore:
    """The score of one fixture, final when `completed`; scores are None before the start."""

    fixture: Fixture
    completed: bool
    home_score: int | None
    away_score: int | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of an answer that was left out, and why; the rest was used."""

    reason: str
    provider_id: str | None = None
    bookmaker: str | None = None
    market: str | None = None


@dataclass(frozen=True, slots=True)
class Capture[Item]:
    """What one answer held: the readable items and what was left out."""

    items: tuple[Item, ...]
    skipped: tuple[Skipped, ...]
