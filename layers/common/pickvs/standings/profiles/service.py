"""Shows public profiles."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from itertools import accumulate

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import NotFound
from pickvs.markets.config import pick_times
from pickvs.picks.ledger.reading import latest_picks
from pickvs.standings.profiles import queries
from pickvs.standings.profiles.queries import DayRow, GroupRow
from pickvs.standings.profiles.rules import LATEST_PICKS, Sums, role, venue
from pickvs.standings.profiles.schemas import CurvePoint, MarketSplit, Profile, Record, RoleSplit, VenueSplit
from pickvs.standings.queries import totals_of
from pickvs.standings.schemas import MyTotals, Totals


def show_profile(username: str) -> Profile:
    """Return the profile of the user who has this username, or had it before (case-insensitive).

    All parts are read from one snapshot, so they add up to the totals. Raises NotFound (USER_NOT_FOUND) if there is no
    such user.
    """
    locked_until = clock.now() + pick_times().lock_margin
    with transaction(snapshot=True) as connection:
        user = queries.find_contestant(connection, username)
        if user is None:
            raise NotFound("USER_NOT_FOUND", "There is no user with this name.")
        totals = totals_of(connection, user.id)
        groups = queries.groups(connection, user.id)
        days = queries.days(connection, user.id)
        latest = latest_picks(connection, user.username, locked_until=locked_until, limit=LATEST_PICKS)
    whole = sum(map(_sums, groups), Sums())
    return Profile(
        username=user.username,
        created_at=user.created_at,
        totals=MyTotals.of(totals) if totals else MyTotals.of(_totals(Sums()), rank=None),
        record=Record(wins=whole.wins, losses=whole.losses, pushes=whole.pushes, voids=whole.voids),
        by_market=MarketSplit(**_split(groups, MarketSplit, lambda group: group.market)),
        by_role=RoleSplit(
            **_split(groups, RoleSplit, lambda group: role(group.market, line=group.line, chance=group.chance))
        ),
        by_venue=VenueSplit(**_split(groups, VenueSplit, lambda group: venue(group.selection))),
        profit_curve=_curve(days),
        latest_picks=latest,
    )


def _split(
    groups: Sequence[GroupRow],
    parts: type[MarketSplit | RoleSplit | VenueSplit],
    part_of: Callable[[GroupRow], str],
) -> dict[str, Totals]:
    """Return the totals of each part of a split."""
    return {
        part: _totals(sum((_sums(group) for group in groups if part_of(group) == part), Sums()))
        for part in parts.__struct_fields__
    }


def _sums(group: GroupRow) -> Sums:
    return Sums(**{field.name: getattr(group, field.name) for field in fields(Sums)})


def _totals(sums: Sums) -> Totals:
    return Totals(
        total_units=sums.units,
        total_wagered=sums.wagered,
        roi=sums.roi,
        wins=sums.wins,
        losses=sums.losses,
        pushes=sums.pushes,
        picks=sums.picks,
        win_rate=sums.win_rate,
        clv_percent=sums.clv_percent,
    )


def _curve(days: Sequence[DayRow]) -> list[CurvePoint]:
    running = accumulate(day.units for day in days)
    return [
        CurvePoint(day=day.day, units=day.units, total_units=total) for day, total in zip(days, running, strict=True)
    ]
