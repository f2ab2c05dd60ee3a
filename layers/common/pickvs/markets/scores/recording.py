"""Writes what was judged about games' results: finals, corrections and disputes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.fixtures.queries import GameChange, NewResult, add_results, update_games
from pickvs.markets.fixtures.service import Origin
from pickvs.markets.scores.rules import Judgement, Starts, dispute_of_starts


@dataclass(frozen=True, slots=True)
class Recorded:
    """A game and what was judged about it. commence_time: its tip-off after the capture."""

    game_id: int
    commence_time: datetime
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class StartsApart:
    """A game with a final, and the starts by which two sources contradict each other."""

    game_id: int
    commence_time: datetime
    starts: Starts


@dataclass(frozen=True, slots=True)
class _Dispute:
    game_id: int
    commence_time: datetime
    reason: str
    provider_id: str | None = None


def starts_apart(recorded: Sequence[Recorded]) -> tuple[StartsApart, ...]:
    """Return the games whose start two sources state differently."""
    return tuple(
        StartsApart(one.game_id, one.commence_time, one.judgement.apart) for one in recorded if one.judgement.apart
    )


def write(connection: Connection, recorded: Sequence[Recorded], live: Sequence[GameChange], origin: Origin) -> None:
    """Record results, disputes and live scores. The caller has locked the games."""
    told = [(one, report) for one in recorded if (report := one.judgement.report) is not None]
    finals = [(one, report) for one, report in told if one.judgement.kind != "dispute"]
    results = add_results(
        connection,
        [
            NewResult(
                one.game_id,
                "final",
                report.home_score,
                report.away_score,
                began_at=one.judgement.began_at,
                provider_id=report.provider_id,
                reason=one.judgement.reason,
            )
            for one, report in finals
        ],
        source=origin.provider,
        run_id=origin.run_id,
        at=origin.at,
    )
    finished = [
        GameChange(
            game_id=one.game_id,
            commence_time=one.commence_time,
            status="finished",
            home_score=report.home_score,
            away_score=report.away_score,
            result_id=results[one.game_id],
        )
        for one, report in finals
    ]
    update_games(connection, [*finished, *live], origin.at)
    disputes = [
        _Dispute(one.game_id, one.commence_time, one.judgement.reason or "", report.provider_id)
        for one, report in told
        if one.judgement.kind == "dispute"
    ]
    _dispute(connection, disputes, origin)


def dispute_starts(connection: Connection, games: Sequence[StartsApart], origin: Origin) -> None:
    """Take back the results of games on whose start two sources disagree, and send them to review."""
    _dispute(
        connection,
        [_Dispute(one.game_id, one.commence_time, dispute_of_starts(one.starts)) for one in games],
        origin,
    )


def _dispute(connection: Connection, games: Sequence[_Dispute], origin: Origin) -> None:
    """Take back results, so that the picks lose their grades, until an administrator decides."""
    results = add_results(
        connection,
        [NewResult(one.game_id, "reopened", provider_id=one.provider_id, reason=one.reason) for one in games],
        source=origin.provider,
        run_id=origin.run_id,
        at=origin.at,
    )
    changes = [
        GameChange(
            game_id=one.game_id,
            commence_time=one.commence_time,
            status="review",
            review_reason=one.reason,
            home_score=None,
            away_score=None,
            result_id=results[one.game_id],
        )
        for one in games
    ]
    if changes:
        update_games(connection, changes, origin.at)
