"""Records a capture of scores: finals, corrections and live scores; reports games without a final."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from pickvs.core.database import Connection
from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.fixtures.evidence import queries as evidence
from pickvs.markets.fixtures.queries import GameChange
from pickvs.markets.fixtures.rules import NO_FINAL, SCORED_EARLY, UNREADABLE_SCORE
from pickvs.markets.fixtures.service import Origin, SeenGame, games_meant, note_fixtures
from pickvs.markets.scores import queries
from pickvs.markets.scores.recording import Recorded, StartsApart, starts_apart, write
from pickvs.markets.scores.rules import (
    CONFLICTS,
    DECIDED,
    DISPUTED,
    NOT_PLAYED,
    NOT_STARTED,
    OVERDUE_AFTER,
    REVIEW_AFTER,
    TOO_LATE,
    UNKNOWN,
    Judgement,
    Report,
    judge,
    standing_of,
)
from pickvs.markets.scores.sides import scores_of_sides
from pickvs.markets.values import NOT_OF_EACH_TEAM, Fixture, GameScore, Move
from pickvs.sports.teams.reading import teams_named

_COUNTED = {
    UNKNOWN: "unknown",
    NOT_STARTED: "not_started",
    NOT_PLAYED: "not_played",
    CONFLICTS: "conflicts",
    TOO_LATE: "too_late",
    DECIDED: "decided",
    DISPUTED: "disputed",
}


@dataclass(frozen=True, slots=True)
class ScoresRecorded:
    """The outcome of recording a capture of scores.

    counts: those of the fixtures, as for odds; finals, corrections and starts (corrected starts); disputes (results
    that another source contradicts); live (games with a new live score); unknown, not_started, not_played, conflicts,
    too_late, decided and disputed (reports left out, which are also in `skipped`); review (games sent to review now);
    overdue (games without a final 6 h after tip-off, except those in review). named: ids of the events of known teams,
    and scored: how many of them have a score. in_doubt: number of events that belong to no game. unreadable: reports
    whose scores belong to no team of the game. moves: known games that start at another time. apart: games whose start
    another source has stated otherwise.
    """

    counts: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    named: frozenset[str]
    scored: int
    in_doubt: int
    unreadable: tuple[Skipped, ...]
    moves: tuple[Move, ...] = ()
    apart: tuple[StartsApart, ...] = ()

    @property
    def lost(self) -> Fraction:
        """The share of the scores that are unreadable."""
        lost = len(self.unreadable)
        return Fraction(lost, lost + self.scored) if lost else Fraction(0)


@dataclass(frozen=True, slots=True)
class _Judged:
    seen: SeenGame
    judgement: Judgement


def record_scores(
    connection: Connection, capture: Capture[GameScore], *, provider: str, run_id: int, at: datetime
) -> ScoresRecorded:
    """Record a capture of scores read at `at` by the run `run_id`, in the caller's transaction.

    Games are updated from their fixtures (see fixtures.rules), whose tip-off is now the actual start. If a report has a
    score but a tip-off in the future, both are ignored, and a game that still accepts picks goes to review. So does a
    game with a final under unknown names, or under names that are not the two teams'. Finals and corrections become
    results (see scores.rules), which settlement uses for grading. Games without a final go to review after a while.
    Recording a capture again changes nothing, and an older capture does not override a newer one.
    """
    origin = Origin(provider, run_id, at, of_scores=True)
    reported, of_nobody = _on_sides(connection, capture.items, provider)
    premature = [item for item in reported if item.home_score is not None and item.fixture.commence_time > at]
    items = {item.fixture.provider_id: item for item in reported if item not in premature}

    def weigh(fixture: Fixture, first_seen_at: datetime) -> tuple[Any, ...]:
        item = items[fixture.provider_id]
        # Of two ids, the provider maintains the one that it listed later.
        return item.completed, item.home_score is not None, first_seen_at

    shown = [item.fixture for item in (*premature, *of_nobody) if _shows_play(item)]
    possible = games_meant(connection, shown, origin)
    noted = note_fixtures(
        connection,
        [item.fixture for item in items.values()],
        also_named={item.fixture.provider_id for item in (*premature, *of_nobody)}
        | {skipped.provider_id for skipped in capture.skipped if skipped.provider_id},
        touched={name for name, item in items.items() if item.home_score is not None},
        weigh=weigh,
        make_games=False,
        origin=origin,
        also_locked={game for games in possible.values() for game in games},
    )
    evidence.see_under_way(connection, [seen.game_id for seen in noted.games if _shows_under_way(seen, items)], at)
    evidence.believe(connection, [seen.game_id for seen in noted.games if _takes_back(seen, at)])
    judged = _judge_finals(connection, noted.games, items, origin)
    live = [update for seen in noted.games if (update := _live_score(seen, items, at)) is not None]
    recorded = [Recorded(one.seen.game_id, one.seen.state.commence_time, one.judgement) for one in judged]
    write(connection, recorded, live, origin)
    # The capture itself may have made or moved the game: a repeated delivery would find it.
    meant = {name: games[0] for name, games in games_meant(connection, shown, origin).items()}
    meant |= {doubt.fixture.provider_id: doubt.game.id for doubt in noted.doubts if doubt.game}
    in_doubt = [items[doubt.fixture.provider_id] for doubt in noted.doubts]
    in_review = _review_contradictions(connection, premature, [*of_nobody, *in_doubt], meant, at)
    skipped = (
        *noted.skipped,
        *(Skipped(NOT_STARTED, item.fixture.provider_id) for item in premature),
        *(
            Skipped(UNKNOWN, fixture.provider_id)
            for fixture in noted.unknown
            if items[fixture.provider_id].home_score is not None
        ),
        *(Skipped(why, report.provider_id) for one in judged for report, why in one.judgement.refused),
    )
    reasons = [entry.reason for entry in skipped]
    overdue = queries.send_overdue_to_review(connection, tipped_off_before=at - REVIEW_AFTER, reason=NO_FINAL, at=at)
    counts = {
        **noted.counts,
        "finals": sum(one.judgement.kind == "final" for one in judged),
        "corrections": sum(one.judgement.kind == "correction" for one in judged),
        "starts": sum(one.judgement.kind == "start" for one in judged),
        "disputes": sum(one.judgement.kind == "dispute" for one in judged),
        "live": len(live),
        **{name: reasons.count(reason) for reason, name in _COUNTED.items()},
        "review": in_review + overdue,
        "overdue": queries.count_overdue(connection, tipped_off_before=at - OVERDUE_AFTER),
    }
    known = items.keys() - {doubt.fixture.provider_id for doubt in noted.doubts}
    named = known | {item.fixture.provider_id for item in premature}
    scored = sum(items[provider_id].home_score is not None for provider_id in known)
    unreadable = tuple(Skipped(NOT_OF_EACH_TEAM, item.fixture.provider_id) for item in of_nobody)
    return ScoresRecorded(
        counts,
        skipped,
        frozenset(named),
        scored,
        len(noted.doubts),
        unreadable,
        noted.moves,
        starts_apart(recorded),
    )


def _on_sides(
    connection: Connection, items: Sequence[GameScore], provider: str
) -> tuple[list[GameScore], list[GameScore]]:
    """Return the items with each score on its side, and those whose scores belong to neither or the same side."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        if item.by_name:
            names[item.fixture.sport] |= {item.fixture.home_team, item.fixture.away_team, *dict(item.by_name)}
    teams = {sport: teams_named(connection, sport, provider, named) for sport, named in sorted(names.items())}
    settled: list[GameScore] = []
    unsettled: list[GameScore] = []
    for item in items:
        if not item.by_name:
            settled.append(item)
        elif (scores := scores_of_sides(item.by_name, item.fixture, teams[item.fixture.sport])) is None:
            unsettled.append(item)
        else:
            home, away = scores
            settled.append(replace(item, home_score=home, away_score=away, by_name=()))
    return settled, unsettled


