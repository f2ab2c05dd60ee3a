"""Moments at which a wall clock shows a time, where the clock may jump. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def first_shown(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which a wall clock in `zone` shows at least this time of this day.

    For a time that comes twice, when clocks go back, that is the first of the two. For a time that does not exist, when
    they go forward, it is the moment of the jump.
    """
    local = datetime.combine(day, at, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # PEP 495: in a gap, fold 0 counts with the offset before the jump and leads behind it, fold 1 the other way round.
    before, after = local.replace(fold=1).astimezone(UTC), moment
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
