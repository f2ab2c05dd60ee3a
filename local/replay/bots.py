"""Registered users that pick by simple strategies, over the public HTTP API with keys of their own."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import batched
from typing import Any

from local.replay.api import Api, UnexpectedAnswerError
from local.replay.clock import HeldClock
from local.replay.strategies import Choice, Elo, Game, Strategy, at_random, favourites, home, overs, underdogs
from local.schedules import next_time

PASSWORD = "seven slow pelicans"  # noqa: S105 - of users that exist during a replay only
MOST_PICKS = 50
"""Most picks of one submission."""
MOST_TRIES = 4
AT_ONCE = 3
"""Bots that submit at the same time."""
KEY_DAYS = 360
AFTER_ODDS = timedelta(minutes=5)
"""When bots pick in the morning, after the daily rule for odds."""
BEFORE_TIP_OFF = timedelta(minutes=3)
"""When the close itself is picked: after the last capture before tip-off, and before the games lock on any stage."""
CLOSE = "close"
CREATED, CONFLICT = 201, 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A pick as the answer to its submission confirmed it. commence_time: the tip-off that was announced then."""

    id: int
    bot: str
    at: datetime
    home: str
    away: str
    commence_time: datetime
    market: str
    selection: str
    line: Decimal | None
    price: int
    stake: Decimal


@dataclass(frozen=True, slots=True)
class Bot:
    """A user with an API key and a connection."""

    name: str
    key: str
    strategy: Strategy
    api: Api


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of picks that a bot submitted."""

    placed: list[Placed] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Ledger:
    """What the bots have done and seen. refused: picks that were not taken, by the reason."""

    placed: list[Placed] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    finals: dict[int, Game] = field(default_factory=dict)
    """Games whose final score the API has shown, by id."""

    def add(self, submitted: Submitted) -> None:
        """Note what became of a submission."""
        self.placed += submitted.placed
        self.refused.update(submitted.refused)


class Bots:
    """A source of the driver: each morning all bots pick the games of the next 24 hours, and one waits for the close.

    odds_rule: the schedule of the daily rule for odds.
    """

    def __init__(self, api: Api, clock: HeldClock, odds_rule: str) -> None:
        self.ledger = Ledger()
        self._api = api
        self._clock = clock
        self._odds_rule = odds_rule
        self._elo = Elo()
        strategies: dict[str, Strategy] = {
            "favourites": favourites,
            "underdogs": underdogs,
            "home": home,
            "overs": overs,
            "random": at_random("random"),
            "elo": self._elo,
        }
        self._early = [self._registered(name, strategy) for name, strategy in strategies.items()]
        self._late = self._registered(CLOSE, at_random(CLOSE))
        self.bots = [*self._early, self._late]
        self._morning = self._next_morning()
        self._awaited: dict[int, Game] = {}
        """The games that the close itself is to be picked of, as they were last seen."""

    def next_due(self) -> datetime | None:
        """Return when bots pick next."""
        return min([self._morning, *(self._closes(game) for game in self._awaited.values())], default=None)

    def fire_due(self) -> None:
        """Pick what is due to be picked."""
        now = self._clock.now()
        if self._morning <= now:
            self._morning = self._next_morning()
            self._learn(now)
            self._pick_in_the_morning(now)
        due = [game for game in self._awaited.values() if self._closes(game) <= now]
        if due:
            for game in due:
                del self._awaited[game["id"]]
            # The quotes may be those of the morning: what has moved since then is in the API's refusal.
            self.ledger.add(_submitted(self._late, due))

    def close(self) -> None:
        """Close the bots' connections."""
        for bot in self.bots:
            bot.api.close()

    def mine(self, bot: Bot) -> Iterator[Any]:
        """Yield a bot's picks as the API shows them."""
        return self._api.pages("/picks/me", "picks", {}, token=bot.key)

    def _registered(self, name: str, strategy: Strategy) -> Bot:
        # A name of a word alone may be reserved.
        account = {"username": f"{name}-bot", "email": f"{name}-bot@example.com", "password": PASSWORD}
        token = self._api.ask("POST", "/auth/register", account)["token"]
        ends = self._clock.now() + timedelta(days=KEY_DAYS)
        wanted = {
            "name": "replay",
            "scopes": ["picks:read", "picks:write"],
            "expires_at": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
            "password": PASSWORD,
        }
        return Bot(name, self._api.ask("POST", "/api-keys", wanted, token=token)["key"], strategy, self._api.another())

    def _next_morning(self) -> datetime:
        due = next_time(self._odds_rule, self._clock.now() - AFTER_ODDS)
        if due is None:
            raise ValueError(f"{self._odds_rule} is never due")
        return due + AFTER_ODDS

    def _closes(self, game: Game) -> datetime:
        return _moment(game["commence_time"]) - BEFORE_TIP_OFF

    def _learn(self, now: datetime) -> None:
        """Read the finals since the last mornings."""
        since = f"{now - timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"
        for game in self._api.pages("/games", "games", {"status": "finished", "from": since}):
            if game["id"] not in self.ledger.finals:
                self.ledger.finals[game["id"]] = game
                self._elo.learn(game)

    def _pick_in_the_morning(self, now: datetime) -> None:
        tonight = [
            game
            for game in self._api.pages("/games/upcoming", "games", {}, token=self.bots[0].key)
            if _moment(game["commence_time"]) < now + timedelta(days=1)
        ]
        # No bot sees what another picks, so they may pick at once. The ledger keeps their order.
        with ThreadPoolExecutor(AT_ONCE) as people:
            for submitted in people.map(lambda bot: _submitted(bot, tonight), self._early):
                self.ledger.add(submitted)
        self._awaited = {game["id"]: game for game in tonight if self._closes(game) > now}


