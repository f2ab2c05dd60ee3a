"""Collects what needs a person from the rooms that know of it. One snapshot of the database, and a bounded cost."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pickvs.agenda.reading import undone_work
from pickvs.agenda.rules import OVERDUE_AFTER as WORK_OVERDUE_AFTER
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.fantasy.troubles.reading import open_reviews, overdue_drafts, unconfirmed_results
from pickvs.ingestion.freshness import sports_data
from pickvs.ingestion.rules import ESPN_SCORES, FETCH_ODDS, PROCESS_RESULTS
from pickvs.ingestion.sources import sources_off
from pickvs.jobs.reading import bad_runs
from pickvs.jobs.rows import BadRun
from pickvs.markets.config import pick_times
from pickvs.markets.providers.config import odds_api_sports
from pickvs.markets.scores.reading import overdue_games
from pickvs.markets.scores.rules import OVERDUE_AFTER
from pickvs.notices.delivery.reading import given_up
from pickvs.notices.delivery.rows import GivenUp
from pickvs.notices.rules import Channel
from pickvs.operations.administration.access import check_admin
from pickvs.operations.administration.attention.config import max_results_age
from pickvs.operations.administration.attention.rules import (
    ADVICE,
    MOST_ENTRIES,
    MOST_EVENTS,
    UNREADABLE_PERCENT,
    WINDOW,
    WINDOW_AT_NEED,
    TroubleKind,
    stale_since,
    summary,
)
from pickvs.operations.administration.attention.schemas import Attention, Trouble, TroubleEntry
from pickvs.operations.administration.reviews.queries import WaitingRow, longest_waiting
from pickvs.sports.teams.reading import teams_named

RUNBOOK = "docs/runbook.md"
_JOBS = {(FETCH_ODDS, PROCESS_RESULTS): WINDOW, (ESPN_SCORES,): WINDOW_AT_NEED}
"""Jobs, and the age at which their runs are history."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Entries of one kind, the longest in trouble first. total: their number with those left out; None: none are."""

    entries: Sequence[TroubleEntry]
    total: int | None = None


type _FoundByKind = Mapping[TroubleKind, _Found]
type _Look = Callable[[Connection, datetime], _FoundByKind]


def attention(actor_id: int) -> Attention:
    """Return everything that needs a person, to an administrator. Raises the errors of `check_admin`."""
    at = clock.now()
    found: dict[TroubleKind, _Found] = {}
    with transaction(snapshot=True) as connection:
        check_admin(connection, actor_id)
        for look in _LOOKS:
            found |= look(connection, at)
    troubles = [_trouble(kind, found[kind]) for kind in ADVICE if kind in found and found[kind].entries]
    return Attention(
        at=at,
        summary=summary({trouble.kind: trouble.total for trouble in troubles}),
        troubles=troubles,
    )


def _trouble(kind: TroubleKind, found: _Found) -> Trouble:
    advice = ADVICE[kind]
    return Trouble(
        kind=kind,
        total=len(found.entries) if found.total is None else found.total,
        since=found.entries[0].since,
        action=advice.action,
        runbook=f"{RUNBOOK}#{advice.section}",
        entries=list(found.entries[:MOST_ENTRIES]),
    )


def _data(connection: Connection, at: datetime) -> _FoundByKind:
    odds, results = [], []
    for data in sports_data(connection):
        for market, last in data.odds.items():
            odds += _stale(f"odds of {data.sport} on {market}", data.sport, last, pick_times().max_odds_age, at)
        results += _stale(f"results of {data.sport}", data.sport, data.results, max_results_age(), at)
    return {"odds_stale": _Found(_sorted(odds)), "results_stale": _Found(_sorted(results))}


def _stale(about: str, sport: str, last: datetime | None, max_age: timedelta, at: datetime) -> list[TroubleEntry]:
    is_stale, since = stale_since(last, max_age, at)
    if not is_stale:
        return []
    reason = "never arrived" if last is None else f"last good at {_minute(last)}"
    return [TroubleEntry(about=about, reason=reason, since=since, sport=sport)]


