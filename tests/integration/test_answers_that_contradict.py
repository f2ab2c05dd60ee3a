"""Odds and scores answers of a provider that makes mistakes of every kind. No pick is ever void without a true reason.

Each pair of answers is a night of games in a database of its own past: odds, picks, odds with mistakes, scores with
mistakes, sometimes scores without. Afterwards each pick is graded as the oracle says, or void with a reason that an
answer has stated, or its game waits in review. `PICKVS_FUZZ_PAIRS` sets how many pairs are tried.
"""

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.markets.odds.service import store_odds
from pickvs.markets.providers.odds_api_parsing import read_odds, read_scores
from pickvs.markets.scores.service import record_scores
from pickvs.picks.queries import insert_picks
from pickvs.picks.rules import TipOff, is_locked
from tests.support.answers import FIRST_NIGHT, SPORT, Mangler, RealGame, Said, odds_answer, scores_answer, truly
from tests.support.evening import PASSWORD_HASH
from tests.support.markets import PROVIDER, start_run

PAIRS = int(os.environ.get("PICKVS_FUZZ_PAIRS", "120"))
SHARDS = 2
GAMES = 5
USERS = 3
MOST_SHOWN = 3
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BEFORE_THE_FIRST_BALL = timedelta(hours=3)


class Night:
    """One pair of answers with its truth, its picks and everything that was said."""

    def __init__(self, dice: random.Random, number: int, teams: list[str], mangler: Mangler) -> None:
        self.dice, self.mangler = dice, mangler
        self.start = FIRST_NIGHT + timedelta(days=4 * number)
        names = dice.sample(teams, 2 * GAMES)
        self.games = [self._game(names[2 * place], names[2 * place + 1]) for place in range(GAMES)]
        self.said: list[tuple[datetime, str, Said]] = []
        self.picks: list[int] = []

    def _game(self, home: str, away: str) -> RealGame:
        announced = self.start + self.dice.randrange(0, 180) * MINUTE
        late = self.dice.choice((-90, -40, -2, 0, 0, 1, 8, 45)) * MINUTE
        score = (self.dice.randrange(90, 130), self.dice.randrange(90, 130))
        return RealGame(f"{self.dice.getrandbits(128):032x}", home, away, announced, announced + late, score)

    def play(self, users: list[int]) -> None:
        self.odds(self.start - 5 * HOUR, 0)
        self.pick(self.start - 4 * HOUR, users[:1])
        if self.dice.random() < 0.7:
            self.odds(self.start - 3 * HOUR, self.dice.choice((0.05, 0.3)))
        for user in users[1:]:
            self.pick(self.start + self.dice.randrange(-120, 200) * MINUTE, [user])
        end = self.start + 9 * HOUR
        self.scores(end, self.dice.choice((0.05, 0.3)))
        if self.dice.random() < 0.4:
            self.scores(end + 2 * HOUR, 0)
        # A later answer in which the games are no longer listed: whatever has no final goes to review.
        self.scores(self.start + 60 * HOUR, 0, listed=False)

    def odds(self, at: datetime, mistakes: float) -> None:
        said = self.mangler.mangle([truly(game, game.announced) for game in self.games], mistakes)
        self.said += [(at, "odds", one) for one in said]
        with transaction() as connection:
            run = start_run(connection, "fetch_odds", at)
            capture = read_odds(odds_answer(said), SPORT)
            store_odds(connection, capture, provider=PROVIDER, run_id=run, at=at)
            settle(connection, at)

    def scores(self, at: datetime, mistakes: float, *, listed: bool = True) -> None:
        said = [truly(game, game.begins, game.score) for game in self.games] if listed else []
        said = self.mangler.mangle(said, mistakes)
        self.said += [(at, "scores", one) for one in said]
        with transaction() as connection:
            run = start_run(connection, "process_results", at)
            capture = read_scores(scores_answer(said), SPORT)
            record_scores(connection, capture, provider=PROVIDER, run_id=run, at=at)
            settle(connection, at)

    def pick(self, at: datetime, users: list[int]) -> None:
        """Pick every market of every game of the night that accepts picks."""
        with transaction() as connection:
            offers = connection.execute(
                """
                SELECT quotes.id, market, selection, game_id, commence_time, status FROM quotes
                JOIN games ON games.id = game_id
                WHERE superseded_at IS NULL AND selection IN ('home', 'away', 'over')
                  AND commence_time BETWEEN %s AND %s
                """,
                (self.start - 48 * HOUR, self.start + 48 * HOUR),
            ).fetchall()
            open_ = [
                row for row in offers if not is_locked(TipOff(row["commence_time"], row["status"]), at, timedelta(0))
            ]
            for user in users:
                by_market = {(row["game_id"], row["market"]): row["id"] for row in self.dice.sample(open_, len(open_))}
                made = insert_picks(connection, user, [(quote, Decimal(1)) for quote in by_market.values()], at)
                self.picks += made.values()


