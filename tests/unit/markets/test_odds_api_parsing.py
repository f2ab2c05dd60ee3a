"""Answers of The Odds API: what is parsed, what is skipped and why. A skipped part does not affect the rest."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from pickvs.jobs.errors import BadAnswer
from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers.odds_api_parsing import SkippedOdds, read_odds, read_scores
from pickvs.markets.values import Fixture, GameOdds, GameScore, Offer
from tests.support.markets import unread_of
from tests.support.odds_api import event, h2h, score, spreads, totals

NBA = "basketball_nba"
HOME, AWAY = "Denver Nuggets", "Los Angeles Lakers"


def read(*events: Any) -> Capture[GameOdds]:
    return read_odds(json.dumps(events).encode(), NBA)


def read_final(*events: Any) -> Capture[GameScore]:
    return read_scores(json.dumps(events).encode(), NBA)


def changed(make: Callable[[], dict[str, Any]], *path: str | int, to: Any) -> dict[str, Any]:
    """Return a fresh answer with the value at `path` replaced."""
    made = make()
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return made


def without(make: Callable[[], dict[str, Any]], *path: str | int) -> dict[str, Any]:
    made = make()
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return made


def whole() -> dict[str, Any]:
    """Return two books with all three markets, and the outcomes sorted by name as the provider sorts them."""
    markets = [h2h(-140, 120), spreads(-2.5), totals(220.5, -108, -112)]
    return event(1, HOME, AWAY, books={"draftkings": markets, "fanduel": markets})


def test_a_whole_event_is_read_by_name() -> None:
    capture = read(whole())
    assert capture.skipped == ()
    (game,) = capture.items
    tip_off = datetime(2024, 1, 11, 0, 10, tzinfo=UTC)
    assert game.fixture == Fixture(f"{1:032x}", NBA, HOME, AWAY, tip_off)
    assert game.unread == frozenset()
    assert capture.skipped_share == 0
    moved = datetime(2024, 1, 10, 12, 0, tzinfo=UTC)
    assert {(m.bookmaker, m.market) for m in game.markets} == {
        (book, market) for book in ("draftkings", "fanduel") for market in ("moneyline", "spread", "total")
    }
    draftkings = {m.market: set(m.offers) for m in game.markets if m.bookmaker == "draftkings"}
    assert draftkings == {
        "moneyline": {Offer("home", None, -140), Offer("away", None, 120)},
        "spread": {Offer("home", Decimal("-2.5"), -110), Offer("away", Decimal("2.5"), -110)},
        "total": {Offer("over", Decimal("220.5"), -108), Offer("under", Decimal("220.5"), -112)},
    }
    assert {m.updated_at for m in game.markets} == {moved}


@pytest.mark.parametrize("reverse", [False, True])
def test_the_order_of_outcomes_means_nothing(reverse: bool) -> None:
    made = event(1, HOME, AWAY, books={"a": [spreads(-2.5, -105, -115)]})
    outcomes = made["bookmakers"][0]["markets"][0]["outcomes"]
    outcomes.sort(key=lambda outcome: outcome["name"], reverse=reverse)
    (game,) = read(made).items
    assert set(game.markets[0].offers) == {Offer("home", Decimal("-2.5"), -105), Offer("away", Decimal("2.5"), -115)}


def test_no_line_ever_was_a_float() -> None:
    body = b'[{"point": 220.1}]'
    assert read_odds(body, NBA).skipped == (Skipped("the event has no readable id"),)
    (game,) = read(event(1, HOME, AWAY, books={"a": [totals(220.25)]})).items
    assert game.markets[0].offers[0].line == Decimal("220.25")
    assert isinstance(game.markets[0].offers[0].line, Decimal)


def test_draw_is_a_side_of_the_moneyline() -> None:
    (game,) = read(event(1, HOME, AWAY, books={"a": [h2h(-140, 120, draw=240)]})).items
    assert Offer("draw", None, 240) in game.markets[0].offers


def test_a_pickem_is_read_as_zero_on_both_sides() -> None:
    (game,) = read(event(1, HOME, AWAY, books={"a": [spreads(-0.0)]})).items
    lines = [offer.line for offer in game.markets[0].offers]
    assert [(line, line is not None and line.is_signed()) for line in lines] == [(0, False), (0, False)]


def test_games_in_play_and_games_without_bookmakers_are_known() -> None:
    capture = read(event(1, HOME, AWAY, "2020-01-01T00:00:00Z", books={"a": [h2h(-140, 120)]}), event(2, AWAY, HOME))
    assert [len(game.markets) for game in capture.items] == [1, 0]
    assert capture.skipped == ()


def test_markets_nobody_asked_for_are_passed_over() -> None:
    lay = {**h2h(110, -120), "key": "h2h_lay"}
    capture = read(event(1, HOME, AWAY, books={"betfair": [h2h(-140, 120), lay]}))
    assert [market.market for market in capture.items[0].markets] == ["moneyline"]
    assert capture.skipped == ()
    assert capture.items[0].unread == frozenset()


def test_a_market_under_another_name_is_unreadable_and_not_withdrawn() -> None:
    capture = read(event(1, HOME, AWAY, books={"a": [h2h(-140, 120), {**spreads(-2.5), "key": "handicaps"}]}))
    assert capture.skipped == (SkippedOdds("the market is none of the requested", f"{1:032x}", "a"),)
    assert capture.items[0].unread == unread_of("a")
    assert [market.market for market in capture.items[0].markets] == ["moneyline"]


def test_a_side_that_is_not_offered_is_no_error() -> None:
    made = without(whole, "bookmakers", 0, "markets", 1, "outcomes", 0)
    capture = read(made)
    assert capture.skipped == ()
    spread = next(m for m in capture.items[0].markets if (m.bookmaker, m.market) == ("draftkings", "spread"))
    assert len(spread.offers) == 1


def test_the_title_and_the_times_of_last_change_are_optional() -> None:
    made = without(whole, "sport_title")
    for book in made["bookmakers"]:
        del book["last_update"]
        for market in book["markets"]:
            del market["last_update"]
    (game,) = read(made).items
    assert {market.updated_at for market in game.markets} == {None}


def test_the_bookmakers_time_stands_in_for_the_markets() -> None:
    made = without(whole, "bookmakers", 0, "markets", 0, "last_update")
    made["bookmakers"][0]["last_update"] = "2024-01-10T11:00:00Z"
    (game,) = read(made).items
    assert game.markets[0].updated_at == datetime(2024, 1, 10, 11, tzinfo=UTC)


BROKEN_EVENTS: list[tuple[Any, str]] = [
    (None, "not an object"),
    ("event", "not an object"),
    ([], "not an object"),
    (without(whole, "id"), "no readable id"),
    (changed(whole, "id", to=7), "no readable id"),
    (changed(whole, "id", to="a\x00b"), "no readable id"),
    (changed(whole, "id", to="x" * 65), "no readable id"),
    (without(whole, "sport_key"), "another sport"),
    (changed(whole, "sport_key", to="icehockey_nhl"), "another sport"),
    (changed(whole, "home_team", to=None), "home_team"),
    (changed(whole, "home_team", to="  "), "home_team"),
    (changed(whole, "away_team", to="Lakers\x00"), "away_team"),
    (changed(whole, "away_team", to="half \ud800"), "away_team"),
    (changed(whole, "away_team", to="x" * 101), "away_team"),
    (changed(whole, "away_team", to=HOME), "the same"),
    (without(whole, "commence_time"), "commence_time"),
    (changed(whole, "commence_time", to=1731070100), "commence_time"),
    (changed(whole, "commence_time", to="soon"), "commence_time"),
    (changed(whole, "commence_time", to="2024-01-11T00:10:00"), "commence_time"),
    (changed(whole, "commence_time", to="0001-01-01T00:00:00+14:00"), "commence_time"),
    (without(whole, "bookmakers"), "bookmakers"),
    (changed(whole, "bookmakers", to={"key": "a"}), "bookmakers"),
]


@pytest.mark.parametrize(("broken", "reason"), BROKEN_EVENTS, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("place", [0, 25, 49])
def test_one_broken_event_among_fifty_costs_one_event(broken: Any, reason: str, place: int) -> None:
    events = [event(number, f"Home {number}", f"Away {number}") for number in range(100, 149)]
    events.insert(place, broken)
    capture = read(*events)
    assert [game.fixture.home_team for game in capture.items] == [f"Home {number}" for number in range(100, 149)]
    (skipped,) = capture.skipped
    assert reason in skipped.reason
    assert skipped.provider_id in (None, f"{1:032x}")


FIRST = ("bookmakers", 0, "markets", 0)
SECOND = ("bookmakers", 0, "markets", 1)
THIRD = ("bookmakers", 0, "markets", 2)
BROKEN_MARKETS: list[tuple[dict[str, Any], str, str | None]] = [
    (without(whole, *FIRST, "outcomes"), "outcomes", "moneyline"),
    (changed(whole, *FIRST, "outcomes", to=[]), "outcomes", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, to="home"), "not an object", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "name", to="Denver"), "not one of the event's sides", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "name", to=["Denver"]), "not one of the event's sides", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "name", to=AWAY), "twice", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "price", to=1.91), "price", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "price", to=150.0), "price", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "price", to=2), "price", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "price", to=-99), "price", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "price", to=True), "price", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "price", to="-110"), "price", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "price", to=10**9), "price", "moneyline"),
    (changed(whole, *FIRST, "outcomes", 0, "price", to=10**400), "price", "moneyline"),
    (without(whole, *FIRST, "outcomes", 0, "price"), "price", "moneyline"),
    (without(whole, *SECOND, "outcomes", 0, "point"), "point", "spread"),
    (changed(whole, *SECOND, "outcomes", 0, "point", to="-2.5"), "point", "spread"),
    (changed(whole, *SECOND, "outcomes", 0, "point", to=1e300), "point", "spread"),
    (changed(whole, *SECOND, "outcomes", 0, "point", to=2.3), "point", "spread"),
    (changed(whole, *SECOND, "outcomes", 0, "point", to=2000), "point", "spread"),
    (changed(whole, *SECOND, "outcomes", 0, "point", to=3.5), "add up", "spread"),
    (changed(whole, *THIRD, "outcomes", 0, "point", to=221.5), "different points", "total"),
    (changed(whole, *THIRD, "outcomes", 0, "point", to=0), "point", "total"),
    (changed(whole, *THIRD, "outcomes", 0, "name", to=HOME), "not one of the event's sides", "total"),
    (changed(whole, *THIRD, "key", to="h2h"), "twice", "moneyline"),
    (without(whole, *THIRD, "key"), "no key", None),
    (changed(whole, *THIRD, to=3), "no key", None),
]


@pytest.mark.parametrize(("made", "reason", "market"), BROKEN_MARKETS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_broken_market_costs_that_market_of_that_book(made: dict[str, Any], reason: str, market: str | None) -> None:
    capture = read(made)
    (game,) = capture.items
    (skipped,) = capture.skipped
    assert reason in skipped.reason
    assert (skipped.provider_id, skipped.bookmaker, skipped.market) == (f"{1:032x}", "draftkings", market)
    told_apart = market is not None and "occurs twice at one" not in skipped.reason
    assert game.unread == ({("draftkings", market)} if told_apart else unread_of("draftkings"))
    assert capture.skipped_share == Fraction(1, 6)
    kept = [m.bookmaker for m in game.markets]
    assert kept.count("fanduel") == 3
    assert kept.count("draftkings") == 2


@pytest.mark.parametrize(
    ("made", "reason", "bookmaker"),
    [
        (changed(whole, "bookmakers", 0, to=None), "no readable key", None),
        (without(whole, "bookmakers", 0, "key"), "no readable key", None),
        (changed(whole, "bookmakers", 0, "key", to="draft\x00kings"), "no readable key", None),
        (changed(whole, "bookmakers", 0, "markets", to=None), "not a list", "draftkings"),
        (changed(whole, "bookmakers", 0, "key", to="fanduel"), "twice", "fanduel"),
    ],
)
def test_a_broken_bookmaker_costs_that_bookmaker(made: dict[str, Any], reason: str, bookmaker: str | None) -> None:
    capture = read(made)
    (game,) = capture.items
    (skipped,) = capture.skipped
    assert reason in skipped.reason
    assert skipped.bookmaker == bookmaker
    assert [m.bookmaker for m in game.markets] == ["fanduel"] * 3
    assert game.unread == unread_of(bookmaker)
    assert capture.skipped_share == Fraction(1, 2)


def test_an_id_that_occurs_twice_is_read_once() -> None:
    first, second = whole(), changed(whole, "commence_time", to="2024-01-12T00:10:00Z")
    capture = read(first, second)
    assert [game.fixture.commence_time.day for game in capture.items] == [11]
    assert "twice" in capture.skipped[0].reason
    assert [game.fixture.commence_time.day for game in read(changed(whole, "bookmakers", to=0), second).items] == [12]


def test_an_empty_list_is_an_answer() -> None:
    for capture in (read(), read_final()):
        assert (capture.items, capture.skipped, capture.skipped_share) == ((), (), 0)


def test_the_share_is_that_of_the_level_that_lost_most() -> None:
    def broken(number: int) -> dict[str, Any]:
        return {**whole(), "id": f"{number:032x}", "commence_time": 7}

    silent = event(5, AWAY, HOME)
    no_prices = event(6, HOME, AWAY, books={"a": [h2h(1, 1)]})
    assert read(whole(), broken(2), broken(3), broken(4)).skipped_share == Fraction(3, 4)
    assert read(broken(2), broken(3)).skipped_share == 1
    assert read(broken(2), silent).skipped_share == Fraction(1, 2)
    assert read(no_prices, silent).skipped_share == 1, "an event without bookmakers has no price either"
    assert read(no_prices, whole(), broken(2), broken(3)).skipped_share == Fraction(1, 2)
    over, upcoming = score(1, HOME, AWAY, 101, 99), score(2, HOME, AWAY)
    no_score = {**score(3, HOME, AWAY, 101, 99), "scores": "101:99"}
    assert read_final(over, no_score, no_score, upcoming).skipped_share == Fraction(2, 3)
    assert read_final(no_score, upcoming, upcoming).skipped_share == 1
    assert read_final(over, {**upcoming, "id": 7}).skipped_share == Fraction(1, 2)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not complete JSON"),
        (b"<html><body>Bad gateway</body></html>", "looks like HTML"),
        (b"<!DOCTYPE html>", "looks like HTML"),
        (b'[{"id": "abc', "not complete JSON"),
        (b"[NaN]", "not complete JSON"),
        (b"\xff\xfe\x00", "not complete JSON"),
        (b"[" * 200_000, "not complete JSON"),
        (b'{"message": "hello"}', "not a list: dict"),
        (b"null", "not a list: NoneType"),
    ],
)
def test_what_is_no_list_is_no_answer(body: bytes, says: str) -> None:
    for read_one in (read_odds, read_scores):
        with pytest.raises(BadAnswer, match=says) as caught:
            read_one(body, NBA)
        assert caught.value.__context__ is None


# ------------------------------------------------------------------------------------------------------------ scores


def final() -> dict[str, Any]:
    return score(1, HOME, AWAY, 110, 105)


@pytest.mark.parametrize("reverse", [False, True])
def test_scores_are_matched_by_name(reverse: bool) -> None:
    made = final()
    made["scores"].sort(key=lambda entry: entry["name"], reverse=reverse)
    capture = read_final(made)
    assert [(game.completed, game.home_score, game.away_score) for game in capture.items] == [(True, 110, 105)]
    assert capture.skipped == ()


def test_before_the_start_there_are_no_scores_and_under_way_they_are_not_final() -> None:
    capture = read_final(score(1, HOME, AWAY), score(2, AWAY, HOME, 48, 51, completed=False))
    assert [(game.completed, game.home_score, game.away_score) for game in capture.items] == [
        (False, None, None),
        (False, 48, 51),
    ]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (changed(final, "scores", to=None), "no scores"),
        (changed(final, "scores", to=[]), "one for each team"),
        (changed(final, "scores", to={"home": 1}), "not a list"),
        (changed(final, "scores", to=["110", "105"]), "not a list"),
        (without(final, "scores", 1), "one for each team"),
        (changed(final, "scores", 0, "name", to=HOME), "one for each team"),
        (without(final, "scores", 0, "name"), "one for each team"),
        (changed(final, "scores", 0, "score", to=None), "whole number"),
        (changed(final, "scores", 0, "score", to=""), "whole number"),
        (changed(final, "scores", 0, "score", to="-1"), "whole number"),
        (changed(final, "scores", 0, "score", to="12.5"), "whole number"),
        (changed(final, "scores", 0, "score", to=12.5), "whole number"),
        (changed(final, "scores", 0, "score", to="١٢"), "whole number"),
        (changed(final, "scores", 0, "score", to="99999"), "whole number"),
        (changed(final, "scores", 0, "score", to=True), "whole number"),
        (changed(final, "completed", to="true"), "completed"),
        (without(final, "completed"), "completed"),
        (changed(final, "sport_key", to="icehockey_nhl"), "another sport"),
        (changed(final, "commence_time", to=1731070100), "commence_time"),
    ],
)
def test_a_broken_score_costs_one_game(made: dict[str, Any], reason: str) -> None:
    capture = read_final(score(2, AWAY, HOME, 99, 98), made, score(3, AWAY, "Utah Jazz", 90, 91))
    assert [(game.home_score, game.away_score) for game in capture.items] == [(99, 98), (90, 91)]
    (skipped,) = capture.skipped
    assert reason in skipped.reason
    assert skipped.provider_id == f"{1:032x}"


def test_a_bare_number_is_a_score_too() -> None:
    made = changed(final, "scores", 0, "score", to=105)
    assert read_final(made).items == read_final(final()).items


class TestNamesWithinAnEvent:
    """The provider may spell a team in two ways in one event."""

    def test_an_outcome_may_be_written_differently(self) -> None:
        event = {
            "id": "a" * 32,
            "sport_key": "basketball_nba",
            "commence_time": "2024-01-11T00:10:00Z",
            "home_team": "LA Clippers",
            "away_team": "Phoenix Suns",
            "bookmakers": [
                {
                    "key": "fanduel",
                    "markets": [
                        {
                            "key": "h2h",
                            "outcomes": [
                                {"name": "L.A. CLIPPERS", "price": -140},
                                {"name": "Phoenix  Suns", "price": 120},
                            ],
                        }
                    ],
                }
            ],
        }
        capture = read_odds(json.dumps([event]).encode(), "basketball_nba")
        [market] = capture.items[0].markets
        assert [(offer.selection, offer.price) for offer in market.offers] == [("home", -140), ("away", 120)]

    @pytest.mark.parametrize(
        ("names", "score"),
        [
            (("L.A. Clippers", "phoenix suns"), [(110, 105, ())]),
            (("Phoenix Suns", "LA Clippers"), [(105, 110, ())]),
            (("Sails", "Phoenix Suns"), [(None, None, (("Sails", 110), ("Phoenix Suns", 105)))]),
            (("Sails", "Desert"), [(None, None, (("Sails", 110), ("Desert", 105)))]),
            (("LA Clippers", "L.A. Clippers"), []),
            (("Sails", "sails"), []),
        ],
    )
    def test_a_score_may_be_written_differently(self, names: tuple[str, str], score: list[Any]) -> None:
        event = {
            "id": "a" * 32,
            "sport_key": "basketball_nba",
            "commence_time": "2024-01-11T00:10:00Z",
            "completed": True,
            "home_team": "LA Clippers",
            "away_team": "Phoenix Suns",
            "scores": [{"name": names[0], "score": "110"}, {"name": names[1], "score": "105"}],
        }
        capture = read_scores(json.dumps([event]).encode(), "basketball_nba")
        assert [(item.home_score, item.away_score, item.by_name) for item in capture.items] == score
