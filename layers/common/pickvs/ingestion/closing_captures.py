"""The closing captures that are due: one call for a sport serves all games that tip off within its reach.

A capture is made only before the tip-off, only for games that picks wait for, and only if the game was not captured
within the reach already. So an alarm that fires twice, late, or for a game that was moved, makes no call. A capture
that the credit planner does not buy is finished work: the planner remembers what was given up.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from pickvs.agenda import service as agenda
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.ingestion.asking import sports
from pickvs.ingestion.buying import ask_to_buy
from pickvs.ingestion.game_clock import awaited_games
from pickvs.ingestion.rules import FETCH_ODDS
from pickvs.jobs.runs import Job, run_for
from pickvs.markets.game_clock.config import game_times
from pickvs.markets.game_clock.rules import AwaitedGame, close_key, game_of, needs_closing_capture
from pickvs.markets.values import GameOdds


def make_closing_captures(job: Job[GameOdds]) -> dict[str, int]:
    """Make the closing captures that are due, by `job`. Returns the numbers of works: see agenda.take_due_together."""
    return agenda.take_due_together(FETCH_ODDS, lambda due: _capture(job, due))


def _capture(job: Job[GameOdds], due: Sequence[Due]) -> Mapping[str, datetime | None]:
    at = clock.now()
    keys = {each.key for each in due}
    with transaction() as connection:
        wanted = _wanted(connection, keys, at)

    def spare(connection: Connection, sport: str) -> str | None:
        games = [game.id for game in wanted[sport]]
        decision = ask_to_buy(connection, "closing", sport, games, at)
        return None if decision.bought else decision.outcome

    ended = run_for(job, list(wanted), spare) if wanted else {}
    unserved = {close_key(game.id) for sport, games in wanted.items() if ended[sport].retry_later for game in games}
    served = {close_key(game.id) for games in wanted.values() for game in games} - unserved - keys
    with transaction() as connection:
        agenda.drop_all(connection, [(FETCH_ODDS, key) for key in served])
    return dict.fromkeys(keys - unserved)


def _wanted(connection: Connection, keys: set[str], at: datetime) -> dict[str, list[AwaitedGame]]:
    """Return the games to capture, by sport, the sport with the earliest tip-off first.

    A sport has a call if a capture of one of its games is due. The call serves its other games within reach as well.
    """
    times, known = game_times(), sports()
    wanted: defaultdict[str, list[AwaitedGame]] = defaultdict(list)
    for game in sorted(awaited_games(connection, at), key=lambda game: (game.tip_off, game.id)):
        if game.sport in known and needs_closing_capture(game, at, times):
            wanted[game.sport].append(game)
    games_due = {game_of(key) for key in keys}
    return {sport: games for sport, games in wanted.items() if any(game.id in games_due for game in games)}
