"""The administrator of a replay, who does what the runbook says when a provider writes a team's name otherwise."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from local.environments import Outcome
from local.replay.api import Api, UnexpectedAnswerError
from local.replay.bots import PASSWORD
from local.replay.clock import HeldClock
from local.replay.season import Rename
from local.schedules import next_time

NAME = "league-office"
AFTER_ODDS = timedelta(minutes=3)
"""When the review list is read, after the daily rule for odds."""


class Administrator:
    """A source of the driver: from a rename on it reads the review list each morning, until it has added the alias.

    invoke: runs a function of the laptop cloud, by which an operator makes the user an administrator.
    """

    def __init__(
        self,
        api: Api,
        clock: HeldClock,
        renames: Sequence[Rename],
        odds_rule: str,
        invoke: Callable[[str, bytes], Outcome],
    ) -> None:
        self._api = api
        self._clock = clock
        self._renames = list(renames)
        self._odds_rule = odds_rule
        self.done: list[Rename] = []
        if not renames:
            return
        account = {"username": NAME, "email": f"{NAME}@example.com", "password": PASSWORD}
        api.ask("POST", "/auth/register", account)
        order = {"command": "grant_role", "username": NAME, "role": "admin", "reason": "keeps the teams' names"}
        outcome = invoke("operator", json.dumps(order).encode())
        if outcome.failure is not None:
            raise UnexpectedAnswerError(f"the operator's command failed: {outcome.summary}")
        self._read_at = min(self._mornings_after(rename.since) for rename in renames)

    def next_due(self) -> datetime | None:
        """Return when the review list is read next."""
        return self._read_at if self._renames else None

    def fire_due(self) -> None:
        """Read the review list, and add the names that wait there for their teams."""
        now = self._clock.now()
        token = self._api.ask("POST", "/auth/login", {"login": NAME, "password": PASSWORD})["token"]
        reviews = list(self._api.pages("/admin/reviews", "reviews", {"kind": "event"}, token=token))
        named = {name for review in reviews for name in (review["home_team"], review["away_team"])}
        for rename in [each for each in self._renames if each.since <= now and each.new in named]:
            teams = {team["name"]: team["id"] for team in self._api.pages("/teams", "teams", {})}
            order = {"alias": rename.new, "reason": "the provider writes the team otherwise from now on"}
            self._api.ask("POST", f"/admin/teams/{teams[rename.old]}/aliases", order, token=token)
            self._renames.remove(rename)
            self.done.append(rename)
        if self._renames:
            self._read_at = min(self._mornings_after(max(now, rename.since)) for rename in self._renames)

    def _mornings_after(self, moment: datetime) -> datetime:
        due = next_time(self._odds_rule, moment)
        if due is None:
            raise ValueError(f"{self._odds_rule} is never due")
        return due + AFTER_ODDS
