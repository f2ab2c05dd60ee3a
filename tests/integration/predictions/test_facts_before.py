"""Facts come out of the database as they were known: no fact before its time, and none missing.

A random history is written fact by fact, and read as of many times. What is read is compared with what the same history
says when it is gone through by hand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from pickvs.core.database import transaction
from pickvs.predictions.facts.reading import days_before, summaries_before, upcoming_on
from pickvs.predictions.facts.rules import Day, Line, digests_up_to
from pickvs.sports.rules import local_date
from tests.support.contest import Contest
from tests.support.database_roles import acting_as
from tests.support.databases import Databases

NBA = "basketball_nba"
START = datetime(2024, 1, 5, 0, 30, tzinfo=UTC)
"""19:30 on 4 January in New York."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Said:
    """A fact about a game, and when it was known."""

    known_at: datetime
    values: tuple[Any, ...]


@dataclass
class Game:
    """A game with all that was ever said about it. teams: home and away, by their key."""

    id: int
    starts_at: datetime
    teams: tuple[str, str]
    results: list[Said] = field(default_factory=list)
    boxes: list[Said] = field(default_factory=list)
    spreads: list[tuple[datetime, datetime, float]] = field(default_factory=list)
    """When each line was made and last seen, and the line."""

    def as_of(self, moment: datetime) -> tuple[object, ...] | None:
        """Score, closing spread and number of player lines, as known before `moment`. None without a result."""
        results = [each.values for each in self.results if each.known_at < moment]
        if not results or results[-1][0] != "final" or self.starts_at >= moment:
            return None
        score = results[-1][1:]
        boxes = [each.values for each in self.boxes if each.known_at < moment]
        lines = boxes[-1][1] if boxes and boxes[-1][0] == "final" and boxes[-1][2:] == score else 0
        closing = [
            line
            for made, seen, line in self.spreads
            if made <= self.starts_at and made < moment and seen >= self.starts_at - timedelta(minutes=30)
        ]
        return (self.id, *score, closing[-1] if closing else None, lines)


