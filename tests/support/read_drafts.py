"""What the tables say of one draft, with the properties of `drafts.Room`."""

from typing import Any

import psycopg

from pickvs.fantasy.drafts.acts import Act
from pickvs.fantasy.drafts.commands import Facts
from pickvs.fantasy.drafts.state import State
from pickvs.fantasy.drafts.storing import keeping


class ReadDraft:
    """A draft as it was last read from the tables of a connection. Whoever changes it reads it again."""

    def __init__(self, tables: psycopg.Connection[Any], draft: int) -> None:
        self.tables, self.draft = tables, draft
        self.look()

    def look(self) -> None:
        """Read the draft."""
        stored = keeping.look(self.tables, self.draft)
        assert stored is not None
        self.stored = stored

    @property
    def facts(self) -> Facts:
        return Facts(self.stored.queues)

    @property
    def state(self) -> State:
        return self.stored.state

    @property
    def log(self) -> list[Any]:
        return keeping.log_of(self.tables, self.draft)

    @property
    def acts(self) -> list[Act]:
        return [entry.act for entry in self.log]

    @property
    def picks(self) -> dict[int, int]:
        return {slot: pick.contestant for slot, pick in sorted(self.state.picks.items())}
