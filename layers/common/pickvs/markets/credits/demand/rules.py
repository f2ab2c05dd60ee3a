"""What the rest of the month asks for: captures, checks, gradings and morning odds of all sports. Pure.

Tonight is known from the listed games and their picks. A later night is expected to be like the nights of its day of
the week in the last `PAST`, because leagues keep to a weekly pattern. Where the games that are listed for a later night
ask for more than that, they count instead, as if all were picked.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, takewhile
from types import MappingProxyType

from pickvs.markets.credits.rules import LEAST_LEAD, REACH, Cluster, clusters

SPACINGS: tuple[int, ...] = (10, 30, 60)
"""Minutes between two checks of a sport while games wait for a final, from the best service to the cheapest. Cheaper
still is one check for the night."""

OVERRUN = timedelta(minutes=20)
"""Time after a sport's typical length by which most games are final: the typical length is what half of them take."""

MORNING_WITHIN = timedelta(hours=8)
"""Age up to which odds of the evening do for the morning."""

IN_SEASON = timedelta(days=7)
"""A sport without a game in this time, and without any to come, has empty answers, which are free."""

_DAY = timedelta(days=1)
_EVENING = timedelta(hours=12)
_LONGEST_NIGHT = 2 * _DAY
"""From the midnight of a night's date, in UTC, to the last tip-off that it can have."""


@dataclass(frozen=True, slots=True)
class Game:
    """A game of the recent past, of tonight, or listed for later."""

    id: int
    tip_off: datetime
    night: date
    """Its date in the league's time zone."""
    picked: bool
    """Whether users have picked it."""
    waits: bool
    """Whether it has no final and was not called off."""