def _runs(connection: Connection, at: datetime) -> _FoundByKind:
    bad = [
        run
        for jobs, window in _JOBS.items()
        for run in bad_runs(
            connection, jobs, odds_api_sports(), since=at - window, at=at, unreadable_percent=UNREADABLE_PERCENT
        )
    ]
    unreadable = [run.status in {"succeeded", "partial"} for run in bad]
    return {
        "runs_failed": _Found(_sorted(_run(run) for run, only in zip(bad, unreadable, strict=True) if not only)),
        "answers_unreadable": _Found(_sorted(_run(run) for run, only in zip(bad, unreadable, strict=True) if only)),
    }


def _run(run: BadRun) -> TroubleEntry:
    match run.status:
        case "failed":
            reason = f"{run.error_code}: {run.error}"
        case "running":
            reason = "the run did not report its end"
        case _:
            reason = f"{run.unreadable_percent} % of the answer could not be read"
    return TroubleEntry(
        about=f"{run.job} of {run.subject}", reason=reason, since=run.since, sport=run.subject, run_id=run.id
    )


def _sources(connection: Connection, at: datetime) -> _FoundByKind:
    entries = [
        TroubleEntry(
            about=off.source,
            reason=f"refused {off.refusals} times in an hour, at last with {off.http_status}; "
            f"off until {_minute(off.until)}",
            since=off.since,
        )
        for off in sources_off(connection, at)
    ]
    return {"sources_off": _Found(_sorted(entries))}


def _unsettled(connection: Connection, at: datetime) -> _FoundByKind:
    games = overdue_games(connection, at, MOST_ENTRIES)
    entries = [
        TroubleEntry(
            about=_meeting(game.away_team, game.home_team, game.commence_time),
            reason="no final score" if game.lacks_result else "its picks are not settled by its result",
            since=game.commence_time + OVERDUE_AFTER,
            sport=game.sport,
            game_id=game.id,
        )
        for game in games
    ]
    return {"games_unsettled": _Found(entries, games[0].total if games else 0)}


def _games_in_review(connection: Connection, _: datetime) -> _FoundByKind:
    games = longest_waiting(connection, "game", limit=MOST_ENTRIES)
    return {"games_in_review": _Found([_review(game) for game in games], games[0].total if games else 0)}


def _events_in_review(connection: Connection, at: datetime) -> _FoundByKind:
    """Find the names that nobody knows, and the events whose names are known but which are in doubt.

    A name that has become an alias since is no trouble: the next answer takes its events off the list.
    """
    events = longest_waiting(connection, "event", seen_since=at - WINDOW, limit=MOST_EVENTS)
    sources: defaultdict[tuple[str, str], list[WaitingRow]] = defaultdict(list)
    for event in events:
        sources[event.sport, event.provider or ""].append(event)
    names: list[TroubleEntry] = []
    doubts: list[TroubleEntry] = []
    for (sport, provider), its in sources.items():
        spelled = {name for event in its for name in (event.home_team, event.away_team)}
        unknown = spelled - teams_named(connection, sport, provider, spelled).keys()
        names += [_name(name, sport, provider, its) for name in unknown]
        doubts += [_review(event) for event in its if _is_in_doubt(event, unknown)]
    return {"team_names": _Found(_sorted(names)), "events_in_review": _Found(_sorted(doubts))}


def _is_in_doubt(event: WaitingRow, unknown: set[str]) -> bool:
    """Whether an event waits for another reason than a name: an unknown one, or one that has become known since."""
    return "is not known" not in event.reason and unknown.isdisjoint({event.home_team, event.away_team})


