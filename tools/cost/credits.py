"""What the stage's requests to The Odds API cost, in its credits, read from the templates."""

from cdk.credits import DailyCredits, daily_credits
from tools.cost.errors import CostError
from tools.cost.footprint import Footprint
from tools.cost.inventory import Inventory
from tools.cost.schedules import DAYS_OF_MONTH


def credits_of(inventory: Inventory, stage: Footprint) -> list[DailyCredits]:
    """Return what each sport of the stage costs a day. Empty if the templates do not ask the provider for odds.

    Raises CostError if a function has no schedule.
    """
    fetch = _environment(inventory, "fetch_odds")
    if fetch is None:
        return []
    return daily_credits(
        fetch["ODDS_API_SPORTS"].split(","),
        fetch["ODDS_API_REGIONS"].split(","),
        odds_runs=_runs(stage, "fetch_odds"),
        scores_runs=_runs(stage, "process_results"),
    )


def _environment(inventory: Inventory, job: str) -> dict[str, str] | None:
    for function in inventory.of("AWS::Lambda::Function"):
        if _is_named(str(function.properties.get("FunctionName", "")), job):
            return dict(function.properties["Environment"]["Variables"])
    return None


def _runs(stage: Footprint, job: str) -> float:
    runs = [each.runs for each in stage.scheduled if _is_named(each.function.name, job)]
    if not runs:
        raise CostError(f"the templates have no schedule for {job}")
    return sum(runs) / DAYS_OF_MONTH


def _is_named(function: str, job: str) -> bool:
    return function.endswith(f"-{job}")
