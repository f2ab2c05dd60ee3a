"""Execution environments: one process of AWS's Runtime Interface Client each, serving one event at a time."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from local.assembly import REGION
from local.blueprint import FunctionSpec
from local.function_logs import LogFile
from local.runtime_api import Invocation, RuntimeApi
from local.settings import RUNTIME_PYTHON
from local.watchdog import Watchdog

INIT_SECONDS = 10
"""What Lambda gives a function to load, beyond its timeout."""
MAX_LINE_BYTES = 256 * 1024


class Failure(Enum):
    """What went wrong when a function has no result."""

    FUNCTION_ERROR = "function error"
    """The function raised, could not be loaded, or its process ended."""
    TIMED_OUT = "timed out"
    THROTTLED = "throttled"
    TOO_LARGE = "event too large"
    NOT_STARTED = "not started"
    """The process was gone before it took the event, which is as good as new."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation came to."""

    payload: bytes
    """The result, or a description of the error, as JSON."""
    failure: Failure | None = None

    @property
    def error(self) -> dict[str, Any]:
        """The description of the error: `errorType` and `errorMessage`, as far as it has them."""
        try:
            error = json.loads(self.payload)
        except ValueError:
            return {}
        return error if isinstance(error, dict) else {}

    @property
    def summary(self) -> str:
        """What went wrong, in a few words and without the function's own text, which may say more than it should."""
        return f"{self.failure.value} ({self.error.get('errorType', 'unknown')})" if self.failure else "success"


