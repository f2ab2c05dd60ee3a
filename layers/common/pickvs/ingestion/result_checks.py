"""The result checks that are due: one call for a sport serves all its games that wait for a final.

A check is repeated until the game is no longer awaited: it has a final, is in review or off, or was absorbed. A check
that an answer of the sport has met since it was due makes no call, such as after the daily run.

Under thrift the credit planner says when a sport is asked about next. The checks of the same night that would come
before wait until then, because each of them would wake the function to be told the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pickvs.agenda import service as agenda
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.ingestion.asking import sports
from pickvs.ingestion.buying import ask_to_buy
from pickvs.ingestion.game_clock import awaited_games
from pickvs.ingestion.rules import PROCESS_RESULTS
from pickvs.jobs.reading import latest_run
from pickvs.jobs.runs import Job, run_for
from pickvs.markets.game_clock.config import game_times
from pickvs.markets.game_clock.rules import AwaitedGame, check_key, game_of, next_check_at, put_off_until
from pickvs.markets.values import GameScore

_NIGHT = timedelta(hours=12)
"""Time within which the games of a night tip off."""


def make_result_checks(job: Job[GameScore]) -> dict[str, int]:
    """Make the result checks that are due, by `job`. Returns the numbers of works: see agenda.take_due_together."""
    return agenda.take_due_together(PROCESS_RESULTS, lambda due: _check(job, due))


def _check(job: Job[GameScore], due: Sequence[Due]) -> Mapping[str, datetime | None]:
    at, times, known = clock.now(), game_times(), sports()
    with transaction() as connection:
        awaited = {game.id: game for game in awaited_games(connection, at) if game.sport in known}
        answered = {sport: _answered_at(connection, sport) for sport in {game.sport for game in awaited.values()}}
    games = {each.key: game for each in due if (game := awaited.get(game_of(each.key) or 0))}
    unmet: defaultdict[str, list[AwaitedGame]] = defaultdict(list)
    for each in due:
        if game := games.get(each.key):
            answered_at = answered[game.sport]
            if answered_at is None or answered_at < each.due_at:
                unmet[game.sport].append(game)
    waits: dict[str, timedelta] = {}
    put_off: set[str] = set()

    def spare(connection: Connection, sport: str) -> str | None:
        decision = ask_to_buy(connection, "check", sport, [game.id for game in unmet[sport]], at)
        if decision.next_check_minutes is not None:
            waits[sport] = timedelta(minutes=decision.next_check_minutes)
        if not decision.bought:
            put_off.add(sport)
        return None if decision.bought else decision.outcome

    ended = run_for(job, sorted(unmet), spare) if unmet else {}
    failed = {sport for sport, end in ended.items() if end.retry_later}
    now = clock.now()
    again = {
        sport: (put_off_until if sport in put_off else next_check_at)(now, waits.get(sport, times.check_every), times)
        for sport in known
    }
    with transaction() as connection:
        for sport in sorted(waits.keys() - failed):
            until = min(game.tip_off for game in unmet[sport]) + _NIGHT
            early = [check_key(game.id) for game in awaited.values() if game.sport == sport and game.tip_off < until]
            agenda.delay(connection, PROCESS_RESULTS, early, again[sport])
    return {
        each.key: again[game.sport] if game else None
        for each in due
        if (game := games.get(each.key)) is None or game.sport not in failed
    }


def _answered_at(connection: Connection, sport: str) -> datetime | None:
    """Return when the latest run about a sport began. None unless it brought an answer, if only one without news."""
    run = latest_run(connection, PROCESS_RESULTS, sport)
    return run.started_at if run is not None and run.status in ("succeeded", "partial") else None
