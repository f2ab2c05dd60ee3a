"""Records what a second source of scores says: results that the first one lacks, and where the two disagree.

A second source never makes, moves or opens a game, and its ids are not kept: only its word on a game's end and start
counts. See scores.rules for what its final means beside that of the first source.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.fixtures import queries as games
from pickvs.markets.fixtures.evidence import queries as evidence
from pickvs.markets.fixtures.rules import NO_FINAL, SCORED_EARLY, Identified, KnownGame
from pickvs.markets.fixtures.service import Origin, games_of_teams
from pickvs.markets.providers.names import THE_ODDS_API
from pickvs.markets.reviews import queries as reviews
from pickvs.markets.scores import queries
from pickvs.markets.scores.matching import match
from pickvs.markets.scores.recording import Recorded, StartsApart, starts_apart, write
from pickvs.markets.scores.rules import UNKNOWN, Judgement, Report, Standing, apart, dispute_of, judge, standing_of
from pickvs.markets.values import GameStatus, PlayStatement

AMBIGUOUS = "may be of several games, or of the same game as another event"
IN_REVIEW = "the game is in review for another reason"
NOT_PLAYED = frozenset({"postponed", "cancelled", "forfeit"})
"""States in which a game has no score that counts."""


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A final that is not recorded yet, because the source may say elsewhere when the game began."""

    game_id: int
    statement: PlayStatement


