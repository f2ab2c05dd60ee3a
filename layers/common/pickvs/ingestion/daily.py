"""What the credit planner says of the daily runs, which are the safety net of the game clock."""

from typing import Literal

from pickvs.core import clock
from pickvs.core.database import Connection
from pickvs.ingestion.buying import ask_to_buy
from pickvs.ingestion.game_clock import awaited_games
from pickvs.jobs.runs import Spare
from pickvs.sports.rules import SPORTS


def planned(kind: Literal["morning", "grading"]) -> Spare:
    """Return what spares the daily runs that the planner does not buy, such as one that an earlier answer has met."""

    def spare(connection: Connection, sport: str) -> str | None:
        if sport not in SPORTS:
            return None  # the run says so
        at = clock.now()
        begun = [game.id for game in awaited_games(connection, at) if game.sport == sport and game.tip_off <= at]
        decision = ask_to_buy(connection, kind, sport, begun if kind == "grading" else [], at)
        return None if decision.bought else decision.outcome

    return spare
