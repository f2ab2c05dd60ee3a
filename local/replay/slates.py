"""What happens around each slate of a replay of forecasts: odds and a pick, forecasts, and now and then a check.

The platform captures closing odds and asks for results by the clock of the games that picks wait for. One pick a slate
is enough: each such call tells of all games.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from local.environments import Outcome
from local.replay.api import Api, UnexpectedAnswerError
from local.replay.bots import KEY_DAYS, PASSWORD
from local.replay.clock import HeldClock

NAME = "season-ticket"
ODDS_BEFORE = timedelta(hours=21)
"""Time from the odds and the pick to the tip-off of their slate: when the box scores of the evening before come in."""
FORECASTS_BEFORE = timedelta(minutes=8)
"""Time from the forecasts to the tip-off. The close is captured then as well. The platform's own runs before a slate,
which this one replaces, would have been earlier."""
CHECKED_EVERY = timedelta(days=28)
"""Time between two runs of the quality rules. Each reads the whole season so far."""


class Times:
    """A source that acts at given times, in order."""

    def __init__(self, clock: HeldClock, times: Iterable[datetime], act: Callable[[], None]) -> None:
        self._clock = clock
        self._times = sorted(set(times), reverse=True)
        self._act = act

    def add(self, moment: datetime) -> None:
        """Have it act at one more time."""
        self._times = sorted({*self._times, moment}, reverse=True)

    def next_due(self) -> datetime | None:
        """Return when it acts next."""
        return self._times[-1] if self._times else None

    def fire_due(self) -> None:
        """Act once for all times that have come."""
        while self._times and self._times[-1] <= self._clock.now():
            self._times.pop()
        self._act()


class Picker:
    """A user who picks the home side of the first game of each slate."""

    def __init__(self, api: Api, clock: HeldClock) -> None:
        self._api = api
        self.placed = 0
        account = {"username": NAME, "email": f"{NAME}@example.com", "password": PASSWORD}
        token = api.ask("POST", "/auth/register", account)["token"]
        wanted = {
            "name": "replay",
            "scopes": ["picks:read", "picks:write"],
            "expires_at": f"{clock.now() + timedelta(days=KEY_DAYS):%Y-%m-%dT%H:%M:%SZ}",
            "password": PASSWORD,
        }
        self._key = api.ask("POST", "/api-keys", wanted, token=token)["key"]

    def pick(self) -> None:
        """Pick the home side of the next game to win. Raises UnexpectedAnswerError if the API does not take it."""
        games = self._api.ask("GET", "/games/upcoming?limit=1", token=self._key)["games"]
        if not games:
            raise UnexpectedAnswerError("GET /games/upcoming: the slate of the day is missing")
        quotes = {each["market"]: each["quotes"] for each in games[0]["markets"]}
        quote = next(each for each in quotes["moneyline"] if each["selection"] == "home")
        wanted = {
            "game_id": games[0]["id"],
            "market": "moneyline",
            "selection": "home",
            "quote_id": quote["quote_id"],
        }
        self._api.ask("POST", "/picks", {"picks": [wanted]}, token=self._key)
        self.placed += 1


class Runs:
    """Invokes a function and keeps its reports."""

    def __init__(self, invoke: Callable[[str, bytes], Outcome], name: str) -> None:
        self._invoke = invoke
        self._name = name
        self.reports: list[Any] = []

    def run(self) -> None:
        """Invoke the function as its schedule would. Raises UnexpectedAnswerError if it fails."""
        outcome = self._invoke(self._name, b"{}")
        if outcome.failure is not None:
            raise UnexpectedAnswerError(f"{self._name}: {outcome.summary}: {outcome.error.get('errorMessage', '')}")
        self.reports.append(json.loads(outcome.payload))


def checks(tip_offs: Sequence[datetime], ends: datetime) -> list[datetime]:
    """Return when a season is checked: every four weeks, in the morning after a slate, and at the end."""
    first = tip_offs[0] + timedelta(hours=14)
    times = (ends - first) // CHECKED_EVERY
    return [*(first + CHECKED_EVERY * number for number in range(1, times + 1)), ends]
