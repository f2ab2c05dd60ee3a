"""Scores forecasts against results, and keeps the days that dashboards and alarms read.

What is to be scored stands in the database: a final in force that lacks scores. So any run finds it, after a settlement
or after a correction, and a run that is repeated finds nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.core.metrics import emit
from pickvs.predictions.distributions.rules import Joint
from pickvs.predictions.facts.rules import Line
from pickvs.predictions.leagues.games import game_league, game_leagues
from pickvs.predictions.leagues.players import player_leagues
from pickvs.predictions.scoring import queries
from pickvs.predictions.scoring.daily.rules import Daily, Scored, dailies, drifts
from pickvs.predictions.scoring.metrics import (
    FORECASTS_DRIFTED,
    INPUT_SHIFT,
    LINE_DISTANCE,
    LOSS_CUSUM,
    PLAYER_COVER,
    PREDICTIONS_SCORED,
)
from pickvs.predictions.scoring.players import rules as players
from pickvs.predictions.scoring.queries import ScoreRow, Unscored
from pickvs.predictions.scoring.rules import score
from pickvs.sports.rules import season_of

LOOKS_BACK = timedelta(days=30)
"""Age of results up to which a run looks for missing scores. A correction is a new result, however old its game."""
_AT_ONCE = 2_000
_PAST = timedelta(days=3 * 366)
"""Span of scores that the days are made of: the reference is two years."""
_COVER_ROWS = 300
_VARIANTS_WATCHED = ("no-market", "past-lines", "with-line")


def score_settled() -> dict[str, int]:
    """Score what lacks a score, and make the days anew that this changes. Returns the numbers of scores.

    Never raises: who settles games has done so already. A failure is logged, and the next run scores what is left.
    """
    try:
        return {"scored": _score_games(), "players_scored": _score_players()}
    except Exception:
        logger().exception("forecasts not scored")
        return {"scored": 0, "players_scored": 0}


def rebuild_days(sport: str) -> None:
    """Make all days of a sport anew from its scores."""
    with transaction() as connection:
        queries.take_turn(connection, sport)
        _renew_days(connection, sport, date.min, clock.now())


def _score_games() -> int:
    at = clock.now()
    with transaction() as connection:
        rows = queries.unscored(connection, at - LOOKS_BACK, _AT_ONCE)
        scored = [row for row in rows if _scored(connection, row, at)]
        firsts = queries.stale_days(connection, at - LOOKS_BACK)
    counts = Counter(row.sport for row in scored)
    for row in scored:
        firsts[row.sport] = min(row.local_date, firsts.get(row.sport, row.local_date))
    for sport, first in sorted(firsts.items()):
        with transaction() as connection:
            queries.take_turn(connection, sport)
            latest = _renew_days(connection, sport, first, at)
        emit({PREDICTIONS_SCORED: counts[sport]}, sport=sport)
        watched = [latest[name] for name in _VARIANTS_WATCHED if name in latest]
        distance = _worst(each.distance_shift for each in watched)
        psi = _worst(each.psi for each in watched)
        cusum = _worst(each.cusum for each in watched)
        emit({LINE_DISTANCE: distance, INPUT_SHIFT: psi, LOSS_CUSUM: cusum}, sport=sport)
        _tell(sport, drifts(distance_shift=distance, psi=psi, cusum=cusum))
    return len(scored)


def _tell(sport: str, found: Sequence[str]) -> None:
    """Measure how many figures are past their limits, and log which. One alarm watches them all."""
    emit({FORECASTS_DRIFTED: len(found)})
    if found:
        logger().warning("forecasts have drifted", extra={"sport": sport, "what": found})


def _worst(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _scored(connection: Connection, row: Unscored, at: datetime) -> bool:
    if row.sport not in game_leagues():
        return False
    joint = Joint.from_json(row.distribution)
    found = score(game_league(row.sport), joint, row.home_win, (row.home_points, row.away_points), _close(row))
    return queries.add_score(connection, row, found, at)


def _close(row: Unscored) -> Line | None:
    if row.spread is None and row.total is None and row.home_moneyline is None and row.away_moneyline is None:
        return None
    return Line(
        spread=None if row.spread is None else float(row.spread),
        total=None if row.total is None else float(row.total),
        home_moneyline=row.home_moneyline,
        away_moneyline=row.away_moneyline,
    )


def _renew_days(connection: Connection, sport: str, first: date, at: datetime) -> dict[str, Daily]:
    """Make the days from `first` on anew, and return the latest of each contestant."""
    past = date.min if first == date.min else first - _PAST
    days: list[tuple[str, Daily]] = []
    latest: dict[str, Daily] = {}
    for contestant, rows in groupby(queries.in_force(connection, sport, past), key=lambda row: row.contestant):
        found = dailies(contestant, [_of_row(sport, row) for row in rows], first)
        days += [(contestant, daily) for daily in found]
        if found:
            latest[contestant] = found[-1]
    queries.replace_days(connection, sport, first, days, at)
    return latest


def _of_row(sport: str, row: ScoreRow) -> Scored:
    return Scored(
        day=row.local_date,
        season=season_of(sport, row.local_date),
        home_win=row.home_win,
        home_won=row.home_won,
        log_loss=row.log_loss,
        brier=row.brier,
        close_log_loss=row.close_log_loss,
        line_distance=row.line_distance,
    )


def _score_players() -> int:
    at = clock.now()
    untimed = [sport for sport, league in player_leagues().items() if not league.timed]
    with transaction() as connection:
        rows = queries.unscored_players(connection, at - LOOKS_BACK, untimed, _AT_ONCE)
        scored = [(row, players.score(row.statistics, row.seconds, row.stats)) for row in rows]
        queries.add_player_scores(connection, scored, at)
        sports = sorted({row.sport for row in rows})
        covers = {sport: _cover(connection, sport) for sport in sports}
    for sport, cover in covers.items():
        emit({PLAYER_COVER: cover}, sport=sport)
        _tell(sport, [] if players.is_covered(cover) else ["intervals of players"])
    return len(scored)


def _cover(connection: Connection, sport: str) -> float | None:
    inside = [
        float(statistic["inside_80"])
        for scores in queries.last_player_scores(connection, sport, _COVER_ROWS)
        for statistic in scores.values()
    ]
    return 100 * sum(inside) / len(inside) if len(inside) >= _COVER_ROWS else None
