import pytest

from tools.cost.errors import CostError
from tools.cost.schedules import runs_a_month


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("cron(0 5 * * ? *)", 365 / 12),
        ("cron(0/15 8-17 ? * MON-FRI *)", 40 * 261 / 12),  # 2027 begins and ends on a Friday: 261 working days
        ("cron(0 0 1 * ? *)", 1),
        ("rate(1 hour)", 730),
        ("rate(5 minutes)", 8760),
        ("at(2026-12-01T00:00:00)", 0),
    ],
)
def test_a_schedule_fires_so_often(expression: str, runs: float) -> None:
    assert runs_a_month(expression) == pytest.approx(runs)


@pytest.mark.parametrize("expression", ["", "daily", "rate(soon)", "cron(99 5 * * ? *)"])
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    with pytest.raises(CostError, match="is no schedule expression"):
        runs_a_month(expression)
