"""A draft in the plainest words: one table of slots, changed in place. Written apart from the engine, to judge it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.acts import Act
from pickvs.fantasy.drafts.commands import Queue

GRACE = timedelta(seconds=3)


class Model:
    """A draft without quiet hours. Methods that somebody calls return whether the call is allowed."""

    def __init__(
        self,
        order: Sequence[int],
        pool: int,
        clock: int | None,
        opens_at: datetime,
        lock_at: datetime,
        settings: dict[str, Any],
    ) -> None:
        self.settings = settings
        self.pool = list(range(1, pool + 1))
        self.withdrawn: set[int] = set()
        self.auto = dict.fromkeys(order, "off")
        self.misses = dict.fromkeys(order, 0)
        self.gone: set[int] = set()
        self.queues: dict[int, Queue] = {}
        self.phase, self.paused, self.lock_at = "open", False, lock_at
        self.phase_at_cancellation = ""
        self.wanted = clock
        self.touched = False
        self.filled: dict[int, int] = {}
        self.by_clock: set[int] = set()
        self.swaps: dict[int, int] = {}
        self.skipped: set[int] = set()
        self.turn: int | None = None
        self.expires: datetime | None = None
        self._seat(order)
        self.clock = self._fit(clock, opens_at)
        self._begin(opens_at)

    def _seat(self, order: Sequence[int]) -> None:
        self.owners: dict[int, int] = {}
        for number in range(self.settings["rounds"]):
            backward = self.settings["method"] == "snake" and number % 2 == 1
            for constructor in list(order)[:: -1 if backward else 1]:
                self.owners[len(self.owners) + 1] = constructor

    def _fit(self, wanted: int | None, at: datetime) -> int | None:
        if wanted is None:
            return None
        unfilled = len(self.owners) - len(self.filled)
        left = int((self.lock_at - at).total_seconds()) - 1800 if self.lock_at > at else -1800
        return max(60, min(wanted, left // max(unfilled, 1)))

    def free(self) -> list[int]:
        return [each for each in self.pool if each not in self.filled.values() and each not in self.withdrawn]

    def _best(self, constructor: int) -> int:
        free = self.free()
        return next((each for each in self.queues.get(constructor, Queue()).contestants if each in free), free[0])

    def _begin(self, at: datetime, *, anew: bool = False) -> None:
        ahead = [number for number in self.owners if number not in self.filled and number not in self.skipped]
        following = ahead[0] if ahead and self.free() and self.phase == "open" else None
        if following != self.turn or anew:
            self.turn = following
            running = following is not None and not self.paused and self.clock is not None
            self.expires = at + timedelta(seconds=self.clock or 0) if running else None

    def _fill(self, slot: int, contestant: int, at: datetime, *, by_clock: bool = False) -> None:
        self.filled[slot] = contestant
        self.swaps[slot] = 0
        self.skipped.discard(slot)
        (self.by_clock.add if by_clock else self.by_clock.discard)(slot)
        self.touched = True
        self._begin(at)

    def pass_time(self, at: datetime) -> int | None:
        """Do what is due. Return the slot whose clock has ended, if one has."""
        if self.phase != "open":
            return None
        if at >= self.lock_at:
            for slot in self.owners:
                if slot not in self.filled and self.free() and self.settings["at_lock"] == "autopick":
                    self._fill(slot, self._best(self.owners[slot]), at, by_clock=True)
            self.phase, self.paused, self.turn, self.expires = "locked", False, None, None
            return None
        return self._let_system_pick(at)

    def _let_system_pick(self, at: datetime) -> int | None:
        ended = None
        while not self.paused and self.free():
            abandoned = [slot for slot in sorted(self.skipped) if self.owners[slot] in self.gone]
            if abandoned:
                self._fill(abandoned[0], self._best(self.owners[abandoned[0]]), at)
                continue
            slot = self.turn
            if slot is None:
                break
            owner = self.owners[slot]
            queue = self.queues.get(owner, Queue())
            if owner in self.gone:
                self._fill(slot, self._best(owner), at)
            elif self.expires is not None and at >= self.expires + GRACE:
                ended = slot
                self.misses[owner] += 1
                if self.settings["on_expiry"] == "skip":
                    self.skipped.add(slot)
                    self.touched = True
                    self._begin(at)
                else:
                    self._fill(slot, self._best(owner), at, by_clock=True)
                most = self.settings["auto_after_misses"]
                if most is not None and self.misses[owner] >= most:
                    self.auto[owner] = "on"
            elif self.auto[owner] != "off":
                self.auto[owner] = "on" if self.auto[owner] == "on" else "off"
                self._fill(slot, self._best(owner), at)
            elif queue.mode == "at_once" and any(each in self.free() for each in queue.contestants):
                self.misses[owner] = 0
                self._fill(slot, self._best(owner), at)
            else:
                break
        return ended

    def pick(self, constructor: int, contestant: int, expected: int | None, at: datetime) -> bool:
        ended = self.pass_time(at)
        if self.phase != "open" or self.paused or constructor not in self.auto or constructor in self.gone:
            return False
        mine = [slot for slot, owner in self.owners.items() if owner == constructor]
        fillable = [slot for slot in mine if slot == self.turn] + sorted(self.skipped & set(mine))
        meant = ended if expected is None and ended in mine else expected
        slot = meant if meant is not None else next(iter(fillable), None)
        if slot not in fillable or contestant not in self.free():
            return False
        self.auto[constructor], self.misses[constructor] = "off", 0
        self._fill(slot, contestant, at)
        self.pass_time(at)
        return True

    def swap(self, constructor: int, slot: int, contestant: int, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open" or self.paused or constructor in self.gone:
            return False
        if self.owners.get(slot) != constructor or slot not in self.filled or contestant not in self.free():
            return False
        if not (self.settings["replacement"] == "repick" and self.filled[slot] in self.withdrawn):
            used = sum(self.swaps[each] for each in self.filled if self.owners[each] == constructor)
            if used >= self.settings["free_swaps"]:
                return False
            self.swaps[slot] += 1
        self.filled[slot] = contestant
        self.by_clock.discard(slot)
        self._begin(at)
        self.pass_time(at)
        return True

    def set_queue(self, constructor: int, queue: Queue, at: datetime) -> bool:
        self.pass_time(at)
        self.queues[constructor] = queue
        self.pass_time(at)
        return True

    def set_auto(self, constructor: int, auto: str, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase == "open":
            if constructor in self.gone:
                return False
            self.auto[constructor], self.misses[constructor] = auto, 0
            self.pass_time(at)
        return True

    def pause(self, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open" or self.paused:
            return False
        self.paused, self.expires = True, None
        return True

    def resume(self, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open" or not self.paused:
            return False
        self.paused = False
        self._begin(at, anew=True)
        self.pass_time(at)
        return True

    def undo(self, slot: int, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open" or (slot not in self.filled and slot not in self.skipped):
            return False
        for number in range(slot, len(self.owners) + 1):
            self.filled.pop(number, None)
            self.skipped.discard(number)
        self.paused = True
        self._begin(at, anew=True)
        return True

    def change_clock(self, seconds: int | None, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open":
            return False
        self.wanted, self.clock = seconds, self._fit(seconds, at)
        if self.expires is None:
            self._begin(at, anew=True)
        self.pass_time(at)
        return True

    def reorder(self, order: Sequence[int], at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open" or self.touched:
            return False
        if list(order) != [self.owners[slot] for slot in range(1, len(order) + 1)]:
            self._seat(order)
            self._begin(at, anew=True)
            self.pass_time(at)
        return True

    def reschedule(self, lock_at: datetime, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open":
            return False
        if lock_at != self.lock_at:
            self.lock_at = lock_at
            self.clock = self._fit(self.wanted, at)
            self.pass_time(at)
        return True

    def change_pool(self, pool: Sequence[int], withdrawn: set[int], at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open":
            return False
        self.pool, self.withdrawn = list(pool), set(withdrawn)
        self._begin(at)
        self.pass_time(at)
        return True

    def cancel(self, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase == "void":
            return False
        self.phase_at_cancellation = self.phase
        self.phase, self.paused, self.turn, self.expires = "void", False, None, None
        return True

    def reinstate(self, lock_at: datetime, at: datetime) -> bool:
        if self.phase != "void":
            return True  # there is nothing to take back
        self.phase = self.phase_at_cancellation
        if self.phase == "open":
            self.lock_at = lock_at
            self.clock = self._fit(self.wanted, at)
            self._begin(at, anew=True)
            self.pass_time(at)
        return True

    def retire(self, constructor: int, at: datetime) -> bool:
        self.pass_time(at)
        if self.phase != "open":
            return False
        self.gone.add(constructor)
        self.pass_time(at)
        return True


def out_of_order(log: Iterable[Act]) -> list[int]:
    """Return the slots that a log fills though they are neither the first open one nor skipped before."""
    closed: set[int] = set()
    skipped: set[int] = set()
    wrong = []
    for act in log:
        match act:
            case acts.Picked(slot=slot, made_by=made_by):
                first_open = next(number for number in range(1, 1000) if number not in closed)
                if (slot != first_open and slot not in skipped and made_by != "lock") or slot in closed - skipped:
                    wrong.append(slot)
                closed.add(slot)
                skipped.discard(slot)
            case acts.Skipped(slot=slot):
                closed.add(slot)
                skipped.add(slot)
            case acts.Undone(to_slot=to_slot):
                closed = {number for number in closed if number < to_slot}
                skipped = {number for number in skipped if number < to_slot}
            case _:
                continue
    return wrong
