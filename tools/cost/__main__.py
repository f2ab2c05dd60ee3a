"""`python -m tools.cost cdk.out/prod` prints the monthly cost of the stage, for three loads or for the given ones."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from cdk.credits import statement
from tools.cost.assumptions import Assumptions
from tools.cost.coverage import not_estimated
from tools.cost.credits import credits_of
from tools.cost.errors import CostError
from tools.cost.footprint import footprint
from tools.cost.inventory import read_inventory
from tools.cost.model import estimate, requests_of
from tools.cost.report import render

LOADS = (10_000.0, 1_000_000.0, 50_000_000.0)
"""Default loads in requests per month: a trial, about 1,600 users, about 82,000 users."""


def main(arguments: list[str]) -> int:
    """Print the estimate for the command's `arguments`. Return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        assumptions = Assumptions(**{each.name: getattr(asked, each.name) for each in fields(Assumptions)})
        inventory = read_inventory(asked.folder)
        stage = footprint(inventory)
        loads = [*(asked.requests or []), *(requests_of(users, assumptions) for users in asked.users or [])] or LOADS
        text = render(
            asked.folder.name,
            stage,
            {load: estimate(stage, load, assumptions, free_tier=asked.free_tier) for load in loads},
            assumptions=assumptions,
            free_tier=asked.free_tier,
            left_out=not_estimated(inventory),
            credit=statement(credits_of(inventory, stage)),
        )
    except CostError as error:
        sys.stderr.write(f"pickvs: {error}\n")
        return 1
    sys.stdout.write(f"{text}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.cost", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder that `make synth` wrote: cdk.out/<stage>[-aurora]")
    parser.add_argument("--requests", type=_amount, action="append", help="requests to the API per month")
    parser.add_argument("--users", type=_amount, action="append", help="number of users, instead of requests")
    parser.add_argument("--free-tier", action="store_true", help="subtract the permanent free allowances of an account")
    for each in fields(Assumptions):
        parser.add_argument(
            f"--{each.name.replace('_', '-')}",
            type=_amount,
            default=each.default,
            help=f"{each.metadata['meaning']} ({each.default:g}; {each.metadata['source']})",
        )
    return parser


def _amount(text: str) -> float:
    """Return the quantity in `text`, such as 1,000,000 or 1e6. Raises ValueError for anything else."""
    amount = float(text.replace(",", ""))
    if not 0 <= amount < float("inf"):
        raise ValueError(text)
    return amount


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
