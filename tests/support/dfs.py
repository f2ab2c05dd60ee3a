"""A lounge of daily fantasy: users, slates with projections, and builds by the real handlers."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.core.alarm_clock import EVENT
from pickvs.core.database import transaction
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.pool import Pool
from pickvs.dfs.projections.rules import Projection
from pickvs.dfs.projections.service import add_set
from pickvs.dfs.slates.rules import GameFacts, PlayerFacts, SlateFacts
from pickvs.dfs.slates.service import put_slate
from tests.support.database_roles import acting_as
from tests.support.functions import load
from tests.support.gateway import Answer, LambdaContext, call
from tests.support.player_pools import made_pool

NOW = datetime(2024, 12, 13, 20, 0, tzinfo=UTC)
TIP_OFF = NOW + timedelta(hours=4)
MINUTE = timedelta(minutes=1)


class FiveMinutes(LambdaContext):
    """The context of a run with all its time before it."""

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@dataclass(frozen=True)
class Made:
    """A slate with a set of projections. ids: the slate's players, in the order of the pool."""

    slate: int
    projections: int
    ids: list[int]
    pool: Pool


class Lounge:
    """The database of a test, with two users."""

    def __init__(self, url: str) -> None:
        self.owner = psycopg.connect(url, row_factory=dict_row, autocommit=True)
        self.ada, self.bob = (self.user(name) for name in ("ada", "bob"))

    def close(self) -> None:
        self.owner.close()

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        return self.owner.execute(query.encode(), values).fetchall()

    def user(self, name: str) -> tuple[int, str]:
        [row] = self.rows(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, '$argon2id$', %s)"
            " RETURNING id",
            *(name, f"{name}@mail.example", NOW - timedelta(days=9)),
        )
        return int(row["id"]), name

    def slate(
        self,
        user: tuple[int, str] | None,
        *,
        format_id: str = "dk_nba_classic",
        players: int = 60,
        games: int = 3,
        seed: int = 1,
    ) -> Made:
        """Store a made-up slate of a user, or a public one, and projections of it."""
        pool = made_pool(FORMATS[format_id], random.Random(seed), players=players, games=games)  # noqa: S311
        facts = slate_of(pool, external_id=None if user else f"draft group {seed}", seed=seed)
        owner = None if user is None else user[0]
        with acting_as("writer"), transaction() as connection:
            stored = put_slate(connection, facts, user_id=owner, at=NOW)
            ids = [stored.ids[each.site_player_id] for each in facts.players]
            set_id = add_set(
                connection,
                slate_id=stored.id,
                user_id=owner,
                kind="simulated",
                projections=[
                    Projection(
                        player=player_id,
                        points=player.points,
                        deviation=player.deviation,
                        floor=player.floor,
                        ceiling=player.ceiling,
                        ownership=player.ownership,
                    )
                    for player_id, player in zip(ids, pool.players, strict=True)
                ],
                parameters={"seed": seed},
                at=NOW,
            )
        return Made(stored.id, set_id, ids, pool)

    def ask(
        self, user: tuple[int, str], made: Made, *, at: datetime = NOW, key: str | None = None, **wanted: Any
    ) -> Answer:
        """Ask for a build."""
        body = {"slate_id": made.slate, "projection_set_id": made.projections, "seed": 7, **wanted}
        headers = {} if key is None else {"Idempotency-Key": key}
        with clock.held_at(at):
            return call("create_build", "POST", "/dfs/builds", user=user, body=body, headers=headers)

    def build(self, user: tuple[int, str], made: Made, **wanted: Any) -> int:
        """Ask for a build, and return its id."""
        answer = self.ask(user, made, **wanted)
        assert answer.status == 202, answer.body
        return int(answer.body["id"])

    def work(self, at: datetime = NOW, *, event: Mapping[str, Any] = EVENT) -> dict[str, int]:
        """Run the function that builds."""
        with clock.held_at(at):
            return dict(load("build_lineups/handler").handler(dict(event), FiveMinutes()))

    def get(self, user: tuple[int, str], path: str, operation: str, **query: str) -> Answer:
        with clock.held_at(NOW):
            return call(operation, "GET", path, user=user, query=query or None)

    def shown(self, user: tuple[int, str], build: int) -> dict[str, Any]:
        answer = self.get(user, f"/dfs/builds/{build}", "get_build")
        assert answer.status == 200, answer.body
        return dict(answer.body)

    def lineups(self, build: int) -> list[tuple[int, list[int]]]:
        """Return the numbers and the players of a build's lineups, as they are stored."""
        rows = self.rows("SELECT lineup_no, players FROM lineups WHERE build_id = %s ORDER BY lineup_no", build)
        return [(row["lineup_no"], row["players"]) for row in rows]


def slate_of(pool: Pool, *, external_id: str | None, seed: int) -> SlateFacts:
    """Return a pool as a source would state it."""
    games = sorted({player.game for player in pool.players})
    order = [slot.name for slot in pool.format.slots]
    return SlateFacts(
        site=pool.format.site,
        sport="basketball_nba",
        format=pool.format.id,
        name="Friday night",
        source="upload",
        external_id=external_id,
        games=tuple(
            GameFacts(key=key, away=key.split("@")[0], home=key.split("@")[1], starts_at=TIP_OFF + place * 30 * MINUTE)
            for place, key in enumerate(games)
        ),
        players=tuple(
            PlayerFacts(
                site_player_id=f"{seed}-{player.id}",
                captain_site_id=f"{seed}-{player.id}-C",
                name=player.name,
                team=player.team,
                game=player.game,
                positions=tuple(sorted(player.positions)),
                slots=tuple(dict.fromkeys(name for name in order if name in player.slots)),
                salary=player.salary,
                captain_salary=player.captain_salary,
            )
            for player in pool.players
        ),
    )