def judge(night: Night, row: dict[str, Any]) -> str | None:
    """Return what is wrong with a pick, or None."""
    real = next(game for game in night.games if {game.home, game.away} == {row["home_team"], row["away_team"]})
    about = [(at, kind, one) for at, kind, one in night.said if one.real is real]
    if row["result"] is None:
        return None if row["status"] == "review" else f"pending, but its game is {row['status']}"
    if row["result"] == "void":
        return _untrue_reason(night, row, real, about)
    if row["began_at"] is None or row["placed_at"] >= row["began_at"]:
        return "counts, although it was placed after the game began"
    home, away = real.score if row["home_team"] == real.home else real.score[::-1]
    if (row["home_score"], row["away_score"]) != (home, away):
        return f"graded by {row['home_score']}:{row['away_score']}, but the game ended {home}:{away}"
    return None if row["result"] == oracle(row, home, away) else f"{row['result']} is wrong"


def _untrue_reason(
    night: Night, row: dict[str, Any], real: RealGame, about: list[tuple[datetime, str, Said]]
) -> str | None:
    if row["void_reason"] == "after_start":
        stated = {one.moment for _, _, one in about} | {at for at, kind, _ in about if kind == "scores"}
        late = row["placed_at"] >= row["began_at"]
        return None if late and row["began_at"] in stated else "void by a start that nobody has stated"
    if row["void_reason"] == "tie":
        return None if real.score[0] == real.score[1] and row["market"] == "moneyline" else "void by a tie"
    if row["void_reason"] == "game_void" and row["reason"].startswith("moved from "):
        day = datetime.fromisoformat(row["reason"].rpartition(" ")[2]).date()
        dates = {(one.moment - shift * HOUR).date() for _, _, one in about for shift in range(4, 9)}
        return None if day in dates and day != row["local_date"] else "void by a move that nobody has stated"
    return f"void: {row['void_reason']}, {row['reason']}"


def oracle(row: dict[str, Any], home: int, away: int) -> str:
    own, other = (home, away) if row["selection"] == "home" else (away, home)
    lead = home + away - row["line"] if row["market"] == "total" else own + (row["line"] or 0) - other
    return "win" if lead > 0 else "loss" if lead < 0 else "push"


@pytest.fixture
def users(database: str) -> list[int]:
    with psycopg.connect(database) as connection:
        return [
            connection.execute(
                "INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, %s, %s) RETURNING id",
                (f"user-{number}", f"user-{number}@example.com", PASSWORD_HASH, FIRST_NIGHT - timedelta(days=9)),
            ).fetchone()[0]  # type: ignore[index]
            for number in range(USERS)
        ]


def spellings(database: str) -> dict[str, list[str]]:
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT teams.name, array_agg(team_names.name) FROM teams JOIN team_names ON team_id = teams.id"
            " WHERE teams.sport = %s AND provider IN ('any', %s) GROUP BY teams.id",
            (SPORT, PROVIDER),
        ).fetchall()
    return dict(rows)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_pick_is_void_without_a_true_reason(database: str, users: list[int], shard: int) -> None:
    known = spellings(database)
    wrong, outcomes = [], dict.fromkeys(("graded", "void", "review"), 0)
    for number in range(shard, PAIRS, SHARDS):
        if len(wrong) > MOST_SHOWN:
            break
        dice = random.Random(number)  # noqa: S311 - repeatable
        night = Night(dice, number, sorted(known), Mangler(dice, known))
        night.play(users)
        for row in _outcome(database, night.picks):
            problem = judge(night, row)
            outcomes["review" if row["result"] is None else "void" if row["result"] == "void" else "graded"] += 1
            if problem:
                wrong.append(f"pair {number}, pick {row['id']} ({row['market']} {row['selection']}): {problem}")
    assert not wrong, "\n".join(wrong[:MOST_SHOWN])
    # The provider's mistakes must have had every consequence, or the test proves nothing.
    assert all(count > PAIRS / 10 for count in outcomes.values()), outcomes


def _outcome(database: str, picks: list[int]) -> Iterator[dict[str, Any]]:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        yield from connection.execute(
            """
            SELECT pick.id, pick.market, pick.selection, pick.line, pick.placed_at, game.home_team, game.away_team,
                   game.status, game.local_date, entry.result, entry.void_reason, cause.home_score, cause.away_score,
                   cause.began_at, cause.reason
            FROM picks pick
            JOIN games game ON game.id = pick.game_id
            LEFT JOIN LATERAL (
              SELECT * FROM settlement_ledger WHERE pick_id = pick.id ORDER BY result_id DESC, sign DESC LIMIT 1
            ) entry ON entry.sign = 1
            LEFT JOIN game_results cause ON cause.id = entry.result_id
            WHERE pick.id = ANY(%s)
            """,
            (picks,),
        ).fetchall()
