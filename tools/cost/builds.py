"""What one build of lineups costs."""

from tools.cost import prices
from tools.cost.assumptions import Assumptions
from tools.cost.footprint import Function

_GB, _MB_OF_GB = 1e9, 1024


def usd_of_a_build(builder: Function, assumptions: Assumptions) -> float:
    """Return what Lambda and its log cost for a build of 150 lineups, in US dollars, with a cold start each time."""
    gb_seconds = builder.memory_mb / _MB_OF_GB * (assumptions.build_ms + assumptions.cold_ms) / 1000
    return (
        prices.LAMBDA_SECONDS[builder.architecture].cost(gb_seconds)
        + prices.LAMBDA_REQUESTS.cost(1)
        + prices.LOGS_IN.cost((assumptions.call_log_bytes + assumptions.run_log_bytes) / _GB)
    )
