"""The functions. Each is a pool of execution environments that grows with the number of concurrent events."""

import contextlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from local.environments import Environment, Failure, Launcher, Outcome, failed
from local.errors import LaptopError

MAX_ENVIRONMENTS = 10
"""Upper bound on one function's processes, unless the template reserves concurrency for it."""
MAX_IDLE = 96
"""Upper bound on the idle processes of all functions together. Each holds memory and a connection to the database,
of which the server has 200."""
QUEUE_SECONDS = 10
"""Seconds that an event waits for a free environment. AWS would start up to 1000; a laptop has few processors."""
MAX_EVENT_BYTES = 6 * 1024 * 1024


class IdleEnvironments:
    """The idle environments of all functions, the least recently used first. It holds at most `limit` of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._owners: OrderedDict[Environment, LambdaFunction] = OrderedDict()

    def add(self, environment: Environment, owner: "LambdaFunction") -> None:
        """Count `environment` as the most recently used idle one. The caller calls `shrink` afterwards."""
        with self._lock:
            self._owners[environment] = owner

    def discard(self, environment: Environment) -> None:
        """Count `environment` as idle no longer."""
        with self._lock:
            self._owners.pop(environment, None)

    def shrink(self) -> None:
        """End the least recently used environments beyond the limit. The caller must not hold a function's lock."""
        with self._lock:
            surplus = [self._owners.popitem(last=False) for _ in range(len(self._owners) - self._limit)]
        for environment, owner in surplus:
            owner.end_if_idle(environment)