def _shows_under_way(seen: SeenGame, items: Mapping[str, GameScore]) -> bool:
    """Return whether the capture shows a game with a score. Of an older capture, that is evidence on its date alone."""
    return any(
        items[fixture.provider_id].home_score is not None
        and not (seen.meeting.late and fixture.local_date != seen.meeting.local_date)
        for fixture in seen.meeting.fixtures
    )


def _review_contradictions(
    connection: Connection,
    premature: Sequence[GameScore],
    nameless: Sequence[GameScore],
    meant: Mapping[str, int],
    at: datetime,
) -> int:
    """Send games to review whose scores cannot be true or cannot be read; return their number.

    meant: the games that the reports stand for, by provider id. A game under way goes to review by a final only.
    """

    def games(items: Iterable[GameScore]) -> set[int]:
        names = (item.fixture.provider_id for item in items if _shows_play(item))
        return {meant[name] for name in names if name in meant}

    early, unreadable = games(premature), games(nameless)
    finals = games(item for item in nameless if item.completed)
    evidence.contradict(connection, early | unreadable, at)
    return (
        evidence.send_to_review(connection, early, SCORED_EARLY, at, only_scheduled=True, by_scores=True)
        + evidence.send_to_review(connection, finals, UNREADABLE_SCORE, at, by_scores=True)
        + evidence.send_to_review(connection, unreadable, UNREADABLE_SCORE, at, only_scheduled=True, by_scores=True)
    )


