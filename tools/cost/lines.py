"""Lines of a bill."""

from dataclasses import dataclass

from tools.cost.prices import Price


@dataclass(frozen=True, slots=True)
class Line:
    """Line of a bill."""

    name: str
    quantity: float
    """Quantity per month in the price's unit."""
    price: Price
    free: float = 0
    """Part of the quantity that is free."""

    @property
    def usd(self) -> float:
        """Cost per month in US dollars."""
        return self.price.cost(max(self.quantity - self.free, 0))
