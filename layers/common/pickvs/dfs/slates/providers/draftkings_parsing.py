"""Reads what DraftKings tells of its slates: the lobby, the rules of a kind of contest, and who can be drafted.

A player has a row for each slot, with one number in each. The lowest is the one of the files of salaries. A postponed
game keeps its start. A row may be disabled and still be called swappable: disabled counts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.formats.table import FORMATS, SPORTS
from pickvs.dfs.slates.rules import GameFacts, PlayerFacts, SlateFacts, SlateGameState
from pickvs.jobs.errors import BadAnswer
from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers.reading import Unreadable, json_of, readable_moment, readable_name

SITE = "draftkings"
_STYLES = MappingProxyType({"Classic": "classic", "Showdown Captain Mode": "showdown"})
_STATES: Mapping[str, SlateGameState] = MappingProxyType(
    {
        "Upcoming": "scheduled",
        "InProgress": "live",
        "In Progress": "live",
        "Final": "finished",
        "ScoresOfficial": "finished",
        "Postponed": "postponed",
        "Cancelled": "cancelled",
        "Canceled": "cancelled",
    }
)
_FRACTION = "."
_AVERAGE = "FPPG"
_STATUS_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Group:
    """A slate of the lobby. kind: the format it has. rules: number of the kind of contest."""

    id: int
    rules: int
    kind: Format
    name: str
    starts_at: datetime


def read_lobby(body: bytes) -> Capture[Group]:
    """Return the slates of a lobby whose format is known. Raises BadAnswer."""
    lobby = json_of(body, dict)
    styles = {_number(each, "GameTypeId"): _inside(each, "Name") for each in _list(lobby.get("GameTypes"))}
    items, skipped = [], []
    for each in _list(lobby.get("DraftGroups")):
        kind = _format(_inside(each, "Sport"), styles.get(_number(each, "GameTypeId")))
        if kind is None:
            continue  # a kind of contest that the platform does not know
        try:
            items.append(_group(each, kind))
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), _text(_inside(each, "DraftGroupId"))))
    return Capture(tuple(items), tuple(skipped))


def read_group(body: bytes, group: Group) -> Capture[SlateFacts]:
    """Return a slate with its games and players, from the document of rules and draftables. Raises BadAnswer."""
    document = json_of(body, dict)
    slots = _slots(document.get("rules"), group.kind)
    draftables = document.get("draftables")
    games = {_number(each, "competitionId"): _game(each) for each in _list(_inside(draftables, "competitions"))}
    averages = {
        _number(each, "id") for each in _list(_inside(draftables, "draftStats")) if _inside(each, "abbr") == _AVERAGE
    }
    rows: dict[int | None, list[dict[str, Any]]] = {}
    skipped: list[Skipped] = []
    for each in _list(_inside(draftables, "draftables")):
        if isinstance(each, dict) and not each.get("isDisabled"):
            rows.setdefault(_number(each, "playerId"), []).append(each)
    players = []
    for player, of_slots in rows.items():
        try:
            players.append(_player(of_slots, games, slots, averages, group.kind))
        except Unreadable as problem:
            skipped.append(Skipped(str(problem), _text(player)))
    if not players:
        return Capture((), (*skipped, Skipped("the slate has no players", str(group.id))))
    facts = SlateFacts(
        site=SITE,
        sport=SPORTS[group.kind.sport],
        format=group.kind.id,
        name=group.name,
        source=SITE,
        games=tuple(game for game in games.values() if game is not None),
        players=tuple(players),
        external_id=str(group.id),
    )
    return Capture((facts,), tuple(skipped))


def _format(sport: Any, style: Any) -> Format | None:
    wanted = f"dk_{str(sport).lower()}_{_STYLES.get(str(style), '')}"
    return FORMATS.get(wanted)


def _group(raw: Any, kind: Format) -> Group:
    number, rules = _number(raw, "DraftGroupId"), _number(raw, "GameTypeId")
    starts_at = _moment(_inside(raw, "StartDate"))
    if number is None or rules is None or starts_at is None:
        raise Unreadable("a draft group has no number, no kind or no start")
    suffix = readable_name(_inside(raw, "ContestStartTimeSuffix")) or ""
    return Group(number, rules, kind, f"{kind.style.capitalize()} {starts_at:%Y-%m-%d}{suffix}"[:120], starts_at)


def _slots(rules: Any, kind: Format) -> Mapping[int | None, str]:
    """Return the name of each slot by its number. Raises BadAnswer if the site's rules are not the format's."""
    template = [_inside(each, "rosterSlot") for each in _list(_inside(rules, "lineupTemplate"))]
    names = {_number(each, "id"): str(_inside(each, "name")) for each in template}
    said = Counter(str(_inside(each, "name")) for each in template)
    cap = _inside(rules, "salaryCap", "maxValue")
    if said != Counter(slot.name for slot in kind.slots) or cap != kind.cap:
        raise BadAnswer(f"the site's rules of this kind of contest are not those of {kind.id}")
    return names


def _game(raw: Any) -> GameFacts | None:
    starts_at = _moment(_inside(raw, "startTime"))
    state = _STATES.get(str(_inside(raw, "competitionState")))
    name = readable_name(_inside(raw, "name"))
    if starts_at is None or state is None or name is None:
        return None
    away, home = (_text(_inside(raw, side, "abbreviation")) for side in ("awayTeam", "homeTeam"))
    key = name.replace(" ", "") if away and home else name
    if away == home:
        away = home = None
    return GameFacts(key=key[:60], starts_at=starts_at, away=away, home=home, state=state)


def _player(
    rows: list[dict[str, Any]],
    games: Mapping[int | None, GameFacts | None],
    slots: Mapping[int | None, str],
    averages: set[int | None],
    kind: Format,
) -> PlayerFacts:
    numbers = [number for row in rows if (number := _number(row, "draftableId")) is not None]
    name = readable_name(rows[0].get("displayName"))
    game = games.get(_number(rows[0], "competition", "competitionId"))
    if len(numbers) < len(rows) or name is None or game is None:
        raise Unreadable("a player has no number, no name or no known game")
    filled = {slots.get(_number(row, "rosterSlotId")): row for row in rows}
    if None in filled:
        raise Unreadable("a player is listed for a slot that the rules do not have")
    multiplied = {slot.name for slot in kind.slots if slot.factor != 1}
    captain = next((row for slot, row in filled.items() if slot in multiplied), None)
    own = [row for slot, row in filled.items() if slot not in multiplied]
    salaries = {_number(row, "salary") for row in own}
    salary = salaries.pop() if len(salaries) == 1 else None
    above = None if captain is None else _number(captain, "salary")
    if salary is None or (captain is not None and above is None):
        raise Unreadable("a player has no salary, or several")
    first = min(own, key=lambda row: int(row["draftableId"]))
    status = "None" if first.get("status") == "" else _text(first.get("status"))
    return PlayerFacts(
        site_player_id=str(first["draftableId"]),
        name=name,
        team=_text(first.get("teamAbbreviation")) or name,
        game=game.key,
        positions=tuple((_text(first.get("position")) or "").split("/")),
        slots=tuple(dict.fromkeys(slot.name for slot in kind.slots if slot.name in filled)),
        salary=salary,
        captain_site_id=None if captain is None else str(captain["draftableId"]),
        captain_salary=above,
        average_points=_average(first, averages),
        status=None if status is None else "" if status == "None" else status[:_STATUS_LENGTH],
    )


def _average(row: dict[str, Any], averages: set[int | None]) -> Decimal | None:
    """Return the points a game. A statistic has no label beside it: its number is looked up."""
    for each in _list(row.get("draftStatAttributes")):
        if _number(each, "id") in averages:
            try:
                points = Decimal(str(_inside(each, "value")))
            except InvalidOperation:
                return None
            return points.quantize(Decimal("0.01")) if -1000 < points < 1000 else None  # noqa: PLR2004 - the column's
    return None


def _moment(raw: Any) -> datetime | None:
    """Return a time with 7 digits of a second, which is one more than Python reads."""
    text = str(raw)
    whole, _, fraction = text.partition(_FRACTION)
    return readable_moment(f"{whole}Z" if fraction.rstrip("Z").isdigit() and text.endswith("Z") else text)


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _number(value: Any, *keys: str) -> int | None:
    """Return a number by which things are told apart, or a salary. None if there is none."""
    raw = _inside(value, *keys)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 2**53 else None


def _text(raw: Any) -> str | None:
    text = str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    return text if 0 < len(text) <= 60 and text.isprintable() else None  # noqa: PLR2004 - the column's


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
