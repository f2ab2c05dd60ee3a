"""The bots of a league, on a platform of a script."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from local.errors import LaptopError
from local.league_bots import CHOICES, LOOKS_EVERY_SECONDS, NAMES, THINKS_SECONDS, LeagueBots
from local.replay.api import Answer, Api, UnexpectedAnswerError

LEAGUE, CODE = 7, "4F7KA-9QXMB"
FIRST_CONSTRUCTOR = 100
RACE = {"race_id": 3, "race": "Monaco Grand Prix"}


class EndedError(Exception):
    """The test ends the bots."""


class Script:
    """A platform with one draft. turn: the constructor that is on turn. Remembers every request with its token."""

    def __init__(self) -> None:
        self.draft: dict[str, Any] = {"id": 1, "phase": "open", "is_paused": False, **RACE}
        self.turn: int | None = FIRST_CONSTRUCTOR
        self.drivers = [
            {"driver_id": number, "name": f"Driver {number}", "taken_by": None, "is_withdrawn": False}
            for number in range(8)
        ]
        self.asked: list[tuple[str, str, Any, str | None]] = []
        self.status = 201

    def send(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Answer:
        self.asked.append((method, path, body, token))
        number = len(self.of("/auth/register"))
        turn = None if self.turn is None else {"slot": 5, "constructor_id": self.turn}
        answers: dict[tuple[str, str], tuple[int, Any]] = {
            ("POST", "/auth/register"): (201, {"token": f"token of {(body or {}).get('username')}"}),
            ("POST", "/api-keys"): (201, {"key": f"key {number}"}),
            ("POST", f"/leagues/{LEAGUE}/constructors"): (201, {"id": FIRST_CONSTRUCTOR + number - 1}),
            ("GET", f"/leagues/{LEAGUE}/drafts"): (200, {"drafts": [self.draft]}),
            ("GET", "/drafts/1"): (200, {"turn": turn}),
            ("GET", "/drafts/1/drivers"): (200, {"drivers": self.drivers}),
            ("POST", f"/constructors/{self.turn}/drafts"): (self.status, {}),
        }
        return Answer(*answers[method, path])

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        answer = self.send(method, path, body, token=token)
        if answer.status >= 300:
            raise UnexpectedAnswerError(f"{path}: {answer.status}")
        return answer.body

    def of(self, end: str) -> list[tuple[str, str, Any, str | None]]:
        return [each for each in self.asked if each[1].endswith(end)]

    @property
    def picks(self) -> list[tuple[str, str, Any, str | None]]:
        return [each for each in self.asked if each[0] == "POST" and each[1].startswith("/constructors/")]


def bots_of(script: Script, code: str | None = None, say: Callable[[str], None] = lambda _: None) -> LeagueBots:
    return LeagueBots(cast("Api", script), LEAGUE, code, say)


def test_each_bot_has_an_account_a_key_for_drafts_alone_and_a_constructor() -> None:
    script, said = Script(), list[str]()
    bots = bots_of(script, CODE, said.append).bots
    assert {number: (bot.name, bot.key) for number, bot in bots.items()} == {
        FIRST_CONSTRUCTOR + place: (name, f"key {place + 1}") for place, name in enumerate(NAMES)
    }
    accounts = [body for _, _, body, _ in script.of("/auth/register")]
    assert len({account["username"] for account in accounts} | {account["password"] for account in accounts}) == 6
    for account, (_, _, wanted, token) in zip(accounts, script.of("/api-keys"), strict=True):
        assert (token, wanted["password"]) == (f"token of {account['username']}", account["password"])
        assert wanted["scopes"] == ["drafts:read", "drafts:write"]
    assert [body for _, _, body, _ in script.of("/constructors")] == [
        {"team_name": name, "code": CODE} for name in NAMES
    ]
    assert said == [f"{name} has joined the league" for name in NAMES]


def test_a_bot_on_turn_picks_one_of_the_best_that_are_free_with_its_own_key() -> None:
    script, said = Script(), list[str]()
    script.drivers[0]["taken_by"], script.drivers[2]["is_withdrawn"] = 99, True
    bots = bots_of(script, say=said.append)
    chosen = set()
    for place in range(60):
        script.turn = FIRST_CONSTRUCTOR + place % len(NAMES)
        assert bots.look()
        _, path, body, token = script.picks[-1]
        assert (path, token) == (f"/constructors/{script.turn}/drafts", f"key {place % len(NAMES) + 1}")
        assert (body["race_id"], body["expected_slot"]) == (RACE["race_id"], 5)
        chosen.add(body["driver_id"])
        assert said[-1].startswith(f"{NAMES[place % len(NAMES)]} has picked Driver ")
    assert chosen == {1, 3, 4}
    assert len(chosen) == CHOICES


@pytest.mark.parametrize(
    "changes",
    [
        {"draft": {"id": 1, "phase": "waiting", "is_paused": False, **RACE}},
        {"draft": {"id": 1, "phase": "open", "is_paused": True, **RACE}},
        {"turn": None},
        {"turn": 99},
        {"drivers": [{"driver_id": 1, "name": "Driver 1", "taken_by": 99, "is_withdrawn": False}]},
    ],
)
def test_bots_pick_for_nobody_else_and_not_in_vain(changes: Mapping[str, Any]) -> None:
    script = Script()
    bots = bots_of(script)
    for name, value in changes.items():
        setattr(script, name, value)
    assert not bots.look()
    assert script.picks == []


def test_a_pick_that_comes_too_late_is_no_reason_to_stop() -> None:
    script, said = Script(), list[str]()
    bots = bots_of(script, say=said.append)
    script.status = 409
    assert not bots.look()
    assert len(script.picks) == 1
    assert len(said) == len(NAMES)


def test_bots_go_on_until_they_are_ended_and_think_after_a_pick() -> None:
    script, slept = Script(), list[float]()
    bots = bots_of(script)

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        script.turn = None if len(slept) == 2 else FIRST_CONSTRUCTOR
        if len(slept) == 4:
            raise EndedError

    with pytest.raises(EndedError):
        bots.draft(sleep)
    assert slept == [THINKS_SECONDS, THINKS_SECONDS, LOOKS_EVERY_SECONDS, THINKS_SECONDS]


def test_a_platform_that_does_not_take_the_bots_is_an_error_of_the_command_line() -> None:
    script = Script()
    script.send = lambda *_, **__: Answer(403, {})  # type: ignore[method-assign]
    with pytest.raises(LaptopError, match="the bots cannot go on"):
        bots_of(script)
    script = Script()
    bots = bots_of(script)
    script.send = lambda *_, **__: Answer(503, {})  # type: ignore[method-assign]
    with pytest.raises(LaptopError, match="503"):
        bots.draft(lambda _: None)
