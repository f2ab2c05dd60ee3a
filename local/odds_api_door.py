"""What all stand-ins for The Odds API v4 have in common: paths, key, parameters, errors and credits.

The formats follow the provider's guide and recordings of the real API.
"""

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "laptop-stand-in"
"""The only API key that a stand-in accepts."""
REGIONS = frozenset({"us", "us2", "us_dfs", "us_ex", "uk", "eu", "fr", "se", "au"})
MARKETS = ("h2h", "spreads", "totals")
_HELP = "https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html"

type Event = dict[str, Any]
"""An event as the provider writes it."""
type DateWriter = Callable[[datetime], str | int]
"""Writes a time in the format that the call asks for."""


@dataclass(frozen=True, slots=True)
class WantedOdds:
    """What a call of /odds asks for."""

    regions: tuple[str, ...]
    markets: tuple[str, ...]
    american: bool
    """Whether prices are American; otherwise they are decimal."""
    date: DateWriter


@dataclass(frozen=True, slots=True)
class WantedScores:
    """What a call of /scores asks for. days: how far back, 1 to 3; None for live games and those to come only."""

    days: int | None
    date: DateWriter


class _Refusal(Exception):
    """An error response to the call."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "message": message,
            "error_code": code,
            "details_url": f"{_HELP}#{code.lower().replace('_', '-')}",
        }


class OddsApiDoor(ABC):
    """A WSGI application. It counts credits as the provider does: by the calendar month in UTC, from zero at its start.

    monthly_credits: size of the plan; None for a plan that never ends.
    """

    def __init__(self, sport: str, *, monthly_credits: int | None, now: Callable[[], datetime]) -> None:
        self._sport = sport
        self._monthly_credits = monthly_credits
        self._now = now
        self._lock = threading.Lock()
        self._used = 0
        self._month = (0, 0)

    @abstractmethod
    def odds(self, wanted: WantedOdds, now: datetime) -> list[Event]:
        """Return the events of /odds."""

    @abstractmethod
    def scores(self, wanted: WantedScores, now: datetime) -> list[Event]:
        """Return the events of /scores."""

    def credits_left(self) -> int | None:
        """Return what is left of this month's plan, which may be below zero; None for a plan that never ends."""
        used = self._spend(0)
        return None if self._monthly_credits is None else self._monthly_credits - used

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle one call."""
        request = Request(environ)
        cost = 0
        body: Any
        try:
            body, cost = self._answer(request)
            status = 200
        except _Refusal as refusal:
            body, status = refusal.body, refusal.status
        used = self._spend(cost)
        plan = used + 1_000_000 if self._monthly_credits is None else self._monthly_credits
        response = Response(
            json.dumps(body, separators=(",", ":")),
            status=status,
            content_type="application/json; charset=utf-8",
            headers={
                "x-requests-remaining": str(plan - used),
                "x-requests-used": str(used),
                "x-requests-last": str(cost),
            },
        )
        return response(environ, start_response)

    def _spend(self, cost: int) -> int:
        """Count the cost of a call, and return what was used this month."""
        now = self._now().astimezone(UTC)
        with self._lock:
            if self._month != (now.year, now.month):
                self._month, self._used = (now.year, now.month), 0
            self._used += cost
            return self._used

    def _answer(self, request: Request) -> tuple[list[Event], int]:
        """Return the response body and its cost in credits. An answer without events is free."""
        call = self._call(request.path)
        key = request.args.get("apiKey")
        if not key:
            raise _Refusal(401, "MISSING_KEY", "API key is missing")
        if key != KEY:
            raise _Refusal(401, "INVALID_KEY", "API key is not valid")
        if request.args.get("dateFormat", "iso") not in ("iso", "unix"):
            raise _Refusal(422, "INVALID_DATE_FORMAT", "Invalid dateFormat")
        left = self.credits_left()
        if left is not None and left <= 0:
            message = "Usage quota has been reached. See usage plans at https://the-odds-api.com"
            raise _Refusal(401, "OUT_OF_USAGE_CREDITS", message)
        events, cost = self._odds(request) if call == "odds" else self._scores(request)
        return events, cost if events else 0

    def _call(self, path: str) -> str:
        """Return `odds` or `scores`. Raises _Refusal for any other path."""
        match path.strip("/").split("/"):
            case ["v4", "sports", sport, ("odds" | "scores") as call]:
                if sport != self._sport:
                    raise _Refusal(404, "UNKNOWN_SPORT", "Unknown sport")
                return call
        raise _Refusal(404, "NOT_FOUND", "Not found")

    def _odds(self, request: Request) -> tuple[list[Event], int]:
        regions = _list(request.args.get("regions", ""))
        if not regions:
            raise _Refusal(422, "MISSING_REGION", "Missing regions or bookmakers key")
        if unknown := [region for region in regions if region not in REGIONS]:
            raise _Refusal(422, "INVALID_REGION", f"Invalid regions: {', '.join(unknown)}")
        markets = _list(request.args.get("markets", "h2h"))
        if unknown := [market for market in markets if market not in MARKETS]:
            raise _Refusal(422, "INVALID_MARKET", f"Invalid markets: {', '.join(unknown)}")
        odds_format = request.args.get("oddsFormat", "decimal")
        if odds_format not in ("american", "decimal"):
            raise _Refusal(422, "INVALID_ODDS_FORMAT", "Invalid oddsFormat")
        wanted = WantedOdds(tuple(regions), tuple(markets), odds_format == "american", _date_writer(request))
        return self.odds(wanted, self._now()), len(markets) * len(regions)

    def _scores(self, request: Request) -> tuple[list[Event], int]:
        days = request.args.get("daysFrom")
        if days is not None and days not in ("1", "2", "3"):
            raise _Refusal(422, "INVALID_SCORES_DAYS_FROM", "Invalid daysFrom: it must be an integer from 1 to 3")
        wanted = WantedScores(int(days) if days else None, _date_writer(request))
        return self.scores(wanted, self._now()), 2 if days else 1


def refreshed_at(now: datetime) -> datetime:
    """Return when a live value of the provider was last refreshed: it does so every 30 seconds."""
    return datetime.fromtimestamp(now.timestamp() // 30 * 30, UTC)


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _date_writer(request: Request) -> DateWriter:
    if request.args.get("dateFormat") == "unix":
        return lambda moment: int(moment.timestamp())
    return lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