class History:
    """Writes a random history into a database."""

    def __init__(self, contest: Contest, random: Random) -> None:
        self.random = random
        self.contest = contest
        self.db = contest.connection
        rows = self.db.execute(
            "SELECT id, key, name FROM teams WHERE sport = %s AND listed ORDER BY key LIMIT 8", (NBA,)
        )
        self.teams = rows.fetchall()
        self.db.execute("INSERT INTO seasons VALUES (%s, 2023, '2023-08-01', '2024-07-31', now())", (NBA,))
        self.players = [self._player(number) for number in range(12)]
        self.games = [self._game(day, slot) for day in range(6) for slot in range(4)]

    def _player(self, number: int) -> int:
        row = self.db.execute(
            "INSERT INTO players (sport, name, normal, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id",
            (NBA, f"Player {number}", f"player{number}", START, START),
        ).fetchone()
        assert row is not None
        return int(row["id"])

    def _game(self, day: int, slot: int) -> Game:
        home, away = self.teams[2 * slot], self.teams[2 * slot + 1]
        starts_at = START + day * DAY + self.random.choice([0, 30, 150]) * MINUTE
        row = self.db.execute(
            """
            INSERT INTO games (sport, home_team, away_team, home_team_id, away_team_id, local_date, commence_time,
                               created_at, updated_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
            """,
            (
                *(NBA, home["name"], away["name"], home["id"], away["id"], local_date(NBA, starts_at), starts_at),
                *(starts_at - 3 * DAY, starts_at - 3 * DAY),
            ),
        ).fetchone()
        assert row is not None
        game = Game(int(row["id"]), starts_at, (home["key"], away["key"]))
        self._quotes(game)
        self._results(game)
        return game

    def _quotes(self, game: Game) -> None:
        at = game.starts_at - 20 * HOUR
        for _ in range(self.random.randint(0, 4)):
            seen = at + self.random.randint(0, 500) * MINUTE
            line = Decimal(self.random.randint(-20, 20)) / 2
            self.contest.quote(
                *(game.id, "spread", "home", line, -110), made_at=at, captured_at=seen, superseded_at=seen + MINUTE
            )
            game.spreads.append((at, seen, float(line)))
            at = seen + 10 * MINUTE

    def _results(self, game: Game) -> None:
        at, score = game.starts_at + 2 * HOUR, (0, 0)
        for _ in range(self.random.randint(0, 3)):
            at += self.random.randint(1, 600) * MINUTE
            if game.results and self.random.random() < 0.3:
                self.contest.reopen(game.id, at)
                game.results.append(Said(at, ("reopened",)))
            else:
                score = (self.random.randint(90, 99), self.random.randint(100, 109))
                self.contest.final(game.id, *score, at)
                game.results.append(Said(at, ("final", *score)))
            if self.random.random() < 0.7:
                right = score if self.random.random() < 0.7 else (score[0] + 1, score[1])
                self._box(game, at + self.random.randint(1, 900) * MINUTE, right)

    def _box(self, game: Game, at: datetime, score: tuple[int, int]) -> None:
        if game.boxes and game.boxes[-1].known_at >= at:
            return
        is_final, version = self.random.random() < 0.7, len(game.boxes) + 1
        count = self.random.randint(1, 12) if is_final else 0
        row = self.db.execute(
            """
            INSERT INTO box_scores (game_id, version, sport, season, state, reasons, source, confirmed_by, home_points,
                                    away_points, proposal, checksum, event_time, known_at, recorded_at)
            VALUES (%s, %s, %s, 2023, %s, %s, 'espn', '{}', %s, %s, %s, '', %s, %s, %s) RETURNING id
            """,
            (
                *(game.id, version, NBA, "final" if is_final else "review", [] if is_final else ["sums"], *score),
                *(None if is_final else Jsonb({}), game.starts_at, at, at),
            ),
        ).fetchone()
        assert row is not None
        ids = {each["key"]: each["id"] for each in self.teams}
        for number, player in enumerate(self.players[:count]):
            team, opponent = game.teams if number % 2 == 0 else game.teams[::-1]
            self.db.execute(
                """
                INSERT INTO player_games (box_id, game_id, season, version, player_id, team_id, opponent_id, is_home,
                                          seconds, stats, source, known_at)
                VALUES (%s, %s, 2023, %s, %s, %s, %s, %s, 1200, %s, 'espn', %s)
                """,
                (
                    *(row["id"], game.id, version, player, ids[team], ids[opponent], number % 2 == 0),
                    *(Jsonb({"points": number}), at),
                ),
            )
        game.boxes.append(Said(at, ("final" if is_final else "review", count, *score)))

    def expected(self, moment: datetime) -> dict[date, list[tuple[object, ...]]]:
        """What is known before `moment`, by day: those before its own."""
        found: dict[date, list[tuple[object, ...]]] = {}
        for game in sorted(self.games, key=lambda each: (each.starts_at, each.id)):
            day = local_date(NBA, game.starts_at)
            if day < local_date(NBA, moment) and (fact := game.as_of(moment)) is not None:
                found.setdefault(day, []).append(fact)
        return found


def read(moment: datetime) -> list[Day]:
    with transaction() as connection:
        return list(days_before(connection, NBA, moment))


def summary(days: list[Day]) -> dict[date, list[tuple[object, ...]]]:
    return {
        day.day: [
            (
                *(result.fixture.game, result.home_points, result.away_points),
                day.closing_lines.get(result.fixture.game, Line()).spread,
                sum(line.game == result.fixture.game for line in day.player_lines),
            )
            for result in day.results
        ]
        for day in days
    }


@contextmanager
def written(databases: Databases, url: str, seed: int) -> Iterator[History]:
    contest = Contest(url)
    yield History(contest, Random(seed))  # noqa: S311 - a history, not a secret
    contest.close()


@pytest.mark.parametrize("seed", range(4))
def test_what_was_known_by_any_time_is_what_is_read(databases: Databases, database: str, seed: int) -> None:
    with written(databases, database, seed) as history:
        moments = [each.known_at for game in history.games for each in (*game.results, *game.boxes)]
        moments += [START + history.random.randint(-600, 9000) * MINUTE for _ in range(20)]
        for moment in moments:
            for asked in (moment, moment + timedelta(microseconds=1)):
                assert summary(read(asked)) == history.expected(asked)
        assert sum(len(facts) for facts in history.expected(START + 30 * DAY).values()) > 8


