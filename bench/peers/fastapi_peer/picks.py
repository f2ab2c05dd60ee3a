"""POST /picks and GET /picks/me."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query

from . import cursors
from .database import transaction
from .games import check_sport
from .problems import Problem
from .schemas import Market, Moment, MyPicks, Pick, PickedGame, PicksCreated, PickStatus, Submission, WantedPick
from .web import Caller, Cursor, Limit

create_router = APIRouter()
mine_router = APIRouter()

_PICKS = """
    SELECT pick.id, pick.game_id, pick.market::text, pick.selection::text, pick.line, pick.price, pick.stake_units,
           pick.placed_at, game.home_team, game.away_team, game.commence_time, game.status::text AS game_status,
           game.home_score, game.away_score, entry.result::text, entry.units AS result_units,
           entry.settled_at AS graded_at, entry.closing_line, entry.closing_price, entry.clv_percent
    FROM picks pick
    JOIN games game ON game.id = pick.game_id
    LEFT JOIN LATERAL (
      SELECT * FROM settlement_ledger WHERE pick_id = pick.id ORDER BY result_id DESC, sign DESC LIMIT 1
    ) entry ON entry.sign = 1
"""
_OF_USER = (
    _PICKS
    + """
    WHERE pick.user_id = $1 AND pick.id < $2
      AND ($3::text IS NULL OR coalesce(entry.result::text, 'pending') = $3)
      AND ($4::text IS NULL OR game.sport = $4)
      AND ($5::text IS NULL OR pick.market = $5::text::market)
      AND ($6::timestamptz IS NULL OR game.commence_time >= $6)
      AND ($7::timestamptz IS NULL OR game.commence_time < $7)
    ORDER BY pick.id DESC
    LIMIT $8
"""
)
_INSERT = """
    INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at)
    SELECT $1, quote.game_id, quote.market, quote.selection, quote.id, quote.line, quote.price, wanted.stake, $4
    FROM unnest($2::bigint[], $3::numeric[]) AS wanted (quote_id, stake)
    JOIN quotes quote ON quote.id = wanted.quote_id
    ORDER BY quote.game_id, quote.market
    ON CONFLICT (user_id, game_id, market) DO NOTHING
    RETURNING id, game_id, market::text
"""
_GAMES = """
    SELECT id, home_team, away_team, commence_time, status::text, home_score, away_score
    FROM games WHERE id = ANY($1) ORDER BY id FOR SHARE
"""
_QUOTE = """
    SELECT id, game_id, market::text, selection::text, line, price, probability, books, captured_at, superseded_at
    FROM quotes
