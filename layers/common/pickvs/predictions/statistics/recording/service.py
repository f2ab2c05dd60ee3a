"""Records what sources say of games, in the caller's transaction. Recording the same again changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pickvs.core.database import Connection
from pickvs.predictions.statistics.boxes.rules import BoxScore, ScheduledGame, Sides, TeamEntry
from pickvs.predictions.statistics.preference.rules import counts_over
from pickvs.predictions.statistics.quality.service import note_anomaly, resolve_gone
from pickvs.predictions.statistics.recording import queries
from pickvs.predictions.statistics.recording.rules import (
    KnownGame,
    Said,
    Stated,
    Verdict,
    checksum,
    content_of,
    judge,
    match_game,
    next_morning,
    stated_with,
    sums,
)
from pickvs.sports.players.rules import player_name
from pickvs.sports.players.service import Named, note_teams, register_players
from pickvs.sports.rules import SPORTS, local_date, season_days, season_of
from pickvs.sports.teams.reading import teams_named

IN_REVIEW = "box_score_in_review"
"""The rule of an anomaly: a settled game's box score is in review."""

KIND_DISAGREES = "kind_disagrees"
"""The rule of an anomaly: two sources state another kind or place of a game. That of the preferred one counts."""

PAST_SCORE_DIFFERS = "past_score_differs"
"""The rule of an anomaly: a source states another score of a past game than the one that counts."""

_DAY = timedelta(days=1)

