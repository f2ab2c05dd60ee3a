"""A draft room behind the API, with the interface of `drafts.Room`: members and commissioners send requests.

After each step the tables have the state that the acts lead to, the API shows it, and the agenda has what is due next.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from pickvs.core.alarm_clock import EVENT
from pickvs.fantasy.drafts import commands
from pickvs.fantasy.drafts.commands import Command, Queue, Refusal
from pickvs.fantasy.drafts.due import next_due
from pickvs.fantasy.drafts.replaying import proof_of
from pickvs.fantasy.drafts.state import Auto, State
from tests.support.draft_machine import CONTESTANTS, TEAMS, Drafts, teams
from tests.support.drafts import OPENS
from tests.support.gateway import Answer, LambdaContext
from tests.support.league_calls import Caller, User
from tests.support.leagues import Paddock
from tests.support.read_drafts import ReadDraft
from tests.support.stored_drafts import enter, event_of

SEASON = 2024
PLANNED = OPENS - timedelta(days=3)
WHY = {"reason": "as it is played"}

TOLD = (commands.Reschedule, commands.ChangePool, commands.Retire, commands.Cancel, commands.Reinstate)
"""What is not a request to the draft: it follows from what the tables say."""

AT_THE_DOOR = {"CONSTRUCTOR_OWNER_REQUIRED", "PICK_NOT_FOUND"}
"""Refusals of who has no right, or names what does not exist. They are given before the draft is looked at."""


class Door(Protocol):
    """How requests reach the functions, and how their time is set."""

    paddock: Paddock

    def user(self) -> User:
        """Return a new user."""

    def ask(self, user: User, operation: str, at: datetime, **parts: Any) -> Answer:
        """Send a request at a moment. parts: those of the path by their names, `body` and `headers`."""

    def tick(self, at: datetime, *, daily: bool = False) -> None:
        """Run `tick_drafts` at a moment, until nothing is due: woken by its alarm, or by its daily rule."""


class Handlers:
    """The deployed files in this process, each as its own role of the database, which is that of a paddock."""

    def __init__(self, paddock: Paddock) -> None:
        self.paddock = paddock

    def user(self) -> User:
        number = self.paddock.user().user_id
        return number, self.paddock.rows("SELECT username FROM users WHERE id = %s", number)[0]["username"]

    def ask(self, user: User, operation: str, at: datetime, **parts: Any) -> Answer:
        return Caller(user, at).ask(operation, **parts)

    def tick(self, at: datetime, *, daily: bool = False) -> None:
        from pickvs.core import clock
        from tests.support.functions import load

        due = "SELECT 1 FROM agenda WHERE function = 'tick_drafts' AND next_at <= %s AND given_up_at IS NULL"
        handler = load("tick_drafts/handler").handler
        with clock.held_at(at):
            handler({"detail-type": "Scheduled Event"} if daily else dict(EVENT), LambdaContext())
            while self.paddock.rows(due, at):
                handler(dict(EVENT), LambdaContext())


class ServedRoom(ReadDraft):
    """A draft of a league that was founded, joined and started by requests.

    The first constructor's owner leads it. A commissioner who leaves hands the league over first.
    """

    def __init__(self, door: Door, pool: int, *, clock_seconds: int | None, lock_at: datetime, **terms: Any) -> None:
        self.door, self.tables = door, door.paddock.owner
        self.event = event_of(self.tables, lock_at, SEASON)
        enter(self.tables, self.event, range(1, 10))
        self.tables.execute(f"ALTER TABLE constructors ALTER COLUMN id RESTART WITH {TEAMS[0]}")
        self.league, self.owners = self._found(clock_seconds, terms)
        self.head = TEAMS[0]
        self.tags: dict[int, tuple[str, dict[str, Any]]] = {}
        # A league is divided into groups by the pool at its start. This one has lost contestants since.
        for table in ("event_rankings", "event_entries"):
            self.tables.execute(f"DELETE FROM {table} WHERE event_id = %s AND contestant_id > %s", (self.event, pool))
        self.door.tick(PLANNED)
        [found] = self.door.paddock.rows("SELECT id FROM drafts WHERE league_id = %s", self.league)
        super().__init__(self.tables, int(found["id"]))
        assert self.do(commands.Reorder(TEAMS, "as it is written"), PLANNED) is None

    def _found(self, clock_seconds: int | None, terms: dict[str, Any]) -> tuple[int, dict[int, User]]:
        users = [self.door.user() for _ in TEAMS]
        opens = {"weekday": "monday", "at": f"{OPENS:%H:%M}"}
        body = {"name": f"League {self.event}", "season": SEASON, "visibility": "public", "timezone": "UTC", **terms}
        body |= {"opens": opens, "quiet": None, "clock_seconds": clock_seconds, "team_name": "Team 0"}
        league = self._done(self.door.ask(users[0], "create_league", PLANNED, body=body))["id"]
        for number, user in enumerate(users[1:], 1):
            team = {"team_name": f"Team {number}"}
            self._done(self.door.ask(user, "join_league", PLANNED, league=league, body=team))
        self._done(self.door.ask(users[0], "start_league", PLANNED, league=league))
        shown = self._done(self.door.ask(users[0], "list_constructors", PLANNED, league=league))["constructors"]
        by_name = {name: (number, name) for number, name in users}
        owners = {each["id"]: by_name[each["username"]] for each in shown}
        assert tuple(owners) == TEAMS
        return int(league), owners

    def tick(self, at: datetime) -> None:
        """Have done what is due."""
        self.door.tick(at)
        self._read(at)

    def do(self, command: Command, at: datetime) -> Refusal | None:
        """Send what somebody wants, and return why it was refused, if it was."""
        if isinstance(command, TOLD):
            return self._follow(command, at)
        answer = self._send(command, at)
        refusal = None
        if answer.status not in {200, 201}:
            refusal = self._refusal(answer, at)
        self._read(at)
        return refusal

    def put_queue(self, constructor: int, queue: Queue, auto: Auto, at: datetime) -> bool:
        """Have an owner replace queue and autopick. Returns whether that is allowed."""
        body = {"drivers": list(queue.contestants), "mode": queue.mode, "auto": auto}
        answer = self.door.ask(self.owners[constructor], "replace_draft_queue", at, constructor=constructor, body=body)
        if answer.status == 200:
            shown = {name: answer.body[name] for name in body}
            assert shown["drivers"] == body["drivers"]
            assert shown["mode"] == body["mode"]
        self._read(at)
        return answer.status == 200

    def _send(self, command: Command, at: datetime) -> Answer:
        match command:
            case commands.MakePick(constructor, contestant, expected):
                pick = {"race_id": self.event, "driver_id": contestant, "expected_slot": expected}
                return self._once(self.owners[constructor], "make_draft_pick", at, constructor=constructor, body=pick)
            case commands.Swap(constructor, slot, contestant):
                self.tick(at)  # who exchanges a pick has seen it
                parts = {"constructor": constructor, "pick": self._pick_in(constructor, slot, at)}
                body: dict[str, Any] = {"driver_id": contestant}
                return self.door.ask(self.owners[constructor], "swap_draft_pick", at, **parts, body=body)
            case commands.Reorder(order):
                body = {"constructors": list(order), **WHY}
                return self.door.ask(self.owners[self.head], "set_draft_order", at, draft=self.draft, body=body)
            case _:
                operation, more = _steering(command)
                return self._once(self.owners[self.head], operation, at, draft=self.draft, body=more | WHY)

    def _once(self, user: User, operation: str, at: datetime, **parts: Any) -> Answer:
        """Send a request twice with one key. What was done is answered alike; what was refused is asked once."""
        headers = {"Idempotency-Key": str(uuid4())}
        answer = self.door.ask(user, operation, at, **parts, headers=headers)
        if answer.status in {200, 201}:
            assert self.door.ask(user, operation, at, **parts, headers=headers).body == answer.body
        return answer

    def _pick_in(self, constructor: int, slot: int, at: datetime) -> int:
        """Return the id of the constructor's pick in a slot; one that does not exist if it has none."""
        shown = self.door.ask(self.owners[constructor], "list_constructor_drafts", at, constructor=constructor).body[
            "races"
        ]
        return next((pick["pick_id"] for race in shown for pick in race["picks"] if pick["slot"] == slot), 2**31)

    def _refusal(self, answer: Answer, at: datetime) -> Refusal:
        assert 400 <= answer.status < 500, answer.body
        code = answer.body["code"]
        if code in AT_THE_DOOR:
            self.door.tick(at)
        elif code == "TURN_EXPIRED":
            self.look()
            assert self.picks[answer.body["slot"]] == answer.body["driver_id"]
        return Refusal(code)

    def _follow(self, command: Command, at: datetime) -> Refusal | None:
        """Change what drafts follow, or have a member leave, and run the function: daily, or woken by the leaving."""
        self.tick(at)
        is_of_its_life = isinstance(command, commands.Cancel | commands.Reinstate)
        if self.state.phase != "open" and not is_of_its_life:
            return Refusal("DRAFT_LOCKED")
        if self.state.phase == "void" and isinstance(command, commands.Cancel):
            return Refusal("DRAFT_VOID")
        self._tell(command, at)
        self.door.tick(at, daily=not isinstance(command, commands.Retire))
        self._read(at)
        return None

    def _tell(self, command: Command, at: datetime) -> None:
        match command:
            case commands.Cancel():
                self.tables.execute("UPDATE events SET is_void = true WHERE id = %s", (self.event,))
            case commands.Reinstate(lock_at=lock_at):
                self.tables.execute("UPDATE events SET is_void = false WHERE id = %s", (self.event,))
                self._tell(commands.Reschedule(OPENS, lock_at), at)
            case commands.Reschedule(lock_at=lock_at):
                change = "UPDATE event_sessions SET starts_at = %s WHERE event_id = %s"
                self.tables.execute(change, (lock_at, self.event))
            case commands.ChangePool(pool=pool, withdrawn=withdrawn):
                enter(self.tables, self.event, pool, withdrawn)
            case commands.Retire(constructor=constructor):
                self._leave(constructor, at)
            case _:
                raise AssertionError(command)

    def _leave(self, constructor: int, at: datetime) -> None:
        leaver = self.owners[constructor]
        if constructor == self.head:
            self.head = next(each for each in TEAMS if each != constructor and not self.state.teams[each].retired)
            heir = self.owners[self.head]
            offered = self.door.ask(leaver, "hand_over_league", at, league=self.league, body={"username": heir[1]})
            body = {"invitation_id": self._done(offered)["id"]}
            self._done(self.door.ask(heir, "accept_invitation", at, body=body))
        left = self.door.ask(leaver, "remove_league_member", at, league=self.league, name=leaver[1])
        assert left.status == 204, left.body

    def _read(self, at: datetime) -> None:
        """Read the draft, and assert that log, tables, API and agenda agree on it."""
        self.look()
        proof = proof_of(self.tables, self.draft)
        assert proof.holds, proof
        assert self._shown(at) == view(self.state)
        due = next_due(self.state)
        planned = self.door.paddock.rows(
            "SELECT due_at FROM agenda WHERE function = 'tick_drafts' AND key = %s", f"draft:{self.draft}"
        )
        assert [row["due_at"] for row in planned] == ([] if due is None else [due])

    def _shown(self, at: datetime) -> dict[str, Any]:
        """Return what the API shows of the draft to the league's head, who may have seen it before."""
        seen = self.tags.get(self.head)
        headers = {} if seen is None else {"If-None-Match": seen[0]}
        answer = self.door.ask(self.owners[self.head], "get_draft", at, draft=self.draft, headers=headers)
        if answer.status == 304:
            assert seen is not None
            return seen[1]
        shown = self._done(answer)
        body = {
            **{name: shown["draft"][name] for name in ("phase", "is_paused", "version")},
            "lock_at": datetime.fromisoformat(shown["draft"]["lock_at"]),
            "clock_seconds": shown["clock_seconds"],
            "is_complete": shown["is_complete"],
            "turn": None if shown["turn"] is None else _turn(shown["turn"]),
            "slots": [
                (each["slot"], each["constructor_id"], each["is_skipped"], each["driver_id"], each["made_by"])
                for each in shown["slots"]
            ],
            "teams": {
                each["constructor_id"]: (each["auto"], each["misses"], each["is_retired"]) for each in shown["teams"]
            },
        }
        self.tags[self.head] = answer.headers["etag"], body
        return body

    @staticmethod
    def _done(answer: Answer) -> dict[str, Any]:
        assert answer.status in {200, 201}, answer.body
        return dict(answer.body)


