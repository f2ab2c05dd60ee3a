"""Any damage to a good answer: what can still be read is what is stored, the rest stays, and age tells the truth."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.jobs.freshness import last_good
from pickvs.jobs.runs import IngestionFailed
from pickvs.markets.providers.odds_api_parsing import read_odds
from pickvs.markets.rules import consensus
from pickvs.markets.values import MARKETS
from tests.support.functions import load
from tests.support.ingestion import Surroundings
from tests.support.odds_api import Reply, event, h2h, score, spreads, totals

NBA = "basketball_nba"
NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)
NIGHT = datetime(2024, 1, 11, 1, tzinfo=UTC)
"""When the games are under way."""
TEAMS = [("Denver Nuggets", "Los Angeles Lakers"), ("Utah Jazz", "Miami Heat"), ("Boston Celtics", "Atlanta Hawks")]
BOOKS = ("draftkings", "fanduel", "betmgm")
MISSING = object()

type Answer = list[dict[str, Any]]


def offered(price: int) -> Answer:
    """Return odds on three games at three bookmakers, whose prices depend on `price`."""
    markets = [h2h(price, 150), spreads(-2.5, price), totals(220.5, price)]
    return [event(number, *teams, books=dict.fromkeys(BOOKS, markets)) for number, teams in enumerate(TEAMS, 1)]


def played(points: int) -> Answer:
    """Return live scores of the three games."""
    return [score(number, *teams, points, 99, completed=False) for number, teams in enumerate(TEAMS, 1)]


@dataclass(frozen=True)
class Damage:
    """Makes a field of some parts unreadable, or drops parts from their lists. pick: which of the parts; None: all."""

    level: str
    field: str
    value: Any
    pick: frozenset[int] | None

    @property
    def is_withdrawal(self) -> bool:
        """Whether what remains is well-formed: bookmakers that are gone, or that say that they offer less."""
        return self.value is WITHDRAWN

    def act(self, answer: Answer) -> None:
        parts = list(PARTS[self.level](answer))
        for number, part in enumerate(parts):
            if self.pick is None or number in {each % len(parts) for each in self.pick}:
                if self.value is MISSING:
                    part.pop(self.field, None)
                else:
                    part[self.field] = [] if self.is_withdrawal else self.value


WITHDRAWN = object()


def is_readable(now: Any, good: Any, field: str = "") -> bool:
    """Return whether a part is as in a good answer, except for bookmakers that are gone or that offer less."""
    if field in ("bookmakers", "markets") and now == []:
        return True
    if type(now) is not type(good):
        return False
    if isinstance(good, dict):
        return now.keys() == good.keys() and all(is_readable(now[name], good[name], name) for name in good)
    if isinstance(good, list):
        return len(now) == len(good) and all(map(is_readable, now, good))
    return bool(now == good)


def children(parts: Iterator[Any], field: str) -> Iterator[dict[str, Any]]:
    for part in parts:
        listed = part.get(field)
        yield from (each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, dict))


PARTS: dict[str, Callable[[Answer], Iterator[dict[str, Any]]]] = {
    "events": iter,
    "bookmakers": lambda answer: children(iter(answer), "bookmakers"),
    "markets": lambda answer: children(PARTS["bookmakers"](answer), "markets"),
    "outcomes": lambda answer: children(PARTS["markets"](answer), "outcomes"),
    "scores": lambda answer: children(iter(answer), "scores"),
}
WRONG: list[tuple[str, str, list[Any]]] = [
    ("events", "id", [None, 7, "", "an id", {}]),
    ("events", "sport_key", [None, "basketball_wnba", 7]),
    ("events", "home_team", [None, "", 7, {"name": "Denver Nuggets"}]),
    ("events", "away_team", [None, "\n", []]),
    ("events", "commence_time", [None, 1_704_931_800, "soon", "2024-01-11T00:10:00", ""]),
]
WRONG_ODDS = [
    *WRONG,
    ("events", "bookmakers", [None, {}, 7, "none", WITHDRAWN]),
    ("bookmakers", "key", [None, 7, "", "draft kings"]),
    ("bookmakers", "markets", [None, {}, "h2h", WITHDRAWN]),
    ("markets", "key", [None, 7, "h2h_v5", "moneyline", "h2h"]),
    ("markets", "outcomes", [None, [], {}, "none", [7]]),
    ("outcomes", "name", [None, 7, "nobody", ""]),
    ("outcomes", "price", [None, "-110", 1.91, -110.5, 99, True, []]),
]
WRONG_SCORES = [
    *WRONG,
    ("events", "completed", [None, "false", 0]),
    ("events", "scores", [{}, 7, "99:98", []]),
    ("scores", "name", [None, 7, "nobody"]),
    ("scores", "score", [None, 99.5, "99.5", "many", -1, True]),
]


def damages(wrong: list[tuple[str, str, list[Any]]]) -> st.SearchStrategy[list[Damage]]:
    def one(row: tuple[str, str, list[Any]]) -> st.SearchStrategy[Damage]:
        level, field, values = row
        optional = (level, field) == ("events", "scores")  # a game to come has none
        return st.builds(
            Damage,
            st.just(level),
            st.just(field),
            st.sampled_from(values if optional else [*values, MISSING]),
            st.none() | st.frozensets(st.integers(0, 53), min_size=1, max_size=20),
        )

    return st.lists(st.sampled_from(wrong).flatmap(one), min_size=1, max_size=3)


HOUSE = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def run(around: Surroundings, function: str, kind: str, answer: Answer, at: datetime) -> dict[str, Any]:
    around.server.answer(kind, Reply(answer))
    with clock.held_at(at), suppress(IngestionFailed):
        load(f"{function}/handler").handler({}, None)
    return around.runs()[-1]


def good_at(job: str) -> dict[str, datetime]:
    with transaction() as connection:
        return {part: at for (_, _, part), at in last_good(connection, job).items()}


def in_force(around: Surroundings) -> dict[tuple[str, str], dict[str, tuple[Any, ...]]]:
    """Return id, line, price and time of each quote in force, by home team and market, and by selection."""
    found: dict[tuple[str, str], dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for row in around.rows(
        """
        SELECT home_team, market, selection, quotes.id, line, price, captured_at
        FROM quotes JOIN games ON games.id = game_id WHERE superseded_at IS NULL
        """
    ):
        side = (row["id"], row["line"], row["price"], row["captured_at"])
        found[row["home_team"], row["market"]][row["selection"]] = side
    return dict(found)


def test_odds(around: Surroundings) -> None:
    seconds = count()

    @HOUSE
    @example([Damage("outcomes", "price", "-110", None)])
    @example([Damage("events", "commence_time", 1_704_931_800, None)])
    @example([Damage("events", "bookmakers", WITHDRAWN, None)])
    @example([Damage("bookmakers", "key", None, frozenset({0, 1, 3, 4}))])
    @example([Damage("markets", "key", "h2h", frozenset({0}))])
    @example([Damage("bookmakers", "key", None, frozenset({0})), Damage("events", "bookmakers", WITHDRAWN, None)])
    @given(damages(WRONG_ODDS))
    def check(damage: list[Damage]) -> None:
        assert run(around, "fetch_odds", "odds", offered(-140), NOON + timedelta(seconds=next(seconds)))
        before, facts = in_force(around), around.facts()
        assert len(before) == 9
        # Half of the time with other prices, so that it shows what was stored and what was left.
        price = -140 if damage[0].pick else -135
        answer = offered(price)
        for each in damage:
            each.act(answer)
        at = NOON + timedelta(seconds=next(seconds))
        row = run(around, "fetch_odds", "odds", answer, at)
        after = in_force(around)

        damaged = not is_readable(answer, offered(price))
        assert row["status"] in (("partial", "failed") if damaged else ("succeeded", "failed"))
        assert (row["counts"]["skipped_percent"] > 0) == bool(row["skipped"])
        if row["status"] == "failed":
            assert around.facts() == facts
        read = {item.fixture.home_team: item for item in read_odds(json.dumps(answer).encode(), NBA).items}
        for (team, market), quotes in before.items():
            agreed = consensus(read[team].markets, market) if team in read else None  # type: ignore[arg-type]
            says = {side.selection: (side.line, side.price) for side in agreed.sides} if agreed else {}
            now = after.get((team, market), {})
            as_read = now.keys() == says.keys() and all(
                side[1:] == (*says[selection], at) for selection, side in now.items()
            )
            assert as_read or now == quotes, (team, market)
            if not as_read:
                assert row["status"] in ("partial", "failed")
            if not any(each.is_withdrawal for each in damage):
                assert now, "damage withdraws nothing"

        latest = {name: max((at for market, at in captured(around) if market == name)) for name in MARKETS}
        assert good_at("fetch_odds") == latest

    check()


def captured(around: Surroundings) -> list[tuple[str, datetime]]:
    return [(row["market"], row["captured_at"]) for row in around.rows("SELECT market, captured_at FROM quotes")]


def test_scores(around: Surroundings) -> None:
    seconds = count()
    assert run(around, "fetch_odds", "odds", offered(-140), NOON)["status"] == "succeeded"

    @HOUSE
    @example([Damage("scores", "score", 99.5, None)])
    @example([Damage("events", "completed", 0, frozenset({0}))])
    @given(damages(WRONG_SCORES))
    def check(damage: list[Damage]) -> None:
        number = next(seconds)
        begun = NIGHT + timedelta(seconds=2 * number)
        assert run(around, "process_results", "scores", played(1 + 2 * number % 200), begun)["status"] == "succeeded"
        answer = played(2 + 2 * number % 200)
        good = [json.dumps(game) for game in answer]  # as texts: `false` is not 0 there
        for each in damage:
            each.act(answer)
        whole = {game["home_team"] for game in answer if json.dumps(game) in good}
        assume(len(whole) < len(TEAMS))
        at = begun + timedelta(seconds=1)
        row = run(around, "process_results", "scores", answer, at)

        games = around.rows("SELECT home_team, status, home_score FROM games ORDER BY id")
        assert row["status"] == ("partial" if whole else "failed")
        assert {game["home_team"]: game["home_score"] for game in games} == {
            team: (2 if team in whole else 1) + 2 * number % 200 for team, _ in TEAMS
        }
        assert {game["status"] for game in games} == {"live"}
        assert good_at("process_results") == {"all": at if whole else begun}

    check()
