from datetime import date

import pytest

from tools.cost import prices
from tools.cost.prices import Price, Step

EVERY = [
    *(value for value in vars(prices).values() if isinstance(value, Price)),
    *prices.LAMBDA_SECONDS.values(),
]


def test_a_price_is_for_so_many_units() -> None:
    assert prices.LAMBDA_REQUESTS.cost(2_500_000) == pytest.approx(0.50)
    assert prices.SECRETS.cost(4) == pytest.approx(1.60)
    assert prices.SECRETS.cost(0) == 0


def test_each_part_of_a_quantity_is_paid_at_its_own_step() -> None:
    # 333 million at 3.50, 667 million at 2.80, a million at 2.38.
    assert prices.GATEWAY_REQUESTS.cost(333_000_000) == pytest.approx(1165.50)
    assert prices.GATEWAY_REQUESTS.cost(1_001_000_000) == pytest.approx(1165.50 + 1867.60 + 2.38)


@pytest.mark.parametrize("price", EVERY, ids=lambda price: f"{price.unit}-{price.usd}")
def test_a_price_names_the_page_that_says_so(price: Price) -> None:
    assert price.source.title
    assert "." in price.source.address.split("/")[0]
    assert "://" not in price.source.address
    assert price.source.published


@pytest.mark.parametrize("price", EVERY, ids=lambda price: f"{price.unit}-{price.usd}")
def test_steps_climb_in_quantity_and_fall_in_price(price: Price) -> None:
    steps = [Step(price.up_to, price.usd), *price.further]
    assert steps == sorted(steps, key=lambda step: step.up_to)
    assert [step.usd for step in steps] == sorted((step.usd for step in steps), reverse=True)
    assert steps[-1].up_to == float("inf")
    assert steps[-1].usd > 0


def test_the_table_has_a_date_that_has_been() -> None:
    assert date.fromisoformat(prices.AS_OF) >= date(2026, 11, 20)
    assert len(EVERY) >= 20
