"""Results of races that two sources tell, and the boards that follow, on the real database."""

from collections.abc import Sequence
from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.rules import Source as Place
from pickvs.fantasy.events.results.service import Answer
from pickvs.fantasy.events.rules import Fact, Statement

FLAGS = {"qualifying": frozenset({"no_time"}), "race": frozenset({"fastest_lap"})}
"""The flags of which both sources speak."""


def in_order(
    session: str, order: Sequence[int], *, out: Sequence[int] = (), grid: Sequence[int] = (), fastest: int | None = None
) -> Statement:
    """Return what a source says of a session.

    order: drivers as they are classified. out: those who retired, after them. grid: drivers as they started; by default
    as they are classified. fastest: who has the fastest lap.
    """
    drivers = [*order, *out]
    started = {driver: place for place, driver in enumerate(grid or drivers, 1)} if session == "race" else {}
    facts = tuple(
        Fact(
            contestant=driver,
            status="classified" if driver in order else "dnf",
            position=place if driver in order else None,
            grid=started.get(driver),
            flags=frozenset({"fastest_lap"}) if driver == fastest else frozenset(),
        )
        for place, driver in enumerate(drivers, 1)
    )
    return Statement(facts=facts, states=FLAGS[session])


def tell(event: int, session: str, said: Statement, at: datetime, *places: Place) -> None:
    """Have sources tell a result, as the collecting of facts does. places: both by default, one after the other."""
    for place in places or ("first", "second"):
        with clock.held_at(at), transaction() as connection:
            source = {"first": "jolpica", "second": "f1db"}[place]
            changed = results.hear(connection, event, session, Answer(place, source, said), at)
            boards.bring_up(connection, [event], at, [changed])
