"""Publishes the forecasts of games to come, before their lock, and sees that none is missing.

A run may be delivered twice, run twice or die anywhere. What it says again is not written again, and what it could not
say, the next run says. It reads the facts as of one moment, computes outside of any transaction, and writes with the
games' rows locked, as picks are made.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pickvs.agenda import service as agenda
from pickvs.agenda.rules import Work
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.logging import logger
from pickvs.core.metrics import emit
from pickvs.markets.config import pick_times
from pickvs.predictions.bootstrap.rules import RECIPE
from pickvs.predictions.facts.provenance import STATES, code_sha256
from pickvs.predictions.facts.reading import (
    PlayerStatus,
    Upcoming,
    days_before,
    statuses_before,
    summaries_before,
    upcoming_on,
)
from pickvs.predictions.facts.rules import Day, DaySummary, digests_up_to
from pickvs.predictions.forecasts import champions as models
from pickvs.predictions.forecasts import queries
from pickvs.predictions.forecasts.champions import Champions, Fold, GamesFold, KeptState, PlayersFold
from pickvs.predictions.forecasts.metrics import (
    FORECAST_INVARIANTS_BROKEN,
    FORECASTS_PUBLISHED,
    MINUTES_BEFORE_TIP_OFF,
    SLATES_WITHOUT_FORECASTS,
)
from pickvs.predictions.forecasts.players.rules import MadeOfPlayer, forecasts_of_players
from pickvs.predictions.forecasts.rules import (
    BEFORE_SLATE,
    CHECK_BEFORE_SLATE,
    HORIZON,
    SETTLES_AFTER,
    Made,
    broken_invariants,
    forecasts_of_game,
    ratings_behind,
    slates,
    team_ratings,
)
from pickvs.predictions.games.rules import State
from pickvs.predictions.training_runs.config import predicted_sports
from pickvs.sports.rules import local_date

FUNCTION = "predict"
_SLOW_READ_MS = 120_000
"""A new stage reads all past facts at once."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was known of a sport at a moment."""

    upcoming: list[Upcoming]
    folds: list[Fold]
    statuses: Mapping[str, PlayerStatus]
    known: Sequence[DaySummary]


def publish_all() -> dict[str, Any]:
    """Publish the forecasts of all sports, and put the runs before the next slates on the agenda. Then do what is due.

    Returns counts by sport. A sport that fails does not keep the others from being forecast; its error is raised last.
    """
    report: dict[str, Any] = {}
    failed: Exception | None = None
    for sport in predicted_sports():
        try:
            report[sport] = publish(sport)
        except Exception as error:  # the other sports have games as well
            logger().exception("forecasts not published", extra={"sport": sport})
            failed = error
    report["due"] = do_due()
    if failed is not None:
        raise failed
    return report


def do_due() -> dict[str, int]:
    """Make the forecasts and the checks that are due before slates."""
    return agenda.take_due_together(FUNCTION, _do)


def _do(due: Sequence[Due]) -> Mapping[str, datetime | None]:
    done: dict[str, datetime | None] = {}
    for sport in sorted({str(each.payload["sport"]) for each in due}):
        works = [each for each in due if each.payload["sport"] == sport]
        if sport in predicted_sports():
            try:
                _check(sport, [each for each in works if each.payload["what"] == "check"])
                publish(sport)
            except Exception:  # tried again by the agenda, and other sports are due as well
                logger().exception("forecasts not published", extra={"sport": sport})
                continue
        done |= {each.key: None for each in works}
    return done


def publish(sport: str) -> dict[str, int]:
    """Publish every contestant's forecast of the sport's games of the next 48 hours, and those of their players.

    A game that has locked or moved to another day in the meantime gets none. What says the same as the last forecast of
    the same contestant is not written. Raises ArtefactRefused if the artefact of a champion is not what the registry
    states.
    """
    as_of = clock.now()
    champions = models.load_champions(sport)
    read = _read(sport, champions, as_of)
    made, of_players = _made(champions, read)
    broken = _broken(champions, made, read)
    with transaction() as connection:
        queries.take_turn(connection, sport)
        held = {row.game_id: row.commence_time for row in queries.hold_games_to_come(connection, _games(read))}
        at = clock.now()  # read after the lock: waiting for it may have taken until after a tip-off
        margin = pick_times().lock_margin
        days = {each.fixture.game: each.fixture.day for each in read.upcoming}
        # On another day the teams have rested otherwise: the next run has the features of that day.
        open_ = {
            game: starts
            for game, starts in held.items()
            if at < starts - margin and local_date(sport, starts) == days[game]
        }
        games = queries.publish_games(connection, [each for each in made if each.game in open_], open_, as_of, at)
        players = 0
        if champions.players is not None:
            version = champions.players.row.id
            wanted = [each for each in of_players if each.game in open_]
            players = queries.publish_players(connection, version, wanted, open_, as_of, at)
        if (rated := _rated(champions, read)) is not None:
            version, state = rated
            queries.note_ratings(connection, sport, local_date(sport, as_of), version, team_ratings(state), as_of)
        agenda.put_all(connection, _works(sport, read, at))
    emit({FORECASTS_PUBLISHED: games + players}, sport=sport)
    emit({FORECAST_INVARIANTS_BROKEN: len(broken)})
    if games and open_:
        emit({MINUTES_BEFORE_TIP_OFF: (min(open_.values()) - at).total_seconds() / 60}, sport=sport)
    for sentence in broken:
        logger().error("an invariant of forecasts is broken", extra={"sport": sport, "what": sentence})
    return {"games": len(open_), "forecasts": games, "player_forecasts": players, "broken": len(broken)}


