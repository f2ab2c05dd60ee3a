"""A stand-in for The Odds API v4: the two calls that the platform makes.

The response formats follow the provider's guide and recordings of the real API. The games come from `slate`.
"""

import json
import math
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from local.http_server import HttpServer
from local.slate import MARGIN_DEVIATION, Game, board, finished, live

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "laptop-stand-in"
"""The only API key that the stand-in accepts."""
MONTHLY_CREDITS = 100_000
LONGEST_MEMORY = timedelta(days=3)
"""Age of the oldest game whose score a client can request."""

SPORT = "basketball_nba"
BOOKMAKERS = {
    "betmgm": "BetMGM",
    "betrivers": "BetRivers",
    "bovada": "Bovada",
    "draftkings": "DraftKings",
    "fanduel": "FanDuel",
    "fanatics": "Fanatics",
    "williamhill_us": "Caesars",
}
REGIONS = frozenset({"us", "us2", "us_dfs", "us_ex", "uk", "eu", "fr", "se", "au"})
_PRICES = ((-110, -110), (-110, -110), (-112, -108), (-108, -112), (-115, -105), (-105, -115))
_OVERROUND = 1.045
"""Sum of the implied probabilities of a moneyline; the excess over 1 is the bookmaker's margin."""
_HELP = "https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html"


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


