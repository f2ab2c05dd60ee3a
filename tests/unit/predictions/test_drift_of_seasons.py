"""Faults of forecasts show soon in a replayed season, and healthy seasons break no invariant.

`python -m tools.drift` measures all seasons of a table. Here is the last one that there is.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.scoring.daily.rules import Scored
from tests.support.season import read_season
from tests.support.season_days import season_days
from tools.backtest.games_table import read_games
from tools.drift.faults import FAULTS, FREEZES_AFTER
from tools.drift.replay import Season, broken, first_ring, scored, seasons

NBA = game_league("basketball_nba")
FIRST, LAST = 2017, 2023
"""Seasons that are learnt from, and the last of them, which is replayed."""
WITHIN = {
    "home and away swapped": 20,
    "swapped in 1 of 5": 84,
    "constant 57%": 80,
    "home advantage lost": 92,
    "overconfident, logit x 1.5": 122,
    "ratings frozen after 200 games": 574,
}
"""Games in which a fault must show: twice the median of thirteen seasons, or less."""


@pytest.fixture(scope="module")
def replayed(recordings: Path) -> dict[int, Season]:
    table = read_games(recordings / "nba" / "games_2008_2023.csv.gz", NBA.sport).days
    recent = [day for day in table if day.results[0].fixture.season >= FIRST]
    latest = season_days(read_season(recordings), first_game=1_000_000)
    return {each.season: each for each in seasons([*recent, *latest], NBA, LAST - 2, LAST)}


@pytest.fixture(scope="module")
def past(replayed: dict[int, Season]) -> list[dict[str, list[Scored]]]:
    return [scored(replayed[season], NBA) for season in (LAST - 2, LAST - 1)]


@pytest.mark.parametrize("season", [LAST - 1, LAST])
def test_no_invariant_is_broken_in_a_healthy_season(replayed: dict[int, Season], season: int) -> None:
    """A broken one pages somebody."""
    assert len(replayed[season].games) > 1_300
    assert broken(replayed[season]) == []


def test_swapped_teams_break_an_invariant_on_the_first_days(replayed: dict[int, Season]) -> None:
    """With the weights of one variant turned round, as a swapped column would."""
    season = replayed[LAST]
    [turned] = [each for each in season.artefacts if each.variant == "no-market"]
    margin = replace(
        turned.margin,
        intercept=-turned.margin.intercept,
        weights={name: -weight for name, weight in turned.margin.weights.items()},
    )
    others = [each for each in season.artefacts if each is not turned]
    ill = replace(season, artefacts=(*others, replace(turned, margin=margin)), games=season.games[:40])
    assert any("contradict" in sentence for sentence in broken(ill))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_shows_in_time_and_nothing_shows_without_one(
    replayed: dict[int, Season], past: list[dict[str, list[Scored]]], name: str
) -> None:
    begins = FREEZES_AFTER if "frozen" in name else 0
    season = replace(replayed[LAST], games=replayed[LAST].games[: begins + WITHIN[name]])
    assert first_ring(past, scored(season, NBA)) is None
    ring = first_ring(past, scored(season, NBA, FAULTS[name]), after=begins)
    assert ring is not None
