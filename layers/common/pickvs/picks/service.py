"""Makes picks."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pickvs.accounts.limits.service import count_submission
from pickvs.accounts.presence import hold_caller
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict, FieldError, Invalid, NotFound, RequestError
from pickvs.idempotency.service import once
from pickvs.markets import listing
from pickvs.markets import reading as markets
from pickvs.markets.config import pick_times
from pickvs.markets.game_clock.rules import AwaitedGame
from pickvs.markets.game_clock.service import await_games
from pickvs.markets.rows import Game, Quote
from pickvs.markets.values import Market
from pickvs.picks import queries
from pickvs.picks.requests import Submission, WantedPick
from pickvs.picks.rules import TAKEN, Offer, Refusal, RefusalCode, Side, Situation, TipOff, decide, leading
from pickvs.picks.schemas import MovedQuote, Pick, PickedGame, PicksCreated

_REFUSED: dict[RefusalCode, tuple[type[RequestError], str]] = {
    "GAME_NOT_FOUND": (NotFound, "There is no such game; see errors. No pick was made."),
    "INVALID_VALUE": (Invalid, "A pick does not match the quote it names; see errors. No pick was made."),
    "GAME_LOCKED": (Conflict, "A game does not accept picks; see errors. No pick was made."),
    "DUPLICATE_PICK": (Conflict, "A market of a game can be picked only once; see errors. No pick was made."),
    "ODDS_STALE": (Conflict, "Odds are withdrawn or too old; see errors. No pick was made."),
    "ODDS_MOVED": (Conflict, "Odds have moved; see quotes for the current ones. No pick was made."),
}


def submit(
    user_id: int,
    submission: Submission,
    *,
    key: str | None = None,
    session: UUID | None = None,
    api_key_id: int | None = None,
) -> PicksCreated:
    """Make all picks of the submission for the user, or none, at the server's time.

    key: idempotency key; a repeat of the submission returns the first answer (see idempotency.service). session,
    api_key_id: the caller's. A pick is for good, so they are checked here, whatever the gateway remembers of them.

    The first pick of a game has its closing odds captured and its result asked for (markets.game_clock).

    Raises one error that lists every pick at fault, with the first applicable code of rules.PRECEDENCE: NotFound
    (GAME_NOT_FOUND); Invalid (INVALID_VALUE) if a quote belongs to another side; Conflict (GAME_LOCKED, DUPLICATE_PICK,
    ODDS_STALE or ODDS_MOVED). If odds have moved, the error's `quotes` has the current ones. Also raises
    Unauthenticated if the account, the session or the API key has ended, TooManyRequests, and Invalid
    (IDEMPOTENCY_KEY_REUSED) if the idempotency key belongs to another request.
    """
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        count_submission(connection, user_id)
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
    if beaten:  # by an earlier pick of the user, or by a concurrent submission
        raise _refused(decided, beaten)
    games = [decided.games[game_id] for game_id in sorted({game_id for game_id, _, _ in made})]
    await_games(
        connection,
        [AwaitedGame(game.id, game.sport, game.commence_time, game.status, odds_seen_at=None) for game in games],
    )
    picks = [
        _made(made[offer.side], decided.games[offer.side[0]], offer, stake, decided.at)
        for offer, (_, stake) in zip(decided.offers, stakes, strict=True)
    ]
    return PicksCreated(picks_created=len(picks), picks=picks)


def _made(pick_id: int, game: Game, offer: Offer, stake: Decimal, at: datetime) -> Pick:
    """Return the response type of a new pick. The game's row is locked, so its data is current."""
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
        void_reason=None,
        closing_line=None,
        closing_price=None,
        clv_percent=None,
        clv_reason=None,
        clv_points=None,
    )


@dataclass(frozen=True, slots=True)
class _Decided:
    """The decisions, the time `at` which they were made, and the games and current quotes at that time.

    refusals: by position in the submission.
    """

    at: datetime
    sides: Sequence[Side]
    games: Mapping[int, Game]
    current: Mapping[Side, Quote]
    offers: Sequence[Offer]
    refusals: Mapping[int, Refusal]


def _decide(connection: Connection, user_id: int, wanted: Sequence[WantedPick]) -> _Decided:
    """Decide on every pick. The rows that the decisions depend on stay locked until the transaction ends."""
    games = markets.hold_games(connection, {pick.game_id for pick in wanted})
    now = clock.now()  # read after the lock: waiting for it may have taken until after a tip-off
    named = markets.named_quotes(connection, {pick.quote_id for pick in wanted})
    in_force = {_side(quote): quote for quote in named.values() if quote.superseded_at is None}
    decided = _decided(wanted, games, named, in_force, set(), now)
    if not decided.refusals:  # the insertion finds markets that are already picked
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
    times = pick_times()
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
