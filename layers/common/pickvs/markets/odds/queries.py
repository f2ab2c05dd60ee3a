"""The SQL of bookmakers' odds and of the quotes made from them."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg.rows import args_row, scalar_row, tuple_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.markets.rules import CONSENSUS_VERSION, Consensus
from pickvs.markets.values import BookMarket, Market, Selection, Unread

# Reads each game's rows through the primary key, backwards, so the query needs no sort however long the history is.
_LATEST_ODDS = SQL("""
    SELECT latest.*
    FROM unnest(%s::bigint[]) AS captured (game_id)
    CROSS JOIN LATERAL (
      SELECT DISTINCT ON (bookmaker, market, selection) game_id, bookmaker, market, selection, line, price
      FROM bookmaker_odds
      WHERE game_id = captured.game_id
      ORDER BY bookmaker DESC, market DESC, selection DESC, captured_at DESC
    ) latest
""")

_COPY_ODDS = SQL("""
    COPY bookmaker_odds
      (game_id, bookmaker, market, selection, line, price, provider_updated_at, captured_at, run_id)
    FROM STDIN (FORMAT binary)
""")
# In the binary format, enum labels are sent like text.
_COPY_TYPES = ("int8", "text", "text", "text", "numeric", "int4", "timestamptz", "timestamptz", "int8")

_AS_BEFORE = SQL("""
    SELECT games.id
    FROM unnest(%s::bigint[], %s::bytea[]) AS offered (game_id, digest)
    JOIN games ON games.id = offered.game_id AND games.odds_digest = offered.digest
    WHERE games.odds_digest_at = games.odds_seen_at
""")

_MARK_CAPTURED = SQL("""
    UPDATE games SET odds_seen_at = %(at)s, odds_digest = offered.digest, odds_digest_at = %(at)s
    FROM unnest(%(games)s::bigint[], %(digests)s::bytea[]) AS offered (game_id, digest)
    WHERE games.id = offered.game_id
""")

_QUOTES_IN_FORCE = SQL("""
    SELECT id, game_id, market, selection, line, price
    FROM quotes
    WHERE game_id = ANY(%s) AND superseded_at IS NULL
""")

# Leaves out quotes that another capture made or confirmed: those are compared one by one.
_CONFIRM_QUOTES_AS_BEFORE = SQL("""
    UPDATE quotes SET captured_at = %s
    FROM games
    WHERE quotes.game_id = ANY(%s) AND games.id = quotes.game_id
      AND quotes.superseded_at IS NULL AND quotes.captured_at = games.odds_digest_at
    RETURNING quotes.game_id
""")

_CONFIRM_QUOTES = SQL("UPDATE quotes SET captured_at = %s WHERE id = ANY(%s)")

_SUPERSEDE_QUOTES = SQL("UPDATE quotes SET superseded_at = %s WHERE id = ANY(%s)")

_MAKE_QUOTES = SQL("""
    INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)
    SELECT game_id, market, selection, line, price, probability, books, %(at)s, %(at)s
    FROM unnest(%(games)b::bigint[], %(markets)b::text[]::market[], %(selections)b::text[]::selection[],
                %(lines)b::numeric[], %(prices)b::integer[], %(probabilities)b::numeric[], %(books)b::integer[])
         AS side (game_id, market, selection, line, price, probability, books)
    ORDER BY game_id, market, selection
""")

_GAMES_OF_IDS = SQL("""
    SELECT DISTINCT coalesce(game.merged_into, game.id)
    FROM game_provider_ids named
    JOIN games game ON game.id = named.game_id
    WHERE named.provider = %s AND named.provider_id = ANY(%s)
""")

_QUOTED_MARKETS = SQL("""
    SELECT quotes.market, bool_or(quotes.superseded_at IS NULL AND quotes.captured_at = %(at)s) AS now
    FROM games JOIN quotes ON quotes.game_id = games.id
    WHERE games.sport = %(sport)s AND games.status = 'scheduled' AND games.commence_time > %(at)s
    GROUP BY quotes.market
