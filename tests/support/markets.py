"""Builders of provider data, and helpers that store it in the test's database.

game = list_game()                            # one game, two books, six quotes, captured an hour before tip-off
game.quote("spread", "home").id
store(odds(markets=(...)), at=...)                # another capture: `at` must be later than the one before
record(final(fixture(), 110, 105), at=...)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pickvs.core.database import Connection, transaction
from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets import queries
from pickvs.markets.odds.service import store_odds
from pickvs.markets.scores.service import ScoresRecorded, record_scores
from pickvs.markets.values import (
    MARKETS,
    BookMarket,
    Fixture,
    GameOdds,
    GameScore,
    Market,
    Offer,
    Selection,
    Unread,
)

PROVIDER = "the_odds_api"
SPORT = "basketball_nba"
HOME = "Denver Nuggets"
AWAY = "Los Angeles Lakers"
TIP_OFF = datetime(2024, 1, 11, 0, 10, tzinfo=UTC)
"""10 January 2024, 19:10 in New York."""
CAPTURED = TIP_OFF - timedelta(hours=1)
ID = "a" * 32


def fixture(
    provider_id: str = ID,
    *,
    home: str = HOME,
    away: str = AWAY,
    tip_off: datetime = TIP_OFF,
    sport: str = SPORT,
) -> Fixture:
    return Fixture(provider_id, sport, home, away, tip_off)


def moneyline(bookmaker: str, home: int, away: int, draw: int | None = None) -> BookMarket:
    offers = [Offer("home", None, home), Offer("away", None, away)]
    return BookMarket(bookmaker, "moneyline", (*offers, *([Offer("draw", None, draw)] if draw else [])), None)


def spread(bookmaker: str, home_line: str, home: int = -110, away: int = -110) -> BookMarket:
    """Return a spread. `home_line` is in points from the home side's view."""
    line = Decimal(home_line)
    return BookMarket(bookmaker, "spread", (Offer("home", line, home), Offer("away", -line, away)), None)


def total(bookmaker: str, line: str, over: int = -110, under: int = -110) -> BookMarket:
    return BookMarket(
        bookmaker, "total", (Offer("over", Decimal(line), over), Offer("under", Decimal(line), under)), None
    )


def book(bookmaker: str) -> tuple[BookMarket, ...]:
    """Return all three markets of one bookmaker: -140/120, -2.5 at -110, 220.5 at -108/-112."""
    return moneyline(bookmaker, -140, 120), spread(bookmaker, "-2.5"), total(bookmaker, "220.5", -108, -112)


BOTH_BOOKS = book("draftkings") + book("fanduel")
"""Markets of two bookmakers that agree on everything; they give six quotes."""


def odds(
    of: Fixture | None = None,
    markets: tuple[BookMarket, ...] = BOTH_BOOKS,
    *,
    unread: frozenset[Unread] = frozenset(),
) -> GameOdds:
    return GameOdds(of or fixture(), markets, unread)


def unread_of(bookmaker: str | None) -> frozenset[Unread]:
    """Return all markets of a bookmaker, as ones that could not be read."""
    return frozenset((bookmaker, market) for market in MARKETS)


def final(of: Fixture, home: int | None, away: int | None) -> GameScore:
    return GameScore(of, completed=True, home_score=home, away_score=away)


def playing(of: Fixture, home: int | None = None, away: int | None = None) -> GameScore:
    """Return a game that is not over. Without scores, it is one that the provider merely lists."""
    return GameScore(of, completed=False, home_score=home, away_score=away)


def start_run(connection: Connection, job: str, at: datetime) -> int:
    """Insert a finished ingestion run for the odds or results to refer to, and return its id."""
    row = connection.execute(
        """
        INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at)
        VALUES (%s, %s, 'succeeded', %s, %s) RETURNING id
        """,
        (job, SPORT, at, at),
    ).fetchone()
    assert row is not None
    return int(row["id"])


def store(*items: GameOdds, at: datetime = CAPTURED, skipped: tuple[Skipped, ...] = ()) -> dict[str, int]:
    """Store one capture of odds through the real service, in a transaction of its own."""
    with transaction() as connection:
        run_id = start_run(connection, "fetch_odds", at)
        return store_odds(connection, Capture(items, skipped), provider=PROVIDER, run_id=run_id, at=at).counts


def record(*items: GameScore, at: datetime, skipped: tuple[Skipped, ...] = ()) -> ScoresRecorded:
    """Record one capture of scores through the real service, in a transaction of its own."""
    with transaction() as connection:
        run_id = start_run(connection, "process_results", at)
        return record_scores(connection, Capture(items, skipped), provider=PROVIDER, run_id=run_id, at=at)


@dataclass(frozen=True)
class ListedGame:
    """A game with its current quotes."""

    id: int
    quotes: Mapping[tuple[Market, Selection], queries.Quote]

    def quote(self, market: Market, selection: Selection) -> queries.Quote:
        return self.quotes[market, selection]


_SIDES: tuple[tuple[Market, Selection], ...] = (
    ("moneyline", "home"),
    ("moneyline", "away"),
    ("moneyline", "draw"),
    ("spread", "home"),
    ("spread", "away"),
    ("total", "over"),
    ("total", "under"),
)


def listed(provider_id: str = ID) -> ListedGame:
    """Return the game that this provider id currently stands for, with its current quotes."""
    with transaction() as connection:
        row = connection.execute(
            "SELECT game_id FROM game_provider_ids WHERE provider = %s AND provider_id = %s", (PROVIDER, provider_id)
        ).fetchone()
        assert row is not None, f"no game is known under {provider_id}"
        game = int(row["game_id"])
        quotes = queries.current_quotes(connection, [(game, market, selection) for market, selection in _SIDES])
    return ListedGame(game, {(quote.market, quote.selection): quote for quote in quotes.values()})


def list_game(
    of: Fixture | None = None, markets: tuple[BookMarket, ...] = BOTH_BOOKS, *, at: datetime = CAPTURED
) -> ListedGame:
    """Store a capture of one game, and return the game with its quotes."""
    named = of or fixture()
    store(odds(named, markets), at=at)
    return listed(named.provider_id)
