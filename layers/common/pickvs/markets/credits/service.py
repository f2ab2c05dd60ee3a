"""Decides which calls to The Odds API to buy, and records each decision.

The rules are in `choice.rules`, and what the month asks for in `demand.rules`. Picks are another room's: the caller
passes the games with picks in. `pickvs.ingestion.buying` reads and passes them for the jobs.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pickvs.core.database import Connection
from pickvs.jobs.freshness import last_good
from pickvs.markets.credits import queries
from pickvs.markets.credits.choice.rules import Budget, Verdict, choose
from pickvs.markets.credits.config import plan
from pickvs.markets.credits.demand.rules import Game, Situation, Sport
from pickvs.markets.credits.queries import Decided
from pickvs.markets.credits.rules import AHEAD, JOBS, PAST, SCORES_COST, Call, Kind, Outcome, left_of
from pickvs.markets.providers.config import odds_api_regions, odds_api_sports
from pickvs.sports.rules import SPORTS

SAME_NEED = timedelta(minutes=5)
"""Time within which the same question is the same need: an alarm that fired twice, an event delivered again."""

ENDS_WITHIN = timedelta(minutes=15)
"""Time after which a bought call whose run has not ended will not be made any more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to buy a call now. reason: why not; None if bought.

    next_check_minutes: for the kind `check` alone: when to ask again if games are still without a final, whether this
    call was bought or not. None: as often as usual, because there are credits to spare. budget: how the month's credits
    are divided; None if the need had its decision before.
    """

    bought: bool
    outcome: Outcome
    reason: str | None
    next_check_minutes: int | None
    budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Credits left of the month. reported: whether the provider has said so this month; otherwise it is assumed."""

    credits: int
    reported: bool


def decide(
    connection: Connection, kind: Kind, sport: str, games: Sequence[int], at: datetime, *, picked: Collection[int]
) -> Decision:
    """Decide whether to buy a call now, and record it, in the caller's transaction.

    games: ids of the games that the call is for: those of the closing capture, those that wait for a final; may be
    empty for `morning` and `grading`. picked: the games with picks, of all sports, that tip off from PAST before `at`
    until AHEAD after it.

    The same need has the same decision, so a doubled alarm counts once and a failed call may be tried again: a closing
    capture is known by its sport and its earliest tip-off, any other need by the time, within SAME_NEED. Decisions wait
    for each other until their transactions end, so that no two spend the same credits. Take no other lock after it but
    those of rows that nobody else holds. Raises KeyError if the stage does not fetch the sport, and ValueError for a
    closing capture of no known game.
    """
    queries.lock(connection)
    tip_off = queries.earliest_tip_off(connection, games) if kind == "closing" else None
    if kind == "closing" and tip_off is None:
        raise ValueError("a closing capture is for known games")
    known = queries.decided(connection, kind, sport, tip_off=tip_off, at=at, within=SAME_NEED)
    if known is not None:
        return _decision(known, None)
    found = situation(connection, at, picked)
    of_sport = {each.key: each for each in found.sports}[sport]
    divided, verdict = choose(found, kind, of_sport, games)
    decided = Decided(verdict.outcome, verdict.reason, _minutes(verdict))
    queries.record(
        connection,
        kind,
        sport,
        decided,
        at=at,
        tip_off=tip_off,
        games=sorted(games),
        games_with_picks=len(set(games) & set(picked)),
        cost=of_sport.scores_cost if kind in {"check", "grading"} else of_sport.odds_cost,
    )
    return _decision(decided, divided)


def situation(connection: Connection, at: datetime, picked: Collection[int]) -> Situation:
    """Return all that a decision at `at` rests on. picked: as in `decide`."""
    # A sport that is not covered fails by itself (ingestion.asking), and must not stop the others.
    stage, wanted = plan(), [key for key in odds_api_sports() if key in SPORTS]
    rows = queries.games(connection, wanted, since=at - PAST, until=at + AHEAD)
    games: defaultdict[str, list[Game]] = defaultdict(list)
    for row in rows:
        games[row.sport].append(Game(row.id, row.commence_time, row.local_date, row.id in picked, row.waits))
    since = at - timedelta(days=2)
    scores = queries.last_scores(connection, wanted, since=since, at=at)
    odds = _last_odds(connection, since)
    sports = tuple(
        Sport(
            key=key,
            odds_cost=odds_cost(key),
            scores_cost=SCORES_COST,
            typical=timedelta(minutes=SPORTS[key].typical_minutes),
            games=tuple(games[key]),
            odds_at=odds.get(key),
            scores_at=scores.get(key),
        )
        for key in wanted
    )
    return Situation(at, left(connection, at).credits, sports, stage.odds_times, stage.results_a_day)


def _last_odds(connection: Connection, since: datetime) -> dict[str, datetime]:
    """Return when the odds of each sport were last good on any market, if later than `since`.

    An answer may have been without any odds, such as an empty one: it leaves the older ones as they are.
    """
    found: dict[str, datetime] = {}
    for (_, sport, _), at in last_good(connection, JOBS["morning"]).items():
        if at > since:
            found[sport] = max(at, found.get(sport, at))
    return found


def left(connection: Connection, at: datetime) -> Left:
    """Return the credits that are left of the month at `at`."""
    calls = [
        Call(
            ended_at=row.finished_at,
            remaining=row.credits_remaining,
            last=row.credits_last,
            list_price=_list_price(row.job, row.sport),
            http_status=row.http_status,
        )
        for row in queries.ended_calls(connection, since=month_start(at), at=at)
    ]
    underway = queries.underway(connection, since=max(month_start(at), at - ENDS_WITHIN), at=at)
    return Left(*left_of(plan().monthly_credits, calls, underway=underway))


def _list_price(job: str, sport: str) -> int:
    """Return what a call costs by the list. 0 for a sport that is not covered, which is never asked for."""
    if sport not in SPORTS:
        return 0
    return odds_cost(sport) if job == JOBS["morning"] else SCORES_COST


def odds_cost(sport: str) -> int:
    """Return the credits of a call for a sport's odds: one for each market and region. Raises KeyError."""
    return len(SPORTS[sport].markets) * len(odds_api_regions())


def month_start(at: datetime) -> datetime:
    """Return the time at which the month's credits began: midnight of the 1st, in UTC."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _minutes(verdict: Verdict) -> int | None:
    """Return the time to the next check in full minutes, rounded up."""
    return None if verdict.next_check is None else max(1, -(-verdict.next_check // timedelta(minutes=1)))


def _decision(decided: Decided, divided: Budget | None) -> Decision:
    bought = decided.decision == "bought"
    return Decision(bought, decided.decision, decided.reason, decided.next_check_minutes, divided)
