"""Who plays fantasy in a replay: users with keys of their own, the leagues that they found, and their habits."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from local.environments import Outcome
from local.replay.api import Answer, Api, UnexpectedAnswerError
from local.replay.fantasy_oracle import TABLES

PASSWORD = "seven slow pelicans"  # noqa: S105 - of users that exist during a replay only
TEAMS = 10
"""Constructors of a league."""
KEY_DAYS = 360
TRIES = 8
"""Times that a request is sent whose function has crashed."""
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429
LEAVER, OFFICE = "leaver", "race-office"

type Habit = Literal["picks", "queues", "auto", "sleeps", "is_late"]
"""What an owner does: picks by hand, lets a queue pick at once, has autopick on, never comes, or comes too late."""
_HABITS: tuple[Habit, ...] = (
    "picks",
    "queues",
    "picks",
    "auto",
    "picks",
    "sleeps",
    "queues",
    "picks",
    "auto",
    "is_late",
)


@dataclass(frozen=True, slots=True)
class User:
    """A user with an API key."""

    name: str
    key: str


@dataclass(slots=True)
class Team:
    """A constructor. owner: of these users. is_gone: whether the owner's account was erased."""

    id: int
    owner: User
    habit: Habit
    name: str
    is_gone: bool = False


@dataclass(slots=True)
class League:
    """A league that plays. teams: in base order, by id. seed: in hex, as it was shown at the start.

    nobody_picks: whether all its constructors have autopick on, and are named by their places in the base order.
    """

    id: int
    name: str
    table: str
    nobody_picks: bool
    commissioner: User
    seed: str
    teams: dict[int, Team] = field(default_factory=dict)


class People:
    """The users of a replay, and how they ask the API.

    now: the held time. wait: lets a second pass, after which the gateway lets in more requests. Several threads may
    ask at once, each as one of `another`.
    """

    def __init__(
        self,
        api: Api,
        now: Callable[[], datetime],
        wait: Callable[[], None],
        invoke: Callable[[str, bytes], Outcome],
    ) -> None:
        self._api = api
        self._now = now
        self._wait = wait
        self._sending_again = threading.Lock()
        self.retried: Counter[str] = Counter()
        """Requests that were sent again, by why: a function had crashed, or there were too many in a second."""
        self.users = [self._registered(f"driver-{number}") for number in range(1, TEAMS + 1)]
        self.leaver = self._registered(LEAVER)
        self.office = self._registered(OFFICE)
        order = {
            "command": "grant_role",
            "username": OFFICE,
            "role": "admin",
            "reason": "decides what sources leave open",
        }
        outcome = invoke("operator", json.dumps(order).encode())
        if outcome.failure is not None:
            raise UnexpectedAnswerError(f"the operator's command failed: {outcome.summary}")

    def send(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, key: str | None = None
    ) -> Answer:
        """Send a request, again if its function has crashed or if it came too soon. Returns the last answer."""
        for _ in range(TRIES):
            answer = self._api.send(method, path, body, token=token, key=key)
            if answer.status != TOO_MANY_REQUESTS and answer.status < SERVER_ERROR:
                break
            with self._sending_again:
                if answer.status == TOO_MANY_REQUESTS:
                    self._wait()
                self.retried["too many" if answer.status == TOO_MANY_REQUESTS else "crashed"] += 1
        return answer

    @contextmanager
    def another(self) -> Iterator["People"]:
        """Yield the same people with a connection of their own, for another thread."""
        with closing(self._api.another()) as api:
            other = copy(self)
            other._api = api  # noqa: SLF001 - of this class
            yield other

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None, key: str | None = None) -> Any:
        """Send a request as `send`, and return the body. Raises UnexpectedAnswerError unless the status is 2xx."""
        answer = self.send(method, path, body, token=token, key=key)
        if answer.status // 100 != 2:  # noqa: PLR2004 - success
            raise UnexpectedAnswerError(f"{method} {path}: {answer.status} {json.dumps(answer.body)[:500]}")
        return answer.body

    def token(self, user: User) -> str:
        """Sign a user in, and return the access token."""
        account = {"login": user.name, "password": PASSWORD}
        return str(self.ask("POST", "/auth/login", account)["token"])

    def erase(self, user: User) -> None:
        """Erase a user's account."""
        self.ask("DELETE", "/users/me", {"password": PASSWORD}, token=self.token(user))

    def _registered(self, name: str) -> User:
        account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        token = self.ask("POST", "/auth/register", account)["token"]
        wanted = {
            "name": "replay",
            "scopes": ["drafts:read", "drafts:write"],
            "expires_at": f"{self._now() + timedelta(days=KEY_DAYS):%Y-%m-%dT%H:%M:%SZ}",
            "password": PASSWORD,
        }
        return User(name, str(self.ask("POST", "/api-keys", wanted, token=token)["key"]))


def found_leagues(people: People, season: int, number: int) -> list[League]:
    """Found and start leagues of ten: first one for each table in which nobody picks, then those of all habits.

    The first of the latter is led by the user who will leave.
    """
    users = people.users
    tokens = {user.name: people.token(user) for user in (*users, people.leaver)}
    found = []
    for place in range(number):
        nobody_picks = place < len(TABLES)
        has_leaver = place == len(TABLES)
        members = [people.leaver, *users[1:]] if has_leaver else [*users[place % TEAMS :], *users[: place % TEAMS]]
        found.append(_founded(people, season, place, members, tokens, nobody_picks=nobody_picks))
    return found


def _founded(
    people: People, season: int, place: int, members: Sequence[User], tokens: Mapping[str, str], *, nobody_picks: bool
) -> League:
    table = TABLES[place % len(TABLES)]
    commissioner = members[0]
    name = f"Nobody picks, by {table}" if nobody_picks else f"League {place + 1}"
    wanted: dict[str, Any] = {
        "season": season,
        "name": name,
        "team_name": _team_name(commissioner),
        "visibility": "public",
        "table": table,
        "on_expiry": "skip" if place % 2 and not nobody_picks else "autopick",
    }
    league_id = people.ask("POST", "/leagues", wanted, token=tokens[commissioner.name])["id"]
    owners = {}
    for user in members[1:]:
        joined = {"team_name": _team_name(user)}
        path = f"/leagues/{league_id}/constructors"
        owners[people.ask("POST", path, joined, token=tokens[user.name])["id"]] = user
    started = people.ask("POST", f"/leagues/{league_id}/start", {}, token=tokens[commissioner.name])
    league = League(league_id, name, table, nobody_picks, commissioner, started["league"]["seed"])
    order = [team for group in started["groups"] for team in group["base_order"]]
    for number, team in enumerate(order, start=1):
        owner = owners.get(team, commissioner)
        habit: Habit = "auto" if nobody_picks else _HABITS[(number + place) % len(_HABITS)]
        league.teams[team] = Team(team, owner, habit, _team_name(owner))
        if nobody_picks:
            league.teams[team].name = f"Team C{number}"
            renamed = {"team_name": league.teams[team].name}
            people.ask("PATCH", f"/constructors/{team}", renamed, token=tokens[owner.name])
        if habit == "auto":
            people.ask("PUT", f"/constructors/{team}/queue", {"drivers": [], "auto": "on"}, token=owner.key)
    return league


def _team_name(user: User) -> str:
    return f"{user.name} racing"
