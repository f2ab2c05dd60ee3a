"""Lambda's asynchronous invocations, with their retries, dead-letter queues and failure destinations."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from local.environments import Failure, Outcome
from local.functions import LambdaFunction

RETRY_SECONDS = (60.0, 120.0)
"""Seconds that Lambda waits before the first and before the second retry."""
THROTTLED_SECONDS = 1.0
"""Initial wait in seconds after a throttled attempt; each further one doubles it."""
MAX_THROTTLED_SECONDS = 300.0

type SendMessage = Callable[[str, str, Mapping[str, str]], None]
"""Sends a message: the queue's ARN, the body, and the message attributes."""


class AsyncInvocations:
    """Runs events in the background. `say` receives one line for each event that exhausts its retries."""

    def __init__(
        self,
        send_message: SendMessage,
        say: Callable[[str], None],
        *,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self._send_message = send_message
        self._say = say
        self._retry_seconds = retry_seconds
        self._stopping = threading.Event()

    def submit(self, function: LambdaFunction, event: bytes) -> None:
        """Run the event in the background and retry it as the function's settings specify."""
        name = f"async-{function.spec.name}"
        threading.Thread(target=self._run, args=(function, event), name=name, daemon=True).start()

    def stop(self) -> None:
        """Drop the events that wait for a retry."""
        self._stopping.set()

    def _run(self, function: LambdaFunction, event: bytes) -> None:
        born = time.monotonic()
        failures = 0
        busy_seconds = THROTTLED_SECONDS
        while not self._stopping.is_set():
            outcome = function.invoke(event)
            if outcome.failure is None:
                return
            if outcome.failure is Failure.THROTTLED:
                # Throttling does not count as a failed attempt; it is limited by the event's age only.
                delay = busy_seconds
                busy_seconds = min(busy_seconds * 2, MAX_THROTTLED_SECONDS)
            else:
                failures += 1
                if failures > function.spec.retries:
                    self._give_up(function, event, outcome, failures, "RetriesExhausted")
                    return
                delay = self._retry_seconds[min(failures, len(self._retry_seconds)) - 1]
            if time.monotonic() - born + delay > function.spec.max_event_age:
                self._give_up(function, event, outcome, failures, "EventAgeExceeded")
                return
            self._stopping.wait(delay)

    def _give_up(self, function: LambdaFunction, event: bytes, outcome: Outcome, failures: int, condition: str) -> None:
        if self._stopping.is_set():
            return
        spec = function.spec
        request_id = str(uuid.uuid4())
        self._say(f"{spec.name}: gave up on an event after {failures} failed tries: {outcome.summary}")
        if spec.on_failure is not None:
            record = {
                "version": "1.0",
                "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
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

    def _send(self, queue: str, body: str, attributes: Mapping[str, str]) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._send_message(queue, body, attributes)
        except (BotoCoreError, ClientError) as error:
            self._say(f"the queue {queue} did not accept a failed event: {error}")
