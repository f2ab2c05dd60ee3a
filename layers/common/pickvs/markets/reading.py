"""Reads games and quotes for other rooms, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets import queries
from pickvs.markets.rows import Game, Quote
from pickvs.markets.values import Market, Selection


def hold_games(connection: Connection, ids: Iterable[int]) -> dict[int, Game]:
    """Return the games with these ids, by id, and share-lock their rows until the transaction ends.

    Games and quotes read after this call do not change before then. Unknown ids are left out.
    """
    return queries.lock_games(connection, ids)


def named_quotes(connection: Connection, ids: Iterable[int]) -> dict[int, Quote]:
    """Return the quotes with these ids, by id, including superseded ones. Unknown ids are left out."""
    return queries.quotes_by_id(connection, ids)


def current_quotes(
    connection: Connection, sides: Iterable[tuple[int, Market, Selection]]
) -> dict[tuple[int, Market, Selection], Quote]:
    """Return the quote in force of each side (game id, market, selection) that has one, of any age."""
    return queries.current_quotes(connection, sides)


def meetings(connection: Connection, sport: str, wanted: Sequence[tuple[int, int, datetime]]) -> dict[int, int]:
    """Return games by the place in `wanted`, of two teams and a start as another source states it.

    Of several games of the two, the one that starts nearest, within 12 hours. Places without one are left out.
    """
    return queries.meetings(connection, sport, wanted) if wanted else {}


def latest_result(connection: Connection) -> int | None:
    """Return the id of the result that was recorded last. None if there is none."""
    return queries.latest_result(connection)


def misses_games(connection: Connection, sport: str, *, provider: str, named: Iterable[str], at: datetime) -> bool:
    """Return whether a list of the provider's ids, `named`, leaves out a game of `sport` that is under way at `at`.

    A game is under way from its tip-off until it has a final or goes to review.
    """
    return queries.misses_games(connection, sport, provider=provider, named=list(named), at=at)
