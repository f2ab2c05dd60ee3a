"""Whether a pick can be made, and why not (rules.md, "Submission")."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from pickvs.markets.values import GameStatus, Market, Selection

type PickResult = Literal["win", "loss", "push", "void"]
type PickStatus = Literal["pending", "win", "loss", "push", "void"]
type Side = tuple[int, Market, Selection]
"""What a pick is on: a game's id, a market of that game, a selection of that market."""

MOST_PICKS = 50
"""Picks in one submission."""

LEAST_STAKE = Decimal("0.5")
MOST_STAKE = Decimal(5)
STAKE_STEP = Decimal("0.5")
DEFAULT_STAKE = Decimal(1)

type RefusalCode = Literal[
    "GAME_NOT_FOUND", "INVALID_VALUE", "GAME_LOCKED", "DUPLICATE_PICK", "ODDS_STALE", "ODDS_MOVED"
]

PRECEDENCE: tuple[RefusalCode, ...] = (
    "GAME_NOT_FOUND",
    "INVALID_VALUE",
    "GAME_LOCKED",
    "DUPLICATE_PICK",
    "ODDS_STALE",
    "ODDS_MOVED",
)
"""Which reason is given where several apply, to one pick or in one submission. First what cannot be picked in any way,
then what is picked already, last what another quote would mend."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote. line: in points from the side's own view, None on a moneyline. price: American odds."""

    quote_id: int
    side: Side
    line: Decimal | None
    price: int
    captured_at: datetime
    """When the bookmakers were last seen to offer it."""


@dataclass(frozen=True, slots=True)
class TipOff:
    """When a game begins, by its latest known time, and how far it has come."""

    commence_time: datetime
    status: GameStatus


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision on one pick rests on, as it is at one moment.

    game: None if unknown. named: the quote that the pick names, None if unknown. current: the quote in force of the
    pick's side, None while the market is withdrawn. taken: whether the user has picked this market already.
    """

    game: TipOff | None
    named: Offer | None
    current: Offer | None
    taken: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a pick cannot be made. field: the part of the pick that is at fault."""

    code: RefusalCode
    field: Literal["game_id", "market", "quote_id"]
    message: str


TAKEN = Refusal("DUPLICATE_PICK", "market", "this market of this game is picked already")


_PLAYED = frozenset({"live", "finished", "review"})
"""What a game is only from its tip-off on."""


def is_stake(units: Decimal) -> bool:
    """Tell whether `units` may be staked: 0.5 to 5 in steps of 0.5."""
    return units.is_finite() and LEAST_STAKE <= units <= MOST_STAKE and units % STAKE_STEP == 0


def is_locked(game: TipOff, now: datetime, lock_margin: timedelta) -> bool:
    """Tell whether a game takes no more picks: it is not to be played, or begins in `lock_margin` or less."""
    return game.status != "scheduled" or now >= game.commence_time - lock_margin


def is_visible(game: TipOff, now: datetime, lock_margin: timedelta, *, own: bool) -> bool:
    """Tell whether a pick on `game` is shown: to its maker always, to others when nobody can copy it any more.

    That is from the lock on, or when the game is seen to be played. One that is cancelled or postponed takes no picks
    either, but may come back before its tip-off: what was picked on it stays sealed until then.
    """
    return own or game.status in _PLAYED or now >= game.commence_time - lock_margin


def decide(side: Side, seen: Situation, *, lock_margin: timedelta, max_odds_age: timedelta) -> Offer | Refusal:
    """Return the offer that a pick of `side` is made at, or why it is refused.

    The offer is the quote in force. Where that is not the quote named, it offers the same line and price: a market
    that moved and came back takes picks of those who saw it before, and the pick names the quote that stood when it
    was made. Of several reasons to refuse the first in PRECEDENCE is given.
    """
    if seen.game is None:
        return Refusal("GAME_NOT_FOUND", "game_id", "there is no such game")
    if seen.named is None or seen.named.side != side:
        return Refusal("INVALID_VALUE", "quote_id", "not a quote of this game, market and selection")
    if is_locked(seen.game, seen.now, lock_margin):
        return Refusal("GAME_LOCKED", "game_id", "the game takes no more picks")
    if seen.taken:
        return TAKEN
    return _in_force(seen.named, seen.current, seen.now - max_odds_age)


def leading(codes: Collection[RefusalCode]) -> RefusalCode:
    """Return the code that stands for a whole submission. Raises ValueError when nothing was refused."""
    return min(codes, key=PRECEDENCE.index)


def _in_force(named: Offer, current: Offer | None, oldest: datetime) -> Offer | Refusal:
    if current is None:
        return Refusal("ODDS_STALE", "quote_id", "the market is not offered at the moment")
    if current.captured_at < oldest:
        return Refusal("ODDS_STALE", "quote_id", "the odds are too old; wait for the next capture")
    if (current.line, current.price) != (named.line, named.price):
        return Refusal("ODDS_MOVED", "quote_id", f"the odds have moved; the quote is now {current.quote_id}")
    return current
