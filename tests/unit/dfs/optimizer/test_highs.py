"""HiGHS answers, proves that there is no answer, or says that it does not know."""

import random

import pytest

from pickvs.dfs.optimizer import highs
from pickvs.dfs.optimizer.highs import Program, Solver, SolverStoppedError


def hard() -> Program:
    """Return a market split problem (Cornuejols and Dawande, 1998): easy to state, long to decide."""
    rng = random.Random(4)  # noqa: S311 - no secret
    program = Program()
    columns = [program.column(whole=True) for _ in range(40)]
    for _ in range(5):
        terms = {column: float(rng.randrange(100)) for column in columns}
        half = sum(terms.values()) // 2
        program.row({**terms, program.column(1e6, cost=1.0): 1.0, program.column(1e6, cost=1.0): -1.0}, half, half)
    return program


def test_time_that_runs_out_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "SECONDS", 0.2)
    solver = Solver(hard())
    with pytest.raises(SolverStoppedError, match="Time limit reached"):
        solver.solve()
    nearly = solver.solve(nearly=0.2)
    assert nearly is not None
    assert nearly.objective > 0


def test_no_answer_is_proven() -> None:
    program = Program()
    one, two = program.column(), program.column()
    row = program.row({one: 1.0, two: 1.0}, lower=3.0)
    solver = Solver(program)
    assert solver.solve() is None
    solver.bound_row(row, 2.0, 2.0)
    found = solver.solve()
    assert found is not None
    assert found.values == (1.0, 1.0)


def test_nothing_is_written_to_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    highs._print_banner.cache_clear()
    Solver(Program([1.0], [(0.0, 1.0)], [True], [({0: 1.0}, 1.0, 1.0)])).solve()
    assert capfd.readouterr().out == ""
