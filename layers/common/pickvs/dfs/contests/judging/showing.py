"""Shows how contests ended, and how right simulations were."""

from typing import Any

from pickvs.core.database import transaction
from pickvs.dfs.contests import reading as contests
from pickvs.dfs.contests.errors import no_results
from pickvs.dfs.contests.judging import queries, rules
from pickvs.dfs.contests.judging.queries import ResultsRow
from pickvs.dfs.contests.judging.reading import fitted_trust
from pickvs.dfs.contests.schemas import (
    DfsCalibration,
    DfsContestResults,
    JudgedInterval,
    JudgedQuantile,
    QuantileCalibration,
    RunJudgement,
)

_BANDS = (0.8, 0.95)


def get_results(user_id: int, contest_id: int) -> DfsContestResults:
    """Return how a contest ended. Raises NotFound (CONTEST_NOT_FOUND, RESULTS_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        contests.own_contest(connection, contest_id, user_id)
        found = queries.results(connection, contest_id, user_id)
    if found is None:
        raise no_results()
    return results_of(found)


def get_calibration(user_id: int) -> DfsCalibration:
    """Return what the user's simulations said beside what happened; of each contest the last simulation."""
    with transaction(snapshot=True) as connection:
        rows = [(row.slate_id, row.judgements) for row in queries.judgements(connection, user_id)]
        trust = fitted_trust(connection, user_id)
    last = rules.one_of_each_contest(rows)
    return DfsCalibration(
        contests=len(last),
        predicted_cash=rules.mean_of(last, "predicted_cash"),
        real_cash=rules.mean_of(last, "real_cash"),
        predicted_roi=rules.mean_of(last, "predicted_roi"),
        real_roi=rules.mean_of(last, "real_roi"),
        quantiles=[
            QuantileCalibration(
                quantile=results[0].quantile,
                contests=len(results),
                mean_pit=sum(each.pit for each in results) / len(results),
                inside_80=sum(each.inside(_BANDS[0]) for each in results) / len(results),
                inside_95=sum(each.inside(_BANDS[1]) for each in results) / len(results),
            )
            for results in rules.quantiles_of(last)
            if results
        ],
        players=[JudgedInterval.of(each) for each in rules.covers_of(list(rules.one_of_each_slate(rows).values()))],
        trust=trust,
    )


def results_of(row: ResultsRow) -> DfsContestResults:
    """Return how a contest ended, as it is shown."""
    return DfsContestResults.of(row, judgements=[_judgement(each) for each in row.judgements])


def _judgement(stored: dict[str, Any]) -> RunJudgement:
    return RunJudgement.of(
        stored,
        quantiles=[JudgedQuantile(**each) for each in stored["quantiles"]],
        players=[JudgedInterval(**each) for each in stored["players"]],
    )
