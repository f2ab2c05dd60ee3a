"""A season with faults: both sources tell them, and in the end the results are those of the tables again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from local.formula_one.season import Finish, Kind, Row, Source, Weekend, listed
from local.replay.ergast import Ergast
from local.replay.fantasy_faults import AMENDED_AFTER, SECOND_AFTER, plant
from local.replay.race_season import RaceSeason, starts_of

KINDS: tuple[Kind, ...] = ("qualifying", "sprint", "race")


@pytest.fixture(scope="session")
def tables(recordings: Path) -> Ergast:
    """Tables of 2018 to 2024; the test skips where there are none."""
    if not (folder := recordings / "f1").is_dir():
        pytest.skip("no recorded seasons of Formula 1 beside this checkout")
    return Ergast(folder)


def by_name(season: RaceSeason) -> dict[str, Weekend]:
    return {each.name: each for each in season.weekends(season.begins)}


@pytest.mark.parametrize("year", [2019, 2024])
def test_faults_are_told_for_a_while(tables: Ergast, year: int) -> None:
    plain, season = RaceSeason(tables, year), RaceSeason(tables, year)
    planted = plant(season)
    before, after = by_name(plain), by_name(season)
    assert planted.amended is not None
    assert planted.disputed is not None
    assert planted.cancelled is not None
    assert after.keys() - before.keys() == {planted.cancelled}
    end = season.ends + timedelta(days=1)
    for name, weekend in before.items():
        for kind in KINDS:
            assert after[name].rows(kind, "jolpica", end) == weekend.rows(kind, "jolpica", end)

    race = starts_of(after[planted.amended])["race"]
    changed = race + AMENDED_AFTER

    def told(source: Source, moment: datetime) -> list[tuple[str, str | int, str]]:
        return places(after[planted.amended or ""].rows("race", source, moment))

    wrong, right = told("jolpica", changed - timedelta(seconds=1)), told("jolpica", changed)
    assert [one for one, other in zip(wrong, right, strict=True) if one != other] != []
    assert sorted(points for _, _, points in wrong) == sorted(points for _, _, points in right)
    assert [place for _, place, _ in wrong] == [place for _, place, _ in right]
    assert told("f1db", changed) == wrong, "the second source tells it later"
    assert told("f1db", changed + SECOND_AFTER) == right

    disputed = after[planted.disputed]
    assert places(disputed.rows("qualifying", "f1db", end)) != places(disputed.rows("qualifying", "jolpica", end))

    cancelled = starts_of(after[planted.cancelled])["race"]
    for source in ("jolpica", "f1db"):
        rounds = [
            {each.name: number for number, each, _ in listed(season, source, moment)}
            for moment in (cancelled - timedelta(days=3), cancelled)
        ]
        assert planted.cancelled in rounds[0].keys() - rounds[1].keys()
        assert rounds[0][plain.weekends(end)[-1].name] == rounds[1][plain.weekends(end)[-1].name] + 1


def places(rows: Sequence[Row]) -> list[tuple[str, str | int, str]]:
    return [(row.entry.driver.key, row.place, f"{row.points}" if isinstance(row, Finish) else "") for row in rows]


def test_a_short_season_has_what_fits_into_it(tables: Ergast) -> None:
    season = RaceSeason(tables, 2024, 1)
    planted = plant(season)
    assert planted.cancelled is None, "there is no free week"
    assert planted.amended == planted.disputed == season.weekends(season.begins)[0].name
    assert season.ends - starts_of(season.weekends(season.begins)[0])["race"] < timedelta(days=6)