def _takes_back(seen: SeenGame, at: datetime) -> bool:
    """Return whether the source of scores says that a game has not begun."""
    return not seen.meeting.late and seen.meeting.fixtures[0].commence_time > at


def _shows_play(item: GameScore) -> bool:
    """Return whether a report shows more than a game that is about to begin."""
    points = (item.home_score, item.away_score, *(score for _, score in item.by_name))
    return item.completed or any(points)


def _judge_finals(
    connection: Connection, games: Sequence[SeenGame], items: Mapping[str, GameScore], origin: Origin
) -> list[_Judged]:
    reported = [(seen, reports) for seen in games if (reports := _reports(seen, items, completed=True))]
    first_finals = queries.first_finals(connection, [seen.game_id for seen, _ in reported])
    judged = []
    for seen, reports in reported:
        if _is_reopened_since(seen, origin.at):
            judgement = Judgement("none")
        elif seen.state.commence_time > origin.at:
            judgement = Judgement("none", refused=tuple((report, NOT_STARTED) for report in reports))
        else:
            known, state = seen.meeting.known, seen.state
            standing = standing_of(known, state.status, first_finals.get(seen.game_id), reopened=state.reopened)
            judgement = judge(standing, reports, provider=origin.provider, at=origin.at)
        judged.append(_Judged(seen, judgement))
    return judged


def _is_reopened_since(seen: SeenGame, at: datetime) -> bool:
    """Return whether the game was reopened after the capture was made, which invalidates the capture's score."""
    known = seen.meeting.known
    result = known.result if known else None
    return result is not None and result.outcome == "reopened" and at <= result.recorded_at


def _reports(seen: SeenGame, items: Mapping[str, GameScore], *, completed: bool) -> list[Report]:
    """Return the scores that the game's fixtures report, as the game has home and away, the leading fixture's first."""
    reports = []
    for fixture in seen.meeting.fixtures:
        item = items[fixture.provider_id]
        home, away = item.home_score, item.away_score
        if item.completed == completed and home is not None and away is not None:
            if seen.meeting.turns(fixture):
                home, away = away, home
            reports.append(Report(fixture.provider_id, home, away, fixture.commence_time))
    return reports


def _live_score(seen: SeenGame, items: Mapping[str, GameScore], at: datetime) -> GameChange | None:
    """Return the change for a live score. None if there is no live score or if a final was reported too."""
    under_way = seen.state.status in ("live", "review") and seen.state.commence_time <= at and not seen.meeting.late
    reports = _reports(seen, items, completed=False)
    if not under_way or not reports or _reports(seen, items, completed=True):
        return None
    score = reports[0]
    return GameChange(
        game_id=seen.game_id,
        commence_time=seen.state.commence_time,
        status=seen.state.status,
        review_reason=seen.state.review_reason,
        home_score=score.home_score,
        away_score=score.away_score,
    )