def _submitted(bot: Bot, games: Sequence[Game]) -> Submitted:
    """Submit the bot's picks on `games`, as many at once as the API takes. Raises UnexpectedAnswerError."""
    chosen = [(game, choice) for game in games if (choice := bot.strategy(game)) is not None]
    submitted = Submitted()
    for some in batched(chosen, MOST_PICKS, strict=False):
        _submit_once(bot, some, submitted)
    return submitted


def _submit_once(bot: Bot, chosen: Iterable[tuple[Game, Choice]], submitted: Submitted) -> None:
    """Submit picks together. What is refused is left out, and what has moved is taken at its new price."""
    wanted = [
        {"game_id": game["id"], "market": market, "selection": quote["selection"], "quote_id": quote["quote_id"]}
        for game, (market, quote) in chosen
    ]
    for _ in range(MOST_TRIES):
        if not wanted:
            return
        answer = bot.api.send("POST", "/picks", {"picks": wanted}, token=bot.key)
        if answer.status == CREATED:
            submitted.placed.extend(_placed(bot.name, pick) for pick in answer.body["picks"])
            return
        if answer.status != CONFLICT:
            break
        wanted = _mended(wanted, answer.body, submitted.refused)
    raise UnexpectedAnswerError(f"POST /picks of {bot.name}: {answer.status} {str(answer.body)[:500]}")


def _mended(
    wanted: Sequence[dict[str, Any]], problem: Mapping[str, Any], refused: Counter[str]
) -> list[dict[str, Any]]:
    """Return the picks that are worth another try, at the prices that the problem names. Counts the others."""
    moved = {quote["index"]: quote["quote_id"] for quote in problem.get("quotes") or ()}
    at_fault = {int(error["field"].partition("[")[2].partition("]")[0]) for error in problem["errors"]}
    if lost := at_fault - moved.keys():
        refused[str(problem["code"])] += len(lost)
    return [
        {**pick, "quote_id": moved.get(place, pick["quote_id"])}
        for place, pick in enumerate(wanted)
        if place not in at_fault or place in moved
    ]


def _placed(bot: str, pick: Mapping[str, Any]) -> Placed:
    game = pick["game"]
    return Placed(
        id=pick["id"],
        bot=bot,
        at=_moment(pick["placed_at"]),
        home=game["home_team"],
        away=game["away_team"],
        commence_time=_moment(game["commence_time"]),
        market=pick["market"],
        selection=pick["selection"],
        line=None if pick["line"] is None else Decimal(str(pick["line"])),
        price=pick["price"],
        stake=Decimal(str(pick["stake_units"])),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