def _steering(command: Command) -> tuple[str, dict[str, Any]]:
    """Return the operation of a commissioner's command, and its body but for the reason."""
    match command:
        case commands.Pause():
            return "pause_draft", {}
        case commands.Resume():
            return "resume_draft", {}
        case commands.Undo(slot):
            return "undo_draft", {"to_slot": slot}
        case commands.ChangeClock(seconds):
            return "change_draft_clock", {"seconds": seconds}
        case _:
            raise AssertionError(command)


def _turn(shown: dict[str, Any]) -> tuple[int, int, datetime | None]:
    expires_at = shown["expires_at"]
    return shown["slot"], shown["constructor_id"], None if expires_at is None else datetime.fromisoformat(expires_at)


def view(state: State) -> dict[str, Any]:
    """Return what the API is to show of a state."""
    turn = state.turn
    return {
        "phase": state.phase,
        "is_paused": state.paused,
        "version": state.version,
        "lock_at": state.lock_at,
        "clock_seconds": state.clock_seconds,
        "is_complete": state.complete,
        "turn": None if turn is None else (turn.slot, state.slot(turn.slot).constructor, turn.expires_at),
        "slots": [
            (
                slot.number,
                slot.constructor,
                slot.number in state.skipped,
                None if (pick := state.picks.get(slot.number)) is None else pick.contestant,
                None if pick is None else pick.made_by,
            )
            for slot in state.slots
        ],
        "teams": {number: (team.auto, team.misses, team.retired) for number, team in state.teams.items()},
    }


