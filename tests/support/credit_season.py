"""Plays seasons against the planner's rules: alarms, captures, checks and daily runs, with what each of them costs.

The provider, the alarms and the users are simulated here; each decision is that of `pickvs.markets.credits`, from a
situation as the service would read it.
"""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random

from pickvs.markets.credits.choice.rules import Verdict, choose
from pickvs.markets.credits.demand.rules import Game, Situation, Sport
from pickvs.markets.credits.rules import AHEAD, LEAD, LEAST_LEAD, PAST, REACH, Kind

MORNING, RESULTS = timedelta(hours=5), timedelta(hours=9)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass
class Played:
    """A game as it is played. listed_at: when the provider first names it. wanted_at: when users first want to pick it,
    None if nobody does. known_at: when a bought answer has named it. A game can be picked when it is known."""

    id: int
    sport: str
    tip_off: datetime
    night: date
    listed_at: datetime
    starts_at: datetime
    final_at: datetime
    wanted_at: datetime | None = None
    known_at: datetime | None = None
    _seen: dict[tuple[bool, bool], Game] = field(default_factory=dict)

    @property
    def picked_at(self) -> datetime | None:
        """When it was first picked. None if nobody could or would."""
        return None if self.wanted_at is None or self.known_at is None else max(self.wanted_at, self.known_at)

    def seen(self, at: datetime, *, waits: bool) -> Game:
        """Return the game as the planner sees it at a time."""
        picked = self.picked_at is not None and self.picked_at <= at
        if (picked, waits) not in self._seen:
            self._seen[picked, waits] = Game(self.id, self.tip_off, self.night, picked, waits)
        return self._seen[picked, waits]


@dataclass
class League:
    """What a sport costs. typical: length of its games, as the planner knows it."""

    key: str
    typical: timedelta
    odds_cost: int = 3
    scores_cost: int = 2


@dataclass
class Decided:
    at: datetime
    kind: Kind
    sport: str
    games: tuple[int, ...]
    verdict: Verdict
    cost: int
    left: int


@dataclass
class Story:
    """What became of a season. closes, finals: by game, when its close was captured and when its final was known."""

    games: dict[int, Played]
    decisions: list[Decided] = field(default_factory=list)
    closes: dict[int, datetime] = field(default_factory=dict)
    finals: dict[int, datetime] = field(default_factory=dict)

    def months(self) -> list[str]:
        return sorted({f"{each.at:%Y-%m}" for each in self.decisions})

    def picked(self, month: str | None = None) -> list[Played]:
        return [
            game
            for game in self.games.values()
            if game.picked_at is not None and month in {None, f"{game.tip_off:%Y-%m}"}
        ]

    def has_close(self, game: Played) -> bool:
        at = self.closes.get(game.id)
        return at is not None and timedelta() <= game.starts_at - at <= timedelta(minutes=30)

    def coverage(self, month: str | None = None) -> float:
        picked = self.picked(month)
        return sum(map(self.has_close, picked)) / len(picked) if picked else 1.0

    def spent(self, month: str) -> int:
        return sum(each.cost for each in self.decisions if f"{each.at:%Y-%m}" == month)

    def late(self) -> list[Played]:
        """Return the known games that were not graded the same night."""
        return [
            game
            for game in self.games.values()
            if game.known_at is not None
            and (game.id not in self.finals or self.finals[game.id] > by_half_past_nine(game))
        ]

    def overdrawn(self) -> list[Decided]:
        """Return the calls that cost more than was left."""
        return [each for each in self.decisions if each.cost > max(each.left, 0)]

    def given_up(self) -> list[Decided]:
        return [each for each in self.decisions if each.verdict.outcome == "given_up"]

    def by_month(self) -> str:
        """Return the figures of each month as lines of text."""
        lines = []
        for month in self.months():
            of_month = [each for each in self.decisions if f"{each.at:%Y-%m}" == month]
            bought = defaultdict[str, int](int)
            given_up = defaultdict[str, int](int)
            for each in of_month:
                bought[each.kind] += each.cost if each.verdict.outcome == "bought" else 0
                given_up[each.kind] += each.verdict.outcome == "given_up"
            lines.append(
                f"{month}: {self.spent(month):3} credits ({dict(bought)}), given up {dict(given_up)}, "
                f"{len(self.picked(month))} games with picks, {100 * self.coverage(month):.1f} % with a close"
            )
        return "\n".join(lines)


