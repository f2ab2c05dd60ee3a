"""Recorded weeks, morning by morning, through the deployed functions. An oracle checks every pick.

They are the weeks in which the recording is at its worst. In November games have two ids. In January one game, and in
April three, never get a result. In April the times change most. `make replay SEASON=folder` plays a whole season.

The test controls the clock. Each morning it fetches the odds, then places three picks on every game that is on the
board for the last time. The next morning it fetches the scores. The oracle reads the recordings, not the code.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.markets.providers import odds_api
from pickvs.sports.rules import SPORTS
from pickvs.standings.board_updates import service as standings
from tests.support import snapshot
from tests.support.accounts import set_sign_in_limits
from tests.support.alarms import watch_clocks
from tests.support.boards import expected, sums
from tests.support.databases import Databases
from tests.support.evening import PASSWORD_HASH
from tests.support.exports import elsewhere, exporting
from tests.support.gateway import call
from tests.support.ingestion import ingesting
from tests.support.odds_api import OddsApiServer
from tests.support.season import NEW_YORK, GameKey, Playback, Season, parse, read_season

USERS = ("anna", "bert", "carl")
MARKETS = ("moneyline", "spread", "total")
SPANS = (
    (date(2023, 11, 9), date(2023, 11, 24)),
    (date(2024, 1, 16), date(2024, 1, 18)),
    (date(2024, 4, 13), date(2024, 4, 23)),
)
"""First and last days of the games that are played."""


@dataclass
class Placed:
    """A pick as the oracle knows it, taken from the answer of POST /picks."""

    key: GameKey
    user: str
    market: str
    selection: str
    line: Decimal | None
    price: int
    stake: Decimal


@pytest.fixture(scope="module")
def season(recordings: Path) -> Season:
    return read_season(recordings).of(*SPANS)


class Replay(Playback):
    """Plays a season into one database and places picks."""

    def __init__(self, season: Season, server: OddsApiServer, deliveries: int) -> None:
        super().__init__(season, server, deliveries)
        self.placed: list[Placed] = []

    def play(self, url: str) -> None:
        users = make_users(url)
        for moment in self.mornings():
            self.place_picks(moment, users)

    def place_picks(self, moment: datetime, users: dict[str, int]) -> None:
        """Place three picks on each game that no later capture shows: one in each market, each by a different user."""
        with clock.held_at(moment + timedelta(minutes=5)):
            chosen: dict[str, list[tuple[dict[str, Any], Placed]]] = defaultdict(list)
            for game in self.upcoming(users):
                key = (game["home_team"], game["away_team"], parse(game["commence_time"]).astimezone(NEW_YORK).date())
                if self.season.last_seen.get(key) != moment:
                    continue
                for market in game["markets"]:
                    turn = game["id"] + MARKETS.index(market["market"])
                    quote = market["quotes"][turn // 3 % len(market["quotes"])]
                    user = USERS[turn % 3]
                    stake = Decimal(1 + turn % 10) / 2
                    request = {
                        "game_id": game["id"],
                        "market": market["market"],
                        "selection": quote["selection"],
                        "quote_id": quote["quote_id"],
                        "stake_units": float(stake),
                    }
                    line = None if quote["line"] is None else Decimal(str(quote["line"]))
                    pick = Placed(key, user, market["market"], quote["selection"], line, quote["price"], stake)
                    chosen[user].append((request, pick))
            for user, picks in chosen.items():
                answer = call(
                    "create_picks", "POST", "/picks", user=(users[user], user), body={"picks": [r for r, _ in picks]}
                )
                assert answer.status == 201, answer.body
                assert answer.body["picks_created"] == len(picks)
                self.placed += [pick for _, pick in picks]

    def upcoming(self, users: dict[str, int]) -> Iterator[dict[str, Any]]:
        query = {"limit": "100"}
        while True:
            answer = call("list_upcoming_games", "GET", "/games/upcoming", user=(users["anna"], "anna"), query=query)
            assert answer.status == 200, answer.body
            yield from answer.body["games"]
            if answer.body["next_cursor"] is None:
                return
            query["cursor"] = answer.body["next_cursor"]


def make_users(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return {
            name: connection.execute(
                "INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, %s, %s) RETURNING id",
                (name, f"{name}@example.com", PASSWORD_HASH, datetime(2023, 10, 1, tzinfo=UTC)),
            ).fetchone()[0]  # type: ignore[index]
            for name in USERS
        }


def oracle(pick: Placed, home: int, away: int) -> tuple[str, Decimal]:
    """Grade the recorded score by rules.md, "Grading"."""
    own, other = (home, away) if pick.selection == "home" else (away, home)
    if pick.market == "moneyline":
        result = "void" if own == other else "win" if own > other else "loss"
    else:
        assert pick.line is not None
        if pick.market == "spread":
            ahead = own + pick.line - other
        else:
            ahead = home + away - pick.line if pick.selection == "over" else pick.line - home - away
        result = "push" if ahead == 0 else "win" if ahead > 0 else "loss"
    profit = Decimal(pick.price) / 100 if pick.price > 0 else Decimal(100) / -pick.price
    units = {"win": pick.stake * profit, "loss": -pick.stake}.get(result, Decimal(0))
    return result, units.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def tables(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, except runs, whose number depends on deliveries. Omits random values."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
            " FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'ingestion_runs'"
            " AND column_name NOT IN ('run_id', 'cursor_key')"
            " GROUP BY table_name"
        ).fetchall()
        return {
            name: connection.execute(f"SELECT {columns} FROM {name} ORDER BY {columns}").fetchall()  # type: ignore[arg-type]
            for name, columns in names
        }


@pytest.fixture(scope="module")
def played(season: Season, databases: Databases) -> Iterator[dict[int, tuple[str, Replay]]]:
    """The season played once, and again with every run delivered three times, each into its own database."""
    done = {}
    patience = odds_api.PATIENCE
    with pytest.MonkeyPatch.context() as patch, databases.fresh() as once, databases.fresh() as thrice:
        set_sign_in_limits(patch)
        patch.setenv("LOCK_MARGIN_SECONDS", "0")
        patch.setenv("MAX_ODDS_AGE_HOURS", "26")
        watch_clocks(patch, "fetch_odds", "process_results")
        for deliveries, url in ((1, once), (3, thrice)):
            with databases.in_use(url), ingesting(url, patch) as surroundings:
                patch.setattr(odds_api, "PATIENCE", patience)
                replay = Replay(season, surroundings.server, deliveries)
                replay.play(url)
                done[deliveries] = (url, replay)
        yield done


pytestmark = pytest.mark.xdist_group("season")


def test_every_id_with_a_result_is_graded(season: Season, played: dict[int, tuple[str, Replay]]) -> None:
    url, _ = played[1]
    with psycopg.connect(url, row_factory=dict_row) as connection:
        ids = {
            row["provider_id"]: row
            for row in connection.execute(
                "SELECT * FROM game_provider_ids JOIN games ON games.id = game_provider_ids.game_id"
            )
        }
        pending = connection.execute(
            "SELECT count(*) AS picks FROM picks JOIN games ON games.id = game_id"
            " WHERE status = 'finished' AND picks.id NOT IN (SELECT pick_id FROM settlement_ledger)"
        ).fetchone()
    assert len(season.finals) > 180
    assert ids.keys() == season.keys.keys()
    for provider_id, final in season.finals.items():
        row = ids[provider_id]
        scores = {team["name"]: int(team["score"]) for team in final["scores"]}
        assert row["status"] == "finished"
        assert row["settled_result_id"] == row["result_id"]
        assert (row["home_score"], row["away_score"]) == (scores[row["home_team"]], scores[row["away_team"]])
    unfinished = ids.keys() - season.finals.keys()
    assert {ids[provider_id]["status"] for provider_id in unfinished} == {"review"}
    assert len(unfinished) == 4
    assert len({row["game_id"] for row in ids.values()}) < len(ids) - 20
    assert pending == {"picks": 0}


def test_every_pick_equals_the_oracle(season: Season, played: dict[int, tuple[str, Replay]]) -> None:
    url, replay = played[1]
    scores: dict[GameKey, tuple[int, int]] = {}
    for provider_id, final in season.finals.items():
        by_name = {team["name"]: int(team["score"]) for team in final["scores"]}
        scores[season.keys[provider_id]] = (by_name[final["home_team"]], by_name[final["away_team"]])
    with psycopg.connect(url, row_factory=dict_row) as connection:
        booked = {
            (row["home_team"], row["away_team"], row["local_date"], row["username"], row["market"]): row
            for row in connection.execute(
                "SELECT * FROM picks JOIN games ON games.id = game_id JOIN users ON users.id = user_id"
                " LEFT JOIN settlement_ledger ON pick_id = picks.id"
            )
        }
    assert len(booked) == len(replay.placed) > 3 * 150
    for pick in replay.placed:
        row = booked[*pick.key, pick.user, pick.market]
        assert (row["selection"], row["line"], row["price"]) == (pick.selection, pick.line, pick.price)
        if pick.key in scores:
            assert (row["result"], row["units"]) == oracle(pick, *scores[pick.key]), pick
            assert row["wagered"] == (0 if row["result"] == "void" else pick.stake)
        else:
            assert row["result"] is None


def test_every_pick_was_offered_by_a_bookmaker(season: Season, played: dict[int, tuple[str, Replay]]) -> None:
    _, replay = played[1]
    offered: dict[GameKey, set[tuple[str, str, Decimal | None, int]]] = defaultdict(set)
    wire = {"moneyline": "h2h", "spread": "spreads", "total": "totals"}
    for moment, events in season.mornings:
        for event in events:
            key = season.keys[event["id"]]
            if season.last_seen.get(key) != moment:
                continue
            names = {event["home_team"]: "home", event["away_team"]: "away", "Over": "over", "Under": "under"}
            for book in event["bookmakers"]:
                for market in book["markets"]:
                    for outcome in market["outcomes"]:
                        line = Decimal(str(outcome["point"])) if "point" in outcome else None
                        offered[key].add((market["key"], names[outcome["name"]], line, outcome["price"]))
    for pick in replay.placed:
        assert (wire[pick.market], pick.selection, pick.line, pick.price) in offered[pick.key], pick


def test_totals_equal_the_sum_of_the_ledger(played: dict[int, tuple[str, Replay]]) -> None:
    url, _ = played[1]
    with psycopg.connect(url, row_factory=dict_row) as connection:
        kept = connection.execute(
            "SELECT user_id, total_units, total_wagered, picks FROM standings JOIN boards ON boards.id = board_id"
            " WHERE period = 'all' AND market IS NULL ORDER BY user_id"
        ).fetchall()
        summed = connection.execute(
            "SELECT user_id, sum(sign * units) AS total_units, sum(sign * wagered) AS total_wagered,"
            " sum(sign) FILTER (WHERE result <> 'void') AS picks"
            " FROM settlement_ledger JOIN picks ON picks.id = pick_id GROUP BY user_id ORDER BY user_id"
        ).fetchall()
    assert len(kept) == len(USERS)
    assert kept == summed


def test_boards_equal_the_oracle_by_the_dates_of_the_games(played: dict[int, tuple[str, Replay]]) -> None:
    url, _ = played[1]
    last = snapshot.row(url, "SELECT max(updated_at) AS settled_at FROM boards")["settled_at"]
    boards = expected(url, SPORTS, last)
    assert sums(url) == boards
    assert boards["season", ("basketball_nba",), None]


def test_a_curve_has_the_dates_on_which_the_games_were_played(
    season: Season, played: dict[int, tuple[str, Replay]], databases: Databases
) -> None:
    url, replay = played[1]
    finals = {season.keys[provider_id]: final for provider_id, final in season.finals.items()}
    days: dict[date, Decimal] = defaultdict(Decimal)
    for pick in replay.placed:
        if pick.user == "anna" and (final := finals.get(pick.key)):
            scores = {team["name"]: int(team["score"]) for team in final["scores"]}
            days[pick.key[2]] += oracle(pick, scores[final["home_team"]], scores[final["away_team"]])[1]
    with databases.in_use(url):
        answer = call("get_profile", "GET", "/users/anna")
    assert len(days) > 20
    assert {point["day"]: Decimal(str(point["units"])) for point in answer.body["profit_curve"]} == {
        str(day): units for day, units in days.items()
    }


def test_delivering_every_run_again_gives_the_same_database(played: dict[int, tuple[str, Replay]]) -> None:
    (once, _), (thrice, _) = played[1], played[3]
    first, second = tables(once), tables(thrice)
    assert first.keys() == second.keys()
    for name, rows in first.items():
        assert rows == second[name], f"{name} differs"


def test_standings_rebuilt_from_the_facts_are_the_same(
    played: dict[int, tuple[str, Replay]], databases: Databases
) -> None:
    url, _ = played[1]
    before = tables(url)["standings"]
    last = snapshot.row(url, "SELECT max(updated_at) AS settled_at FROM boards")["settled_at"]
    with databases.in_use(url), clock.held_at(last):
        assert standings.rebuild() == len(USERS)
    assert len(before) >= 8 * len(USERS)
    assert tables(url)["standings"] == before


def test_the_season_comes_back_from_its_export(
    played: dict[int, tuple[str, Replay]], databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = played[1]
    with exporting(monkeypatch) as bucket:
        with databases.in_use(url):
            export = bucket.back_up()["export"]
        with elsewhere(databases) as other:
            bucket.restore(export)
            stored, restored = snapshot.everything(url, but=()), snapshot.everything(other, but=())
    assert len(stored["bookmaker_odds"]) > 10_000
    assert stored.keys() == restored.keys()
    for name, rows in stored.items():
        assert rows == restored[name], f"{name} differs"
