"""Stores a capture of odds: games, bookmakers' odds and pickable quotes."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from pickvs.core.database import Connection
from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.fixtures.service import Origin, SeenGame, note_fixtures
from pickvs.markets.odds import queries
from pickvs.markets.odds.queries import GameCapture, QuoteInForce
from pickvs.markets.rules import Consensus, consensus
from pickvs.markets.values import MARKETS, BookMarket, Fixture, GameOdds, Market, Move, Selection, Unread

_ALL_UNREAD: frozenset[Unread] = frozenset((None, market) for market in MARKETS)
_OTHER_SIDE: dict[Selection, Selection] = {"home": "away", "away": "home"}


@dataclass(frozen=True, slots=True)
class OddsStored:
    """The outcome of storing a capture of odds.

    skipped: events that belong to no game, for the run row. moves: known games that start at another time.
    """

    counts: dict[str, int]
    skipped: tuple[Skipped, ...]
    moves: tuple[Move, ...] = ()


def store_odds(
    connection: Connection, capture: Capture[GameOdds], *, provider: str, run_id: int, at: datetime
) -> OddsStored:
    """Store a capture of odds made at `at` by the run `run_id`, in the caller's transaction; return the counts.

    Games are updated from their fixtures (see fixtures.rules). Odds and quotes are stored only for scheduled games that
    have not tipped off. A bookmaker's side is appended if its line or price is new, and once without a price when it
    disappears. A market gets new quotes if a side's line or price changed. Its quotes are confirmed if nothing changed,
    and withdrawn if the bookmakers no longer agree. A game that the capture does not name keeps its quotes, which
    become stale. So does a market of which too little could be read: where the readable offers give no quote, or one
    with fewer sides, and others could not be read, its quotes are neither confirmed nor withdrawn. Storing a capture
    again changes nothing, and an older capture does not override a newer one.

    Counts: games (named in the capture), games_new, games_moved, games_postponed, games_reopened, in_play (past their
    announced tip-off), late (older than the stored state), odds_written, odds_withdrawn (rows), quotes_made,
    quotes_confirmed, quotes_withdrawn (quotes without a successor), quotes_kept (not confirmed, because too little
    could be read).
    """
    items = {item.fixture.provider_id: item for item in capture.items}
    books = {name: len({market.bookmaker for market in item.markets}) for name, item in items.items()}

    def weigh(fixture: Fixture, _: datetime) -> tuple[int]:
        return (books[fixture.provider_id],)

    noted = note_fixtures(
        connection,
        [item.fixture for item in items.values()],
        also_named={skipped.provider_id for skipped in capture.skipped if skipped.provider_id},
        touched=items.keys(),
        weigh=weigh,
        make_games=True,
        origin=Origin(provider, run_id, at),
    )
    # A game can have several ids. Where one of them could not be read, the others are not all that is offered on it.
    unread_ids = {skipped.provider_id for skipped in capture.skipped if skipped.provider_id} - items.keys()
    unread_games = queries.games_of_ids(connection, provider, unread_ids)
    captures = [
        _captured(seen, items, _ALL_UNREAD if seen.game_id in unread_games else frozenset())
        for seen in noted.games
        if _takes_odds(seen, at)
    ]
    digests = {captured.game_id: captured.digest() for captured in captures}
    as_before = queries.games_as_before(connection, digests)
    changed = [captured for captured in captures if captured.game_id not in as_before]
    written, withdrawn = queries.append_odds(connection, changed, run_id=run_id, at=at)
    quotes = _requote(connection, captures, as_before, at)
    queries.mark_captured(connection, digests, at)
    counts = {
        **noted.counts,
        "in_play": sum(seen.meeting.fixtures[0].commence_time <= at for seen in noted.games),
        "odds_written": written,
        "odds_withdrawn": withdrawn,
        **quotes,
        "quotes_withdrawn": noted.quotes_withdrawn + quotes["quotes_withdrawn"],
    }
    return OddsStored(counts, noted.skipped, noted.moves)


def quoted_markets(connection: Connection, sport: str, at: datetime) -> dict[Market, bool]:
    """Return the markets that were ever quoted for those games of `sport` that are scheduled to start after `at`.

    For each, tells whether the capture at `at` made or confirmed a quote of it.
    """
    return queries.quoted_markets(connection, sport, at)


def _takes_odds(seen: SeenGame, at: datetime) -> bool:
    if seen.state.status != "scheduled" or seen.meeting.fixtures[0].commence_time <= at:
        return False
    before = seen.meeting.known
    return before is None or before.odds_seen_at is None or before.odds_seen_at < at


def _captured(seen: SeenGame, items: dict[str, GameOdds], unread: frozenset[Unread]) -> GameCapture:
    speaker = seen.meeting.fixtures[0]
    item = items[speaker.provider_id]
    markets = tuple(_turned(market) for market in item.markets) if seen.meeting.turns(speaker) else item.markets
    return GameCapture(seen.game_id, markets, item.unread | unread)


def _turned(market: BookMarket) -> BookMarket:
    """Return the market with home and away swapped. Each line belongs to its side and moves with it."""
    return replace(
        market,
        offers=tuple(
            replace(offer, selection=_OTHER_SIDE.get(offer.selection, offer.selection)) for offer in market.offers
        ),
    )


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The quotes in force of one market of a game, and the current consensus of the offers that could be read.

    unread: whether there may have been others.
    """

    game_id: int
    in_force: Sequence[QuoteInForce]
    agreed: Consensus | None
    unread: bool

    @property
    def stands(self) -> bool:
        """Whether the market is unchanged: same sides, lines and prices."""
        before: set[tuple[Selection, Decimal | None, int]] = {
            (quote.selection, quote.line, quote.price) for quote in self.in_force
        }
        now = {(side.selection, side.line, side.price) for side in self.agreed.sides} if self.agreed else set()
        return before == now

    @property
    def is_unclear(self) -> bool:
        """Whether fewer sides are agreed on than are in force, and what could not be read may be why."""
        sides = {side.selection for side in self.agreed.sides} if self.agreed else set()
        return self.unread and sides < {quote.selection for quote in self.in_force}


