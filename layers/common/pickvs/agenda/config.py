"""Which functions this one may wake, and how."""

import json

from pickvs.core.alarm_clock import AlarmClock
from pickvs.core.config import settings
from pickvs.core.errors import ConfigurationError


def alarm_clock(function: str) -> AlarmClock:
    """Return the alarm clock of a function, from ALARM_CLOCKS.

    Raises ConfigurationError if this function may not set it.
    """
    return _named(settings().require("ALARM_CLOCKS", _clocks), function)


def function_to_wake(function: str) -> str:
    """Return the ARN of a function, from FUNCTIONS_TO_WAKE.

    Raises ConfigurationError if this function may not wake it.
    """
    return _named(settings().require("FUNCTIONS_TO_WAKE", _arns), function)


def _named[Value](known: dict[str, Value], function: str) -> Value:
    if function not in known:
        raise ConfigurationError(f"this function may not wake {function}")
    return known[function]


def _clocks(raw: str) -> dict[str, AlarmClock]:
    """Parse `{"<function>": {"function_arn": …, "role_arn": …, "group": …}}`. Raises ValueError."""
    try:
        return {name: AlarmClock(**clock) for name, clock in json.loads(raw).items()}
    except (AttributeError, TypeError) as error:
        raise ValueError(str(error)) from None


def _arns(raw: str) -> dict[str, str]:
    """Parse `{"<function>": "<ARN>"}`. Raises ValueError."""
    try:
        return {name: str(arn) for name, arn in json.loads(raw).items()}
    except AttributeError as error:
        raise ValueError(str(error)) from None
