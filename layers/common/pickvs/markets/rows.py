"""Rows of the tables games and quotes."""

from datetime import date, datetime
from decimal import Decimal

from pickvs.core.rows import TableRow
from pickvs.markets.values import GameStatus, Market, Selection


class Game(TableRow, frozen=True):
    """A row of games, with the columns used outside ingestion."""

    id: int
    sport: str
    home_team: str
    away_team: str
    local_date: date
    day_number: int
    commence_time: datetime
    status: GameStatus
    home_score: int | None
    away_score: int | None
    merged_into: int | None


class Quote(TableRow, frozen=True):
    """A row of quotes. It can be picked while superseded_at is None and captured_at is recent enough."""

    id: int
    game_id: int
    market: Market
    selection: Selection
    line: Decimal | None
    price: int
    probability: Decimal
    books: int
    captured_at: datetime
    superseded_at: datetime | None