def test_a_line_tells_the_whole_game(databases: Databases, database: str) -> None:
    with written(databases, database, 2) as history:
        for day in read(START + 30 * DAY):
            assert day.day == day.results[0].fixture.day
            for result in day.results:
                game = next(each for each in history.games if each.id == result.fixture.game)
                assert (result.fixture.home, result.fixture.away) == game.teams
                assert (result.fixture.season, result.fixture.sport) == (2023, NBA)
            for line in day.player_lines:
                game = next(each for each in history.games if each.id == line.game)
                assert (line.team, line.opponent) == (game.teams if line.is_home else game.teams[::-1])
                assert (line.seconds, line.statistics.keys()) == (1200, {"points"})


def test_reading_on_from_a_day_gives_the_same_days(databases: Databases, database: str) -> None:
    with written(databases, database, 3):
        days = read(START + 30 * DAY)
        assert len(days) >= 4
        with transaction() as connection:
            assert list(days_before(connection, NBA, START + 30 * DAY, from_day=days[2].day)) == days[2:]


def test_the_digest_of_the_days_changes_exactly_with_what_is_read_of_them(databases: Databases, database: str) -> None:
    """Compares all pairs of times: a state that was made of the days up to one holds as long as they read the same."""
    with written(databases, database, 5) as history:
        found: dict[date, dict[str, set[str]]] = {}
        for moment in [START + hours * HOUR for hours in range(20, 240, 11)]:
            days = read(moment)
            with acting_as("forecaster"), transaction() as connection:
                digests = digests_up_to(summaries_before(connection, NBA, moment), "code")
            assert list(digests) == [day.day for day in days]
            for number, day in enumerate(days, 1):
                found.setdefault(day.day, {}).setdefault(repr(days[:number]), set()).add(digests[day.day])
        for said in found.values():
            assert all(len(digests) == 1 for digests in said.values())
            assert len({next(iter(digests)) for digests in said.values()}) == len(said)
        assert max(len(said) for said in found.values()) > 3
        assert history.games


def test_a_line_that_nobody_has_seen_for_too_long_is_none(databases: Databases, database: str) -> None:
    with written(databases, database, 1) as history:
        game = next(each for each in history.games if each.spreads)
        made, seen, line = game.spreads[0]
        asked = max(made, seen) + MINUTE
        for age, expected in ((asked - seen, Line(spread=line)), (asked - seen - timedelta(seconds=1), None)):
            with transaction() as connection:
                shown = upcoming_on(connection, NBA, local_date(NBA, game.starts_at), asked, max_line_age=age)
            assert [each.line for each in shown if each.fixture.game == game.id] == [expected]


def test_fixtures_show_the_line_of_the_moment_and_nothing_of_the_result(databases: Databases, database: str) -> None:
    with written(databases, database, 1) as history:
        game = next(each for each in history.games if len(each.spreads) >= 2)
        (made, seen, line), (made_next, *_) = game.spreads[:2]
        lines = {
            made: None,
            made + MINUTE: Line(spread=line),
            seen: Line(spread=line),
            made_next: None,
            START + 30 * DAY: None,
        }
        for moment, expected in lines.items():
            with transaction() as connection:
                day = local_date(NBA, game.starts_at)
                shown = upcoming_on(connection, NBA, day, moment, max_line_age=60 * DAY)
            [found] = [each for each in shown if each.fixture.game == game.id]
            assert (found.line, found.starts_at, found.fixture.home) == (expected, game.starts_at, game.teams[0])


def test_who_may_call_the_function_needs_no_right_on_the_tables(databases: Databases, database: str) -> None:
    with written(databases, database, 0), psycopg.connect(database, autocommit=True) as owner:
        owner.execute("CREATE ROLE asks_for_facts")
        owner.execute("GRANT EXECUTE ON FUNCTION facts_before TO asks_for_facts")
        try:
            owner.execute("SET ROLE asks_for_facts")
            ask = "SELECT count(*) FROM facts_before('basketball_nba', '2024-02-01Z')"
            [count] = owner.execute(ask).fetchone() or (0,)
            assert count > 8
            for table in ("games", "game_results", "quotes", "box_scores", "player_games"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    owner.execute(psycopg.sql.SQL("SELECT FROM {}").format(psycopg.sql.Identifier(table)))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute("SELECT FROM games_known_before('basketball_nba', now(), '-infinity')")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute("SELECT FROM fixtures_on('basketball_nba', '2024-01-04', now(), '1 day')")
        finally:
            owner.execute("RESET ROLE; DROP OWNED BY asks_for_facts; DROP ROLE asks_for_facts")