class ServedDrafts(Drafts):
    """The same drafts by requests, where queue and autopick come together, and who has left may do nothing."""

    @rule(
        constructor=teams,
        contestants=st.lists(CONTESTANTS, unique=True, max_size=4),
        at_once=st.booleans(),
        auto=st.sampled_from(["off", "off", "next", "on"]),
    )
    def set_queue(self, constructor: int, contestants: list[int], *, at_once: bool, auto: Any = "off") -> None:
        self._put(constructor, Queue(tuple(contestants), "at_once" if at_once else "at_expiry"), auto)

    @rule(constructor=teams, auto=st.sampled_from(["off", "next", "on"]))
    def set_auto(self, constructor: int, auto: Any) -> None:
        self._put(constructor, self.model.queues.get(constructor, Queue()), auto)

    def _put(self, constructor: int, queue: Queue, auto: Auto) -> None:
        if constructor in self.model.gone:
            self.tick()
            assert not self.room.put_queue(constructor, queue, auto, self.now)
            return
        allowed = self.model.set_queue(constructor, queue, self.now)
        allowed &= self.model.set_auto(constructor, auto, self.now)
        assert self.room.put_queue(constructor, queue, auto, self.now) == allowed

    @precondition(lambda self: len(self.room.log) > 8 and len(self.model.gone) < len(TEAMS) - 1)
    @rule(constructor=teams)
    def retire(self, constructor: int) -> None:
        if constructor not in self.model.gone:
            self.try_both(commands.Retire(constructor), allowed=self.model.retire(constructor, self.now))
