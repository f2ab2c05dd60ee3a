"""Leaves out the moneylines that the official score does not decide.

A moneyline of two outcomes and one of three are different bets at different prices. The table of sports says which one
the official score decides. In ice hockey European books offer the other one: the winner of regulation time, with a
draw. They do so all the time, so it is no fault of the answer, and its run is not partial.
"""

from dataclasses import replace

from pickvs.markets.values import BookMarket, GameOdds
from pickvs.sports.rules import SPORTS, MoneylineKind

_TWO_SIDES = frozenset({"home", "away"})


def without_other_bets(game: GameOdds) -> GameOdds:
    """Return the odds without the moneylines that the official score does not decide, and with their number.

    Raises KeyError if the sport is not covered.
    """
    kind = SPORTS[game.fixture.sport].moneyline
    decided = tuple(market for market in game.markets if not _is_other_bet(market, kind))
    return replace(game, markets=decided, other_bets=len(game.markets) - len(decided))


def _is_other_bet(market: BookMarket, kind: MoneylineKind) -> bool:
    if market.market != "moneyline":
        return False
    sides = {offer.selection for offer in market.offers}
    return "draw" in sides if kind == "two_way" else sides == _TWO_SIDES
