"""Many clients that pick at once, in many drafts, over HTTP: eagerly, out of turn, a taken driver, and twice.

The storm knows the rules of a draft by itself, from what the room shows: who is on turn may pick a free driver, for the
slot on turn. Every answer is judged by that, whatever has happened between the look and the request.
"""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import psycopg
import urllib3

from tests.e2e.client import Client
from tests.support.gateway import Answer

type Manner = Literal["eager", "wrong turn", "wrong slot", "same driver", "repeated"]

MANNERS: Mapping[Manner, int] = {"eager": 6, "wrong turn": 2, "wrong slot": 1, "same driver": 2, "repeated": 3}
"""How often clients behave in each manner, relative to the others."""

ALLOWED: Mapping[Manner, set[str]] = {
    # Somebody else was quicker with the slot, or with the driver.
    "eager": {"201", "NOT_THIS_SLOT", "DRIVER_TAKEN", "NOT_YOUR_TURN", "PICKS_COMPLETE"},
    "repeated": {"201", "NOT_THIS_SLOT", "DRIVER_TAKEN", "NOT_YOUR_TURN", "PICKS_COMPLETE"},
    # It names no slot, and its turn may have come meanwhile.
    "wrong turn": {"201", "NOT_YOUR_TURN", "DRIVER_TAKEN", "PICKS_COMPLETE"},
    "wrong slot": {"NOT_THIS_SLOT"},
    "same driver": {"DRIVER_TAKEN", "NOT_THIS_SLOT", "NOT_YOUR_TURN", "PICKS_COMPLETE"},
}
"""What each manner may be answered."""

RETRIED = {500, 502, 503, 504}
"""Statuses of requests whose connection or function was killed. The client repeats them with the same key."""

PATIENCE = 60.0
"""Seconds after which a request that is killed again and again is given up."""


@dataclass(frozen=True)
class Attempt:
    """A request that was answered in the end. slot: the one that it named; None for none."""

    manner: Manner
    draft: int
    slot: int | None
    driver: int
    answer: Answer

    @property
    def outcome(self) -> str:
        return "201" if self.answer.status == 201 else str(self.answer.body["code"])


