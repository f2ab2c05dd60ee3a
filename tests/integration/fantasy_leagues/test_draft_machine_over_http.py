"""Random drafts through the endpoints: after each step the acts, the tables, the API and a plain model say the same.

PICKVS_SERVED_DRAFTS=300x100 runs 300 drafts of up to 100 steps.
"""

from datetime import timedelta
from typing import Any

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.databases import Databases
from tests.support.draft_machine import runs
from tests.support.drafts import OPENS
from tests.support.leagues import Paddock
from tests.support.served_drafts import Handlers, ServedDrafts, ServedRoom


def test_acts_tables_api_and_model_agree_after_each_step(databases: Databases) -> None:
    class Served(ServedDrafts):
        """Drafts in a database each."""

        def make_room(self, pool: int, clock: int | None, **terms: Any) -> ServedRoom:
            self.fresh = databases.fresh()
            url = self.fresh.__enter__()
            self.used = databases.in_use(url)
            self.used.__enter__()
            self.paddock = Paddock(url, events=0, pool=0, founded=OPENS - timedelta(days=30))
            lock_at = OPENS + timedelta(days=1)
            return ServedRoom(Handlers(self.paddock), pool, clock_seconds=clock, lock_at=lock_at, **terms)

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.paddock.close()
                self.used.__exit__(None, None, None)
                self.fresh.__exit__(None, None, None)

    # Each try to make a failing draft shorter takes as long as the draft: the first one found is told.
    size = settings(runs("3x20", "PICKVS_SERVED_DRAFTS"), phases=[Phase.generate])
    run_state_machine_as_test(Served, settings=size)
