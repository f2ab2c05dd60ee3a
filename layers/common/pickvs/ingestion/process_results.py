"""The job process_results: stores recent scores as results, settles picks and updates standings.

An answer is good if it has a score, or if it names every game under way: it lists games to come, live ones and those of
the last days, so a game under way that is missing shows that the answer is not what was asked for. Only events of known
teams count. An answer without a score that misses a game, such as an empty one, is no failure, but makes nothing fresh.
If nobody knows the teams of its events, it is one.
"""

from typing import Any

from pickvs.core.database import Connection, transaction
from pickvs.ingestion.asking import source, sports
from pickvs.ingestion.daily import planned
from pickvs.ingestion.game_clock import keep_time
from pickvs.ingestion.metrics import CREDITS_REMAINING
from pickvs.ingestion.result_checks import make_result_checks
from pickvs.ingestion.rules import PROCESS_RESULTS
from pickvs.ingestion.second_scores import ask_where_needed
from pickvs.ingestion.settling import MEASURED, settle
from pickvs.ingestion.starts import dispute_starts_that_matter
from pickvs.jobs.freshness import ALL
from pickvs.jobs.runs import Job, Run, Stored, run
from pickvs.jobs.sources import Capture, Question
from pickvs.markets import reading
from pickvs.markets.fixtures.service import Origin
from pickvs.markets.providers import odds_api, odds_api_parsing
from pickvs.markets.providers.config import odds_api_config
from pickvs.markets.scores import service as scores
from pickvs.markets.values import GameScore
from pickvs.picks.telling.service import tell_of_moves
from pickvs.predictions.scoring.service import score_settled


def process_results(trigger_id: str | None) -> dict[str, Any]:
    """Fetch the scores of every configured sport once, and update games, picks and standings. Then do what is due.

    trigger_id: id of the triggering event; a repeated delivery makes no second run. A run that a schedule has triggered
    is spared if the credit planner does not buy it. A sport's games, picks and standings change together or not at all.
    Returns the outcome of each sport's run. Raises IngestionFailed if a retry may succeed. Afterwards, and after a
    failure too, asks a second source where games lack a final, and scores the forecasts of what has been settled.
    """
    try:
        report = run(_JOB, trigger_id, planned("grading") if trigger_id else None)
        make_result_checks(_JOB)
    finally:
        second = ask_where_needed()
        forecasts = score_settled()
    return {**report, "second_source": second, "forecasts": forecasts}


def check_results() -> dict[str, Any]:
    """Make the result checks that are due, and ask a second source where games still lack a final.

    Scores forecasts if a result has come meanwhile: most checks find a game that goes on. What they leave, such as the
    forecasts of players whose box scores come later, is scored with the next result, or by the daily rule.

    Returns the numbers of works done, put off, failed and given up, the runs of the second source, and the numbers of
    scores.
    """
    before = _latest_result()
    made, second = make_result_checks(_JOB), ask_where_needed()
    forecasts = score_settled() if _latest_result() != before else {}
    return {**made, "second_source": second, "forecasts": forecasts}


def _latest_result() -> int | None:
    with transaction() as connection:
        return reading.latest_result(connection)


def _question(sport: str) -> Question:
    return odds_api.scores(sport, odds_api_config().scores_days_from)


def _store(connection: Connection, capture: Capture[GameScore], current: Run) -> Stored:
    recorded = scores.record_scores(connection, capture, provider=odds_api.PROVIDER, run_id=current.id, at=current.at)
    tell_of_moves(connection, recorded.moves, current.at)
    origin = Origin(odds_api.PROVIDER, current.id, current.at, of_scores=True)
    disputed = dispute_starts_that_matter(connection, recorded.apart, origin)
    counts = {**recorded.counts, "disputes": recorded.counts["disputes"] + disputed}
    good = recorded.scored > 0 or not reading.misses_games(
        connection,
        current.subject,
        provider=odds_api.PROVIDER,
        named=recorded.named,
        at=current.at,
    )
    nobody = recorded.in_doubt and not recorded.named and not good
    settled = settle(connection, current.at)
    keep_time(connection, current.at)
    return Stored(
        {**counts, **settled},
        recorded.skipped,
        usable=frozenset({ALL} if good else ()),
        unreadable=recorded.unreadable,
        lost=recorded.lost,
        unusable="the answer has no event of known teams, although games are under way" if nobody else None,
    )


_JOB = Job(
    name=PROCESS_RESULTS,
    subjects=sports,
    question=_question,
    source=source,
    read=odds_api_parsing.read_scores,
    store=_store,
    measured=MEASURED,
    credits_remaining=CREDITS_REMAINING,
)