def _read(sport: str, champions: Champions, as_of: datetime) -> _Read:
    """Read what was known before `as_of`, and advance the states over it. Keeps the states of days that are settled."""
    settled = local_date(sport, as_of - SETTLES_AFTER)
    kept: list[KeptState] = []
    with transaction(statement_timeout_ms=_SLOW_READ_MS, snapshot=True) as connection:
        known = summaries_before(connection, sport, as_of)
        digests = digests_up_to(known, code_sha256(STATES))
        folds = models.load_folds(connection, champions, digests)
        begun = {id(fold): fold.day() for fold in folds}
        first = min((day or date.min for day in begun.values()), default=date.min)
        days = days_before(connection, sport, as_of, from_day=_after(first))
        for day in _with_mark(days, settled):
            if day is None:
                kept = _to_keep(folds, begun)
                continue
            for fold in folds:
                last = fold.day()
                if last is None or day.day > last:
                    fold.advance(day)
        upcoming = _upcoming(connection, sport, as_of)
        statuses = statuses_before(connection, sport, as_of)
    models.keep_states(kept, as_of, digests)
    return _Read(upcoming, folds, statuses, known)


def _with_mark(days: Iterator[Day], settled: date) -> Iterator[Day | None]:
    """Yield the days, and None once, when all days before `settled` have been yielded."""
    marked = False
    for day in days:
        if not marked and day.day >= settled:
            marked = True
            yield None
        yield day
    if not marked:
        yield None


def _to_keep(folds: Sequence[Fold], begun: Mapping[int, date | None]) -> list[KeptState]:
    days = [(fold, fold.day()) for fold in folds]
    return [fold.kept(day) for fold, day in days if day is not None and day != begun[id(fold)]]


def _after(day: date) -> date:
    return day if day == date.min else day + _DAY


def _upcoming(connection: Any, sport: str, as_of: datetime) -> list[Upcoming]:
    first, last = local_date(sport, as_of), local_date(sport, as_of + HORIZON)
    oldest = pick_times().max_odds_age
    days = [first + _DAY * number for number in range((last - first).days + 1)]
    return [
        each
        for day in days
        for each in upcoming_on(connection, sport, day, as_of, max_line_age=oldest)
        if as_of < each.starts_at <= as_of + HORIZON
    ]


def _made(champions: Champions, read: _Read) -> tuple[list[Made], list[MadeOfPlayer]]:
    folds = {row.id: fold.state for fold in read.folds if isinstance(fold, GamesFold) for row in fold.rows}
    told = {variant: (champion, folds[champion.version]) for variant, champion in champions.games.items()}
    made: list[Made] = []
    for game in read.upcoming:
        try:
            made += forecasts_of_game(told, game.fixture, game.line)
        except ValueError:  # the others are forecast, and an invariant says that this one is missing
            logger().exception("a game cannot be forecast", extra={"game": game.fixture.game})
    chosen = champions.players
    states = [fold.state for fold in read.folds if isinstance(fold, PlayersFold)]
    if chosen is None or not states:
        return made, []
    fixtures = [each.fixture for each in read.upcoming]
    health = {player: each.status for player, each in read.statuses.items()}
    teams = {player: each.team for player, each in read.statuses.items() if each.team is not None}
    return made, forecasts_of_players(chosen.model, chosen.row.artefact_sha256, states[0], fixtures, health, teams)


def _rated(champions: Champions, read: _Read) -> tuple[int, State] | None:
    """Return the version whose ratings are shown, and its state."""
    champion = champions.games.get("no-market")
    for fold in read.folds:
        if champion is not None and isinstance(fold, GamesFold) and champion.version in {row.id for row in fold.rows}:
            return champion.version, fold.state
    return None


def _broken(champions: Champions, made: Sequence[Made], read: _Read) -> list[str]:
    states = [fold.state for fold in read.folds if isinstance(fold, GamesFold)]
    lines = {each.fixture.game: each.line for each in read.upcoming}
    trained = all(each.artefact.kind != RECIPE for each in champions.games.values())
    return [*broken_invariants(made, lines, trained=trained), *ratings_behind(states, read.known)]


def _games(read: _Read) -> Collection[int]:
    return {each.fixture.game for each in read.upcoming}


def _works(sport: str, read: _Read, at: datetime) -> list[Work]:
    """Return the runs before the slates to come: the last forecasts, and the check that there are some."""
    works = []
    for first in slates(each.starts_at for each in read.upcoming):
        for what, before in (("publish", BEFORE_SLATE), ("check", CHECK_BEFORE_SLATE)):
            due_at = first - before
            if due_at > at:
                payload = {"sport": sport, "what": what, "slate": first.isoformat()}
                works.append(Work(FUNCTION, f"{what}:{sport}:{first:%Y%m%dT%H%M}", due_at, payload))
    return works


def _check(sport: str, due: Sequence[Due]) -> None:
    """Measure the slates whose first tip-off is near and that have a game without forecasts."""
    if not due:
        return
    at = clock.now()
    with transaction() as connection:
        near = [each for each in _upcoming(connection, sport, at) if each.starts_at <= at + 2 * CHECK_BEFORE_SLATE]
        games = {each.fixture.game for each in near}
        without = games - queries.games_with_forecasts(connection, games, "no-market")
    emit({SLATES_WITHOUT_FORECASTS: int(bool(without))})
    if without:
        logger().error("games near their tip-off have no forecast", extra={"sport": sport, "games": sorted(without)})
