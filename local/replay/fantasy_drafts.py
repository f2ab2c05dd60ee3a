"""Plays the drafts of a replay: looks into rooms when something may be to do there, and acts by each owner's habit."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.replay.clock import HeldClock
from local.replay.fantasy_people import LEAVER, League, People, Team

AFTER_OPENING = timedelta(minutes=2)
"""Time from the opening of a draft until its owners come: its tick may be a minute late."""
AFTER_EXPIRY = timedelta(seconds=90)
"""Time from the end of a turn's clock to the next look: the same."""
AFTER_LOCK = timedelta(minutes=10)
"""Time from a lock until the next draft is looked for."""
AGAIN = timedelta(hours=12)
"""Time until a draft is looked for again, if there was none: the schedule may be under review."""
CHOICES = 4
"""An owner who picks by hand takes one of so many best."""
LEAGUES_AT_ONCE = 3
"""Leagues whose owners act at the same time: enough to keep two processors busy."""
WANTED = 8
"""Length of a queue."""
CREATED, CONFLICT = 201, 409


@dataclass(slots=True)
class Visit:
    """The next visit to a league's draft. draft: as it was last listed; None while there is none."""

    at: datetime
    draft: dict[str, Any] | None = None


class Drafts:
    """A source of the driver: everybody who takes part in drafts. leaves_at: the weekend in which somebody leaves.

    What is due in several leagues at one moment happens at once: no league depends on what another one does.
    """

    def __init__(self, people: People, clock: HeldClock, leagues: Sequence[League], leaves_at: str | None) -> None:
        self._people = people
        self._clock = clock
        self._leagues = {league.id: league for league in leagues}
        self._visits = {league.id: Visit(clock.now() + AFTER_LOCK) for league in leagues}
        self._leaves_at = leaves_at
        self._chances = {
            league.id: random.Random(f"drafts of {league.name}")  # noqa: S311 - a game of chance, not a secret
            for league in leagues
        }
        self._counting = threading.Lock()
        self.done: Counter[str] = Counter()
        """Picks that were made by hand, and requests that were refused, by code."""
        self.held: dict[int, list[dict[str, Any]]] = {league.id: [] for league in leagues}
        """The drafts of each league that were seen, in their order."""

    def next_due(self) -> datetime | None:
        """Return when somebody looks into a room next."""
        return min((visit.at for visit in self._visits.values()), default=None)

    def fire_due(self) -> None:
        """Look into all rooms that are due."""
        now = self._clock.now()
        due = [each for each, visit in self._visits.items() if visit.at <= now]
        with ThreadPoolExecutor(LEAGUES_AT_ONCE, "league") as executor:
            for visited in [executor.submit(self._visit, each) for each in due]:
                visited.result()

    def give_up(self) -> None:
        """Look into no room any more: the season is over."""
        self._visits.clear()

    def _visit(self, league_id: int) -> None:
        league, visit = self._leagues[league_id], self._visits[league_id]
        with self._people.another() as people:
            if visit.draft is None:
                self._look_for_draft(people, league, visit)
            else:
                self._play(people, league, visit, visit.draft)

    def _look_for_draft(self, people: People, league: League, visit: Visit) -> None:
        now = self._clock.now()
        token = _reader(league)
        drafts = people.ask("GET", f"/leagues/{league.id}/drafts", token=token)["drafts"]
        seen = {each["id"] for each in self.held[league.id]}
        coming = [each for each in drafts if each["phase"] in ("waiting", "open") and each["id"] not in seen]
        if not coming:
            visit.at = now + AGAIN
            return
        visit.draft = coming[0]
        self.held[league.id].append(coming[0])
        visit.at = max(_moment(coming[0]["opens_at"]), now) + AFTER_OPENING

    def _play(self, people: People, league: League, visit: Visit, draft: dict[str, Any]) -> None:
        """Act for everybody who would act now, and decide when to look again."""
        now = self._clock.now()
        room = _room(people, league, draft)
        locked = _moment(room["draft"]["lock_at"])
        if room["draft"]["phase"] in ("locked", "void") or now >= locked + AFTER_LOCK:
            visit.draft, visit.at = None, now + AFTER_LOCK
            return
        if room["draft"]["phase"] == "waiting":  # it was moved, or is held back
            visit.at = max(_moment(room["draft"]["opens_at"]), now + AGAIN)
            return
        if self._is_left(league, room):
            self._leave(people, league, room)
            visit.at = locked + AFTER_LOCK
            return
        self._queue(people, league, room)
        room = self._act(people, league, room)
        turn = room["turn"]
        ends = None if turn is None or turn["expires_at"] is None else _moment(turn["expires_at"])
        visit.at = locked + AFTER_LOCK if ends is None else min(ends + AFTER_EXPIRY, locked + AFTER_LOCK)

    def _act(self, people: People, league: League, room: dict[str, Any]) -> dict[str, Any]:
        """Pick for who is on turn and picks by hand, until it is somebody else's turn; then for who comes late."""
        while (turn := room["turn"]) is not None and league.teams[turn["constructor_id"]].habit == "picks":
            self._pick(people, league, room, league.teams[turn["constructor_id"]], turn["slot"])
            room = _room(people, league, room["draft"])
        for slot in room["slots"]:
            team = league.teams[slot["constructor_id"]]
            if slot["is_skipped"] and slot["pick_id"] is None and team.habit == "is_late":
                self._pick(people, league, room, team, slot["slot"])
                room = _room(people, league, room["draft"])
        return room

    def _pick(self, people: People, league: League, room: dict[str, Any], team: Team, slot: int) -> None:
        draft = room["draft"]
        drivers = people.ask("GET", f"/drafts/{draft['id']}/drivers", token=_reader(league))["drivers"]
        free = [each["driver_id"] for each in drivers if each["taken_by"] is None and not each["is_withdrawn"]]
        if not free:
            return
        wanted = {
            "race_id": draft["race_id"],
            "driver_id": self._chances[league.id].choice(free[:CHOICES]),
            "expected_slot": slot,
        }
        key = f"{draft['id']}-{slot}-{room['draft']['version']}"
        path = f"/constructors/{team.id}/drafts"
        answer = people.send("POST", path, wanted, token=team.owner.key, key=key)
        with self._counting:
            self.done[
                "picked" if answer.status == CREATED else str((answer.body or {}).get("code", answer.status))
            ] += 1

    def _queue(self, people: People, league: League, room: dict[str, Any]) -> None:
        """Replace the queues of those who let a queue pick, once a draft: before their first turn."""
        if any(slot["pick_id"] is not None for slot in room["slots"][1:]):
            return
        drivers = people.ask("GET", f"/drafts/{room['draft']['id']}/drivers", token=_reader(league))["drivers"]
        ids = [each["driver_id"] for each in drivers]
        for team in league.teams.values():
            if team.habit == "queues" and not team.is_gone:
                chosen = self._chances[league.id].sample(ids, min(WANTED, len(ids)))
                wanted = {"drivers": chosen, "mode": "at_once"}
                people.ask("PUT", f"/constructors/{team.id}/queue", wanted, token=team.owner.key)

    def _is_left(self, league: League, room: dict[str, Any]) -> bool:
        leaves = league.commissioner.name == LEAVER and room["draft"]["race"] == self._leaves_at
        return leaves and not any(team.is_gone for team in league.teams.values())

    def _leave(self, people: People, league: League, room: dict[str, Any]) -> None:
        """Have the commissioner pause the draft, and then erase the account: nobody resumes it."""
        user = league.commissioner
        path = f"/drafts/{room['draft']['id']}/pause"
        people.ask("POST", path, {"reason": "back in a minute"}, token=people.token(user))
        people.erase(user)
        for team in league.teams.values():
            team.is_gone = team.is_gone or team.owner == user


def _room(people: People, league: League, draft: dict[str, Any]) -> dict[str, Any]:
    room: dict[str, Any] = people.ask("GET", f"/drafts/{draft['id']}", token=_reader(league))
    return room


def _reader(league: League) -> str:
    """Return the key of somebody who stays in the league."""
    return next(team.owner.key for team in league.teams.values() if team.owner.name != LEAVER)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
