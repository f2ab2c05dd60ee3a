"""On a real season of box scores, where there is one beside the checkout: the fold has no leak, the laws fit."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pickvs.predictions.leagues.players import player_league
from pickvs.predictions.training.player_figures import EWMA_FAVOURED, MODEL, evaluate
from pickvs.predictions.training.player_rows import rows_of
from pickvs.predictions.training.players import LINEAR, train
from tools.backtest.players_table import read_players

JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)
LEAGUE = player_league("basketball_nba")


@pytest.mark.xdist_group("real season of players")
def test_ridge_and_laws_beat_the_averages_in_the_month_after(recordings: Path) -> None:
    table = read_players(recordings / "nba" / "player_logs_2023_24.csv.gz", LEAGUE.sport)
    days = tuple(day for day in table.days if day.day < FEBRUARY)
    rows = rows_of(LEAGUE, days)
    past, month = rows.before(JANUARY.toordinal()), rows.since(JANUARY.toordinal())
    assert (len(past), len(month)) == (10_319, 4_991)
    first = tuple(day for day in days if day.day < date(2023, 11, 10))
    early = rows_of(LEAGUE, first)  # the table ends here, and no feature before tells
    assert np.array_equal(early.features, rows.features[: len(early)], equal_nan=True)
    ridge = train(past, LINEAR).document
    figures = evaluate(ridge, ridge, past, month)
    for name, each in figures.statistics.items():
        assert each.crps[MODEL] < each.crps[EWMA_FAVOURED], name
        for cover in each.cover:
            assert cover.share == pytest.approx(cover.level, abs=0.05), name