"""
_NAMED = f"{_QUOTE} WHERE id = ANY($1)"
_CURRENT = f"{_QUOTE} WHERE game_id = ANY($1) AND superseded_at IS NULL"
_TAKEN = "SELECT game_id, market::text FROM picks WHERE user_id = $1 AND game_id = ANY($2)"

_ORDER = ["GAME_NOT_FOUND", "INVALID_VALUE", "GAME_LOCKED", "DUPLICATE_PICK", "ODDS_STALE", "ODDS_MOVED"]
_STATUS = {"GAME_NOT_FOUND": 404, "INVALID_VALUE": 422}
_ALREADY = ("DUPLICATE_PICK", "market", "this market of this game is picked already")


@create_router.post("/picks", status_code=201)
async def create_picks(submission: Submission, caller: Caller) -> PicksCreated:
    wanted = submission.picks
    async with transaction() as connection:
        held = await connection.fetchval("SELECT 1 FROM users WHERE id = $1 AND erased_at IS NULL FOR SHARE", caller.id)
        if held is None:
            raise Problem(401, "UNAUTHENTICATED", "The account of this token does not exist any more.")
        games, offers = await _decide(connection, caller.id, wanted)
        at = datetime.now(UTC)
        made = await connection.fetch(
            _INSERT, caller.id, [offer["id"] for offer in offers], [pick.stake_units for pick in wanted], at
        )
        ids = {(row["game_id"], row["market"]): row["id"] for row in made}
        refused = {n: _ALREADY for n, pick in enumerate(wanted) if (pick.game_id, pick.market) not in ids}
        if refused:
            raise _problem(refused, {}, wanted)
    picks = [
        _made(ids[pick.game_id, pick.market], pick, games[pick.game_id], offer, at)
        for pick, offer in zip(wanted, offers, strict=True)
    ]
    return PicksCreated(picks_created=len(wanted), picks=picks)


@mine_router.get("/picks/me")
async def list_my_picks(
    caller: Caller,
    status: PickStatus | None = None,
    sport: str | None = None,
    market: Market | None = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> MyPicks:
    check_sport(sport)
    if since is not None and until is not None and until <= since:
        raise Problem(422, "INVALID_VALUE", "Some values are not valid; see errors.")
    before = cursors.read(cursor, int)[0] if cursor else 2**63 - 1
    async with transaction() as connection:
        rows = await connection.fetch(_OF_USER, caller.id, before, status, sport, market, since, until, limit + 1)
    page = rows[:limit]
    return MyPicks(
        picks=[_shown(row) for row in page],
        next_cursor=cursors.write(page[-1]["id"]) if len(rows) > limit else None,
    )


async def _decide(connection: Any, user_id: int, wanted: Sequence[WantedPick]) -> tuple[Mapping[int, Any], list[Any]]:
    """Return the games, and the quote for each pick. Raises Problem if a pick cannot be made.

    As in our function, the other current quotes and the existing picks are read only to explain a refusal.
    """
    ids = sorted({pick.game_id for pick in wanted})
    games = {game["id"]: game for game in await connection.fetch(_GAMES, ids)}
    now = datetime.now(UTC)
    named = {quote["id"]: quote for quote in await connection.fetch(_NAMED, [pick.quote_id for pick in wanted])}
    current = {_side(quote): quote for quote in named.values() if quote["superseded_at"] is None}
    offers, refused = _judge(wanted, games, named, current, set(), now)
    if refused:
        current = {_side(quote): quote for quote in await connection.fetch(_CURRENT, ids)}
        taken = {(row["game_id"], row["market"]) for row in await connection.fetch(_TAKEN, user_id, ids)}
        offers, refused = _judge(wanted, games, named, current, taken, now)
    if refused:
        raise _problem(refused, current, wanted)
    return games, offers


def _judge(
    wanted: Sequence[WantedPick],
    games: Mapping[int, Any],
    named: Mapping[int, Any],
    current: Mapping[Any, Any],
    taken: set[Any],
    now: datetime,
) -> tuple[list[Any], dict[int, tuple[str, str, str]]]:
    locked = now + timedelta(seconds=int(os.environ["LOCK_MARGIN_SECONDS"]))
    oldest = now - timedelta(hours=int(os.environ["MAX_ODDS_AGE_HOURS"]))
    offers = []
    refused: dict[int, tuple[str, str, str]] = {}
    for place, pick in enumerate(wanted):
        side = (pick.game_id, pick.market, pick.selection)
        quote, shown = current.get(side), named.get(pick.quote_id)
        refusal = _refusal(pick, games.get(pick.game_id), shown, quote, taken, locked, oldest)
        if refusal:
            refused[place] = refusal
        offers.append(quote)
        taken.add((pick.game_id, pick.market))
    return offers, refused


def _refusal(
    pick: WantedPick, game: Any, shown: Any, quote: Any, taken: Iterable[Any], locked: datetime, oldest: datetime
) -> tuple[str, str, str] | None:
    if game is None:
        return "GAME_NOT_FOUND", "game_id", "there is no such game"
    if shown is None or _side(shown) != (pick.game_id, pick.market, pick.selection):
        return "INVALID_VALUE", "quote_id", "not a quote of this game, market and selection"
    if game["status"] != "scheduled" or game["commence_time"] <= locked:
        return "GAME_LOCKED", "game_id", "the game takes no more picks"
    if (pick.game_id, pick.market) in taken:
        return _ALREADY
    return _stale_or_moved(shown, quote, oldest)


def _stale_or_moved(shown: Any, quote: Any, oldest: datetime) -> tuple[str, str, str] | None:
    if quote is None:
        return "ODDS_STALE", "quote_id", "the market is not offered at the moment"
    if quote["captured_at"] < oldest:
        return "ODDS_STALE", "quote_id", "the odds are too old; wait for the next capture"
    if (quote["line"], quote["price"]) != (shown["line"], shown["price"]):
        return "ODDS_MOVED", "quote_id", f"the odds have moved; the quote is now {quote['id']}"
    return None


def _problem(
    refused: Mapping[int, tuple[str, str, str]], current: Mapping[Any, Any], wanted: Sequence[WantedPick]
) -> Problem:
    code = min((one[0] for one in refused.values()), key=_ORDER.index)
    errors = [{"field": f"picks[{place}].{field}", "message": text} for place, (_, field, text) in refused.items()]
    moved = [
        {**current[pick.game_id, pick.market, pick.selection], "index": place}
        for place, pick in enumerate(wanted)
        if refused.get(place, ("",))[0] == "ODDS_MOVED"
    ]
    return Problem(_STATUS.get(code, 409), code, "No pick was made.", errors, {"quotes": moved} if moved else None)


def _side(quote: Any) -> tuple[int, str, str]:
    return quote["game_id"], quote["market"], quote["selection"]


def _made(pick_id: int, pick: WantedPick, game: Any, offer: Any, at: datetime) -> Pick:
    return Pick(
        id=pick_id,
        game=PickedGame(**game),
        market=pick.market,
        selection=pick.selection,
        line=offer["line"],
        price=offer["price"],
        stake_units=pick.stake_units,
        placed_at=at,
        result=None,
        result_units=None,
        graded_at=None,
        closing_line=None,
        closing_price=None,
        clv_percent=None,
    )


def _shown(row: Any) -> Pick:
    game = PickedGame(**{**row, "id": row["game_id"], "status": row["game_status"]})
    return Pick(**row, game=game)
