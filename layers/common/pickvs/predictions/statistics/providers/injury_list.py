"""What a source says of the health of players."""

from dataclasses import dataclass

from pickvs.jobs.sources import Capture
from pickvs.predictions.statistics.boxes.rules import Injury


@dataclass(frozen=True, slots=True)
class InjuryList(Capture[Injury]):
    """What a source says of the health of a league's players.

    teams: whose players are all named who are hurt, as the source writes them; None: the list is of the whole league.
    """

    teams: frozenset[str] | None = None