@dataclass
class Storm:
    """The drafts, and the clients of the constructors in them by the constructors' ids."""

    drafts: Sequence[int]
    owners: Mapping[int, Client]
    race: int
    seed: int = 1
    attempts: list[Attempt] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    retries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: set[int] = field(default_factory=set)

    def rage(self, clients: int) -> None:
        """Let clients pick until every draft is complete. Fails at the first answer that is not allowed."""
        self._open = set(self.drafts)
        with ThreadPoolExecutor(clients) as pool:
            for done in [pool.submit(self._client, self.seed * 1000 + each) for each in range(clients)]:
                done.result()

    def _client(self, seed: int) -> None:
        try:
            self._pick_until_complete(random.Random(seed))  # noqa: S311 - not for a secret
        except BaseException:
            self._open.clear()  # the other clients stop too
            raise

    def _pick_until_complete(self, chance: random.Random) -> None:
        manners = list(MANNERS)
        while drafts := sorted(self._open):
            draft = chance.choice(drafts)
            [manner] = chance.choices(manners, [MANNERS[each] for each in manners])
            room = self._persist(partial(self._anybody().get, f"/drafts/{draft}"))[0].body
            if room["is_complete"]:
                self._open.discard(draft)
            else:
                assert room["turn"] is not None, f"nobody is on turn in a draft that is not complete: {room['draft']}"
                self._behave(manner, room, chance)

    def _behave(self, manner: Manner, room: Mapping[str, Any], chance: random.Random) -> None:
        draft, slot, constructor = room["draft"]["id"], room["turn"]["slot"], room["turn"]["constructor_id"]
        taken = [each["driver_id"] for each in room["slots"] if each["driver_id"] is not None]
        drivers = self._anybody().get(f"/drafts/{draft}/drivers")
        if drivers.status != 200:
            return
        free = [each["driver_id"] for each in drivers.body["drivers"] if each["driver_id"] not in taken]
        others = sorted({each["constructor_id"] for each in room["slots"]} - {constructor})
        if manner == "wrong turn":
            self._send(manner, draft, None, chance.choice(others), chance.choice(free))
        elif manner == "wrong slot":
            self._send(manner, draft, slot, chance.choice(others), chance.choice(free))
        elif manner == "same driver":
            if taken:
                self._send(manner, draft, slot, constructor, chance.choice(taken))
        else:
            times = 2 if manner == "repeated" else 1
            self._send(manner, draft, slot, constructor, chance.choice(free), times=times)

    def _send(
        self, manner: Manner, draft: int, slot: int | None, constructor: int, driver: int, *, times: int = 1
    ) -> None:
        """Send a pick, or the same one several times at once, and note the answers."""
        body = {"race_id": self.race, "driver_id": driver, "expected_slot": slot}
        headers = {"Idempotency-Key": str(uuid4())}
        path = f"/constructors/{constructor}/drafts"

        def post() -> tuple[Answer, int, float]:
            return self._persist(lambda: self.owners[constructor].send("POST", path, body=body, headers=headers))

        with ThreadPoolExecutor(times) as pool:
            answered = [each.result() for each in [pool.submit(post) for _ in range(times)]]
        with self._lock:
            self.retries += sum(sent - 1 for _, sent, _ in answered)
            self.latencies += [seconds for _, sent, seconds in answered if sent == 1]
            own = [Attempt(manner, draft, slot, driver, answer) for answer, _, _ in answered]
            self.attempts += own
        assert {each.outcome for each in own} <= ALLOWED[manner], [each.answer.body for each in own]
        said = [answer.body for answer, _, _ in answered if answer.status == 201]
        assert all(body == said[0] for body in said), f"one key, several answers: {said}"

    def _persist(self, send: Callable[[], Answer]) -> tuple[Answer, int, float]:
        """Send until there is an answer that says something. Returns it, how often that took, and its seconds."""
        began = time.monotonic()
        for sent in count(1):
            at = time.monotonic()
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                answer = send()
                if answer.status not in RETRIED:
                    return answer, sent, time.monotonic() - at
            assert time.monotonic() - began < PATIENCE, "no answer in time"
            time.sleep(0.02)
        raise AssertionError("there is always another time")

    def _anybody(self) -> Client:
        return next(iter(self.owners.values()))

    def outcomes(self) -> Counter[tuple[Manner, str]]:
        return Counter((attempt.manner, attempt.outcome) for attempt in self.attempts)

    def check(self, url: str, rounds: int) -> None:
        """Assert that the drafts are as they should be: by the answers, and by the tables. url: of the database."""
        with psycopg.connect(url) as connection:
            rows = connection.execute(
                """
                SELECT pick.id, pick.draft_id, pick.slot_no, pick.constructor_id = slot.constructor_id AS is_its_own,
                       pick.contestant_id, pick.made_by, pick.seq, act.kind
                FROM draft_picks pick
                JOIN draft_slots slot USING (draft_id, slot_no)
                JOIN draft_acts act USING (draft_id, seq)
                WHERE pick.draft_id = ANY(%s)
                ORDER BY pick.draft_id, pick.seq
                """,
                (list(self.drafts),),
            ).fetchall()
            slots = connection.execute(
                "SELECT draft_id, count(*) FROM draft_slots WHERE draft_id = ANY(%s) GROUP BY 1", (list(self.drafts),)
            ).fetchall()
        assert len(rows) == sum(number for _, number in slots), "a slot is empty, or filled twice"
        assert all(row[3] and row[5] == "owner" and row[7] == "picked" for row in rows)
        for draft, number in slots:
            own = [row for row in rows if row[1] == draft]
            assert [row[2] for row in own] == list(range(1, number + 1)), f"draft {draft} was picked out of order"
            assert len({row[4] for row in own}) == number, f"a driver was picked twice in draft {draft}"
            assert number % rounds == 0
        # Each pick was answered to somebody, to nobody a pick that is not there, and to each the right one.
        stored = {row[0]: (row[1], row[2], row[4]) for row in rows}
        answered = {
            attempt.answer.body["id"]: (attempt.draft, attempt.answer.body["slot"], attempt.driver)
            for attempt in self.attempts
            if attempt.outcome == "201"
        }
        assert answered == stored
        meant = [each for each in self.attempts if each.outcome == "201" and each.slot is not None]
        assert all(each.slot == each.answer.body["slot"] for each in meant)


class Killer:
    """Kills connections and functions at random while it is open. `connections` and `functions` count them."""

    def __init__(self, url: str, laptop_pid: int, *, connections: int, functions: int, seed: int = 1) -> None:
        self.url = url
        self.laptop_pid = laptop_pid
        self.wanted = ["connection"] * connections + ["function"] * functions
        self.done: Counter[str] = Counter()
        self._chance = random.Random(seed)  # noqa: S311 - not for a secret
        self._chance.shuffle(self.wanted)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._kill)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _kill(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            while self.wanted and not self._over.wait(self._chance.uniform(0.0, 0.05)):
                kind = self.wanted[-1]
                killed = self._kill_connection(connection) if kind == "connection" else self._kill_function()
                if killed:
                    self.wanted.pop()
                    self.done[kind] += 1

    def _kill_connection(self, connection: psycopg.Connection[Any]) -> bool:
        """Terminate a connection of a function that is in a transaction which writes picks."""
        row = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'pickvs' AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
            " ORDER BY random() LIMIT 1"
        ).fetchone()
        return row is not None

    def _kill_function(self) -> bool:
        """Kill a process of the function that makes picks, of this laptop cloud alone."""
        pids = [pid for pid in children_of(self.laptop_pid) if runs(pid, "make_draft_pick")]
        if not pids:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._chance.choice(pids), signal.SIGKILL)
            return True
        return False


def children_of(pid: int) -> list[int]:
    """Return the pids of all processes that a process has started."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(folder.name))
    found, asked = [], [pid]
    while asked:
        own = parents.get(asked.pop(), [])
        found += own
        asked += own
    return found


def runs(pid: int, function: str) -> bool:
    """Return whether a process is an environment of this function."""
    with contextlib.suppress(OSError):
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        return any(
            each.startswith(b"AWS_LAMBDA_FUNCTION_NAME=") and each.endswith(function.encode()) for each in environment
        )
    return False
