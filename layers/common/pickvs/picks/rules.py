"""When a pick is accepted, and why it is refused (rules.md, "Submission")."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from pickvs.markets.values import GameStatus, Market, Selection

type PickResult = Literal["win", "loss", "push", "void"]
type PickStatus = Literal["pending", "win", "loss", "push", "void"]
type VoidReason = Literal["game_void", "after_start", "tie", "duplicate"]
"""Why a pick is void: its game is, it was placed after the game began, the game ended in a tie and the draw was not on
offer, or the user had picked the same market of the same game under another listing before."""
type ClvReason = Literal["no_close", "other_line"]
"""Why a pick has no closing line value in percent: no quote within 30 minutes before the start, or another line."""
type Side = tuple[int, Market, Selection]
"""What a pick is on: game id, market and selection."""

MOST_PICKS = 50
"""Maximum number of picks in one submission."""

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
"""Order of refusal codes: if several apply to a pick or a submission, the first is reported.

Picks that cannot be accepted at all come first, then picks that exist already, then those that a newer quote resolves.
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote. line: in points from the side's own view; None on a moneyline. price: American odds."""

    quote_id: int
    side: Side
    line: Decimal | None
    price: int
    captured_at: datetime
    """When the bookmakers' offer was last captured."""


@dataclass(frozen=True, slots=True)
class TipOff:
    """A game's latest known tip-off and its status."""

    commence_time: datetime
    status: GameStatus


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the decision on one pick depends on, at one moment.

    game: None if unknown. named: the quote that the client names; None if unknown. current: the quote in force of the
    pick's side; None while the market is withdrawn. taken: whether the user has already picked this market.
    """

    game: TipOff | None
    named: Offer | None
    current: Offer | None
    taken: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason for refusing a pick. field: the field of the request at fault."""

    code: RefusalCode
    field: Literal["game_id", "market", "quote_id"]
    message: str


TAKEN = Refusal("DUPLICATE_PICK", "market", "you have already picked this market of this game")


_PLAYED = frozenset({"live", "finished"})
"""Statuses that a game can have only after tip-off. A game may go to review before, so its picks stay sealed."""


def is_stake(units: Decimal) -> bool:
    """Return whether `units` is a valid stake: 0.5 to 5 in steps of 0.5."""
    return units.is_finite() and LEAST_STAKE <= units <= MOST_STAKE and units % STAKE_STEP == 0


def is_locked(game: TipOff, now: datetime, lock_margin: timedelta) -> bool:
    """Return whether a game accepts no picks: it is not scheduled, or it tips off in `lock_margin` or less."""
    return game.status != "scheduled" or now >= game.commence_time - lock_margin


def is_visible(game: TipOff, now: datetime, lock_margin: timedelta, *, own: bool) -> bool:
    """Return whether a pick on `game` is shown: always to its owner, to others only when nobody can copy it.

    Others see it once the game locks by time or its status says that it has been played. A cancelled or postponed game
    accepts no picks, but it may be scheduled again before its tip-off, so its picks stay sealed until then.
    """
    return own or game.status in _PLAYED or now >= game.commence_time - lock_margin


def decide(side: Side, seen: Situation, *, lock_margin: timedelta, max_odds_age: timedelta) -> Offer | Refusal:
    """Return the offer at which a pick of `side` is made, or its refusal.

    The offer is the quote in force. The client may name an older quote if line and price are the same: a market that
    moved and came back accepts picks from clients that saw it before. The pick then records the quote in force. If
    several refusals apply, the first in PRECEDENCE is returned.
    """
    if seen.game is None:
        return Refusal("GAME_NOT_FOUND", "game_id", "there is no such game")
    if seen.named is None or seen.named.side != side:
        return Refusal("INVALID_VALUE", "quote_id", "not a quote of this game, market and selection")
    if is_locked(seen.game, seen.now, lock_margin):
        return Refusal("GAME_LOCKED", "game_id", "the game does not accept picks")
    if seen.taken:
        return TAKEN
    return _in_force(seen.named, seen.current, seen.now - max_odds_age)


def leading(codes: Collection[RefusalCode]) -> RefusalCode:
    """Return the code that is reported for a whole submission. Raises ValueError if `codes` is empty."""
    return min(codes, key=PRECEDENCE.index)


def _in_force(named: Offer, current: Offer | None, oldest: datetime) -> Offer | Refusal:
    if current is None:
        return Refusal("ODDS_STALE", "quote_id", "the market is currently not offered")
    if current.captured_at < oldest:
        return Refusal("ODDS_STALE", "quote_id", "the odds are too old; wait for the next capture")
    if (current.line, current.price) != (named.line, named.price):
        return Refusal("ODDS_MOVED", "quote_id", f"the odds have moved; the current quote is {current.quote_id}")
    return current
