"""Keeps scoring tables, and writes the points that they give for each version of a result.

Points belong to the contestant and the table, not to the league: a race has about a hundred lines by a table, however
many leagues play it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from pickvs.core.database import Connection
from pickvs.core.errors import Invalid
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.rules import Fact
from pickvs.fantasy.scoring import queries
from pickvs.fantasy.scoring.presets import VOCABULARIES
from pickvs.fantasy.scoring.presets import bodies as preset_bodies
from pickvs.fantasy.scoring.queries import TableInStore, Unscored
from pickvs.fantasy.scoring.requests import TableBody, as_written, table_of
from pickvs.fantasy.scoring.rules import Line, Table, score, shortened


def keep_presets(connection: Connection, at: datetime) -> None:
    """Add the tables that every league may choose, where they are new. The function migrate calls it."""
    for name, body in preset_bodies().items():
        _keep(connection, body, name, at)


def keep_table(connection: Connection, body: TableBody, at: datetime) -> TableInStore:
    """Return a table that a league has brought, added unless there is an equal one. Raises Invalid."""
    return _keep(connection, body, None, at)


def named_tables(connection: Connection) -> list[TableInStore]:
    """Return the tables that every league may choose, by name and version."""
    return queries.named_tables(connection)


def check(connection: Connection, body: TableBody, season: int) -> Mapping[int, Decimal]:
    """Return what a table would have given everybody with a result in a season, by those in force. Raises Invalid."""
    rules = checked(body)
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    sessions = VOCABULARIES[body.sport].sessions
    for _, session, fact in results.facts_in_force(connection, body.sport, season, sessions):
        sums[fact.contestant] += sum((line.points for line in score(rules, session, [fact])), Decimal())
    return dict(sums)


def lines_by(body: TableBody, session: str, facts: Sequence[Fact]) -> tuple[Line, ...]:
    """Return what a table gives for the facts of a session, whether a league has chosen it or not. Raises Invalid."""
    return score(checked(body), session, facts)


def score_versions(
    connection: Connection, versions: Sequence[tuple[int, str, int]], tables: Collection[int], at: datetime
) -> None:
    """Write the lines of versions by tables, as far as they are not written. versions: event, session and number."""
    missing = queries.unscored(connection, versions, tables)
    rules = {
        row.id: checked(TableBody.model_validate(row.body))
        for row in queries.tables(connection, {each.table_id for each in missing})
    }
    for each in missing:
        queries.add_lines(connection, each, _rows(_lines(connection, each, rules[each.table_id])), at)


def _keep(connection: Connection, body: TableBody, name: str | None, at: datetime) -> TableInStore:
    rules = checked(body)
    title, _, version = (name or "").partition("@")
    return queries.keep_table(
        connection,
        {
            "sport": rules.sport,
            "name": title or None,
            "version": int(version) if version else None,
            "body": as_written(body),
            "sha256": rules.sha256,
            "at": at,
        },
    )


def checked(body: TableBody) -> Table:
    """Return the table of a body. Raises Invalid (SCORING_TABLE_INVALID) with every rule that cannot be used."""
    vocabulary = VOCABULARIES.get(body.sport)
    if vocabulary is None:
        raise Invalid("SCORING_TABLE_INVALID", f"The sport of a table is one of {', '.join(VOCABULARIES)}.")
    return table_of(body, vocabulary)


def _lines(connection: Connection, version: Unscored, rules: Table) -> tuple[Line, ...]:
    facts = results.facts_of(connection, version.event_id, version.session, version.version)
    lines = score(rules, version.session, facts)
    share = Fraction(version.share)
    return lines if share == 1 else shortened(lines, share)


def _rows(lines: Sequence[Line]) -> list[dict[str, object]]:
    places: defaultdict[int, int] = defaultdict(int)
    rows: list[dict[str, object]] = []
    for line in lines:
        places[line.contestant] += 1
        rows.append(
            {
                "contestant": line.contestant,
                "rule": line.rule,
                "place": places[line.contestant],
                "detail": line.detail,
                "points": str(line.points),
            }
        )
    return rows
