"""Recorded and made-up answers of other sports through the deployed functions, graded against an independent oracle.

The recordings have odds. The scores are made up: every third game is a tie where the sport has ties. The oracle reads
the odds and scores, and has its own rules (rules.md, "Grading").
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.errors import PickvsError
from tests.support.contest import Contest
from tests.support.functions import load
from tests.support.gateway import LambdaContext, call
from tests.support.ingestion import Surroundings, ingesting, scheduled
from tests.support.odds_api import Reply
from tests.support.snapshot import rows

type Json = dict[str, Any]

SINGLE = "odds_api/single"
TIES = {"americanfootball_nfl", "baseball_ncaa", "soccer_epl"}
"""Sports whose official score can be a tie."""
OF_THREE = {"soccer_epl"}
"""Sports whose moneyline has a draw."""
SOON = datetime(2026, 11, 29, 18, tzinfo=UTC)


@dataclass
class Evening:
    """One answer of odds for each sport, picks on every side of every quote, and the scores of all games."""

    around: Surroundings
    contest: Contest
    events: Mapping[str, Sequence[Json]]

    @property
    def games(self) -> list[Json]:
        return [event for events in self.events.values() for event in events]

    def play(self) -> list[Json]:
        """Return every pick with its sides, price, line and settlement."""
        first = min(parse(event["commence_time"]) for event in self.games)
        last = max(parse(event["commence_time"]) for event in self.games)
        self.run("fetch_odds", "odds", self.events, first - timedelta(hours=1))
        self.pick(first - timedelta(minutes=30))
        self.run("process_results", "scores", finals(self.events), last + timedelta(hours=6))
        return rows(
            self.around.url,
            """
            SELECT game.sport, game.home_team, game.away_team, pick.market, pick.selection, pick.line, pick.price,
                   pick.stake_units, entry.result, entry.units
            FROM picks pick JOIN games game ON game.id = pick.game_id
            LEFT JOIN settlement_ledger entry ON entry.pick_id = pick.id
            """,
        )

    def run(self, function: str, kind: str, answers: Mapping[str, Sequence[Json]], at: datetime) -> None:
        for sport, events in answers.items():
            self.around.server.answer(kind, Reply(list(events)), sport=sport)
        with clock.held_at(at):
            runs = load(f"{function}/handler").handler(scheduled(function), LambdaContext())["runs"]
        assert [run["status"] for run in runs] == ["succeeded"] * len(answers), runs

    def pick(self, at: datetime) -> None:
        """Let a user for each side of a market pick it on every game that is quoted."""
        users = {side: self.contest.user(f"of-{side}") for side in ("home", "away", "draw", "over", "under")}
        quotes = rows(self.around.url, "SELECT id, game_id, market, selection FROM quotes WHERE superseded_at IS NULL")
        for side, user in users.items():
            own = [
                {"game_id": quote["game_id"], "market": quote["market"], "selection": side, "quote_id": quote["id"]}
                for quote in quotes
                if quote["selection"] == side
            ]
            for first in range(0, len(own), 50):
                with clock.held_at(at):
                    answer = call(
                        "create_picks", "POST", "/picks", user=(user, "x"), body={"picks": own[first : first + 50]}
                    )
                assert answer.status == 201, answer.body


@pytest.fixture
def evening(contest: Contest, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Returns the maker of an evening."""
    monkeypatch.setenv("LOCK_MARGIN_SECONDS", "0")
    monkeypatch.setenv("MAX_ODDS_AGE_HOURS", "26")
    with ingesting(database, monkeypatch) as around:

        def made(events: Mapping[str, Sequence[Json]]) -> Evening:
            monkeypatch.setenv("ODDS_API_SPORTS", ",".join(events))
            return Evening(around, contest, events)

        yield made