type Outcome = Literal["final", "review", "unchanged", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who says something, when we got it, and by which run."""

    source: str
    at: datetime
    run_id: int | None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What came of a schedule. games: by the source's id. unknown: of no game that we know, or of teams we do not."""

    games: Mapping[str, KnownGame]
    unknown: tuple[str, ...]
    written: int


def record_schedule(
    connection: Connection, sport: str, day: date, said: Sequence[ScheduledGame], origin: Origin, *, past: bool = False
) -> Scheduled:
    """Match a source's games of a day with ours, and record their kinds. past: make past games of those that are over.

    A game is made only if it is over, is not the platform's, and lies before the platform's first day of the sport: a
    source never makes a game that anybody could have picked.
    """
    queries.take_turn(connection, sport)
    names = {name for game in said for name in (game.home, game.away)}
    teams = teams_named(connection, sport, origin.source, names)
    known = games_around(connection, sport, day)
    first = queries.first_day(connection, sport)
    may_make = past and (first is None or day < first)
    found: dict[str, KnownGame] = {}
    unknown: list[str] = []
    written = 0
    for game in said:
        if game.home not in teams or game.away not in teams or teams[game.home].id == teams[game.away].id:
            unknown.append(game.provider_id)
            continue
        sides = teams[game.home].id, teams[game.away].id
        others = [
            each.starts_at for each in said if each is not game and {each.home, each.away} == {game.home, game.away}
        ]
        ours = match_game(game, sides, known, others)
        if ours is None and may_make and game.state == "final" and game.points is not None:
            ours = _make(connection, game, sides, day, known, origin)
            known.append(ours)
            written += 1
        if ours is None:
            unknown.append(game.provider_id)
            continue
        found[game.provider_id] = _with_result(connection, ours, game, sides, origin)
        if not ours.is_past:
            written += _note_phase(connection, ours, game, origin)
    return Scheduled(found, tuple(unknown), written)


def _note_phase(connection: Connection, ours: KnownGame, game: ScheduledGame, origin: Origin) -> int:
    """Record kind and place of a game as far as the source's word counts. Return the number of rows written."""
    known = queries.phases(connection, [ours.id]).get(ours.id, Stated())
    stated, apart = stated_with(known, game, origin.source)
    if apart:
        note_anomaly(
            connection,
            game.sport,
            KIND_DISAGREES,
            f"{_subject(ours)} by {origin.source}",
            severity="warning",
            details={"reasons": list(apart)},
            at=origin.at,
            game_id=ours.id,
        )
    else:
        resolve_gone(connection, game.sport, KIND_DISAGREES, f"{_subject(ours)} by {origin.source}", origin.at)
    if stated == known:
        return 0
    queries.note_phase(connection, ours.id, stated, origin.at)
    return 1


def games_around(connection: Connection, sport: str, day: date) -> list[KnownGame]:
    """Return the games of a league-local day and of the days beside it: a source may date a game by another zone."""
    return [_known(sport, row) for row in queries.games_between(connection, sport, day - _DAY, day + _DAY)]


def lacking(connection: Connection, games: Sequence[KnownGame]) -> set[int]:
    """Return the ids of settled games without a final box score of the score in force."""
    return queries.lacking(connection, [game.id for game in games if game.settled is not None])


def record_box_scores(
    connection: Connection, sport: str, game: KnownGame, said: Mapping[str, BoxScore], origin: Origin
) -> Outcome:
    """Record what sources say of one game, the preferred first. Nothing is written before the game is settled."""
    if game.settled is None or not said:
        return "waiting"
    queries.take_turn(connection, sport)
    stated = _with_teams(connection, sport, said)
    if not stated:
        return "waiting"
    verdict = judge(stated, game, game.settled, player_name)
    counted = [verdict.said] if verdict.state == "final" else stated
    content = content_of(counted)
    mark = checksum(verdict, content)
    latest = queries.latest_version(connection, game.id)
    if latest is not None:
        is_less = verdict.state == latest.state == "final" and not counts_over(verdict.said.source, latest.source)
        # The lines of a source that is less preferred replace none, when the other one does not answer this time.
        if latest.checksum == mark or (is_less and _is_of(latest, game.settled)):
            return "unchanged"
    _write(connection, sport, game, verdict, content, mark, 1 if latest is None else latest.version + 1, origin)
    if verdict.state == "final":
        resolve_gone(connection, sport, IN_REVIEW, _subject(game), origin.at)
    else:
        note_anomaly(
            connection,
            sport,
            IN_REVIEW,
            _subject(game),
            severity="error",
            details={"reasons": list(verdict.reasons), "sources": [each.source for each in stated]},
            at=origin.at,
            game_id=game.id,
        )
    return verdict.state


def _is_of(box: queries.VersionRow, score: Sides[int]) -> bool:
    return (box.home_points, box.away_points) == score


def _subject(game: KnownGame) -> str:
    return f"game {game.id}"


def _known(sport: str, row: queries.GameRow) -> KnownGame:
    points = row.home_points, row.away_points
    return KnownGame(
        id=row.id,
        teams=(row.home_team_id, row.away_team_id),
        local_date=row.local_date,
        starts_at=row.starts_at,
        season=row.season if row.season is not None else season_of(sport, row.local_date),
        number=row.number,
        settled=None if points[0] is None or points[1] is None else (points[0], points[1]),
    )


def _make(
    connection: Connection,
    game: ScheduledGame,
    sides: Sides[int],
    day: date,
    known: Sequence[KnownGame],
    origin: Origin,
) -> KnownGame:
    season = game.season if game.season is not None else season_of(game.sport, day)
    queries.ensure_season(connection, game.sport, season, season_days(game.sport, season), origin.at)
    played = local_date(game.sport, game.starts_at)
    number = game.number or 1 + sum(set(each.teams) == set(sides) and each.local_date == played for each in known)
    values = {
        "sport": game.sport,
        "season": season,
        "local_date": played,
        "number": number,
        "home": sides[0],
        "away": sides[1],
        "starts_at": game.starts_at,
        "phase": game.phase or "regular",
        "is_neutral": game.is_neutral or False,
        "at": origin.at,
    }
    return KnownGame(
        id=queries.insert_past_game(connection, values),
        teams=sides,
        local_date=played,
        starts_at=game.starts_at,
        season=season,
        number=number,
        settled=None,
    )


def _with_result(
    connection: Connection, ours: KnownGame, game: ScheduledGame, sides: Sides[int], origin: Origin
) -> KnownGame:
    """Return the game with its result: of a past game, what the source says, which is recorded if it is news.

    A score that differs from the one in force is another version if the source is the one that told it, or preferred
    to it, and has the teams on our sides. Otherwise it is for a person, and the one in force stays.
    """
    if not ours.is_past or game.points is None:
        return ours
    points = game.points if sides == ours.teams else game.points[::-1]
    subject = f"{_subject(ours)} by {origin.source}"
    if ours.settled == points:
        resolve_gone(connection, game.sport, PAST_SCORE_DIFFERS, subject, origin.at)
        return ours
    teller = None if ours.settled is None else queries.past_score_source(connection, ours.id)
    if sides != ours.teams or not counts_over(origin.source, teller):
        in_force = None if ours.settled is None else list(ours.settled)
        note_anomaly(
            connection,
            game.sport,
            PAST_SCORE_DIFFERS,
            subject,
            severity="error",
            details={"in_force": in_force, "told_by": teller, "said": list(points), "source": origin.source},
            at=origin.at,
            game_id=ours.id,
        )
        return ours
    morning = next_morning(ours.local_date, SPORTS[game.sport].time_zone)
    values: dict[str, Any] = {
        "game": ours.id,
        "home": points[0],
        "away": points[1],
        "source": origin.source,
        "known_at": min(morning, origin.at),
        "at": origin.at,
        "run": origin.run_id,
    }
    queries.note_past_result(connection, values)
    resolve_gone(connection, game.sport, PAST_SCORE_DIFFERS, subject, origin.at)
    return replace(ours, settled=points)


def _with_teams(connection: Connection, sport: str, said: Mapping[str, BoxScore]) -> list[Said]:
    """Return the box scores whose teams are known."""
    found = []
    for source, box in said.items():
        teams = teams_named(connection, sport, source, [entry.team for entry in box.sides])
        if box.home.team in teams and box.away.team in teams:
            found.append(Said(source=source, box=box, teams=(teams[box.home.team].id, teams[box.away.team].id)))
    return found


def _write(
    connection: Connection,
    sport: str,
    game: KnownGame,
    verdict: Verdict,
    content: Mapping[str, Any],
    mark: bytes,
    version: int,
    origin: Origin,
) -> None:
    known_at = origin.at
    if game.is_past and version == 1:
        known_at = min(next_morning(game.local_date, SPORTS[sport].time_zone), origin.at)
    queries.ensure_season(connection, sport, game.season, season_days(sport, game.season), origin.at)
    shared = {
        "game": game.id,
        "season": game.season,
        "version": version,
        "source": verdict.said.source,
        "known_at": known_at,
    }
    box = verdict.said.box
    number = queries.insert_box(
        connection,
        {
            **shared,
            "sport": sport,
            "state": verdict.state,
            "reasons": list(verdict.reasons),
            "confirmed_by": list(verdict.confirmed_by),
            "checksum": mark,
            "run": origin.run_id,
            "home_points": box.home.points,
            "away_points": box.away.points,
            "at": origin.at,
            "proposal": None if verdict.state == "final" else content,
            "event_time": game.starts_at,
        },
    )
    if verdict.state == "final":
        _write_lines(connection, sport, game, verdict.said, {**shared, "box": number}, origin.at)


def _write_lines(
    connection: Connection, sport: str, game: KnownGame, said: Said, shared: Mapping[str, Any], at: datetime
) -> None:
    sides: list[tuple[TeamEntry, int, int, bool]] = [
        (entry, team, opponent, is_home)
        for entry, team, opponent, is_home in zip(
            said.box.sides, game.teams, game.teams[::-1], (True, False), strict=True
        )
    ]
    named = [
        Named(
            provider_id=player.provider_id,
            name=player.name,
            team_id=team,
            position=player.position,
            jersey=player.jersey,
        )
        for entry, team, _, _ in sides
        for player in entry.players
    ]
    ids = register_players(connection, sport, said.source, named, at)
    lines: list[dict[str, Any]] = []
    for entry, team, opponent, is_home in sides:
        side = {"team": team, "opponent": opponent, "is_home": is_home}
        stats = sums(player.statistics for player in entry.players)
        queries.insert_team_line(connection, {**shared, **side, "points": entry.points, "stats": stats})
        lines += [
            {
                **side,
                "player": ids[player.provider_id],
                "seconds": player.seconds,
                "stats": dict(sorted(player.statistics.items())),
            }
            for player in entry.players
        ]
    queries.insert_player_lines(connection, dict(shared), lines)
    note_teams(connection, sport, {line["player"]: line["team"] for line in lines}, game.local_date)
