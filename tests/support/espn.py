"""ESPN on loopback: answers in the shape of its recordings, and a clock that holds the pace without waiting.

with espn_asked(monkeypatch, around.server) as times:
    answer_board(around.server, "20240110", final(HOME, AWAY, 110, 105))
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pickvs.markets.providers import espn
from pickvs.markets.providers.http_source import Pace, Patience
from tests.support.odds_api import OddsApiServer, Reply

CONTACT = "ops@pickvs.example"
NBA = "/apis/site/v2/sports/basketball/nba"
TIP_OFF = "2024-01-11T00:10Z"
STATUSES: dict[str, tuple[str, bool]] = {
    "STATUS_SCHEDULED": ("pre", False),
    "STATUS_IN_PROGRESS": ("in", False),
    "STATUS_FINAL": ("post", True),
    "STATUS_POSTPONED": ("post", False),
    "STATUS_CANCELED": ("post", False),
    "STATUS_FORFEIT": ("post", True),
    "STATUS_SUSPENDED": ("post", False),
}


class Ticks:
    """A clock for a pace: it moves only when somebody sleeps. `asked` are the times of the requests."""

    def __init__(self) -> None:
        self.time = 0.0
        self.asked: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class NotedPace(Pace):
    """A pace that notes when requests are sent."""

    def __init__(self, ticks: Ticks) -> None:
        super().__init__(1.0, now=ticks.now, sleep=ticks.sleep)
        self._ticks = ticks

    def wait(self) -> None:
        super().wait()
        self._ticks.asked.append(self._ticks.time)


@contextmanager
def espn_asked(monkeypatch: pytest.MonkeyPatch, server: OddsApiServer, **patience: Any) -> Iterator[Ticks]:
    """Let the ingestion functions ask ESPN at `server`."""
    ticks = Ticks()
    for name, value in {"SCORES_ESPN": "on", "SCORES_CONTACT": CONTACT, "ESPN_BASE_URL": server.url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(espn, "PATIENCE", Patience(**{"pauses": (0.01,), **patience}))
    monkeypatch.setattr(espn, "PACE", NotedPace(ticks))
    yield ticks


def event(
    home: str,
    away: str,
    home_score: object = "0",
    away_score: object = "0",
    *,
    number: int = 1,
    status: str = "STATUS_FINAL",
    tip_off: str = TIP_OFF,
) -> dict[str, Any]:
    """Return one event of a scoreboard."""
    state, completed = STATUSES[status]
    told = {"type": {"id": "3", "name": status, "state": state, "completed": completed}}
    return {
        "id": f"{401_000_000 + number}",
        "date": tip_off,
        "name": f"{away} at {home}",
        "competitions": [
            {
                "id": f"{401_000_000 + number}",
                "date": tip_off,
                "competitors": [
                    {"homeAway": "home", "team": {"displayName": home, "abbreviation": "H"}, "score": home_score},
                    {"homeAway": "away", "team": {"displayName": away, "abbreviation": "A"}, "score": away_score},
                ],
                "status": told,
                "startDate": tip_off,
            }
        ],
        "status": told,
    }


def board(*events: dict[str, Any]) -> dict[str, Any]:
    return {"leagues": [], "day": {"date": "2024-01-10"}, "events": list(events)}


def summary(of: dict[str, Any], began: str | None = None) -> dict[str, Any]:
    """Return the summary of an event. began: the clock time of its first play."""
    header = {name: of[name] for name in ("id", "competitions")}
    return {"header": header, "meta": {"firstPlayWallClock": began} if began else {}}


def answer_board(server: OddsApiServer, *replies: Reply | dict[str, Any]) -> None:
    """Answer the next requests for the scoreboard of the NBA."""
    server.answer_at(f"{NBA}/scoreboard", *(_reply(one) for one in replies))


def answer_summary(server: OddsApiServer, *replies: Reply | dict[str, Any]) -> None:
    """Answer the next requests for a summary of the NBA."""
    server.answer_at(f"{NBA}/summary", *(_reply(one) for one in replies))


def _reply(one: Reply | dict[str, Any]) -> Reply:
    return one if isinstance(one, Reply) else Reply(one, headers={})
