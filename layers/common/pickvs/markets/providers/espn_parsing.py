"""Parses ESPN's scoreboard and summary into our values, by name and never by position.

A state is what its name says. `completed` and `state` must not contradict it: a game is final only if all three say so.
A name that is not known is left out if the game may be over, and read by `state` otherwise. Points before the start,
which ESPN gives as "0", are none. A final is left out if its points cannot be true: a tie in a sport without ties, as
in a game that was called off, or a `winner` without more points than the other side.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers.reading import (
    Unreadable,
    json_of,
    readable_id,
    readable_moment,
    readable_name,
    readable_points,
)
from pickvs.markets.values import Fixture, PlayState, PlayStatement
from pickvs.sports.rules import SPORTS

_STATES: Mapping[str, PlayState] = MappingProxyType(
    {
        "STATUS_SCHEDULED": "scheduled",
        "STATUS_IN_PROGRESS": "under_way",
        "STATUS_END_PERIOD": "under_way",
        "STATUS_HALFTIME": "under_way",
        "STATUS_FINAL": "final",
        # After overtime: in all recordings the name is STATUS_FINAL, and `detail` is "Final/OT".
        "STATUS_FINAL_OT": "final",
        "STATUS_POSTPONED": "postponed",
        "STATUS_SUSPENDED": "suspended",
        "STATUS_CANCELED": "cancelled",
        "STATUS_ABANDONED": "cancelled",
        "STATUS_FORFEIT": "forfeit",
    }
)
_UNKNOWN_NAMES: Mapping[str, PlayState] = MappingProxyType({"pre": "scheduled", "in": "under_way"})
"""What a name that is not known means, by `state`: a delay, an intermission. After the end it may mean anything."""
_SIDES = ("home", "away")


def read_scoreboard(body: bytes, sport: str) -> Capture[PlayStatement]:
    """Parse the scoreboard of a day, which is an empty list without games. Raises BadAnswer if it is no object."""
    events = json_of(body, dict).get("events")
    if not isinstance(events, list):
        return Capture((), (Skipped("events is missing or not a list"),))
    skipped: list[Skipped] = []
    items = tuple(_each(events, sport, skipped))
    return Capture(items, tuple(skipped))


def read_summary(body: bytes, sport: str) -> Capture[PlayStatement]:
    """Parse the summary of one game, with its start where it is stated. Raises BadAnswer if the body is no object."""
    answer = json_of(body, dict)
    header, meta = answer.get("header"), answer.get("meta")
    try:
        began_at = readable_moment(meta.get("firstPlayWallClock")) if isinstance(meta, dict) else None
        return Capture((replace(_statement(header, sport), began_at=began_at),), ())
    except Unreadable as problem:
        return Capture((), (Skipped(str(problem), _readable_id(header)),))


def _each(events: list[Any], sport: str, skipped: list[Skipped]) -> Iterator[PlayStatement]:
    ids = Counter(_readable_id(event) for event in events)
    for event in events:
        try:
            if ids[_readable_id(event)] > 1:
                skipped.append(Skipped("the id is missing, or occurs twice in one answer", _readable_id(event)))
            else:
                yield _statement(event, sport)
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), _readable_id(event)))


def _statement(event: Any, sport: str) -> PlayStatement:
    if not isinstance(event, dict):
        raise Unreadable("the event is not an object")
    provider_id = readable_id(event.get("id"))
    if provider_id is None:
        raise Unreadable("the event has no readable id")
    match event.get("competitions"):
        case [dict() as competition]:
            pass
        case _:
            raise Unreadable("the event has not one competition")
    tip_off = readable_moment(competition.get("date", event.get("date")))
    if tip_off is None:
        raise Unreadable("date is missing or not an ISO 8601 time with a zone")
    sides = _sides(competition.get("competitors"))
    names = {side: _name(sides[side]) for side in _SIDES}
    if names["home"] == names["away"]:
        raise Unreadable("both competitors are the same")
    state = _state(competition, event)
    fixture = Fixture(provider_id, sport, names["home"], names["away"], tip_off)
    if state not in ("under_way", "final", "suspended"):
        return PlayStatement(fixture, state, None, None)
    home, away = (readable_points(sides[side].get("score")) for side in _SIDES)
    if home is None or away is None:
        raise Unreadable("a score is missing or not a whole number")
    if state == "final":
        _check_final(sport, sides, {"home": home, "away": away})
    return PlayStatement(fixture, state, home, away)


def _check_final(sport: str, sides: Mapping[str, dict[str, Any]], points: Mapping[str, int]) -> None:
    """Raise Unreadable if a final score contradicts the rules of the sport, or the winner that ESPN names."""
    most, is_tie = max(points.values()), points["home"] == points["away"]
    if is_tie and not SPORTS[sport].tie_possible:
        raise Unreadable("the final is a tie, which the sport does not have")
    if any(sides[side].get("winner") is True and (is_tie or points[side] < most) for side in _SIDES):
        raise Unreadable("the winner has not more points than the other side")


def _sides(competitors: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(competitors, list) or not all(isinstance(each, dict) for each in competitors):
        raise Unreadable("competitors is not a list of objects")
    sides = {str(each.get("homeAway")): each for each in competitors}
    if len(competitors) != len(_SIDES) or sides.keys() != set(_SIDES):
        raise Unreadable("competitors are not one at home and one away")
    return sides


def _name(competitor: dict[str, Any]) -> str:
    team = competitor.get("team")
    name = readable_name(team.get("displayName")) if isinstance(team, dict) else None
    if name is None:
        raise Unreadable("a team has no valid displayName")
    return name


def _state(competition: dict[str, Any], event: dict[str, Any]) -> PlayState:
    told = [_type(part["status"]) for part in (competition, event) if "status" in part]
    if not told or any(one != told[0] for one in told):
        raise Unreadable("the event has no status, or two that differ")
    name, state, completed = told[0]
    known = _STATES.get(name) or (_STATES["STATUS_FORFEIT"] if name.startswith("STATUS_FORFEIT") else None)
    meant = known or _UNKNOWN_NAMES.get(state)
    if meant is None:
        raise Unreadable(f"the status {name} is not known")
    is_over = (state, completed) == ("post", True)
    if (meant == "final" and not is_over) or (meant in ("scheduled", "under_way") and (completed or state == "post")):
        raise Unreadable(f"the status {name} is contradicted by state {state} and completed {completed}")
    return meant


def _type(status: Any) -> tuple[str, str, bool]:
    kind = status.get("type") if isinstance(status, dict) else None
    match kind:
        case {"name": str(name), "state": "pre" | "in" | "post" as state, "completed": bool(completed)}:
            return readable_name(name) or "", state, completed
    raise Unreadable("the status is missing or not readable")


def _readable_id(event: Any) -> str | None:
    return readable_id(event.get("id")) if isinstance(event, dict) else None