""")

type _Side = tuple[int, str, Market, Selection]
"""Game, bookmaker, market and selection."""


@dataclass(frozen=True, slots=True)
class GameCapture:
    """The readable offers on a game in one capture, with home and away as the game has them.

    unread: what may have been offered beside them and could not be read. Its absence is not a withdrawal.
    """

    game_id: int
    markets: tuple[BookMarket, ...]
    unread: frozenset[Unread]

    def digest(self) -> bytes | None:
        """Return a digest of all offers. Equal digests mean equal offers, and therefore equal quotes.

        None if part of the answer could not be read.
        """
        if self.unread:
            return None
        offered = sorted(
            " ".join(
                [f"{market.bookmaker} {market.market}"]
                + [f"{offer.selection} {offer.line!s} {offer.price}" for offer in market.offers]
            )
            for market in self.markets
        )
        return hashlib.sha256("\n".join([f"consensus {CONSENSUS_VERSION}", *offered]).encode()).digest()


@dataclass(frozen=True, slots=True)
class QuoteInForce:
    """The offer of a quote that is still in force."""

    id: int
    game_id: int
    market: Market
    selection: Selection
    line: Decimal | None
    price: int


def games_as_before(connection: Connection, digests: Mapping[int, bytes | None]) -> set[int]:
    """Return the games whose previous odds had the same digest."""
    return {row["id"] for row in connection.execute(_AS_BEFORE, [list(digests), list(digests.values())])}


def append_odds(
    connection: Connection, captures: Sequence[GameCapture], *, run_id: int, at: datetime
) -> tuple[int, int]:
    """Append the rows that differ from these games' latest ones; return the number of prices and of withdrawals.

    A side that a bookmaker offered at the previous capture and no longer offers gets one row without a price, unless it
    may be among what could not be read.
    """
    if not captures:
        return 0, 0
    latest = _latest_odds(connection, [capture.game_id for capture in captures])
    unread = {(capture.game_id, *part) for capture in captures for part in capture.unread}
    offered = set()
    written = withdrawn = 0
    # COPY overlaps: the server stores the first rows while Python compares the next ones.
    with connection.cursor().copy(_COPY_ODDS) as copy:
        copy.set_types(_COPY_TYPES)
        for capture in captures:
            for market in capture.markets:
                for offer in market.offers:
                    side: _Side = (capture.game_id, market.bookmaker, market.market, offer.selection)
                    offered.add(side)
                    if latest.get(side) != (offer.line, offer.price):
                        copy.write_row((*side, offer.line, offer.price, market.updated_at, at, run_id))
                        written += 1
        for side in latest.keys() - offered:
            line, price = latest[side]
            game_id, bookmaker, market_of_side, _ = side
            may_be_unread = unread and not unread.isdisjoint(
                {(game_id, bookmaker, market_of_side), (game_id, None, market_of_side)}
            )
            if price is not None and not may_be_unread:
                copy.write_row((*side, line, None, None, at, run_id))
                withdrawn += 1
    return written, withdrawn


def _latest_odds(connection: Connection, games: Collection[int]) -> dict[_Side, tuple[Decimal | None, int | None]]:
    """Return line and price of each side's latest row. A price of None means that the offer was withdrawn."""
    rows = connection.cursor(row_factory=tuple_row).execute(_LATEST_ODDS, [list(games)]).fetchall()
    return {
        (game_id, bookmaker, market, selection): (line, price)
        for game_id, bookmaker, market, selection, line, price in rows
    }


def mark_captured(connection: Connection, digests: Mapping[int, bytes | None], at: datetime) -> None:
    """Record the digests of these games' odds, and `at` as the time of their latest capture."""
    connection.execute(_MARK_CAPTURED, {"at": at, "games": list(digests), "digests": list(digests.values())})


def games_of_ids(connection: Connection, provider: str, provider_ids: Collection[str]) -> set[int]:
    """Return the games that a provider's ids stand for. Unknown ids are left out."""
    if not provider_ids:
        return set()
    rows = connection.cursor(row_factory=scalar_row).execute(_GAMES_OF_IDS, (provider, list(provider_ids)))
    return set(rows)


def quoted_markets(connection: Connection, sport: str, at: datetime) -> dict[Market, bool]:
    """Return the markets that were ever quoted for a sport's games to come; for each, whether a quote is as of `at`."""
    rows = connection.execute(_QUOTED_MARKETS, {"sport": sport, "at": at})
    return {row["market"]: row["now"] for row in rows}


def quotes_in_force(connection: Connection, games: Collection[int]) -> list[QuoteInForce]:
    """Return the quotes in force of these games."""
    if not games:
        return []
    rows = connection.cursor(row_factory=args_row(QuoteInForce)).execute(_QUOTES_IN_FORCE, [list(games)])
    return rows.fetchall()


def confirm_quotes_as_before(connection: Connection, games: Collection[int], at: datetime) -> list[int]:
    """Set the capture time of the quotes of games with unchanged odds; return the game id of each such quote.

    One capture makes or confirms all quotes of a game, and the game's digest is of that capture. If the quotes were
    withdrawn since, all of them were, and the game is not returned.
    """
    if not games:
        return []
    rows = connection.cursor(row_factory=scalar_row).execute(_CONFIRM_QUOTES_AS_BEFORE, (at, list(games)))
    return rows.fetchall()


def confirm_quotes(connection: Connection, ids: Collection[int], at: datetime) -> None:
    """Set the capture time of quotes that the capture at `at` found unchanged."""
    if ids:
        connection.execute(_CONFIRM_QUOTES, (at, list(ids)))


def supersede_quotes(connection: Connection, ids: Collection[int], at: datetime) -> None:
    """End quotes at `at`, with or without a successor."""
    if ids:
        connection.execute(_SUPERSEDE_QUOTES, (at, list(ids)))


def make_quotes(connection: Connection, agreed: Iterable[tuple[int, Consensus]], at: datetime) -> int:
    """Insert a quote for each side of these games' markets, and return their number."""
    sides = [(game_id, consensus, side) for game_id, consensus in agreed for side in consensus.sides]
    if not sides:
        return 0
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
