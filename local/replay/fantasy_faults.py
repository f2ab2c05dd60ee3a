"""What goes wrong in a season that is played with faults: told in the season itself, so that both sources tell it.

Once everything has been told, the results are those of the tables again, so that the totals are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from local.formula_one.season import Announced, Circuit, Finish, Kind, Known, Part, Row, Version, Weekend
from local.replay.race_season import RaceSeason, starts_of

AMENDED_AFTER = timedelta(weeks=12)
"""Time from a race to the court that changes its result."""
SOON_AFTER = timedelta(days=5)
"""The same for a season that ends earlier."""
SECOND_AFTER = timedelta(hours=6)
"""Time from an amendment by the first source to the same by the second."""
FREE_WEEK = timedelta(days=13)
"""The least time between two races with a free weekend in between."""
CALLED_OFF_BEFORE = timedelta(days=2)
"""Time from a cancellation to its race: the draft is open then."""


@dataclass(frozen=True, slots=True)
class Planted:
    """Names of the weekends with faults. None: the season has no place for one."""

    amended: str | None
    disputed: str | None
    cancelled: str | None


def plant(season: RaceSeason) -> Planted:
    """Give a season an amendment, a session about which the sources disagree, and a race that is called off.

    Nobody tells who takes part in a race before it is qualified for, so that drivers are replaced who were drafted.
    """
    first, *rest = season.weekends(season.begins)
    weekends = [first, *(replace(each, entries_known={}) for each in rest)]
    amended, disputed = _amend(weekends), _dispute(weekends)
    extra = _called_off(weekends)
    season.plan([*weekends, *([] if extra is None else [extra])])
    return Planted(amended, disputed, None if extra is None else extra.name)


def _amend(weekends: list[Weekend]) -> str | None:
    """Have two neighbours of the second race exchanged until a court decides otherwise."""
    place = min(1, len(weekends) - 1)
    weekend = weekends[place]
    [told] = weekend.results["race"]
    wrong = _exchanged(told.rows)
    if wrong is None:
        return None
    start, end = starts_of(weekend)["race"], starts_of(weekends[-1])["race"]
    after = AMENDED_AFTER if start + AMENDED_AFTER < end else SOON_AFTER
    decided: Known = {"jolpica": start + after, "f1db": start + after + SECOND_AFTER}
    weekends[place] = _with(weekend, "race", [Version(told.known, wrong), Version(decided, told.rows)])
    return weekend.name


def _exchanged(rows: Sequence[Row]) -> Sequence[Row] | None:
    """Return a result in which two neighbours within the points have exchanged places. None if there are none.

    Neither has the fastest lap, which gave a point of its own in some years.
    """
    finished = [row for row in rows if isinstance(row, Finish) and row.mark is None and row.place <= 8]  # noqa: PLR2004 - within the points of every year
    for first, second in pairwise(finished):
        if all(row.best is not None and row.best.rank not in (None, 1) for row in (first, second)):
            places = {
                first.place: replace(second, place=first.place, points=first.points),
                second.place: replace(first, place=second.place, points=second.points),
            }
            return tuple(places.get(row.place, row) for row in rows)
    return None


def _dispute(weekends: list[Weekend]) -> str | None:
    """Have the second source exchange the last two of the third qualifying, for good."""
    place = min(2, len(weekends) - 1)
    weekend = weekends[place]
    versions = weekend.results.get("qualifying", ())
    if len(versions) != 1 or len(versions[0].rows) < 2:  # noqa: PLR2004 - two are exchanged
        return None
    [told] = versions
    *before, former, latter = told.rows
    other = (*before, replace(latter, place=former.place), replace(former, place=latter.place))
    first: Known = {"jolpica": told.known["jolpica"]}
    second: Known = {"f1db": told.known["f1db"]}
    weekends[place] = _with(weekend, "qualifying", [Version(first, told.rows), Version(second, other)])
    return weekend.name


def _called_off(weekends: Sequence[Weekend]) -> Weekend | None:
    """Return a race in the first free week, which is called off while its draft is open."""
    for before, after in pairwise(weekends):
        start, following = starts_of(before)["race"], starts_of(after)["race"]
        if following - start < FREE_WEEK:
            continue
        shift = timedelta(days=7)
        starts: Mapping[Part, datetime] = {
            part: moment + shift for part, moment in starts_of(before).items() if part in ("qualifying", "race")
        }
        if "sprint" in starts_of(before):
            starts = {"qualifying": start + shift - timedelta(hours=23), "race": start + shift}
        listed = before.announced[0].known["jolpica"]
        gone = start + shift - CALLED_OFF_BEFORE
        return Weekend(
            name="Grand Prix of Nowhere",
            circuit=Circuit(
                ids={"jolpica": "nowhere", "f1db": "nowhere"}, name="Nowhere", locality="Nowhere", country="Nowhere"
            ),
            announced=(
                Announced({"jolpica": listed, "f1db": listed}, (start + shift).date(), starts),
                Announced({"jolpica": gone, "f1db": gone}, (start + shift).date(), None),
            ),
            entries_known={},
            entries=before.entries,
        )
    return None


def _with(weekend: Weekend, kind: Kind, versions: Sequence[Version]) -> Weekend:
    return replace(weekend, results={**weekend.results, kind: versions})
