"""Responses: contests, their simulations, and how right these were."""

from typing import Annotated

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.dfs.contests.rules import RunState


class ContestPayout(ResponseBody):
    """What each of some places is paid."""

    first: Annotated[int, doc("First of the places.", examples=[2])]
    last: Annotated[int, doc("Last of the places.", examples=[5])]
    cents: Annotated[int, doc("Prize of each place, in cents.", examples=[75000])]


class DfsContest(ResponseBody):
    """A contest of the user."""

    id: int
    slate_id: int
    name: Annotated[str, doc("As the site calls it.", examples=["NBA $40K Sharpshooter [20 Entry Max]"])]
    external_id: Annotated[str | None, doc("The site's number.", examples=["171691346"])]
    size: Annotated[int, doc("Entries.", examples=[15854])]
    fee_cents: Annotated[int, doc("Fee of one entry.", examples=[300])]
    prizes_cents: Annotated[int, doc("Sum of the payouts.", examples=[4000000])]
    places_paid: Annotated[int, doc("How many places are paid.", examples=[3541])]
    payouts: list[ContestPayout]
    has_results: Annotated[bool, doc("Whether its finished standings are known.")]
    created_at: Moment


class DfsContests(ResponseBody):
    """A page of contests, newest first."""

    contests: list[DfsContest]
    next_cursor: Annotated[str | None, doc("null on the last page.")]


class RunBasis(ResponseBody):
    """What a simulation was made with."""

    model: Annotated[str, doc("Where the numbers of the sport are from.", examples=["measured on the NBA season"])]
    is_measured: Annotated[bool, doc("Whether they are from this sport.")]
    field_lineups: Annotated[int, doc("Lineups of others that were made; they stand for all.", examples=[4000])]
    field_least_salary: Annotated[int, doc("Whole dollars that each of them uses at least.", examples=[49000])]
    ownership_stated: Annotated[bool, doc("Whether the projections state ownership. If not, it is estimated.")]
    field_points_stated: Annotated[
        bool, doc("Whether the projections state what the field expects. If not, trust changes nothing.")
    ]


class PortfolioReturn(ResponseBody):
    """What all lineups get together, if the projections are right."""

    condition: Annotated[str, doc("What all of this depends on.", examples=["if the projections are right"])]
    simulations: Annotated[int, doc("Simulations so far.", examples=[10000])]
    lineups: Annotated[int, doc("Lineups that are entered.", examples=[150])]
    prize_cents: Annotated[float, doc("Mean of all prizes.", examples=[48210.5])]
    roi: Annotated[float | None, doc("Prizes less fees, over fees. null in a free contest.", examples=[0.071])]
    roi_error: Annotated[float | None, doc("Standard error that the number of simulations leaves.", examples=[0.012])]
    cash: Annotated[float, doc("Mean share of the lineups that is paid.", examples=[0.26])]
    profit: Annotated[float, doc("Probability that the prizes are more than the fees.", examples=[0.31])]
    any_paid: Annotated[float, doc("Probability that any lineup is paid.", examples=[0.98])]
    basis: RunBasis


class ContestRun(ResponseBody):
    """A simulation of a contest, as far as it is."""

    id: int
    contest_id: int
    build_id: int
    state: RunState
    wanted: Annotated[int, doc("Simulations wanted.", examples=[10000])]
    done: Annotated[int, doc("Simulations so far.", examples=[3000])]
    trust: Annotated[float, doc("Weight of the own projections beside the field's.", examples=[0.5])]
    trust_from: Annotated[str, doc("request, results (of finished contests) or default.", examples=["default"])]
    seed: Annotated[int, doc("The same seed gives the same figures.", examples=[7])]
    portfolio: Annotated[PortfolioReturn | None, doc("null before the first simulations.")]
    reason: Annotated[str | None, doc("Why it has ended early.", examples=["The function was stopped several times."])]
    is_being_cancelled: Annotated[bool, doc("Whether it ends after the simulations at hand.")]
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None


class ContestRuns(ResponseBody):
    """A page of simulations, newest first."""

    runs: list[ContestRun]
    next_cursor: Annotated[str | None, doc("null on the last page.")]


