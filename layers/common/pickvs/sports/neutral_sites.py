"""Games that are played at neither team's place. They have the date of their own place.

The table names those that are known. A game that is missing has the date of its home team's place, which differs only
if it tips off near midnight.
"""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

_TABLE = Path(__file__).with_name("neutral_sites.csv")

type _Meeting = tuple[str, frozenset[str]]


@cache
def neutral_sites() -> Mapping[_Meeting, tuple[tuple[date, ZoneInfo], ...]]:
    """Return date and time zone of every game at a neutral site, by sport and teams.

    Raises ValueError if a date or a time zone of the table is not one.
    """
    found: dict[_Meeting, tuple[tuple[date, ZoneInfo], ...]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            meeting = row["sport"], frozenset({row["team"], row["other"]})
            found[meeting] = (*found.get(meeting, ()), (date.fromisoformat(row["date"]), ZoneInfo(row["time_zone"])))
    return found


def neutral_zone(sport: str, home: str, away: str, tip_off: datetime) -> ZoneInfo | None:
    """Return the time zone of a game at a neutral site. None if the game is at the home team's.

    home, away: canonical names, in either order. tip_off: on the date of the table, at that place.
    """
    for day, zone in neutral_sites().get((sport, frozenset({home, away})), ()):
        if tip_off.astimezone(zone).date() == day:
            return zone
    return None
