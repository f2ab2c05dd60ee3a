"""A contest built by hand: users, games, quotes, picks and results are inserted one fact at a time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import DictRow, dict_row

from tests.support.evening import PASSWORD_HASH

TIP_OFF = datetime(2024, 1, 5, 0, 30, tzinfo=UTC)
"""19:30 on 4 January in New York."""

_NEW_YORK = ZoneInfo("America/New_York")


class Contest:
    """Inserts facts through one connection. Each method inserts one fact, commits it and returns its id."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection: psycopg.Connection[DictRow] = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        self._numbers = count(1)

    def close(self) -> None:
        self.connection.close()

    def user(self, name: str | None = None) -> int:
        name = name or f"user-{next(self._numbers)}"
        return self._id(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, %s, %s) RETURNING id",
            (name, f"{name}@example.com", PASSWORD_HASH, TIP_OFF - timedelta(days=90)),
        )

    def game(self, tip_off: datetime = TIP_OFF, sport: str = "basketball_nba", local_date: date | None = None) -> int:
        """local_date: by default that of New York."""
        day = local_date or tip_off.astimezone(_NEW_YORK).date()
        number = next(self._numbers)
        return self._id(
            """
            INSERT INTO games (sport, home_team, away_team, local_date, commence_time, created_at, updated_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
            """,
            (sport, f"Home {number}", f"Away {number}", day, tip_off, tip_off, tip_off),
        )

    def quote(
        self,
        game: int,
        market: str,
        selection: str,
        line: Decimal | None,
        price: int,
        *,
        probability: Decimal = Decimal("0.5"),
        made_at: datetime = TIP_OFF - timedelta(hours=12),
        captured_at: datetime | None = None,
        superseded_at: datetime | None = None,
    ) -> int:
        return self._id(
            """
            INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at,
                                superseded_at)
            VALUES (%s, %s, %s, %s, %s, %s, 5, %s, %s, %s) RETURNING id
            """,
            (game, market, selection, line, price, probability, made_at, captured_at or made_at, superseded_at),
        )

    def pick(self, user: int, quote: int, stake: Decimal = Decimal(1), *, draw_offered: bool | None = None) -> int:
        return self._id(
            """
            INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at,
                               draw_offered)
            SELECT %s, game_id, market, selection, id, line, price, %s, captured_at, %s FROM quotes WHERE id = %s
            RETURNING id
            """,
            (user, stake, draw_offered, quote),
        )

    def final(
        self,
        game: int,
        home: int,
        away: int,
        at: datetime = TIP_OFF + timedelta(hours=3),
        *,
        began_at: datetime | None = None,
    ) -> int:
        """began_at: None if no source has said when the game really began."""
        return self._result(game, "final", home, away, None, "finished", at, began_at)

    def void(self, game: int, at: datetime = TIP_OFF) -> int:
        return self._result(game, "void", None, None, "moved to another date", "postponed", at)

    def reopen(self, game: int, at: datetime = TIP_OFF) -> int:
        return self._result(game, "reopened", None, None, "an administrator's mistake", "scheduled", at)

    def ledger(self, pick: int) -> list[tuple[int, str, Decimal, Decimal]]:
        """Return sign, result, units and stake of each entry, in order of booking."""
        rows = self.connection.execute(
            "SELECT * FROM settlement_ledger WHERE pick_id = %s ORDER BY result_id, sign", (pick,)
        )
        return [(row["sign"], row["result"], row["units"], row["wagered"]) for row in rows]

    def _result(
        self,
        game: int,
        outcome: str,
        home: int | None,
        away: int | None,
        reason: str | None,
        status: str,
        at: datetime,
        began_at: datetime | None = None,
    ) -> int:
        with self.connection.transaction():
            result = self._id(
                """
                INSERT INTO game_results (game_id, outcome, home_score, away_score, source, reason, recorded_at,
                                          began_at)
                VALUES (%s, %s, %s, %s, 'test', %s, %s, %s) RETURNING id
                """,
                (game, outcome, home, away, reason, at, began_at),
            )
            self.connection.execute(
                "UPDATE games SET status = %s, home_score = %s, away_score = %s, result_id = %s WHERE id = %s",
                (status, home, away, result, game),
            )
        return result

    def _id(self, statement: str, values: tuple[object, ...]) -> int:
        row = self.connection.execute(statement, values).fetchone()
        assert row is not None
        return int(row["id"])
