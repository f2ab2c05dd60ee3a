"""Lists the games and quotes that can be picked."""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, read_moment, write_cursor
from pickvs.markets import queries
from pickvs.markets.config import pick_times
from pickvs.markets.listing import listings
from pickvs.markets.schemas import UpcomingGames
from pickvs.sports.service import refuse_unknown_sport


def list_upcoming(*, sport: str | None, limit: int, cursor: str | None) -> UpcomingGames:
    """Return a page of the scheduled games that are not locked, soonest first, with the quotes that can be picked now.

    Leaves out quotes older than the stage allows, because a pick of them would be refused. Raises Invalid if the sport
    is not covered or the cursor belongs to another list.
    """
    refuse_unknown_sport(sport)
    now, times = clock.now(), pick_times()
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


def _place(cursor: str) -> tuple[datetime, int]:
    moment, game_id = read_cursor(cursor, str, int)
    return read_moment(moment), game_id
