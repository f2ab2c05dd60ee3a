"""Records a table of past games, row by row, with an entry in the audit log."""

from collections import Counter
from typing import Any

from pydantic import ValidationError

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.logging import logger
from pickvs.core.wording import field_errors
from pickvs.operations.administration.audit.queries import Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.operator_commands import queries
from pickvs.operations.administration.operator_commands.refusals import CommandRefused
from pickvs.operations.administration.operator_commands.requests import PastGameRow, RecordPastGames
from pickvs.predictions.facts.rules import Line
from pickvs.predictions.statistics.past_games.rules import PastGame
from pickvs.predictions.statistics.past_games.service import TAKEN
from pickvs.predictions.statistics.past_games.service import record_past_games as record
from pickvs.sports.rules import SPORTS, season_of


def record_past_games(command: RecordPastGames) -> dict[str, Any]:
    """Record the rows, and return how many came to what, and each row that was not taken, with the reason.

    Rows are counted from 1. Recording the same rows again changes nothing. Raises CommandRefused for a sport that is
    not covered, and for a user who is no administrator.
    """
    if command.sport not in SPORTS:
        raise CommandRefused(f"sport: must be one of: {', '.join(sorted(SPORTS))}")
    games, refused = _read(command)
    at = clock.now()
    with transaction() as connection:
        user = queries.lock_role(connection, command.username)
        if user is None or user.role != "admin":
            raise CommandRefused(f"{command.username} is no administrator; the audit log names who orders this")
        with connection.transaction(force_rollback=command.dry_run):
            told = record(connection, command.sport, command.source, list(games.values()), at)
        counts: dict[str, int] = Counter(each.outcome for each in told)
        if refused:
            counts["invalid"] = len(refused)
        refused += [
            {"row": number, "outcome": each.outcome, "why": each.why}
            for number, each in zip(games, told, strict=True)
            if each.outcome not in TAKEN
        ]
        if not command.dry_run:
            days = [game.day.isoformat() for game in games.values()]
            entry = Entry(
                actor_id=user.id,
                action="backfill_stats",
                reason=command.reason,
                before={},
                after={
                    "sport": command.sport,
                    "source": command.source,
                    "from": min(days, default=None),
                    "to": max(days, default=None),
                    **counts,
                },
            )
            write_entry(connection, entry, at)
    logger().info("past games recorded", extra={"sport": command.sport, "dry_run": command.dry_run, **counts})
    return {
        "dry_run": command.dry_run,
        "rows": len(command.rows),
        **counts,
        "refused": sorted(refused, key=lambda each: each["row"]),
    }


def _read(command: RecordPastGames) -> tuple[dict[int, PastGame], list[dict[str, Any]]]:
    """Return the rows that have the form, by number, and those that have not, with what is wrong."""
    games: dict[int, PastGame] = {}
    refused: list[dict[str, Any]] = []
    for number, values in enumerate(command.rows, start=1):
        try:
            row = PastGameRow.model_validate(values)
        except ValidationError as error:
            wrong = "; ".join(f"{each.field}: {each.message}" for each in field_errors(error, whole="row"))
            refused.append({"row": number, "outcome": "invalid", "why": wrong})
            continue
        games[number] = PastGame(
            day=row.date,
            home=row.home,
            away=row.away,
            home_points=row.home_points,
            away_points=row.away_points,
            season=season_of(command.sport, row.date) if row.season is None else row.season,
            number=row.number,
            phase=row.phase,
            is_neutral=row.is_neutral,
            line=Line(
                spread=row.spread,
                total=row.total,
                home_moneyline=row.home_moneyline,
                away_moneyline=row.away_moneyline,
            ),
        )
    return games, refused
