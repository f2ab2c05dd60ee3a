"""Lambda's asynchronous invocations, with their retries, dead-letter queues and failure destinations."""

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.clocks import REAL, Clock
from local.environments import Failure, Outcome
from local.functions import LambdaFunction

RETRY_SECONDS = (60.0, 120.0)
"""Seconds that Lambda waits before the first and before the second retry."""
THROTTLED_SECONDS = 1.0
"""Initial wait in seconds after a throttled attempt; each further one doubles it."""
MAX_THROTTLED_SECONDS = 300.0

type SendMessage = Callable[[str, str, Mapping[str, str]], None]
"""Sends a message: the queue's ARN, the body, and the message attributes."""


@dataclass(slots=True)
class _Submitted:
    """One event, and how its attempts went so far. born: by the clock's `monotonic`."""

    function: LambdaFunction
    event: bytes
    born: float
    gave_up: Callable[[], None]
    failures: int = 0
    busy_seconds: float = THROTTLED_SECONDS


class AsyncInvocations:
    """Runs events in the background. `say` receives one line for each event that exhausts its retries."""

    def __init__(
        self,
        send_message: SendMessage,
        say: Callable[[str], None],
        *,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        clock: Clock = REAL,
    ) -> None:
        self._send_message = send_message
        self._say = say
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._running = 0

    def submit(self, function: LambdaFunction, event: bytes, gave_up: Callable[[], None] = lambda: None) -> None:
        """Run the event in the background and retry it as the function's settings specify.

        gave_up: called in another thread once the event has exhausted its retries.
        """
        self._start(_Submitted(function, event, self._clock.monotonic(), gave_up))

    def settle(self) -> None:
        """Wait until every event has run, or waits for a retry."""
        with self._changed:
            self._changed.wait_for(lambda: not self._running)

    def stop(self) -> None:
        """Drop the events that wait for a retry."""
        self._stopping.set()

    def _start(self, submitted: "_Submitted") -> None:
        if self._stopping.is_set():
            return
        with self._changed:
            self._running += 1
        name = f"async-{submitted.function.spec.name}"
        threading.Thread(target=self._run, args=(submitted,), name=name, daemon=True).start()

    def _run(self, submitted: "_Submitted") -> None:
        try:
            self._try(submitted)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _try(self, submitted: "_Submitted") -> None:
        function = submitted.function
        outcome = function.invoke(submitted.event)
        if outcome.failure is None:
            return
        if outcome.failure is Failure.THROTTLED:
            # Throttling does not count as a failed attempt; it is limited by the event's age only.
            delay = submitted.busy_seconds
            submitted.busy_seconds = min(delay * 2, MAX_THROTTLED_SECONDS)
        else:
            submitted.failures += 1
            if submitted.failures > function.spec.retries:
                self._give_up(submitted, outcome, "RetriesExhausted")
                return
            delay = self._retry_seconds[min(submitted.failures, len(self._retry_seconds)) - 1]
        if self._clock.monotonic() - submitted.born + delay > function.spec.max_event_age:
            self._give_up(submitted, outcome, "EventAgeExceeded")
            return
        self._clock.later(delay, lambda: self._start(submitted))

    def _give_up(self, submitted: "_Submitted", outcome: Outcome, condition: str) -> None:
        if self._stopping.is_set():
            return
        spec, event, failures = submitted.function.spec, submitted.event, submitted.failures
        request_id = str(uuid.uuid4())
        self._say(f"{spec.name}: gave up on an event after {failures} failed tries: {outcome.summary}")
        if spec.on_failure is not None:
            record = {
                "version": "1.0",
                "timestamp": self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "requestContext": {
                    "requestId": request_id,
                    "functionArn": f"{spec.arn}:$LATEST",
                    "condition": condition,
                    "approximateInvokeCount": failures,
                },
                "requestPayload": json.loads(event),
                "responseContext": {
                    "statusCode": 200,
                    "executedVersion": "$LATEST",
                    "functionError": "Unhandled",
                },
                "responsePayload": outcome.error,
            }
            self._send(spec.on_failure, json.dumps(record), {})
        if spec.dead_letters is not None:
            message = str(outcome.error.get("errorMessage", ""))[:1024]
            attributes = {"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": message or "none"}
            self._send(spec.dead_letters, event.decode(), attributes)
        submitted.gave_up()

    def _send(self, queue: str, body: str, attributes: Mapping[str, str]) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._send_message(queue, body, attributes)
        except (BotoCoreError, ClientError) as error:
            self._say(f"the queue {queue} did not accept a failed event: {error}")
