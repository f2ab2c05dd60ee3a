"""Takes finished standings, and says how right the simulations of the contest were."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.presence import hold_caller
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.dfs.builds import reading as builds
from pickvs.dfs.contests import reading as contests
from pickvs.dfs.contests.errors import no_results, no_standings, standings_of_other_contest, still_in_play
from pickvs.dfs.contests.judging import queries, rules
from pickvs.dfs.contests.judging.queries import SimulatedRow
from pickvs.dfs.contests.judging.showing import results_of
from pickvs.dfs.contests.queries import ContestRow
from pickvs.dfs.contests.schemas import (
    DfsContestResults,
)
from pickvs.dfs.entries import originals
from pickvs.dfs.files.standings import StandingsFile, read_standings
from pickvs.dfs.formats.rules import Format
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.projections import reading as projections
from pickvs.dfs.simulation.judging import QUANTILES, rank_of
from pickvs.dfs.slates import reading as slates
from pickvs.dfs.slates.queries import PlayerRow
from pickvs.dfs.slates.rules import normal_name

if TYPE_CHECKING:
    from pickvs.dfs.contests.requests import WantedResults

_KIND = "dk_standings"
_LEAST_KNOWN = 0.5
"""Share of the standings' players whom the slate must have."""


def record_results(
    user_id: int, contest_id: int, wanted: "WantedResults", *, session: UUID | None, api_key_id: int | None
) -> DfsContestResults:
    """Judge the simulations of a contest by its finished standings, and return what they said beside what happened.

    Another upload of the standings replaces the first. session, api_key_id: the caller's.

    Raises NotFound (CONTEST_NOT_FOUND, UPLOAD_NOT_FOUND, FILE_GONE), and Conflict (CONTEST_IN_PLAY,
    STANDINGS_OF_OTHER_CONTEST).
    """
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        contest = contests.own_contest(connection, contest_id, user_id)
        sha256 = queries.standings(connection, wanted.upload_id, user_id, _KIND)
        slate = slates.slate(connection, contest.slate_id, user_id)
    if sha256 is None:
        raise no_standings()
    game = FORMATS[slate.format]
    # Reading 20,000 entries takes a second: no transaction waits for it.
    file = read_standings(originals.read(user_id, sha256), [slot.name for slot in game.slots])
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        contest = contests.own_contest(connection, contest_id, user_id)
        _record(connection, contest, game, file, wanted.upload_id)
        stored = queries.results(connection, contest_id, user_id)
    if stored is None:
        raise no_results()
    return results_of(stored)


def _record(connection: Connection, contest: ContestRow, game: Format, file: StandingsFile, upload_id: int) -> None:
    players = slates.players_of(connection, contest.slate_id)
    finished = _finished(contest, game, file, players)
    runs = [_simulated(connection, contest, row) for row in queries.simulated(connection, contest.id)]
    of_builds = {run.build: rules.lineup_results(run, game, finished) for run in runs}
    ordered = sorted(finished.scores)
    queries.put_results(
        connection,
        contest_id=contest.id,
        user_id=contest.user_id,
        upload_id=upload_id,
        field_size=len(ordered),
        quantiles={str(each): float(ordered[rank_of(each, len(ordered))]) for each in QUANTILES},
        lineups=[lineup for lineups in of_builds.values() for lineup in lineups],
        judgements=[rules.judgement(run, game, finished) for run in runs],
        at=clock.now(),
    )


def _finished(contest: ContestRow, game: Format, file: StandingsFile, players: Sequence[PlayerRow]) -> rules.Finished:
    if file.in_play:
        raise still_in_play()
    scores = [standing.points for standing in file.standings if standing.lineup]
    if not scores or not rules.same_slots(file.slots, game):
        raise standings_of_other_contest("The entries have other slots than the contest's slate.")
    if len(file.standings) > contest.size:
        raise standings_of_other_contest(
            f"The standings have {len(file.standings)} entries, and the contest has {contest.size}."
        )
    points, known = _points(file, game, players)
    if known < _LEAST_KNOWN * len(file.players):
        raise standings_of_other_contest("Most players of the standings are not on the contest's slate.")
    return rules.Finished(contest=contests.paid_by(contest), scores=scores, points=points)


def _points(file: StandingsFile, game: Format, players: Sequence[PlayerRow]) -> tuple[Mapping[int, Decimal], int]:
    """Return the points of the slate's players in a slot of factor 1, and how many rows of the file name one.

    A name that two players share is nobody's.
    """
    factors = {slot.name: slot.factor for slot in game.slots}
    by_name: dict[str, list[int]] = {}
    for player in players:
        by_name.setdefault(normal_name(player.name), []).append(player.id)
    points: dict[int, Decimal] = {}
    known = 0
    for row in file.players:
        named = by_name.get(normal_name(row.name), [])
        known += bool(named)
        if len(named) == 1:
            points[named[0]] = row.points / factors.get(row.slot, Decimal(1))
    return points, known


def _simulated(connection: Connection, contest: ContestRow, row: SimulatedRow) -> rules.Simulated:
    build = builds.own_build(connection, row.build_id, contest.user_id)
    return rules.Simulated(
        run=row.id,
        build=row.build_id,
        trust=row.settings["trust"],
        result=row.result,
        workings=row.workings,
        lineups={
            lineup.lineup_no: [player for player in lineup.players if player is not None]
            for lineup in builds.lineups_of(connection, row.build_id)
        },
        projections=projections.projections_of(connection, build.projection_set_id),
    )
