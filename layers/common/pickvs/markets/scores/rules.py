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

A second source may state a result that the first one lacks. Where two sources have stated a final and differ, neither
counts: the game is disputed. Its result is taken back, and it waits in review for an administrator. The same holds if
they agree on the score but not on the start, and a pick was placed between the two starts (see `apart`). Within five
minutes the earlier start counts.

ADR 17 gives the reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pickvs.markets.fixtures.rules import CORRECTION_WINDOW, SOURCES_DISAGREE, KnownGame, ResultInForce
from pickvs.markets.providers.names import SOURCES_OF_SCORES
from pickvs.markets.values import GameStatus

OVERDUE_AFTER = timedelta(hours=6)
"""Time after tip-off at which a game without a final is overdue. The operator should then check the provider."""

REVIEW_AFTER = timedelta(hours=24)
"""Time after tip-off at which a game without a final goes to an administrator for review."""

START_TOLERANCE = timedelta(minutes=5)
"""Difference between the starts that two sources state which is no contradiction."""

UNKNOWN = "unknown game"
NOT_STARTED = "the game has not started"
NOT_PLAYED = "the game is off this date"
CONFLICTS = "conflicts with the score of another id of the same game"
TOO_LATE = "too late; an administrator decides"
DECIDED = "an administrator has decided this game"
DISPUTED = "the sources disagree; an administrator decides"

type Kind = Literal["final", "correction", "start", "dispute", "none"]
"""What reports change: the first final, its score (and start), its start alone, or whether there is a result at all."""

type Starts = tuple[datetime, datetime]
"""Two different moments at which a game is said to have begun, the earlier one first."""


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

    report: the one to record, or the one that contradicts the result. began_at: the start to record with it. reason:
    for a change of the start, or a dispute. refused: reports left out, each with a reason. apart: the starts by which
    two sources contradict each other, if picks were placed between them.
    """

    kind: Kind
    report: Report | None = None
    began_at: datetime | None = None
    reason: str | None = None
    refused: tuple[tuple[Report, str], ...] = ()
    apart: Starts | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A game's state when reports arrive.

    result: the result in force; None if there is none or the game was reopened. first_final_at: when the first final
    was recorded since the game was last void or reopened. under_way_at: when the game was first seen under way.
    start_decided_at: the start that an administrator has set. disputed: whether two sources contradict each other, and
    nobody has decided yet.
    """

    status: GameStatus
    score: tuple[int, int] | None
    result: ResultInForce | None
    first_final_at: datetime | None
    under_way_at: datetime | None = None
    start_decided_at: datetime | None = None
    disputed: bool = False

    def start(self, report: Report) -> datetime:
        """Return when the game began: by an administrator's word, or as far as `report` and earlier answers tell."""
        if self.start_decided_at is not None:
            return self.start_decided_at
        return report.tip_off if self.under_way_at is None else min(report.tip_off, self.under_way_at)


def standing_of(
    game: KnownGame | None, status: GameStatus, first_final_at: datetime | None, *, reopened: bool = False
) -> Standing:
    """Return how a game stands. game: None if it is new. status: the one after the capture.

    reopened: whether the capture itself has reopened it.
    """
    if game is None:
        return Standing(status, None, None, first_final_at)
    was_reopened = reopened or (game.result is not None and game.result.outcome == "reopened")
    home, away = game.home_score, game.away_score
    return Standing(
        status,
        None if home is None or away is None else (home, away),
        None if was_reopened else game.result,
        first_final_at,
        game.under_way_at,
        game.start_decided_at,
        game.is_disputed,
    )


def judge(game: Standing, reports: Sequence[Report], *, provider: str, at: datetime) -> Judgement:
    """Decide what the final `reports` of `provider`, read at `at`, mean for a game that is under way or over.

    reports: those of all its ids, the leading one first.
    """
    if game.disputed:
        return Judgement("none", refused=_refuse(reports, DISPUTED))
    final = game.result if game.result and game.result.outcome == "final" else None
    news = tuple(report for report in reports if final is None or report.score != game.score)
    if final is not None and final.source != provider and final.source in SOURCES_OF_SCORES:
        return _compare(game, final, reports, news, provider, at)
    if news:
        return _judge_news(game, final, news, provider, at)
    return _correct_start(game, final, reports, provider, at) if final else Judgement("none")


def _judge_news(
    game: Standing, final: ResultInForce | None, news: Sequence[Report], provider: str, at: datetime
) -> Judgement:
    """Judge reports whose score is not the one in force."""
    if game.status == "cancelled" or (game.result is not None and game.result.source != provider):
        return Judgement("none", refused=_refuse(news, DECIDED))
    if game.status == "postponed":
        return Judgement("none", refused=_refuse(news, NOT_PLAYED))
    if final is None:
        if len({report.score for report in news}) > 1:
            return Judgement("none", refused=_refuse(news, CONFLICTS))
        return Judgement("final", news[0], game.start(news[0]))
    return _correct(game, final, news, at)


def _compare(
    game: Standing, final: ResultInForce, reports: Sequence[Report], news: Sequence[Report], provider: str, at: datetime
) -> Judgement:
    """Judge reports on a game whose final in force is another source's. news: those with another score."""
    if at < final.recorded_at:
        return Judgement("none")
    if not news:
        return Judgement("none", apart=None if _is_too_late(game, at) else starts_apart(game, final, reports[0]))
    if len(news) < len(reports):
        return Judgement("none", refused=_refuse(news, CONFLICTS))
    if _is_too_late(game, at) or game.score is None:
        return Judgement("none", refused=_refuse(news, TOO_LATE))
    return Judgement("dispute", news[0], reason=dispute_of(final.source, game.score, provider, news[0].score))


def dispute_of(one: str, said: tuple[int, int], other: str, says: tuple[int, int]) -> str:
    """Return the reason for review that names two sources and their scores, home before away."""
    return f"{SOURCES_DISAGREE} on the score: {one} said {said[0]}-{said[1]}, {other} says {says[0]}-{says[1]}"


def dispute_of_starts(apart: Starts) -> str:
    """Return the reason for review that names two starts."""
    earlier, later = apart
    return (
        f"{SOURCES_DISAGREE} on the start: {earlier:%Y-%m-%d %H:%M:%S} or {later:%Y-%m-%d %H:%M:%S} UTC, "
        "and a pick was placed in between"
    )


def starts_apart(game: Standing, final: ResultInForce, report: Report) -> Starts | None:
    """Return the start in force and the one by `report`, if they contradict each other."""
    if final.began_at is None or game.start_decided_at is not None:
        return None
    return apart(final.began_at, game.start(report))


def apart(one: datetime, other: datetime) -> Starts | None:
    """Return two starts in order if they are further apart than sources may differ, otherwise None."""
    return (min(one, other), max(one, other)) if abs(one - other) > START_TOLERANCE else None


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
