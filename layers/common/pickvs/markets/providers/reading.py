"""Reads the parts that the answers of all providers are made of: JSON, times, ids, names and points."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pickvs.jobs.errors import BadAnswer

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SCORE = re.compile(r"[0-9]{1,4}")
_NAME_LENGTH = 100
_NUMBER_LENGTH = 30
_TIME_LENGTH = 40
_YEARS = range(2000, 2101)


class Unreadable(Exception):
    """A part of the answer is malformed; the message says how."""


def json_of[Kind: (list[Any], dict[str, Any])](body: bytes, kind: type[Kind]) -> Kind:
    """Return the JSON list or object of a body. Numbers with a fraction are decimals, too long ones None.

    Raises BadAnswer if the body is no JSON, or another kind of it.
    """
    try:
        answer = json.loads(body, parse_int=_whole, parse_float=_fraction, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # Not chained: the parser's error quotes the answer.
        start = body[:1].decode("ascii", "replace")
    else:
        if isinstance(answer, kind):
            return answer
        wanted = "a list" if kind is list else "an object"
        raise BadAnswer(f"the answer is JSON, but not {wanted}: {type(answer).__name__}")
    said = "looks like HTML" if start == "<" else "is not complete JSON"
    raise BadAnswer(f"the answer {said} ({len(body)} bytes)")


def _whole(digits: str) -> int | None:
    # Too long for Python to parse: skips the number instead of rejecting the whole answer.
    return int(digits) if len(digits) <= _NUMBER_LENGTH else None


@lru_cache(maxsize=1_000)  # bookmakers share the same few lines
def _fraction(digits: str) -> Decimal | None:
    # Parsed as decimals: no float ever stands between the answer and the database.
    return Decimal(digits) if len(digits) <= _NUMBER_LENGTH and "e" not in digits.lower() else None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def readable_id(raw: Any) -> str | None:
    """Return a provider's id of an event; None if `raw` is not one."""
    return raw if isinstance(raw, str) and _ID.fullmatch(raw) else None


def readable_name(raw: Any) -> str | None:
    """Return a name; None if `raw` is not one."""
    # isprintable excludes NUL and lone surrogates, which PostgreSQL cannot store.
    if not isinstance(raw, str) or not raw.strip() or len(raw) > _NAME_LENGTH or not raw.isprintable():
        return None
    return raw


def readable_points(raw: Any) -> int | None:
    """Return a team's points; None if `raw` is not a whole number of them."""
    # A string in every recording. A bare integer can only mean the same.
    if isinstance(raw, bool) or not isinstance(raw, str | int) or not _SCORE.fullmatch(str(raw)):
        return None
    return int(raw)


def readable_moment(raw: Any) -> datetime | None:
    """Return an ISO 8601 time with a zone as UTC; None if `raw` is not one."""
    return _utc(raw) if isinstance(raw, str) and len(raw) <= _TIME_LENGTH else None


@lru_cache(maxsize=1_000)  # most markets of a bookmaker have the same timestamp
def _utc(raw: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None and moment.year in _YEARS else None
