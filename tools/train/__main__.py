"""`python -m tools.train --run ID`: trains again what the run trained, and compares the digests of the artefacts.

DATABASE_URL leads to the database with the run and its facts, as the role `forecaster` or as the owner. Nothing is
written. The exit status is 0 if every artefact is the same, 1 if one differs, and 2 if the run cannot be repeated. On
another architecture, an artefact may differ in the last bits of its numbers.
"""

import argparse
import os
import sys
from collections.abc import Sequence

import psycopg
from psycopg.rows import dict_row

from pickvs.core.errors import PickvsError
from pickvs.predictions.training.running.provenance import code_sha256, packages
from pickvs.predictions.training.running.service import facts_of, reproduce
from pickvs.predictions.training_runs.fingerprint import fingerprint
from pickvs.predictions.training_runs.queries import RunRow
from pickvs.predictions.training_runs.service import find_run
from tools.recovery.__main__ import address


def main(arguments: Sequence[str], url: str) -> int:
    """Repeat the run that the arguments name, from the database at `url`, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.train", description=__doc__)
    parser.add_argument("--run", type=int, required=True, help="id of the training run")
    asked = parser.parse_args(arguments)
    try:
        with psycopg.connect(address(url), connect_timeout=20, row_factory=dict_row) as connection:
            run = find_run(connection, asked.run)
            if run.task != "train" or run.status != "succeeded":
                return _fail(f"run {run.id} is a {run.task} that is {run.status}; only trainings that succeeded can be")
            days = facts_of(connection, run)
    except psycopg.OperationalError as error:
        # Only the first line of the driver's message, which states the cause.
        return _fail(f"the database cannot be used: {str(error).splitlines()[0]}")
    except PickvsError as error:
        return _fail(str(error))
    for line in _differences(run, fingerprint(days)):
        sys.stdout.write(f"{line}\n")
    try:
        found = reproduce(run, days)
    except ValueError as error:
        return _fail(f"the facts are not those of the run: {error}")
    for each in found:
        word = "the same" if each.then == each.now else f"ANOTHER: {each.now}"
        sys.stdout.write(f"{each.model} {each.recipe} {each.then} {word}\n")
    return 0 if all(each.then == each.now for each in found) else 1


def _differences(run: RunRow, rows: str) -> list[str]:
    """Return in words what is another than in the run: facts, code, packages."""
    said = []
    if rows != run.rows_sha256:
        said.append(f"the facts have the fingerprint {rows}, in the run they had {run.rows_sha256}")
    if code_sha256() != run.code_sha256:
        said.append(f"this code has the fingerprint {code_sha256()}, in the run it had {run.code_sha256}")
    then = run.packages or {}
    said += [
        f"{name} is {version} here, and was {then.get(name)} in the run"
        for name, version in packages().items()
        if then.get(name) != version
    ]
    return said


def _fail(why: str) -> int:
    sys.stderr.write(f"pickvs: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ.get("DATABASE_URL", "")))
