"""Makes picks, and shows users their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pickvs.accounts.presence import hold_account
from pickvs.core import clock
from pickvs.core.config import settings
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict, FieldError, Invalid, NotFound, RequestError
from pickvs.core.paging import read_cursor, refuse_empty_span, write_cursor
from pickvs.markets import queries as markets
from pickvs.markets.queries import Quote
from pickvs.markets.service import refuse_unknown_sport
from pickvs.markets.values import Market
from pickvs.picks import queries
from pickvs.picks.queries import PickFilter, PickRow
from pickvs.picks.repeats.service import once
from pickvs.picks.rules import TAKEN, Offer, PickStatus, Refusal, RefusalCode, Side, Situation, TipOff, decide, leading
from pickvs.picks.schemas import MovedQuote, MyPicks, Pick, PickedGame, PicksCreated, Submission, WantedPick

_REFUSED: dict[RefusalCode, tuple[type[RequestError], str]] = {
    "GAME_NOT_FOUND": (NotFound, "There is no such game; see errors. No pick was made."),
    "INVALID_VALUE": (Invalid, "A pick does not fit the quote it names; see errors. No pick was made."),
    "GAME_LOCKED": (Conflict, "A game takes no more picks; see errors. No pick was made."),
    "DUPLICATE_PICK": (Conflict, "A market can be picked once a game; see errors. No pick was made."),
    "ODDS_STALE": (Conflict, "Odds are withdrawn or too old; see errors. No pick was made."),
    "ODDS_MOVED": (Conflict, "Odds have moved; quotes has what is offered now. No pick was made."),
}


def submit(user_id: int, submission: Submission, *, key: str | None = None) -> PicksCreated:
    """Make all picks of the submission for the user, or none, at the server's time.

    key: makes a repeat of the submission return the first answer (see repeats.service).

    Raises, with one error for every pick at fault and the code that comes first in rules.PRECEDENCE: NotFound
    GAME_NOT_FOUND, Invalid INVALID_VALUE for a quote of something else, Conflict GAME_LOCKED, DUPLICATE_PICK,
    ODDS_STALE or ODDS_MOVED; Unauthenticated for a user who is not there. Whenever odds have moved, the member
    `quotes` of the error holds the new ones. With a key also Invalid IDEMPOTENCY_KEY_REUSED.
    """
    with transaction() as connection:
        hold_account(connection, user_id)
        if key is None:
            return _submit(connection, user_id, submission.picks)
        return once(
            connection, user_id, key, submission, PicksCreated, lambda: _submit(connection, user_id, submission.picks)
        )


def _submit(connection: Connection, user_id: int, wanted: Sequence[WantedPick]) -> PicksCreated:
    decided = _decide(connection, user_id, wanted)
    if decided.refusals:
        raise _refused(decided, decided.refusals)
    stakes = [(offer.quote_id, pick.stake_units) for offer, pick in zip(decided.offers, wanted, strict=True)]
    made = queries.insert_picks(connection, user_id, stakes, decided.at)
    beaten = {place: TAKEN for place, offer in enumerate(decided.offers) if offer.side not in made}
    if beaten:  # by a submission of the same user that had not ended when we looked
        raise _refused(decided, beaten)
    rows = queries.picks_by_id(connection, made.values())
    return PicksCreated(picks_created=len(made), picks=[shown(rows[made[offer.side]]) for offer in decided.offers])


def list_mine(
    user_id: int,
    *,
    status: PickStatus | None,
    sport: str | None,
    market: Market | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    cursor: str | None,
) -> MyPicks:
    """Return a page of the user's picks, newest first.

    since and until: when the picks' games tip off, since included and until not. Raises Invalid for a sport that is
    not covered, an `until` that is not after `since`, and a cursor that is not this list's.
    """
    refuse_unknown_sport(sport)
    refuse_empty_span(since, until)
    before: int | None = read_cursor(cursor, int)[0] if cursor is not None else None
    chosen = PickFilter(status, sport, market, since, until)
    with transaction() as connection:
        rows = queries.picks_of_user(connection, user_id, chosen, before=before, limit=limit + 1)
    page = rows[:limit]
    return MyPicks(
        picks=[shown(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


@dataclass(frozen=True, slots=True)
class _Decided:
    """What was decided, `at` which moment, and the quotes in force then. Refusals are by place in the submission."""

    at: datetime
    sides: Sequence[Side]
    current: Mapping[Side, Quote]
    offers: Sequence[Offer]
    refusals: Mapping[int, Refusal]


def _decide(connection: Connection, user_id: int, wanted: Sequence[WantedPick]) -> _Decided:
    """Decide on every pick. What the decisions rest on stays as it is until the transaction ends."""
    games = markets.lock_games(connection, {pick.game_id for pick in wanted})
    now = clock.now()  # not a moment earlier: a wait for the lock may have lasted past a tip-off
    sides: list[Side] = [(pick.game_id, pick.market, pick.selection) for pick in wanted]
    named = markets.quotes_by_id(connection, {pick.quote_id for pick in wanted})
    current = markets.current_quotes(connection, set(sides))
    taken = queries.picked_markets(connection, user_id, games)
    times = settings().picks
    offers: list[Offer] = []
    refusals: dict[int, Refusal] = {}
    for place, (pick, side) in enumerate(zip(wanted, sides, strict=True)):
        game = games.get(pick.game_id)
        seen = Situation(
            game=TipOff(game.commence_time, game.status) if game else None,
            named=_offer(named.get(pick.quote_id)),
            current=_offer(current.get(side)),
            taken=(pick.game_id, pick.market) in taken,
            now=now,
        )
        match decide(side, seen, lock_margin=times.lock_margin, max_odds_age=times.max_odds_age):
            case Offer() as offer:
                offers.append(offer)
            case Refusal() as refusal:
                refusals[place] = refusal
        taken.add((pick.game_id, pick.market))
    return _Decided(now, sides, current, offers, refusals)


def _offer(quote: Quote | None) -> Offer | None:
    if quote is None:
        return None
    return Offer(quote.id, (quote.game_id, quote.market, quote.selection), quote.line, quote.price, quote.captured_at)


def _refused(decided: _Decided, refusals: Mapping[int, Refusal]) -> RequestError:
    code = leading({refusal.code for refusal in refusals.values()})
    kind, detail = _REFUSED[code]
    errors = [FieldError(f"picks[{place}].{refusal.field}", refusal.message) for place, refusal in refusals.items()]
    moved = [
        _moved(place, decided.current[decided.sides[place]])
        for place, refusal in refusals.items()
        if refusal.code == "ODDS_MOVED"
    ]
    return kind(code, detail, tuple(errors), {"quotes": moved} if moved else None)


def _moved(place: int, quote: Quote) -> dict[str, Any]:
    return MovedQuote(
        index=place,
        quote_id=quote.id,
        selection=quote.selection,
        line=quote.line,
        price=quote.price,
        probability=quote.probability,
        books=quote.books,
    ).model_dump(mode="json")


def shown(row: PickRow) -> Pick:
    """Return a pick as it is shown."""
    return Pick(
        id=row.id,
        game=PickedGame(
            id=row.game_id,
            home_team=row.home_team,
            away_team=row.away_team,
            commence_time=row.commence_time,
            status=row.game_status,
            home_score=row.home_score,
            away_score=row.away_score,
        ),
        market=row.market,
        selection=row.selection,
        line=row.line,
        price=row.price,
        stake_units=row.stake_units,
        placed_at=row.placed_at,
        result=row.result,
        result_units=row.result_units,
        graded_at=row.graded_at,
        closing_line=row.closing_line,
        closing_price=row.closing_price,
        clv_percent=row.clv_percent,
    )
