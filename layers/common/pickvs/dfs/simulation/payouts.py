"""What the places of a contest pay. Money is in cents."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_FEES = 10**8
"""Fees that a prize is worth at most. A contest that pays more does not exist, and its returns would be no numbers."""


class PayoutsDoNotAddUp(ValueError):
    """The payouts are no table of a contest: places are missing or too many, a prize rises, or the sum is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """A prize in cents for each of the places first to last."""

    first: int
    last: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A contest as a simulation takes it.

    size: entries. fee_cents: of one entry. payouts: places from 1 without a gap; those after them pay nothing.
    """

    size: int
    fee_cents: int
    payouts: tuple[Payout, ...]

    @property
    def paid(self) -> int:
        """How many places pay."""
        return self.payouts[-1].last

    @property
    def prizes_cents(self) -> int:
        """Sum of all prizes, in cents."""
        return self.prizes_up_to(self.paid)

    def prizes_up_to(self, place: int) -> int:
        """Return the sum of the prizes of the places from 1 to `place`, in cents."""
        return sum(
            (min(each.last, place) - each.first + 1) * each.cents for each in self.payouts if each.first <= place
        )


def contest(size: int, fee_cents: int, payouts: Sequence[Payout], prizes_cents: int | None = None) -> Contest:
    """Return a contest. prizes_cents: what the site says the prizes sum up to, if it does.

    Raises PayoutsDoNotAddUp, with what is wrong.
    """
    if size < 2 or fee_cents < 0:  # noqa: PLR2004 - nobody plays alone
        raise PayoutsDoNotAddUp("a contest has at least 2 entries and a fee from 0")
    _check_places(payouts)
    made = Contest(size=size, fee_cents=fee_cents, payouts=tuple(payouts))
    if fee_cents and payouts[0].cents > MOST_FEES * fee_cents:
        raise PayoutsDoNotAddUp(f"place 1 pays more than {MOST_FEES} times the fee; the fee is in cents as well")
    if made.paid > size:
        raise PayoutsDoNotAddUp(f"{made.paid} places are paid, but the contest has {size} entries")
    if prizes_cents is not None and made.prizes_cents != prizes_cents:
        raise PayoutsDoNotAddUp(
            f"the payouts sum up to {made.prizes_cents} cents, the prizes stated are {prizes_cents} cents"
        )
    return made


def _check_places(payouts: Sequence[Payout]) -> None:
    if not payouts or payouts[0].first != 1:
        raise PayoutsDoNotAddUp("the payouts begin with place 1")
    for each in payouts:
        if each.last < each.first:
            raise PayoutsDoNotAddUp(f"places {each.first} to {each.last} are no range")
        if each.cents <= 0:
            raise PayoutsDoNotAddUp(f"place {each.first} pays {each.cents} cents; leave out places that pay nothing")
    for better, worse in pairwise(payouts):
        if worse.first != better.last + 1:
            raise PayoutsDoNotAddUp(f"place {better.last} is followed by place {worse.first}")
        if worse.cents > better.cents:
            raise PayoutsDoNotAddUp(f"place {worse.first} pays more than place {better.last}")
