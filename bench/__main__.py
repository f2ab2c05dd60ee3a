"""`make bench`: runs all benchmarks on this machine, prints one table and writes bench/results.json.

`python -m bench cold warm` runs only these parts and writes no file. Exits with status 1 if a limit is exceeded.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from bench import (
    boards,
    cold,
    draft_picks,
    fantasy_boards,
    ingestion,
    lineups,
    lists,
    predictions,
    round_trips,
    settlement,
    sizes,
    throughput,
    warm,
)
from bench.deployed import deployed
from bench.table import Line, render, write
from local.postgres import Postgres
from tests.support.databases import Databases

RESULTS = Path(__file__).with_name("results.json")

_ON_DEPLOYED = {"sizes": sizes.measure, "cold": cold.measure, "warm": warm.measure, "throughput": throughput.measure}
_ON_A_DATABASE = {
    "settlement": settlement.measure,
    "boards": boards.measure,
    "lists": lists.measure,
    "ingestion": ingestion.measure,
    "predictions": predictions.measure,
    "fantasy": fantasy_boards.measure,
}
_ALONE = {"round_trips": round_trips.measure}
_ON_SLATES = {"lineups": lineups.measure}
PARTS = (*_ON_DEPLOYED, "drafts", *_ON_A_DATABASE, *_ALONE, *_ON_SLATES)


def main(wanted: Collection[str], slates: Path | None) -> int:
    os.environ["POWERTOOLS_LOG_LEVEL"] = "ERROR"  # keep the functions' logs out of the table
    lines = _measure(wanted or PARTS, slates)
    print(render(lines))
    if not wanted:
        write(lines, RESULTS)
    return 0 if all(line.kept for line in lines) else 1


def _measure(wanted: Collection[str], slates: Path | None) -> list[Line]:
    lines: list[Line] = []
    if not {*_ON_DEPLOYED, *_ON_A_DATABASE}.isdisjoint(wanted):
        lines += _measure_on_databases(wanted)
    lines += [line for name, part in _ALONE.items() if name in wanted for line in part()]
    return lines + [line for name, part in _ON_SLATES.items() if name in wanted for line in part(slates)]


def _measure_on_databases(wanted: Collection[str]) -> list[Line]:
    lines: list[Line] = []
    with (
        tempfile.TemporaryDirectory(prefix="pickvs-bench-") as folder,
        Postgres(Path(folder) / "postgres", durable=False) as server,
        closing(Databases(server)) as databases,
    ):
        if not {*_ON_DEPLOYED, "drafts"}.isdisjoint(wanted):
            with deployed(databases, Path(folder)) as platform:
                lines += [line for name, part in _ON_DEPLOYED.items() if name in wanted for line in part(platform)]
                lines += draft_picks.measure(platform, databases) if "drafts" in wanted else []
        lines += [line for name, part in _ON_A_DATABASE.items() if name in wanted for line in part(databases)]
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=PARTS, metavar="part", help=", ".join(PARTS))
    parser.add_argument("--slates", type=Path, help="of lineups: a folder of slates, or one, in the sites' own files")
    given = parser.parse_args()
    sys.exit(main(given.parts, given.slates))
