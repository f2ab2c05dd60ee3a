"""Shows why a constructor has its points: each pick, whoever scores for it, and each line with the result behind it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pickvs.core.database import transaction
from pickvs.fantasy.boards.ledger import queries
from pickvs.fantasy.boards.ledger.queries import EventRow, LineRow, PickRow, SessionRow
from pickvs.fantasy.boards.ledger.rules import in_words
from pickvs.fantasy.boards.ledger.schemas import (
    ConstructorPoints,
    ConstructorRacePoints,
    CountedResult,
    PickPoints,
    PointLine,
    ScoredDriver,
)
from pickvs.fantasy.leagues.access import look_at_constructor


def show_points(user_id: int, constructor_id: int, event_id: int | None) -> ConstructorPoints:
    """Return a constructor's points in an event, or in all events of the season (None).

    Raises NotFound (CONSTRUCTOR_NOT_FOUND), also for a constructor of a league that the user may not see.
    """
    with transaction(snapshot=True) as connection:
        seen, _ = look_at_constructor(connection, user_id, constructor_id)
        league = seen.league
        events = queries.events_of(connection, league.id, constructor_id, event_id)
        ids = [event.event_id for event in events]
        sessions = queries.sessions_of(connection, league.id, league.table_id, ids)
        picks = queries.picks_of(connection, constructor_id, ids, inherits=league.replacement == "inherit")
        lines = queries.lines_of(
            connection,
            league.table_id,
            [
                (each.event_id, each.session, version)
                for each in sessions
                for version in (each.version, each.previous)
                if version is not None
            ],
            [pick.scores_as for pick in picks if pick.scores_as is not None],
            shortens=league.shortened == "official_factor",
        )
    return ConstructorPoints(
        constructor_id=constructor_id,
        league_id=league.id,
        table=league.scoring_table,
        races=[
            _race(
                event,
                [each for each in sessions if each.event_id == event.event_id],
                [each for each in picks if each.event_id == event.event_id],
                [each for each in lines if each.event_id == event.event_id],
            )
            for event in events
        ],
    )


def _race(
    event: EventRow, sessions: Sequence[SessionRow], picks: Sequence[PickRow], lines: Sequence[LineRow]
) -> ConstructorRacePoints:
    return ConstructorRacePoints(
        race_id=event.event_id,
        race=event.name,
        day=event.day,
        points=event.points,
        rank=event.rank,
        tied=event.is_tied,
        results=[
            CountedResult.of(
                each, state=each.standing, after_cut_off=each.latest if each.latest > each.version else None
            )
            for each in sessions
        ],
        picks=[_pick(pick, sessions, lines) for pick in picks],
    )


def _pick(pick: PickRow, sessions: Sequence[SessionRow], lines: Sequence[LineRow]) -> PickPoints:
    own = [line for line in lines if line.contestant_id == pick.scores_as]
    now = _of_versions(own, {each.session: each.version for each in sessions})
    changed = {each.session: each.previous for each in sessions if each.previous is not None}
    before = _of_versions(own, changed)
    unchanged = [line for line in now if line.session not in changed]
    heir = None
    if pick.heir_id is not None and pick.heir_name is not None:
        heir = ScoredDriver(id=pick.heir_id, name=pick.heir_name, code=pick.heir_code)
    driver = ScoredDriver(id=pick.contestant_id, name=pick.name, code=pick.code)
    return PickPoints(
        pick_id=pick.id,
        slot=pick.slot_no,
        made_by=pick.made_by,
        driver=driver,
        replaced=pick.is_replaced,
        scores_as=heir if pick.is_replaced else driver,
        replaced_because=pick.reason,
        points=_sum(now),
        lines=[_line(line) for line in now],
        points_before=_sum([*unchanged, *before]) if changed else None,
        lines_before=[_line(line) for line in before],
    )


def _of_versions(lines: Iterable[LineRow], versions: dict[str, int]) -> list[LineRow]:
    """Return the lines of these versions, by session, in the order of the sessions."""
    order = {session: place for place, session in enumerate(versions)}
    chosen = [line for line in lines if versions.get(line.session) == line.version]
    return sorted(chosen, key=lambda line: order[line.session])


def _sum(lines: Iterable[LineRow]) -> Decimal:
    return sum((line.points for line in lines), Decimal())


def _line(line: LineRow) -> PointLine:
    return PointLine.of(line, text=in_words(line.rule, line.detail, line.points))
