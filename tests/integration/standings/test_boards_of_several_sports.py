"""A sport has boards from its first settled game on. The boards of all sports count those that have some."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.sports.rules import SPORTS
from pickvs.standings import service
from pickvs.standings.board_updates import queries
from pickvs.standings.board_updates import service as board_updates
from tests.support.boards import expected, expected_starts, kept, starts, sums
from tests.support.contest import TIP_OFF, Contest
from tests.support.databases import Databases
from tests.support.gateway import call
from tests.support.picking import set_pick_rules
from tests.support.plans import Recording, blocks
from tests.support.profiles import profile

NBA, NPB, EPL = "basketball_nba", "baseball_npb", "soccer_epl"
AT = TIP_OFF + timedelta(hours=4)
FOR_EACH = 5 * 4
"""Boards of a sport: periods, and markets with all of them."""


def play(contest: Contest, user: int, sport: str, tip_off: datetime = TIP_OFF) -> None:
    """Let the user win a pick on a game that is over."""
    game = contest.game(tip_off, sport)
    contest.pick(user, contest.quote(game, "moneyline", "home", None, 110))
    contest.final(game, 100, 90)


def settle_at(at: datetime = AT) -> None:
    with transaction() as connection:
        settle(connection, at)


def board(at: datetime = AT, **query: str) -> dict[str, Any]:
    with clock.held_at(at):
        answer = call("get_leaderboard", "GET", "/leaderboard", query=query)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def wins(at: datetime = AT, **query: str) -> list[int]:
    return [row["wins"] for row in board(at, **query)["leaderboard"]]


@pytest.fixture
def anna(contest: Contest) -> int:
    return contest.user("anna")


def test_only_sports_with_a_settled_game_have_boards(contest: Contest, database: str, anna: int) -> None:
    settle_at()
    assert kept(database) == {}
    contest.game(TIP_OFF + timedelta(days=1), EPL)
    for sport, boards in ((NBA, 1), (NPB, 1 + 2), (EPL, 1 + 3)):
        play(contest, anna, sport)
        settle_at()
        assert len(kept(database)) == boards * FOR_EACH
        assert sums(database) == expected(database, SPORTS, AT)
        assert starts(database) == expected_starts(database, SPORTS, AT)


def test_a_sport_that_begins_later_makes_no_board_of_another_anew(
    contest: Contest, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ids() -> dict[tuple[str, tuple[str, ...], str | None], int]:
        rows = contest.connection.execute("SELECT * FROM boards").fetchall()
        return {(row["period"], tuple(row["sports"]), row["market"]): row["id"] for row in rows}

    play(contest, anna, NBA)
    settle_at()
    before = ids()
    play(contest, anna, NPB)
    settle_at()
    assert before.items() <= ids().items()
    after = ids()
    play(contest, anna, NBA)
    settle_at()
    assert ids() == after
    assert (wins(), wins(sport=NBA), wins(sport=NPB)) == ([3], [2], [1])
    set_pick_rules(monkeypatch)
    assert (profile("anna")["totals"]["wins"], profile("anna")["totals"]["rank"]) == (3, 1)


@pytest.mark.parametrize("period", ["day", "season", "all"])
def test_boards_are_found_when_the_table_of_sports_has_changed(
    contest: Contest, anna: int, monkeypatch: pytest.MonkeyPatch, period: str
) -> None:
    for sport in (NBA, NPB):
        play(contest, anna, sport)
    settle_at()
    before = board(period=period)
    assert before["leaderboard"]
    # Of the new sport's zone and season there is no other in the table.
    new = replace(SPORTS[NBA], key="surfing_wsl", zone="Pacific/Honolulu", season_start=(12, 31))
    monkeypatch.setattr(service, "SPORTS", SPORTS | {new.key: new})
    assert board(period=period) == before
    monkeypatch.setattr(service, "SPORTS", {key: SPORTS[key] for key in SPORTS if key != NPB})
    assert board(period="all")["leaderboard"][0]["wins"] == 2


def test_a_sport_that_leaves_the_table_loses_its_boards(
    contest: Contest, database: str, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sport in (NBA, NPB):
        play(contest, anna, sport)
    settle_at()
    left = {key: SPORTS[key] for key in SPORTS if key != NPB}
    monkeypatch.setattr(board_updates, "SPORTS", left)
    settle_at()
    assert sums(database) == expected(database, left, AT)
    assert len(kept(database)) == FOR_EACH


def test_a_sport_without_a_board_has_an_empty_one(contest: Contest, anna: int) -> None:
    play(contest, anna, NBA)
    settle_at()
    assert board(sport=EPL, period="week") == {
        "leaderboard": [],
        "starts_on": "2024-01-01",
        "ends_on": "2024-01-07",
        "as_of": None,
        "next_cursor": None,
    }


def test_a_sport_that_nobody_plays_holds_back_no_day(contest: Contest, anna: int) -> None:
    evening = datetime(2024, 1, 5, 11, tzinfo=UTC)  # 20:00 in Tokyo, 06:00 in New York
    for _ in range(2):
        play(contest, anna, NPB, evening - timedelta(hours=3))
    settle_at(evening)
    assert (board(evening, period="day")["starts_on"], wins(evening, period="day")) == ("2024-01-05", [2])
    play(contest, anna, NBA, evening - timedelta(hours=8))
    settle_at(evening)
    assert (board(evening, period="day")["starts_on"], wins(evening, period="day")) == ("2024-01-04", [1])
    noon = evening.replace(hour=17)
    settle_at(noon)
    assert (board(noon, period="day")["starts_on"], wins(noon, period="day")) == ("2024-01-05", [2])


def test_the_season_of_all_sports_has_the_settled_sports_seasons(contest: Contest, anna: int) -> None:
    play(contest, anna, NBA)
    play(contest, anna, NPB, TIP_OFF - timedelta(days=20))
    settle_at()
    seasons = [board(sport=sport, period="season") for sport in (NBA, NPB)]
    together = board(period="season")
    assert together["starts_on"] == min(season["starts_on"] for season in seasons)
    assert together["ends_on"] == max(season["ends_on"] for season in seasons)
    assert wins(period="season") == [sum(season["leaderboard"] != [] for season in seasons)]


def test_a_cursor_outlives_the_beginning_of_a_sport(contest: Contest) -> None:
    for sport in (NBA, NPB):
        for _ in range(2):
            play(contest, contest.user(), sport)
        settle_at()
        first = board(limit="1")
    play(contest, contest.user(), EPL)
    settle_at()
    whole = board()["leaderboard"]
    assert board(cursor=first["next_cursor"])["leaderboard"] == whole[1:]
    assert len(whole) == 5


def test_the_previous_release_knows_one_sport_and_the_next_settlement_makes_the_others_anew(
    contest: Contest, database: str, anna: int
) -> None:
    for sport in (NBA, NPB, EPL):
        play(contest, anna, sport)
    settle_at()
    # Its settlement drops what is not its own, whether it has anything to add or not.
    contest.connection.execute("DELETE FROM boards WHERE sports <> '{basketball_nba}'")
    assert wins() == wins(sport=NBA) == [1]
    settle_at()
    assert sums(database) == expected(database, SPORTS, AT)


def test_settled_sports_are_found_without_reading_their_games(databases: Databases) -> None:
    """Thirty sports with a thousand games each, and one whose only game is to come."""
    *played, next_one = sorted(SPORTS)[:31]
    with (
        databases.fresh() as url,
        psycopg.connect(url, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as connection,
    ):
        connection.execute("SET session_replication_role = replica")  # the results need not be there
        connection.execute(
            """
            INSERT INTO games (sport, home_team, away_team, local_date, commence_time, created_at, updated_at,
                               status, home_score, away_score, result_id, settled_result_id)
            SELECT sport, 'Home', 'Away', '2020-01-01'::date + day, now(), now(), now(), 'finished', 1, 0, 1, 1
            FROM unnest(%s::text[]) AS sport, generate_series(1, 1000) AS day
            """,
            (played,),
        )
        connection.execute(
            """
            INSERT INTO games (sport, home_team, away_team, local_date, commence_time, created_at, updated_at)
            VALUES (%s, 'Home', 'Away', '2024-01-01', now(), now(), now())
            """,
            (next_one,),
        )
        connection.execute("VACUUM ANALYZE games")
        assert queries.settled_sports(connection) == played
        assert blocks(connection) < 8 * (len(played) + 2)