class LambdaFunction:
    """One function. An event takes the most recently used idle environment, or starts a new one.

    A function that is crashed has a spare one from then on, which is loaded while others work: loading takes far longer
    than most events.
    """

    def __init__(self, launcher: Launcher, idle: IdleEnvironments) -> None:
        self.spec = launcher.function
        self._launcher = launcher
        self._idle_anywhere = idle
        self._changed = threading.Condition()
        self._idle: list[Environment] = []
        self._all: set[Environment] = set()
        self._spare: Environment | None = None
        self._starting = 0
        self._closed = False

    @property
    def log_path(self) -> Path:
        """The file that receives the function's output."""
        return self._launcher.log.path

    def invoke(self, event: bytes) -> Outcome:
        """Run the function with `event` (JSON) and return the outcome."""
        if len(event) > MAX_EVENT_BYTES:
            return failed(
                Failure.TOO_LARGE, "RequestTooLargeException", f"Request must be smaller than {MAX_EVENT_BYTES} bytes."
            )
        trace_id = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=0"
        # If an idle process has ended, the event was not started: try another environment.
        for _ in range(MAX_ENVIRONMENTS + 1):
            try:
                environment = self._acquire()
            except OSError as error:
                outcome = failed(Failure.FUNCTION_ERROR, "Runtime.InvalidEntrypoint", f"no process: {error}")
                break
            if environment is None:
                return failed(Failure.THROTTLED, "TooManyRequestsException", "Rate Exceeded.")
            outcome = environment.run(event, trace_id)
            self._release(environment)
            if outcome.failure is not Failure.NOT_STARTED:
                break
        return outcome

    def submit(self, event: bytes) -> Future[Outcome]:
        """Run the function with `event` in a new thread."""
        future: Future[Outcome] = Future()

        def run() -> None:
            try:
                future.set_result(self.invoke(event))
            except BaseException as error:  # the caller of `result` must see it
                future.set_exception(error)

        threading.Thread(target=run, name=f"invoke-{self.spec.name}", daemon=True).start()
        return future

    def crash(self) -> bool:
        """End a process that is busy with an event, at once. Returns whether there was one."""
        with self._changed:
            busy = next((each for each in self._all if each not in self._idle and each.is_alive), None)
        if busy is None:
            return False
        busy.kill()
        self._load_spare()
        return True

    def end_if_idle(self, environment: Environment) -> None:
        """End `environment`, unless an event has taken it."""
        with self._changed:
            if environment not in self._idle:
                return
            self._idle.remove(environment)
            self._idle_anywhere.discard(environment)
        environment.kill()

    def stop(self) -> None:
        """End all environments, including busy ones."""
        with self._changed:
            self._closed = True
            environments = [*self._all, *([] if self._spare is None else [self._spare])]
            self._changed.notify_all()
        for environment in environments:
            environment.kill()
        for environment in environments:
            environment.join(5)

    def _acquire(self) -> Environment | None:
        reserved = self.spec.reserved_concurrency
        limit = MAX_ENVIRONMENTS if reserved is None else reserved
        deadline = time.monotonic() + (QUEUE_SECONDS if reserved is None else 0)
        with self._changed:
            while not self._closed:
                while self._idle:
                    environment = self._idle.pop()
                    self._idle_anywhere.discard(environment)
                    if environment.is_alive:
                        return environment
                    # Its process has ended; free its place without waiting for the notice.
                    self._all.discard(environment)
                if len(self._all) + self._starting < limit:
                    self._starting += 1
                    break
                if not self._changed.wait(deadline - time.monotonic()) and time.monotonic() >= deadline:
                    return None
            else:
                return None
        return self._start()

    def _start(self) -> Environment:
        environment: Environment | None = None
        try:
            environment = self._taken_spare() or self._launcher.launch(self._gone)
        finally:
            with self._changed:
                self._starting -= 1
                if environment is not None and environment.is_alive:
                    self._all.add(environment)
                closed = self._closed
                self._changed.notify()
        if closed:
            environment.kill()
        return environment

    def _taken_spare(self) -> Environment | None:
        """Return the spare environment, if there is one, and have the next one loaded."""
        with self._changed:
            spare, self._spare = self._spare, None
        if spare is None:
            return None
        threading.Thread(target=self._load_spare, name=f"spare-{self.spec.name}", daemon=True).start()
        return spare if spare.is_alive else None

    def _load_spare(self) -> None:
        """Start a spare environment, unless there is one. Without it, the next event starts its own."""
        if self._wants_spare():
            with contextlib.suppress(OSError):
                loaded = self._launcher.launch(self._gone)
                with self._changed:
                    if self._wants_spare():
                        self._spare = loaded
                        return
                loaded.kill()

    def _wants_spare(self) -> bool:
        return not self._closed and self._spare is None

    def _release(self, environment: Environment) -> None:
        with self._changed:
            if environment.is_alive and environment in self._all:
                self._idle.append(environment)
                self._idle_anywhere.add(environment, self)
            else:
                self._all.discard(environment)
            self._changed.notify()
        self._idle_anywhere.shrink()

    def _gone(self, environment: Environment) -> None:
        with self._changed:
            self._all.discard(environment)
            if environment in self._idle:
                self._idle.remove(environment)
                self._idle_anywhere.discard(environment)
            if environment is self._spare:
                self._spare = None
            self._changed.notify()


class Functions:
    """All functions of the deployment, by ARN and by name. Together they keep at most `max_idle` idle processes."""

    def __init__(self, launchers: Iterable[Launcher], *, max_idle: int = MAX_IDLE) -> None:
        idle = IdleEnvironments(max_idle)
        self._by_arn = {launcher.function.arn: LambdaFunction(launcher, idle) for launcher in launchers}
        self._by_name = {function.spec.name: function for function in self._by_arn.values()}

    @property
    def names(self) -> list[str]:
        """The names of all functions, in alphabetical order."""
        return sorted(self._by_name)

    def by_arn(self, arn: str) -> LambdaFunction:
        """Return the function with this ARN. Raises LaptopError if the laptop cloud does not run it."""
        if arn not in self._by_arn:
            raise LaptopError(f"{arn} is not a function of this deployment that the laptop cloud runs")
        return self._by_arn[arn]

    def by_name(self, name: str) -> LambdaFunction | None:
        """Return the function with this short name, or None."""
        return self._by_name.get(name)

    def named(self, name: str) -> LambdaFunction:
        """Return the function with this short name. Raises LaptopError if there is none."""
        function = self.by_name(name)
        if function is None:
            raise LaptopError(f"there is no function {name!r}")
        return function

    def stop(self) -> None:
        """End all processes of all functions."""
        for function in self._by_arn.values():
            function.stop()
