"""Random drafts on the real database: after each step the acts, the tables and a plain model say the same.

PICKVS_DRAFT_MACHINE=300x100 runs 300 drafts of up to 100 steps.
"""

from datetime import timedelta
from typing import Any

import psycopg
from hypothesis.stateful import run_state_machine_as_test
from psycopg.rows import dict_row

from tests.support.draft_machine import TEAMS, Drafts, runs
from tests.support.drafts import OPENS
from tests.support.stored_drafts import StoredRoom


def test_acts_tables_and_model_agree_after_each_step(database: str) -> None:
    with psycopg.connect(database, row_factory=dict_row) as connection:

        class Stored(Drafts):
            """Drafts in one transaction each, which is rolled back at the end."""

            def make_room(self, pool: int, clock: int | None, **terms: Any) -> StoredRoom:
                lock_at = OPENS + timedelta(days=1)
                return StoredRoom(connection, TEAMS, pool, clock_seconds=clock, lock_at=lock_at, **terms)

            def teardown(self) -> None:
                try:
                    super().teardown()
                finally:
                    connection.rollback()

        run_state_machine_as_test(Stored, settings=runs("8x30"))