def _name(name: str, sport: str, provider: str, events: Iterable[WaitingRow]) -> TroubleEntry:
    its = [event for event in events if name in (event.home_team, event.away_team)]
    first = its[0]
    more = f" and {len(its) - 1} more" if len(its) > 1 else ""
    meeting = _meeting(first.away_team, first.home_team, first.commence_time)
    return TroubleEntry(
        about=f"{name} ({provider})",
        reason=f"no team has this name: {meeting}{more}",
        since=min(event.since for event in its),
        sport=sport,
    )


def _review(row: WaitingRow) -> TroubleEntry:
    return TroubleEntry(
        about=_meeting(row.away_team, row.home_team, row.commence_time),
        reason=row.reason,
        since=row.since,
        sport=row.sport,
        game_id=row.game_id,
    )


def _fantasy(connection: Connection, at: datetime) -> _FoundByKind:
    drafts = overdue_drafts(connection, at, MOST_ENTRIES)
    reviews = open_reviews(connection, at, MOST_ENTRIES)
    results = unconfirmed_results(connection, at, MOST_ENTRIES)
    late = [
        TroubleEntry(
            about=f"draft {draft.id} of {draft.league}, {draft.event}",
            reason=f"{draft.phase}, and nothing has been done since",
            since=draft.due_at,
        )
        for draft in drafts
    ]
    asked = [
        TroubleEntry(
            about=f"review {review.id}: {review.kind} of {review.event} {review.season}, {review.subject}",
            reason="; ".join(review.causes),
            since=review.opened_at,
        )
        for review in reviews
    ]
    alone = [
        TroubleEntry(
            about=f"{result.session} of {result.event} {result.season}",
            reason="one source alone has told it",
            since=result.provisional_since,
        )
        for result in results
    ]
    return {
        "drafts_overdue": _Found(late, drafts[0].total if drafts else 0),
        "races_in_review": _Found(asked, reviews[0].total if reviews else 0),
        "race_results_unconfirmed": _Found(alone, results[0].total if results else 0),
    }


def _work(connection: Connection, at: datetime) -> _FoundByKind:
    undone = undone_work(connection, at, MOST_ENTRIES)
    entries = [
        TroubleEntry(
            about=f"{work.key} of {work.function}",
            reason=f"{'given up' if work.given_up_at else 'not done'} after {work.attempts} attempts"
            + (f": {work.last_error}" if work.last_error else ""),
            since=work.due_at if work.given_up_at else work.due_at + WORK_OVERDUE_AFTER,
        )
        for work in undone
    ]
    return {"work_undone": _Found(entries, undone[0].total if undone else 0)}


def _notices(connection: Connection, at: datetime) -> _FoundByKind:
    mails, calls = (_given_up(connection, channel, at) for channel in ("email", "webhook"))
    return {"mails_given_up": mails, "webhooks_given_up": calls}


def _given_up(connection: Connection, channel: Channel, at: datetime) -> _Found:
    groups = given_up(connection, channel, at - WINDOW, MOST_ENTRIES)
    return _Found([_deliveries(group) for group in groups], groups[0].total if groups else 0)


def _deliveries(group: GivenUp) -> TroubleEntry:
    about = "mails" if group.webhook_id is None else f"calls of webhook {group.webhook_id}"
    return TroubleEntry(about=f"{group.deliveries} {about}", reason=group.error or "no reason given", since=group.since)


def _meeting(away: str, home: str, tip_off: datetime) -> str:
    return f"{away} at {home}, {_minute(tip_off)}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _sorted(entries: Iterable[TroubleEntry]) -> list[TroubleEntry]:
    """Return entries, the longest in trouble first; before them those since an unknown time."""
    return sorted(entries, key=lambda entry: (entry.since is not None, entry.since, entry.about))


_LOOKS: Sequence[_Look] = (
    *(_data, _sources, _runs, _unsettled, _games_in_review, _events_in_review),
    *(_fantasy, _work, _notices),
)
"""What finds the kinds of trouble, each by the readings of the rooms that know."""
