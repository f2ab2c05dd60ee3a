"""Three bots that join a fantasy league of the running platform and draft in it, over the HTTP API as anybody could."""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from local.errors import LaptopError
from local.replay.api import Api, UnexpectedAnswerError

NAMES = ("Slipstream", "Undercut", "Marbles")
"""What the bots' constructors are called."""
KEY_DAYS = 30
CHOICES = 3
"""A bot picks one of so many best drivers that are free."""
LOOKS_EVERY_SECONDS = 3.0
"""Time between two looks while no draft is open, or none of them is on turn."""
THINKS_SECONDS = 1.5
"""Time that a bot takes for a pick."""
CREATED = 201


@dataclass(frozen=True, slots=True)
class Bot:
    """A user with an API key, and its constructor in the league."""

    name: str
    key: str
    constructor: int


class LeagueBots:
    """The bots of one league. code: of an invitation, for a private one. say: receives a line for each event."""

    def __init__(self, api: Api, league: int, code: str | None, say: Callable[[str], None]) -> None:
        """Register the bots and join the league. Raises LaptopError if it does not take them."""
        self._api = api
        self._league = league
        self._say = say
        self._chance = random.Random()  # noqa: S311 - a game of chance, not a secret
        with _told():
            self.bots = {bot.constructor: bot for bot in [self._joined(name, code) for name in NAMES]}

    def draft(self, sleep: Callable[[float], None] = time.sleep) -> NoReturn:
        """Draft, race by race, until the process is ended. Raises LaptopError if the platform does not answer."""
        while True:
            with _told():
                has_picked = self.look()
            sleep(THINKS_SECONDS if has_picked else LOOKS_EVERY_SECONDS)

    def look(self) -> bool:
        """Pick for a bot that is on turn. Returns whether one was."""
        reader = next(iter(self.bots.values())).key
        drafts = self._api.ask("GET", f"/leagues/{self._league}/drafts", token=reader)["drafts"]
        for draft in drafts:
            if draft["phase"] != "open" or draft["is_paused"]:
                continue
            room = self._api.ask("GET", f"/drafts/{draft['id']}", token=reader)
            turn = room["turn"]
            if turn is not None and turn["constructor_id"] in self.bots:
                return self._pick(draft, turn, self.bots[turn["constructor_id"]])
        return False

    def _pick(self, draft: dict[str, Any], turn: dict[str, Any], bot: Bot) -> bool:
        drivers = self._api.ask("GET", f"/drafts/{draft['id']}/drivers", token=bot.key)["drivers"]
        free = [each for each in drivers if each["taken_by"] is None and not each["is_withdrawn"]]
        if not free:
            return False
        driver = self._chance.choice(free[:CHOICES])
        wanted = {"race_id": draft["race_id"], "driver_id": driver["driver_id"], "expected_slot": turn["slot"]}
        answer = self._api.send("POST", f"/constructors/{bot.constructor}/drafts", wanted, token=bot.key)
        if answer.status == CREATED:
            self._say(f"{bot.name} has picked {driver['name']} for the {draft['race']}")
        return answer.status == CREATED

    def _joined(self, name: str, code: str | None) -> Bot:
        username, password = f"{name.lower()}-{secrets.token_hex(3)}", secrets.token_urlsafe(24)
        account = {"username": username, "email": f"{username}@example.com", "password": password}
        token = self._api.ask("POST", "/auth/register", account)["token"]
        wanted = {
            "name": "drafts",
            "scopes": ["drafts:read", "drafts:write"],
            "expires_at": f"{datetime.now(UTC) + timedelta(days=KEY_DAYS):%Y-%m-%dT%H:%M:%SZ}",
            "password": password,
        }
        key = str(self._api.ask("POST", "/api-keys", wanted, token=token)["key"])
        entry = {"team_name": name, **({} if code is None else {"code": code})}
        joined = self._api.ask("POST", f"/leagues/{self._league}/constructors", entry, token=token)
        self._say(f"{name} has joined the league")
        return Bot(name, key, int(joined["id"]))


@contextmanager
def _told() -> Iterator[None]:
    """Turn an answer that the bots cannot go on with into an error of the command line."""
    try:
        yield
    except UnexpectedAnswerError as error:
        raise LaptopError(f"the bots cannot go on: {error}") from None