@dataclass(frozen=True, slots=True)
class StatementsRecorded:
    """The outcome of recording statements.

    counts: events; finals, corrections and disputes; agreed (finals that the other source has stated too); review
    (games sent to review); awaiting; unknown, ambiguous and events_in_review (events of no known game, of several, and
    with a team name that is not known). apart: games whose start another source has stated otherwise.
    """

    counts: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    awaiting: tuple[Awaiting, ...]
    apart: tuple[StartsApart, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement about a game, and the game's state beside it. status: by the clock."""

    statement: PlayStatement
    fixture: Identified
    game: KnownGame
    standing: Standing

    @property
    def report(self) -> Report | None:
        """The final score as the game has home and away. None if it is not final."""
        home, away = self.statement.home_score, self.statement.away_score
        if self.statement.state != "final" or home is None or away is None:
            return None
        if self.fixture.home != self.game.home_team_id:
            home, away = away, home
        return Report(self.fixture.provider_id, home, away, self.tip_off)

    @property
    def tip_off(self) -> datetime:
        """The earlier of the start that is stated and the known tip-off.

        Without a statement, a start that the source itself has stated before stands.
        """
        known, stated = self.game.commence_time, self.statement.began_at
        if stated is not None:
            return min(stated, known)
        result = self.standing.result
        return result.began_at if result is not None and result.began_at is not None else known

    @property
    def shows_play(self) -> bool:
        """Whether it is more than about to begin."""
        return self.statement.state == "final" or bool(self.statement.home_score or self.statement.away_score)


def record_statements(
    connection: Connection,
    capture: Capture[PlayStatement],
    *,
    origin: Origin,
    wanted: Collection[int],
    await_start: Callable[[Collection[int]], Collection[int]] = lambda _: (),
) -> StatementsRecorded:
    """Record a second source's statements in the caller's transaction, and return what came of them.

    wanted: games that lack a final; only they get one. Finals of other games are compared. await_start: returns those
    games whose final shall not be recorded yet if it comes without a start. Recording a capture again changes nothing.
    """
    at = origin.at
    games.take_turn(connection)
    statements = {item.fixture.provider_id: _plausible(item, at) for item in capture.items}
    found = games_of_teams(connection, [item.fixture for item in capture.items], origin)
    matched = match(found.met)
    ids = [game.id for _, game in matched.games]
    games.lock_games(connection, ids, at)
    evidence.start_games(connection, at)
    finals = queries.first_finals(connection, ids)
    said = [
        _Said(statements[fixture.provider_id], fixture, game, standing_of(game, _status(game, at), finals.get(game.id)))
        for fixture, game in matched.games
    ]
    doubts = [doubt for doubt in found.doubts if statements[doubt.fixture.provider_id].state != "scheduled"]
    reviews.report(
        connection, origin.provider, [reviews.Review(doubt.fixture, doubt.reason, None) for doubt in doubts], at
    )
    reviews.resolve(connection, origin.provider, [fixture.provider_id for fixture, _ in found.met], at)

    early = {one.game.id for one in said if one.shows_play and _is_to_come(one.game, at)}
    evidence.contradict(connection, early, at)
    in_review = evidence.send_to_review(connection, early, SCORED_EARLY, at, only_scheduled=True, by_scores=True)
    in_review += _review_unplayed(connection, [one for one in said if one.game.id in wanted], origin)

    judged = [(one, _judge(one, wanted, origin)) for one in said if not _is_to_come(one.game, at)]
    new = {one.game.id for one, judgement in judged if judgement.kind == "final" and one.statement.began_at is None}
    waiting = set(await_start(new)) if new else set()
    recorded = [
        Recorded(one.game.id, one.game.commence_time, judgement)
        for one, judgement in judged
        if one.game.id not in waiting
    ]
    write(connection, recorded, [], origin)
    kinds = [one.judgement.kind for one in recorded]
    skipped = (
        *(
            Skipped(
                f"{doubt.reason}: {doubt.fixture.away_team} at {doubt.fixture.home_team}", doubt.fixture.provider_id
            )
            for doubt in doubts
        ),
        *(Skipped(UNKNOWN, one.provider_id) for one in matched.unknown if _has_score(statements[one.provider_id])),
        *(Skipped(AMBIGUOUS, one.provider_id) for one in matched.ambiguous),
        *(
            Skipped(f"the game is {one.statement.state}", one.fixture.provider_id)
            for one in said
            if one.statement.state in {*NOT_PLAYED, "suspended"}
        ),
        *(Skipped(why, report.provider_id) for _, judgement in judged for report, why in judgement.refused),
    )
    awaiting = tuple(Awaiting(one.game.id, one.statement) for one in said if one.game.id in waiting)
    counts = {
        "events": len(capture.items),
        "finals": kinds.count("final"),
        "corrections": kinds.count("correction") + kinds.count("start"),
        "disputes": kinds.count("dispute"),
        "agreed": sum(_agrees(one, origin.provider) for one in said),
        "review": in_review,
        "awaiting": len(awaiting),
        "unknown": len(matched.unknown),
        "ambiguous": len(matched.ambiguous),
        "events_in_review": len(doubts),
    }
    return StatementsRecorded(counts, skipped, awaiting, starts_apart(recorded))


def _plausible(statement: PlayStatement, at: datetime) -> PlayStatement:
    """Return the statement without a start that is to come, which is no word on the past."""
    is_past = statement.began_at is not None and statement.began_at <= at
    return statement if is_past else replace(statement, began_at=None)


def _status(game: KnownGame, at: datetime) -> GameStatus:
    return "live" if game.status == "scheduled" and game.commence_time <= at else game.status


def _is_to_come(game: KnownGame, at: datetime) -> bool:
    return game.commence_time > at and not game.has_begun


def _has_score(statement: PlayStatement) -> bool:
    return statement.state == "final"


def _agrees(one: _Said, provider: str) -> bool:
    report, result = one.report, one.standing.result
    if report is None or result is None or result.outcome != "final" or result.source == provider:
        return False
    return report.score == one.standing.score


def _review_unplayed(connection: Connection, said: Sequence[_Said], origin: Origin) -> int:
    """Send games to review that the source says will have no score; return their number."""
    return sum(
        evidence.send_to_review(
            connection,
            {one.game.id for one in said if one.statement.state == state},
            f"{origin.provider} says that the game is {state}",
            origin.at,
        )
        for state in sorted(NOT_PLAYED)
    )


def _judge(one: _Said, wanted: Collection[int], origin: Origin) -> Judgement:
    report, standing = one.report, one.standing
    is_final = standing.result is not None and standing.result.outcome == "final"
    if report is None or not (is_final or one.game.id in wanted):
        return Judgement("none")
    if standing.status == "review" and not (standing.disputed or one.game.review_reason == NO_FINAL):
        return Judgement("none", refused=((report, IN_REVIEW),))
    shown = standing.score
    if (
        not is_final
        and not standing.disputed
        and shown is not None
        and any(live > final for live, final in zip(shown, report.score, strict=True))
    ):
        return Judgement("dispute", report, reason=dispute_of(THE_ODDS_API, shown, origin.provider, report.score))
    judgement = judge(standing, [report], provider=origin.provider, at=origin.at)
    if one.statement.began_at is None:
        return replace(judgement, apart=None)
    if judgement.kind == "final" and standing.start_decided_at is None:
        announced = standing.start(replace(report, tip_off=one.game.commence_time))
        stated = standing.start(replace(report, tip_off=one.statement.began_at))
        return replace(judgement, apart=apart(announced, stated))
    return judgement
