"""`make mutants` weakens each guard of the list in turn, and ends with an error if a test does not notice one."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tools.mutants import catalogue
from tools.mutants.catalogue import CatalogueError, Mutant
from tools.mutants.runs import Result, Verdict, judge, unhealthy
from tools.mutants.trees import Tree, copies

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Run the mutations whose names contain the filter. Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("filter", nargs="?", default="", help="part of the names, such as accounts/ or accounts/burst")
    parser.add_argument("--jobs", type=int, default=2, help="mutations at the same time")
    parser.add_argument("--trust", action="store_true", help="do not run the tests without mutations first")
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        results = _run(asked.filter, asked.jobs, checked=not asked.trust)
    except CatalogueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    left = [each for each in results if each.verdict is not Verdict.KILLED]
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    sys.stdout.write(f"\n{len(results)} mutations, {len(results) - len(left)} killed, in {minutes} min {seconds} s\n")
    for each in left:
        sys.stdout.write(f"{each.verdict}: {each.mutant.name}: {each.mutant.guard}\n  {each.why}\n")
    return 1 if left else 0


def _run(part: str, jobs: int, *, checked: bool) -> list[Result]:
    """Run the mutations with `part` in their names, and print each result.

    checked: whether the tests must first pass without mutations. Raises CatalogueError if they do not, or if the list
    does not fit the code.
    """
    mutants = [each for each in catalogue.read() if part in each.name]
    if stale := list(catalogue.faults(mutants, ROOT)):
        raise CatalogueError("\n".join(stale))
    if not mutants:
        raise CatalogueError(f"no mutation has {part!r} in its name")
    results = []
    with copies(ROOT, jobs) as trees:
        if checked and (failed := _unhealthy(trees, mutants)):
            raise CatalogueError("these fail without any mutation:\n  " + "\n  ".join(failed))
        for result in _judged(trees, mutants):
            results.append(result)
            _show(result)
    return results


def _unhealthy(trees: Sequence[Tree], mutants: Sequence[Mutant]) -> list[str]:
    """Run every named test once, a share in each copy."""
    tests = sorted({test for each in mutants for test in each.killed_by})
    shares = [(tree, tests[number :: len(trees)]) for number, tree in enumerate(trees)]
    with ThreadPoolExecutor(len(trees)) as pool:
        found = pool.map(lambda share: unhealthy(*share) if share[1] else [], shares)
        return [line for lines in found for line in lines]


def _judged(trees: Sequence[Tree], mutants: Sequence[Mutant]) -> Iterator[Result]:
    """Yield the results in the order of the list. Each copy has one mutation at a time."""
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def one(mutant: Mutant) -> Result:
        tree = free.get()
        try:
            return judge(tree, mutant)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool:
        yield from pool.map(one, mutants)


def _show(result: Result) -> None:
    line = f"{result.verdict:<10} {result.seconds:5.1f} s  {result.mutant.name:<48} {result.mutant.guard}"
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