def failed(failure: Failure, error_type: str, message: str) -> Outcome:
    """Return the outcome that says `message`, in the form of Lambda's own errors."""
    return Outcome(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """What all environments of a function have in common."""

    function: FunctionSpec
    credentials: Mapping[str, str]
    """The variables that hold the role's credentials."""
    endpoint_url: str
    """Where the AWS services answer."""
    overrides: Mapping[str, str]
    """Environment variables that the laptop cloud sets otherwise than the template."""
    scratch: Path
    log: LogFile
    watchdog: Watchdog
    extra: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that no template has."""

    def launch(self, when_gone: Callable[["Environment"], None]) -> "Environment":
        """Start an environment; `when_gone` is called with it when its process has ended."""
        return Environment(self, when_gone)

    def environment(self, runtime_api: str, home: Path) -> dict[str, str]:
        """Return the variables that the process sees: Lambda's and the template's, and nothing of this machine's."""
        function = self.function
        libraries = [
            folder
            for layer in function.layers
            for folder in (layer / "python" / "lib" / "python3.13" / "site-packages", layer / "python")
            if folder.is_dir()
        ]
        return {
            **{name: self.overrides.get(name, value) for name, value in function.environment.items()},
            **self.extra,
            **self.credentials,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_NAME": function.full_name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.full_name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{home.name}",
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
            "LAMBDA_RUNTIME_DIR": str(RUNTIME_PYTHON.parent.parent),
            "LAMBDA_TASK_ROOT": str(function.code),
            "_HANDLER": function.handler,
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(map(str, libraries)),
            # Lambda has these folders, and those of its runtime, on the loader's path.
            "LD_LIBRARY_PATH": os.pathsep.join(str(folder / "lib") for folder in (function.code, *function.layers)),
            # The folders that Lambda shows are read-only, and no bytecode is written there.
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": ":UTC",
            # Instead of a /tmp of its own. Without a HOME libraries find the user's, and the settings in it.
            "HOME": str(home),
            "TMPDIR": str(home),
        }


class _EndedError(Exception):
    """The process ended while an event was under way."""


class Environment:
    """One process. It serves events until it ends, by itself or by `kill`."""

    def __init__(self, launcher: Launcher, when_gone: Callable[["Environment"], None]) -> None:
        """Start the process. Raises OSError if that is not possible."""
        self._launcher = launcher
        self._function = launcher.function
        self._when_gone = when_gone
        self._api = RuntimeApi()
        self._id = uuid.uuid4().hex[:8]
        self._home = launcher.scratch / f"{self._function.name}-{self._id}"
        self._home.mkdir()
        self._started_at = time.monotonic()
        self._served = 0
        self._lock = threading.Lock()
        self._current: Invocation | None = None
        self._status: int | None = None
        self._is_killed = False
        try:
            self._process = subprocess.Popen(
                [str(RUNTIME_PYTHON), "-m", "awslambdaric", self._function.handler],
                cwd=self._function.code,
                env=launcher.environment(self._api.address, self._home),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError:
            self._api.close()
            self._home.rmdir()
            raise
        launcher.watchdog.add(self._process.pid)
        self._pump = threading.Thread(target=self._copy_output, name=f"log-{self._id}", daemon=True)
        self._pump.start()
        self._cleared = threading.Event()
        threading.Thread(target=self._await_end, name=f"wait-{self._id}", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        """Whether the process can take an event."""
        return not self._is_killed and not self._has_ended()

    def run(self, event: bytes, trace_id: str) -> Outcome:
        """Give the process one event and wait for the result; a process that takes too long is ended."""
        invocation = Invocation(
            request_id=str(uuid.uuid4()),
            event=event,
            function_arn=self._function.arn,
            timeout=self._function.timeout,
            trace_id=trace_id,
        )
        with self._lock:
            if self._has_ended():
                return failed(Failure.NOT_STARTED, "Runtime.ExitError", "the process had ended before")
            self._current = invocation
        self._log(f"START RequestId: {invocation.request_id} Version: $LATEST")
        self._api.put(invocation)
        outcome = self._wait(invocation)
        with self._lock:
            self._current = None
        if outcome.failure is not Failure.NOT_STARTED:
            self._report(invocation)
        self._served += 1
        return outcome

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        if self._status is None:
            self._is_killed = True
            self._signal_group()

    def join(self, seconds: float) -> None:
        """Wait until nothing is left of the process, for at most `seconds`."""
        self._cleared.wait(seconds)

    def _wait(self, invocation: Invocation) -> Outcome:
        limit = self._function.timeout
        # Loading has its own time, and may then use the function's.
        invocation.fetched.wait(INIT_SECONDS + limit)
        remaining = invocation.fetched_at + limit - time.monotonic() if invocation.fetched_at else 0
        try:
            answer = invocation.answer.result(max(0, remaining))
        except TimeoutError:
            self._log(f"{invocation.request_id} Task timed out after {limit:.2f} seconds")
            self.kill()
            return failed(
                Failure.TIMED_OUT,
                "Sandbox.Timedout",
                f"RequestId: {invocation.request_id} Error: Task timed out after {limit:.2f} seconds",
            )
        except _EndedError:
            return self._ended(invocation)
        return Outcome(answer.payload, Failure.FUNCTION_ERROR if answer.is_error else None)

    def _has_ended(self) -> bool:
        """Tell whether the process is gone, be it so recently that the thread that waits for it has not seen it."""
        if self._status is not None:
            return True
        try:
            return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def _ended(self, invocation: Invocation) -> Outcome:
        if self._api.init_error is not None:
            return Outcome(self._api.init_error, Failure.FUNCTION_ERROR)
        if self._api.initialised.is_set() and not invocation.fetched_at:
            return failed(Failure.NOT_STARTED, "Runtime.ExitError", "the process had ended before")
        status = self._status or 0
        how = f"signal: {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        message = f"RequestId: {invocation.request_id} Error: Runtime exited with error: {how}"
        self._log(message)
        return failed(Failure.FUNCTION_ERROR, "Runtime.ExitError", message)

    def _await_end(self) -> None:
        status = self._process.wait()
        # What the process started and left behind does not outlive it.
        self._signal_group()
        self._pump.join(1)
        with self._lock:
            self._status = status
            current = self._current
        if current is not None:
            current.abandon(_EndedError())
        self._launcher.watchdog.remove(self._process.pid)
        shutil.rmtree(self._home, ignore_errors=True)
        self._when_gone(self)
        self._cleared.set()
        self._api.close()

    def _signal_group(self) -> None:
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _report(self, invocation: Invocation) -> None:
        duration = (time.monotonic() - (invocation.fetched_at or self._started_at)) * 1000
        init = ""
        if self._served == 0 and invocation.fetched_at:
            init = f" Init Duration: {(invocation.fetched_at - self._started_at) * 1000:.2f} ms"
        self._log(f"END RequestId: {invocation.request_id}")
        self._log(
            f"REPORT RequestId: {invocation.request_id} Duration: {duration:.2f} ms "
            f"Memory Size: {self._function.memory_mb} MB{init}"
        )

    def _copy_output(self) -> None:
        stream = self._process.stdout
        if stream is None:
            raise TypeError("the process was started without a pipe")
        with stream:
            for line in iter(lambda: stream.readline(MAX_LINE_BYTES), b""):
                # awslambdaric separates the lines of a traceback by carriage returns.
                self._log(line.decode("utf-8", "replace").replace("\r", "\n"))

    def _log(self, text: str) -> None:
        self._launcher.log.write(f"[{self._id}]", text)
