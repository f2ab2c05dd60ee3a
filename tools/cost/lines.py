"""What a bill is made of."""

from dataclasses import dataclass

from tools.cost.prices import Price


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill."""

    name: str
    quantity: float
    """What is used in a month, in the price's unit."""
    price: Price
    free: float = 0
    """How much of the quantity is not paid for."""

    @property
    def usd(self) -> float:
        """What the line costs in a month, in dollars."""
        return self.price.cost(max(self.quantity - self.free, 0))
