"""From the draft to the points: the board of a league, its freshness, and the reason of every point."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.league_calls import Caller
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, Paddock, Table
from tests.support.race_results import in_order, tell

LOCKED = FIRST_LOCK + timedelta(minutes=1)
SATURDAY = FIRST_LOCK + timedelta(hours=5)
SUNDAY = FIRST_LOCK + timedelta(days=2, hours=4)


@pytest.fixture
def held(season: Paddock) -> tuple[Table, Caller]:
    """A league of three whose first draft was picked by the system, and its commissioner."""
    table = season.seat(3, clock_seconds=None)
    season.tick(FIRST_OPENING)
    season.tick(LOCKED)
    [draft] = [season.draft_of(table.league, season.events[0])]
    assert len(season.picks(draft)) == 6
    return table, Caller((table.head.user_id, "user1"), SUNDAY)


def board(caller: Caller, league: int, **query: str) -> dict[str, Any]:
    return caller.get("get_league_leaderboard", league=league, query=query)


def points(caller: Caller, constructor: int) -> Any:
    [race] = caller.get("get_constructor_points", constructor=constructor)["races"]
    return race


def test_a_weekend_from_the_draft_to_an_amended_result(season: Paddock, held: tuple[Table, Caller]) -> None:
    table, ada = held
    event, drivers = season.events[0], season.pool
    before = board(ada, table.league)
    assert (before["state"], before["as_of"], before["race_id"]) == ("awaited", None, None)
    assert [(each["rank"], each["points"], each["wins"]) for each in before["places"]] == 3 * [(1, 0, 0)]
    tell(event, "qualifying", in_order("qualifying", drivers), SATURDAY)
    assert board(ada, table.league)["state"] == "provisional", "the race is to come"
    grid = [*drivers[1:], drivers[0]]
    race = in_order("race", drivers[:9], out=drivers[9:], grid=grid, fastest=drivers[1])
    tell(event, "race", race, SUNDAY, "first")
    assert board(ada, table.league)["state"] == "provisional"
    tell(event, "race", race, SUNDAY, "second")
    answer = ada.ask("get_league_leaderboard", league=table.league)
    assert (answer.body["state"], answer.headers["cache-control"]) == ("official", "private, max-age=300")

    amended = in_order("race", [drivers[1], drivers[0], *drivers[2:9]], out=drivers[9:], grid=grid, fastest=drivers[1])
    tell(event, "race", amended, SUNDAY + timedelta(days=1))
    new = ada.ask("get_league_leaderboard", league=table.league, headers={"If-None-Match": answer.headers["etag"]})
    assert new.status == 200
    same = ada.ask("get_league_leaderboard", league=table.league, headers={"If-None-Match": new.headers["etag"]})
    assert (same.status, same.body) == (304, None)
    season.owner.execute("UPDATE users SET username = 'renamed' WHERE id = %s", (table.players[0].caller.user_id,))
    renamed = ada.ask("get_league_leaderboard", league=table.league, headers={"If-None-Match": new.headers["etag"]})
    assert "renamed" in {place["username"] for place in renamed.body["places"]}

    names = {place["constructor_id"]: place for place in new.body["places"]}
    assert [place["rank"] for place in new.body["places"]] == [1, 2, 3]
    for player in table.players:
        shown = points(ada, player.constructor)
        assert shown["points"] == names[player.constructor]["points"]
        lines = [line for pick in shown["picks"] for line in pick["lines"]]
        assert sum(Decimal(str(line["points"])) for line in lines) == Decimal(str(shown["points"]))
        assert [result["version"] for result in shown["results"]] == [1, 2]
        assert shown["results"][1]["previous"] == 1
        assert shown["results"][1]["state"] == "amended"
    [leader] = [
        pick for player in table.players for pick in points(ada, player.constructor)["picks"]
        if pick["driver"]["id"] == drivers[0]
    ]  # fmt: skip
    assert [line["text"] for line in leader["lines"]] == [
        "qualifying position P1 10", "race position P2 18", "race places 10 -> 2 +8",
    ]  # fmt: skip
    assert [line["text"] for line in leader["lines_before"]] == ["race position P1 25", "race places 10 -> 1 +9"]
    assert (leader["points"], leader["points_before"]) == (36, 44)


def test_the_board_of_the_season_says_who_has_moved(season: Paddock, held: tuple[Table, Caller]) -> None:
    table, ada = held
    first, second = season.events
    tell(first, "race", in_order("race", season.pool), SUNDAY)
    before = board(ada, table.league)["places"]
    assert [(place["change"], place["wins"], place["podiums"]) for place in before] == [
        (None, 1, 1), (None, 0, 1), (None, 0, 1),
    ]  # fmt: skip
    season.tick(SUNDAY + timedelta(days=1, hours=22))
    drivers = ada.get("list_draft_drivers", draft=season.draft_of(table.league, second))["drivers"]
    assert [driver["last_results"] for driver in drivers] == [
        [{"race_id": first, "race": "Race 1", "status": "classified", "position": place}] for place in range(1, 11)
    ]
    season.tick(FIRST_LOCK + timedelta(days=7, minutes=1))
    tell(second, "race", in_order("race", season.pool[::-1]), SUNDAY + timedelta(days=7))
    after = board(ada, table.league)["places"]
    ranks = {place["constructor_id"]: place["rank"] for place in before}
    assert {place["constructor_id"]: place["change"] for place in after} == {
        place["constructor_id"]: ranks[place["constructor_id"]] - place["rank"] for place in after
    }
    of_race = board(ada, table.league, race_id=str(second))["places"]
    for place in of_race:
        drafted = ada.get("list_constructor_drafts", constructor=place["constructor_id"])["races"]
        assert [race["race_id"] for race in drafted] == [second, first]
        assert (drafted[0]["points"], drafted[0]["rank"]) == (place["points"], place["rank"])
    totals = {place["constructor_id"]: Decimal(str(place["points"])) for place in before}
    for place in of_race:
        totals[place["constructor_id"]] += Decimal(str(place["points"]))
    assert {place["constructor_id"]: Decimal(str(place["points"])) for place in after} == totals
    ada.ask("get_league_leaderboard", league=table.league, query={"race_id": "987654"}).problem(404, "RACE_NOT_FOUND")
