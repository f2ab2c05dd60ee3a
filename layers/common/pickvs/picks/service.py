"""Makes picks."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pickvs.accounts.presence import hold_account
from pickvs.core import clock
from pickvs.core.config import settings
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict, FieldError, Invalid, NotFound, RequestError
from pickvs.markets import listing
from pickvs.markets import queries as markets
from pickvs.markets.queries import Game, Quote
from pickvs.markets.values import Market
from pickvs.picks import queries
from pickvs.picks.repeats.service import once
from pickvs.picks.requests import Submission, WantedPick
from pickvs.picks.rules import TAKEN, Offer, Refusal, RefusalCode, Side, Situation, TipOff, decide, leading
from pickvs.picks.schemas import MovedQuote, Pick, PickedGame, PicksCreated

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
    if beaten:  # by a pick that the user has made before, or in a submission at the same moment
        raise _refused(decided, beaten)
    picks = [
        _made(made[offer.side], decided.games[offer.side[0]], offer, stake, decided.at)
        for offer, (_, stake) in zip(decided.offers, stakes, strict=True)
    ]
    return PicksCreated(picks_created=len(picks), picks=picks)


def _made(pick_id: int, game: Game, offer: Offer, stake: Decimal, at: datetime) -> Pick:
    """Return a pick that was just made, as it is shown. The game is locked: it is still what was read."""
    _, market, selection = offer.side
    return Pick(
        id=pick_id,
        game=PickedGame.of(game),
        market=market,
        selection=selection,
        line=offer.line,
        price=offer.price,
        stake_units=stake,
        placed_at=at,
        result=None,
        result_units=None,
        graded_at=None,
        closing_line=None,
        closing_price=None,
        clv_percent=None,
    )


@dataclass(frozen=True, slots=True)
class _Decided:
    """What was decided, `at` which moment, and the games and the quotes in force then.

    Refusals are by place in the submission.
    """

    at: datetime
    sides: Sequence[Side]
    games: Mapping[int, Game]
    current: Mapping[Side, Quote]
    offers: Sequence[Offer]
    refusals: Mapping[int, Refusal]


def _decide(connection: Connection, user_id: int, wanted: Sequence[WantedPick]) -> _Decided:
    """Decide on every pick. What the decisions rest on stays as it is until the transaction ends."""
    games = markets.lock_games(connection, {pick.game_id for pick in wanted})
    now = clock.now()  # not a moment earlier: a wait for the lock may have lasted past a tip-off
    named = markets.quotes_by_id(connection, {pick.quote_id for pick in wanted})
    in_force = {_side(quote): quote for quote in named.values() if quote.superseded_at is None}
    decided = _decided(wanted, games, named, in_force, set(), now)
    if not decided.refusals:  # whether a market is picked already, the insertion will say
        return decided
    current = markets.current_quotes(connection, set(decided.sides))
    return _decided(wanted, games, named, current, queries.picked_markets(connection, user_id, games), now)


def _decided(
    wanted: Sequence[WantedPick],
    games: Mapping[int, Game],
    named: Mapping[int, Quote],
    current: Mapping[Side, Quote],
    picked: Set[tuple[int, Market]],
    now: datetime,
) -> _Decided:
    sides: list[Side] = [(pick.game_id, pick.market, pick.selection) for pick in wanted]
    taken = set(picked)
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
    return _Decided(now, sides, games, current, offers, refusals)


def _offer(quote: Quote | None) -> Offer | None:
    if quote is None:
        return None
    return Offer(quote.id, _side(quote), quote.line, quote.price, quote.captured_at)


def _side(quote: Quote) -> Side:
    return (quote.game_id, quote.market, quote.selection)


def _refused(decided: _Decided, refusals: Mapping[int, Refusal]) -> RequestError:
    code = leading({refusal.code for refusal in refusals.values()})
    kind, detail = _REFUSED[code]
    errors = [FieldError(f"picks[{place}].{refusal.field}", refusal.message) for place, refusal in refusals.items()]
    moved = [
        MovedQuote.of(listing.side(decided.current[decided.sides[place]]), index=place)
        for place, refusal in refusals.items()
        if refusal.code == "ODDS_MOVED"
    ]
    return kind(code, detail, tuple(errors), {"quotes": moved} if moved else None)
