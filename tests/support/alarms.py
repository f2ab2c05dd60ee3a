"""What functions ask AWS for when they put work on the agenda: alarms, and being woken at once."""

import json
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from pickvs.core import alarm_clock
from pickvs.core.alarm_clock import AlarmClock
from pickvs.core.config import settings

CLOCK = {"function_arn": "arn:of-the-function", "role_arn": "arn:of-the-role", "group": "the-group"}


@dataclass
class Alarms:
    """Stands for EventBridge Scheduler and Lambda. `fails`: an exception that both raise instead."""

    set: dict[str, datetime] = field(default_factory=dict)
    """The alarms that are set, by name."""
    asked: int = 0
    """How often an alarm was asked for, also if it was set already."""
    woken: list[str] = field(default_factory=list)
    """ARNs of the functions that were woken at once."""
    fails: BaseException | None = None

    def set_alarm(self, clock: AlarmClock, name: str, at: datetime) -> None:
        if self.fails:
            raise self.fails
        assert clock == AlarmClock(**CLOCK)
        self.asked += 1
        self.set.setdefault(name, at)

    def wake(self, function_arn: str) -> None:
        if self.fails:
            raise self.fails
        self.woken.append(function_arn)


def watch_alarms(monkeypatch: pytest.MonkeyPatch, *functions: str) -> Alarms:
    """Replace AWS by the returned alarms, and let the code wake and set alarms of these functions."""
    alarms = watch_clocks(monkeypatch, *functions)
    monkeypatch.setattr(alarm_clock, "wake", alarms.wake)
    monkeypatch.setenv("FUNCTIONS_TO_WAKE", json.dumps({name: f"arn:{name}" for name in functions}))
    return alarms


def watch_clocks(monkeypatch: pytest.MonkeyPatch, *functions: str) -> Alarms:
    """Replace Scheduler by the returned alarms, and let the code set alarms of these functions."""
    alarms = Alarms()
    monkeypatch.setattr(alarm_clock, "set_alarm", alarms.set_alarm)
    monkeypatch.setenv("ALARM_CLOCKS", json.dumps(dict.fromkeys(functions, CLOCK)))
    settings.cache_clear()
    return alarms


def set_game_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the times of the game clock to those of the deployed stages."""
    for name, seconds in (
        ("CLOSING_LEAD_SECONDS", 480),
        ("CLOSING_REACH_SECONDS", 1320),
        ("FIRST_CHECK_SECONDS", 0),
        ("CHECK_EVERY_SECONDS", 600),
    ):
        monkeypatch.setenv(name, str(seconds))
