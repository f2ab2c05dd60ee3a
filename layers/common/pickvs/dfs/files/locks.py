"""Whether a player's slot may still change."""

from dataclasses import dataclass
from datetime import datetime

from pickvs.dfs.files.games import Game


@dataclass(frozen=True, slots=True)
class Lock:
    """locked: whether the player stays where he is. marked, stated, started: what says so; None if unknown.

    marked: the site's mark (LOCKED). stated: Game Info says In Progress or Final. started: the start has passed.
    """

    locked: bool
    marked: bool
    stated: bool | None
    started: bool | None

    @property
    def disagrees(self) -> bool:
        """Whether the file's mark says otherwise than the game's state or start."""
        return (self.stated is not None and self.stated != self.marked) or (
            self.started is not None and self.started != self.marked
        )


def lock_of(*, marked: bool, game: Game, now: datetime | None, starts_at: datetime | None = None) -> Lock:
    """Return whether a player is locked: marked so, or his game runs or is over, or has started by the clock.

    A postponed or cancelled game has not started, whatever its time. game: as the file has it. starts_at: the last word
    on its start; None if it is not known, or the game has been put off. now: None judges without a clock.
    """
    if game.state in {"postponed", "cancelled"}:
        return Lock(marked, marked, stated=None, started=None)
    stated = True if game.state in {"in_progress", "final"} else None
    started = None if starts_at is None or now is None else starts_at <= now
    return Lock(marked or bool(stated) or bool(started), marked, stated, started)
