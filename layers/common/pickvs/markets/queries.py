"""The SQL of games and quotes for submissions and readers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from psycopg.rows import scalar_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import row_of
from pickvs.markets.rows import Game, Quote
from pickvs.markets.values import Market, Selection

_GAME = SQL(
    "id, sport, home_team, away_team, local_date, day_number, commence_time, status, home_score, away_score,"
    " merged_into"
)
_QUOTE = SQL("id, game_id, market, selection, line, price, probability, books, captured_at, superseded_at")

# In the order of the ids, so that transactions that lock overlapping sets of games cannot deadlock.
_LOCK_GAMES = SQL("SELECT {game} FROM games WHERE id = ANY(%s) ORDER BY id FOR SHARE").format(game=_GAME)

_QUOTES_BY_ID = SQL("SELECT {quote} FROM quotes WHERE id = ANY(%s)").format(quote=_QUOTE)

_CURRENT_QUOTES = SQL("""
    SELECT {quote}
    FROM quotes
    JOIN unnest(%s::bigint[], %s::market[], %s::selection[]) AS wanted (game_id, market, selection)
      USING (game_id, market, selection)
    WHERE superseded_at IS NULL
""").format(quote=_QUOTE)

_UPCOMING = SQL("""
    SELECT {game}
    FROM games
    WHERE status = 'scheduled' AND commence_time > %(locked_until)s
      AND (%(sport)s::text IS NULL OR sport = %(sport)s)
      AND (%(after_time)s::timestamptz IS NULL OR (commence_time, id) > (%(after_time)s, %(after_id)s::bigint))
    ORDER BY commence_time, id
    LIMIT %(limit)s
""").format(game=_GAME)

_MISSING_GAMES = SQL("""
    SELECT EXISTS (
      SELECT FROM games
      WHERE sport = %(sport)s AND status IN ('scheduled', 'live') AND merged_into IS NULL AND commence_time <= %(at)s
        AND NOT EXISTS (
          SELECT FROM game_provider_ids
          JOIN games listing ON listing.id = game_id
          WHERE coalesce(listing.merged_into, listing.id) = games.id AND provider = %(provider)s
            AND provider_id = ANY(%(named)s)
        )
    ) AS missing
""")

# Whichever of the two a source calls the home team. The day is compared first, because the index begins with it.
_MEETINGS = SQL("""
    SELECT DISTINCT ON (said.place) said.place, game.id
    FROM unnest(%(homes)s::bigint[], %(aways)s::bigint[], %(starts)s::timestamptz[])
         WITH ORDINALITY AS said (home, away, starts_at, place)
    JOIN games game
      ON game.sport = %(sport)s
     AND least(game.home_team_id, game.away_team_id) = least(said.home, said.away)
     AND greatest(game.home_team_id, game.away_team_id) = greatest(said.home, said.away)
     AND game.local_date BETWEEN (said.starts_at - interval '1 day')::date AND (said.starts_at + interval '1 day')::date
    WHERE game.merged_into IS NULL
      AND game.commence_time BETWEEN said.starts_at - interval '12 hours' AND said.starts_at + interval '12 hours'
    ORDER BY said.place, abs(extract(epoch FROM game.commence_time - said.starts_at)), game.id
""")

_PICKABLE_QUOTES = SQL("""
    SELECT {quote}
    FROM quotes
    WHERE game_id = ANY(%s) AND superseded_at IS NULL AND captured_at >= %s
    ORDER BY game_id, market, selection
""").format(quote=_QUOTE)


def lock_games(connection: Connection, ids: Iterable[int]) -> dict[int, Game]:
    """Return the games with these ids, by id, and share-lock their rows until the transaction ends.

    Ingestion locks a game before it changes its tip-off, status or quotes. Therefore a game and its quotes, read after
    this call, do not change before the transaction ends. Unknown ids are left out.
    """
    with connection.cursor(row_factory=row_of(Game)) as cursor:
        return {game.id: game for game in cursor.execute(_LOCK_GAMES, [sorted(set(ids))])}


def quotes_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, Quote]:
    """Return the quotes with these ids, by id, including superseded ones. Unknown ids are left out."""
    with connection.cursor(row_factory=row_of(Quote)) as cursor:
        return {quote.id: quote for quote in cursor.execute(_QUOTES_BY_ID, [list(ids)])}


def current_quotes(
    connection: Connection, sides: Iterable[tuple[int, Market, Selection]]
) -> dict[tuple[int, Market, Selection], Quote]:
    """Return the quote in force of each side (game id, market, selection) that has one, of any age."""
    columns = list(zip(*sides, strict=True)) or [(), (), ()]
    with connection.cursor(row_factory=row_of(Quote)) as cursor:
        found = cursor.execute(_CURRENT_QUOTES, [list(column) for column in columns])
        return {(quote.game_id, quote.market, quote.selection): quote for quote in found}


def upcoming_games(
    connection: Connection,
    *,
    locked_until: datetime,
    sport: str | None,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[Game]:
    """Return scheduled games that tip off later than `locked_until`, soonest first.

    after: tip-off and id of the previous page's last game.
    """
    after_time, after_id = after or (None, None)
    parameters = {
        "locked_until": locked_until,
        "sport": sport,
        "after_time": after_time,
        "after_id": after_id,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(Game)) as cursor:
        return cursor.execute(_UPCOMING, parameters).fetchall()


def misses_games(connection: Connection, sport: str, *, provider: str, named: Sequence[str], at: datetime) -> bool:
    """Return whether a game of `sport` under way at `at` has none of the provider's ids `named`."""
    parameters = {"sport": sport, "provider": provider, "named": named, "at": at}
    row = connection.execute(_MISSING_GAMES, parameters).fetchone()
    return row is not None and bool(row["missing"])


def meetings(connection: Connection, sport: str, wanted: Sequence[tuple[int, int, datetime]]) -> dict[int, int]:
    """Return the game of two teams that starts nearest to a time, and within 12 hours of it, by place in `wanted`."""
    values = {
        "sport": sport,
        "homes": [home for home, _, _ in wanted],
        "aways": [away for _, away, _ in wanted],
        "starts": [starts_at for _, _, starts_at in wanted],
    }
    return {row["place"] - 1: row["id"] for row in connection.execute(_MEETINGS, values)}


def latest_result(connection: Connection) -> int | None:
    """Return the id of the result that was recorded last. None if there is none."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: int | None = cursor.execute("SELECT max(id) FROM game_results").fetchone()
    return found


def pickable_quotes(connection: Connection, games: Sequence[int], captured_since: datetime) -> list[Quote]:
    """Return these games' quotes in force captured since `captured_since`, by game, market and selection."""
    with connection.cursor(row_factory=row_of(Quote)) as cursor:
        return cursor.execute(_PICKABLE_QUOTES, (list(games), captured_since)).fetchall()
