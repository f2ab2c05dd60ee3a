"""The parts that the answers of all sources are made of: numbers in strings, points, lap times, moments."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_LAP = re.compile(
    r"(?:(?:(?P<hours>[0-9]):)?(?P<minutes>[0-9]{1,2}):)?(?P<seconds>[0-9]{1,2})\.(?P<thousandths>[0-9]{3})"
)
_WHOLE = re.compile(r"[0-9]{1,6}")
_POINTS = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?")
_CLOCK = re.compile(r"(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)Z?")
_BLANK = ("", "\\N")
SECONDS, MINUTES = 1_000, 60


class Part(BaseModel):
    """Base class of the parts of an answer. Members that are not read may be anything."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


def _whole(raw: Any) -> Any:
    """Return a whole number, which the sources write as a string or as a number."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and _WHOLE.fullmatch(raw):
        return int(raw)
    raise ValueError("must be a whole number")


def _points(raw: Any) -> Any:
    # f1db writes null for no points.
    if raw is None:
        return Decimal()
    if isinstance(raw, Decimal):
        return raw
    if isinstance(raw, int | str) and not isinstance(raw, bool) and _POINTS.fullmatch(str(raw)):
        return Decimal(raw)
    raise ValueError("must be points: a number from 0, with at most two decimals")


def _lap(raw: Any) -> Any:
    """Return a lap time in milliseconds; None for none."""
    if raw is None or raw in _BLANK:
        return None
    found = _LAP.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise ValueError("must be a lap time such as 1:07.012")
    hours, minutes, seconds, thousandths = (int(found[part] or 0) for part in found.re.groupindex)
    return ((hours * MINUTES + minutes) * MINUTES + seconds) * SECONDS + thousandths


Whole = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=999_999)]
Points = Annotated[Decimal, BeforeValidator(_points), Field(ge=0, le=1_000)]
Lap = Annotated[int | None, BeforeValidator(_lap)]
"""A lap time in milliseconds."""
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def moment_of(day: date, clock: object) -> datetime | None:
    """Return a moment in UTC from a source's date and time of day; None without a time. Raises ValueError."""
    if clock is None or clock in _BLANK:
        return None
    found = _CLOCK.fullmatch(clock) if isinstance(clock, str) else None
    if found is None:
        raise ValueError("the time of day is not one in UTC")
    return datetime.combine(day, time.fromisoformat(found["time"]), UTC)