@dataclass(frozen=True, slots=True)
class Sport:
    """A sport, with what its calls cost and what is known of it."""

    key: str
    odds_cost: int
    scores_cost: int
    typical: timedelta
    """Typical length of a game."""
    games: tuple[Game, ...]
    odds_at: datetime | None
    """Time of the latest odds. None: of none in the last days."""
    scores_at: datetime | None
    """Time of the latest scores. None: of none in the last days."""

    def in_season(self, at: datetime) -> bool:
        """Whether an answer at `at` would have games, and so cost something."""
        return any(game.tip_off > at - IN_SEASON for game in reversed(self.games))

    def has_odds_for(self, morning: datetime) -> bool:
        """Whether the latest odds do for a morning."""
        return self.odds_at is not None and self.odds_at >= morning - MORNING_WITHIN and self.renews(morning)

    def renews(self, morning: datetime) -> bool:
        """Whether odds of the evening may do for a morning: a listed game tips off within a day, with a capture.

        Otherwise they would be too old to be picked before the next morning.
        """
        return any(game.waits and morning < game.tip_off <= morning + _DAY for game in reversed(self.games))

    def over_by(self, game: Game) -> datetime:
        """Return when a game should be over."""
        return game.tip_off + self.typical


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision rests on.

    left: credits of the month. mornings: times of day, in UTC, of the daily odds. results_a_day: number of times of day
    of the daily results.
    """

    at: datetime
    left: int
    sports: tuple[Sport, ...]
    mornings: tuple[timedelta, ...]
    results_a_day: int = 1

    @property
    def month_end(self) -> datetime:
        """When the credits that are left expire: midnight of the 1st, in UTC."""
        first = self.at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return (first + 32 * _DAY).replace(day=1)


@dataclass(frozen=True, slots=True)
class Bid:
    """A closing capture of tonight. picked: its games with picks. cost: credits of the call.

    net_cost: what it takes from the month: nothing if it replaces the next morning's odds.
    """

    sport: str
    due_at: datetime
    games: tuple[int, ...]
    picked: int
    cost: int
    net_cost: int

    @property
    def worth(self) -> float:
        """Games with picks for each credit."""
        return self.picked / self.cost


@dataclass(frozen=True, slots=True)
class Wish:
    """Captures of one worth that are expected later in the month. net, cost: the credits of all of them."""

    worth: float
    net: float
    cost: float


@dataclass(frozen=True, slots=True)
class Demand:
    """What the rest of the month asks for, in credits.

    gradings: all daily results of each day left and sport in season. mornings: those of the days left. extra_checks:
    expected checks beyond one a night, by the minutes between two; None: one more for each night with picks.
    """

    gradings: int
    mornings: int
    extra_checks: Mapping[int | None, float]
    bids: tuple[Bid, ...]
    """The captures of tonight, of all sports, in the order of their times."""
    wishes: tuple[Wish, ...]

    @property
    def in_full(self) -> float:
        """Credits of the best service: each call is bought, even where an earlier answer would do."""
        captures = sum(bid.cost for bid in self.bids) + sum(wish.cost for wish in self.wishes)
        return 2 * self.gradings + self.mornings + self.extra_checks[SPACINGS[0]] + captures

    def with_thrift(self, spacing: int | None) -> float:
        """Credits of everything with this spacing of checks, without calls for which an earlier answer does."""
        captures = sum(bid.net_cost for bid in self.bids) + sum(wish.net for wish in self.wishes)
        return self.gradings + self.mornings + self.extra_checks[spacing] + captures


def demand(situation: Situation, asked: tuple[str, Sequence[int]] | None = None) -> Demand:
    """Return what the rest of the month asks for. asked: the sport and games of a capture that is due now."""
    at, end = situation.at, situation.month_end
    season = [sport for sport in situation.sports if sport.in_season(at) or (asked and asked[0] == sport.key)]
    days = math.ceil((end - at) / _DAY)
    bids: list[Bid] = []
    extra: dict[int | None, float] = dict.fromkeys((*SPACINGS, None), 0.0)
    net: defaultdict[float, float] = defaultdict(float)
    full: defaultdict[float, float] = defaultdict(float)
    mornings = 0
    for sport in season:
        mornings += sport.odds_cost * sum(not sport.has_odds_for(each) for each in _mornings(situation))
        own = asked[1] if asked is not None and asked[0] == sport.key else ()
        bids += tonights_bids(sport, situation, own)
        for spacing, checks in _extra_checks_tonight(sport, at).items():
            extra[spacing] += checks * sport.scores_cost
        for shape, weight, before in _later_nights(sport, situation):
            for spacing, checks in shape.extra_checks.items():
                extra[spacing] += weight * checks * sport.scores_cost
            for capture in shape.captures:
                if capture.offset < before:
                    worth = capture.picked / sport.odds_cost
                    full[worth] += weight * sport.odds_cost
                    net[worth] += 0 if capture.replaces else weight * sport.odds_cost
    return Demand(
        gradings=sum(sport.scores_cost for sport in season) * days * situation.results_a_day,
        mornings=mornings,
        extra_checks=MappingProxyType(extra),
        bids=tuple(sorted(bids, key=lambda bid: (bid.due_at, bid.sport))),
        wishes=tuple(Wish(worth, net[worth], full[worth]) for worth in sorted(full, reverse=True)),
    )


def tonights_bids(sport: Sport, situation: Situation, asked: Sequence[int] = ()) -> list[Bid]:
    """Return the captures of the sport's next night for picked games that have no close yet, in order.

    asked: games of a capture that is due now, whether they are picked or not. It is the first.
    """
    at, night = situation.at, _next_night(sport, situation.at)
    waiting = {
        game.id: game.tip_off
        for game in sport.games
        if game.night == night and game.picked and game.waits and game.tip_off > at + LEAST_LEAD
        if game.id not in asked and not (sport.odds_at is not None and sport.odds_at >= game.tip_off - REACH)
    }
    found = [each for each in clusters(waiting) if each.due_at < situation.month_end]
    if asked:
        found.insert(0, Cluster(at, tuple(asked)))
    picked = {game.id for game in sport.games if game.picked}
    numbers = [sum(game in picked for game in each.games) for each in found]
    last_odds = sport.odds_at or datetime.min.replace(tzinfo=UTC)
    replacing = _replacing(
        [(each.due_at, number) for each, number in zip(found, numbers, strict=True)],
        [each for each in _mornings(situation) if last_odds < each - MORNING_WITHIN and sport.renews(each)],
    )
    return [
        Bid(sport.key, each.due_at, each.games, number, sport.odds_cost, 0 if place in replacing else sport.odds_cost)
        for place, (each, number) in enumerate(zip(found, numbers, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class _Capture:
    """A capture of a night like one that was. offset: from midnight of its date, in UTC."""

    offset: timedelta
    picked: int
    replaces: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    captures: tuple[_Capture, ...]
    extra_checks: Mapping[int | None, int]


@lru_cache(maxsize=4096)
def _shape(tip_offs: tuple[timedelta, ...], typical: timedelta, mornings: tuple[timedelta, ...]) -> _Shape:
    """Return what a night asks for. tip_offs: of its picked games, from midnight of its date."""
    start = datetime.min.replace(tzinfo=UTC) + 2 * _DAY  # any midnight
    found = clusters({number: start + offset for number, offset in enumerate(tip_offs)})
    captures = [(each.due_at, len(each.games)) for each in found]
    times = [start + day * _DAY + each for day in range(-1, 4) for each in mornings]
    replacing = _replacing(captures, times)
    return _Shape(
        tuple(_Capture(due - start, picked, place in replacing) for place, (due, picked) in enumerate(captures)),
        MappingProxyType(_extra_checks([start + offset + typical for offset in tip_offs])),
    )


def _replacing(captures: Sequence[tuple[datetime, int]], mornings: Iterable[datetime]) -> frozenset[int]:
    """Return the places of the captures that replace a morning's odds: for each morning the one with most picked games.

    Of several it is the last, whose odds are the most recent.
    """
    found = set()
    for morning in mornings:
        near = [
            (picked, due, place)
            for place, (due, picked) in enumerate(captures)
            if morning - MORNING_WITHIN <= due < morning
        ]
        if near:
            found.add(max(near)[2])
    return frozenset(found)


def _extra_checks(overs: Sequence[datetime]) -> dict[int | None, int]:
    """Return the checks of a night beyond the first, by spacing. overs: when its picked games should be over."""
    if not overs:
        return dict.fromkeys((*SPACINGS, None), 0)
    return {None: 1, **{spacing: _checks(sorted(overs), timedelta(minutes=spacing)) - 1 for spacing in SPACINGS}}


def _checks(overs: Sequence[datetime], spacing: timedelta) -> int:
    """Return the checks of a night whose games become final OVERRUN after they should be over, in this order."""
    number, at, waiting = 0, overs[0] - spacing, list(overs)
    while waiting:
        at = max(at + spacing, waiting[0])
        waiting = [over for over in waiting if over + OVERRUN > at]
        number += 1
    return number


def _extra_checks_tonight(sport: Sport, at: datetime) -> dict[int | None, int]:
    """Return the extra checks of the nights that are under way, and of the next one."""
    nights: defaultdict[date, list[datetime]] = defaultdict(list)
    last = _next_night(sport, at)
    for game in sport.games:
        if game.picked and game.waits and at - _DAY < game.tip_off and game.night <= last:
            nights[game.night].append(max(sport.over_by(game), at))
    each = [_extra_checks(overs) for overs in nights.values()]
    return {spacing: sum(checks[spacing] for checks in each) for spacing in (*SPACINGS, None)}


def _later_nights(sport: Sport, situation: Situation) -> Iterator[tuple[_Shape, float, timedelta]]:
    """Yield what the nights after tonight ask for, until the month's end.

    With each: the number of nights that are expected to be so, and the time from the midnight of their dates to the
    month's end, or the longest one for those that end before.
    """
    tonight = _next_night(sport, situation.at)
    picked: defaultdict[date, list[timedelta]] = defaultdict(list)
    listed: defaultdict[date, list[timedelta]] = defaultdict(list)
    for game in sport.games:
        if game.night <= tonight and game.picked:
            picked[game.night].append(game.tip_off - _midnight(game.night))
        elif game.night > tonight and game.waits:
            listed[game.night].append(game.tip_off - _midnight(game.night))
    first = min((game.night for game in sport.games), default=tonight)
    seen = [first + day * _DAY for day in range((tonight - first).days)] or [tonight]
    alike: defaultdict[int, list[_Shape]] = defaultdict(list)
    for night in seen:
        alike[night.weekday()].append(_shape(tuple(sorted(picked[night])), sport.typical, situation.mornings))
    ever = [shape for shapes in alike.values() for shape in shapes]
    nights: defaultdict[tuple[int, timedelta], float] = defaultdict(float)
    shapes = {}
    for day in (tonight + ahead * _DAY for ahead in count(1)):
        if (before := situation.month_end - _midnight(day)) <= timedelta():
            break
        known = _shape(tuple(sorted(listed[day])), sport.typical, situation.mornings)
        like = alike.get(day.weekday(), ever)
        if len(known.captures) * len(like) > sum(len(shape.captures) for shape in like):
            like = [known]
        for shape in like:
            shapes[id(shape)] = shape  # the cache has one of a kind, so its identity is enough and quicker to compare
            nights[id(shape), min(before, _LONGEST_NIGHT)] += 1 / len(like)
    for (shape_id, before), number in nights.items():
        yield shapes[shape_id], number, before


def _next_night(sport: Sport, at: datetime) -> date:
    """Return the night of the sport's next game; without any, that of the evening before `at`."""
    to_come = [game.night for game in sport.games if game.waits and game.tip_off > at]
    return min(to_come, default=(at - _EVENING).date())


def _mornings(situation: Situation) -> Iterator[datetime]:
    """Yield the times of the daily odds until the month's end, in order of the days."""
    today = _midnight(situation.at.astimezone(UTC).date())
    days = takewhile(lambda day: day < situation.month_end, (today + day * _DAY for day in count()))
    return (day + each for day in days for each in situation.mornings if day + each > situation.at)


@lru_cache(maxsize=1024)
def _midnight(night: date) -> datetime:
    return datetime.combine(night, time(tzinfo=UTC))