class _Simulation:
    def __init__(
        self, leagues: Sequence[League], games: Iterable[Played], *, plan: int, seed: int, results: Sequence[timedelta]
    ) -> None:
        self.leagues = {league.key: league for league in leagues}
        self.story = Story({game.id: game for game in games})
        self.by_sport: dict[str, list[Played]] = {league.key: [] for league in leagues}
        for game in sorted(self.story.games.values(), key=lambda game: game.tip_off):
            self.by_sport[game.sport].append(game)
        self.tip_offs = {sport: [game.tip_off for game in games] for sport, games in self.by_sport.items()}
        self.plan, self.random = plan, Random(seed)  # noqa: S311 - a simulation
        self.results = results
        self.month, self.left = "", plan
        self.odds_at: dict[str, datetime] = {}
        self.scores_at: dict[str, datetime] = {}
        self.asked: set[int] = set()
        self.queue: list[tuple[datetime, int, Kind, str, int | None]] = []
        self.numbers = count()

    def play(self) -> Story:
        for sport, games in self.by_sport.items():
            day = datetime.combine(min(game.listed_at for game in games).date(), time(tzinfo=UTC))
            while day < games[-1].tip_off + 2 * DAY:
                self.put(day + MORNING, "morning", sport)
                for results in self.results:
                    self.put(day + results, "grading", sport)
                day += DAY
        while self.queue:
            at, _, kind, sport, game = heapq.heappop(self.queue)
            if self.month != (month := f"{at:%Y-%m}"):
                self.month, self.left = month, self.plan
            if game is None:
                self.daily(at, kind, sport)
            elif kind == "closing":
                self.closing(at, sport, self.story.games[game])
            else:
                self.check(at, sport, self.story.games[game])
        return self.story

    def put(self, at: datetime, kind: Kind, sport: str, game: int | None = None) -> None:
        heapq.heappush(self.queue, (at, next(self.numbers), kind, sport, game))

    def late(self, due: datetime) -> datetime:
        """Return when an alarm for `due` comes: at the next full minute, mostly at once, up to two minutes late."""
        minute = due.replace(second=0, microsecond=0)
        minute += MINUTE if minute < due else timedelta()
        return minute + timedelta(seconds=self.random.choice((1, 2, 5, 20, 60, 119)))

    def daily(self, at: datetime, kind: Kind, sport: str) -> None:
        if self.decide(at, kind, sport, ()).outcome == "bought":
            if kind == "morning":
                self.capture(at, sport)
            else:
                self.score(at, sport)

    def closing(self, at: datetime, sport: str, game: Played) -> None:
        due = [
            each
            for each in self.between(sport, at + LEAST_LEAD, at + REACH)
            if each.picked_at is not None and each.picked_at <= at and each.id not in self.asked
        ]
        if game in due:
            self.asked.update(each.id for each in due)
            if self.decide(at, "closing", sport, [each.id for each in due]).outcome == "bought":
                self.capture(at, sport)

    def check(self, at: datetime, sport: str, game: Played) -> None:
        waiting = [
            each
            for each in self.between(sport, at - 3 * DAY, at - self.leagues[sport].typical)
            if each.picked_at is not None and each.id not in self.story.finals
        ]
        if game not in waiting[:1]:
            return  # final, or asked for with another
        verdict = self.decide(at, "check", sport, [each.id for each in waiting])
        if verdict.outcome == "bought":
            self.score(at, sport)
        for each in waiting:
            if each.id not in self.story.finals:
                self.put(self.late(at + (verdict.next_check or 10 * MINUTE)), "check", sport, each.id)

    def decide(self, at: datetime, kind: Kind, sport: str, games: Sequence[int]) -> Verdict:
        situation = self.situation(at)
        league = next(each for each in situation.sports if each.key == sport)
        _, verdict = choose(situation, kind, league, games)
        price = league.odds_cost if kind in {"morning", "closing"} else league.scores_cost
        cost = price if verdict.outcome == "bought" and league.in_season(at) else 0
        self.story.decisions.append(Decided(at, kind, sport, tuple(games), verdict, cost, self.left))
        self.left -= cost
        return verdict

    def situation(self, at: datetime) -> Situation:
        sports = tuple(self.sport(league, at) for league in self.leagues.values())
        return Situation(at, self.left, sports, (MORNING,), len(self.results))

    def sport(self, league: League, at: datetime) -> Sport:
        games = tuple(
            game.seen(at, waits=game.id not in self.story.finals)
            for game in self.between(league.key, at - PAST, at + AHEAD)
            if game.known_at is not None
        )
        odds_at, scores_at = self.odds_at.get(league.key), self.scores_at.get(league.key)
        return Sport(league.key, league.odds_cost, league.scores_cost, league.typical, games, odds_at, scores_at)

    def capture(self, at: datetime, sport: str) -> None:
        self.odds_at[sport] = at
        for game in self.between(sport, at, at + AHEAD):
            if game.known_at is None and game.listed_at <= at:
                game.known_at = at
                if game.picked_at is not None:
                    self.put(self.late(max(game.tip_off - LEAD, game.picked_at)), "closing", sport, game.id)
                    self.put(self.late(game.tip_off + self.leagues[sport].typical), "check", sport, game.id)
        for game in self.between(sport, at + LEAST_LEAD, at + REACH):
            self.story.closes[game.id] = at

    def score(self, at: datetime, sport: str) -> None:
        self.scores_at[sport] = at
        for game in self.between(sport, at - 3 * DAY, at):
            if game.final_at <= at:
                self.story.finals.setdefault(game.id, at)

    def between(self, sport: str, since: datetime, until: datetime) -> list[Played]:
        """Return the games that tip off from `since` to `until`."""
        tip_offs = self.tip_offs[sport]
        return self.by_sport[sport][bisect_left(tip_offs, since) : bisect_left(tip_offs, until + timedelta(seconds=1))]


