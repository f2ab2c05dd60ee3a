"""The stand-in's season: a race weekend every few minutes, up to 48 while somebody watches.

A weekend is known by its number and by the moment at which its drafts lock. The moments are kept in the state folder,
so that a season goes on where it was left. Weekends that were announced take place also while nobody is there.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from local.errors import LaptopError
from local.formula_one.fiction import circuit, entries, last_year, played, without
from local.formula_one.season import Announced, Kind, Known, Part, Row, Source, Standing, Version, Weekend, standings

EVERY = timedelta(minutes=5)
"""Time between two weekends."""
FIRST = timedelta(minutes=4)
"""Time from the first start of the stand-in, or its first after a break, to the next lock: enough to draft."""
AHEAD = 12
"""Weekends that are announced before they begin: an hour. The platform reads the schedule once a day."""
MOST = 48
"""Weekends of a season: as many as its sources are read for."""
SPRINT_EACH = 4
"""One of so many weekends has a sprint."""
COURT_EACH = 2
"""Of so many disqualifications, a court takes one back."""
DISQUALIFIED_AMONG = 4
"""Somebody among the first so many is disqualified."""
LISTED_SINCE = datetime(2000, 1, 1, tzinfo=UTC)

_USUAL: Mapping[Part, timedelta] = {
    "practice_1": timedelta(minutes=-1),
    "qualifying": timedelta(),
    "race": timedelta(seconds=150),
}
_WITH_SPRINT: Mapping[Part, timedelta] = {
    "practice_1": timedelta(minutes=-1),
    "sprint_qualifying": timedelta(),
    "sprint": timedelta(seconds=40),
    "qualifying": timedelta(seconds=80),
    "race": timedelta(seconds=170),
}
"""Starts of the sessions from the lock on. An hour of a real weekend takes 7.5 seconds."""
_TOLD: Mapping[Kind, timedelta] = {
    "qualifying": timedelta(seconds=15),
    "sprint": timedelta(seconds=15),
    "race": timedelta(seconds=20),
}
"""Time from a session's start to its result, by the first source."""
_SECOND = timedelta(seconds=40)
"""Time from a result by the first source to the same by the second."""
DISQUALIFIED_AFTER, COURT_AFTER = timedelta(seconds=105), timedelta(seconds=330)
"""Time from the race to the disqualification, and to the court that takes it back, by the first source."""


class Calendar:
    """A `Season` in which a weekend takes place every five minutes. file: where its moments are kept."""

    def __init__(self, file: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._locks = _read(file)
        self.now = now

    @property
    def year(self) -> int:
        """The year that it is now: all weekends of it are one season."""
        return self.now().year

    def weekends(self, now: datetime) -> Sequence[Weekend]:
        """Return this year's weekends until now, and the next ones."""
        with self._lock:
            self._go_on(now)
            locks = list(self._locks)
        found = [weekend(number, lock) for number, lock in enumerate(locks)]
        return [each for each in found if each.announced[0].day.year == now.year]

    def standings(self, weekends: Sequence[Weekend], now: datetime) -> Sequence[Standing]:
        """Return the standings that follow from the results."""
        return standings(weekends, now)

    def last_year(self) -> Sequence[Standing]:
        """Return the final standings of the year before."""
        return last_year()

    def _go_on(self, now: datetime) -> None:
        """Announce weekends until enough are to come, or the season is complete."""
        coming = sum(lock > now for lock in self._locks)
        missing = min(AHEAD - coming, MOST - len(self._locks))
        if missing <= 0:
            return
        for _ in range(missing):
            after = self._locks[-1] + EVERY if self._locks else now
            self._locks.append(max(after, now + FIRST))
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps([lock.isoformat() for lock in self._locks]), encoding="utf-8")
        new.replace(self._file)


@cache
def weekend(number: int, lock: datetime) -> Weekend:
    """Return a weekend whose first session that counts starts at `lock`."""
    has_sprint = number % SPRINT_EACH == SPRINT_EACH - 1
    starts = {part: lock + after for part, after in (_WITH_SPRINT if has_sprint else _USUAL).items()}
    results = played(number)
    place = 1 + number % DISQUALIFIED_AMONG
    race, amended = results.race, without(results.race, place)
    versions = [_told(starts["race"] + _TOLD["race"], race), _told(starts["race"] + DISQUALIFIED_AFTER, amended)]
    if number % COURT_EACH == 0:
        versions.append(_told(starts["race"] + COURT_AFTER, race))
    found: dict[Kind, Sequence[Version]] = {
        "qualifying": [_told(starts["qualifying"] + _TOLD["qualifying"], results.qualifying)],
        "race": versions,
    }
    if has_sprint:
        found["sprint"] = [_told(starts["sprint"] + _TOLD["sprint"], results.sprint)]
    where = circuit(number)
    known: Known = {"jolpica": LISTED_SINCE, "f1db": LISTED_SINCE}
    return Weekend(
        name=f"{where.name} Grand Prix",
        circuit=where,
        announced=[Announced(known, starts["race"].date(), starts)],
        entries_known=known,
        entries=entries(),
        results=found,
    )


def _told(first: datetime, rows: Sequence[Row]) -> Version:
    known: dict[Source, datetime] = {"jolpica": first, "f1db": first + _SECOND}
    return Version(known, rows)


def _read(file: Path) -> list[datetime]:
    """Return the moments of earlier runs. Raises LaptopError if the file is not what the stand-in wrote."""
    try:
        return sorted(datetime.fromisoformat(each) for each in json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError):
        raise LaptopError(f"{file} is not what the stand-in wrote; move it away (this begins another season)") from None
