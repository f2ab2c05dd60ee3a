"""EventBridge's scheduled rules, in UTC. They fire as long as the laptop cloud runs.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import json
import re
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from croniter import croniter

from local.assembly import ACCOUNT, REGION
from local.blueprint import ScheduleSpec
from local.errors import LaptopError

MAX_SLEEP_SECONDS = 30.0
"""Longest sleep. It is short because timers stop while a laptop is suspended."""

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_WEEKDAY = re.compile(r"(?<![\d#/])([1-7])(?!\d)")


class Schedules:
    """Fires rules on schedule. `fire` receives the rule and the time at which it was due."""

    def __init__(
        self,
        rules: Sequence[ScheduleSpec],
        fire: Callable[[ScheduleSpec, datetime], None],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fire = fire
        self._now = now
        started = now()
        self._due = {rule: next_time(rule.expression, started) for rule in rules}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedules", daemon=True)

    def start(self) -> None:
        """Start firing."""
        self._thread.start()

    def stop(self) -> None:
        """Stop firing."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def next_due(self) -> datetime | None:
        """Return when a rule is due next; None if none ever is."""
        return min((due for due in self._due.values() if due is not None), default=None)

    def fire_due(self) -> None:
        """Fire each rule that is due. A rule that was missed several times fires once."""
        now = self._now()
        for rule, due in self._due.items():
            if due is not None and due <= now:
                self._fire(rule, due)
                self._due[rule] = next_time(rule.expression, now)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.fire_due()
            upcoming = self.next_due()
            seconds = MAX_SLEEP_SECONDS if upcoming is None else (upcoming - self._now()).total_seconds()
            self._stopping.wait(min(max(seconds, 0.01), MAX_SLEEP_SECONDS))


def next_time(expression: str, after: datetime) -> datetime | None:
    """Return when a rule that was created or fired at `after` fires next; None if never.

    Raises LaptopError if `expression` is invalid or not supported.
    """
    if rate := _RATE.fullmatch(expression):
        return after + timedelta(**{f"{rate[2]}s": int(rate[1])})
    cron = _CRON.fullmatch(expression)
    if cron is None:
        raise LaptopError(f"{expression} is no schedule expression that the laptop cloud knows")
    minute, hour, day, month, weekday, year = cron.groups()
    # Sunday is 1 in EventBridge and 0 in croniter. croniter's sixth field is the seconds, its seventh the year.
    weekday = _WEEKDAY.sub(lambda match: str(int(match[1]) - 1), weekday.replace("?", "*"))
    text = f"{minute} {hour} {day.replace('?', '*')} {month} {weekday} 0 {year}"
    if not croniter.is_valid(text):
        raise LaptopError(f"{expression} is no schedule expression that the laptop cloud knows")
    following = next(iter(croniter(text, after, max_years_between_matches=10).all_next(datetime)), None)
    return following if isinstance(following, datetime) else None


def last_time(expression: str, at: datetime) -> datetime:
    """Return when a rule was due last, up to `at`. Raises LaptopError if it is not due once a week."""
    found: datetime | None = None
    for back in (timedelta(hours=25), timedelta(days=8)):
        due = next_time(expression, at - back)
        while due is not None and due <= at:
            found, due = due, next_time(expression, due)
        if found is not None:
            return found
    raise LaptopError(f"the rule {expression} is not due once a week")


def scheduled_event(rule: ScheduleSpec, due: datetime) -> bytes:
    """Return the event for the rule's function."""
    if rule.payload is not None:
        return rule.payload.encode()
    return json.dumps(
        {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [rule.arn],
            "detail": {},
        }
    ).encode()
