"""Keeps the work of awaited games on the agenda: closing captures for `fetch_odds`, checks for `process_results`.

The result check of a game stays on the agenda as long as the game is awaited, and its payload says for which tip-off.
So it tells whether the game's work was put: a closing capture that was made is not put again, and a tip-off that has
moved moves both. The real start of a game that has begun, some minutes away, moves nothing.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from pickvs.agenda import service as agenda
from pickvs.agenda.rules import Work
from pickvs.core import clock
from pickvs.core.database import Connection
from pickvs.markets.game_clock.config import game_times
from pickvs.markets.game_clock.rules import (
    FETCH_ODDS,
    PROCESS_RESULTS,
    AwaitedGame,
    check_key,
    close_key,
    closing_capture_at,
    first_check_at,
    game_of,
    payload,
    stands,
)

type Known = Mapping[tuple[str, str], Mapping[str, Any]]


def await_games(connection: Connection, games: Collection[AwaitedGame]) -> None:
    """Put the work of awaited games on the agenda, unless it is there already.

    In the usual case, in which it is there, this reads once and locks nothing. Raises KeyError if a sport is not
    covered.
    """
    keys = [check_key(game.id) for game in games]
    _put_missing(connection, games, agenda.waiting(connection, [PROCESS_RESULTS], keys))


def keep(connection: Connection, awaited: Callable[[], Collection[AwaitedGame]]) -> None:
    """Put the work of all awaited games that lack it or have moved, and take the work of all other games off.

    awaited: returns the awaited games. It is called after the agenda was read: a pick that is made in between only adds
    a game to them, whose work is not known here yet, so that it is not taken off. Raises KeyError if a sport is not
    covered.
    """
    known = agenda.waiting(connection, [FETCH_ODDS, PROCESS_RESULTS])
    games = awaited()
    _put_missing(connection, games, known)
    ids = {game.id for game in games}
    ended = [work for work in known if (game := game_of(work[1])) is not None and game not in ids]
    if ended:
        agenda.drop_all(connection, ended)


def _put_missing(connection: Connection, games: Collection[AwaitedGame], known: Known) -> None:
    at, times = clock.now(), game_times()
    works: list[Work] = []
    for game in games:
        if stands(known.get((PROCESS_RESULTS, check_key(game.id))), game, at, times):
            continue
        about = payload(game.tip_off)
        check_at = first_check_at(game.sport, game.tip_off, times)
        works.append(Work(PROCESS_RESULTS, check_key(game.id), check_at, about))
        if game.tip_off > at:
            works.append(Work(FETCH_ODDS, close_key(game.id), closing_capture_at(game.tip_off, times), about))
    if works:
        agenda.put_all(connection, works)
