"""Whole seasons on 500 credits a month: what is bought, what is given up, and what never is.

The decisions are those of the planner's own rules, as the service asks for them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import mean

import pytest

from tests.support.credit_leagues import Evening, ballparks, half_hours, league, recorded_season, season, sundays
from tests.support.credit_season import RESULTS, Story, pick_at_random, play

PLAN = 500
USERS, PICKS_A_NIGHT = 20, 3
NBA, NHL, NFL, MLB = "basketball_nba", "icehockey_nhl", "americanfootball_nfl", "baseball_mlb"
FIRST, DAYS = date(2026, 10, 12), 50
"""Until the end of November, which is a whole month."""


def played(*wings: tuple[str, Evening], plan: int = PLAN, results: Sequence[timedelta] = (RESULTS,)) -> Story:
    """Play generated seasons side by side, in which the users pick in every sport."""
    random = Random(2026)  # noqa: S311 - a simulation
    leagues = [league(key) for key, _ in wings]
    games = []
    for sport, (_, evening) in zip(leagues, wings, strict=True):
        games += season(sport, evening, FIRST, DAYS, random, ids_from=len(games))
    pick_at_random(games, users=USERS, each_night=PICKS_A_NIGHT, random=random)
    return play(leagues, games, plan=plan, results=results)


def keeps_its_promises(story: Story, plan: int = PLAN) -> None:
    """Never overspends, and grades every game the same night."""
    print(story.by_month())
    assert all(story.spent(month) <= plan for month in story.months())
    assert story.overdrawn() == []
    assert story.late() == []
    assert not [each for each in story.given_up() if each.kind == "grading" or not each.verdict.reason]


def test_a_recorded_season_fits_the_free_plan(recordings: Path) -> None:
    """The season 2023-24 of the NBA: every game graded the same night, and 9 of 10 games with picks have a close."""
    random = Random(1)  # noqa: S311 - a simulation
    games = recorded_season(recordings, random)
    pick_at_random(games, users=USERS, each_night=PICKS_A_NIGHT, random=random)
    story = play([league(NBA)], games)
    keeps_its_promises(story)
    assert len(story.picked()) > 1200
    for month in story.months():
        assert story.coverage(month) >= 0.9, month
    # Only captures are given up, and mornings are met rather than given up.
    assert {each.kind for each in story.given_up()} <= {"closing"}


@pytest.mark.parametrize(
    ("key", "evening", "closes"),
    [
        pytest.param(NHL, half_hours, 0.9, id="half hours"),
        pytest.param(NFL, sundays, 1.0, id="Sundays"),
        pytest.param(MLB, ballparks, 0.8, id="ten clusters a day"),
    ],
)
def test_a_season_of_another_shape_keeps_within_its_means(key: str, evening: Evening, closes: float) -> None:
    story = played((key, evening))
    keeps_its_promises(story)
    assert story.coverage() >= closes
    assert {each.kind for each in story.given_up()} <= {"closing"}
    # Of a sport alone, what is given up serves fewer picked games than what is bought.
    sizes = {
        outcome: [
            len(each.games) for each in story.decisions if each.kind == "closing" and each.verdict.outcome == outcome
        ]
        for outcome in ("bought", "given_up")
    }
    if sizes["given_up"]:
        assert mean(sizes["given_up"]) < mean(sizes["bought"])


def test_two_sports_share_one_budget_and_what_is_given_up_is_named() -> None:
    story = played((NBA, half_hours), (NHL, half_hours))
    keeps_its_promises(story)
    given_up = story.given_up()
    assert {each.sport for each in given_up} == {NBA, NHL}
    for each in given_up:
        assert each.kind == "closing"
        assert {story.games[game].sport for game in each.games} == {each.sport}
        assert "credits" in (each.verdict.reason or "")
    # Neither sport lives at the cost of the other: their captures cost the same and serve as many games.
    for key in (NBA, NHL):
        assert len([each for each in given_up if each.sport == key]) > len(given_up) / 4


@pytest.mark.parametrize(
    ("plan", "kinds"),
    [
        pytest.param(250, {"closing"}, id="captures first"),
        pytest.param(150, {"closing", "check"}, id="then checks"),
        pytest.param(90, {"closing", "check", "morning"}, id="then the morning odds"),
        pytest.param(62, {"closing", "check", "morning"}, id="all but grading"),
    ],
)
def test_less_credits_give_up_more_in_the_published_order(plan: int, kinds: set[str]) -> None:
    story = played((NHL, half_hours), plan=plan)
    keeps_its_promises(story, plan)
    assert {each.kind for each in story.given_up() if f"{each.at:%Y-%m}" == "2026-11"} == kinds


def test_credits_are_kept_for_all_daily_results_of_a_stage() -> None:
    """The first of two falls into the evening, while games wait for their finals, so that both are bought."""
    evening, morning = timedelta(hours=3), RESULTS
    keeps_its_promises(played((NHL, half_hours), plan=200, results=(evening, morning)), 200)
