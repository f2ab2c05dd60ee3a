"""GET /games through the deployed file."""

import base64
import json
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.support.contest import Contest
from tests.support.gateway import Answer, call
from tests.support.markets import AWAY, CAPTURED, HOME, TIP_OFF, final, fixture, list_game, odds, record, store

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("open_roster")


def ask(**query: str) -> Answer:
    return call("list_games", "GET", "/games", query={name.rstrip("_"): value for name, value in query.items()} or None)


def slate(games: int) -> None:
    """Pairs of games with the same tip-off, inserted in no particular order."""
    store(
        *(
            odds(fixture(f"{number:032x}", home=f"Home {number}", tip_off=TIP_OFF + number // 2 * MINUTE))
            for number in reversed(range(games))
        )
    )


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [game["home_team"] for game in answer.body["games"]]


def pages(**query: str) -> list[list[tuple[str, int]]]:
    """Return tip-off and id of the games on each page."""
    found, cursor = [], None
    while cursor is not None or not found:
        answer = ask(**query, **({"cursor": cursor} if cursor else {}))
        found.append([(game["commence_time"], game["id"]) for game in answer.body["games"]])
        cursor = answer.body["next_cursor"]
    return found


def test_anybody_may_read_games_and_keep_them_for_half_a_minute(database: str) -> None:
    assert ask().body == {"games": [], "next_cursor": None}
    assert ask().headers["cache-control"] == "public, max-age=30"


def test_a_game_is_shown_with_its_quotes(database: str) -> None:
    known = list_game()
    (game,) = ask().body["games"]
    markets = game.pop("markets")
    assert game == {
        "id": known.id,
        "sport": "basketball_nba",
        "home_team": HOME,
        "away_team": AWAY,
        "day_number": 1,
        "commence_time": "2024-01-11T00:10:00Z",
        "status": "scheduled",
        "home_score": None,
        "away_score": None,
    }
    assert {
        (market["market"], quote["selection"]): quote["quote_id"] for market in markets for quote in market["quotes"]
    } == {side: quote.id for side, quote in known.quotes.items()}
    assert markets[1] == {
        "market": "spread",
        "captured_at": "2024-01-10T23:10:00Z",
        "quotes": [
            {
                "quote_id": known.quote("spread", selection).id,
                "selection": selection,
                "line": line,
                "price": -110,
                "probability": 0.5,
                "books": 2,
            }
            for selection, line in (("home", -2.5), ("away", 2.5))
        ],
    }


def test_games_that_are_over_keep_their_score_and_last_quotes(database: str) -> None:
    list_game()
    record(final(fixture(), 110, 105), at=TIP_OFF + timedelta(hours=3))
    (game,) = ask().body["games"]
    assert (game["status"], game["home_score"], game["away_score"]) == ("finished", 110, 105)
    assert [market["market"] for market in game["markets"]] == ["moneyline", "spread", "total"]


def test_pages_show_every_game_once_in_order(database: str, subtests: pytest.Subtests) -> None:
    slate(7)
    for sort, limit in product(("commence_time", "-commence_time"), (1, 2, 3, 7, 100)):
        with subtests.test(sort=sort, limit=limit):
            found = pages(sort=sort, limit=str(limit))
            shown = [game for page in found for game in page]
            assert shown == sorted(set(shown), reverse=sort.startswith("-"))
            assert (len(shown), len(found)) == (7, -(-7 // limit))
            assert max(map(len, found)) <= limit


def test_soonest_comes_first_unless_told_otherwise(database: str) -> None:
    slate(4)
    assert names(ask()) == names(ask(sort="commence_time"))
    assert names(ask(sort="-commence_time")) == names(ask())[::-1]


def test_a_cursor_keeps_to_its_filters(database: str) -> None:
    slate(6)
    assert [game for page in pages(team="home", limit="2") for game in page] == pages()[0]
    assert len(pages(team="Home 3", limit="1")) == 1


def test_a_game_between_pages_neither_hides_nor_repeats_others(database: str) -> None:
    slate(4)
    first = ask(limit="2")
    store(odds(fixture("f" * 32, home="Newcomer", tip_off=TIP_OFF - MINUTE)), at=CAPTURED + MINUTE)
    second = ask(limit="2", cursor=first.body["next_cursor"])
    assert names(first) + names(second) == ["Home 0", "Home 1", "Home 2", "Home 3"]


def test_one_status_can_be_asked_for(contest: Contest) -> None:
    scheduled, over, off = (contest.game(TIP_OFF + number * MINUTE) for number in range(3))
    contest.final(over, 110, 105)
    contest.void(off)
    for status, expected in {
        "scheduled": [scheduled],
        "finished": [over],
        "postponed": [off],
        "live": [],
        "cancelled": [],
        "review": [],
    }.items():
        assert [game["id"] for game in ask(status=status).body["games"]] == expected


def test_from_is_included_and_to_is_not(database: str) -> None:
    slate(6)
    start, end = TIP_OFF.isoformat(), (TIP_OFF + MINUTE).isoformat()
    assert sorted(names(ask(from_=end))) == ["Home 2", "Home 3", "Home 4", "Home 5"]
    assert sorted(names(ask(to=end))) == ["Home 0", "Home 1"]
    assert sorted(names(ask(from_=start, to=end))) == ["Home 0", "Home 1"]
    assert names(ask(from_="2024-01-10T19:11:00-05:00")) == names(ask(from_=end))


@pytest.fixture
def _teams(database: str, open_roster: None) -> None:
    pairs = [("Denver Nuggets", "Utah Jazz"), ("Montréal Canadiens", "100% _Real_"), ("Utah\\Hockey", "Boston Celtics")]
    store(
        *(
            odds(fixture(f"{place:032x}", home=home, away=away, tip_off=TIP_OFF + place * MINUTE))
            for place, (home, away) in enumerate(pairs)
        )
    )


FOUND: dict[str, list[str]] = {
    "Denver Nuggets": ["Denver Nuggets"],
    "nugg": ["Denver Nuggets"],
    "UTAH": ["Denver Nuggets", "Utah\\Hockey"],
    "montréal": ["Montréal Canadiens"],
    "MONTRÉAL": ["Montréal Canadiens"],
    "celtics": ["Utah\\Hockey"],
    "%": ["Montréal Canadiens"],
    "_": ["Montréal Canadiens"],
    "\\": ["Utah\\Hockey"],
    "t%h": [],
    "Utah Jazzz": [],
    "' OR true --": [],
}
"""The home teams of the games that are found by a part of a name."""


@pytest.mark.usefixtures("_teams")
def test_a_team_is_found_by_a_part_of_its_name(subtests: pytest.Subtests) -> None:
    for team, home_teams in FOUND.items():
        with subtests.test(team=team):
            assert names(ask(team=team)) == home_teams


def test_a_date_is_the_whole_day_in_utc(database: str) -> None:
    day = TIP_OFF.replace(hour=0, minute=0, second=0, microsecond=0)
    tip_offs = {"before": -MINUTE, "first": 0 * MINUTE, "last": 24 * 60 * MINUTE - MINUTE, "after": 24 * 60 * MINUTE}
    store(
        *(
            odds(fixture(f"{place:032x}", home=name, away=f"{name}'s guest", tip_off=day + since))
            for place, (name, since) in enumerate(tip_offs.items())
        )
    )
    date = day.date().isoformat()
    assert names(ask(**{"from": date, "to": date})) == ["first", "last"]
    assert names(ask(to=date)) == ["before", "first", "last"]
    assert names(ask(to=day.isoformat())) == ["before"]


def test_filters_hold_together(database: str) -> None:
    slate(4)
    assert names(ask(sport="basketball_nba", status="scheduled", team="home 1", to="2030-01-01T00:00:00Z")) == [
        "Home 1"
    ]
    assert names(ask(status="finished", team="home 1")) == []


BAD: list[tuple[dict[str, str], str]] = [
    ({"sport": "curling"}, "sport"),
    ({"status": "over"}, "status"),
    ({"status": ""}, "status"),
    ({"from": "yesterday"}, "from"),
    ({"from": "2024-01-10Z"}, "from"),
    ({"from": "2024-01-10T00:00:00"}, "from"),
    ({"from": "1704844800"}, "from"),
    ({"to": "2024-13-01T00:00:00Z"}, "to"),
    ({"from": "2024-01-10T00:00:00Z", "to": "2024-01-10T00:00:00Z"}, "to"),
    ({"from": "2024-01-11T00:00:00Z", "to": "2024-01-10T00:00:00Z"}, "to"),
    ({"team": ""}, "team"),
    ({"team": "x" * 101}, "team"),
    ({"team": "a\0b"}, "team"),
    ({"sort": "id"}, "sort"),
    ({"sort": "+commence_time"}, "sort"),
    ({"limit": "0"}, "limit"),
    ({"limit": "101"}, "limit"),
    ({"teams": "Jazz"}, "teams"),
]
"""Queries that are refused, and the parameter that is named."""


def test_a_bad_filter_is_named(database: str, subtests: pytest.Subtests) -> None:
    for query, field in BAD:
        with subtests.test(query=query):
            answer = call("list_games", "GET", "/games", query=query)
            answer.problem(422, "INVALID_VALUE")
            assert answer.fields() == {field}
            assert "public" not in answer.headers["cache-control"]


def cursor(*position: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "rubbish",
        cursor("commence_time", "2024-01-11T00:10:00+00:00"),
        cursor("2024-01-11T00:10:00+00:00", 1),
        cursor("commence_time", "2024-01-11T00:10:00", 1),
        cursor("commence_time", "tomorrow", 1),
        cursor("commence_time", "2024-01-11T00:10:00+00:00", 2**63),
        cursor("-commence_time", "2024-01-11T00:10:00+00:00", 1),
        "x" * 513,
    ],
)
def test_a_cursor_that_this_list_did_not_write(database: str, bad: str) -> None:
    answer = ask(cursor=bad)
    assert answer.status == 422, answer.body
    assert answer.fields() == {"cursor"}


def test_a_cursor_of_the_other_order_is_refused(database: str) -> None:
    slate(3)
    one, other = ask(limit="1"), ask(limit="1", sort="-commence_time")
    for cursor, sort in ((one.body["next_cursor"], "-commence_time"), (other.body["next_cursor"], "commence_time")):
        answer = ask(cursor=cursor, sort=sort)
        answer.problem(422, "INVALID_CURSOR")
        assert answer.fields() == {"cursor"}
