"""Bookmakers' odds, written when they change, and the quotes made of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.markets.rules import Consensus
from pickvs.markets.values import BookMarket, Market, Selection

# A side that is on the board at one capture and not at the next is written once more, without a price.
_APPEND_ODDS = SQL("""
    WITH offered AS (
      SELECT *
      FROM unnest(%(games)s::bigint[], %(bookmakers)s::text[], %(markets)s::market[], %(selections)s::selection[],
                  %(lines)s::numeric[], %(prices)s::integer[], %(updated)s::timestamptz[])
           AS side (game_id, bookmaker, market, selection, line, price, provider_updated_at)
    ), unread AS (
      SELECT * FROM unnest(%(unread_games)s::bigint[], %(unread_books)s::text[]) AS side (game_id, bookmaker)
    ), latest AS (
      SELECT DISTINCT ON (game_id, bookmaker, market, selection) game_id, bookmaker, market, selection, line, price
      FROM bookmaker_odds
      WHERE game_id = ANY(%(captured_games)s)
      ORDER BY game_id, bookmaker, market, selection, captured_at DESC
    ), appended AS (
      INSERT INTO bookmaker_odds
        (game_id, bookmaker, market, selection, captured_at, line, price, provider_updated_at, run_id)
      SELECT game_id, bookmaker, market, selection, %(at)s, offered.line, offered.price, provider_updated_at, %(run_id)s
      FROM offered LEFT JOIN latest USING (game_id, bookmaker, market, selection)
      WHERE (offered.line, offered.price) IS DISTINCT FROM (latest.line, latest.price)
      UNION ALL
      SELECT game_id, bookmaker, market, selection, %(at)s, latest.line, NULL, NULL, %(run_id)s
      FROM latest
      WHERE latest.price IS NOT NULL
        AND (game_id, bookmaker, market, selection) NOT IN (SELECT game_id, bookmaker, market, selection FROM offered)
        AND (game_id, bookmaker) NOT IN (SELECT game_id, bookmaker FROM unread)
      RETURNING price
    )
    SELECT count(price) AS written, count(*) - count(price) AS withdrawn FROM appended
""")

_MARK_CAPTURED = SQL("UPDATE games SET odds_seen_at = %s WHERE id = ANY(%s)")

_QUOTES_IN_FORCE = SQL("""
    SELECT id, game_id, market, selection, line, price
    FROM quotes
    WHERE game_id = ANY(%s) AND superseded_at IS NULL
""")

_CONFIRM_QUOTES = SQL("UPDATE quotes SET captured_at = %s WHERE id = ANY(%s)")

_SUPERSEDE_QUOTES = SQL("UPDATE quotes SET superseded_at = %s WHERE id = ANY(%s)")

_MAKE_QUOTES = SQL("""
    INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)
    SELECT game_id, market, selection, line, price, probability, books, %(at)s, %(at)s
    FROM unnest(%(games)s::bigint[], %(markets)s::market[], %(selections)s::selection[], %(lines)s::numeric[],
                %(prices)s::integer[], %(probabilities)s::numeric[], %(books)s::integer[])
         AS side (game_id, market, selection, line, price, probability, books)
    ORDER BY game_id, market, selection
""")


@dataclass(frozen=True, slots=True)
class GameCapture:
    """What was offered on a game in one capture, from the game's own view of home and away.

    incomplete: bookmakers whose absence means nothing, because their part of the answer could not be read.
    """

    game_id: int
    markets: tuple[BookMarket, ...]
    incomplete: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuoteInForce:
    """What a quote that nothing has replaced offers."""

    id: int
    game_id: int
    market: Market
    selection: Selection
    line: Decimal | None
    price: int


def append_odds(
    connection: Connection, captures: Sequence[GameCapture], *, run_id: int, at: datetime
) -> tuple[int, int]:
    """Append what differs from the latest rows of these games; return how many prices and how many withdrawals."""
    sides = [
        (capture.game_id, market, offer)
        for capture in captures
        for market in capture.markets
        for offer in market.offers
    ]
    parameters = {
        "games": [game_id for game_id, _, _ in sides],
        "bookmakers": [market.bookmaker for _, market, _ in sides],
        "markets": [market.market for _, market, _ in sides],
        "selections": [offer.selection for _, _, offer in sides],
        "lines": [offer.line for _, _, offer in sides],
        "prices": [offer.price for _, _, offer in sides],
        "updated": [market.updated_at for _, market, _ in sides],
        "unread_games": [capture.game_id for capture in captures for _ in capture.incomplete],
        "unread_books": [bookmaker for capture in captures for bookmaker in sorted(capture.incomplete)],
        "captured_games": [capture.game_id for capture in captures],
        "run_id": run_id,
        "at": at,
    }
    row = connection.execute(_APPEND_ODDS, parameters).fetchone()
    return (row["written"], row["withdrawn"]) if row else (0, 0)


def mark_captured(connection: Connection, games: Collection[int], at: datetime) -> None:
    """Remember that the odds of these games are those of the capture made at `at`."""
    connection.execute(_MARK_CAPTURED, (at, list(games)))


def quotes_in_force(connection: Connection, games: Collection[int]) -> list[QuoteInForce]:
    """Return the quotes of these games that nothing has replaced."""
    return [QuoteInForce(**row) for row in connection.execute(_QUOTES_IN_FORCE, [list(games)])]


def confirm_quotes(connection: Connection, ids: Collection[int], at: datetime) -> None:
    """Move on the capture time of quotes that the capture at `at` found unchanged."""
    connection.execute(_CONFIRM_QUOTES, (at, list(ids)))


def supersede_quotes(connection: Connection, ids: Collection[int], at: datetime) -> None:
    """End quotes at `at`, whether or not others replace them."""
    connection.execute(_SUPERSEDE_QUOTES, (at, list(ids)))


def make_quotes(connection: Connection, agreed: Iterable[tuple[int, Consensus]], at: datetime) -> int:
    """Insert a quote for each side of these games' markets; return how many."""
    sides = [(game_id, consensus, side) for game_id, consensus in agreed for side in consensus.sides]
    parameters = {
        "games": [game_id for game_id, _, _ in sides],
        "markets": [consensus.market for _, consensus, _ in sides],
        "selections": [side.selection for _, _, side in sides],
        "lines": [side.line for _, _, side in sides],
        "prices": [side.price for _, _, side in sides],
        "probabilities": [side.probability for _, _, side in sides],
        "books": [consensus.books for _, consensus, _ in sides],
        "at": at,
    }
    connection.execute(_MAKE_QUOTES, parameters)
    return len(sides)
