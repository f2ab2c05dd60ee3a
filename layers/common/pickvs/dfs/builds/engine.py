"""The optimizer as builds use it. Loads numpy and HiGHS: for the function that builds alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Any

from pickvs.core.logging import logger
from pickvs.core.redaction import redact
from pickvs.dfs.builds.asking import Asked
from pickvs.dfs.builds.queries import LineupRow, NewLineup
from pickvs.dfs.builds.rules import fingerprint
from pickvs.dfs.builds.shortfalls import said_of
from pickvs.dfs.builds.working import Batch, Ending
from pickvs.dfs.entries.rules import Entry
from pickvs.dfs.formats.rules import Slot
from pickvs.dfs.optimizer import swaps
from pickvs.dfs.optimizer.conflicts import find_conflict
from pickvs.dfs.optimizer.highs import SolverStoppedError
from pickvs.dfs.optimizer.naming import NamedRule
from pickvs.dfs.optimizer.pool import Lineup, Player, by_id
from pickvs.dfs.optimizer.portfolio import BATCH, build
from pickvs.dfs.optimizer.problem import PoolError
from pickvs.dfs.optimizer.rules import PortfolioRules
from pickvs.dfs.optimizer.shortages import places_used
from pickvs.dfs.optimizer.slots import latest_in_widest

_LITTLE_CHOICE = Decimal("0.75")
"""Share of all places that the exposures allow, from which the last lineups hold players whom nobody wants."""
_FAILED = "An unexpected error kept it from being swapped, so it stays as it was. Ask for the swap of this file again."


def lineups(asked: Asked, rules: PortfolioRules, before: Sequence[LineupRow]) -> Iterator[Batch | Ending]:
    """Yield the lineups after those that were found before, in batches, and an ending if something is missing.

    The players of each are in the slots that keep late swaps open. The same request and seed give the same lineups,
    whichever are found before. Of a late swap, the lineups are those of the entries.
    """
    try:
        yield from _new_ones(asked, rules, before) if asked.entries is None else _swaps(asked, asked.entries, before)
    except PoolError as error:
        yield Ending(str(error))
    except SolverStoppedError:
        yield Ending("The best lineups could not be found out in time. Ask for fewer lineups, or with fewer rules.")


def check(asked: Asked) -> Ending | None:
    """Return why no lineup keeps the rules; None if there is one."""
    try:
        conflict = find_conflict(asked.pool, asked.lineups)
    except SolverStoppedError:
        return Ending("It could not be found out in time whether a lineup keeps the rules. Ask with fewer rules.")
    except PoolError as error:
        return Ending(str(error))
    if conflict is None:
        return None
    return Ending(
        conflict.text,
        conflict=[_as_json(rule) for rule in conflict.rules],
        relaxation=[
            _as_json(step.rule)
            | {"text": step.text, "field": step.field, "value": None if step.value is None else str(step.value)}
            for step in conflict.relaxation
        ],
    )


def _new_ones(asked: Asked, rules: PortfolioRules, before: Sequence[LineupRow]) -> Iterator[Batch | Ending]:
    given = [
        Lineup(players=tuple(player for player in row.players if player), points=row.points, salary=row.salary)
        for row in before
    ]
    warning = _warning(asked, rules)
    for batch in build(asked.pool, asked.lineups, rules, given):
        bound = batch.bound if batch.bound > 0 else None
        yield Batch([_seated(asked, lineup) for lineup in batch.lineups], bound, warning)
        if batch.shortfall is not None:
            conflict = check(asked) if batch.found == 0 else None
            yield conflict or Ending(said_of(asked, rules, batch.shortfall))


def _warning(asked: Asked, rules: PortfolioRules) -> str | None:
    """Say that nearly everybody is needed as often as he may be; None if there is a choice."""
    used = places_used(asked.pool, rules)
    if used < _LITTLE_CHOICE:
        return None
    return (
        f"The lineups take {100 * used:.0f} % of the places that the exposures leave to {len(asked.pool.players)} "
        "players, so the last ones hold whoever is left. Raise the exposures, or build fewer lineups."
    )


def _seated(asked: Asked, lineup: Lineup) -> NewLineup:
    game, known = asked.pool.format, by_id(asked.pool.players)
    players = latest_in_widest(game, [known[player] for player in lineup.players], asked.starts)
    return NewLineup(
        players=players, points=lineup.points, salary=lineup.salary, fingerprint=fingerprint(game, players)
    )


def _swaps(asked: Asked, entries: Sequence[Entry], before: Sequence[LineupRow]) -> Iterator[Batch]:
    """Yield what becomes of the entries that were not swapped before. Those that were keep what they have got."""
    done = {row.entry_line: row for row in before}
    size = asked.pool.format.size
    units = [
        swaps.Entry(
            id=str(entry.line),
            contest=entry.contest_key,
            players=tuple(done[entry.line].players if entry.line in done else entry.players),
            locked=frozenset(
                range(size) if entry.line in done else (no for no, locked in enumerate(entry.locked) if locked)
            ),
        )
        for entry in entries
    ]
    open_ones = [unit.id for unit in units if int(unit.id) not in done]
    rest = (_of_entry(asked, each) for each in _swapped(asked, {unit.id: unit for unit in units}, open_ones))
    while batch := list(islice(rest, BATCH)):
        yield Batch(batch, None)


def _swapped(asked: Asked, units: dict[str, swaps.Entry], ids: Sequence[str]) -> Iterator[swaps.Swapped]:
    """Yield what becomes of some entries. units: all of the file, by id; changed to what has become of them.

    An unexpected error must not cost the others their swap. So the entries that it has left are tried in halves, until
    the one at fault is alone: it is logged, and kept as it was.
    """
    waiting = dict.fromkeys(ids)
    locked = range(asked.pool.format.size)
    others = [replace(unit, locked=frozenset(locked)) for key, unit in units.items() if key not in waiting]
    try:
        whole = [*others, *(units[key] for key in ids)]
        for each in swaps.swap(asked.pool, asked.lineups, whole, begun=asked.begun, starts=asked.starts):
            if each.entry in waiting:
                del waiting[each.entry]
                units[each.entry] = replace(units[each.entry], players=each.players, locked=frozenset(locked))
                yield each
    except (PoolError, SolverStoppedError):
        raise
    except Exception as error:  # whatever it is, it is one entry's
        left = list(waiting)
        if len(left) == 1:
            said = redact(f"{type(error).__name__}: {error}")
            logger().exception("entry not swapped", extra={"line": left[0], "error": said})
            yield _kept(asked, units[left[0]])
        else:
            yield from _swapped(asked, units, left[: len(left) // 2])
            yield from _swapped(asked, units, left[len(left) // 2 :])


def _kept(asked: Asked, unit: swaps.Entry) -> swaps.Swapped:
    known = by_id(asked.pool.players)
    pairs = zip(asked.pool.format.slots, unit.players, strict=True)
    points = sum((slot.factor * known[player].points for slot, player in pairs if player in known), Decimal())
    return swaps.Swapped(
        entry=unit.id, players=unit.players, points=points, before=points, kept=swaps.Kept.REFUSED, text=_FAILED
    )


def _of_entry(asked: Asked, swapped: swaps.Swapped) -> NewLineup:
    game, known = asked.pool.format, by_id(asked.pool.players)
    return NewLineup(
        players=swapped.players,
        points=swapped.points,
        salary=sum(
            _salary(slot, known[player])
            for slot, player in zip(game.slots, swapped.players, strict=True)
            if player is not None and player in known
        ),
        fingerprint=fingerprint(game, swapped.players),
        entry_line=int(swapped.entry),
        kept_because=None if swapped.kept is None else swapped.text,
    )


def _salary(slot: Slot, player: Player) -> int:
    if slot.factor == 1:
        return player.salary
    return player.captain_salary if player.captain_salary is not None else int(player.salary * slot.factor)


def _as_json(rule: NamedRule) -> dict[str, Any]:
    return {
        "kind": rule.kind.value,
        "text": rule.text,
        "player_id": rule.player,
        "team": rule.team,
        "index": rule.index,
    }