def parse(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def recorded(recordings: Path, name: str, *sports: str) -> dict[str, list[Json]]:
    events = json.loads((recordings / SINGLE / f"{name}.json").read_bytes())
    return {sport: [event for event in events if event["sport_key"] == sport] for sport in sports}


def score_of(event: Json, number: int) -> tuple[int, int]:
    """Return the home and away score of the `number`th game of a sport."""
    low, high = (1, 3) if number % 2 else (2, 2 + number % 4 + 1)
    if number % 3 == 0:
        return (low, low) if event["sport_key"] in TIES else (high, low)
    return (high, low) if number % 3 == 1 else (low, high)


def finals(answers: Mapping[str, Sequence[Json]]) -> dict[str, list[Json]]:
    """Return the scores of every game, the away team first every other time."""
    found: dict[str, list[Json]] = {}
    for sport, events in answers.items():
        found[sport] = []
        for number, event in enumerate(events):
            scores = [
                {"name": event[side], "score": str(points)}
                for side, points in zip(("home_team", "away_team"), score_of(event, number), strict=True)
            ]
            final = {name: event[name] for name in ("id", "sport_key", "commence_time", "home_team", "away_team")}
            over = parse(event["commence_time"]) + timedelta(hours=3)
            found[sport].append(
                {
                    **final,
                    "completed": True,
                    "scores": scores[:: 1 if number % 2 else -1],
                    "last_update": over.strftime("%Y-%m-%dT%H:%M:%SZ"),
                }
            )
    return found


def oracle(pick: Json, home: int, away: int) -> tuple[str, Decimal]:
    """Grade a pick by rules.md."""
    own, other = (home, away) if pick["selection"] == "home" else (away, home)
    if pick["market"] == "moneyline":
        if home == away:
            three_way = pick["sport"] in OF_THREE
            result = ("win" if pick["selection"] == "draw" else "loss") if three_way else "void"
        else:
            result = "loss" if pick["selection"] == "draw" else "win" if own > other else "loss"
    else:
        line: Decimal = pick["line"]
        ahead = own + line - other if pick["market"] == "spread" else home + away - line
        ahead = -ahead if pick["selection"] == "under" else ahead
        result = "push" if ahead == 0 else "win" if ahead > 0 else "loss"
    price = Decimal(pick["price"])
    profit = price / 100 if price > 0 else 100 / -price
    units = {"win": pick["stake_units"] * profit, "loss": -pick["stake_units"]}.get(result, Decimal(0))
    return result, units.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def hold_to_the_oracle(evening: Evening, picks: list[Json]) -> Counter[tuple[str, str]]:
    """Assert that every pick is graded as the oracle says, and return the results by sport."""
    scores = {
        (event["sport_key"], event["home_team"], event["away_team"], number): score_of(event, number)
        for events in evening.events.values()
        for number, event in enumerate(events)
    }
    by_teams = {(sport, home, away): score for (sport, home, away, _), score in scores.items()}
    assert len(by_teams) == len(scores), "two games of the same teams would be one here"
    found: Counter[tuple[str, str]] = Counter()
    for pick in picks:
        home, away = by_teams[pick["sport"], pick["home_team"], pick["away_team"]]
        assert (pick["result"], pick["units"]) == oracle(pick, home, away), pick
        found[pick["sport"], pick["result"]] += 1
    return found


def test_the_recorded_answer_of_several_sports(recordings: Path, evening: Any) -> None:
    sports = (
        "icehockey_nhl", "baseball_ncaa", "basketball_nba", "basketball_ncaab", "icehockey_sweden_hockey_league",
        "icehockey_sweden_allsvenskan",
    )  # fmt: skip
    played: Evening = evening(recorded(recordings, "upcoming_2024-03-26_mixed_sports_american", *sports))
    picks = played.play()
    found = hold_to_the_oracle(played, picks)
    # Two-way moneylines alone: a winner and a loser each, and of a tie two void picks.
    assert {sport for sport, _ in found} == {"icehockey_nhl", "baseball_ncaa", "basketball_nba", "basketball_ncaab"} | {
        pick["sport"] for pick in picks
    }
    assert found["icehockey_nhl", "win"] == found["icehockey_nhl", "loss"] == 12
    assert found["baseball_ncaa", "void"] == 4
    assert {pick["selection"] for pick in picks} == {"home", "away"}


@pytest.mark.parametrize("name", ["nba_2022-11-22_odds_american_inplay", "nba_2026-03-31_odds_american"])
def test_recorded_answers_with_all_markets(recordings: Path, evening: Any, name: str) -> None:
    played: Evening = evening(recorded(recordings, name, "basketball_nba"))
    picks = played.play()
    found = hold_to_the_oracle(played, picks)
    assert {pick["market"] for pick in picks} == {"moneyline", "spread", "total"}
    assert min(found["basketball_nba", "win"], found["basketball_nba", "loss"]) >= 8


def test_regulation_time_of_the_nhl_is_never_quoted(recordings: Path, evening: Any) -> None:
    played: Evening = evening(recorded(recordings, "nhl_2025-03-01_h2h_american", "icehockey_nhl"))
    assert played.play() == []
    [odds, _] = played.around.runs()
    assert (odds["counts"]["games"], odds["counts"]["other_bets"], odds["counts"]["skipped"]) == (19, 18, 0)
    assert {game["status"] for game in played.around.facts()["games"]} == {"finished"}


BOOKS = ("fanduel", "draftkings", "betmgm", "pinnacle")


def made_up(sport: str, home: str, away: str, number: int, moneylines: Sequence[Sequence[int]]) -> Json:
    """Return an event that each book offers with its own moneyline: home, away and, if it has three prices, a draw."""
    return {
        "id": f"{number:032x}",
        "sport_key": sport,
        "sport_title": sport,
        "commence_time": (SOON + timedelta(hours=number % 3)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "home_team": home,
        "away_team": away,
        "bookmakers": [
            {
                "key": book,
                "title": book,
                "markets": [
                    {
                        "key": "h2h",
                        "outcomes": [
                            {"name": name, "price": price}
                            for name, price in zip((home, away, "Draw"), prices, strict=False)
                        ],
                    },
                    {
                        "key": "spreads",
                        "outcomes": [
                            {"name": home, "price": -110, "point": -0.5},
                            {"name": away, "price": -110, "point": 0.5},
                        ],
                    },
                    {
                        "key": "totals",
                        "outcomes": [
                            {"name": "Over", "price": -105, "point": 4},
                            {"name": "Under", "price": -115, "point": 4},
                        ],
                    },
                ],
            }
            for book, prices in zip(BOOKS, moneylines, strict=True)
        ],
    }


def test_draws_of_soccer_and_ties_of_football(evening: Any) -> None:
    """Most books offer the other moneyline, at prices of another bet. It is not quoted."""
    pairs = [("Arsenal", "Chelsea"), ("Everton", "Liverpool"), ("Fulham", "Brentford"), ("Leeds United", "Sunderland")]
    football = [
        ("Dallas Cowboys", "New York Giants"),
        ("Green Bay Packers", "Chicago Bears"),
        ("Buffalo Bills", "Miami Dolphins"),
    ]
    three, two = (150, 190, 220), (-120, 100)
    played: Evening = evening(
        {
            "soccer_epl": [
                made_up("soccer_epl", home, away, number, [three, three, two, two])
                for number, (home, away) in enumerate(pairs)
            ],
            "americanfootball_nfl": [
                made_up("americanfootball_nfl", home, away, 100 + number, [two, three, two, three])
                for number, (home, away) in enumerate(football)
            ],
        }
    )
    picks = played.play()
    found = hold_to_the_oracle(played, picks)
    moneylines = [pick for pick in picks if pick["market"] == "moneyline"]
    assert Counter((pick["sport"], pick["selection"], pick["price"]) for pick in moneylines) == {
        **{("soccer_epl", side, price): 4 for side, price in zip(("home", "away", "draw"), three, strict=True)},
        **{("americanfootball_nfl", side, price): 3 for side, price in zip(("home", "away"), two, strict=True)},
    }
    assert [pick["result"] for pick in moneylines if pick["selection"] == "draw"].count("win") == 2
    assert found["americanfootball_nfl", "void"] == 2
    assert found["soccer_epl", "push"] > 0


@pytest.mark.parametrize(
    ("name", "sport", "function", "kind"),
    [
        ("nfl_2024-11_odds_unix_decimal", "americanfootball_nfl", "fetch_odds", "odds"),
        ("nba_2023-11-06_with_empty_bookmakers_decimal", "basketball_nba", "fetch_odds", "odds"),
        ("nfl_2024-11_scores_unix", "americanfootball_nfl", "process_results", "scores"),
    ],
)
def test_answers_in_a_format_that_was_not_asked_for_make_no_quote_and_no_result(
    recordings: Path, evening: Any, name: str, sport: str, function: str, kind: str
) -> None:
    events = recorded(recordings, name, sport)
    played: Evening = evening(events)
    played.around.server.answer(kind, Reply(events[sport]), sport=sport)
    with clock.held_at(datetime(2023, 11, 5, tzinfo=UTC)), suppress(PickvsError):
        load(f"{function}/handler").handler(scheduled(), LambdaContext())
    facts = played.around.facts()
    assert facts["quotes"] == facts["game_results"] == facts["bookmaker_odds"] == []
    assert {run["status"] for run in played.around.runs()} <= {"partial", "failed"}
