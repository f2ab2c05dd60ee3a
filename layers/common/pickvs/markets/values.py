"""Values parsed from a provider's answer, on their way to the database."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

type Market = Literal["moneyline", "spread", "total"]
MARKETS: tuple[Market, ...] = get_args(Market.__value__)
"""All markets."""
type Selection = Literal["home", "away", "draw", "over", "under"]
type Unread = tuple[str | None, Market]
"""A market of a bookmaker that could not be read. None: of a bookmaker whose name could not be read either."""
type PlayState = Literal["scheduled", "under_way", "final", "postponed", "suspended", "cancelled", "forfeit"]
type GameStatus = Literal["scheduled", "live", "finished", "postponed", "cancelled", "review"]


@dataclass(frozen=True, slots=True)
class Offer:
    """One side of a market at one bookmaker.

    line: in points from the side's own view (home -2.5 is away +2.5; a total has the same line on both sides); None on
    a moneyline. price: American odds, |price| >= 100.
    """

    selection: Selection
    line: Decimal | None
    price: int


@dataclass(frozen=True, slots=True)
class BookMarket:
    """One market at one bookmaker, with all the sides it offers."""

    bookmaker: str
    market: Market
    offers: tuple[Offer, ...]
    updated_at: datetime | None
    """When the bookmaker last changed it, if the provider reports it."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """A meeting of two teams as a provider reports it. One real game can have several provider ids."""

    provider_id: str
    sport: str
    home_team: str
    away_team: str
    commence_time: datetime
    """The latest known tip-off, in UTC."""


@dataclass(frozen=True, slots=True)
class Move:
    """A game that starts at another time than it was known to."""

    game_id: int
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class GameOdds:
    """All readable offers on one fixture in one capture.

    unread: what may have been offered beside them and could not be read. Its absence is not a withdrawal. other_bets:
    moneylines left out because the official score does not decide them.
    """

    fixture: Fixture
    markets: tuple[BookMarket, ...]
    unread: frozenset[Unread] = frozenset()
    other_bets: int = 0


NOT_OF_EACH_TEAM = "scores are not one for each team"
"""Why scores are skipped."""


@dataclass(frozen=True, slots=True)
class GameScore:
    """The score of one fixture, final if `completed`. Scores are None before the start.

    by_name: two names and their scores, if they are not both spelled as in the fixture; home_score and away_score are
    None then. `scores.sides` says which team is which.
    """

    fixture: Fixture
    completed: bool
    home_score: int | None
    away_score: int | None
    by_name: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PlayStatement:
    """What a second source of scores says about one fixture.

    fixture: with the announced tip-off. Scores are those of the fixture's sides, None unless there may be points.
    began_at: when it was first played, if the source states that; the announced tip-off is no such statement.
    """

    fixture: Fixture
    state: PlayState
    home_score: int | None
    away_score: int | None
    began_at: datetime | None = None