def _requote(
    connection: Connection, captures: Sequence[GameCapture], as_before: Collection[int], at: datetime
) -> dict[str, int]:
    confirmed = queries.confirm_quotes_as_before(connection, as_before, at)
    as_quoted = set(confirmed)
    captures = [captured for captured in captures if captured.game_id not in as_quoted]
    in_force: defaultdict[tuple[int, Market], list[QuoteInForce]] = defaultdict(list)
    for quote in queries.quotes_in_force(connection, [captured.game_id for captured in captures]):
        in_force[quote.game_id, quote.market].append(quote)
    compared = [
        _Comparison(
            captured.game_id,
            in_force.get((captured.game_id, market), ()),
            consensus(captured.markets, market),
            any(unread == market for _, unread in captured.unread),
        )
        for captured in captures
        for market in MARKETS
    ]
    standing = [quote.id for market in compared if market.stands for quote in market.in_force]
    unclear = [market for market in compared if market.is_unclear]
    changed = [market for market in compared if not market.stands and not market.is_unclear]
    queries.confirm_quotes(connection, standing, at)
    queries.supersede_quotes(connection, [quote.id for market in changed for quote in market.in_force], at)
    made = queries.make_quotes(connection, [(market.game_id, market.agreed) for market in changed if market.agreed], at)
    return {
        "quotes_made": made,
        "quotes_confirmed": len(confirmed) + len(standing),
        "quotes_withdrawn": sum(len(market.in_force) for market in changed if not market.agreed),
        "quotes_kept": sum(len(market.in_force) for market in unclear),
    }
