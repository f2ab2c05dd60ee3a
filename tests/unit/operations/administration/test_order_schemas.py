"""Valid administrator requests: reasons, scores, and a regrade, which needs no reason as a dry run."""

import pytest
from pydantic import ValidationError

from pickvs.operations.administration.results.requests import Order, RegradeOrder, ResultOrder


@pytest.mark.parametrize("reason", ["abc", "x" * 500, "the league's own words: “void”", "Zürich 🏀"])
def test_reasons(reason: str) -> None:
    assert Order(reason=reason).reason == reason


@pytest.mark.parametrize(
    "reason", ["", "ab", "x" * 501, "   ", " abc", "abc ", "a\nb", "a\0b", "a\x7fb", "a\x85b", "ab\n", "a\u2028b"]
)
def test_what_is_no_reason(reason: str) -> None:
    for order in (Order, RegradeOrder):
        with pytest.raises(ValidationError):
            order(reason=reason, dry_run=True)


@pytest.mark.parametrize(("home", "away"), [(0, 0), (999, 0), (0, 999)])
def test_scores(home: int, away: int) -> None:
    order = ResultOrder(reason="because", home_score=home, away_score=away)
    assert (order.home_score, order.away_score, order.dry_run) == (home, away, False)


@pytest.mark.parametrize("points", [-1, 1000, 99.0, "99", True, None])
def test_what_is_no_score(points: object) -> None:
    with pytest.raises(ValidationError):
        ResultOrder.model_validate({"reason": "because", "home_score": points, "away_score": 100})
    with pytest.raises(ValidationError):
        ResultOrder.model_validate({"reason": "because", "home_score": 100, "away_score": points})


def test_only_a_dry_run_needs_no_reason() -> None:
    assert RegradeOrder(dry_run=True).reason is None
    assert RegradeOrder(reason="because").dry_run is False
    for body in ({}, {"dry_run": False}, {"dry_run": "yes"}, {"reason": None}):
        with pytest.raises(ValidationError, match="reason"):
            RegradeOrder.model_validate(body)
    with pytest.raises(ValidationError, match="reason"):
        ResultOrder.model_validate({"home_score": 1, "away_score": 0, "dry_run": True})
