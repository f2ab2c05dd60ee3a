"""Puts the questions before tip-offs on the agenda of ingest_injuries, when games become known.

Apart from what asks the sources, so that a function that only orders need not load it.
"""

from collections.abc import Collection
from datetime import datetime

from pickvs.agenda.rules import Work
from pickvs.agenda.service import put_all
from pickvs.core.database import Connection
from pickvs.predictions.statistics.config import injury_sources_of, stats_sources
from pickvs.predictions.statistics.injuries import queries
from pickvs.predictions.statistics.injuries.rules import INGEST_INJURIES, next_asking


def await_injuries(connection: Connection, sports: Collection[str], at: datetime) -> None:
    """Have sources asked who is hurt before the next games of sports, in the caller's transaction.

    To be called when games have become known or have moved. A sport without a source, or without a game to come, is
    left out. Repeating it changes nothing.
    """
    chosen = stats_sources()
    works = [
        Work(INGEST_INJURIES, sport, asking, {"sport": sport})
        for sport in sorted(sports)
        if injury_sources_of(sport, chosen)
        and (asking := next_asking(at, queries.tip_offs_after(connection, sport, at))) is not None
    ]
    if works:
        put_all(connection, works)
