"""The simulation as runs use it. Loads numpy: for the function that simulates alone."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from pickvs.dfs.contests.rules import CHUNK, FIELD
from pickvs.dfs.contests.runs.queries import LineupReturnRow
from pickvs.dfs.contests.runs.steps import CannotSimulate, Entered, Step
from pickvs.dfs.simulation.calibration import beliefs
from pickvs.dfs.simulation.contests import ContestSimulation, Sums
from pickvs.dfs.simulation.field import Field, NoField, make_field
from pickvs.dfs.simulation.lineups import lineup_rows
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.rules import Model, model_of

_DIGITS = 3


def simulate(entered: Entered, workings: Mapping[str, Any] | None) -> Iterator[Step]:
    """Yield what a run says after each chunk of simulations. Raises CannotSimulate."""
    model = model_of(entered.game.site, entered.game.sport)
    outcomes = Outcomes(entered.players, model, seed=entered.seed, trust=entered.trust)
    others = min(FIELD, entered.contest.size - len(entered.lineups))
    try:
        field = make_field(entered.game, entered.players, count=others, seed=entered.seed)
    except NoField:
        raise CannotSimulate(
            "The players with a projection fill no lineup, so there is no field to play against. Project more players."
        ) from None
    known = {player.id for player in outcomes.players}
    unknown = {player for lineup in entered.lineups.values() for player in lineup} - known
    if unknown:
        # A late swap keeps players who play already, also those of whom its set of projections says nothing.
        raise CannotSimulate(
            f"{len(unknown)} players of the lineups have no projection. Build them with projections of all players."
        )
    entries = lineup_rows(list(entered.lineups.values()), outcomes)
    played = ContestSimulation(entered.contest, outcomes, entered.game, entries, field.lineups)
    believed = {
        str(player): {
            **{name: round(value, _DIGITS) for name, value in asdict(belief).items() if name != "intervals"},
            "intervals": [[round(side, _DIGITS) for side in each] for each in belief.intervals],
        }
        for player, belief in beliefs(outcomes).items()
    }
    if workings is not None:
        played.sums = Sums.from_json(workings["sums"])
    basis = _basis(entered, model, field)
    while played.sums.simulations < entered.wanted:
        played.run(min(played.sums.simulations + CHUNK, entered.wanted))
        yield Step(
            done=played.sums.simulations,
            result={**asdict(played.portfolio()), "lineups": len(entered.lineups), "basis": basis},
            workings={"sums": played.sums.to_json(), "beliefs": believed},
            lineups=_returns(entered, played),
        )


def _returns(entered: Entered, played: ContestSimulation) -> list[LineupReturnRow]:
    return [
        LineupReturnRow(
            number=number,
            prize_cents=each.prize_cents,
            roi=each.roi,
            roi_error=each.roi_error,
            cash=min(each.cash, 1.0),
            win=min(each.win, 1.0),
            top_percent=min(each.top, 1.0),
        )
        for number, each in zip(entered.lineups, played.lineups(), strict=True)
    ]


def _basis(entered: Entered, model: Model, field: Field) -> dict[str, Any]:
    return {
        "model": model.source,
        "is_measured": model.measured,
        "field_lineups": len(field.lineups),
        "field_least_salary": field.least_salary,
        "ownership_stated": not field.estimated,
        "field_points_stated": any(player.field_points is not None for player in entered.players),
    }
