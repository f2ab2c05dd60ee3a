"""Shows what can be picked."""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.config import settings
from pickvs.core.database import transaction
from pickvs.core.errors import FieldError, Invalid
from pickvs.core.paging import read_cursor, read_moment, write_cursor
from pickvs.markets import queries
from pickvs.markets.listing import listings
from pickvs.markets.rules import SPORTS
from pickvs.markets.schemas import UpcomingGames


def list_upcoming(*, sport: str | None, limit: int, cursor: str | None) -> UpcomingGames:
    """Return a page of the scheduled games that have not locked, soonest first, with the quotes that can be picked now.

    A quote captured longer ago than the stage allows is left out: a pick of it would be refused. Raises Invalid for a
    sport that is not covered and for a cursor that is not this list's.
    """
    refuse_unknown_sport(sport)
    now, times = clock.now(), settings().picks
    after = _place(cursor) if cursor is not None else None
    with transaction() as connection:
        games = queries.upcoming_games(
            connection, locked_until=now + times.lock_margin, sport=sport, after=after, limit=limit + 1
        )
        page = games[:limit]
        quotes = queries.pickable_quotes(connection, [game.id for game in page], now - times.max_odds_age)
    return UpcomingGames(
        games=listings(page, quotes),
        next_cursor=write_cursor(page[-1].commence_time.isoformat(), page[-1].id) if len(games) > limit else None,
    )


def refuse_unknown_sport(sport: str | None) -> None:
    """Raise Invalid for a sport that is not covered; None means all of them."""
    if sport is not None and sport not in SPORTS:
        covered = ", ".join(sorted(SPORTS))
        raise Invalid(
            "INVALID_VALUE", "Some values are not valid; see errors.", (FieldError("sport", f"one of: {covered}"),)
        )


def _place(cursor: str) -> tuple[datetime, int]:
    moment, game_id = read_cursor(cursor, str, int)
    return read_moment(moment), game_id
