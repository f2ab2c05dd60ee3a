"""The canary follows the contract: its routes and statuses, and the bodies it sends and reads."""

import json
from pathlib import Path

import pytest

from cdk.routes import ENDPOINTS
from pickvs.accounts.rules import USERNAME_MAX
from pickvs.operations.canary.rules import LEAST_STAKE, USERNAME_PREFIX, WAY, said, wanted_pick
from pickvs.picks import rules as picks

CONTRACT = json.loads((Path(__file__).parents[4] / "docs" / "openapi.json").read_text(encoding="utf-8"))


def game(number: int, *markets: dict[str, object]) -> dict[str, object]:
    return {"id": number, "home_team": "Home", "markets": list(markets)}


def market(name: str, *sides: str) -> dict[str, object]:
    return {"market": name, "quotes": [{"quote_id": 70 + at, "selection": side} for at, side in enumerate(sides)]}


@pytest.mark.parametrize("step", WAY, ids=lambda step: step.name)
def test_each_step_is_an_operation_that_answers_so(step) -> None:
    (endpoint,) = (each for each in ENDPOINTS if each.name == step.name)
    assert (endpoint.method, endpoint.path) == (step.method, step.path)
    answers = CONTRACT["paths"][step.path][step.method.lower()]["responses"]
    assert [status for status in answers if status.startswith("2")] == [str(step.status)]


def test_the_way_leads_from_registering_to_the_leaderboard_and_back() -> None:
    names = [step.name for step in WAY]
    assert names.index("register") < names.index("create_picks") < names.index("get_leaderboard")
    assert names[-1] == "delete_me"


def test_it_stakes_as_little_as_may_be() -> None:
    assert picks.LEAST_STAKE == LEAST_STAKE
    assert len(USERNAME_PREFIX) + 12 <= USERNAME_MAX


def test_it_picks_the_game_that_begins_last() -> None:
    games = [game(1, market("moneyline", "home", "away")), game(2, market("total", "over", "under")), game(3)]
    assert wanted_pick(games) == {
        "game_id": 2,
        "market": "total",
        "selection": "over",
        "quote_id": 70,
        "stake_units": 0.5,
    }


@pytest.mark.parametrize("games", [[], [game(1)], [game(1, market("spread")), game(2)]])
def test_it_picks_nothing_where_nothing_is_on_offer(games: list[dict[str, object]]) -> None:
    assert wanted_pick(games) is None


@pytest.mark.parametrize("games", [[{"id": 1}], [{"id": 1, "markets": [{"market": "total", "quotes": [{}]}]}]])
def test_a_game_that_is_none_is_not_picked(games: list[dict[str, object]]) -> None:
    with pytest.raises(KeyError):
        wanted_pick(games)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"code": "GAME_LOCKED", "detail": "tok-en"}, "answered 409 GAME_LOCKED, and the contract says 201"),
        ({"code": "my password"}, "answered 409, and the contract says 201"),
        ({"code": 7}, "answered 409, and the contract says 201"),
        (["GAME_LOCKED"], "answered 409, and the contract says 201"),
        (None, "answered 409, and the contract says 201"),
    ],
)
def test_what_an_answer_said_is_told_without_its_words(body: object, words: str) -> None:
    assert said(409, body, 201) == words
