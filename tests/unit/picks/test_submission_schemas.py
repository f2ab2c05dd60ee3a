"""What a submission may contain, and what is refused before any query."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pickvs.picks.requests import Stake, Submission

PICK: dict[str, Any] = {"game_id": 41, "market": "spread", "selection": "home", "quote_id": 9001}
STAKE: TypeAdapter[Decimal] = TypeAdapter(Stake)


def errors(body: Any) -> list[tuple[str | int, ...]]:
    with pytest.raises(ValidationError) as caught:
        Submission.model_validate(body)
    return [error["loc"] for error in caught.value.errors()]


def test_the_stake_is_one_unit_unless_said_otherwise() -> None:
    [pick] = Submission.model_validate({"picks": [PICK]}).picks
    assert pick.stake_units == 1


@pytest.mark.parametrize("stake", [0.5, 1, 1.0, 1.5, 5, 5.0])
def test_stakes_are_read_exactly(stake: float) -> None:
    [pick] = Submission.model_validate({"picks": [PICK | {"stake_units": stake}]}).picks
    assert type(pick.stake_units) is Decimal
    assert pick.stake_units == Decimal(str(stake))


@pytest.mark.parametrize(
    "stake",
    [
        *(0, 0.4, 0.75, 0.50001, 5.5, -1, -0.0, 1e308, 5e-324, 10**4000, math.nan, math.inf, -math.inf),
        *("1", "", True, False, None, [1], {"a": 1}),
    ],
)
def test_other_stakes_are_refused(stake: Any) -> None:
    assert errors({"picks": [PICK, PICK | {"stake_units": stake}]}) == [("picks", 1, "stake_units")]


@given(st.floats() | st.integers() | st.text() | st.booleans() | st.none())
def test_no_stake_raises_anything_but_a_validation_error(stake: Any) -> None:
    try:
        read = STAKE.validate_python(stake)
    except ValidationError:
        return
    assert read in {Decimal(number) / 2 for number in range(1, 11)}


@pytest.mark.parametrize("name", ["game_id", "quote_id"])
@pytest.mark.parametrize("value", [0, -1, 2**63, 10**30, 1.0, 1.5, "41", True, None, [], {}])
def test_ids_are_whole_positive_numbers_that_the_database_can_hold(name: str, value: Any) -> None:
    assert errors({"picks": [PICK | {name: value}]}) == [("picks", 0, name)]


@pytest.mark.parametrize("name", ["market", "selection"])
@pytest.mark.parametrize("value", ["h2h", "Home", "", "\0", None, 1, True, ["home"]])
def test_markets_and_selections_are_ours(name: str, value: Any) -> None:
    assert errors({"picks": [PICK | {name: value}]}) == [("picks", 0, name)]


@pytest.mark.parametrize("name", ["game_id", "market", "selection", "quote_id"])
def test_nothing_but_the_stake_may_be_missing(name: str) -> None:
    pick = {key: value for key, value in PICK.items() if key != name}
    assert errors({"picks": [pick]}) == [("picks", 0, name)]


@pytest.mark.parametrize("name", ["line", "price", "user_id", "placed_at", "Stake_units"])
def test_nothing_else_may_be_said(name: str) -> None:
    assert errors({"picks": [PICK | {name: 1}]}) == [("picks", 0, name)]
    assert errors({"picks": [PICK], name: 1}) == [(name,)]


def test_one_to_fifty_picks() -> None:
    assert len(Submission.model_validate({"picks": [PICK] * 50}).picks) == 50
    assert errors({"picks": [PICK] * 51}) == [("picks",)]
    assert errors({"picks": []}) == [("picks",)]
    assert errors({"picks": PICK}) == [("picks",)]
    assert errors({"picks": None}) == [("picks",)]
    assert errors({}) == [("picks",)]


def test_the_schema_says_what_a_stake_may_be() -> None:
    assert STAKE.json_schema() == {"type": "number", "minimum": 0.5, "maximum": 5.0, "multipleOf": 0.5, "default": 1.0}
