"""Which reported score becomes a game's result.

The first final of a game must not be contradicted by another id of the same answer. After that, only the id that
reported it can correct it, and only within 72 hours of the first final. This stops two disagreeing ids from changing a
result back and forth. An administrator's decision stands until the game is reopened.

When a game began is part of its result, because picks placed after that are void. The announced tip-off cannot decide
this: it may have been wrong while picks were accepted. The start is the earlier of

- the source's own word: the tip-off in the answer with the final. Like a score, the same id can correct it within 72
  hours of the first final, to an earlier or a later time. After that only an administrator can.
- an observation: the time of the first answer that showed the game under way. Nothing that a source says later takes it
  back, because the score had been public by then.

A start that an administrator has set comes before both, until the game is reopened.

ADR 17 gives the reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pickvs.markets.fixtures.rules import CORRECTION_WINDOW, ResultInForce
from pickvs.markets.values import GameStatus

OVERDUE_AFTER = timedelta(hours=6)
"""Time after tip-off at which a game without a final is overdue. The operator should then check the provider."""

REVIEW_AFTER = timedelta(hours=24)
"""Time after tip-off at which a game without a final goes to an administrator for review."""

UNKNOWN = "unknown game"
NOT_STARTED = "the game has not started"
NOT_PLAYED = "the game is off this date"
CONFLICTS = "conflicts with the score of another id of the same game"
TOO_LATE = "too late; an administrator decides"
DECIDED = "an administrator has decided this game"

type Kind = Literal["final", "correction", "start", "none"]
"""What reports change: the first final, its score (and start), or its start alone."""


@dataclass(frozen=True, slots=True)
class Report:
    """A final or live score reported by one of a game's ids, with home and away as the game has them.

    tip_off: the one that the report states, which is in the past.
    """

    provider_id: str
    home_score: int
    away_score: int
    tip_off: datetime

    @property
    def score(self) -> tuple[int, int]:
        """Home score and away score."""
        return self.home_score, self.away_score


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of final reports.

    report: the one to record. began_at: the start to record with it. reason: for a change of the start. refused:
    reports left out, each with a reason.
    """

    kind: Kind
    report: Report | None = None
    began_at: datetime | None = None
    reason: str | None = None
    refused: tuple[tuple[Report, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A game's state when reports arrive.

    result: the result in force; None if there is none or the game was reopened. first_final_at: when the first final
    was recorded since the game was last void or reopened. under_way_at: when the game was first seen under way.
    start_decided_at: the start that an administrator has set.
    """

    status: GameStatus
    score: tuple[int, int] | None
    result: ResultInForce | None
    first_final_at: datetime | None
    under_way_at: datetime | None = None
    start_decided_at: datetime | None = None

    def start(self, report: Report) -> datetime:
        """Return when the game began: by an administrator's word, or as far as `report` and earlier answers tell."""
        if self.start_decided_at is not None:
            return self.start_decided_at
        return report.tip_off if self.under_way_at is None else min(report.tip_off, self.under_way_at)


def judge(game: Standing, reports: Sequence[Report], *, provider: str, at: datetime) -> Judgement:
    """Decide what the final `reports` of `provider`, read at `at`, mean for a game that is under way or over.

    reports: those of all its ids, the leading one first.
    """
    final = game.result if game.result and game.result.outcome == "final" else None
    news = tuple(report for report in reports if final is None or report.score != game.score)
    if not news:
        return _correct_start(game, final, reports, provider, at) if final else Judgement("none")
    if game.status == "cancelled" or (game.result is not None and game.result.source != provider):
        return Judgement("none", refused=_refuse(news, DECIDED))
    if game.status == "postponed":
        return Judgement("none", refused=_refuse(news, NOT_PLAYED))
    if final is None:
        if len({report.score for report in news}) > 1:
            return Judgement("none", refused=_refuse(news, CONFLICTS))
        return Judgement("final", news[0], game.start(news[0]))
    return _correct(game, final, news, at)


def _correct(game: Standing, final: ResultInForce, news: Sequence[Report], at: datetime) -> Judgement:
    """Judge reports that differ from the final in force."""
    own = next((report for report in news if report.provider_id == final.provider_id), None)
    refused = _refuse([report for report in news if own is None or report.score != own.score], CONFLICTS)
    if own is None or at <= final.recorded_at:
        return Judgement("none", refused=refused)
    if _is_too_late(game, at):
        return Judgement("none", refused=(*refused, (own, TOO_LATE)))
    return Judgement("correction", own, game.start(own), refused=refused)


def _correct_start(
    game: Standing, final: ResultInForce, reports: Sequence[Report], provider: str, at: datetime
) -> Judgement:
    """Judge reports with the score in force: the id that reported it may state another start."""
    own = next((report for report in reports if report.provider_id == final.provider_id), None)
    # Results of the previous release have no start, and picks are not void by one.
    if own is None or final.source != provider or final.began_at is None or at <= final.recorded_at:
        return Judgement("none")
    began_at = game.start(own)
    if began_at == final.began_at:
        return Judgement("none")
    if _is_too_late(game, at):
        return Judgement("none", refused=((own, TOO_LATE),))
    reason = f"the start is corrected from {final.began_at:%Y-%m-%d %H:%M:%S} to {began_at:%Y-%m-%d %H:%M:%S} UTC"
    return Judgement("start", own, began_at, reason)


def _is_too_late(game: Standing, at: datetime) -> bool:
    return game.first_final_at is None or at - game.first_final_at > CORRECTION_WINDOW


def _refuse(reports: Sequence[Report], reason: str) -> tuple[tuple[Report, str], ...]:
    return tuple((report, reason) for report in reports)
