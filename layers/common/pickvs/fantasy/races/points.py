"""Shows what scoring tables give: for a race with the reason of each point, and for a season.

Points follow from the results in force, so that a table can be shown which no league has chosen yet. What counts in a
league is kept by `scoring`, by the same rules.
"""

from collections import defaultdict
from decimal import Decimal

from pickvs.core.database import Connection, transaction
from pickvs.fantasy.events import reading
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.races.rules import SPORT, fresh_seconds, ranked
from pickvs.fantasy.races.schemas import DriverPoints, DriverRank, DriverRankings, PointsLine, RacePoints
from pickvs.fantasy.races.service import Fresh, Weekend, season_weekends, weekend_of
from pickvs.fantasy.scoring import service as scoring
from pickvs.fantasy.scoring.requests import TableBody
from pickvs.fantasy.scoring.tables import kept


def show_points(race_id: int, *, table: str) -> Fresh[RacePoints]:
    """Return what a table gives for a race. table: name and version, or id.

    Raises NotFound (RACE_NOT_FOUND, SCORING_TABLE_NOT_FOUND).
    """
    with transaction() as connection:
        weekend = weekend_of(connection, race_id)
        body = RacePoints(
            race_id=race_id,
            name=weekend.event.name,
            season=weekend.event.season,
            state=weekend.state,
            table=table,
            drivers=_drivers(connection, weekend, table),
        )
    return Fresh(body, fresh_seconds([weekend.state]))


def show_rankings(*, season: int | None, table: str) -> Fresh[DriverRankings]:
    """Return the drivers of a season by what a table gives them. season: None for the last one with a result.

    Raises NotFound (SCORING_TABLE_NOT_FOUND).
    """
    with transaction() as connection:
        chosen = season if season is not None else reading.last_season_run(connection, SPORT)
        body = TableBody.model_validate(kept(connection, table).body)
        points = {} if chosen is None else scoring.check(connection, body, chosen)
        names = reading.contestants_of(connection, points)
        states = [] if chosen is None else [each.state for each in season_weekends(connection, chosen)]
    places = [
        DriverRank(
            rank=each.rank,
            is_tied=each.is_tied,
            driver_id=each.contestant,
            name=names[each.contestant].name,
            code=names[each.contestant].code,
            points=each.points,
        )
        for each in ranked(points)
    ]
    return Fresh(DriverRankings(season=chosen, table=table, drivers=places), fresh_seconds(states))


def _drivers(connection: Connection, weekend: Weekend, table: str) -> list[DriverPoints]:
    body = TableBody.model_validate(kept(connection, table).body)
    lines: defaultdict[int, list[PointsLine]] = defaultdict(list)
    for session, version in weekend.in_force.items():
        facts = results.facts_of(connection, weekend.event.id, session, version)
        for fact in facts:
            lines[fact.contestant]  # who has a result and no points is shown too
        for line in scoring.lines_by(body, session, facts):
            lines[line.contestant].append(
                PointsLine(session=session, rule=line.rule, detail=line.detail, points=line.points)
            )
    names = reading.contestants_of(connection, lines)
    return [
        DriverPoints(
            driver_id=each.contestant,
            name=names[each.contestant].name,
            code=names[each.contestant].code,
            rank=each.rank,
            points=each.points,
            lines=lines[each.contestant],
        )
        for each in ranked({driver: sum((line.points for line in its), Decimal()) for driver, its in lines.items()})
    ]
