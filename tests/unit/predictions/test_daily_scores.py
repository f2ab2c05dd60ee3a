"""Days of scores depend on their past alone, and faults of a model show in them."""

from dataclasses import replace
from datetime import date, timedelta
from math import exp, log
from random import Random

import pytest

from pickvs.predictions.distributions.rules import Joint, Student
from pickvs.predictions.explaining.rules import in_words
from pickvs.predictions.facts.rules import Line
from pickvs.predictions.forecasts.rules import slates
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.scoring.daily.rules import THRESHOLD, Daily, Scored, dailies, drifts
from pickvs.predictions.scoring.players.rules import is_covered
from pickvs.predictions.scoring.rules import score
from tests.support.forecasts import NBA, START

DAY = timedelta(days=1)
FIRST = date(2021, 10, 20)


def season(random: Random, first: date, *, swapped: bool = False, days: int = 165) -> list[Scored]:
    """A season of seven games a night: the close knows the chance, and the model with an error."""
    found = []
    for day in range(days):
        for _ in range(7):
            truth = random.gauss(0.4, 0.9)
            ours = truth + random.gauss(0, 0.35)
            chance = 1 / (1 + exp(ours if swapped else -ours))
            close = 1 / (1 + exp(-truth))
            won = random.random() < close
            found.append(
                Scored(
                    day=first + day * DAY,
                    season=first.year,
                    home_win=chance,
                    home_won=won,
                    log_loss=-log(chance if won else 1 - chance),
                    brier=(chance - won) ** 2,
                    close_log_loss=-log(close if won else 1 - close),
                    line_distance=abs(random.gauss(0, 7 if swapped else 3)),
                )
            )
    return found


def past() -> list[Scored]:
    random = Random(5)  # noqa: S311 - a simulation
    return season(random, FIRST) + season(random, FIRST.replace(year=2022))


def test_a_day_does_not_know_the_days_after_it() -> None:
    scored = past()
    whole = {each.day: each for each in dailies("no-market", scored, FIRST)}
    random = Random(2)  # noqa: S311 - a choice of days
    for cut in random.sample(sorted(whole), 6):
        so_far = [each for each in scored if each.day <= cut]
        assert dailies("no-market", so_far, cut) == [whole[cut]]
        changed = [replace(each, home_win=0.99, log_loss=3.0) if each.day > cut else each for each in scored]
        assert {each.day: each for each in dailies("no-market", changed, FIRST)}[cut] == whole[cut]


def test_a_swapped_home_team_rings_within_days_and_a_healthy_season_does_not() -> None:
    scored, random = past(), Random(9)  # noqa: S311 - a simulation
    first = FIRST.replace(year=2023)
    healthy = dailies("no-market", scored + season(random, first), first)
    assert max(each.cusum or 0 for each in healthy) < THRESHOLD
    assert max(abs(each.distance_shift or 0) for each in healthy) < 2
    ill = dailies("no-market", scored + season(random, first, swapped=True, days=20), first)
    rung = next(each.day for each in ill if (each.cusum or 0) > THRESHOLD)
    assert rung <= first + 9 * DAY
    assert (ill[-1].distance_shift or 0) > 2
    assert (ill[-1].psi or 0) > 0.25 > max(each.psi or 0 for each in healthy[40:])
    assert _drifts(healthy[-1]) == []
    assert _drifts(ill[-1]) == ["far from the closing line", "another population", "losses beyond the market's"]


def _drifts(day: Daily) -> list[str]:
    return drifts(distance_shift=day.distance_shift, psi=day.psi, cusum=day.cusum)


@pytest.mark.parametrize(("percent", "expected"), [(None, True), (70, True), (90, True), (69.9, False), (90.1, False)])
def test_intervals_of_80_percent_hold_about_as_much(percent: float | None, expected: bool) -> None:
    assert is_covered(percent) is expected


def test_what_was_won_by_a_bet_is_what_its_price_pays() -> None:
    nba = game_league(NBA)
    joint = Joint(margin_mean=6.0, total_mean=220.0, shape=Student(margin_sd=12.0, margin_df=14.0, total_sd=18.0))
    close = Line(spread=-2.5, total=221.0, home_moneyline=-140, away_moneyline=120)
    won = score(nba, joint, 0.69, (110, 100), close)
    assert (won.bet, won.bet_price) == ("home", -140)
    assert won.units == pytest.approx(100 / 140, abs=1e-4)
    assert won.close_home_win == pytest.approx(140 / 240 / (140 / 240 + 100 / 220))
    assert won.log_loss == pytest.approx(-log(0.69))
    assert score(nba, joint, 0.69, (100, 110), close).units == -1
    assert score(nba, joint, 0.6, (110, 100), close).bet is None
    assert score(nba, joint, 0.5, (100, 110), close).bet == "away"
    tie = score(nba, joint, 0.69, (100, 100), close)
    assert (tie.home_won, tie.log_loss, tie.close_log_loss, tie.units) == (None, None, None, 0)
    bare = score(nba, joint, 0.69, (110, 100), None)
    assert (bare.close_home_win, bare.close_margin_crps, bare.line_distance, bare.bet) == (None, None, None, None)


def test_a_slate_is_the_games_of_an_hour() -> None:
    minutes = (0, 30, 59, 60, 119, 240)
    assert slates(START + timedelta(minutes=each) for each in reversed(minutes)) == [
        START + timedelta(minutes=each) for each in (0, 60, 240)
    ]


def test_a_contribution_says_where_it_moves_the_margin() -> None:
    assert in_words("market_margin", 4.5, 2.14) == (
        "The market's spread of this game (4.5) moves the margin by 2.1 points towards the home team, "
        "against an average game."
    )
    assert "towards the away team" in in_words("margin_rating", -3, -2)
    assert "less than 0.05 points" in in_words("home_rest", 1, -0.01)