class OddsApi:
    """A WSGI application. It counts credits as the provider does, from zero at each start.

    It returns scores only of games that it has offered, in this run or in an earlier one; the file `memory` records
    them. Otherwise a platform that was off for a day would receive the scores of a thousand games it never saw.
    """

    def __init__(self, memory: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._memory = memory
        self._now = now
        self._offered = _read_offered(memory)
        self._lock = threading.Lock()
        self._used = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle one call."""
        request = Request(environ)
        cost = 0
        try:
            body, cost = self._answer(request)
            status = 200
        except _Refusal as refusal:
            body, status = refusal.body, refusal.status
        with self._lock:
            self._used += cost
            used = self._used
        response = Response(
            json.dumps(body, separators=(",", ":")),
            status=status,
            content_type="application/json; charset=utf-8",
            headers={
                "x-requests-remaining": str(MONTHLY_CREDITS - used),
                "x-requests-used": str(used),
                "x-requests-last": str(cost),
            },
        )
        return response(environ, start_response)

    def _answer(self, request: Request) -> tuple[Any, int]:
        """Return the response body and its cost in credits."""
        call = _call(request.path)
        key = request.args.get("apiKey")
        if not key:
            raise _Refusal(401, "MISSING_KEY", "API key is missing")
        if key != KEY:
            raise _Refusal(401, "INVALID_KEY", "API key is not valid")
        if request.args.get("dateFormat", "iso") not in ("iso", "unix"):
            raise _Refusal(422, "INVALID_DATE_FORMAT", "Invalid dateFormat")
        return self._odds(request) if call == "odds" else self._scores(request)

    def _odds(self, request: Request) -> tuple[list[dict[str, Any]], int]:
        regions = _list(request.args.get("regions", ""))
        if not regions:
            raise _Refusal(422, "MISSING_REGION", "Missing regions or bookmakers key")
        if unknown := [region for region in regions if region not in REGIONS]:
            raise _Refusal(422, "INVALID_REGION", f"Invalid regions: {', '.join(unknown)}")
        markets = _list(request.args.get("markets", "h2h"))
        if unknown := [market for market in markets if market not in _MARKETS]:
            raise _Refusal(422, "INVALID_MARKET", f"Invalid markets: {', '.join(unknown)}")
        odds_format = request.args.get("oddsFormat", "decimal")
        if odds_format not in ("american", "decimal"):
            raise _Refusal(422, "INVALID_ODDS_FORMAT", "Invalid oddsFormat")
        now = self._now()
        date = _date_writer(request)
        books = BOOKMAKERS if "us" in regions else {}
        games = board(now)
        self._remember(games, now)
        events = [
            {
                "id": game.id,
                "sport_key": SPORT,
                "sport_title": "NBA",
                "commence_time": date(game.tip_off),
                "home_team": game.home,
                "away_team": game.away,
                "bookmakers": [
                    _bookmaker(game, book, markets, now, date, american=odds_format == "american") for book in books
                ],
            }
            for game in games
        ]
        return events, len(markets) * len(regions)

    def _scores(self, request: Request) -> tuple[list[dict[str, Any]], int]:
        days = request.args.get("daysFrom")
        if days is not None and days not in ("1", "2", "3"):
            raise _Refusal(422, "INVALID_SCORES_DAYS_FROM", "Invalid daysFrom: it must be an integer from 1 to 3")
        now = self._now()
        date = _date_writer(request)
        over = finished(now, timedelta(days=int(days))) if days else []
        begun = [game for game in (*over, *live(now)) if game.id in self._offered]
        return [_score(game, now, date) for game in (*begun, *board(now))], 2 if days else 1

    def _remember(self, games: Iterable[Game], now: datetime) -> None:
        """Record the offered games and drop those that are too old for a client to request their scores."""
        forgotten = (now - LONGEST_MEMORY).timestamp()
        with self._lock:
            known = {name: tip_off for name, tip_off in self._offered.items() if tip_off > forgotten}
            offered = known | {game.id: game.tip_off.timestamp() for game in games}
            if offered != self._offered:
                self._offered = offered
                self._memory.write_text(json.dumps(offered), encoding="utf-8")


class OddsApiServer:
    """The stand-in, served on a port of its own."""

    def __init__(self, memory: Path) -> None:
        self._server = HttpServer(OddsApi(memory))

    @property
    def url(self) -> str:
        """The base address, for ODDS_API_BASE_URL."""
        return self._server.url

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving requests."""
        self._server.stop()


def _read_offered(memory: Path) -> dict[str, float]:
    """Return the tip-offs of the games offered in earlier runs, by id. Empty if the file is missing or invalid."""
    try:
        return {str(name): float(tip_off) for name, tip_off in json.loads(memory.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _call(path: str) -> str:
    """Return `odds` or `scores`. Raises _Refusal for any other path."""
    match path.strip("/").split("/"):
        case ["v4", "sports", sport, ("odds" | "scores") as call]:
            if sport != SPORT:
                raise _Refusal(404, "UNKNOWN_SPORT", "Unknown sport")
            return call
    raise _Refusal(404, "NOT_FOUND", "Not found")


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _date_writer(request: Request) -> Callable[[datetime], str | int]:
    if request.args.get("dateFormat") == "unix":
        return lambda moment: int(moment.timestamp())
    return lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _bookmaker(
    game: Game,
    book: str,
    markets: Sequence[str],
    now: datetime,
    date: Callable[[datetime], str | int],
    *,
    american: bool,
) -> dict[str, Any]:
    updated = date(now - timedelta(seconds=now.timestamp() % 30))
    # Some bookmakers have no line on the total yet.
    offered = [market for market in markets if market != "totals" or game.chance(book, "totals").random() > 0.05]  # noqa: PLR2004
    return {
        "key": book,
        "title": BOOKMAKERS[book],
        "last_update": updated,
        "markets": [
            {
                "key": market,
                "last_update": updated,
                # The provider sorts outcomes by name; the home side is not always first.
                "outcomes": sorted(
                    (
                        {**outcome, "price": outcome["price"] if american else _decimal(outcome["price"])}
                        for outcome in _MARKETS[market](game, book, now)
                    ),
                    key=lambda outcome: str(outcome["name"]),
                ),
            }
            for market in offered
        ],
    }


def _h2h(game: Game, book: str, now: datetime) -> list[dict[str, Any]]:
    moved, _ = game.movement(now, book)
    home = NormalDist(game.margin + moved, MARGIN_DEVIATION)
    chance = min(0.96, max(0.04, 1 - home.cdf(0)))
    return [
        {"name": game.home, "price": _american(chance * _OVERROUND)},
        {"name": game.away, "price": _american((1 - chance) * _OVERROUND)},
    ]


def _spreads(game: Game, book: str, now: datetime) -> list[dict[str, Any]]:
    moved, _ = game.movement(now, book)
    point = -_half(game.margin + moved)
    home_price, away_price = game.chance(book, "spread", point).choice(_PRICES)
    return [
        {"name": game.home, "price": home_price, "point": point},
        {"name": game.away, "price": away_price, "point": -point},
    ]


def _totals(game: Game, book: str, now: datetime) -> list[dict[str, Any]]:
    _, moved = game.movement(now, book)
    point = _half(game.total + moved)
    over_price, under_price = game.chance(book, "total", point).choice(_PRICES)
    return [
        {"name": "Over", "price": over_price, "point": point},
        {"name": "Under", "price": under_price, "point": point},
    ]


_MARKETS: dict[str, Callable[[Game, str, datetime], list[dict[str, Any]]]] = {
    "h2h": _h2h,
    "spreads": _spreads,
    "totals": _totals,
}


def _score(game: Game, now: datetime, date: Callable[[datetime], str | int]) -> dict[str, Any]:
    score = game.score(now)
    names_and_points = [] if score is None else [(game.home, score[0]), (game.away, score[1])]
    return {
        "id": game.id,
        "sport_key": SPORT,
        "sport_title": "NBA",
        "commence_time": date(game.tip_off),
        "completed": game.is_finished(now),
        "home_team": game.home,
        "away_team": game.away,
        "scores": [{"name": name, "score": str(points)} for name, points in names_and_points] or None,
        "last_update": None if score is None else date(now - timedelta(seconds=now.timestamp() % 30)),
    }


def _half(points: float) -> float:
    """Return `points` rounded to the nearest half point."""
    # Adding 0.0 turns -0.0, which the provider never sends, into 0.0.
    return math.floor(points * 2 + 0.5) / 2 + 0.0


def _american(probability: float) -> int:
    """Return the American odds that imply `probability`, in steps of 5 and with a magnitude of at least 100."""
    odds = -100 * probability / (1 - probability) if probability > 0.5 else 100 * (1 - probability) / probability  # noqa: PLR2004
    rounded = 5 * round(odds / 5)
    return rounded if abs(rounded) >= 100 else int(math.copysign(100, odds))  # noqa: PLR2004


def _decimal(american: int) -> float:
    return round(1 + (american / 100 if american > 0 else 100 / -american), 2)
