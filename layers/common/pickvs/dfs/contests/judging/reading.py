"""Reads what finished contests say, in the caller's transaction."""

from pickvs.core.database import Connection
from pickvs.dfs.contests.judging import queries
from pickvs.dfs.contests.judging.rules import fitted, one_of_each_slate
from pickvs.dfs.contests.schemas import FittedTrust


def fitted_trust(connection: Connection, user_id: int) -> FittedTrust:
    """Return how much better the user's own projections are than the field's. Without a finished contest: one half."""
    rows = [(row.slate_id, row.judgements) for row in queries.judgements(connection, user_id)]
    evidence, slates = fitted(one_of_each_slate(rows))
    trust, error = evidence.trust()
    return FittedTrust(trust=round(trust, 4), error=round(error, 4), slates=slates, players=evidence.players)