def play(
    leagues: Sequence[League],
    games: Iterable[Played],
    *,
    plan: int = 500,
    seed: int = 1,
    results: Sequence[timedelta] = (RESULTS,),
) -> Story:
    """Play a season and return what became of it. plan: credits of a month. results: times of the daily results."""
    return _Simulation(leagues, games, plan=plan, seed=seed, results=results).play()


def pick_at_random(games: Iterable[Played], *, users: int, each_night: int, random: Random) -> None:
    """Have each of some users pick some games of each night, at a random time from its afternoon until they begin."""
    nights = defaultdict[tuple[str, date], list[Played]](list)
    for game in games:
        nights[game.sport, game.night].append(game)
    for (_, night), of_night in nights.items():
        opens = datetime.combine(night, time(13, tzinfo=UTC))
        for _ in range(users):
            for game in random.sample(of_night, min(each_night, len(of_night))):
                opened = max(game.listed_at, min(opens, game.tip_off - timedelta(hours=2)))
                picked = opened + random.random() * (game.tip_off - 2 * MINUTE - opened)
                game.wanted_at = picked if game.wanted_at is None else min(picked, game.wanted_at)


def by_half_past_nine(game: Played) -> datetime:
    """Return 9:30 UTC after a game: by then the games of a night are graded the same night."""
    day = datetime.combine((game.final_at - timedelta(hours=9)).date(), time(9, 30, tzinfo=UTC))
    return day + DAY