class LineupReturn(ResponseBody):
    """What a lineup gets, if the projections are right."""

    number: Annotated[int, doc("Number of the lineup in its build.", examples=[1])]
    prize_cents: Annotated[float, doc("Mean prize.", examples=[321.4])]
    roi: Annotated[float | None, doc("Prize less fee, over fee. null in a free contest.", examples=[0.071])]
    roi_error: Annotated[float | None, doc("Standard error that the number of simulations leaves.", examples=[0.12])]
    cash: Annotated[float, doc("Probability of a prize.", examples=[0.27])]
    win: Annotated[float, doc("Probability of the first place, shared or not.", examples=[0.0002])]
    top_percent: Annotated[float, doc("Probability of the first percent of places.", examples=[0.014])]


class ContestRunLineups(ResponseBody):
    """A page of a simulation's lineups, by number."""

    run_id: int
    condition: Annotated[str, doc("What all of this depends on.", examples=["if the projections are right"])]
    lineups: list[LineupReturn]
    next_cursor: Annotated[str | None, doc("null on the last page.")]


class JudgedQuantile(ResponseBody):
    """A quantile of the field's scores beside what was simulated."""

    quantile: Annotated[float, doc("1 is the winner.", examples=[0.8])]
    mean: Annotated[float, doc("Mean of the simulations, in points.", examples=[268.4])]
    real: Annotated[float, doc("In points.", examples=[258.5])]
    pit: Annotated[float, doc("Probability that was given to a lower one. About 0.5 on average.", examples=[0.31])]


class JudgedInterval(ResponseBody):
    """How many players' points were inside an interval."""

    probability: Annotated[float, doc("Of the interval.", examples=[0.8])]
    players: Annotated[int, doc("How many were compared.", examples=[119])]
    inside: Annotated[float, doc("Share of them that was inside.", examples=[0.84])]


class RunJudgement(ResponseBody):
    """What a simulation said, beside what happened. real_*: null if no lineup's points are known."""

    run_id: int
    build_id: int
    trust: float
    predicted_cash: Annotated[float, doc("Share of the lineups that is paid.", examples=[0.43])]
    real_cash: Annotated[float | None, doc("Share of the lineups that was paid.", examples=[0.24])]
    predicted_roi: Annotated[float | None, doc("null in a free contest.", examples=[3.69])]
    real_roi: Annotated[float | None, doc("null in a free contest.", examples=[-0.41])]
    lineups: Annotated[int, doc("Lineups whose points are known.", examples=[150])]
    quantiles: list[JudgedQuantile]
    players: list[JudgedInterval]


class DfsContestResults(ResponseBody):
    """How a contest ended, and how right its simulations were."""

    contest_id: int
    upload_id: int
    field_size: Annotated[int, doc("Entries with a lineup.", examples=[15792])]
    judgements: list[RunJudgement]
    recorded_at: Moment


class QuantileCalibration(ResponseBody):
    """A quantile of the field's scores over all finished contests."""

    quantile: Annotated[float, doc("1 is the winner.", examples=[0.8])]
    contests: Annotated[int, doc("How many.", examples=[11])]
    mean_pit: Annotated[float, doc("0.5 if the simulation is right.", examples=[0.48])]
    inside_80: Annotated[float, doc("Share inside the central 80 %.", examples=[0.91])]
    inside_95: Annotated[float, doc("Share inside the central 95 %.", examples=[0.91])]


class FittedTrust(ResponseBody):
    """How much better the user's own projections are than the field's, as finished contests say."""

    trust: Annotated[float, doc("0: only the field's count; 1: only the own.", examples=[0.42])]
    error: Annotated[float, doc("Standard error.", examples=[0.11])]
    slates: Annotated[int, doc("Finished slates with both kinds of projections.", examples=[9])]
    players: Annotated[int, doc("Players of them who played.", examples=[1071])]


class DfsCalibration(ResponseBody):
    """What the user's simulations said, beside what happened, over all finished contests."""

    contests: Annotated[int, doc("Finished contests that had been simulated.", examples=[11])]
    predicted_cash: Annotated[float | None, doc("Mean share of lineups that is paid.", examples=[0.38])]
    real_cash: Annotated[float | None, doc("Mean share of lineups that was paid.", examples=[0.24])]
    predicted_roi: Annotated[float | None, doc("Mean.", examples=[2.47])]
    real_roi: Annotated[float | None, doc("Mean.", examples=[0.55])]
    quantiles: list[QuantileCalibration]
    players: list[JudgedInterval]
    trust: FittedTrust
